import { checkLimits } from "../core/limits.js";
import { RECORD_WORDS, recordAddr } from "../core/record.js";
import { Batch } from "../engine/batch.js";
import type { Chunk, Coalescer, Engine, Runs } from "../engine/engine.js";
import { countOf } from "../engine/growing-output.js";
import type { PlacedRecords } from "../engine/intake.js";
import { Space, sort } from "../engine/radix.js";
import type { RangeInput } from "../engine/range-input.js";
import { endOf } from "./ends.js";
import type { Parted } from "./messages.js";

/** Neighbours that are looked at. */
const SAMPLE = 64;
/** Buckets of a part: 8 bits of the address. */
export const BUCKETS = 256;

/** Sorts pieces of a union into buckets. */
export class Parting {
  readonly #engine: Engine;
  readonly #batch: Batch;
  readonly #coalescer: Coalescer;
  readonly #runs: Runs;

  constructor(engine: Engine) {
    const limits = checkLimits({});
    this.#engine = engine;
    this.#batch = new Batch(engine, limits);
    this.#coalescer = engine.coalescer(limits, true);
    this.#runs = engine.runs(limits);
  }

  /**
   * Coalesces a piece, so that fewer records are moved, and writes the segments to `target`, bucket by bucket.
   *
   * @param shift The lowest bit of the bucket's number.
   */
  part(input: RangeInput | PlacedRecords, skipEmpty: boolean, shift: number, target: Uint32Array): Parted {
    return this.#batch.coalesce(input, skipEmpty, { take: (chunks) => this.#sort(chunks, shift, target) });
  }

  /** As `part`, of records of which few touch. Undefined: many do, or one is not valid. */
  partApart(words: Uint32Array, shift: number, target: Uint32Array): Parted | undefined {
    const count = words.length / RECORD_WORDS;
    if (oftenTouch(words)) return undefined;
    const block = this.#engine.allocate(words.byteLength);
    try {
      block.words.set(words);
      const areValid = this.#coalescer.countValid(block, 0, count) === count;
      return areValid ? this.#sort([{ block, count }], shift, target) : undefined;
    } finally {
      block.free();
    }
  }

  #sort(chunks: readonly Chunk[], shift: number, target: Uint32Array): Parted {
    const count = countOf(chunks);
    if (count === 0) return { starts: new Uint32Array(BUCKETS + 1), varying: 0n, first: 0n };
    const runs = this.#runs;
    runs.reset(0n);
    for (const chunk of chunks) runs.inspect(chunk.block, chunk.count);
    const { lo, hi } = runs.shape.varyingAddr;
    const space = new Space(this.#engine);
    try {
      const { block } = sort(runs, chunks, [{ word: 0, shift, mask: BUCKETS - 1 }], space);
      block.copyTo(target, 0, count * RECORD_WORDS);
      const varying = (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
      return { starts: startsOf(target, count, shift), varying, first: recordAddr(target, 0) };
    } finally {
      space.free();
    }
  }
}

/** Whether every fourth of some records, or more, starts where the one before ends. */
function oftenTouch(words: Uint32Array): boolean {
  const count = words.length / RECORD_WORDS;
  const step = Math.max(1, Math.floor(count / SAMPLE));
  let touching = 0;
  let seen = 0;
  for (let index = 1; index < count; index += step, seen++) {
    const at = index * RECORD_WORDS;
    if (endOf(words, at - RECORD_WORDS) === recordAddr(words, at)) touching++;
  }
  return touching * 4 >= seen;
}

/** Where each bucket starts among records that are sorted by it, and where the last one ends. */
function startsOf(words: Uint32Array, count: number, shift: number): Uint32Array {
  const starts = new Uint32Array(BUCKETS + 1).fill(count);
  let from = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    let end = count;
    while (from < end) {
      const middle = (from + end) >>> 1;
      if (bucketAt(words, middle * RECORD_WORDS, shift) < bucket) from = middle + 1;
      else end = middle;
    }
    starts[bucket] = from;
  }
  return starts;
}

function bucketAt(words: Uint32Array, at: number, shift: number): number {
  const low = words[at] as number;
  const high = words[at + 1] as number;
  const bits = shift >= 32 ? high >>> (shift - 32) : shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
  return bits & (BUCKETS - 1);
}
