import { expected } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { checkU64, type U64 } from "../core/record.js";
import { checkTable, type SegmentTable } from "../core/segment-table.js";
import { plainView } from "../core/views.js";
import { bytesFrom, bytesOf, Placed, type Space, type TableBytes, type TableMemory } from "./memory.js";

/**
 * Copies a table's bytes, from its byte `skip` on, into one buffer, until that is full or the table ends (Linux
 * `sg_pcopy_to_buffer`).
 *
 * @param memory Has all bytes that are read.
 * @param base   The address of its first byte.
 * @param target May lie in `memory`, but not where it is read.
 * @returns Bytes copied; 0 where `skip` is at or past the table's end.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A byte is not in `memory`, or `target` overlaps what is read. Nothing was written.
 *
 * Cost: the copy, and a look at each segment before it; O(log n) to find `skip`.
 */
export function gather(memory: TableMemory, base: U64, table: SegmentTable, target: Uint8Array, skip: U64 = 0): number {
  const bytes = bytesOf("memory", memory);
  const into = plainView("target", target, "Uint8Array");
  const pieces = Placed.upTo({ name: "memory", byteLength: bytes.byteLength, base }, table, skip, into.byteLength);
  checkOutside("target", into, bytes, pieces);
  pieces.each((from, length, done) => into.set(bytes.subarray(from, from + length), done));
  return pieces.count;
}

/**
 * Copies a buffer into a table's bytes, from its byte `skip` on, until all is copied or the table ends: the inverse of
 * `gather`, otherwise the same (Linux `sg_pcopy_from_buffer`).
 */
export function scatter(
  memory: TableMemory,
  base: U64,
  table: SegmentTable,
  source: Uint8Array,
  skip: U64 = 0,
): number {
  const bytes = bytesOf("memory", memory);
  const given = plainView("source", source, "Uint8Array");
  const pieces = Placed.upTo({ name: "memory", byteLength: bytes.byteLength, base }, table, skip, given.byteLength);
  checkOutside("source", given, bytes, pieces);
  pieces.each((from, length, done) => bytes.set(given.subarray(done, done + length), from));
  return pieces.count;
}

/**
 * Sets a table's bytes, from its byte `skip` on, to one value (Linux `sg_zero_buffer`, QEMU `iov_memset`).
 *
 * @param value      0 to 255.
 * @param byteLength Bytes to set; default: all to the table's end, which must have as many.
 * @returns Bytes set. Throws as `gather` does.
 */
export function fill(
  memory: TableMemory,
  base: U64,
  table: SegmentTable,
  value: number,
  skip: U64 = 0,
  byteLength?: U64,
): number {
  const bytes = bytesOf("memory", memory);
  checkInteger("value", value, 0, 255);
  const left = bytesFrom(table, "skip", skip);
  if (byteLength !== undefined) {
    checkU64("byteLength", byteLength);
    if (byteLength > left)
      throw new RangeError(expected("byteLength", `up to ${left} (what the table has)`, byteLength));
  }
  const count = byteLength === undefined ? left : BigInt(byteLength);
  const pieces = new Placed({ name: "memory", byteLength: bytes.byteLength, base }, table, BigInt(skip), count);
  pieces.each((from, length) => void bytes.fill(value, from, from + length));
  return pieces.count;
}

const COPY_KEYS = { sourceSkip: true, targetSkip: true, byteLength: true } as const;

/**
 * Copies the bytes of one table to those of another, whatever their segments, until one of the two ends or `byteLength`
 * bytes are copied. To do it in parts, pass the sum of what was copied as both skips (SPDK `spdk_iovcpy`, UCX
 * `ucs_iov_copy`).
 *
 * @param options.sourceSkip Bytes of the source to pass over; default 0. `targetSkip`: the same of the target.
 * @param options.byteLength Bytes at most; default: as many as there are.
 * @returns Bytes copied.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A byte is not in its memory, or source and target overlap. Nothing was written.
 *
 * Cost: the copy, and a look at each segment before it; O(n log n) where both tables are over one buffer.
 */
export function copy(
  source: TableBytes,
  target: TableBytes,
  options: { sourceSkip?: U64 | undefined; targetSkip?: U64 | undefined; byteLength?: U64 | undefined } = NO_OPTIONS,
): number {
  checkKeys("options", options, COPY_KEYS);
  const { sourceSkip = 0, targetSkip = 0, byteLength } = options;
  checkSide("source", source);
  checkSide("target", target);
  const counts = [bytesFrom(source.table, "sourceSkip", sourceSkip), bytesFrom(target.table, "targetSkip", targetSkip)];
  if (byteLength !== undefined) {
    checkU64("byteLength", byteLength);
    counts.push(BigInt(byteLength));
  }
  const count = counts.reduce((a, b) => (b < a ? b : a));
  const from = bytesOf("source.memory", source.memory);
  const to = bytesOf("target.memory", target.memory);
  const reads = new Placed(spaceOf("source", source, from), source.table, BigInt(sourceSkip), count);
  const writes = new Placed(spaceOf("target", target, to), target.table, BigInt(targetSkip), count);
  if (from.buffer === to.buffer) checkApart(from, reads, to, writes);
  reads.eachWith(writes, (at, into, length) => to.set(from.subarray(at, at + length), into));
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

function spaceOf(name: string, { base }: TableBytes, { byteLength }: Uint8Array): Space {
  return { name: `${name}.memory`, byteLength, base };
}

function checkSide(name: string, side: TableBytes): void {
  if (typeof side !== "object" || side === null) throw new TypeError(expected(name, "{ memory, base, table }", side));
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
