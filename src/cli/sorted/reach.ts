import { FOUR_GIB, FULL } from "../../core/record.js";

const SAFE_HIGH = 2 ** 21;

/** The last byte of some ranges, and how far a range must lie behind it to join none of them. In halves: bigints cost ten times as much. */
export class Reach {
  isEmpty = true;
  #low = 0;
  #high = 0;
  readonly #gapBytes: bigint;
  readonly #gapNumber: number;

  constructor(gapBytes: bigint) {
    this.#gapBytes = gapBytes;
    this.#gapNumber = Number(gapBytes);
  }

  clear(): void {
    this.isEmpty = true;
    this.#low = 0;
    this.#high = 0;
  }

  /** Adds the record whose words start at `at`. */
  add(words: Uint32Array, at: number): void {
    const length = (words[at + 3] as number) & FULL ? FOUR_GIB : (words[at + 2] as number);
    const sum = (words[at] as number) + length - 1;
    const carries = sum >= FOUR_GIB;
    this.#addHalves(carries ? sum - FOUR_GIB : sum, (words[at + 1] as number) + (carries ? 1 : 0));
  }

  /** Adds a range that ends with this byte. */
  addLast(last: bigint): void {
    this.#addHalves(Number(last & 0xffff_ffffn), Number(last >> 32n));
  }

  /** Whether the record at `at` begins further behind the last byte than the gap and one byte. */
  endsBefore(words: Uint32Array, at: number): boolean {
    const low = words[at] as number;
    const high = (words[at + 1] as number) - this.#high;
    if (high < 0 || (high === 0 && low <= this.#low)) return false;
    const between = high * FOUR_GIB + low - this.#low - 1;
    // Exact up to 2^53; a gap above that is compared exactly.
    if (this.#gapNumber < SAFE_HIGH * FOUR_GIB) return between > this.#gapNumber;
    const last = (BigInt(this.#high) << 32n) | BigInt(this.#low);
    return ((BigInt(words[at + 1] as number) << 32n) | BigInt(low)) - last - 1n > this.#gapBytes;
  }

  #addHalves(low: number, high: number): void {
    if (this.isEmpty || high > this.#high || (high === this.#high && low > this.#low)) {
      this.#low = low;
      this.#high = high;
    }
    this.isEmpty = false;
  }
}
