/**
 * Sleeps, wake-ups and claims, step by step (I6, I9). The steps that two threads would take at the same time are put into
 * the calls between them, so that each order is tried, whatever the machine is at.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { Consumer } from "../../src/ring/consumer.js";
import type { RingCore } from "../../src/ring/core.js";
import { createRing } from "../../src/ring/create.js";
import { Producer } from "../../src/ring/producer.js";
import { bareKernel } from "../support/open-kernel.js";
import { memories, ringIn, twoRings } from "../support/pairs.js";

const STATE = 0x80;
const TAIL = 0x100;
const CONS_SEQ = 0x200;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lets what is due be done, but no timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    });
  }
}

/** Whether a promise is settled without a timer. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await settle();
  return settled;
}

/** Waits that come by message or call, so that no clock of the platform's ends them. */
function withoutClock(core: RingCore): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  core.byMessage = true;
}

describe.each(memories)("in $kind memory", (place) => {
  const { shared } = place;
  it("a wait that blocks ends with its time; a consumer's sleeps are counted", () => {
    const ring = ringIn(place, { capacity: 4 });
    const consumer = new Consumer(ring);
    const producer = new Producer(ring);
    // Time passes in sleeps alone.
    let now = 0;
    const sleeps: number[] = [];
    vi.spyOn(performance, "now").mockImplementation(() => now);
    vi.spyOn(Atomics, "wait").mockImplementation((_words, _index, _value, milliseconds = Number.POSITIVE_INFINITY) => {
      sleeps.push(milliseconds);
      now += milliseconds;
      return "timed-out";
    });
    const expected = shared ? [100, 100, 1] : [];
    expect(consumer.wait(201)).toBe(false);
    expect(sleeps.splice(0)).toEqual(expected);
    for (let addr = 0; addr < 4; addr++) producer.push(addr, 1);
    expect(producer.waitRoom(1, 201)).toBe(false);
    expect(sleeps).toEqual(expected);
    expect(ring.counters().sleeps).toBe(expected.length);
  });

  it("I6: what is published between the last look and the waiting flag is seen by the second look", async () => {
    const ring = ringIn(place, { capacity: 4 });
    withoutClock(ring.core);
    const consumer = new Consumer(ring);
    const producer = new Producer(ring);
    // The sleep is counted after the look, and before the flag is set: who publishes now finds nobody to wake.
    vi.spyOn(ring.core, "add").mockImplementationOnce(() => {
      producer.push(0, 1);
      producer.publish();
    });
    expect(await settles(consumer.ready())).toBe(true);
  });

  it("I6: what is taken between the last look and the waiting flag is seen by the producer's second look", async () => {
    const ring = ringIn(place, { capacity: 2 });
    withoutClock(ring.core);
    const consumer = new Consumer(ring);
    const producer = new Producer(ring);
    while (producer.push(0, 1));
    producer.publish();
    const sleepAsync = ring.core.sleepAsync.bind(ring.core);
    vi.spyOn(ring.core, "sleepAsync").mockImplementationOnce((...args) => {
      consumer.take(() => {}, 1);
      return sleepAsync(...args);
    });
    expect(await settles(producer.room())).toBe(true);
  });

  it("I6: a sleeper that nobody wakes is woken by its timer", async () => {
    const ring = ringIn(place, { capacity: 4 });
    withoutClock(ring.core);
    const consumer = new Consumer(ring);
    const ready = consumer.ready();
    await settle();
    // A producer that died after it published, with the flag taken, and before the notify.
    ring.core.slots.set([0, 0, 1, 0]);
    ring.core.words[TAIL >> 2] = 1;
    expect(await settles(ready)).toBe(false);
    vi.advanceTimersByTime(100);
    expect(await ready).toBe(true);
  });

  it("the state is loaded before the tail: a record published right before the close is not lost", () => {
    const ring = ringIn(place, { capacity: 4 });
    const consumer = new Consumer(ring);
    const producer = new Producer(ring);
    const load = ring.core.load.bind(ring.core);
    let loads = 0;
    vi.spyOn(ring.core, "load").mockImplementation((field) => {
      const value = load(field);
      // Between the two loads, whichever is the first.
      if ((field === STATE || field === TAIL) && ++loads === 1) {
        producer.push(0, 1);
        producer.close();
      }
      return value;
    });
    let taken = consumer.take(() => {});
    while (!consumer.ended) taken += consumer.take(() => {});
    expect(taken).toBe(1);
  });

  it("I9: an owner whose role was recovered does not free the role of the next one", () => {
    for (const [role, make] of [
      ["producer", Producer],
      ["consumer", Consumer],
    ] as const) {
      const ring = ringIn(place, { capacity: 4 });
      const first = new make(ring);
      expect(ring.recover(role, first.token)).toBe(true);
      const second = new make(ring);
      first.release();
      expect(ring.owners[role]).toBe(second.token);
      second.release();
      expect(ring.owners[role]).toBe(0);
    }
  });

  it("I9: recover with the token of an owner before frees nobody", () => {
    const ring = ringIn(place, { capacity: 4 });
    const first = new Producer(ring);
    const { token } = first;
    first.release();
    const second = new Producer(ring);
    expect(ring.recover("producer", token)).toBe(false);
    expect(ring.owners.producer).toBe(second.token);
  });
});

describe.runIf(typeof (Atomics as { waitAsync?: unknown }).waitAsync === "function")(
  "a wake-up wakes all who sleep",
  () => {
    type Waiting = { async: boolean; value: Promise<string> };
    const waitAsync = (words: Int32Array, at: number) =>
      (
        Atomics as unknown as { waitAsync(words: Int32Array, at: number, value: number, ms: number): Waiting }
      ).waitAsync(words, at, words[at] as number, 60_000);

    it("by a handle", async () => {
      const { core } = createRing({ shared: true, capacity: 4 });
      const sleepers = [0, 1, 2].map(() => waitAsync(core.words, CONS_SEQ >> 2));
      core.kick(CONS_SEQ);
      expect(await Promise.all(sleepers.map(({ value }) => value))).toEqual(["ok", "ok", "ok"]);
    });

    it.each(["wasm", "js"] as const)("by a kernel in %s", async (engine) => {
      const { input, output } = twoRings({ shared: true, engine, capacity: 4, outputCapacity: 4 });
      const kernel = bareKernel(engine);
      expect(kernel.open(input, output)).toBe(0);
      const { words } = output.core;
      const sleepers = [0, 1, 2].map(() => waitAsync(words, CONS_SEQ >> 2));
      words[(CONS_SEQ >> 2) + 1] = 1;
      const producer = new Producer(input);
      producer.push(0, 1);
      producer.flush();
      kernel.run(10, 0);
      expect(await Promise.all(sleepers.map(({ value }) => value))).toEqual(["ok", "ok", "ok"]);
    });
  },
);
