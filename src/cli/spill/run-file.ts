import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { RECORD_BYTES, RECORD_WORDS } from "../../core/record.js";
import { DataError } from "../errors.js";
import { checksumOf } from "./checksum.js";
import { inFolder, type SpillFolder } from "./folder.js";

/*
 * A file of runs, one after the other. A run is a header of 16 bytes and blocks:
 *
 *   header  u32 MAGIC, u32 VERSION, u32 number of the run in the file, u32 0
 *   block   u32 MAGIC, u32 records, u32 number of the block in the run, u32 checksum of those and of the records;
 *           then the records
 *
 * Numbers have the order of bytes of the machine: a run is read by the process that wrote it.
 */
const MAGIC = 0x4e555253;
const VERSION = 1;
const HEADER_WORDS = 4;
const HEADER_BYTES = 16;
/** Records in a block at most: 128 KiB. */
export const BLOCK_RECORDS = 8192;

/** A run in a file. */
export interface Run {
  readonly number: number;
  /** Where it begins in the file. */
  readonly offset: number;
  records: number;
}

/** Tests put faults here: gets the descriptor and the path of a file when all of its runs are written. */
export const afterWriting = new Set<(descriptor: number, path: string) => void>();

/** A file that runs are written to, one after the other, and then read from. */
export class RunFile {
  readonly runs: Run[] = [];
  readonly path: string;
  readonly #descriptor: number;
  #size = 0;
  readonly #words = new Int32Array(HEADER_WORDS + BLOCK_RECORDS * RECORD_WORDS);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  /** Of the block that is being filled. */
  #used = 0;
  #blocks = 0;
  #isClosed = false;

  /** @throws {DataError} The file cannot be made. */
  constructor(folder: SpillFolder) {
    this.path = folder.newPath();
    try {
      this.#descriptor = openSync(this.path, "wx+", 0o600);
    } catch (error) {
      throw inFolder(this.path, error);
    }
  }

  /** Begins a run. @throws {DataError} As `write`. */
  start(): void {
    this.#finishRun();
    const number = this.runs.length;
    this.runs.push({ number, offset: this.#size, records: 0 });
    this.#blocks = 0;
    this.#append(new Uint8Array(Int32Array.of(MAGIC, VERSION, number, 0).buffer));
  }

  /** Appends records to the last run. @throws {DataError} The system refuses: the disk is full. */
  write(records: Uint32Array): void {
    const run = this.runs.at(-1) as Run;
    for (let from = 0; from < records.length; ) {
      const part = records.subarray(from, from + BLOCK_RECORDS * RECORD_WORDS - this.#used);
      this.#words.set(part, HEADER_WORDS + this.#used);
      this.#used += part.length;
      from += part.length;
      if (this.#used === BLOCK_RECORDS * RECORD_WORDS) this.#writeBlock();
    }
    run.records += records.length / RECORD_WORDS;
  }

  /** No run follows. @throws {DataError} As `write`. */
  finish(): void {
    this.#finishRun();
    for (const call of afterWriting) call(this.#descriptor, this.path);
  }

  /** The records of a run, block by block; a block is valid until the next. @throws {DataError} The run is damaged. */
  *read(run: Run): Generator<Uint32Array<ArrayBuffer>> {
    const words = new Uint32Array(HEADER_WORDS + Math.min(run.records, BLOCK_RECORDS) * RECORD_WORDS);
    let at = run.offset;
    const header = words.subarray(0, HEADER_WORDS);
    this.#readInto(header, at);
    at += HEADER_BYTES;
    if (header[0] !== MAGIC || header[1] !== VERSION || header[2] !== run.number) throw this.#damaged();
    let left = run.records;
    for (let block = 0; left > 0; block++) {
      const records = Math.min(left, BLOCK_RECORDS);
      const view = words.subarray(0, HEADER_WORDS + records * RECORD_WORDS);
      this.#readInto(view, at);
      at += view.byteLength;
      const body = new Int32Array(words.buffer, HEADER_BYTES, records * RECORD_WORDS);
      const isWhole = header[0] === MAGIC && header[1] === records && header[2] === block;
      if (!isWhole || header[3] !== checksumOf(body, seedOf(run.number, block)) >>> 0) throw this.#damaged();
      left -= records;
      yield view.subarray(HEADER_WORDS);
    }
  }

  /** Removes the file. */
  remove(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
    try {
      rmSync(this.path, { force: true });
    } catch {
      // The folder goes at the end, with all that is in it.
    }
  }

  #finishRun(): void {
    if (this.#used !== 0) this.#writeBlock();
  }

  #writeBlock(): void {
    const words = this.#words;
    const end = HEADER_WORDS + this.#used;
    const { number } = this.runs.at(-1) as Run;
    words[0] = MAGIC;
    words[1] = this.#used / RECORD_WORDS;
    words[2] = this.#blocks;
    words[3] = checksumOf(words.subarray(HEADER_WORDS, end), seedOf(number, this.#blocks));
    this.#append(this.#bytes.subarray(0, end * 4));
    this.#used = 0;
    this.#blocks++;
  }

  #append(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        const written = writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#size + done);
        // Asking again might never end.
        if (written === 0)
          throw new DataError(`${this.path}: expected room for ${bytes.length - done} bytes, got none`);
        done += written;
      }
    } catch (error) {
      throw inFolder(this.path, error);
    }
    this.#size += bytes.length;
  }

  #readInto(words: Uint32Array<ArrayBuffer>, position: number): void {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    try {
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
        if (read === 0) throw this.#damaged();
        done += read;
      }
    } catch (error) {
      throw inFolder(this.path, error);
    }
  }

  #damaged(): DataError {
    return new DataError(`${this.path}: damaged: what was written there is not what is read`);
  }
}

function seedOf(run: number, block: number): number {
  return Math.imul(run + 1, 0x01000193) ^ block;
}

/** Bytes that a reader of a run holds. */
export const READER_BYTES = HEADER_BYTES + BLOCK_RECORDS * RECORD_BYTES;
