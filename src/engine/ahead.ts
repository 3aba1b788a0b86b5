import { FOUR_GIB, FULL, NOMERGE, type Range, RECORD_BYTES, RESERVED_FLAGS } from "../core/record.js";

/** The part of an input that a coalescer has not taken yet. */
export interface Ahead {
  /** Elements in the whole input. */
  readonly count: number;
  /** Bytes of the remaining elements, those that are cut; about 1 ns an element. */
  bytes(): number;
}

/** Whoever takes the input: a coalescer, which leaves all but NOMERGE ranges whole for a union. */
export interface Taker {
  readonly uncut: boolean;
}

/*
 * How many bytes are left of an input: no segment is longer than the limits allow, so the bytes say how many segments are
 * sure to come. Sums are floats, a little off above 2^53. They end at the first element that is not valid: what comes
 * after it makes no segments.
 */

/** Of packed records from record `from` on, up to `end`, which need no alignment, and of what is `after` them. */
export function aheadOfRecords(
  { uncut }: Taker,
  bytesOf: () => Uint8Array,
  from: number,
  end: number,
  after?: Ahead,
): Ahead {
  return {
    count: after?.count ?? end,
    bytes: () => bytesOfRecords(bytesOf(), from, end, uncut) + (after?.bytes() ?? 0),
  };
}

function bytesOfRecords(records: Uint8Array, from: number, end: number, uncut: boolean): number {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let sum = 0;
  for (let at = from * RECORD_BYTES; at < end * RECORD_BYTES; at += RECORD_BYTES) {
    const len = view.getUint32(at + 8, true);
    const flags = view.getUint32(at + 12, true);
    if (flags & RESERVED_FLAGS || (flags & FULL && len !== 0)) break;
    if (!uncut || flags & NOMERGE) sum += flags & FULL ? FOUR_GIB : len;
  }
  return sum;
}

/** Of range objects from the `next` one on. Of what an iterator gives later nothing is known, only of an array. */
export function aheadOfRanges({ uncut }: Taker, ranges: Iterable<Range>, next: () => number): Ahead {
  if (!Array.isArray(ranges) || ranges[Symbol.iterator] !== Array.prototype[Symbol.iterator]) {
    return { count: Number.POSITIVE_INFINITY, bytes: () => 0 };
  }
  const bytes = () => {
    let sum = 0;
    for (let index = next(); index < ranges.length; index++) {
      const { length, flags = 0 } = Object(ranges[index]) as Range;
      if (!(typeof length === "bigint" || typeof length === "number") || !(length >= 0)) break;
      if (!uncut || flags & NOMERGE) sum += Number(length);
    }
    return sum;
  };
  return { count: ranges.length, bytes };
}
