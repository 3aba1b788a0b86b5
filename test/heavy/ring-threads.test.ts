/** A pair of threads against the single-threaded stream: 10^8 records, and the page frames of real memory. */

import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { pageFrames } from "../../src/engine/page-frames.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { Consumer } from "../../src/ring/consumer.js";
import { bufferOf } from "../../src/ring/core.js";
import { createRing, ringBytes } from "../../src/ring/create.js";
import { runKernel } from "../../src/ring/kernel.js";
import { CONS_SEQ, PROD_SEQ } from "../../src/ring/layout.js";
import { createPair, type RingPair } from "../../src/ring/pair.js";
import { Producer } from "../../src/ring/producer.js";
import { runs } from "../support/check.js";
import { recordRows } from "../support/pairs.js";
import { Random } from "../support/random.js";
import { sourceWorker } from "../support/workers.js";

const workers: Worker[] = [];
const newWorker = () => {
  const worker = sourceWorker("src/ring/worker.ts");
  workers.push(worker);
  return worker;
};
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

const sleeping = new Int32Array(new SharedArrayBuffer(4));
/** Rests until the kernel sleeps, so that the next batch must wake it. */
function rest({ input, output }: RingPair): void {
  for (let looks = 0; input.core.load(CONS_SEQ + 4) === 0 && output.core.load(PROD_SEQ + 4) === 0; looks++) {
    if (looks === 300_000) expect.fail("the kernel never sleeps");
    Atomics.wait(sleeping, 0, 0, 1);
  }
}

/** Segments in the order they come, from two sides: what is there from both is compared and forgotten. */
class Comparison {
  compared = 0;
  readonly #sides: [Uint8Array[], Uint8Array[]] = [[], []];

  add(side: 0 | 1, bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.#sides[side].push(bytes);
    const [got, wanted] = this.#sides;
    while (got[0] !== undefined && wanted[0] !== undefined) {
      const length = Math.min(got[0].byteLength, wanted[0].byteLength);
      if (Buffer.compare(got[0].subarray(0, length), wanted[0].subarray(0, length)) !== 0) {
        expect.fail(`a segment differs among those from ${this.compared} on`);
      }
      this.compared += length / 16;
      for (const side of [got, wanted]) {
        side[0] = (side[0] as Uint8Array).subarray(length);
        if (side[0].byteLength === 0) side.shift();
      }
    }
  }

