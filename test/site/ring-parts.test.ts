/** The room "Ring" without its page: the input, the proof, and a ring whose kernels are killed. */
import { Worker } from "node:worker_threads";
import { createMapperSync, packedRecords } from "segring";
import { createPair } from "segring/ring";
import { afterEach, describe, expect, it } from "vitest";
import { HeldBack } from "../../site/rooms/ring/held.js";
import { History, niceEnd } from "../../site/rooms/ring/history.js";
import { short } from "../../site/rooms/ring/numbers.js";
import { Pacer } from "../../site/rooms/ring/pacer.js";
import { Comparison, WordHash } from "../../site/rooms/ring/proof.js";
import { CAPACITY, type KernelWorker, RingRun, type RunState } from "../../site/rooms/ring/run.js";
import { bytesIn, RecordSource } from "../../site/rooms/ring/source.js";
import { Random } from "../support/random.js";

function recordsOf(seed: number, count: number): Uint32Array {
  const rows = new Uint32Array(4 * count);
  new RecordSource(seed).fill(rows);
  return rows;
}

function batchOf(rows: Uint32Array, maxSegmentBytes = 65536): Uint32Array {
  return createMapperSync({ maxSegmentBytes })
    .coalesce(packedRecords(new Uint8Array(rows.buffer)))
    .words.slice();
}

describe("the source", () => {
  it("gives equal records for equal seeds, in whatever portions", () => {
    const whole = recordsOf(5, 1000);
    const parts = new RecordSource(5);
    const again = new Uint32Array(whole.length);
    for (let at = 0; at < again.length; at += 28) parts.fill(again.subarray(at, at + 28));
    expect(again).toEqual(whole);
    expect(recordsOf(6, 1000)).not.toEqual(whole);
  });

  it("gives runs that touch, gaps, NOMERGE records, and segments that are cut", () => {
    const rows = recordsOf(1, 10_000);
    const end = (at: number) => (rows[at] as number) + (rows[at + 1] as number) * 2 ** 32 + (rows[at + 2] as number);
    const start = (at: number) => (rows[at] as number) + (rows[at + 1] as number) * 2 ** 32;
    let touching = 0;
    let nomerge = 0;
    for (let at = 4; at < rows.length; at += 4) {
      if (start(at) === end(at - 4)) touching++;
      if ((rows[at + 3] as number) & 2) nomerge++;
    }
    expect(touching).toBeGreaterThan(5000);
    expect(touching).toBeLessThan(9000);
    expect(nomerge).toBeGreaterThan(300);
    const segments = batchOf(rows);
    expect(segments.length).toBeLessThan(rows.length);
    expect(segments.length).toBeGreaterThan(batchOf(rows, 2 ** 32).length);
    expect(bytesIn(segments, 0, segments.length / 4)).toBe(bytesIn(rows, 0, 10_000));
  });
});

it("a hash does not depend on portions, and each bit counts", () => {
  const words = recordsOf(2, 100);
  const whole = new WordHash();
  whole.add(words, words.length);
  const parts = new WordHash();
  for (let at = 0; at < words.length; at += 7) parts.add(words.subarray(at), Math.min(7, words.length - at));
  expect(parts.hex).toBe(whole.hex);
  expect(whole.hex).toMatch(/^[0-9a-f]{16}$/);
  for (let bit = 0; bit < 32; bit++) {
    const other = words.slice();
    other[200] = (other[200] as number) ^ (1 << bit);
    const changed = new WordHash();
    changed.add(other, other.length);
    expect(changed.hex.slice(8)).not.toBe(whole.hex.slice(8));
  }
});

describe("the comparison", () => {
  const segments = batchOf(recordsOf(3, 20_000));

  it("finds equal segments equal, in whatever portions", () => {
    const comparison = new Comparison(createMapperSync({ maxSegmentBytes: 65536 }), 3);
    let at = 0;
    for (const count of [1, 0, 500, 3, 2000]) {
      comparison.add(segments.subarray(at), count);
      at += 4 * count;
    }
    expect(comparison.difference).toBe(undefined);
    expect(comparison.hashes.out).toBe(comparison.hashes.batch);
    expect([comparison.segments, comparison.bytes]).toEqual([2504, BigInt(bytesIn(segments, 0, 2504))]);
  });

  it.each([
    ["changed", (words: Uint32Array) => words.fill(1, 4 * 77 + 2, 4 * 77 + 3)],
    ["lost", (words: Uint32Array) => words.copyWithin(4 * 77, 4 * 78)],
    ["twice", (words: Uint32Array) => words.copyWithin(4 * 77, 4 * 76)],
  ])("names the first segment that is %s", (_, spoil) => {
    const comparison = new Comparison(createMapperSync({ maxSegmentBytes: 65536 }), 3);
    const words = segments.slice();
    spoil(words);
    comparison.add(words, 50);
    comparison.add(words.subarray(200), 50);
    comparison.add(words.subarray(400), 50);
    expect(comparison.difference?.index).toBe(77);
    expect(comparison.hashes.out).not.toBe(comparison.hashes.batch);
  });
});

