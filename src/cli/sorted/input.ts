import { Fields, fitsRecord, packRange, storeRange } from "../../core/range-fields.js";
import {
  FULL,
  type Range,
  RECORD_BYTES,
  RECORD_WORDS,
  RESERVED_FLAGS,
  recordAddr,
  recordFault,
} from "../../core/record.js";
import { WIDE } from "../../engine/layout.generated.js";
import { DataError, recordPlace } from "../errors.js";
import type { RangeInput } from "../ranges.js";
import type { Batch } from "../readers/reader.js";
import type { Checker } from "./checker.js";
import type { WideRanges } from "./wide-ranges.js";

/** Says where the range of this number lies in its input, counted from 0. */
export type PlaceOf = (index: number) => Promise<string>;

/** An input that is said to be sorted by address: its ranges as records, batch by batch, checked. */
export class SortedInput {
  /** Records that were loaded last, valid until the next `load`. */
  words = new Uint32Array(0);
  readonly #batches: AsyncIterator<Batch>;
  readonly #name: string;
  readonly #checker: Checker;
  readonly #wide: WideRanges;
  readonly #placeOf: PlaceOf;
  readonly #fields = new Fields();
  /** Whether the records came as such: no other stands for a wide range. */
  #isPacked = false;
  /** Ranges before `words`. */
  #before = 0;
  /** The address of the last range. */
  #low = 0;
  #high = 0;

  constructor({ input, batches }: RangeInput, checker: Checker, wide: WideRanges, placeOf: PlaceOf) {
    this.#checker = checker;
    this.#batches = batches[Symbol.asyncIterator]();
    this.#name = input.name;
    this.#wide = wide;
    this.#placeOf = placeOf;
  }

  /** Loads the next records. @returns Whether there are more. @throws {DataError} A range is not valid, or not in order. */
  async load(): Promise<boolean> {
    this.#before += this.words.length / RECORD_WORDS;
    for (;;) {
      const { value: batch, done } = await this.#batches.next();
      if (done) return false;
      if (batch.length === 0) continue;
      this.#isPacked = batch instanceof Uint8Array;
      this.words = batch instanceof Uint8Array ? wordsOf(batch) : this.#pack(batch);
      const bad = this.#areRight() ? undefined : this.#firstBad();
      if (bad === undefined) return true;
      const fault = this.#faultAt(bad);
      if (fault !== undefined) throw new DataError(`${recordPlace(this.#name, this.#before + bad)}: ${fault}`);
      throw await this.#unsorted(bad);
    }
  }

  /** Ends the reading. */
  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  #pack(ranges: readonly Range[]): Uint32Array<ArrayBuffer> {
    const words = new Uint32Array(ranges.length * RECORD_WORDS);
    const fields = this.#fields;
    for (const [index, range] of ranges.entries()) {
      const at = index * RECORD_WORDS;
      if (packRange(range, words, at)) continue;
      fields.read(range);
      storeRange(fields, words, at);
      if (fitsRecord(fields)) continue;
      words[at + 2] = this.#wide.add(range);
      words[at + 3] = WIDE;
    }
    return words;
  }

  /** Whether all records are right, and so are those before them. Where it says no, they may be right all the same. */
  #areRight(): boolean {
    const { words } = this;
    const last = words.length - RECORD_WORDS;
    const [low, high] = [words[0] as number, words[1] as number];
    if (high < this.#high || (high === this.#high && low < this.#low) || !this.#checker.areRight(words)) return false;
    this.#low = words[last] as number;
    this.#high = words[last + 1] as number;
    return true;
  }

  /** The first record that is not valid, or lies before the one before it. */
  #firstBad(): number | undefined {
    const { words } = this;
    let low = this.#low;
    let high = this.#high;
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const nextLow = words[at] as number;
      const nextHigh = words[at + 1] as number;
      const flags = words[at + 3] as number;
      if (
        ((flags & (FULL | RESERVED_FLAGS)) !== 0 || words[at + 2] === 0 || nextHigh === 0xffff_ffff) &&
        this.#faultAt(at / RECORD_WORDS)
      ) {
        return at / RECORD_WORDS;
      }
      if (nextHigh < high || (nextHigh === high && nextLow < low)) return at / RECORD_WORDS;
      low = nextLow;
      high = nextHigh;
    }
    this.#low = low;
    this.#high = high;
    return undefined;
  }

  #faultAt(index: number): string | undefined {
    return this.#isPacked ? recordFault(this.words, index * RECORD_WORDS) : undefined;
  }

  async #unsorted(index: number): Promise<DataError> {
    const at = index * RECORD_WORDS;
    const addr = recordAddr(this.words, at);
    const before =
      index === 0 ? (BigInt(this.#high) << 32n) | BigInt(this.#low) : recordAddr(this.words, at - RECORD_WORDS);
    const place = await this.#placeOf(this.#before + index);
    return new DataError(
      `${place}: expected ranges by address, got 0x${addr.toString(16)} after 0x${before.toString(16)} (without --sorted they may come in any order)`,
    );
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(bytes.length / RECORD_BYTES) * RECORD_WORDS,
  );
}
