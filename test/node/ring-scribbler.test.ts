/** I10 with threads: a peer that writes over the kernel's scratch while the kernel is at work. */
import type { Worker } from "node:worker_threads";
import { afterEach, expect, it } from "vitest";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import { createPair } from "../../src/ring/pair.js";
import { seed } from "../support/check.js";
import { recordRows } from "../support/pairs.js";
import { sourceWorker } from "../support/workers.js";

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** Segments after which it is said to be enough: a run of garbage may be 2^64 bytes long. */
const ENOUGH = 300_000;

it.each(["wasm", "js"] as const)("no trap, no byte outside the rings, and an end: %s", async (engine) => {
  const kernel = sourceWorker("src/ring/worker.ts");
  workers.push(kernel);
  const pair = await createPair({ worker: kernel, engine, capacity: 1024, outputCapacity: 256, invalid: "skip" });
  const { memory, offset, capacity } = pair.input;
  const buffer = bufferOf(memory);
  const from = offset + 640 + capacity * 16;
  const scribbler = sourceWorker("test/support/ring-scribbler.ts", { memory, from, byteLength: 0x3000, seed });
  workers.push(scribbler);
  await new Promise((resolve) => scribbler.once("message", resolve));

  const configuration = new Uint8Array(buffer).slice(pair.output.offset, pair.output.offset + 0x34);
  pair.consumer.release();
  const consumer = new Consumer(pair.output, { invalid: "skip" });
  const rows = recordRows(60_000, 3, 2);
  let put = 0;
  // Those that are passed over count too.
  const taken = () => pair.output.counters().taken;
  const stopped = await (async () => {
    while (put < rows.length && taken() < ENOUGH) {
      put += pair.producer.pushRows(rows.subarray(put, put + 4 * 500)) * 4;
      consumer.take(() => {});
    }
    pair.producer.close();
    while (taken() < ENOUGH && (await consumer.ready())) consumer.take(() => {});
    if (taken() >= ENOUGH) pair.abort();
    await pair.ended;
  })().catch((error) => error);
  if (stopped !== undefined) expect(stopped).toMatchObject({ code: "ABORTED" });
  expect(taken()).toBeGreaterThan(0);
  // Whatever came of it, the kernel wrote nothing but segments and its own words.
  const bytes = new Uint8Array(buffer);
  expect(bytes.slice(pair.output.offset, pair.output.offset + 0x34)).toEqual(configuration);
  const end = pair.output.offset + pair.output.byteLength;
  for (const [first, last] of [
    [0, offset],
    [end, bytes.length],
  ] as const) {
    expect(bytes.subarray(first, last).every((byte) => byte === 0)).toBe(true);
  }
  console.log(
    `ring faults: ${taken()} segments beside a scribbler, ${stopped === undefined ? "to the end" : "stopped"}`,
  );
});