it("what a kernel in line holds back is found in its memory", async () => {
  const pair = await createPair({ capacity: 16, maxSegmentBytes: 65536 });
  const held = new HeldBack(pair.input, pair.output);
  expect(held.read()?.bytes).toBe(0n);
  pair.producer.pushRows(Uint32Array.of(0x1000, 0, 4096, 0, 0x2000, 0, 512, 0));
  expect(held.read()).toMatchObject({ records: 0, pendingBytes: 4608n, segments: 0, bytes: 4608n });
  pair.producer.pushRows(Uint32Array.of(0x9000, 0, 64, 0));
  expect(held.read()).toMatchObject({ pendingBytes: 64n, segments: 1, segmentBytes: 4608, bytes: 4672n });
  const rows = recordsOf(4, 64);
  let put = 0;
  for (let took = -1; took !== 0; put += took) took = pair.producer.pushRows(rows.subarray(4 * put));
  expect(held.read()).toMatchObject({ records: 16, segments: 16, doubleBytes: 0 });
  expect(held.read()?.bytes).toBe(4672n + BigInt(bytesIn(rows, 0, put)));
  pair.abort();
});

it("segments that a dead kernel put, and whose records it did not take, count once", async () => {
  const pair = await createPair({ capacity: 16, engine: "js" });
  const held = new HeldBack(pair.input, pair.output);
  pair.producer.pushRows(Uint32Array.of(0x1000, 0, 4096, 0));
  pair.producer.pushRows(Uint32Array.of(0x9000, 0, 64, 0));
  // As if the kernel had died in the second commit, before it stored HEAD (docs/ring-protocol.md).
  new Int32Array(pair.input.memory as ArrayBuffer, pair.input.offset)[0x180 >> 2] = 1;
  expect(held.read()).toMatchObject({
    records: 1,
    recordBytes: 64,
    segments: 1,
    pendingBytes: 4096n,
    doubleBytes: 4096,
  });
  expect(held.read()?.bytes).toBe(4096n + 64n);
  pair.abort();
});

it("a pacer gives a rate, and does not make up for a long sleep", () => {
  const pacer = new Pacer();
  expect(pacer.due(0)).toBe(0);
  pacer.setRate(1000, 0);
  expect(pacer.due(10)).toBe(10);
  pacer.done(4);
  expect(pacer.due(10.5)).toBe(6);
  pacer.done(6);
  expect(pacer.due(60_000)).toBe(250);
  pacer.setRate(Number.POSITIVE_INFINITY, 60_000);
  expect(pacer.due(60_000)).toBe(Number.POSITIVE_INFINITY);
});

it("a history gives what happened a second, and forgets after a minute", () => {
  const history = new History(0);
  const depths = { ranges: 3, segments: 4 };
  history.add(500, { records: 100, bytes: 4000, stalls: 1, sleeps: 0 }, depths);
  history.mark(600, "kill");
  history.add(1500, { records: 150, bytes: 4000, stalls: 1, sleeps: 2 }, depths);
  expect(history.figures("records")).toEqual({ now: 50, most: 200 });
  expect(history.figures("stalls")).toEqual({ now: 0, most: 2 });
  expect(history.figures("segments")).toEqual({ now: 4, most: 4 });
  history.add(61_000, { records: 150, bytes: 4000, stalls: 1, sleeps: 2 }, depths);
  expect([history.points.length, history.marks.length, history.figures("records").most]).toEqual([2, 0, 50]);
  expect([0, 1, 1.5, 8, 1000, 10_001].map(niceEnd)).toEqual([1, 1, 2, 10, 1000, 20_000]);
});