  end(): void {
    expect(this.#sides).toEqual([[], []]);
  }
}

/** Puts rows in batches of random size, with a rest after one in `restIn`, and takes what is ready in between. */
function put(
  pair: RingPair,
  rows: Uint32Array,
  random: Random,
  restIn: number,
  take: (bytes: Uint8Array) => void,
): void {
  for (let at = 0; at < rows.length; ) {
    const end = Math.min(rows.length, at + 4 * random.integer(1, random.once(4) ? 30 : 6000));
    while (at < end) {
      const took = pair.producer.pushRows(rows.subarray(at, end));
      at += took * 4;
      const table = pair.consumer.drain();
      take(table.bytes);
      if (took === 0 && table.length === 0) pair.producer.waitRoom();
    }
    if (random.once(restIn)) rest(pair);
  }
}

function finish(pair: RingPair, take: (bytes: Uint8Array) => void): void {
  pair.producer.close();
  while (pair.consumer.wait()) take(pair.consumer.drain().bytes);
  expect(pair.consumer.ended).toBe(true);
}

it("10^8 records, or a part of them, give what the single-threaded stream gives", async () => {
  const passes = runs(100);
  const random = new Random(20261124);
  const rows = recordRows(1_000_000, 7);
  const pair = await createPair({ worker: newWorker(), maxSegmentBytes: 0xffff_f000, boundaryBytes: 2 ** 32 });
  const stream = createMapperSync({ maxSegmentBytes: 0xffff_f000, boundaryBytes: 2 ** 32 }).stream({ capacity: 65536 });
  const bytes = new Uint8Array(rows.buffer);
  const comparison = new Comparison();
  for (let pass = 0; pass < passes; pass++) {
    for (let at = 1; at < rows.length; at += 4) (rows[at] as number)++;
    for (let at = 0; at < bytes.length; ) {
      at += stream.pushRecords(bytes.subarray(at)) * 16;
      comparison.add(1, stream.drain().bytes);
    }
    put(pair, rows, random, 300, (taken) => comparison.add(0, taken));
  }
  stream.flush();
  comparison.add(1, stream.drain().bytes);
  finish(pair, (taken) => comparison.add(0, taken));
  comparison.end();
  await pair.ended;
  const { put: records, stalls, sleeps, highWater } = pair.input.counters();
  expect(records).toBe(passes * 1_000_000);
  console.log(
    `ring: ${records} records, ${comparison.compared} segments; ${stalls} stalls, ${sleeps} sleeps, high water ${highWater}`,
  );
});

describe.each([
  "test/data/thp-1g.pfn64.gz",
  "test/data/mixed14-1g.pfn64.gz",
  "test/data/mixed45-1g.pfn64.gz",
  "test/data/scattered-1g.pfn64.gz",
  "test/data/isolated-512m.pfn64.gz",
])("%s", (file) => {
  it.each([
    { capacity: 8192, outputCapacity: 8192 },
    { capacity: 16, outputCapacity: 4 },
  ])("through a pair of threads of $capacity and $outputCapacity records is what a batch gives", async (capacities) => {
    const raw = gunzipSync(readFileSync(new URL(`../../${file}`, import.meta.url)));
    const pfns = new BigUint64Array(new Uint8Array(raw).buffer);
    const rows = new Uint32Array(pfns.length * 4);
    pfns.forEach((pfn, index) => {
      rows.set([Number((pfn << 12n) & 0xffff_ffffn), Number(pfn >> 20n), 4096, 0], index * 4);
    });
    const comparison = new Comparison();
    comparison.add(1, createMapperSync().coalesce(pageFrames(pfns)).bytes);
    const pair = await createPair({ worker: newWorker(), ...capacities });
    put(pair, rows, new Random(1), 20, (taken) => comparison.add(0, taken));
    finish(pair, (taken) => comparison.add(0, taken));
    comparison.end();
  });
});

describe("a worker", () => {
  it("that exits ends the pair: PEER_DIED, and whoever waits is woken", async () => {
    const worker = newWorker();
    const pair = await createPair({ worker });
    const waiting = expect(pair.consumer.ready()).rejects.toMatchObject({ code: "ABORTED" });
    await worker.terminate();
    await expect(pair.ended).rejects.toMatchObject({ code: "PEER_DIED" });
    await waiting;
  });

  it("that is no kernel fails by name", async () => {
    const worker = new Worker("throw new Error('no kernel here')", { eval: true });
    workers.push(worker);
    await expect(createPair({ worker })).rejects.toMatchObject({ code: "PEER_DIED" });
  });

  it("tells what stopped it", async () => {
    const pair = await createPair({ worker: newWorker() });
    pair.producer.push(0, 1);
    new Uint32Array(bufferOf(pair.input.memory), pair.input.offset + 640)[3] = 0x80;
    pair.producer.publish();
    await expect(pair.ended).rejects.toMatchObject({ name: "SegringError", code: "POISONED", index: 0 });
  });

  it("is not asked for where memory may not be shared: the kernel runs in line", async () => {
    const pair = await createPair({ worker: newWorker(), shared: false });
    expect(pair.shared).toBe(false);
    pair.producer.push(0, 4096);
    pair.producer.close();
    expect(pair.consumer.drain().length).toBe(1);
    await pair.ended;
  });
});

it("a ring that ends at 4 GiB has no kernel: a 32-bit end would be 0", async () => {
  const memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536 });
  const input = createRing({ memory, capacity: 16 });
  const bytes = ringBytes(16, "segments");
  const output = createRing({ memory, capacity: 16, role: "segments", offset: 2 ** 32 - bytes });
  await expect(runKernel(input, output)).rejects.toThrow(/end below 4 GiB/);
  output.abort();
  const below = createRing({ memory, capacity: 16, role: "segments", offset: 2 ** 32 - bytes - 128 });
  const ended = runKernel(input, below);
  const producer = new Producer(input);
  for (let addr = 0; addr < 160; addr += 10) producer.push(addr, 5);
  producer.close();
  expect([...new Consumer(below)].length).toBe(16);
  await ended;
});
