/** What a public call costs beside its kernel: into memory of the caller, lent, and as a table of its own. */

import { checkLimits } from "../dist/core/limits.js";
import type { Engine } from "../dist/engine/engine.js";
import { jsEngine } from "../dist/engine/js.js";
import { createMapperSync, packedRecords, type Range, type SegmentMapper } from "../dist/index.js";
import { type Contestant, compare, type Medians, showBar } from "./harness.js";
import { makeWasm } from "./kernel.js";
import { DENSITIES, fillRecords } from "./workloads.js";

const ENGINES = ["wasm", "js"] as const;
type EngineName = (typeof ENGINES)[number];
/** Contestants of up to 10^5 records have memory in so many places: which pages it has there decides a fifth of their time. */
const PLACES = 3;

/** `coalesceInto`, `borrow` and `coalesce` of packed records, against the kernel and copies of the same bytes. */
export function benchResults(sizes: readonly number[]): void {
  for (const name of ENGINES) {
    for (const count of sizes) {
      console.log(`\nresults of ${count} records, engine ${name}, ns a record`);
      const calls = Array.from({ length: count > 100_000 ? 1 : PLACES }, () => new Calls(name, count));
      for (const density of DENSITIES) {
        const contestants = calls.flatMap((call) => call.contestants(density));
        const times = compare(contestants, { rounds: Math.ceil(3 / calls.length) });
        showResults(`results ${name} ${count} ${density} %`, density, times, count, (calls[0] as Calls).segments);
      }
      for (const call of calls) call.close();
    }
  }
}

function showResults(row: string, density: number, times: Medians, count: number, segments: number): void {
  const ns = (which: string) => ((times.get(which) as number) / count) * 1e9;
  const warm = ns("kernel") + ns("in") + ns("out");
  const fresh = ns("kernel") + ns("in") + ns("fresh");
  const max = (label: string, value: number, limit: number) => showBar({ label, value, limit, kind: "max" }, row);
  const bars = [
    max("into/(kernel+copies)", ns("into") / warm, count <= 1000 ? 1.25 : 1.1),
    // A view, a table and the checks of a call take 0.4 µs, which 1000 records do not hide.
    count <= 1000
      ? showBar(
          {
            label: "lent-kernel",
            value: ((ns("lent") - ns("kernel")) * count) / 1000,
            limit: 0.5,
            kind: "max",
            unit: " µs",
          },
          row,
        )
      : max("lent/kernel", ns("lent") / ns("kernel"), 1.05),
    max("own/(kernel+in+fresh)", ns("own") / fresh, 1.2),
  ];
  const shown = ["into", "lent", "own", "kernel", "in", "out", "fresh"].map(
    (which) => `${which} ${ns(which).toFixed(2)}`,
  );
  console.log(`  ${String(density).padStart(3)} % ${segments} segments  ${shown.join("  ")}  | ${bars.join("  ")}`);
}

/** The contestants over one set of buffers. */
class Calls {
  /** Of the records filled in last. */
  segments = 0;
  readonly #count: number;
  readonly #mapper: SegmentMapper;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #target: Uint32Array<ArrayBuffer>;
  readonly #kernel: () => number;
  readonly #fillKernel: () => void;

  constructor(name: EngineName, count: number) {
    this.#count = count;
    this.#mapper = createMapperSync({ engine: name });
    this.#words = new Uint32Array(4 * count);
    this.#target = new Uint32Array(4 * count).fill(1);
    const { run, fill } = kernelOf(name === "wasm" ? makeWasm() : jsEngine(2 ** 32), count);
    this.#kernel = run;
    this.#fillKernel = () => fill(this.#words);
  }

