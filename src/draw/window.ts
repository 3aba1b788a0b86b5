import { expected, show } from "../core/errors.js";
import { ADDRESS_SPACE, checkU64, FOUR_GIB, type U64 } from "../core/record.js";

/** A part of the address space to look at. */
export interface DrawWindow {
  /** The first byte, 0 to 2^64 - 1. */
  readonly addr: U64;
  /** Bytes, 1 to 2^64 - addr. */
  readonly length: U64;
}

/** A window that was checked, cut into columns of equal size, as nearly as whole bytes allow. */
export interface Columns {
  /** The first byte. */
  readonly addr: bigint;
  /** Bytes in the window, 1 to 2^64. */
  readonly length: bigint;
  /** Columns there are: none is empty. */
  readonly count: number;
  /**
   * Where each column starts, and where the last one ends, from the start of the window on: floor(i * length / count).
   * In halves: bytes of 2^32, and bytes. The last may be 2^64.
   */
  readonly hi: Float64Array;
  readonly lo: Float64Array;
}

/** @throws {TypeError} The window has the wrong type. @throws {RangeError} The window is empty or ends past 2^64. */
export function checkWindow(name: string, window: unknown): { addr: bigint; length: bigint } {
  if (typeof window !== "object" || window === null) {
    throw new TypeError(expected(name, "an object { addr, length }", window));
  }
  const { addr, length } = window as DrawWindow;
  checkU64(`${name}.addr`, addr);
  // A window may have all 2^64 bytes, which no range has.
  if (length !== ADDRESS_SPACE) checkU64(`${name}.length`, length);
  const start = BigInt(addr);
  if (length < 1 || start + BigInt(length) > ADDRESS_SPACE) {
    throw new RangeError(
      expected(`${name}.length`, `1 to ${show(ADDRESS_SPACE - start)} (up to the end of the address space)`, length),
    );
  }
  return { addr: start, length: BigInt(length) };
}

/** Cuts a window into at most `most` columns. */
export function columnsOf({ addr, length }: { addr: bigint; length: bigint }, most: number): Columns {
  const count = length < BigInt(most) ? Number(length) : most;
  const hi = new Float64Array(count + 1);
  const lo = new Float64Array(count + 1);
  for (let column = 0; column <= count; column++) {
    const start = columnStart(length, count, column);
    hi[column] = Number(start >> 32n);
    lo[column] = Number(start & 0xffff_ffffn);
  }
  return { addr, length, count, hi, lo };
}

/** Where a column starts, from the start of the window on. */
export function columnStart(length: bigint, count: number, column: number): bigint {
  return (BigInt(column) * length) / BigInt(count);
}

/**
 * A test whether a record has bytes in a window, or ends where the window starts. In halves, without bigints: most records
 * of a large table lie outside a small window.
 */
export function nearWindow({ addr, length }: { addr: bigint; length: bigint }) {
  const startHi = Number(addr >> 32n);
  const startLo = Number(addr & 0xffff_ffffn);
  const end = addr + length;
  const endHi = Number(end >> 32n);
  const endLo = Number(end & 0xffff_ffffn);
  return (words: Uint32Array, at: number): boolean => {
    const lo = words[at] as number;
    const hi = words[at + 1] as number;
    if (hi > endHi || (hi === endHi && lo >= endLo)) return false;
    const len = words[at + 2] as number;
    const sum = lo + (len === 0 ? FOUR_GIB : len);
    const lastHi = sum >= FOUR_GIB ? hi + 1 : hi;
    const lastLo = sum >>> 0;
    return lastHi > startHi || (lastHi === startHi && lastLo >= startLo);
  };
}
