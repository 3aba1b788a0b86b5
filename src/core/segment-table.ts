import { expected, show } from "./errors.js";
import { checkInteger } from "./limits.js";
import { PACKAGE } from "./package-key.js";
import {
  ADDRESS_SPACE,
  checkFlags,
  checkU64,
  FOUR_GIB,
  FULL,
  isIterable,
  type Range,
  RECORD_BYTES,
  RECORD_WORDS,
  recordAddr,
  recordFault,
  recordLength,
  type Segment,
} from "./record.js";
import { RecordView } from "./record-view.js";
import { plainBytes, plainWords } from "./views.js";

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
 * A list of segments in order: a view of packed records, immutable by contract. A segment takes 16 bytes; 256 segments
 * fill a page of 4 KiB.
 *
 * Most tables have a buffer of their own, and stay valid after the mapper that made them is closed. A table from
 * `SegmentTable.view` is a view of the caller's memory. A table that a mapper lends (`borrow`) is valid until the next
 * call of that mapper; after that, every use of the table throws STALE.
 *
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 4096 }, { addr: 2n ** 40n, length: 512 }]);
 * console.log(table.totalBytes, table.addr(1), table.size(1), table.flags(1)); // 4608n 1099511627776n 512 0
 * table.forEach((addrLo, addrHi, length) => console.log(addrHi, addrLo, length)); // 0 4096 4096 // 256 0 512
 * console.log(table.equals(SegmentTable.fromBytes(table.bytes)), table.toJSON()[1]?.addr); // true 1099511627776
 * ```
 */
export class SegmentTable extends RecordView implements Iterable<Segment> {
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
   * Makes a table of these segments. The segments are checked and copied, and never joined or cut.
   *
   * Cost: O(n).
   *
   * @throws {TypeError} A field has the wrong type.
   * @throws {RangeError} A field is out of its range, a length is 0 or above 2^32, or a segment ends past 2^64; the
   *   message names the segment.
   */
  static from(segments: Iterable<Range>): SegmentTable {
    if (!isIterable(segments)) throw new TypeError(expected("segments", "an iterable of ranges", segments));
    const rows: number[] = [];
    let index = 0;
    for (const { addr, length, flags = 0 } of segments) {
      checkU64(`segments[${index}].addr`, addr);
      checkU64(`segments[${index}].length`, length);
      checkFlags(`segments[${index}].flags`, flags);
      if (length < 1 || length > FOUR_GIB) {
        throw new RangeError(expected(`segments[${index}].length`, "1 to 4294967296", length));
      }
      const wide = BigInt(addr);
      if (wide + BigInt(length) > ADDRESS_SPACE) {
        throw new RangeError(
          `"segments[${index}]" expected addr + length up to 2^64, got ${show(addr)} + ${show(length)}`,
        );
      }
      const full = Number(length) === FOUR_GIB;
      rows.push(Number(wide & 0xffff_ffffn), Number(wide >> 32n));
      rows.push(full ? 0 : Number(length), full ? flags + FULL : flags);
      index++;
    }
    return new SegmentTable(PACKAGE, new Uint32Array(rows));
  }

  /**
   * Makes a table of these packed records. The records are checked and copied.
   *
   * Cost: O(n).
   *
   * @throws {TypeError} `bytes` is no Uint8Array.
   * @throws {RangeError} The length of `bytes` is not a multiple of 16, or a record is not valid; the message names the
   *   record.
   */
  static fromBytes(bytes: Uint8Array): SegmentTable {
    const words = new Uint32Array(new Uint8Array(recordBytes("bytes", bytes)).buffer);
    checkRecords(words);
    return new SegmentTable(PACKAGE, words);
  }

  /**
   * Makes a table of records where they lie, on an ArrayBuffer or a SharedArrayBuffer. The call checks each record, and
   * nobody checks again: whoever writes to the words afterwards answers for them.
   *
   * Cost: O(n), and no copy.
   *
   * @param words 4 words a record, as `words` and `coalesceInto` give them.
   * @param count Records, 0 to words.length / 4, which is the default.
   * @throws {TypeError} An argument has the wrong type.
   * @throws {RangeError} `count` is out of its range, or a record is not valid; the message names the record.
   * @example
   * ```ts
   * const words = new Uint32Array(4 * 100);
   * const count = createMapperSync().coalesceInto([{ addr: 0x1000, length: 4096 }], words);
   * console.log(SegmentTable.view(words, count).at(-1)); // { addr: 4096n, length: 4096, flags: 0 }
   * ```
   */
  static view(
    words: Uint32Array,
    count: number = Math.floor(plainWords("words", words).length / RECORD_WORDS),
  ): SegmentTable {
    const all = plainWords("words", words);
    checkInteger("count", count, 0, Math.floor(all.length / RECORD_WORDS));
    const records = all.subarray(0, count * RECORD_WORDS);
    checkRecords(records);
    return new SegmentTable(PACKAGE, records);
  }

  /** @internal Whether `value` is a table, and does not only look like one. */
  static isTable(value: unknown): value is SegmentTable {
    return RecordView.isView(value);
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
    return ((this.words[this.#at(index) + 3] as number) & ~FULL) >>> 0;
  }

  /**
   * Calls back for each segment in order. The callback gets the address in two halves, so that nothing is allocated,
   * and `flags` without FULL.
   */
  forEach(callback: (addrLo: number, addrHi: number, length: number, flags: number, index: number) => void): void {
    if (typeof callback !== "function") throw new TypeError(expected("callback", "a function", callback));
    const { words } = this;
    for (let at = 0, index = 0; at < words.length; at += RECORD_WORDS, index++) {
      const flags = words[at + 3] as number;
      callback(words[at] as number, words[at + 1] as number, recordLength(words, at), (flags & ~FULL) >>> 0, index);
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
  equals(other: SegmentTable): boolean {
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
    const at = index * RECORD_WORDS;
    const flags = this.words[at + 3] as number;
    return {
      addr: recordAddr(this.words, at),
      length: recordLength(this.words, at),
      flags: (flags & ~FULL) >>> 0,
    };
  }

  #at(index: number): number {
    if (typeof index !== "number") throw new TypeError(expected("index", "a number", index));
    if (this.length === 0) throw new RangeError(expected("index", "none, of an empty table", index));
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`"index" expected 0 to ${this.length - 1}, got ${show(index)}`);
    }
    return index * RECORD_WORDS;
  }
}

function checkRecords(words: Uint32Array): void {
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const fault = recordFault(words, at);
    if (fault !== undefined) throw new RangeError(`record ${at / RECORD_WORDS}: ${fault}`);
  }
}

/** Checks that a value is a table, and does not only have a table's prototype. */
export function checkTable(name: string, table: unknown): asserts table is SegmentTable {
  if (!SegmentTable.isTable(table)) throw new TypeError(expected(name, "a SegmentTable", table));
}

/**
 * Whole records, as a plain view. @throws {TypeError} `value` is no Uint8Array. @throws {RangeError} The last record is
 * not whole.
 */
export function recordBytes(name: string, value: unknown): Uint8Array {
  const bytes = plainBytes(name, value);
  if (bytes.byteLength % RECORD_BYTES !== 0) {
    throw new RangeError(expected(`${name}.byteLength`, "a multiple of 16", bytes.byteLength));
  }
  return bytes;
}
