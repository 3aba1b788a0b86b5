/**
 * A pool of two workers against one thread: records in memory, where a pool begins to be asked, and a file on the command
 * line. The limit is what the machine gives for two threads at once: two workers, or two processes, with half of the
 * input each. Two processors of a cloud are often two threads of one core, and their memory has one bus.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMapperSync, type PackedRecords, packedRecords, type SegmentMapper } from "../dist/index.js";
import { createPool, type SegmentPool } from "../dist/pool/index.js";
import { median } from "../site/rooms/race/statistics.js";
import { secondsOf, secondsSideBySide } from "./command-time.js";
import { Halves } from "./halves.js";
import { showBar } from "./harness.js";
import { random } from "./workloads.js";

const CLI = new URL("../dist/cli/main.js", import.meta.url).pathname;
const WORKERS = 2;
/** Where the bars stand: fewer records are quick runs, whose figures say nothing. */
const BAR_RECORDS = 10_000_000;
/** The smallest input that a pool gives to its workers. */
const SMALLEST = 2 ** 20 + 1;
const ROUNDS = 9;
const SHUFFLED = "shuffled";
/** Part of the limit that borders and messages leave: the calling thread has no processor of its own. */
const SHARE = 0.75;

export async function benchPool(quick: boolean): Promise<void> {
  const count = quick ? 1_200_000 : 16_000_000;
  const pool = await createPool({ workers: WORKERS });
  const halves = new Halves(WORKERS);
  const mapper = createMapperSync();
  console.log(`\npool of ${WORKERS} against one thread, ${count} records in shared memory, medians, ns a record`);
  try {
    const setting = { pool, halves, mapper };
    for (const breaks of [10, 50, 100])
      await benchCall(setting, "coalesce", pages(count, breaks, false), `${breaks} % breaks`);
    await benchCall(setting, "union", pages(count, 50, true), SHUFFLED);
    await benchCall(setting, "union", pages(count, 50, false), "in order");
    await benchSmallest(setting);
  } finally {
    await pool.close();
    await halves.end();
    mapper.close();
  }
  await benchFile(quick ? 1_000_000 : 100_000_000);
}

interface Setting {
  readonly pool: SegmentPool;
  readonly halves: Halves;
  readonly mapper: SegmentMapper;
}

/** Pages in shared memory, of which so many percent do not touch the one before. */
function pages(count: number, breaks: number, isShuffled: boolean): PackedRecords {
  const draw = random(23);
  const numbers = new Uint32Array(count);
  let page = 0;
  for (let index = 0; index < count; index++) {
    page += draw() % 100 < breaks ? 2 : 1;
    numbers[index] = page;
  }
  if (isShuffled) {
    for (let index = count - 1; index > 0; index--) {
      const other = draw() % (index + 1);
      [numbers[index], numbers[other]] = [numbers[other] as number, numbers[index] as number];
    }
  }
  const bytes = new Uint8Array(new SharedArrayBuffer(count * 16));
  const words = new Uint32Array(bytes.buffer);
  for (let index = 0; index < count; index++) {
    const number = numbers[index] as number;
    words[index * 4] = number << 12;
    words[index * 4 + 1] = number >>> 20;
    words[index * 4 + 2] = 4096;
  }
  return packedRecords(bytes);
}

async function benchCall(
  { pool, halves, mapper }: Setting,
  call: "coalesce" | "union",
  records: PackedRecords,
  what: string,
): Promise<void> {
  const { count } = records;
  const expected = mapper[call](records);
  if (!(await pool[call](records)).equals(expected)) throw new Error("the pool gives another answer");
  const target = new Uint32Array(new SharedArrayBuffer(expected.length * 16));
  const into = `${call}Into` as const;
  const times = await inRounds({
    "1 thread": () => mapper[call](records),
    pool: () => pool[call](records),
    halves: () => halves.run(call, records, false),
    "1 thread, into": () => mapper[into](records, target),
    "pool, into": () => pool[into](records, target),
    "halves, into": () => halves.run(call, records, true),
  });
  const shown = [...times].map(([name, ms]) => `${name} ${((ms * 1e6) / count).toFixed(2)}`);
  const row = `pool ${call} ${count}, ${what}`;
  const bars = (["", ", into"] as const).map((form) => {
    const ms = (name: string) => times.get(`${name}${form}`) as number;
    const label = `${form === "" ? "table" : "into"}: 1 thread/pool`;
    // A union of ranges in any order is the calling thread's: to part them takes two workers longer.
    if (what === SHUFFLED && count >= BAR_RECORDS)
      return showBar({ label, value: ms("1 thread") / ms("pool"), limit: 0.95, kind: "min" }, row);
    return bar(count, { label, one: ms("1 thread"), two: ms("pool"), halves: ms("halves"), least: 1.7 }, row);
  });
  console.log(`  ${call}, ${what}: ${shown.join("  ")}  | ${bars.join("  ")}`);
}

/**
 * Where a pool first gives work away. A table lies in new shared memory, which the platform zeroes or maps page by page: a
 * table is held to segments in such memory, and those in memory that is there to one thread.
 */
