import { newBuffer } from "../core/buffer.js";
import { expected } from "../core/errors.js";
import { PACKAGE } from "../core/package-key.js";
import { checkU64, FOUR_GIB, FULL, RECORD_BYTES, RECORD_WORDS, recordLength, type U64 } from "../core/record.js";
import { checkTable, SegmentTable } from "../core/segment-table.js";
import { checkOffset } from "./check.js";
import { type Location, placeOf } from "./offsets.js";

/**
 * The segments that have bytes `offset` to `offset + byteLength` of a table: the first and the last one trimmed, flags kept.
 *
 * @param byteLength Default: all from `offset` on. 0 bytes are an empty table; a record of length 0 never comes out.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} The bytes are not all in the table.
 *
 * Cost: O(log n) to find the ends (see `locate`), and a copy of 16 bytes a segment.
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
 * Consecutive parts of a table, of these sizes, after its first `offset` bytes (Linux `sg_split`, without its two defects:
 * no record of length 0 comes out, and the last part ends where it must). Bytes past the sum are left out.
 *
 * @param byteLengths Bytes of each part; 0 gives an empty table.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} `offset` and the sizes are more than the table has.
 *
 * Cost: O(log n) a part (see `locate`), and a copy of 16 bytes a segment.
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
 * All segments of these tables, one table after the other, as they are: neighbours that touch are not joined.
 *
 * @throws {TypeError} An argument is no table.
 * @throws {SegringError} OUT_OF_MEMORY.
 *
 * Cost: a copy of 16 bytes a segment.
 */
export function concat(...tables: readonly SegmentTable[]): SegmentTable {
  for (const [index, table] of tables.entries()) checkTable(`tables[${index}]`, table);
  const words = new Uint32Array(newBuffer(tables.reduce((sum, { length }) => sum + length, 0) * RECORD_BYTES));
  let at = 0;
  for (const table of tables) {
    words.set(table.words, at);
    at += table.words.length;
  }
  return new SegmentTable(PACKAGE, words);
}

/** The bytes from `start` on, up to `end`. */
export function between({ words }: SegmentTable, start: Location, end: Location): SegmentTable {
  // No bytes, maybe inside a segment: no record of length 0.
  if (start.index === end.index && start.offset === end.offset) return new SegmentTable(PACKAGE, new Uint32Array(0));
  const last = end.offset === 0 ? end.index : end.index + 1;
  const source = words.subarray(start.index * RECORD_WORDS, last * RECORD_WORDS);
  const part = new Uint32Array(newBuffer(source.byteLength));
  part.set(source);
  // The end first: a part inside one segment is measured from its start.
  if (end.offset !== 0) setLength(part, part.length - RECORD_WORDS, end.offset);
  if (start.offset !== 0) dropFront(part, 0, start.offset);
  return new SegmentTable(PACKAGE, part);
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
