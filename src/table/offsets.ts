import { expected } from "../core/errors.js";
import { checkU64, RECORD_WORDS, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";

/** A place in a table's bytes. */
export interface Location {
  /** The index of the segment. */
  index: number;
  /** Bytes of that segment before the place, 0 to the segment's length less one. */
  offset: number;
}

/**
 * Finds the segment that holds byte `offset` of a table, and where in that segment the byte is. `offset` counts over
 * all segments.
 *
 * Cost: O(log n). The first question to a table adds up the lengths, O(n), and keeps 8 bytes a segment.
 *
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} `offset` is no u64, or at or past `totalBytes`.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x8000, length: 512 }]);
 * console.log(locate(table, 600)); // { index: 1, offset: 88 }
 * ```
 */
export function locate(table: SegmentTable, offset: U64): Location {
  checkTable("table", table);
  const starts = table.starts ?? startsOf(table);
  if (starts instanceof Float64Array) {
    const whole = typeof offset === "number" ? offset : typeof offset === "bigint" ? Number(offset) : Number.NaN;
    // Sums up to 2^53 - 1 are exact, so a number below the last one is an integer iff floor does not change it.
    if (whole >= 0 && whole < (starts[table.length] as number) && Math.floor(whole) === whole) {
      const index = indexAt(starts, table.length, whole);
      // + 0: of -0 too.
      return { index, offset: whole - (starts[index] as number) + 0 };
    }
  } else if (typeof offset === "bigint" || Number.isSafeInteger(offset)) {
    const wide = BigInt(offset);
    if (wide >= 0n && wide < (starts[table.length] as bigint)) {
      const index = indexAt(starts, table.length, wide);
      return { index, offset: Number(wide - (starts[index] as bigint)) };
    }
  }
  return outside(table, offset);
}

/**
 * Counts the segments, from the first segment on, that together hold `byteLength` bytes; 0 for 0 bytes (Linux
 * `sg_nents_for_len`).
 *
 * Cost: O(log n), as `locate`.
 *
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} `byteLength` is no u64, or more than the table has.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x8000, length: 512 }]);
 * console.log(segmentCount(table, 512), segmentCount(table, 513)); // 1 2
 * ```
 */
export function segmentCount(table: SegmentTable, byteLength: U64): number {
  checkTable("table", table);
  checkU64("byteLength", byteLength);
  const wide = BigInt(byteLength);
  if (wide > table.totalBytes) {
    throw new RangeError(expected("byteLength", `up to ${table.totalBytes} (the table's bytes)`, byteLength));
  }
  return wide === 0n ? 0 : locate(table, wide - 1n).index + 1;
}

/**
 * As `locate`, for a place that may be the table's end: `{ index: length, offset: 0 }` there. `offset` is at most
 * `totalBytes`.
 */
export function placeOf(table: SegmentTable, offset: bigint): Location {
  return offset === table.totalBytes ? { index: table.length, offset: 0 } : locate(table, offset);
}

/** Where segment `index` starts in the table's bytes. `index` may be `length`. */
export function startOf(table: SegmentTable, index: number): bigint {
  return BigInt((table.starts ?? startsOf(table))[index] as number | bigint);
}

/** Where each segment starts in the table's bytes, and last where they end. Floats where all of that is exact. */
function startsOf(table: SegmentTable): Float64Array | BigUint64Array {
  const { words, length } = table;
  const wide = table.totalBytes > BigInt(Number.MAX_SAFE_INTEGER);
  const starts = wide ? new BigUint64Array(length + 1) : new Float64Array(length + 1);
  if (starts instanceof Float64Array) {
    let sum = 0;
    for (let index = 0; index < length; index++) {
      starts[index] = sum;
      sum += recordLength(words, index * RECORD_WORDS);
    }
    starts[length] = sum;
  } else {
    let sum = 0n;
    for (let index = 0; index < length; index++) {
      starts[index] = sum;
      sum += BigInt(recordLength(words, index * RECORD_WORDS));
    }
    starts[length] = sum;
  }
  table.starts = starts;
  return starts;
}

/** The last of `count` segments that starts at or before `offset`. */
function indexAt(starts: Float64Array | BigUint64Array, count: number, offset: number | bigint): number {
  let index = 0;
  let after = count;
  while (after - index > 1) {
    const middle = (index + after) >>> 1;
    if ((starts[middle] as number | bigint) <= offset) index = middle;
    else after = middle;
  }
  return index;
}

function outside(table: SegmentTable, offset: U64): never {
  checkU64("offset", offset);
  const { totalBytes } = table;
  throw new RangeError(
    expected("offset", totalBytes === 0n ? "none, of an empty table" : `0 to ${totalBytes - 1n}`, offset),
  );
}
