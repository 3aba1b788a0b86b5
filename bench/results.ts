/** What a public call costs beside its kernel: into memory of the caller, lent, and as a table of its own. */

import type { PackedRecords } from "../dist/core/input.js";
import { checkLimits } from "../dist/core/limits.js";
import { PACKAGE } from "../dist/core/package-key.js";
import { RECORD_BYTES } from "../dist/core/record.js";
import type { Block, Engine } from "../dist/engine/engine.js";
import { jsEngine } from "../dist/engine/js.js";
import { createMapperSync, packedRecords } from "../dist/index.js";
import { SegmentMapper } from "../dist/mapper/mapper.js";
import { coalesceObjects, type PlainRange } from "../site/rooms/race/loops.js";
import { type Contestant, compare, showBar } from "./harness.js";
import { makeWasm } from "./kernel.js";
import type { Medians } from "./turns.js";
import { DENSITIES, fillRecords } from "./workloads.js";

const ENGINES = ["wasm", "js"] as const;
type EngineName = (typeof ENGINES)[number];
/** Contestants of up to 10^5 records have memory in so many places: which pages it has there decides a fifth of their time. */
const PLACES = 3;
/** There, many short turns: the bar of a lent table is as narrow as two runs of one kernel differ when the machine's speed changes. */
const PLACE_TURNS = { rounds: 5, seconds: 0.05 };

/** `coalesceInto`, `borrow` and `coalesce` of packed records, against the kernel and copies of the same bytes. */
export function benchResults(sizes: readonly number[]): void {
  for (const name of ENGINES) {
    for (const count of sizes) {
      console.log(`\nresults of ${count} records, engine ${name}, ns a record`);
      const calls = Array.from({ length: count > 100_000 ? 1 : PLACES }, () => new Calls(name, count));
      for (const density of DENSITIES) {
        const contestants = calls.flatMap((call) => call.contestants(density));
        const times = compare(contestants, calls.length === 1 ? {} : PLACE_TURNS);
        showResults(`results ${name} ${count} ${density} %`, density, times, count, (calls[0] as Calls).segments);
      }
      for (const call of calls) call.close();
    }
  }
}

function showResults(row: string, density: number, times: Medians, count: number, segments: number): void {
  const ns = (which: string) => ((times.get(which) as number) / count) * 1e9;
  const max = (label: string, value: number, limit: number) => showBar({ label, value, limit, kind: "max" }, row);
  const { into, lent } = limitsOf(count);
  const bars = [
    max("into/by hand", ns("into") / ns("by hand"), into),
    max("lent/(kernel, call)", ns("lent") / ns("kernel, call"), lent),
    max("own/by hand, fresh", ns("own") / ns("by hand, fresh"), 1.2),
  ];
  const shown = [...times.keys()].map((which) => `${which} ${ns(which).toFixed(2)}`);
  console.log(`  ${String(density).padStart(3)} % ${segments} segments  ${shown.join("  ")}  | ${bars.join("  ")}`);
}

/**
 * Checked options, a lease and a table take 0.5 µs, a quarter of a call of 1000 records. 10^5 records leave nothing of the
 * call in the caches, which takes 15 µs then, and are staged in 49 pieces of 0.4 µs; the kernel takes 120 µs.
 */
function limitsOf(count: number): { readonly into: number; readonly lent: number } {
  if (count <= 1000) return { into: 1.25, lent: 1.35 };
  return count <= 100_000 ? { into: 1.2, lent: 1.1 } : { into: 1.1, lent: 1.05 };
}

/**
 * The contestants over one set of buffers. The kernel reads the records where the mapper reads those of `input()`; by hand,
 * records are copied there, mapped, and the segments copied out, one after the other: each copy finds in the caches what the
 * step before left there, and for 10^5 records takes three times as long as a copy that is repeated. A call is that of one record.
 */
class Calls {
  /** Of the records filled in last. */
  segments = 0;
  readonly #mapper: SegmentMapper;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #target: Uint32Array<ArrayBuffer>;
  readonly #placed: PackedRecords;
  readonly #kernel: ReturnType<typeof kernelOver>;
  readonly #call: () => number;

  constructor(name: EngineName, count: number) {
    const main = engineOf(name);
    const { pinned } = main;
    let own: ReturnType<Engine["pinned"]> | undefined;
    Object.assign(main, {
      pinned(byteLength: number) {
        own = pinned(byteLength);
        return own;
      },
    });
    this.#mapper = new SegmentMapper(PACKAGE, { main }, checkLimits({}));
    this.#words = new Uint32Array(4 * count);
    this.#target = new Uint32Array(4 * count).fill(1);
    this.#placed = this.#mapper.input(count);
    const { engine, block } = own as ReturnType<Engine["pinned"]>;
    this.#kernel = kernelOver(engine, block, count);
    this.#call = byHand(engineOf(name), new Uint32Array([4096, 0, 4096, 0]), new Uint32Array(4));
  }

  /** Over records of which `density` percent do not join, once the answers agree. */
  contestants(density: number): Contestant[] {
    const [mapper, words, target, kernel] = [this.#mapper, this.#words, this.#target, this.#kernel];
    fillRecords(words, density);
    const placed = this.#placed;
    placed.words.set(words);
    const records = packedRecords(new Uint8Array(words.buffer));
    const segments = kernel.run();
    this.segments = segments;
    const own = mapper.coalesce(records);
    const count = mapper.coalesceInto(records, target);
    const same = count === segments && own.length === segments && own.words.every((word, at) => word === target[at]);
    if (!same || !mapper.coalesce(placed, { borrow: true }).equals(own))
      throw new Error(`${density} %: answers differ`);
    const steps = (resultOf: (made: Uint32Array) => unknown) => () => {
      // JavaScript reads the caller's records where they lie.
      if (mapper.engine === "wasm") placed.words.set(words);
      return resultOf(kernel.block.words.subarray(0, 4 * kernel.run()));
    };
    return [
      { name: "into", run: () => mapper.coalesceInto(records, target) },
      { name: "by hand", run: steps((made) => target.set(made)) },
      { name: "own", run: () => mapper.coalesce(records) },
      { name: "by hand, fresh", run: steps((made) => new Uint32Array(made)) },
      { name: "lent", run: () => mapper.coalesce(placed, { borrow: true }) },
      { name: "kernel, call", run: () => kernel.run() + this.#call() },
      { name: "kernel", run: kernel.run },
    ];
  }

  close(): void {
    this.#mapper.close();
  }
}

function engineOf(name: EngineName): Engine {
  return name === "wasm" ? makeWasm() : jsEngine(2 ** 32);
}

/** A kernel over records in a block of its engine, into a warm output. */
function kernelOver(engine: Engine, input: Block, count: number) {
  const block = engine.allocate(count * RECORD_BYTES);
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
  return { run, block };
}

/** The least that a call does whose records and segments lie with the caller: views, both copies, and the kernel. */
function byHand(engine: Engine, words: Uint32Array, target: Uint32Array): () => number {
  const input = engine.allocate(words.byteLength);
  const { run, block } = kernelOver(engine, input, words.length / 4);
  return () => {
    input.words.set(words);
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
      { name: "by hand", run: byHand(engineOf(name === "wasm" ? name : "js"), words, target) },
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
