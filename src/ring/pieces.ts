import { expected } from "../core/errors.js";
import { emptyRange, Fields, fitsRecord, storeRange } from "../core/range-fields.js";
import { FOUR_GIB, FULL, NOMERGE, type U64 } from "../core/record.js";
import { isUnlimited } from "./check.js";
import type { RingConfig } from "./header.js";

/**
 * A range of any kind as records that a ring may hold: one record, or pieces that join again. One object serves range
 * after range.
 */
export class RangePieces {
  readonly #config: RingConfig;
  readonly #unlimited: boolean;
  readonly #fields = new Fields();
  /** The range is one record. */
  #single = true;
  /** Of a range in pieces, what is not stored yet. */
  #first = 0n;
  #left = 0n;

  constructor(config: RingConfig) {
    this.#config = config;
    this.#unlimited = isUnlimited(config);
  }

  /**
   * Checks a range.
   *
   * @returns Records of the range. `store` must be called this many times.
   * @throws {TypeError} A field has the wrong type.
   * @throws {RangeError} A field is out of its range or past the ring's limits, a NOMERGE range does not fit one
   *   record, or a range does not fit the whole ring.
   */
  read(addr: U64, length: U64, flags: number): number {
    const fields = this.#fields;
    if (!fields.read({ addr, length, flags })) throw emptyRange();
    const count = this.#unlimited && fitsRecord(fields) ? 1 : this.#count(addr, length, flags);
    this.#single = count === 1;
    if (count > 1) {
      this.#first = BigInt(addr);
      this.#left = BigInt(length);
    }
    return count;
  }

  /** Writes the next record, four words. */
  store(words: Uint32Array, at: number): void {
    const fields = this.#fields;
    if (this.#single) {
      storeRange(fields, words, at);
      return;
    }
    const longest = BigInt(this.#config.maxSegmentBytes);
    const piece = this.#left < longest ? this.#left : longest;
    words[at] = Number(this.#first & 0xffff_ffffn);
    words[at + 1] = Number(this.#first >> 32n);
    words[at + 2] = Number(piece & 0xffff_ffffn);
    words[at + 3] = piece === BigInt(FOUR_GIB) ? fields.flags | FULL : fields.flags;
    this.#first += piece;
    this.#left -= piece;
  }

  /** Records that a range needs under the ring's limits. */
  #count(addr: U64, length: U64, flags: number): number {
    const { addressLimit, capacity, maxSegmentBytes, role } = this.#config;
    const last = BigInt(addr) + BigInt(length) - 1n;
    if (last > addressLimit) {
      throw new RangeError(expected("addr + length - 1", `up to ${addressLimit} in this ring`, last));
    }
    const longest = BigInt(maxSegmentBytes);
    const pieces = (BigInt(length) + longest - 1n) / longest;
    const most = flags & NOMERGE || role === "segments" ? 1n : BigInt(capacity);
    if (pieces > most) {
      const what = most === 1n ? "one record of this ring" : `the ${most} records of this ring`;
      throw new RangeError(expected("length", `at most ${most * longest}, ${what}`, length));
    }
    return Number(pieces);
  }
}
