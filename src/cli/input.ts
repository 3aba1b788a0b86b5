import { type BigIntStats, createReadStream, fstat, open } from "node:fs";
import { Socket } from "node:net";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { PeekableBytes } from "./bytes.js";
import { DataError, systemFault } from "./errors.js";
import { FileChunks } from "./file-chunks.js";
import { beginsGzip, cutOff, GZIP_HEAD_BYTES, gunzip, isGzip } from "./gunzip.js";
import type { Io } from "./io.js";
import { isToldPacking, refusePacked } from "./packings.js";

/** An open input, unpacked if it is gzip. */
export interface Input {
  /** For messages. */
  readonly name: string;
  /** What the file is called, without `.gz`; "" for standard input. */
  readonly fileName: string;
  readonly bytes: PeekableBytes;
  readonly isGzip: boolean;
  /** Bytes in the file, for progress; undefined for a pipe. */
  readonly fileBytes: number | undefined;
  readonly stat: BigIntStats | undefined;
  /** Of a regular file that knows its size: reads at a place of their own do not disturb those of `bytes`. */
  readonly descriptor: number | undefined;
  /** Bytes of the file so far, packed ones if it is gzip. */
  readonly bytesRead: number;
  close(): void;
}

/** Bytes of all files; undefined where one does not know. */
export function bytesOf(inputs: readonly Input[]): number | undefined {
  let sum = 0;
  for (const { fileBytes } of inputs) sum += fileBytes ?? Number.NaN;
  return Number.isNaN(sum) ? undefined : sum;
}

/** Bytes of all files so far. */
export function bytesReadOf(inputs: readonly Input[]): number {
  return inputs.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
}

/** How the bytes of an input are read. */
export interface Reading {
  /** Bytes a read: fewer where many inputs are open at once. */
  readonly readBytes?: number;
  /** Whether a chunk need be valid only until the next is asked for. */
  readonly reuse?: boolean;
}

/** Bytes a read of one input. */
const READ_BYTES = 256 * 1024;
/** And of a small file. */
const MIN_READ_BYTES = 4096;

const openFile = promisify(open);
const statFile = promisify<number, { bigint: true }, BigIntStats>(fstat);

/**
 * Opens a file, or standard input for `-`.
 *
 * @param gzip Whether to look for gzip, and for other packings.
 * @param reading How the bytes are read.
 * @throws {UsageError} The input is packed, and not by gzip.
 * @throws {DataError} The system refuses, or the path is a directory. Later, while the input is read: the gzip data are
 *   not valid.
 */
export async function openInput(path: string, gzip: boolean, io: Io, reading: Reading = {}): Promise<Input> {
  const name = path === "-" ? "stdin" : path;
  let bytesRead = 0;
  const onRead = (bytes: number) => {
    bytesRead += bytes;
  };
  const { chunks, stat, descriptor, close } =
    path === "-" ? streamSource(io.stdin(), io.stdinStat, onRead) : await openPath(path, reading, onRead);
  try {
    // Node reads a directory on standard input as an empty file.
    if (stat?.isDirectory()) throw new DataError(`${name}: is a directory`);
    let packed = false;
    const raw = new PeekableBytes(named(chunks, name), () => {
      // What unpacks takes more than one chunk at a time.
      if (chunks instanceof FileChunks) chunks.reuses = reading.reuse === true && !packed;
    });
    packed = gzip && (await beginsAsGzip(raw, path, name));
    return {
      name,
      fileName: path === "-" ? "" : basename(path).replace(/\.gz$/i, ""),
      bytes: packed ? new PeekableBytes(gunzip(raw, name)) : raw,
      isGzip: packed,
      fileBytes: isPlainFile(stat) ? Number(stat?.size) : undefined,
      stat,
      descriptor,
      get bytesRead() {
        return bytesRead;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws {UsageError} It begins as another packing. */
async function beginsAsGzip(raw: PeekableBytes, path: string, name: string): Promise<boolean> {
  const isNamedGzip = /\.gz$/i.test(name);
  // No byte more than it takes: a pipe may have no more for long.
  const isTold = (bytes: Uint8Array) => isToldPacking(bytes) && (bytes.length >= GZIP_HEAD_BYTES || !beginsGzip(bytes));
  const head = await raw.peek((bytes) => bytes.length >= (isNamedGzip ? GZIP_HEAD_BYTES : 1) && isTold(bytes));
  refusePacked(path, head);
  // What is left of a gzip file may be nothing at all.
  if (head.length < GZIP_HEAD_BYTES && isNamedGzip) throw cutOff(name, head.length);
  return isGzip(head);
}

/** An open source of bytes. */
interface Source {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly stat: BigIntStats | undefined;
  readonly descriptor?: number;
  close(): void;
}

async function openPath(
  path: string,
  { readBytes = READ_BYTES }: Reading,
  onRead: (bytes: number) => void,
): Promise<Source> {
  try {
    const descriptor = await openFile(path, "r");
    const stat = await statFile(descriptor, { bigint: true });
    if (isPlainFile(stat)) {
      const chunkBytes = Math.min(readBytes, Math.max(MIN_READ_BYTES, Number(stat.size) + 1));
      const chunks = new FileChunks(descriptor, { chunkBytes, onRead });
      return { chunks, stat, descriptor, close: () => chunks.close() };
    }
    // A file stream waits for a FIFO in a thread, and a process cannot end while it does. Sockets are polled.
    const stream = stat.isFIFO()
      ? new Socket({ fd: descriptor, readable: true, writable: false })
      : createReadStream(path, { fd: descriptor, highWaterMark: readBytes });
    return streamSource(stream, stat, onRead);
  } catch (error) {
    throw systemFault(path, error);
  }
}

/** A regular file that knows its size: files of /proc have a size of 0 and say more. */
function isPlainFile(stat: BigIntStats | undefined): boolean {
  return stat?.isFile() === true && stat.size > 0n;
}

function streamSource(stream: Readable, stat: BigIntStats | undefined, onRead: (bytes: number) => void): Source {
  return { chunks: counted(stream, onRead), stat, close: () => stream.destroy() };
}

async function* counted(stream: Readable, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    onRead(chunk.length);
    yield chunk;
  }
}

/** The same chunks; an error of the system gets the name of the input. */
async function* named(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw systemFault(name, error);
  }
}
