import { expected } from "./errors.js";
import { checkInteger } from "./limits.js";
import { FOUR_GIB, RECORD_WORDS, recordAddr, recordFlags, recordLength, type Segment } from "./record.js";
import { RecordView } from "./record-view.js";

/** Segments that are printed. */
const SHOWN = 16;

/** A table as columns of its own. */
export interface TableColumns {
  /** The first byte of each segment. */
  readonly addr: BigUint64Array<ArrayBuffer>;
  /** Bytes of each segment. */
  readonly length: Float64Array<ArrayBuffer>;
  /** Flags of each segment, without FULL. */
  readonly flags: Uint32Array<ArrayBuffer>;
}

/** A segment in JSON. */
export interface JsonSegment {
  /** The first byte, in decimal: numbers of JSON are exact up to 2^53 alone. */
  readonly addr: string;
  /** Bytes. */
  readonly length: number;
  /** Flags, without FULL. */
  readonly flags: number;
}

/**
 * What every table is. `SegmentTable` adds the ways to make one by hand, so that whoever makes none need not load them.
 * Values carry the public name.
 */
class SegmentTable extends RecordView implements Iterable<Segment> {
  /** @internal Where each segment starts in the table's bytes, once somebody asked: table/offsets.ts. */
  starts: Float64Array | BigUint64Array | undefined;
  #bytes: Uint8Array | undefined;
  #totalBytes: bigint | undefined;

