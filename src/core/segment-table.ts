import { expected, show } from "./errors.js";
import { checkKey, PACKAGE, type PackageKey } from "./package-key.js";
import {
  ADDRESS_SPACE,
  checkFlags,
  checkU64,
  FOUR_GIB,
  FULL,
  type Range,
  RECORD_BYTES,
  RECORD_WORDS,
  recordAddr,
  recordFault,
  recordLength,
  type Segment,
} from "./record.js";
import { plainBytes } from "./views.js";

/**
 * A list of segments in order: packed records in one `ArrayBuffer` of its own, immutable by contract.
 * It stays valid after the mapper that made it is closed. 16 bytes a segment; 256 segments are a 4 KiB page.
 */
export class SegmentTable implements Iterable<Segment> {
  /** Segments in the table. */
  readonly length: number;
  /** The records, 16 bytes each: `u64 addr, u32 len, u32 flags`, little-endian. A view of the table's buffer, not to be written. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same as 4 words a record: addr low, addr high, len, flags. Not to be written. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** @internal Where each segment starts in the table's bytes, once it was asked for: table/offsets.ts. */
  starts: Float64Array | BigUint64Array | undefined;
  #totalBytes: bigint | undefined;

  /** For the package itself: takes over `buffer` and checks nothing. Use `from` or `fromBytes`. */
  constructor(key: PackageKey, buffer: ArrayBuffer) {
    checkKey(key, "SegmentTable", "SegmentTable.from or SegmentTable.fromBytes");
    this.length = buffer.byteLength / RECORD_BYTES;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
  }

  /**
   * A table of these segments as they are: checked and copied, never joined or cut.
   *
   * @throws {TypeError} A field has the wrong type.
   * @throws {RangeError} A field is out of its range, a length is 0 or above 2^32, or a segment ends past 2^64; the message names the segment.
   *
   * Cost: O(n).
   */
  static from(segments: Iterable<Range>): SegmentTable {
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
    return new SegmentTable(PACKAGE, new Uint32Array(rows).buffer);
  }

  /**
   * A table of these packed records: checked and copied.
   *
   * @throws {TypeError} `bytes` is no Uint8Array.
   * @throws {RangeError} Its length is not a multiple of 16, or a record is not valid; the message names the record.
   *
   * Cost: O(n).
   */
  static fromBytes(bytes: Uint8Array): SegmentTable {
    const table = new SegmentTable(PACKAGE, new Uint8Array(recordBytes("bytes", bytes)).buffer);
    for (let index = 0; index < table.length; index++) {
      const fault = recordFault(table.words, index * RECORD_WORDS);
      if (fault !== undefined) throw new RangeError(`record ${index}: ${fault}`);
    }
    return table;
  }

  /** @internal Whether this class has made `value`. */
  static isTable(value: unknown): value is SegmentTable {
    return typeof value === "object" && value !== null && #totalBytes in value;
  }

  /** Bytes in all segments together: up to 2^32 of them for each, so a bigint. Counted at the first call, O(n). */
  get totalBytes(): bigint {
    if (this.#totalBytes === undefined) {
      // Two parts keep the sum exact: 2^28 lengths of 2^32 would pass 2^53.
      let low = 0;
      let high = 0n;
      for (let at = 0; at < this.words.length; at += RECORD_WORDS) {
        low += recordLength(this.words, at);
        if (low >= 2 ** 52) {
          high += BigInt(low);
          low = 0;
        }
      }
      this.#totalBytes = high + BigInt(low);
    }
    return this.#totalBytes;
  }

  /** Like `Array.prototype.at`: negative counts from the end, `undefined` outside. O(1). */
  at(index: number): Segment | undefined {
    const whole = Math.trunc(Number(index)) || 0;
    const i = whole < 0 ? whole + this.length : whole;
    return i >= 0 && i < this.length ? this.#segment(i) : undefined;
  }

  /** The first byte of segment `index`. @throws {RangeError} Outside 0 to length - 1. */
  addr(index: number): bigint {
    return recordAddr(this.words, this.#at(index));
  }

  /** The first byte of segment `index` as a number. @throws {RangeError} Outside 0 to length - 1, or the address is above 2^53 - 1. */
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

  /** Bytes in segment `index`, 1 to 2^32. @throws {RangeError} Outside 0 to length - 1. */
  size(index: number): number {
    return recordLength(this.words, this.#at(index));
  }

  /** The flags of segment `index`, without FULL. @throws {RangeError} Outside 0 to length - 1. */
  flags(index: number): number {
    return ((this.words[this.#at(index) + 3] as number) & ~FULL) >>> 0;
  }

  /** Calls back for each segment in order: the address in two halves, so that nothing is allocated. `flags` without FULL. */
  forEach(callback: (addrLo: number, addrHi: number, length: number, flags: number, index: number) => void): void {
    if (typeof callback !== "function") throw new TypeError(expected("callback", "a function", callback));
    const { words } = this;
    for (let at = 0, index = 0; at < words.length; at += RECORD_WORDS, index++) {
      const flags = words[at + 3] as number;
      callback(words[at] as number, words[at + 1] as number, recordLength(words, at), (flags & ~FULL) >>> 0, index);
    }
  }

  /** Copies as columns: `length` as float64 because 2^32 does not fit 32 bits, `flags` without FULL. O(n). */
  toColumns(): {
    addr: BigUint64Array<ArrayBuffer>;
    length: Float64Array<ArrayBuffer>;
    flags: Uint32Array<ArrayBuffer>;
  } {
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

  /** Segments as objects, in order. `forEach` and `words` allocate nothing. */
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

/** Checks that it is a table, not only something of its prototype. */
export function checkTable(name: string, table: unknown): asserts table is SegmentTable {
  if (!SegmentTable.isTable(table)) throw new TypeError(expected(name, "a SegmentTable", table));
}

/** Whole records, as a plain view. @throws {TypeError} They are no Uint8Array. @throws {RangeError} The last one is not whole. */
export function recordBytes(name: string, value: unknown): Uint8Array {
  const bytes = plainBytes(name, value);
  if (bytes.byteLength % RECORD_BYTES !== 0) {
    throw new RangeError(expected(`${name}.byteLength`, "a multiple of 16", bytes.byteLength));
  }
  return bytes;
}
