/** I10 with threads: a peer that writes over the kernel's scratch while the kernel is at work. */
import type { Worker } from "node:worker_threads";
import { afterEach, expect, it } from "vitest";
import { PACKING } from "../../src/engine/layout.generated.js";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import { createPair } from "../../src/ring/pair.js";
import { Producer } from "../../src/ring/producer.js";
import { seed } from "../support/check.js";
import { bareKernel } from "../support/open-kernel.js";
import { recordRows, twoRings } from "../support/pairs.js";
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

it("no trap where a peer makes the last record of a block be noted before others", async () => {
  const capacity = 1024;
  const { input, output } = twoRings({ shared: true, engine: "wasm", capacity, outputCapacity: capacity });
  const kernel = bareKernel("wasm");
  expect(kernel.open(input, output)).toBe(0);
  // The row that packs a group of four breaks: the fourth, and then address 0 three times.
  const row = input.offset + 640 + capacity * 16 + PACKING + 15 * 16;
  const data = { memory: input.memory, from: row, byteLength: 16, values: [0x0f0e0d0c, ...Array(3).fill(0xffff_ffff)] };
  const scribbler = sourceWorker("test/support/ring-scribbler.ts", data);
  workers.push(scribbler);
  await new Promise((resolve) => scribbler.once("message", resolve));
  const producer = new Producer(input);
  const consumer = new Consumer(output, { invalid: "skip" });
  let taken = 0;
  // Every fourth record starts a run, and each of the last group of the block.
  const rows = new Uint32Array(4 * 509);
  let addr = 4096;
  for (let i = 0; i < 509; i++) {
    if (i % 4 === 1 || i > 504) addr += 2 ** 20;
    rows.set([addr, 0, 4096, 0], 4 * i);
    addr += 4096;
  }
  for (let round = 0; round < 5000; round++) {
    expect(producer.pushRows(rows)).toBe(509);
    producer.publish();
    for (let i = 0; i < 4; i++) {
      expect(kernel.run(1, 0) & 0xff).toBeLessThanOrEqual(2);
      taken += consumer.take(() => {});
    }
  }
  expect(taken).toBeGreaterThan(5000);
});
