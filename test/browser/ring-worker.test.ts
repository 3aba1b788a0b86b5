/** A page and its worker: the page cannot block, workers are terminated without a word, and a lock tells. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { createPair, type RingPair } from "../../src/ring/pair.js";
import { watchOwner } from "../../src/ring/watch.js";
import { expectBytes, join } from "../support/bytes.js";
import { recordRows } from "../support/pairs.js";
import { stopSleepTimers } from "../support/sleepless.js";

const workers: Worker[] = [];
const newWorker = () => {
  const worker = new Worker(new URL("../../src/ring/worker.ts", import.meta.url), { type: "module" });
  workers.push(worker);
  return worker;
};
afterEach(() => {
  vi.restoreAllMocks();
  for (const worker of workers.splice(0)) worker.terminate();
});

/** Puts the rows from `from` on until `until` segments have come out, or to the end. */
async function drive(
  pair: RingPair,
  rows: Uint32Array,
  from: number,
  parts: Uint8Array[],
  until = Number.POSITIVE_INFINITY,
) {
  let at = from;
  let got = 0;
  while (at < rows.length / 4 && got < until) {
    const took = pair.producer.pushRows(rows.subarray(at * 4, (at + 300) * 4));
    at += took;
    const table = pair.consumer.drain();
    if (table.length > 0) parts.push(table.bytes);
    got += table.length;
    if (took === 0 && table.length === 0) await pair.producer.room();
  }
  return at;
}

async function finish(pair: RingPair, parts: Uint8Array[]) {
  pair.producer.close();
  while (await pair.consumer.ready()) parts.push(pair.consumer.drain().bytes);
}

it("the page is isolated: what follows is about threads", () => {
  expect(crossOriginIsolated).toBe(true);
  expect(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)).toThrow(TypeError);
});

describe("createPair from a page", () => {
  const rows = recordRows(200_000, 3);
  const wanted = createMapperSync().coalesce(packedRecords(new Uint8Array(rows.buffer))).bytes;

  it.each(["wasm", "js"] as const)(
    "maps in the worker what the page puts: the same segments as a batch, %s",
    async (engine) => {
      const pair = await createPair({ worker: newWorker(), engine, capacity: 1024 });
      expect([pair.shared, pair.engine]).toEqual([true, engine]);
      const parts: Uint8Array[] = [];
      await drive(pair, rows, 0, parts);
      await finish(pair, parts);
      expectBytes(join(parts), wanted);
      await pair.ended;
      expect(pair.input.counters()).toMatchObject({ put: 200_000, taken: 200_000, waiting: 0 });
    },
  );

  it.each(["wasm", "js"] as const)("without waitAsync, a message wakes the page, %s", async (engine) => {
    const pair = await createPair({ worker: newWorker(), engine, capacity: 64 });
    pair.input.core.byMessage = true;
    pair.output.core.byMessage = true;
    const some = rows.subarray(0, 40_000);
    const parts: Uint8Array[] = [];
    // 625 rings full, and no timer ends a sleep.
    stopSleepTimers();
    await drive(pair, some, 0, parts);
    await finish(pair, parts);
    expectBytes(join(parts), createMapperSync().coalesce(packedRecords(new Uint8Array(some.slice().buffer))).bytes);
  });

  it.each(["wasm", "js"] as const)(
    "a terminated worker is noticed by its lock, and another goes on: %s",
    async (engine) => {
      let kills = 0;
      let died: (() => void) | undefined;
      let worker = newWorker();
      const pair = await createPair({
        worker,
        engine,
        capacity: 256,
        maxSegmentBytes: 65536,
        onWorkerDeath: () => died?.(),
      });
      const parts: Uint8Array[] = [];
      const limited = createMapperSync({ maxSegmentBytes: 65536 }).coalesce(
        packedRecords(new Uint8Array(rows.buffer)),
      ).bytes;
      let at = 0;
      for (; kills < 8; kills++) {
        at = await drive(pair, rows, at, parts, 2000 + kills * 777);
        expect(at).toBeLessThan(rows.length / 4);
        const noticed = new Promise<void>((resolve) => {
          died = resolve;
        });
        expect(pair.input.owners.consumer & 1).toBe(1);
        worker.terminate();
        await noticed;
        worker = newWorker();
        await pair.restart(worker);
      }
      await drive(pair, rows, at, parts);
      await finish(pair, parts);
      expectBytes(join(parts), limited);
      console.log(`ring faults: ${kills} kernel workers terminated and noticed by their locks`);
    },
  );

  it("PEER_DIED by default, and nobody waits for ever", async () => {
    const worker = newWorker();
    const pair = await createPair({ worker });
    const waiting = expect(pair.consumer.ready()).rejects.toMatchObject({ code: "ABORTED" });
    worker.terminate();
    await expect(pair.ended).rejects.toMatchObject({ code: "PEER_DIED" });
    await waiting;
  });

  it("an owner that leaves in order is not dead", async () => {
    const pair = await createPair();
    await pair.producer.lock();
    const watch = watchOwner(pair.input, "producer");
    expect(watch.token).toBe(pair.producer.token);
    pair.producer.release();
    expect(await watch.dead).toBe(false);
    await pair.consumer.lock();
    const stopped = watchOwner(pair.output, "consumer");
    stopped.stop();
    expect(await stopped.dead).toBe(false);
  });

  it("a worker that is none of ours fails by name", async () => {
    const worker = new Worker(URL.createObjectURL(new Blob(["throw new Error('no kernel here')"])));
    workers.push(worker);
    await expect(createPair({ worker })).rejects.toMatchObject({ code: "PEER_DIED" });
  });
});
