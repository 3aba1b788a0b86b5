import { newBuffer } from "../engine/buffer.js";
import { ADDRESS_SPACE, FOUR_GIB, FULL, NOMERGE } from "../record.js";
import { SegmentTable } from "../table.js";

const LONGEST = BigInt(FOUR_GIB);

/** Makes a table of ranges, each valid: joined as `coalesce` joins them, and cut every 4 GiB of a run. */
export class TableBuilder {
  #words = new Uint32Array(64);
  #at = 0;
  #first = 0n;
  #length = 0n;
  #flags = 0;

  /** Adds a range; none where `length` is 0. */
  add(addr: bigint, length: bigint, flags = 0): void {
    if (length === 0n) return;
    const touches = this.#length !== 0n && this.#first + this.#length === addr && addr !== ADDRESS_SPACE;
    if (touches && flags === this.#flags && (flags & NOMERGE) === 0) {
      this.#length += length;
      return;
    }
    this.#emit();
    this.#first = addr;
    this.#length = length;
    this.#flags = flags;
  }

  /** Adds a range that joins none before it. */
  addApart(addr: bigint, length: bigint, flags = 0): void {
    this.#emit();
    this.add(addr, length, flags);
  }

  /** The table of all that was added. */
  finish(): SegmentTable {
    this.#emit();
    const buffer = newBuffer(this.#at * 4);
    new Uint32Array(buffer).set(this.#words.subarray(0, this.#at));
    return new SegmentTable(buffer);
  }

  #emit(): void {
    for (; this.#length > LONGEST; this.#first += LONGEST, this.#length -= LONGEST) this.#store(FOUR_GIB);
    if (this.#length !== 0n) this.#store(Number(this.#length));
    this.#length = 0n;
  }

  #store(length: number): void {
    if (this.#at === this.#words.length) {
      const larger = new Uint32Array(newBuffer(this.#at * 8));
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[this.#at++] = Number(this.#first & 0xffff_ffffn);
    this.#words[this.#at++] = Number(this.#first >> 32n);
    this.#words[this.#at++] = length;
    this.#words[this.#at++] = length === FOUR_GIB ? this.#flags | FULL : this.#flags;
  }
}
