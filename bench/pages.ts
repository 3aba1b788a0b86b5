/**
 * Page frames of tables. The floor is what memory itself costs: each record is read, and then each number is written, by
 * SIMD loops in the same memory as the kernel's. A segment of one page has twice as many bytes to read as to write.
 */
import { readFileSync } from "node:fs";
import { decodeKernel } from "../dist/engine/instantiate.js";
import { kernelHex } from "../dist/engine/kernel.generated.js";
import { PAGES_WORK_BYTES } from "../dist/engine/layout.generated.js";
import { listsKernelHex } from "../dist/engine/lists-kernel.generated.js";
import { createMapperSync, pageFrames, type SegmentMapper, SegmentTable } from "../dist/index.js";
import { pages } from "../dist/table/index.js";
import { type Bar, compare, showBar } from "./harness.js";
import { buildLimits } from "./native.js";
import type { Medians } from "./turns.js";
import { random, realFrames } from "./workloads.js";

export const PAGE = 4096;

/**
 * Pages that fit the third-level cache, and pages that do not. In the cache the floor is a third of what it is in memory,
 * and instructions and mispredicted branches decide: there the kernel is compared with its own loops record by record.
 */
const CACHED = 2 ** 18;
const LARGE = 2 ** 22;

interface Load {
  readonly name: string;
  readonly table: SegmentTable;
}

/** `count` segments of `pages` pages, a page free between two of them, from 4 GiB up. */
export function segments(count: number, pages: number): SegmentTable {
  return segmentsOf(Array.from({ length: count }, () => pages));
}

function segmentsOf(lengths: readonly number[]): SegmentTable {
  const words = new Uint32Array(4 * lengths.length);
  let addr = 2 ** 32;
  for (const [i, pages] of lengths.entries()) {
    words.set([addr, addr / 2 ** 32, pages * PAGE, 0], 4 * i);
    addr += (pages + 1) * PAGE;
  }
  return SegmentTable.fromBytes(new Uint8Array(words.buffer));
}

/** Lengths that a seeded generator draws, until they make `total` pages. */
function drawn(total: number, draw: (next: (most: number) => number) => number): SegmentTable {
  const bits = random(7);
  const next = (most: number) => 1 + Math.floor((bits() / 2 ** 32) * most);
  const lengths: number[] = [];
  for (let left = total; left > 0; left -= lengths.at(-1) as number) lengths.push(Math.min(left, draw(next)));
  return segmentsOf(lengths);
}

/** The lengths of a table again and again, until they make `total` pages. */
function repeated(table: SegmentTable, total: number): SegmentTable {
  const lengths: number[] = [];
  for (let left = total, at = 0; left > 0; at = (at + 1) % table.length) {
    const pages = Math.min(left, table.size(at) / PAGE);
    lengths.push(pages);
    left -= pages;
  }
  return segmentsOf(lengths);
}

function geometric(next: (most: number) => number): number {
  let pages = 1;
  while (next(2) === 1) pages++;
  return pages;
}

function loads(total: number, mapper: SegmentMapper): Load[] {
  const even = [512, 64, 16, 4, 2, 1].map((pages): Load => {
    return { name: `${pages} pages a segment`, table: segments(total / pages, pages) };
  });
  const mixed = [2, 8, 16].map((most): Load => {
    return { name: `1 to ${most}, random`, table: drawn(total, (next) => next(most)) };
  });
  return [
    { name: "2 GiB a segment", table: segments(Math.ceil(total / 2 ** 19), Math.min(total, 2 ** 19)) },
    ...even,
    ...mixed,
    { name: "geometric, mean 2", table: drawn(total, geometric) },
    { name: "95 % one, rest to 64", table: drawn(total, (next) => (next(20) > 1 ? 1 : next(64))) },
    ...realFrames().map(({ name, frames }): Load => {
      const table = mapper.coalesce(pageFrames(frames));
      return { name, table: total < LARGE ? table : repeated(table, total) };
    }),
  ];
}

/** The kernel alone, and what bounds it, over records and numbers in one memory. */
interface InPlace {
  readonly numbers: BigUint64Array;
  readonly kernel: () => number;
  /** The kernel's loops that go record by record. */
  readonly each: () => number;
  readonly floor: () => void;
}

