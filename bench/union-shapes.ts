/**
 * The kernel of the union against C++ of two kinds: a radix sort with a merge, and Highway's vqsort with a merge. Records
 * lie in the mapper's memory, and the result stays there: what is timed checks each record too, which C++ does not. Minima
 * of interleaved rounds.
 */
import { createMapperSync, type SegmentMapper } from "../dist/index.js";
import { median } from "../site/rooms/race/statistics.js";
import { hashRecords } from "./bigint.js";
import { showBar } from "./harness.js";
import { buildLimits, buildRadix, buildVqsort, runC, scratchFile } from "./native.js";
import { DENSITIES, fillRecords, random, shuffleRecords } from "./workloads.js";

const ROUNDS = 5;
const PAGE = 4096;
/** At most this much of the better C++. */
const FAST = 0.8;
const HARD = 1.3;
const SMALL = 1.4;
/** Of a key, at most. */
const KEY_BYTES = 8;

interface Shape {
  readonly name: string;
  readonly limit: number;
  readonly fill: (words: Uint32Array) => void;
}

/** Fills records from addresses and lengths. */
function each(
  words: Uint32Array,
  recordOf: (i: number, count: number) => readonly [addr: number, length: number],
): void {
  const count = words.length / 4;
  for (let i = 0; i < count; i++) {
    const [addr, length] = recordOf(i, count);
    words.set([addr, addr / 2 ** 32, length, 0], 4 * i);
  }
}

const density = (percent: number): Shape => ({
  name: `${percent} %`,
  limit: FAST,
  fill(words) {
    fillRecords(words, percent);
    shuffleRecords(words);
  },
});

const SHAPES: readonly Shape[] = [
  { name: "descending", limit: FAST, fill: (words) => each(words, (i, n) => [(n - i) * 2 * PAGE, PAGE]) },
  {
    name: "clusters",
    limit: FAST,
    fill(words) {
      const next = random(3);
      each(words, (_, n) => [(next() % 16) * 2 ** 44 + (next() % n) * PAGE, PAGE]);
    },
  },
  {
    name: "varying lengths",
    limit: FAST,
    fill(words) {
      const next = random(4);
      density(50).fill(words);
      for (let at = 2; at < words.length; at += 4) words[at] = 1 + (next() & 0xffff);
    },
  },
  {
    name: "random 48 bits",
    limit: FAST,
    fill(words) {
      const next = random(5);
      each(words, () => [(next() & 0xffff) * 2 ** 32 + next(), 1 + (next() & 0xffff)]);
    },
  },
  {
    name: "alternating extremes",
    limit: HARD,
    fill(words) {
      for (let at = 0; at < words.length; at += 8) words.set([0, 0, 1, 0, 0xffff_ffff, 0xffff_ffff, 1, 0], at);
    },
  },
  {
    name: "logarithmic skew",
    limit: HARD,
    fill(words) {
      const next = random(6);
      each(words, () => [Math.floor(2 ** ((next() / 2 ** 32) * 36)) * PAGE, PAGE]);
    },
  },
  { name: "all equal but one", limit: HARD, fill: (words) => each(words, (i, n) => [i === n >> 1 ? 0 : PAGE, PAGE]) },
];

/** @param most Records in the largest rows. */
export function benchShapes(sizes: readonly number[]): void {
  const programs = { "C++ radix": buildRadix(), vqsort: buildVqsort() };
  for (const [name, program] of Object.entries(programs)) {
    if (program === undefined) console.log(`${name} does not compile: its rows are left out`);
  }
  warmUp();
  const start = startNs();
  console.log(
    `\nfirst: a new mapper's first union; fresh: memory that is written for the first time, for its keys and segments;` +
      ` a mapper's first union of few records takes ${(start / 1000).toFixed(0)} µs`,
  );
  for (const count of sizes) {
    console.log(`\nunion of ${count} records in the mapper's memory, ns a record, best of ${ROUNDS} rounds`);
    const isSmall = count < 1_000_000;
    for (const shape of [...DENSITIES.map(density), ...(isSmall ? [] : SHAPES)]) {
      compareShape(count, isSmall ? { ...shape, limit: SMALL } : shape, programs, start);
    }
  }
}

/** V8 compiles a kernel well only once it has been called often: the first call of a mapper is not to wait for that. */
function warmUp(): void {
  using mapper = createMapperSync({ engine: "wasm" });
  const records = mapper.input(300_000);
  for (const { fill } of [density(10), ...SHAPES]) {
    fill(records.words);
    for (let call = 0; call < 5; call++) mapper.union(records, { borrow: true });
  }
}

type Programs = Record<string, string | undefined>;

/** Nanoseconds a record of each contestant, at best. */
type Best = Map<string, number>;

/** @param start Nanoseconds of a mapper's first union beside its records: an instance of the kernel. */
function compareShape(count: number, shape: Shape, programs: Programs, start: number): void {
  using mapper = createMapperSync({ engine: "wasm" });
  const records = mapper.input(count);
  const target = new Uint32Array(4 * count + 64).fill(1);
  shape.fill(records.words);
  const best: Best = new Map();
  const { first, segments } = firstCall(records.bytes, target);
  best.set("first", first);
  best.set("fresh", freshNs(KEY_BYTES * count + 16 * segments) / count);
  best.set("start", start / count);
  mapper.unionInto(records, target);
  const answer = { segments, hash: hashRecords(target, segments) };
  const file = scratchFile(records.bytes);
  const calls = Math.max(3, Math.ceil(5e6 / count));
  for (let round = 0; round < ROUNDS; round++) {
    for (let call = 0; call < calls; call++) timeCalls(mapper, records, target, segments, best);
    for (const [contestant, program] of Object.entries(programs)) {
      if (program === undefined) continue;
      const run = runC(program, file.path, calls);
      note(best, contestant, Math.min(...run.rounds) / count);
      // C++ does not split what is above 4 GiB.
      const isEqual = run.segments === answer.segments && run.hash === answer.hash;
      if (shape.name !== "0 %" && !isEqual) throw new Error(`${contestant}: ${shape.name}`);
    }
  }
  file.remove();
  showShape(count, shape, programs, best);
}