async function benchSmallest({ pool, halves, mapper }: Setting): Promise<void> {
  const records = pages(SMALLEST, 50, false);
  const { length } = (await pool.coalesce(records)).words;
  const target = new Uint32Array(new SharedArrayBuffer(4 * length));
  const times = await inRounds(
    {
      "1 thread": () => mapper.coalesce(records),
      pool: () => pool.coalesce(records),
      "pool, into new memory": () =>
        pool.coalesceInto(records, new Uint32Array(new SharedArrayBuffer(Math.ceil(4.4 * length)), 0, length)),
      "1 thread, into": () => mapper.coalesceInto(records, target),
      "pool, into": () => pool.coalesceInto(records, target),
      "halves, into": () => halves.run("coalesce", records, true),
    },
    41,
  );
  const ms = (name: string) => times.get(name) as number;
  const max = (label: string, value: number, limit: number) =>
    showBar({ label, value, limit, kind: "max" }, `pool coalesce ${SMALLEST}`);
  const least = Math.max(1.05, ms("halves, into") / ms("1 thread, into") / SHARE);
  const bars = [
    max("table/into new memory", ms("pool") / ms("pool, into new memory"), 1.15),
    max("into: pool/1 thread", ms("pool, into") / ms("1 thread, into"), least),
    max("table: pool/1 thread", ms("pool") / ms("1 thread"), 1.3),
  ];
  const shown = [...times].map(([name, time]) => `${name} ${time.toFixed(2)}`);
  console.log(
    `  coalesce, ${SMALLEST} records, the fewest that workers are given, ms: ${shown.join("  ")}  | ${bars.join("  ")}`,
  );
}

async function benchFile(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "segring-bench-pool-"));
  try {
    const [file, lower, upper] = ["some", "lower", "upper"].map((name) => join(folder, `${name}.pfn64`)) as [
      string,
      string,
      string,
    ];
    writeFrames(file, 0, count);
    writeFrames(lower, 0, count / 2);
    writeFrames(upper, count / 2, count / 2);
    for (const to of ["records", "csv"]) {
      const [one, two, other] = ["one", "two", "other"].map((name) => join(folder, name)) as [string, string, string];
      const times: [number[], number[], number[]] = [[], [], []];
      for (let round = 0; round < 5; round++) {
        times[0].push(secondsOf(process.execPath, [CLI, "map", file, "--to", to], one));
        times[1].push(secondsOf(process.execPath, [CLI, "map", file, "--to", to, `--threads=${WORKERS}`], two));
        if (round === 0 && !readFileSync(one).equals(readFileSync(two))) throw new Error("threads give another answer");
        const runs = [lower, upper].map((half, at) => ({
          words: [CLI, "map", half, "--to", to],
          out: at === 0 ? two : other,
        }));
        times[2].push(await secondsSideBySide(process.execPath, runs));
      }
      const [alone, threads, halves] = times.map(median) as [number, number, number];
      const bars = { label: "1 thread/2 threads", one: alone, two: threads, halves, least: 1.6 };
      console.log(
        `  segring map of ${count} frames to ${to}: ${alone.toFixed(2)} s, ${threads.toFixed(2)} s, two processes with half each ${halves.toFixed(2)} s  | ${bar(count, bars, `pool map --to ${to}`)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Page frames, of which a tenth does not follow the one before. */
function writeFrames(file: string, first: number, count: number): void {
  const draw = random(29);
  const descriptor = openSync(file, "w");
  const frames = new BigUint64Array(65536);
  let frame = BigInt(first) * 2n;
  for (let done = 0; done < count; done += frames.length) {
    for (let index = 0; index < frames.length; index++) {
      frame += draw() % 10 === 0 ? 5n : 1n;
      frames[index] = frame;
    }
    writeSync(descriptor, new Uint8Array(frames.buffer, 0, Math.min(frames.length, count - done) * 8));
  }
  closeSync(descriptor);
}

/**
 * Median milliseconds of each; in each round all run once, without garbage: the next table after one of 16 MB took 13 ms more,
 * whoever made it.
 */
async function inRounds(calls: Readonly<Record<string, () => unknown>>, rounds = ROUNDS): Promise<Map<string, number>> {
  const samples = new Map(Object.keys(calls).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(calls)) {
      globalThis.gc?.();
      const start = performance.now();
      await call();
      samples.get(name)?.push(performance.now() - start);
    }
  }
  return new Map([...samples].map(([name, times]) => [name, median(times)]));
}

/** What one thread takes, what two threads take, and what the machine takes for both halves at once. */
interface Speedup {
  readonly label: string;
  readonly one: number;
  readonly two: number;
  readonly halves: number;
  /** The bar of a machine that gives two whole processors. */
  readonly least: number;
}

/** Two threads are as much faster as the bar says or, on a machine that does not give as much, nearly as halves are. */
function bar(count: number, { label, one, two, halves, least }: Speedup, row: string): string {
  const value = one / two;
  const possible = one / halves;
  const shown =
    count >= BAR_RECORDS
      ? showBar({ label, value, limit: Math.max(1, Math.min(least, SHARE * possible)), kind: "min" }, row)
      : `${label} ${value.toFixed(2)}x`;
  return `${shown} (halves: ${possible.toFixed(2)}x)`;
}
