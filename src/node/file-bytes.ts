import { expected } from "../core/errors.js";
import type { U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { plainView } from "../core/views.js";
import { Placed } from "../table/memory.js";

/** Bytes in one call of the system: Linux moves up to 2^31 - 4096 at a time. */
const CALL_BYTES = 2 ** 30;

/** What is asked of an open file: a `FileHandle` of `node:fs/promises` has it. Lengths and positions are bytes. */
export interface OpenFile {
  /** Gives the kind and the size of the file. */
  stat(): Promise<{
    /** Whether the file is a regular file, whose size is known. */
    isFile(): boolean;
    /** Bytes in the file. */
    readonly size: number;
  }>;
  /** Reads up to `length` bytes at `position` of the file into `buffer` from `offset` on. */
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{
    /** Bytes read; 0 at the end of the file. */
    readonly bytesRead: number;
  }>;
  /** Writes up to `length` bytes of `buffer` from `offset` on to `position` of the file. */
  write(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{
    /** Bytes written. */
    readonly bytesWritten: number;
  }>;
}

/** An open file, whose first byte has the address `addr`. */
export interface AddressedFile {
  /** The open file. */
  file: OpenFile;
  /** The address of the file's first byte. */
  addr: U64;
}

/** A piece of a file, and bytes of the copy before it. */
interface Piece {
  readonly from: number;
  readonly length: number;
  readonly done: number;
}

/**
 * Reads a table's bytes from a file into one buffer, as `gather` does from memory. Segments that follow each other in
 * the file are read at once.
 *
 * @param source An open file (a disk image, `/proc/PID/mem`, a device) and the address of its first byte.
 * @param target The buffer. Do not touch the buffer before the promise is settled.
 * @param offset Bytes of the table to pass over, default 0.
 * @returns Bytes read.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A byte is not in the file. Of a regular file, nothing was read then.
 * @throws {Error} The system's error; part of `target` may be written.
 * @example
 * ```ts
 * import { open } from "node:fs/promises";
 * const file = await open("package.json");
 * const target = new Uint8Array(1);
 * const table = SegmentTable.from([{ addr: 0x1000, length: 1 }]);
 * console.log(await gatherFile(table, { file, addr: 0x1000 }, target), String.fromCharCode(...target)); // 1 {
 * await file.close();
 * ```
 */
export async function gatherFile(
  table: SegmentTable,
  source: AddressedFile,
  target: Uint8Array,
  offset: U64 = 0,
): Promise<number> {
  checkTable("table", table);
  const { file, addr } = checkFile("source", source);
  const into = plainView("target", target, "Uint8Array");
  const stat = await file.stat();
  const size = stat.isFile() && stat.size > 0 ? stat.size : Number.MAX_SAFE_INTEGER;
  const placed = Placed.upTo({ name: "source", byteLength: size, addr }, table, offset, into.byteLength);
  for (const { from, length, done } of piecesOf(placed)) {
    for (let read = 0; read < length; ) {
      const most = Math.min(length - read, CALL_BYTES);
      const { bytesRead } = await file.read(into, done + read, most, from + read);
      if (bytesRead === 0) throw new RangeError(`"file" expected ${length} bytes at ${from}, ended after ${read}`);
      read += bytesRead;
    }
  }
  return placed.count;
}

/**
 * Writes a buffer to a table's bytes in a file, as `scatter` does to memory. A file that ends before these bytes grows.
 * Otherwise as `gatherFile`.
 *
 * @returns Bytes written.
 * @example
 * ```ts
 * import { open } from "node:fs/promises";
 * import { devNull } from "node:os";
 * const file = await open(devNull, "r+");
 * const table = SegmentTable.from([{ addr: 0x1000, length: 2 }, { addr: 0x9000, length: 2 }]);
 * console.log(await scatterFile(table, { file, addr: 0 }, Uint8Array.of(1, 2, 3, 4))); // 4
 * await file.close();
 * ```
 */
export async function scatterFile(
  table: SegmentTable,
  target: AddressedFile,
  source: Uint8Array,
  offset: U64 = 0,
): Promise<number> {
  checkTable("table", table);
  const { file, addr } = checkFile("target", target);
  const given = plainView("source", source, "Uint8Array");
  const anywhere = { name: "target", byteLength: Number.MAX_SAFE_INTEGER, addr };
  const placed = Placed.upTo(anywhere, table, offset, given.byteLength);
  for (const { from, length, done } of piecesOf(placed)) {
    for (let written = 0; written < length; ) {
      const most = Math.min(length - written, CALL_BYTES);
      const { bytesWritten } = await file.write(given, done + written, most, from + written);
      if (bytesWritten === 0)
        throw new RangeError(`"file" expected room for ${length} bytes at ${from}, took ${written}`);
      written += bytesWritten;
    }
  }
  return placed.count;
}

function checkFile(name: string, place: AddressedFile): AddressedFile {
  if (typeof place !== "object" || place === null) throw new TypeError(expected(name, "{ file, addr }", place));
  const { file } = place;
  if (typeof file !== "object" || file === null || typeof file.read !== "function") {
    throw new TypeError(expected(`${name}.file`, "a FileHandle of node:fs/promises", file));
  }
  return place;
}

/** Those that follow each other in the file as one. */
function piecesOf(placed: Placed): Piece[] {
  const pieces: Piece[] = [];
  placed.each((from, length, done) => {
    const last = pieces.at(-1);
    if (last !== undefined && last.from + last.length === from && last.length + length <= CALL_BYTES) {
      pieces[pieces.length - 1] = { ...last, length: last.length + length };
    } else {
      pieces.push({ from, length, done });
    }
  });
  return pieces;
}
