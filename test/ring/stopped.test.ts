/** What stops a ring stops everybody at it: states that cannot be, kernels that fail, and work without end. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { NOMERGE } from "../../src/core/record.js";
import { JsRun } from "../../src/engine/js-run.js";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import { attachRing, createRing } from "../../src/ring/create.js";
import { runKernel } from "../../src/ring/kernel.js";
import { Producer } from "../../src/ring/producer.js";
import type { Ring } from "../../src/ring/ring.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { codeOf, memories, recordRows, ringIn, ringPair, twoRings } from "../support/pairs.js";
import { trapKernel } from "../support/trap-kernel.js";

const STATE = 0x80 / 4;
const WORK_BYTES = 0x3000;
const ROW = new Uint32Array([0, 0, 4096, 0]);

function headerOf(ring: Ring): Int32Array {
  return new Int32Array(bufferOf(ring.memory), ring.offset, 160);
}

/** The kernel's scratch, behind the slots. */
function workOf(ring: Ring): Uint8Array {
  const buffer = bufferOf(ring.memory);
  return new Uint8Array(buffer, ring.offset + 640 + ring.capacity * 16, WORK_BYTES);
}

/** The code that this rejects with. */
async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "nothing",
    (error) => error.code ?? error,
  );
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(memories)("in $kind memory", (place) => {
  describe.each([0, -1, 6, 77, 0x7fff_ffff, -0x8000_0000])(
    "I10: the state word %i, which is none, is POISONED",
    (value) => {
      const consumerCalls: [string, (consumer: Consumer) => unknown][] = [
        ["take", (consumer) => consumer.take(() => {})],
        ["take of rows", (consumer) => consumer.take(new Uint32Array(4))],
        ["drain", (consumer) => consumer.drain()],
        ["wait", (consumer) => consumer.wait()],
        ["ended", (consumer) => consumer.ended],
        ["iteration", (consumer) => [...consumer]],
        ["cursor", (consumer) => consumer.cursor().next()],
      ];
      it.each(consumerCalls)("by a consumer: %s", (_name, call) => {
        const ring = ringIn(place, { capacity: 4, role: "segments" });
        const consumer = new Consumer(ring);
        headerOf(ring)[STATE] = value;
        expect(codeOf(() => call(consumer))).toBe("POISONED");
        // For everybody, and with the reason.
        expect(headerOf(ring)[STATE]).toBe(5);
        expect(() => call(consumer)).toThrow(`a state that cannot be, ${value}`);
      });

      const producerCalls: [string, (producer: Producer) => unknown][] = [
        ["push", (producer) => [producer.push(0, 1), producer.push(0, 1)]],
        ["pushRows", (producer) => producer.pushRows(ROW)],
        ["publish", (producer) => [producer.push(0, 1), producer.publish()]],
        ["flush", (producer) => producer.flush()],
        ["waitRoom", (producer) => producer.waitRoom()],
        ["close", (producer) => [producer.push(0, 1), producer.close()]],
      ];
      it.each(producerCalls)("by a producer: %s", (_name, call) => {
        const ring = ringIn(place, { capacity: 4 });
        const producer = new Producer(ring, { batch: 1 });
        headerOf(ring)[STATE] = value;
        expect(codeOf(() => call(producer))).toBe("POISONED");
        expect(headerOf(ring)[STATE]).toBe(5);
      });

      it("by whoever waits already", async () => {
        const ring = ringIn(place, { capacity: 4, role: "segments" });
        const full = ringIn(place, { capacity: 4 });
        const producer = new Producer(full);
        while (producer.push(0, 1));
        const waiting = [rejectionOf(new Consumer(ring).ready()), rejectionOf(producer.room())];
        // Nobody is woken: both find it by themselves.
        headerOf(ring)[STATE] = value;
        headerOf(full)[STATE] = value;
        expect(await Promise.all(waiting)).toEqual(["POISONED", "POISONED"]);
      });

      it("by whoever comes: only a creator may use the place again", () => {
        const ring = ringIn(place, { capacity: 4 });
        headerOf(ring)[STATE] = value;
        expect(ring.state).toBe("poisoned");
        expect(codeOf(() => new Producer(ring))).toBe("POISONED");
        headerOf(ring)[STATE] = value;
        expect(codeOf(() => new Consumer(ring))).toBe("POISONED");
        headerOf(ring)[STATE] = value;
        const again = createRing({ memory: ring.memory, capacity: 4 });
        expect(again.generation).toBe(ring.generation + 1);
        expect(codeOf(() => new Producer(ring))).toBe("STALE");
        expect(attachRing(ring.memory, ring.offset).state).toBe("open");
      });

      it.each(["input", "output"] as const)("by a kernel, of its %s", async (side) => {
        const pair = ringPair({ ...place });
        headerOf(pair[side])[STATE] = value;
        pair.input.core.kick(0x200);
        const ended = expect(pair.ended).rejects.toMatchObject({ code: "POISONED" });
        await expect(pair.ended).rejects.toThrow(`a state that cannot be, ${value}`);
        await ended;
        const other = side === "input" ? "output" : "input";
        expect([pair[side].state, pair[other].state]).toEqual(["poisoned", "aborted"]);
      });
    },
  );

  it("a kernel that traps stops both rings, and wakes who waits", async () => {
    // In JavaScript nothing traps: an error that should not be does the same.
    vi.spyOn(JsRun.prototype, "coalesce").mockImplementation(() => {
      throw new Error("unreachable");
    });
    const { input, output } = twoRings({ ...place, capacity: 8, outputCapacity: 8 });
    const producer = new Producer(input);
    const consumer = new Consumer(output);
    while (producer.push(0, 1));
    producer.publish();
    const waiting = [rejectionOf(producer.room()), rejectionOf(consumer.ready())];
    const ended = runKernel(input, output, {}, { block: false, module: trapKernel() });
    await expect(ended).rejects.toMatchObject({
      code: "POISONED",
      cause: { message: expect.stringMatching(/unreachable/) },
    });
    await expect(ended).rejects.toThrow("the kernel failed (the kernel)");
    expect(await Promise.all(waiting)).toEqual(["POISONED", "ABORTED"]);
    expect([input.state, output.state]).toEqual(["poisoned", "aborted"]);
    expect([input.owners.consumer, output.owners.producer]).toEqual([0, 0]);
  });

  it("a doorbell that throws stops both rings", async () => {
    const { input, output } = twoRings({ ...place, capacity: 8, outputCapacity: 8 });
    const producer = new Producer(input);
    const consumer = new Consumer(output);
    const doorbell = () => {
      throw new Error("no such bell");
    };
    const ended = runKernel(input, output, {}, { block: false });
    output.doorbell = doorbell;
    // The kernel's message is for a consumer that cannot wait otherwise.
    output.core.byMessage = true;
    const waiting = rejectionOf(consumer.ready());
    producer.push(0, 1, NOMERGE);
    producer.flush();
    await expect(ended).rejects.toMatchObject({ code: "POISONED", cause: { message: "no such bell" } });
    expect(["aborted", "poisoned"]).toContain(output.state);
    await waiting;
  });

  it("a failure before the kernel owns its rings leaves the rings as they were", async () => {
    const { input, output } = twoRings({ ...place, capacity: 8, outputCapacity: 8 });
    if (place.engine === "wasm") {
      const empty = new WebAssembly.Module(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
      await expect(runKernel(input, output, {}, { block: false, module: empty })).rejects.toThrow(TypeError);
    }
    const onReady = () => {
      throw new Error("not yet");
    };
    await expect(runKernel(input, output, {}, { block: false, onReady })).rejects.toThrow("not yet");
    expect([input.state, output.state, input.owners.consumer, output.owners.producer]).toEqual(["open", "open", 0, 0]);
    const ended = runKernel(input, output, {}, { block: false });
    new Producer(input).close();
    await ended;
  });

  it.each([0xff, 0xfe, 0x00, 0x01])(
    "garbage in the kernel's work area, bytes of 0x%s, changes no segment",
    async (garbage) => {
      const rows = recordRows(5000, 11, 2);
      const ranges: OracleRange[] = [];
      for (let at = 0; at < rows.length; at += 4) {
        const [lo, hi, length, flags] = rows.subarray(at, at + 4) as unknown as [number, number, number, number];
        ranges.push({ addr: (BigInt(hi) << 32n) | BigInt(lo), length: BigInt(length), flags });
      }
      const pair = ringPair({ ...place, capacity: 512, outputCapacity: 16 });
      const put = (async () => {
        for (let at = 0; at < rows.length; ) {
          workOf(pair.input).fill(garbage);
          await pair.producer.room();
          at += pair.producer.pushRows(rows.subarray(at, at + 4 * 400)) * 4;
        }
        pair.producer.close();
      })();
      const got: number[] = [];
      while (await pair.consumer.ready()) {
        workOf(pair.input).fill(garbage);
        got.push(...pair.consumer.drain(3).bytes);
      }
      await put;
      await pair.ended;
      expectBytes(Uint8Array.from(got), pack(coalesce(ranges)));
    },
  );

  it("abort of either ring reaches a kernel that waits at the other, and who waits there", async () => {
    for (const side of ["input", "output"] as const) {
      const pair = ringPair({ ...place, capacity: 4, outputCapacity: 4 });
      const waiting = rejectionOf(pair.consumer.ready());
      pair[side].abort();
      await expect(pair.ended).rejects.toMatchObject({ code: "ABORTED" });
      expect([pair.input.state, pair.output.state]).toEqual(["aborted", "aborted"]);
      expect(await waiting).toBe("ABORTED");
      expect(codeOf(() => pair.producer.pushRows(ROW))).toBe("ABORTED");
    }
  });
});

/** A ring whose producer fills it anew whenever something is taken, for ever; `row` is what it puts. */
function endless(row: Uint32Array, invalid: "poison" | "skip" = "poison") {
  const capacity = 16;
  const ring = createRing({ shared: false, capacity, role: "segments" });
  const consumer = new Consumer(ring, { invalid });
  const header = headerOf(ring);
  const slots = new Uint32Array(bufferOf(ring.memory), ring.offset + 640, capacity * 4);
  for (let slot = 0; slot < capacity; slot++) slots.set(row, slot * 4);
  let fills = 0;
  const fill = () => {
    if (++fills > 10_000) throw new Error("this does not end");
    header[0x100 / 4] = (header[0x180 / 4] as number) + capacity;
  };
  vi.spyOn(ring.core, "wake").mockImplementation(fill);
  fill();
  return { consumer, capacity };
}

describe("beside a producer that never stops", () => {
  it("drain, take and iteration end after a ring full at most", () => {
    const { consumer, capacity } = endless(ROW);
    expect(consumer.drain().length).toBe(capacity);
    expect(consumer.take(() => {})).toBe(capacity);
    expect(consumer.take(new Uint32Array(4000))).toBe(capacity);
    expect([...consumer].length).toBe(capacity);
    let steps = 0;
    for (const _ of consumer) if (++steps === 3) break;
    expect([...consumer].length).toBe(capacity);
  });

  it("passing over invalid records ends after a ring full at most", () => {
    const { consumer } = endless(new Uint32Array([0, 0, 0, 0]), "skip");
    expect(consumer.take(() => {})).toBe(0);
    expect(consumer.take(new Uint32Array(4000))).toBe(0);
    expect(consumer.drain().length).toBe(0);
    expect(consumer.cursor().next()).toBe(false);
    expect([...consumer]).toEqual([]);
  });

  it("whoever waits in a loop leaves the event loop its turns", async () => {
    const { consumer } = endless(ROW);
    let heard = false;
    setTimeout(() => {
      heard = true;
    });
    let steps = 0;
    for await (const _ of consumer) {
      if (heard) break;
      if (++steps > 100_000) expect.fail("no timer was heard beside 100000 segments");
    }
    expect(heard).toBe(true);
  });
});