function inPlace(table: SegmentTable, count: number): InPlace {
  const work = 1024;
  const input = 65536;
  const recordBytes = 16 * table.length;
  const output = input + Math.ceil(recordBytes / PAGE) * PAGE + PAGE;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((output + 8 * count + PAGE) / 65536), maximum: 65535 });
  const words = new Uint32Array(memory.buffer);
  words.fill(1, output / 4);
  words.set(table.words, input / 4);
  const exportsOf = (bytes: BufferSource) =>
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as Record<string, unknown>;
  type Expand = (...numbers: number[]) => number;
  const expandBlocks = exportsOf(decodeKernel(listsKernelHex)).expandBlocks as Expand;
  const expandPages = exportsOf(decodeKernel(kernelHex)).expandPages as Expand;
  const limits = exportsOf(readFileSync(new URL("native/build/limits.wasm", import.meta.url)));
  const read = limits.read as (at: number, bytes: number) => bigint;
  const write = limits.write as (at: number, bytes: number) => void;
  const by = (expand: Expand) => () => {
    words.fill(0, work / 4, (work + PAGES_WORK_BYTES) / 4);
    return expand(work, input, table.length, 12, 0, output, count);
  };
  return {
    numbers: new BigUint64Array(memory.buffer, output, count),
    kernel: by(expandBlocks),
    each: by(expandPages),
    floor() {
      read(input, recordBytes);
      write(output, 8 * count);
    },
  };
}

/** What lists a load: the mapper, with its numbers left in memory or copied out, the kernel, and plain code. */
export function benchPages(quick: boolean): void {
  console.log(
    "\npages: page frame numbers of a table, ns a page; floor: SIMD reads all records, then writes all numbers; kernel: in place; each: record by record; write: fill\n" +
      "  count: pages(table).count, ns a segment; read: a JavaScript loop that adds addresses and lengths",
  );
  // Its file is what the floors are made of.
  buildLimits(65536);
  const wasm = createMapperSync({ engine: "wasm" });
  const js = createMapperSync({ engine: "js" });
  for (const total of quick ? [2 ** 16] : [CACHED, LARGE]) {
    console.log(`  ${total} pages`);
    for (const load of loads(total, wasm)) benchLoad(load, total < LARGE, wasm, js);
  }
  wasm.close();
  js.close();
}

function benchLoad({ name, table }: Load, isCached: boolean, wasm: SegmentMapper, js: SegmentMapper): void {
  const count = Number(table.totalBytes / BigInt(PAGE));
  const target = new BigUint64Array(count).fill(1n);
  const place = inPlace(table, count);
  const expected = js.frames(table);
  const found = wasm.frames(table);
  const same = (numbers: BigUint64Array) => numbers.length === count && numbers.every((n, i) => n === expected[i]);
  if (!same(found) || place.each() !== count || place.kernel() !== count || !same(place.numbers))
    throw new Error(`${name}: other frames`);
  if (countOf(table) !== count) throw new Error(`${name}: another count`);
  const contestants = [
    { name: "frames", run: () => wasm.frames(table) },
    { name: "floor", run: place.floor },
    { name: "kernel", run: place.kernel },
    { name: "each", run: place.each },
    { name: "write", run: () => target.fill(7n) },
    { name: "copied", run: () => wasm.framesInto(table, target) },
    { name: "js", run: () => js.frames(table) },
    { name: "count", run: () => countOf(table) },
    { name: "read", run: () => readAll(table.words) },
  ];
  const medians = compare(contestants, { rounds: 7, seconds: 0.03 });
  const ns = (which: string, of = count) => ((times(medians, which) / of) * 1e9).toFixed(2);
  const shown = ["frames", "floor", "kernel", "each", "copied", "js", "write"].map((which) => `${which} ${ns(which)}`);
  console.log(
    `  ${name.padEnd(20)} ${table.length} segments  ${shown.join("  ")}  count ${ns("count", table.length)}  read ${ns("read", table.length)}  | ${barsOf(name, isCached, table, medians)}`,
  );
}

function barsOf(name: string, isCached: boolean, { length, totalBytes }: SegmentTable, medians: Medians): string {
  const bar = (which: string, bound: string, limit: number) => {
    const value = times(medians, which) / times(medians, bound);
    return showBar({ label: `${which}/${bound}`, value, limit, kind: "max" } satisfies Bar, `pages ${name}`);
  };
  const bars = isCached ? [bar("kernel", "each", 1.1)] : [bar("frames", "floor", 2), bar("kernel", "floor", 1.3)];
  // Where segments are long, reading them costs nothing.
  if (totalBytes >= BigInt(16 * PAGE) * BigInt(length)) bars.push(bar("frames", "write", 1.5));
  // A call takes a few hundred nanoseconds, which few segments do not hide.
  if (length >= 10_000) bars.push(bar("count", "read", 1.5));
  return bars.join("  ");
}

/** What a JavaScript loop over the segments costs: a count is exact, so it looks at each. */
function readAll(words: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < words.length; at += 4) sum = (sum + (words[at] as number) + (words[at + 2] as number)) | 0;
  return sum;
}

/** A list counts once, so each call makes one. */
const countOf = (table: SegmentTable) => pages(table, PAGE).count;

export const times = (medians: Medians, name: string) => medians.get(name) as number;
