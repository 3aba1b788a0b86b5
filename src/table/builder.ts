import { newBuffer } from "../core/buffer.js";
import { PACKAGE } from "../core/package-key.js";
import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";

const LONGEST = BigInt(FOUR_GIB);

/** Records that become a table, as they are, in a buffer that grows. */
export class RecordRows {
  #words = new Uint32Array(64);
  #at = 0;

  /** Records so far. */
  get length(): number {
    return this.#at / RECORD_WORDS;
  }

  /**
   * Makes room for `count` further records that are sure to come. Records that do not fit are refused before memory is
   * filled.
   *
   * @throws {SegringError} OUT_OF_MEMORY
   */
  reserve(count: number): void {
    const words = this.#at + count * RECORD_WORDS;
    if (words > this.#words.length) this.#grow(words);
  }

  /** Adds a valid record of 1 to 2^32 bytes. @throws {SegringError} OUT_OF_MEMORY */
  add(addr: bigint, length: number, flags: number): void {
    if (this.#at === this.#words.length) this.#grow(this.#at * 2);
    this.#words[this.#at] = Number(addr & 0xffff_ffffn);
    this.#words[this.#at + 1] = Number(addr >> 32n);
    this.#words[this.#at + 2] = length;
    this.#words[this.#at + 3] = length === FOUR_GIB ? flags | FULL : flags;
    this.#at += RECORD_WORDS;
  }

  /** Sets the length of the last record. */
  setLastLength(length: number): void {
    this.#words[this.#at - 2] = length;
    if (length === FOUR_GIB) this.#words[this.#at - 1] = (this.#words[this.#at - 1] as number) | FULL;
  }

  #grow(words: number): void {
    const larger = new Uint32Array(newBuffer(words * 4));
    larger.set(this.#words);
    this.#words = larger;
  }

  /** The table of all that was added. @throws {SegringError} OUT_OF_MEMORY */
  finish(): SegmentTable {
    const words = new Uint32Array(newBuffer(this.#at * 4));
    words.set(this.#words.subarray(0, this.#at));
    return new Table(PACKAGE, words);
  }
}

/** Makes a table of valid ranges. Ranges join as `coalesce` joins them, and runs are cut every 4 GiB. */
export class TableBuilder {
  readonly #rows = new RecordRows();
  #first = 0n;
  #length = 0n;
  #flags = 0;

  /** Adds a range, or nothing where `length` is 0. A range that ends at 2^64 joins no other: no address is as large. */
  add(addr: bigint, length: bigint, flags = 0): void {
    if (length === 0n) return;
    const touches = this.#length !== 0n && this.#first + this.#length === addr;
    if (touches && flags === this.#flags && (flags & NOMERGE) === 0) {
      this.#length += length;
      return;
    }
    this.#emit();
    this.#first = addr;
    this.#length = length;
    this.#flags = flags;
  }

  /** Adds a range that joins no range before it. */
  addApart(addr: bigint, length: bigint, flags = 0): void {
    this.#emit();
    this.add(addr, length, flags);
  }

  /** The table of all that was added. */
  finish(): SegmentTable {
    this.#emit();
    return this.#rows.finish();
  }

  #emit(): void {
    for (; this.#length > LONGEST; this.#first += LONGEST, this.#length -= LONGEST) {
      this.#rows.add(this.#first, FOUR_GIB, this.#flags);
    }
    if (this.#length !== 0n) this.#rows.add(this.#first, Number(this.#length), this.#flags);
    this.#length = 0n;
  }
}
