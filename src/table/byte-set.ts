import { expected } from "../core/errors.js";
import { type PackedRecords, packedRecords } from "../core/input.js";
import { checkLimits } from "../core/limits.js";
import { emptyRange, Fields } from "../core/range-fields.js";
import { FOUR_GIB, FULL, NOMERGE, type Range, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { Batch } from "../engine/batch.js";
import { jsEngine } from "../engine/js.js";
import { WIDE } from "../engine/union-layout.js";

/** Bytes from `first` to `last`, both included, so that a run may have all 2^64. */
export interface Run {
  readonly first: bigint;
  readonly last: bigint;
  readonly flags: number;
}

/** What the operations on sets take: ranges in any order, overlapping or not. */
export type RangeSet = SegmentTable | Iterable<Range>;

/** Tables do not change, so what was made of one serves again. */
const known = new WeakMap<SegmentTable, readonly Run[]>();

/** The bytes of these ranges, flags or not, as runs by address, none touching another. O(n), for a table at the first call. */
export function byteSetOf(ranges: RangeSet): readonly Run[] {
  if (!SegmentTable.isTable(ranges)) return unitedRuns(plainRanges(ranges));
  let runs = known.get(ranges);
  if (runs === undefined) {
    const words = ranges.words.slice();
    for (let at = 3; at < words.length; at += RECORD_WORDS) words[at] = (words[at] as number) & FULL;
    runs = unitedRuns(packedRecords(new Uint8Array(words.buffer)));
    known.set(ranges, runs);
  }
  return runs;
}

/**
 * The same for each kind by itself, in no order; NOMERGE ranges are each a run of their own. O(n).
 *
 * @param gapBytes Others of a kind join with as many bytes between them, as in a union.
 */
export function kindSetsOf(ranges: RangeSet, gapBytes = 0n): readonly Run[] {
  const apart: Run[] = [];
  return unitedRuns(mergeableRanges(ranges, apart), gapBytes).concat(apart);
}

/** The index of the first run, of runs that do not touch, that ends at or after `addr`. O(log n). */
export function firstEndingFrom(runs: readonly Run[], addr: bigint): number {
  let from = 0;
  let to = runs.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((runs[middle] as Run).last < addr) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Throws where an operand is none. */
export function checkSet(name: string, ranges: unknown): asserts ranges is RangeSet {
  if (SegmentTable.isTable(ranges) || (typeof ranges === "object" && ranges !== null && Symbol.iterator in ranges)) {
    return;
  }
  throw new TypeError(expected(name, "a SegmentTable or an iterable of ranges", ranges));
}

function* plainRanges(ranges: Iterable<Range>): Generator<Range> {
  for (const { addr, length } of checkedRanges(ranges)) yield { addr, length };
}

/** All but NOMERGE ranges, which go to `apart`. */
function* mergeableRanges(ranges: Iterable<Range>, apart: Run[]): Generator<Range> {
  for (const range of checkedRanges(ranges)) {
    const { addr, length, flags = 0 } = range;
    const first = BigInt(addr);
    if (flags & NOMERGE) apart.push({ first, last: first + BigInt(length) - 1n, flags });
    else yield range;
  }
}

/** Checked here, where the index is known. */
function* checkedRanges(ranges: Iterable<Range>): Generator<Range> {
  const fields = new Fields();
  let index = 0;
  for (const range of ranges) {
    if (!fields.read(range, index)) throw emptyRange(index);
    index++;
    yield range;
  }
}

function unitedRuns(ranges: RangeSet | PackedRecords, gapBytes = 0n): Run[] {
  const words = new Uint32Array(new Batch(jsEngine(FOUR_GIB), checkLimits({})).runs(ranges, gapBytes));
  const runs: Run[] = [];
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const word = words[at + 3] as number;
    const flags = (word & ~(FULL | WIDE)) >>> 0;
    const first = recordAddr(words, at);
    if ((word & WIDE) === 0) {
      runs.push({ first, last: first + BigInt(recordLength(words, at)) - 1n, flags });
      continue;
    }
    // Units of 4 GiB, and what is left of the run in the record after it, if anything is.
    const next = first + ((BigInt(words[at + 2] as number) + 1n) << 32n);
    const after = at + RECORD_WORDS;
    const hasRest = after < words.length && recordAddr(words, after) === next && words[after + 3] === flags;
    if (hasRest) at += RECORD_WORDS;
    runs.push({ first, last: next + (hasRest ? BigInt(recordLength(words, at)) : 0n) - 1n, flags });
  }
  return runs;
}
