/**
 * Does wasm beat JavaScript? The public calls of both engines against the loops that one writes without segring, from one
 * range to ten million, in less than a minute.
 */
import { createMapperSync, packedRecords, type SegmentMapper } from "../dist/index.js";
import { coalesceBigUint64, coalesceObjects, type PlainRange } from "../site/rooms/race/loops.js";
import type { Contestant } from "./harness.js";
import { type Form, type RaceRow, raceAnswer, raceTable } from "./race-table.js";
import { compareWithin } from "./rounds.js";
import { fillRecords } from "./workloads.js";

const BREAKS = [1, 50];

export function benchRace(quick: boolean): void {
  const counts = quick ? [1, 10, 100, 1000, 10_000] : Array.from({ length: 8 }, (_, power) => 10 ** power);
  const seconds = quick ? 0.1 : 0.4;
  const engines = { wasm: createMapperSync({ engine: "wasm" }), js: createMapperSync({ engine: "js" }) };
  console.log("\nrace: coalescing N ranges, segments of at most 4 GiB, ns a range; all answers were equal");
  console.log("  packed records: from memory of the caller into memory of the caller (coalesceInto)");
  console.log("  objects: { addr, length } of numbers to a new table (coalesce), by the loop to new objects");
  const rows = counts.flatMap((count) => BREAKS.flatMap((breaks) => raceOf(engines, count, breaks, seconds)));
  for (const mapper of Object.values(engines)) mapper.close();
  console.log(`\n${raceTable(rows).join("\n")}\n\n${raceAnswer(rows)}`);
}

interface Engines {
  readonly wasm: SegmentMapper;
  readonly js: SegmentMapper;
}

/** The rows of one input, in both forms. */
function raceOf(engines: Engines, count: number, breaks: number, seconds: number): RaceRow[] {
  const words = new Uint32Array(4 * count);
  fillRecords(words, breaks);
  const row = (form: Form, contestants: readonly Contestant[]): RaceRow => {
    const times = compareWithin(contestants, seconds);
    const ns = (name: string) => ((times.get(name) as number) / count) * 1e9;
    return { form, count, breaks, wasm: ns("wasm"), engine: ns("js"), loop: ns("loop") };
  };
  const { contestants, segments } = packedRace(engines, words);
  return [row("packed records", contestants), row("objects", objectRace(engines, words, segments))];
}

/** @returns The segments as packed records too, for the other form to be checked against. */
function packedRace({ wasm, js }: Engines, words: Uint32Array<ArrayBuffer>) {
  const records = packedRecords(new Uint8Array(words.buffer));
  const input = new BigUint64Array(words.buffer);
  const output = new BigUint64Array(input.length);
  const target = new Uint32Array(words.length);
  const length = coalesceBigUint64(input, output);
  const segments = new Uint32Array(output.buffer).slice(0, 4 * length);
  for (const mapper of [wasm, js]) {
    const made = mapper.coalesceInto(records, target);
    expectEqual(`packed records, ${mapper.engine}`, target.subarray(0, 4 * made), segments);
  }
  const contestants = [
    { name: "wasm", run: () => wasm.coalesceInto(records, target) },
    { name: "js", run: () => js.coalesceInto(records, target) },
    { name: "loop", run: () => coalesceBigUint64(input, output) },
  ];
  return { contestants, segments };
}

function objectRace({ wasm, js }: Engines, words: Uint32Array, segments: Uint32Array): Contestant[] {
  const ranges = objectsOf(words);
  for (const mapper of [wasm, js]) expectEqual(`objects, ${mapper.engine}`, mapper.coalesce(ranges).words, segments);
  expectEqual("objects, loop", wordsOf(coalesceObjects(ranges)), segments);
  return [
    { name: "wasm", run: () => wasm.coalesce(ranges) },
    { name: "js", run: () => js.coalesce(ranges) },
    { name: "loop", run: () => coalesceObjects(ranges) },
  ];
}

/** Packed records, none longer than 2^32 - 1 and all below 2^53, as objects. */
function objectsOf(words: Uint32Array): PlainRange[] {
  const ranges: PlainRange[] = [];
  for (let at = 0; at < words.length; at += 4) {
    ranges.push({ addr: (words[at + 1] as number) * 2 ** 32 + (words[at] as number), length: words[at + 2] as number });
  }
  return ranges;
}

function wordsOf(segments: readonly PlainRange[]): Uint32Array {
  const words = new Uint32Array(4 * segments.length);
  for (const [i, { addr, length }] of segments.entries()) {
    words[4 * i] = addr;
    words[4 * i + 1] = addr / 2 ** 32;
    words[4 * i + 2] = length;
    words[4 * i + 3] = length / 2 ** 32;
  }
  return words;
}

function expectEqual(name: string, found: Uint32Array, expected: Uint32Array): void {
  const [one, other] = [found, expected].map((words) => Buffer.from(words.buffer, words.byteOffset, words.byteLength));
  if (!one?.equals(other as Buffer))
    throw new Error(`${name}: another answer than that of the loop over a BigUint64Array`);
}