  /** The records as 16 bytes each: `u64 addr, u32 len, u32 flags`, little-endian. @throws {SegringError} STALE */
  get bytes(): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.words;
    this.#bytes ??= new Uint8Array(buffer, byteOffset, byteLength);
    return this.#bytes;
  }

  /**
   * Bytes in all segments together. A segment has up to 2^32 bytes, so the sum is a bigint. The first call counts,
   * O(n).
   */
  get totalBytes(): bigint {
    const { words } = this;
    if (this.#totalBytes === undefined) {
      // Two parts keep the sum exact: 2^28 lengths of 2^32 would pass 2^53.
      let low = 0;
      let high = 0n;
      for (let at = 0; at < words.length; at += RECORD_WORDS) {
        low += recordLength(words, at);
        if (low >= 2 ** 52) {
          high += BigInt(low);
          low = 0;
        }
      }
      this.#totalBytes = high + BigInt(low);
    }
    return this.#totalBytes;
  }

  /**
   * Gives a segment as `Array.prototype.at` gives an element: a negative index counts from the end, and an index
   * outside gives `undefined`. O(1).
   */
  at(index: number): Segment | undefined {
    const whole = Math.trunc(Number(index)) || 0;
    const i = whole < 0 ? whole + this.length : whole;
    return i >= 0 && i < this.length ? this.#segment(i) : undefined;
  }

  /** The first byte of segment `index`. @throws {RangeError} `index` is outside 0 to length - 1. */
  addr(index: number): bigint {
    return recordAddr(this.words, this.#at(index));
  }

  /**
   * The first byte of segment `index` as a number.
   *
   * @throws {RangeError} `index` is outside 0 to length - 1, or the address is above 2^53 - 1.
   * @example
   * ```ts
   * console.log(SegmentTable.from([{ addr: 0xfee00000, length: 4096 }]).addrNumber(0).toString(16)); // fee00000
   * ```
   */
  addrNumber(index: number): number {
    const at = this.#at(index);
    const addr = (this.words[at + 1] as number) * FOUR_GIB + (this.words[at] as number);
    if (addr > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(
        `addrNumber(${index}) expected an address up to 2^53 - 1, got 0x${this.addr(index).toString(16)}`,
      );
    }
    return addr;
  }

  /** Bytes in segment `index`, 1 to 2^32. @throws {RangeError} `index` is outside 0 to length - 1. */
  size(index: number): number {
    return recordLength(this.words, this.#at(index));
  }

  /** The flags of segment `index`, without FULL. @throws {RangeError} `index` is outside 0 to length - 1. */
  flags(index: number): number {
    return recordFlags(this.words, this.#at(index));
  }

  /**
   * Calls back for each segment in order. The callback gets the address in two halves, so that nothing is allocated,
   * and `flags` without FULL.
   */
  forEach(callback: (addrLo: number, addrHi: number, length: number, flags: number, index: number) => void): void {
    if (typeof callback !== "function") throw new TypeError(expected("callback", "a function", callback));
    const { words } = this;
    for (let at = 0, index = 0; at < words.length; at += RECORD_WORDS, index++) {
      callback(words[at] as number, words[at + 1] as number, recordLength(words, at), recordFlags(words, at), index);
    }
  }

  /**
   * Copies the segments into columns. `length` is float64, because 2^32 does not fit 32 bits; `flags` are without FULL.
   * O(n).
   *
   * @example
   * ```ts
   * const { addr, length } = SegmentTable.from([{ addr: 0x1000, length: 2 ** 32 }]).toColumns();
   * console.log(addr, length); // BigUint64Array(1) [ 4096n ] Float64Array(1) [ 4294967296 ]
   * ```
   */
  toColumns(): TableColumns {
    const addr = new BigUint64Array(this.length);
    const addrWords = new Uint32Array(addr.buffer);
    const length = new Float64Array(this.length);
    const flags = new Uint32Array(this.length);
    this.forEach((addrLo, addrHi, bytes, flag, index) => {
      addrWords[2 * index] = addrLo;
      addrWords[2 * index + 1] = addrHi;
      length[index] = bytes;
      flags[index] = flag;
    });
    return { addr, length, flags };
  }

  /** Gives the segments as objects, in order. `forEach` and `words` allocate nothing. */
  [Symbol.iterator](): IterableIterator<Segment> {
    // What has the prototype of a table, and none of its records, is no iterable of ranges either.
    checkTable("input", this);
    let index = 0;
    const segment = (i: number) => this.#segment(i);
    const count = this.length;
    // A generator takes a third more time.
    return {
      next: () =>
        index < count
          ? { value: segment(index++), done: false }
          : { value: undefined as unknown as Segment, done: true },
      [Symbol.iterator]() {
        return this;
      },
    };
  }

  /** Says whether another table has equal segments in equal order, flags included. O(n). */
  equals(other: this): boolean {
    checkTable("other", other);
    const [ours, theirs] = [this.words, other.words];
    return ours === theirs || (ours.length === theirs.length && ours.every((word, at) => word === theirs[at]));
  }

  /** For `JSON.stringify`. Addresses are decimal strings, because numbers in JSON are exact up to 2^53 only. O(n). */
  toJSON(): JsonSegment[] {
    return Array.from(this, ({ addr, length, flags }) => ({ addr: `${addr}`, length, flags }));
  }

  /** What `console.log` of Node, Deno and Bun shows: the first segments, a line each. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    if (this.isStale) return "SegmentTable (stale)";
    const lines = Array.from({ length: Math.min(this.length, SHOWN) }, (_, index) => {
      const { addr, length, flags } = this.#segment(index);
      return `  0x${addr.toString(16).padStart(16, "0")} ${length}${flags === 0 ? "" : ` flags 0x${flags.toString(16)}`}\n`;
    });
    const more = this.length > SHOWN ? `  … ${this.length - SHOWN} more\n` : "";
    return `SegmentTable(${this.length}) ${this.length === 0 ? "[]" : `[\n${lines.join("")}${more}]`}`;
  }

  #segment(index: number): Segment {
    const { words } = this;
    const at = index * RECORD_WORDS;
    return { addr: recordAddr(words, at), length: recordLength(words, at), flags: recordFlags(words, at) };
  }

  #at(index: number): number {
    const { length } = this;
    if (!(Number.isInteger(index) && index >= 0 && index < length)) {
      if (length === 0) throw new RangeError(expected("index", "none, of an empty table", index));
      checkInteger("index", index, 0, length - 1);
    }
    return index * RECORD_WORDS;
  }
}

/** Checks that a value is a table, and does not only have a table's prototype. */
export function checkTable(name: string, table: unknown): asserts table is SegmentTable {
  if (!isTable(table)) throw new TypeError(expected(name, "a SegmentTable", table));
}

/** Whether a value is a table, and does not only look like one. */
export function isTable(value: unknown): value is SegmentTable {
  return RecordView.isView(value);
}

export { SegmentTable as Table };
