import { FOUR_GIB, RECORD_WORDS } from "../core/record.js";
import { groupOf } from "./groups.js";
import type { Ranges, WideRange } from "./packed-input.js";
import { type Columns, columnStart } from "./window.js";

/** From here on a sum of numbers is moved into a count of its own, so that no sum is rounded. */
const CARRY = 2 ** 52;

/** Exact sums of bytes, one for each column. */
class ColumnSums {
  /** Bytes below CARRY, and how often CARRY was taken away. */
  readonly #low: Float64Array;
  readonly #carries: Float64Array;
  /** Bytes of parts of ranges above 4 GiB. */
  readonly #wide: bigint[];
  /** Ranges that have the whole column: as many more as have the column before. */
  readonly #steps: Float64Array;

  constructor(count: number) {
    this.#low = new Float64Array(count);
    this.#carries = new Float64Array(count);
    this.#wide = new Array(count).fill(0n);
    this.#steps = new Float64Array(count + 1);
  }

  /** @param bytes 0 to 2^32. */
  add(column: number, bytes: number): void {
    const sum = (this.#low[column] as number) + bytes;
    if (sum < CARRY) {
      this.#low[column] = sum;
    } else {
      this.#low[column] = sum - CARRY;
      this.#carries[column] = (this.#carries[column] as number) + 1;
    }
  }

  addWide(column: number, bytes: bigint): void {
    this.#wide[column] = (this.#wide[column] as bigint) + bytes;
  }

  /** All of the columns from `from` up to and without `to`. */
  addWhole(from: number, to: number): void {
    if (from >= to) return;
    this.#steps[from] = (this.#steps[from] as number) + 1;
    this.#steps[to] = (this.#steps[to] as number) - 1;
  }

  finish({ count, hi, lo }: Columns): bigint[] {
    let whole = 0;
    return Array.from({ length: count }, (_, column) => {
      whole += this.#steps[column] as number;
      let sum = BigInt(this.#low[column] as number);
      const carries = this.#carries[column] as number;
      if (carries !== 0) sum += BigInt(carries) * BigInt(CARRY);
      if (this.#wide.length !== 0) sum += this.#wide[column] as bigint;
      if (whole !== 0) sum += BigInt(whole) * sizeOf(hi, lo, column);
      return sum;
    });
  }
}

/** Bytes in a column. */
function sizeOf(hi: Float64Array, lo: Float64Array, column: number): bigint {
  const high = (hi[column + 1] as number) - (hi[column] as number);
  const low = (lo[column + 1] as number) - (lo[column] as number);
  return (BigInt(high) << 32n) + BigInt(low);
}

/** What the columns of a window hold. */
export interface ColumnBytes {
  /** Bytes of ranges in each column; a byte of several ranges counts for each. */
  readonly bytes: readonly bigint[];
  /** The group with the most bytes in each column, where there are bytes. */
  readonly groups: Uint8Array;
  /** A bit for each group that occurs in the window. */
  readonly present: number;
}

/** Counts the bytes of ranges in the columns of a window, exactly. O(ranges + columns). */
export function countColumns(ranges: Ranges, columns: Columns): ColumnBytes {
  const byGroup: (ColumnSums | undefined)[] = [];
  addRecords(ranges.words, columns, byGroup);
  for (const range of ranges.wide) addWide(range, columns, byGroup);
  const bytes: bigint[] = new Array(columns.count).fill(0n);
  const most: bigint[] = new Array(columns.count).fill(0n);
  const groups = new Uint8Array(columns.count);
  let present = 0;
  for (const [group, sums] of byGroup.entries()) {
    if (sums === undefined) continue;
    present |= 1 << group;
    for (const [column, sum] of sums.finish(columns).entries()) {
      if (sum > (most[column] as bigint)) {
        most[column] = sum;
        groups[column] = group;
      }
      bytes[column] = (bytes[column] as bigint) + sum;
    }
  }
  return { bytes, groups, present };
}

function sumsOf(byGroup: (ColumnSums | undefined)[], group: number, count: number): ColumnSums {
  const found = byGroup[group];
  if (found !== undefined) return found;
  const sums = new ColumnSums(count);
  byGroup[group] = sums;
  return sums;
}

/** In halves, because an address has 64 bits and a number 53. */
function addRecords(words: Uint32Array, columns: Columns, byGroup: (ColumnSums | undefined)[]): void {
  const { count, hi, lo } = columns;
  const windowHi = Number(columns.addr >> 32n);
  const windowLo = Number(columns.addr & 0xffff_ffffn);
  const endHi = hi[count] as number;
  const endLo = lo[count] as number;
  const columnAt = columnFinder(columns);
  // Neighbours in a table are often neighbours in memory, and of one kind: the column and the sums of the record before
  // are tried first. A strip of 10^6 records in order takes 0.7 of the time.
  let near = 0;
  let flagsBefore = -1;
  let sums: ColumnSums | undefined;
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const len = words[at + 2] as number;
    // From the start of the window on; negative before the window.
    let fromLo = (words[at] as number) - windowLo;
    let fromHi = (words[at + 1] as number) - windowHi;
    if (fromLo < 0) {
      fromLo += FOUR_GIB;
      fromHi -= 1;
    }
    if (fromHi > endHi || (fromHi === endHi && fromLo >= endLo)) continue;
    let toLo = fromLo + (len === 0 ? FOUR_GIB : len);
    let toHi = fromHi;
    if (toLo >= FOUR_GIB) {
      toLo -= FOUR_GIB;
      toHi += 1;
    }
    if (toHi < 0 || (toHi === 0 && toLo === 0)) continue;
    if (fromHi < 0) fromHi = fromLo = 0;
    if (toHi > endHi || (toHi === endHi && toLo > endLo)) {
      toHi = endHi;
      toLo = endLo;
    }
    const flags = words[at + 3] as number;
    if (sums === undefined || flags !== flagsBefore) sums = sumsOf(byGroup, groupOf(flags), count);
    flagsBefore = flags;
    const nearHi = hi[near] as number;
    const stopHi = hi[near + 1] as number;
    if (
      (fromHi > nearHi || (fromHi === nearHi && fromLo >= (lo[near] as number))) &&
      (toHi < stopHi || (toHi === stopHi && toLo <= (lo[near + 1] as number)))
    ) {
      sums.add(near, (toHi - fromHi) * FOUR_GIB + toLo - fromLo);
      continue;
    }
    const first = columnAt(fromHi, fromLo);
    const last = columnAt(toHi, toLo);
    near = Math.min(last, count - 1);
    if (first === last) {
      sums.add(first, (toHi - fromHi) * FOUR_GIB + toLo - fromLo);
    } else {
      const next = first + 1;
      sums.add(first, ((hi[next] as number) - fromHi) * FOUR_GIB + (lo[next] as number) - fromLo);
      sums.addWhole(next, last);
      // At the end of the window there is no column.
      if (last < count) sums.add(last, (toHi - (hi[last] as number)) * FOUR_GIB + toLo - (lo[last] as number));
    }
  }
}

function addWide(range: WideRange, columns: Columns, byGroup: (ColumnSums | undefined)[]): void {
  const { addr, length, count } = columns;
  const from = range.first > addr ? range.first - addr : 0n;
  const end = range.last - addr + 1n;
  const to = end < length ? end : length;
  if (from >= to) return;
  const columnAt = columnFinder(columns);
  const halves = (offset: bigint) => columnAt(Number(offset >> 32n), Number(offset & 0xffff_ffffn));
  const [first, last] = [halves(from), halves(to)];
  const sums = sumsOf(byGroup, groupOf(range.flags), count);
  if (first === last) {
    sums.addWide(first, to - from);
  } else {
    sums.addWide(first, columnStart(length, count, first + 1) - from);
    sums.addWhole(first + 1, last);
    if (last < count) sums.addWide(last, to - columnStart(length, count, last));
  }
}

/**
 * Finds the column of an offset into the window, in halves; `count` for the window's end. A rounded quotient is one column
 * off at most, and the exact starts of the columns say which way.
 */
export function columnFinder({ length, count, hi, lo }: Columns): (offsetHi: number, offsetLo: number) => number {
  const perByte = count / Number(length);
  const isBefore = (offsetHi: number, offsetLo: number, column: number) =>
    offsetHi < (hi[column] as number) || (offsetHi === hi[column] && offsetLo < (lo[column] as number));
  return (offsetHi, offsetLo) => {
    let column = Math.min(Math.floor((offsetHi * FOUR_GIB + offsetLo) * perByte), count);
    while (isBefore(offsetHi, offsetLo, column)) column--;
    while (column < count && !isBefore(offsetHi, offsetLo, column + 1)) column++;
    return column;
  };
}
