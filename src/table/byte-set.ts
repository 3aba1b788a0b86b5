import { expected } from "../core/errors.js";
import { orderOf } from "../core/order.js";
import { boundsOf, emptyRange, Fields } from "../core/range-fields.js";
import {
  isIterable,
  NOMERGE,
  type Range,
  RECORD_WORDS,
  recordAddr,
  recordFlags,
  recordLength,
} from "../core/record.js";
import { RecordView } from "../core/record-view.js";
import type { SegmentTable } from "../core/segment-table.js";

/** Bytes from `first` to `last`, both included, so that a run may have all 2^64. */
export interface Run {
  readonly first: bigint;
  readonly last: bigint;
  readonly flags: number;
}

/** What the operations on sets take: ranges in any order, which may overlap. */
export type RangeSet = SegmentTable | Iterable<Range>;

/** Tables do not change, so what was made of one serves again. */
const known = new WeakMap<RecordView, readonly Run[]>();

/**
 * The bytes of these ranges as runs by address; no run touches another, and flags do not count. O(n), for a table only
 * at the first call.
 */
export function byteSetOf(ranges: RangeSet): readonly Run[] {
  const isTable = RecordView.isView(ranges);
  const before = isTable ? known.get(ranges) : undefined;
  if (before !== undefined) return before;
  const union = new Union(0n);
  forEachRun(ranges, (first, last) => union.add(first, last, 0));
  const runs = union.finish();
  if (isTable) known.set(ranges, runs);
  return runs;
}

/**
 * As `byteSetOf`, for each kind by itself: runs by flags and address. NOMERGE ranges follow, each a run of its own.
 *
 * @param gapBytes Ranges of a kind join with up to this number of bytes between them, as in a union.
 */
export function kindSetsOf(ranges: RangeSet, gapBytes = 0n): readonly Run[] {
  const union = new Union(gapBytes);
  const apart: Run[] = [];
  forEachRun(ranges, (first, last, flags) => {
    if (flags & NOMERGE) apart.push({ first, last, flags });
    else union.add(first, last, flags);
  });
  return union.finish().concat(apart);
}

/** The index of the first run that ends at or after `addr`, among runs that do not touch. O(log n). */
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

/** Checks that a value is an operand of the operations on sets. */
export function checkSet(name: string, ranges: unknown): asserts ranges is RangeSet {
  if (RecordView.isView(ranges) || isIterable(ranges)) return;
  throw new TypeError(expected(name, "a SegmentTable or an iterable of ranges", ranges));
}

/** Calls for each range, checked, as its first and last byte and its flags. */
function forEachRun(ranges: RangeSet, call: (first: bigint, last: bigint, flags: number) => void): void {
  if (RecordView.isView(ranges)) {
    const { words } = ranges;
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const first = recordAddr(words, at);
      call(first, first + BigInt(recordLength(words, at) - 1), recordFlags(words, at));
    }
    return;
  }
  const fields = new Fields();
  let index = 0;
  for (const range of ranges) {
    if (!fields.read(range, index)) throw emptyRange(index);
    index++;
    const { first, last } = boundsOf(fields);
    call(first, last, fields.flags >>> 0);
  }
}

/** Ranges in any order, joined kind by kind. Columns, because a sort of objects misses the caches. */
class Union {
  readonly #gapBytes: bigint;
  #count = 0;
  #first = new BigUint64Array(64);
  #last = new BigUint64Array(64);
  #flags = new Uint32Array(64);
  /** Each begins behind the one before, or all are sorted at the end. */
  #isOrdered = true;

  constructor(gapBytes: bigint) {
    this.#gapBytes = gapBytes;
  }

  add(first: bigint, last: bigint, flags: number): void {
    const at = this.#count;
    if (at > 0) {
      const openFlags = this.#flags[at - 1] as number;
      const isBehind = flags === openFlags && first >= (this.#first[at - 1] as bigint);
      if (isBehind) {
        const openLast = this.#last[at - 1] as bigint;
        if (first <= openLast || first - openLast - 1n <= this.#gapBytes) {
          if (last > openLast) this.#last[at - 1] = last;
          return;
        }
      }
      this.#isOrdered &&= isBehind || flags > openFlags;
    }
    if (at === this.#flags.length) this.#grow();
    this.#first[at] = first;
    this.#last[at] = last;
    this.#flags[at] = flags;
    this.#count++;
  }

  /** By flags and address. */
  finish(): Run[] {
    if (!this.#isOrdered) return this.#sorted().finish();
    return Array.from({ length: this.#count }, (_, at) => this.#run(at));
  }

  #run(at: number): Run {
    return { first: this.#first[at] as bigint, last: this.#last[at] as bigint, flags: this.#flags[at] as number };
  }

  /** Sorted by the last key first: each sort keeps the order of those before. */
  #sorted(): Union {
    const halves = new Uint32Array(this.#first.buffer);
    let order = new Uint32Array(this.#count).map((_, at) => at);
    for (const key of [
      (at: number) => halves[2 * at] as number,
      (at: number) => halves[2 * at + 1] as number,
      (at: number) => this.#flags[at] as number,
    ]) {
      const before = order;
      const indices = orderOf(before.map(key));
      order = before.map((_, at) => before[indices[at] as number] as number);
    }
    const sorted = new Union(this.#gapBytes);
    for (const at of order) {
      sorted.add(this.#first[at] as bigint, this.#last[at] as bigint, this.#flags[at] as number);
    }
    return sorted;
  }

  #grow(): void {
    const capacity = 2 * this.#flags.length;
    const [first, last, flags] = [this.#first, this.#last, this.#flags];
    this.#first = new BigUint64Array(capacity);
    this.#first.set(first);
    this.#last = new BigUint64Array(capacity);
    this.#last.set(last);
    this.#flags = new Uint32Array(capacity);
    this.#flags.set(flags);
  }
}