function note(best: Best, contestant: string, ns: number): void {
  best.set(contestant, Math.min(ns, best.get(contestant) ?? Number.POSITIVE_INFINITY));
}

/** A call of each contestant of ours: the result left in memory, written to a target, and a copy of the result alone. */
function timeCalls(
  mapper: SegmentMapper,
  records: ReturnType<SegmentMapper["input"]>,
  target: Uint32Array,
  segments: number,
  best: Best,
): void {
  const { count } = records;
  const result = mapper.union(records, { borrow: true }).words;
  note(best, "kernel", timeOf(() => mapper.union(records, { borrow: true })) / count);
  note(best, "target", timeOf(() => mapper.unionInto(records, target)) / count);
  note(best, "copy", timeOf(() => target.set(result.subarray(0, 4 * segments))) / count);
}

function showShape(count: number, { name, limit }: Shape, programs: Programs, best: Best): void {
  const ns = (contestant: string) => best.get(contestant) as number;
  const others = Object.keys(programs).filter((contestant) => best.has(contestant));
  const row = `union ${count} ${name}`;
  const max = (label: string, value: number, limit: number) => showBar({ label, value, limit, kind: "max" }, row);
  const bars = [];
  if (others.length > 0) bars.push(max("kernel/better C++", ns("kernel") / Math.min(...others.map(ns)), limit));
  // A kernel of few nanoseconds is not much more than a copy of what it wrote.
  const withTarget = Math.max(1.2 * ns("kernel"), 1.1 * (ns("kernel") + ns("copy")));
  bars.push(max("target/max(1.2 kernel, 1.1 (kernel+copy))", ns("target") / withTarget, 1));
  // Of fewer records, an instance of the kernel is all that a first call takes.
  if (count >= 100_000) {
    bars.push(max("first/(2 later+fresh)", ns("first") / (2 * ns("target") + ns("fresh") + ns("start")), 1));
  }
  const shown = ["kernel", "target", "copy", ...others, "first", "fresh"].map(
    (contestant) => `${contestant} ${ns(contestant).toFixed(1)}`,
  );
  console.log(`  ${name.padEnd(20)} ${shown.join("  ")}  | ${bars.join("  ")}`);
}

/** The first union of a new mapper into a target that was written before: the median of three mappers, a record. */
function firstCall(bytes: Uint8Array, target: Uint32Array): { first: number; segments: number } {
  let segments = 0;
  const times = Array.from({ length: 3 }, () => {
    using mapper = createMapperSync({ engine: "wasm" });
    const records = mapper.input(bytes.length / 16);
    records.bytes.set(bytes);
    return timeOf(() => {
      segments = mapper.unionInto(records, target);
    });
  });
  return { first: median(times) / (bytes.length / 16), segments };
}

/** Nanoseconds of a new mapper's first union of as few records as go by buckets. */
function startNs(): number {
  const times = Array.from({ length: 9 }, () => {
    using mapper = createMapperSync({ engine: "wasm" });
    const records = mapper.input(300);
    density(100).fill(records.words);
    return timeOf(() => mapper.union(records, { borrow: true }));
  });
  return median(times);
}

/**
 * Nanoseconds for so many bytes of new wasm memory: the platform gives each page when it is first written, which no
 * kernel can avoid. On a virtual machine this may take 13 µs for 4 KiB.
 */
function freshNs(bytes: number): number {
  const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) });
  const words = new Uint32Array(buffer);
  return timeOf(() => {
    for (let at = 0; at < bytes / 4; at += 1024) words[at] = 1;
  });
}

function timeOf(run: () => unknown): number {
  const start = performance.now();
  run();
  return (performance.now() - start) * 1e6;
}

/** Time for twice as many, over what reading twice the bytes takes. @param most Records of the larger. */
export function benchGrowth(most: number): void {
  console.log(`\nunion of ${most / 2} records and of twice as many: time over time, and the same of reading the bytes`);
  const memory = buildLimits(most * 16);
  for (const { name, fill } of [density(10), ...SHAPES]) {
    const best = new Map<number, { union: number; read: number }>();
    for (const count of [most / 2, most]) {
      const mapper = createMapperSync({ engine: "wasm" });
      const records = mapper.input(count);
      fill(records.words);
      mapper.union(records, { borrow: true });
      const times = { union: Number.POSITIVE_INFINITY, read: Number.POSITIVE_INFINITY };
      for (let round = 0; round < ROUNDS; round++) {
        times.union = Math.min(
          times.union,
          timeOf(() => mapper.union(records, { borrow: true })),
        );
        times.read = Math.min(
          times.read,
          timeOf(() => memory.read(count * 16)),
        );
      }
      best.set(count, times);
      mapper.close();
    }
    const [one, two] = [best.get(most / 2), best.get(most)] as [
      { union: number; read: number },
      { union: number; read: number },
    ];
    const growth = two.union / one.union;
    const reading = two.read / one.read;
    const bar = { label: "union/read", value: growth / Math.max(reading, 2), limit: 1.3, kind: "max" } as const;
    console.log(
      `  ${name.padEnd(20)} ${growth.toFixed(2)}  read ${reading.toFixed(2)}  | ${showBar(bar, `growth ${name}`)}`,
    );
  }
}
