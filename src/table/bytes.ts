import { expected } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { checkU64, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { plainView } from "../core/views.js";
import { bytesFrom, Placed, type PlacedTable, spaceOf, type TableMemory } from "./memory.js";

/**
 * Copies a table's bytes into one buffer, from byte `offset` of the table on. The copy ends where the buffer is full or
 * the table ends (Linux `sg_pcopy_to_buffer`).
 *
 * Cost: the copy, and one look at each segment before the copy. Finding `offset` takes O(log n).
 *
 * @param memory Bytes with the address of the first byte. The memory must hold every byte that is read.
 * @param target The buffer. The buffer may lie in `memory`, but not where bytes are read.
 * @param offset Bytes of the table to pass over, default 0.
 * @returns Bytes copied. The result is 0 where `offset` is at or past the table's end.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A byte is not in `memory`, or `target` overlaps the bytes that are read. Nothing was written.
 * @example
 * ```ts
 * const memory = { bytes: new TextEncoder().encode("..head..tail"), addr: 0x1000 };
 * const table = SegmentTable.from([{ addr: 0x1002, length: 4 }, { addr: 0x1008, length: 4 }]);
 * const packet = new Uint8Array(8);
 * console.log(gather(table, memory, packet), new TextDecoder().decode(packet)); // 8 headtail
 * ```
 */
export function gather(table: SegmentTable, memory: TableMemory, target: Uint8Array, offset: U64 = 0): number {
  checkTable("table", table);
  const space = spaceOf("memory", memory);
  const into = plainView("target", target, "Uint8Array");
  const pieces = Placed.upTo(space, table, offset, into.byteLength);
  checkOutside("target", into, space.bytes, pieces);
  pieces.each((from, length, done) => into.set(space.bytes.subarray(from, from + length), done));
  return pieces.count;
}

/**
 * Copies a buffer into a table's bytes, from byte `offset` of the table on. The copy ends where the buffer or the table
 * ends (Linux `sg_pcopy_from_buffer`). `scatter` is the inverse of `gather`; memory, offset, errors and cost are those
 * of `gather`.
 *
 * @returns Bytes copied.
 * @example
 * ```ts
 * const memory = { bytes: new Uint8Array(8), addr: 0x1000 };
 * const table = SegmentTable.from([{ addr: 0x1000, length: 2 }, { addr: 0x1006, length: 2 }]);
 * console.log(scatter(table, memory, Uint8Array.of(1, 2, 3, 4))); // 4
 * console.log(memory.bytes.join(" ")); // 1 2 0 0 0 0 3 4
 * ```
 */
export function scatter(table: SegmentTable, memory: TableMemory, source: Uint8Array, offset: U64 = 0): number {
  checkTable("table", table);
  const space = spaceOf("memory", memory);
  const given = plainView("source", source, "Uint8Array");
  const pieces = Placed.upTo(space, table, offset, given.byteLength);
  checkOutside("source", given, space.bytes, pieces);
  pieces.each((from, length, done) => space.bytes.set(given.subarray(done, done + length), from));
  return pieces.count;
}

/**
 * Sets a table's bytes to one value, from byte `offset` of the table on (Linux `sg_zero_buffer`, QEMU `iov_memset`).
 *
 * @param value      0 to 255.
 * @param byteLength Bytes to set. The default is all bytes to the table's end. The table must have `byteLength` bytes
 *   from `offset` on.
 * @returns Bytes set.
 * @throws As `gather` does.
 * @example
 * ```ts
 * const memory = { bytes: new Uint8Array(6).fill(7), addr: 0x1000 };
 * const table = SegmentTable.from([{ addr: 0x1000, length: 2 }, { addr: 0x1004, length: 2 }]);
 * console.log(fill(table, memory, 0), memory.bytes.join(" ")); // 4 0 0 7 7 0 0
 * ```
 */
export function fill(
  table: SegmentTable,
  memory: TableMemory,
  value: number,
  offset: U64 = 0,
  byteLength?: U64,
): number {
  checkTable("table", table);
  const space = spaceOf("memory", memory);
  checkInteger("value", value, 0, 255);
  const left = bytesFrom(table, "offset", offset);
  if (byteLength !== undefined) {
    checkU64("byteLength", byteLength);
    if (byteLength > left)
      throw new RangeError(expected("byteLength", `up to ${left} (what the table has)`, byteLength));
  }
  const count = byteLength === undefined ? left : BigInt(byteLength);
  const pieces = new Placed(space, table, BigInt(offset), count);
  pieces.each((from, length) => void space.bytes.fill(value, from, from + length));
  return pieces.count;
}

/** Where `copy` starts, and how many bytes `copy` moves. */
export interface CopyBytesOptions {
  /** Bytes of the source to pass over; default 0. */
  sourceOffset?: U64 | undefined;
  /** Bytes of the target to pass over; default 0. */
  targetOffset?: U64 | undefined;
  /** Bytes to copy at most; default: as many as both tables have. */
  byteLength?: U64 | undefined;
}

const COPY_KEYS: Keys<CopyBytesOptions> = { sourceOffset: true, targetOffset: true, byteLength: true };

/**
 * Copies the bytes of one table to the bytes of another table. The two tables may be cut differently. The copy ends
 * where one of the tables ends, or after `byteLength` bytes (SPDK `spdk_iovcpy`, UCX `ucs_iov_copy`). To copy in parts,
 * pass the sum of the results so far as both offsets.
 *
 * Cost: the copy, and one look at each segment before the copy. Where both tables lie in one buffer, the check for
 * overlap takes O(n log n).
 *
 * @returns Bytes copied.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A byte is not in its memory, or source and target overlap. Nothing was written.
 * @example
 * ```ts
 * const memory = { bytes: Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0, 0), addr: 0x8000 };
 * const from = SegmentTable.from([{ addr: 0x8000, length: 3 }]);
 * const to = SegmentTable.from([{ addr: 0x8004, length: 1 }, { addr: 0x8006, length: 2 }]);
 * console.log(copy({ table: from, memory }, { table: to, memory })); // 3
 * console.log(memory.bytes.join(" ")); // 1 2 3 4 1 0 2 3 0
 * ```
 */
export function copy(source: PlacedTable, target: PlacedTable, options: CopyBytesOptions = NO_OPTIONS): number {
  checkKeys("options", options, COPY_KEYS);
  const { sourceOffset = 0, targetOffset = 0, byteLength } = options;
  checkSide("source", source);
  checkSide("target", target);
  const counts = [
    bytesFrom(source.table, "sourceOffset", sourceOffset),
    bytesFrom(target.table, "targetOffset", targetOffset),
  ];
  if (byteLength !== undefined) {
    checkU64("byteLength", byteLength);
    counts.push(BigInt(byteLength));
  }
  const count = counts.reduce((a, b) => (b < a ? b : a));
  const from = spaceOf("source.memory", source.memory);
  const to = spaceOf("target.memory", target.memory);
  const reads = new Placed(from, source.table, BigInt(sourceOffset), count);
  const writes = new Placed(to, target.table, BigInt(targetOffset), count);
  if (from.bytes.buffer === to.bytes.buffer) checkApart(from.bytes, reads, to.bytes, writes);
  reads.eachWith(writes, (at, into, length) => to.bytes.set(from.bytes.subarray(at, at + length), into));
  return reads.count;
}

/** The buffer of a copy may lie in the table's memory, but not where the table's bytes are. */
function checkOutside(name: string, buffer: Uint8Array, memory: Uint8Array, pieces: Placed): void {
  if (buffer.buffer !== memory.buffer) return;
  const start = buffer.byteOffset - memory.byteOffset;
  pieces.each((from, length) => {
    if (from < start + pieces.count && start < from + length) {
      throw new RangeError(`"${name}" expected bytes apart from the table's, both are in one memory`);
    }
  });
}

function checkSide(name: string, side: PlacedTable): void {
  if (typeof side !== "object" || side === null) throw new TypeError(expected(name, "{ table, memory }", side));
  checkTable(`${name}.table`, side.table);
}

/** Two sets of pieces of one buffer may touch, but share no byte. */
function checkApart(from: Uint8Array, reads: Placed, to: Uint8Array, writes: Placed): void {
  const read = intervalsOf(from, reads);
  const written = intervalsOf(to, writes);
  for (let i = 0, j = 0; i < read.length && j < written.length; ) {
    const [a, b] = [read[i] as Interval, written[j] as Interval];
    if (a.start < b.end && b.start < a.end) {
      throw new RangeError('"target" expected bytes apart from those of "source", both are in one memory');
    }
    if (a.end <= b.end) i++;
    else j++;
  }
}

interface Interval {
  start: number;
  end: number;
}

/** By start, those that overlap joined, so that their ends are in order too. */
function intervalsOf(bytes: Uint8Array, pieces: Placed): Interval[] {
  const all: Interval[] = [];
  pieces.each(
    (from, length) => void all.push({ start: bytes.byteOffset + from, end: bytes.byteOffset + from + length }),
  );
  all.sort((a, b) => a.start - b.start);
  const joined: Interval[] = [];
  for (const interval of all) {
    const last = joined.at(-1);
    if (last !== undefined && interval.start <= last.end) last.end = Math.max(last.end, interval.end);
    else joined.push(interval);
  }
  return joined;
}
