import type { Column } from "../core/input.js";
import { FOUR_GIB } from "../core/record.js";

/** Elements of a column in halves. */
export class Halves {
  lo = 0;
  hi = 0;
  readonly #floats: Float64Array | undefined;
  readonly #pairs: Int32Array | undefined;
  readonly #words: Uint32Array | undefined;

  constructor(column: Column) {
    if (column instanceof Float64Array) this.#floats = column;
    else if (column instanceof Uint32Array) this.#words = column;
    else this.#pairs = new Int32Array(column.buffer, column.byteOffset, column.length * 2);
  }

  /** False where the element is not an integer from 0 to 2^53 - 1 (or, of a BigUint64Array, 2^64 - 1). */
  read(index: number): boolean {
    if (this.#pairs !== undefined) {
      this.lo = this.#pairs[2 * index] as number;
      this.hi = this.#pairs[2 * index + 1] as number;
    } else if (this.#words !== undefined) {
      this.lo = (this.#words[index] as number) | 0;
      this.hi = 0;
    } else {
      const value = (this.#floats as Float64Array)[index] as number;
      if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value)) return false;
      this.lo = value | 0;
      this.hi = (value / FOUR_GIB) | 0;
    }
    return true;
  }
}

/** Whether the page of this frame ends by 2^64. */
export function fits(lo: number, hi: number, shift: number): boolean {
  if (shift === 0) return true;
  if (shift <= 32) return hi >>> (32 - shift) === 0;
  return hi === 0 && lo >>> (64 - shift) === 0;
}

/** The low half of a frame's first address. */
export function shiftLo(lo: number, shift: number): number {
  return shift < 32 ? lo << shift : 0;
}

/** The high half. */
export function shiftHi(lo: number, hi: number, shift: number): number {
  if (shift === 0) return hi;
  return shift < 32 ? (hi << shift) | (lo >>> (32 - shift)) : lo << (shift - 32);
}

/** The bigint of two halves. */
export function wideOf(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
