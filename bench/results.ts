/** What a public call costs beside its kernel: into memory of the caller, lent, and as a table of its own. */

import { checkLimits } from "../dist/core/limits.js";
import type { Engine } from "../dist/engine/engine.js";
import { jsEngine } from "../dist/engine/js.js";
import { createMapperSync, packedRecords, type SegmentMapper } from "../dist/index.js";
import { coalesceObjects, type PlainRange } from "../site/rooms/race/loops.js";
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
  // Checks, views and a table of a call take as long as a call of a kernel: 1000 records do not hide that.
  const call = count <= 1000 ? ns("call") : 0;
  const parts = count <= 1000 ? "call+kernel" : "kernel";
  const max = (label: string, value: number, limit: number) => showBar({ label, value, limit, kind: "max" }, row);
  const bars = [
    max(`into/(${parts}+copies)`, ns("into") / (call + ns("kernel") + ns("in") + ns("out")), call > 0 ? 1.25 : 1.1),
    max(call > 0 ? `lent/(${parts})` : "lent/kernel", ns("lent") / (call + ns("kernel")), call > 0 ? 1.25 : 1.05),
    max(`own/(${parts}+in+fresh)`, ns("own") / (call + ns("kernel") + ns("in") + ns("fresh")), 1.2),
  ];
  const shown = [...times.keys()].map((which) => `${which} ${ns(which).toFixed(2)}`);
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
  readonly #call: () => number;

  constructor(name: EngineName, count: number) {
    this.#count = count;
    this.#mapper = createMapperSync({ engine: name });
    this.#words = new Uint32Array(4 * count);
    this.#target = new Uint32Array(4 * count).fill(1);
    const engine = name === "wasm" ? makeWasm() : jsEngine(2 ** 32);
    const { run, fill } = kernelOf(engine, count);
    this.#kernel = run;
    this.#fillKernel = () => fill(this.#words);
    this.#call = byHand(engine, new Uint32Array([4096, 0, 4096, 0]));
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
      ...(this.#count <= 1000 ? [{ name: "call", run: this.#call }] : []),
    ];
  }

  close(): void {
    this.#mapper.close();
  }
}

/** A kernel over records in its engine's memory, into a warm output. */
function kernelOf(engine: Engine, count: number) {
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
  return { run, fill: (words: Uint32Array) => input.words.set(words), block };
}

/** The least that a call does whose records and segments lie with the caller: views, both copies, and the kernel. */
function byHand(engine: Engine, words: Uint32Array): () => number {
  const { run, fill, block } = kernelOf(engine, words.length / 4);
  const target = new Uint32Array(words.length);
  return () => {
    fill(words);
    const segments = run();
    target.set(block.words.subarray(0, 4 * segments));
    return segments;
  };
}

/** Eight ranges a call, and objects by the hundred thousand: against a call by hand, and loops over objects. */
export function benchSmall(): void {
  console.log("\ncalls of eight ranges (50 % breaks) into memory of the caller, ns a range");
  const words = new Uint32Array(32);
  fillRecords(words, 50);
  const records = packedRecords(new Uint8Array(words.buffer));
  const target = new Uint32Array(4 * 131_072);
  const many = new Uint32Array(4 * 131_072);
  fillRecords(many, 50);
  const [eight, objects] = [objectsOf(words), objectsOf(many)];
  for (const name of ["auto", ...ENGINES] as const) {
    const mapper = createMapperSync({ engine: name });
    let read = 0;
    const times = compare([
      { name: "8 records", run: () => mapper.coalesceInto(records, target) },
      { name: "by hand", run: byHand(name === "wasm" ? makeWasm() : jsEngine(2 ** 32), words) },
      { name: "8 objects", run: () => mapper.coalesceInto(eight, target) },
      { name: "loop over 8", run: () => coalesceObjects(eight) },
      { name: "131072 objects", run: () => mapper.coalesceInto(objects, target) },
      { name: "loop", run: () => coalesceObjects(objects) },
      {
        name: "read",
        run: () => {
          for (const { addr, length } of objects) read += addr + length;
          return read;
        },
      },
    ]);
    const ns = (which: string) =>
      ((times.get(which) as number) / (/131072|read|loop$/.test(which) ? many : words).length) * 4e9;
    const max = (one: string, other: string, limit: number) =>
      showBar({ label: `${one}/${other}`, value: ns(one) / ns(other), limit, kind: "max" }, `small ${name}`);
    // Of many: as fast as a loop that makes objects too or, where memory is the limit, nearly as fast as a loop that reads.
    const least = Math.max(1, (1.3 * ns("read")) / ns("loop"));
    const bars = [
      max("8 records", "by hand", 2),
      max("8 objects", "loop over 8", 5),
      max("131072 objects", "loop", least),
    ];
    const shown = [...times.keys()].map((which) => `${which} ${ns(which).toFixed(1)}`);
    console.log(`  ${name.padEnd(4)}  ${shown.join("  ")}  | ${bars.join("  ")}`);
    mapper.close();
  }
}

function objectsOf(words: Uint32Array): PlainRange[] {
  return Array.from({ length: words.length / 4 }, (_, i) => ({
    addr: (words[4 * i + 1] as number) * 2 ** 32 + (words[4 * i] as number),
    length: words[4 * i + 2] as number,
  }));
}