it.each([
  [0, "0"],
  [999.7, "1 k"],
  [0.4, "0"],
  [1000, "1 k"],
  [1_640_400, "1.64 M"],
  [999_999, "1 M"],
  [12_345_678_901, "12.3 G"],
])("%d is shown short as %s", (value, text) => {
  expect(short(value)).toBe(text);
});

describe("a ring at work", () => {
  const runs: RingRun[] = [];
  afterEach(() => {
    for (const run of runs.splice(0)) run.stop();
  });

  function newRun(newWorker: (() => KernelWorker) | undefined, onState: (state: RunState) => void = () => {}) {
    const run = new RingRun({
      seed: 7,
      mapper: createMapperSync({ maxSegmentBytes: 65536 }),
      newWorker,
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      onState,
    });
    runs.push(run);
    return run;
  }

  const newWorker = () => new Worker(new URL(import.meta.resolve("segring/ring/worker")));

  /** Waits until so many more segments have come out, and checks every snapshot meanwhile. */
  async function progress(run: RingRun, more: number) {
    const goal = run.comparison.segments + more;
    let seen = 0;
    while (run.comparison.segments < goal) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const snapshot = run.snapshot();
      if (snapshot === undefined) continue;
      seen++;
      expect(snapshot.balanced).toBe(true);
      expect(snapshot.hashes.out).toBe(snapshot.hashes.batch);
    }
    expect(run.comparison.difference).toBe(undefined);
    return seen;
  }

  it("loses nothing and repeats nothing over twenty kills at random moments", async () => {
    const random = new Random(11);
    const run = newRun(newWorker);
    run.rate = Number.POSITIVE_INFINITY;
    await run.start();
    let seen = 0;
    for (let kill = 0; kill < 20; kill++) {
      seen += await progress(run, random.integer(0, 20_000));
      run.kill();
      expect([run.state.name, run.mayKill, run.mayStart]).toEqual(["killed", false, true]);
      await run.start();
      expect(run.state).toEqual({ name: "running", engine: "wasm" });
      seen += await progress(run, 1);
    }
    expect([run.kills, run.kernels]).toEqual([20, 21]);
    expect(seen).toBeGreaterThan(20);
  });

  it("is balanced while no kernel runs, and goes on where the kernel died", async () => {
    const run = newRun(newWorker);
    run.rate = Number.POSITIVE_INFINITY;
    await run.start();
    await progress(run, 100);
    run.kill();
    // A producer that waits for a quarter of the ring leaves less than that empty, where the kernel dies meanwhile.
    await expect.poll(() => run.snapshot()?.held.records).toBeGreaterThan((3 / 4) * CAPACITY);
    expect(run.snapshot()?.balanced).toBe(true);
    await run.start();
    await progress(run, 10_000);
  });

  it("without a worker, runs in line, with nothing to kill", async () => {
    const run = newRun(undefined);
    run.rate = Number.POSITIVE_INFINITY;
    await run.start();
    await progress(run, 10_000);
    expect([run.mayKill, run.mayStart, run.pair?.shared]).toEqual([false, false, false]);
  });

  it("puts nothing at rate 0", async () => {
    const run = newRun(undefined);
    await run.start();
    run.rate = 1e6;
    await progress(run, 100);
    run.rate = 0;
    const { put } = run.pair?.input.counters() ?? {};
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(run.pair?.input.counters().put).toBe(put);
  });

  it("names a worker that does not start, and starts the next one", async () => {
    const states: RunState[] = [];
    let wrong = true;
    const run = newRun(
      () => (wrong ? new Worker("throw new Error('no kernel here')", { eval: true }) : newWorker()),
      (state) => states.push(state),
    );
    await run.start();
    expect(states.at(-1)).toMatchObject({ name: "refused", error: { code: "PEER_DIED" } });
    wrong = false;
    run.rate = 1e6;
    await run.start();
    await progress(run, 100);
    run.kill();
    wrong = true;
    await run.start();
    expect(states.at(-1)).toMatchObject({ name: "refused", error: { code: "PEER_DIED" } });
    wrong = false;
    await run.start();
    await progress(run, 10_000);
    expect(run.kernels).toBe(2);
  });

  it("says so when the rings were stopped", async () => {
    const run = newRun(newWorker);
    run.rate = 1e6;
    await run.start();
    await progress(run, 100);
    run.pair?.abort();
    await expect.poll(() => run.state.name).toBe("failed");
    expect([run.mayKill, run.mayStart]).toEqual([false, false]);
  });
});
