import { newBuffer } from "../core/buffer.js";
import { expected } from "../core/errors.js";
import { PACKAGE } from "../core/package-key.js";
import { checkU64, FOUR_GIB, FULL, RECORD_BYTES, RECORD_WORDS, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable, Table } from "../core/table.js";
import { checkOffset } from "./check.js";
import { type Location, placeOf } from "./offsets.js";

/**
 * Gives the segments that hold bytes `offset` to `offset + byteLength` of a table. The first and the last segment are
 * trimmed, and flags are kept.
 *
 * Cost: O(log n) to find the ends (see `locate`), and a copy of 16 bytes a segment.
 *
 * @param byteLength Default: all bytes from `offset` on. With 0 bytes the result is an empty table.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A byte is not in the table.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 512 }, { addr: 0x8000, length: 512 }]);
 * for (const { addr, length } of slice(table, 500, 100)) console.log(addr.toString(16), length); // 11f4 12 // 8000 88
 * ```
 */
export function slice(table: SegmentTable, offset: U64, byteLength?: U64): SegmentTable {
  checkTable("table", table);
  const { totalBytes } = table;
  const from = checkOffset("offset", offset, totalBytes);
  if (byteLength === undefined) return between(table, placeOf(table, from), placeOf(table, totalBytes));
  checkU64("byteLength", byteLength);
  if (BigInt(byteLength) > totalBytes - from) {
    throw new RangeError(
      expected("byteLength", `up to ${totalBytes - from} (what the table has from ${offset} on)`, byteLength),
    );
  }
  return between(table, placeOf(table, from), placeOf(table, from + BigInt(byteLength)));
}

/**
 * Gives consecutive parts of a table, of these sizes, from byte `offset` on (Linux `sg_split`, without its two defects:
 * no record of length 0 comes out, and the last part ends where it must). Bytes past the sum of the sizes are left out.
 *
 * Cost: O(log n) a part (see `locate`), and a copy of 16 bytes a segment.
 *
 * @param byteLengths Bytes of each part; 0 gives an empty table.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} `offset` and the sizes together are more than the table has.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 1024 }]);
 * const [header, payload] = split(table, [64, 960]);
 * console.log(header?.at(0)?.length, payload?.at(0)?.addr); // 64 4160n
 * ```
 */
export function split(table: SegmentTable, byteLengths: readonly U64[], offset: U64 = 0): SegmentTable[] {
  checkTable("table", table);
  const { totalBytes } = table;
  let at = checkOffset("offset", offset, totalBytes);
  if (!Array.isArray(byteLengths)) throw new TypeError(expected("byteLengths", "an array of sizes", byteLengths));
  const ends = Array.from(byteLengths, (bytes: U64, index) => {
    checkU64(`byteLengths[${index}]`, bytes);
    if (BigInt(bytes) > totalBytes - at) {
      throw new RangeError(
        expected(`byteLengths[${index}]`, `up to ${totalBytes - at} (what the table has left)`, bytes),
      );
    }
    at += BigInt(bytes);
    return placeOf(table, at);
  });
  let start = placeOf(table, BigInt(offset));
  return ends.map((end) => {
    const part = between(table, start, end);
    start = end;
    return part;
  });
}

/**
 * Gives all segments of these tables, one table after the other. `concat` does not join neighbours that touch;
 * `SegmentMapper.coalesce` of the result does.
 *
 * Cost: a copy of 16 bytes a segment.
 *
 * @throws {TypeError} An argument is no table.
 * @throws {SegringError} OUT_OF_MEMORY.
 * @example
 * ```ts
 * const header = SegmentTable.from([{ addr: 0x1000, length: 64 }]);
 * const payload = SegmentTable.from([{ addr: 0x8000, length: 4096 }]);
 * console.log(concat(header, payload).totalBytes); // 4160n
 * ```
 */
export function concat(...tables: readonly SegmentTable[]): SegmentTable {
  for (const [index, table] of tables.entries()) checkTable(`tables[${index}]`, table);
  const words = new Uint32Array(newBuffer(tables.reduce((sum, { length }) => sum + length, 0) * RECORD_BYTES));
  let at = 0;
  for (const table of tables) {
    words.set(table.words, at);
    at += table.words.length;
  }
  return new Table(PACKAGE, words);
}

/** The bytes from `start` on, up to `end`. */
export function between({ words }: SegmentTable, start: Location, end: Location): SegmentTable {
  // No bytes, maybe inside a segment: no record of length 0.
  if (start.index === end.index && start.offset === end.offset) return new Table(PACKAGE, new Uint32Array(0));
  const last = end.offset === 0 ? end.index : end.index + 1;
  const source = words.subarray(start.index * RECORD_WORDS, last * RECORD_WORDS);
  const part = new Uint32Array(newBuffer(source.byteLength));
  part.set(source);
  // The end first: a part inside one segment is measured from its start.
  if (end.offset !== 0) setLength(part, part.length - RECORD_WORDS, end.offset);
  if (start.offset !== 0) dropFront(part, 0, start.offset);
  return new Table(PACKAGE, part);
}

/** Takes `bytes`, fewer than it has, from the front of a record. */
export function dropFront(words: Uint32Array, at: number, bytes: number): void {
  const left = recordLength(words, at) - bytes;
  const low = (words[at] as number) + bytes;
  words[at] = low;
  // A record ends by 2^64, so the carry stays inside.
  if (low >= FOUR_GIB) words[at + 1] = (words[at + 1] as number) + 1;
  setLength(words, at, left);
}

/** Sets the length of a record, 1 to 2^32. */
export function setLength(words: Uint32Array, at: number, length: number): void {
  words[at + 2] = length;
  const flags = words[at + 3] as number;
  words[at + 3] = length === FOUR_GIB ? flags | FULL : flags & ~FULL;
}
