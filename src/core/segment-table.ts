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
  recordFault,
} from "./record.js";
import { isTable, Table } from "./table.js";
import { plainBytes, plainWords } from "./views.js";

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
export class SegmentTable extends Table {
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
    return new Table(PACKAGE, new Uint32Array(rows));
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
    return new Table(PACKAGE, words);
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
    return new Table(PACKAGE, records);
  }

  /** @internal Every table counts, whoever made it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isTable(value);
  }
}

function checkRecords(words: Uint32Array): void {
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const fault = recordFault(words, at);
    if (fault !== undefined) throw new RangeError(`record ${at / RECORD_WORDS}: ${fault}`);
  }
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