  /** Over records of which `density` percent do not join, once the answers agree. */
  contestants(density: number): Contestant[] {
    const [mapper, words, target, kernel] = [this.#mapper, this.#words, this.#target, this.#kernel];
    fillRecords(words, density);
    this.#fillKernel();
    const records = packedRecords(new Uint8Array(words.buffer));
    const placed = mapper.input(this.#count);
    placed.words.set(words);
    const segments = kernel();
    this.segments = segments;
    const own = mapper.coalesce(records);
    const count = mapper.coalesceInto(records, target);
    const same = count === segments && own.length === segments && own.words.every((word, at) => word === target[at]);
    if (!same || !mapper.coalesce(placed, { borrow: true }).equals(own))
      throw new Error(`${density} %: answers differ`);
    const result = own.words;
    const copy = new Uint32Array(result.length).fill(1);
    const staged = new Uint32Array(words.length).fill(1);
    return [
      { name: "into", run: () => mapper.coalesceInto(records, target) },
      { name: "lent", run: () => mapper.coalesce(placed, { borrow: true }) },
      { name: "own", run: () => mapper.coalesce(records) },
      { name: "kernel", run: kernel },
      { name: "in", run: () => staged.set(words) },
      { name: "out", run: () => copy.set(result) },
      { name: "fresh", run: () => new Uint32Array(result) },
    ];
  }

  close(): void {
    this.#mapper.close();
  }
}

/** A kernel over records in its engine's memory, into a warm output. */
function kernelOf(engine: Engine, count: number): { run: () => number; fill: (words: Uint32Array) => void } {
  const input = engine.allocate(count * 16);
  const block = engine.allocate(count * 16);
  block.bytes.fill(1);
  const coalescer = engine.coalescer(checkLimits({}));
  const output = { block, at: 0, room: count };
  const run = () => {
    output.at = 0;
    output.room = count;
    for (let from = 0; from < count; ) from += coalescer.records(input, from, count, output);
    coalescer.flush(output);
    return output.at;
  };
  return { run, fill: (words) => input.words.set(words) };
}

/** Eight ranges a call, and objects by the hundred thousand. */
export function benchSmall(): void {
  console.log("\ncalls of eight ranges (50 % breaks) into memory of the caller");
  const words = new Uint32Array(32);
  fillRecords(words, 50);
  const records = packedRecords(new Uint8Array(words.buffer));
  const target = new Uint32Array(4 * 131_072);
  for (const engine of ["auto", ...ENGINES] as const) {
    const mapper = createMapperSync({ engine });
    const eight = objectsOf(words);
    const many = new Uint32Array(4 * 131_072);
    fillRecords(many, 50);
    const objects = objectsOf(many);
    let read = 0;
    const times = compare([
      { name: "records", run: () => mapper.coalesceInto(records, target) },
      { name: "objects", run: () => mapper.coalesceInto(eight, target) },
      { name: "many", run: () => mapper.coalesceInto(objects, target) },
      {
        name: "read",
        run: () => {
          for (const { addr, length, flags } of objects) read += (addr as number) + (length as number) + (flags ?? 0);
          return read;
        },
      },
    ]);
    const us = (name: string) => (times.get(name) as number) * 1e6;
    const ns = (name: string) => ((times.get(name) as number) / objects.length) * 1e9;
    const row = `small ${engine}`;
    // Met by the one or by the other.
    const most = Math.max(8, 1.3 * ns("read"));
    const bars = [
      showBar({ label: "8 records", value: us("records"), limit: 0.25, kind: "max", unit: " µs" }, row),
      showBar({ label: "8 objects", value: us("objects"), limit: 0.5, kind: "max", unit: " µs" }, row),
      showBar({ label: "131072 objects", value: ns("many"), limit: most, kind: "max", unit: " ns each" }, row),
    ];
    console.log(
      `  ${engine.padEnd(4)}  a loop that reads objects ${ns("read").toFixed(2)} ns each  | ${bars.join("  ")}`,
    );
    mapper.close();
  }
}

function objectsOf(words: Uint32Array): Range[] {
  return Array.from({ length: words.length / 4 }, (_, i) => ({
    addr: (words[4 * i + 1] as number) * 2 ** 32 + (words[4 * i] as number),
    length: words[4 * i + 2] as number,
    flags: 0,
  }));
}
