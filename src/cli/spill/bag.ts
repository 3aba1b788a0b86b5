import { RecordError, SegringError } from "../../core/errors.js";
import { longestPiece } from "../../core/pieces.js";
import { Fields, fitsRecord, packRange, storeRange } from "../../core/range-fields.js";
import {
  FOUR_GIB,
  faultOf,
  NOMERGE,
  type Range,
  RECORD_BYTES,
  RECORD_WORDS,
  recordAddr,
  recordFlags,
  recordLength,
} from "../../core/record.js";
import type { Block, Coalescer, RecordsSource, Runs } from "../../engine/engine.js";
import { countOf } from "../../engine/growing-output.js";
import { Space } from "../../engine/radix.js";
import { KIND } from "../../engine/union.js";
import type { Batch } from "../readers/reader.js";
import { giveJoined, giveStream } from "./by-kind.js";
import { type Joined, joinKeys, joinRecords } from "./joined.js";
import { toKeys } from "./keys.js";
import { Pages } from "./pages.js";
import { BLOCK_RECORDS } from "./run-file.js";
import { RunStore } from "./run-store.js";
import type { Segments } from "./segments.js";
import { recordsHeld, type UnionSetting } from "./setting.js";

/** Ranges packed at a time. */
const PACK_RECORDS = 1024;
/** A NOMERGE range is cut when it comes, since it joins nothing; one that makes more segments is cut when all are merged. */
const MAX_PIECES = 2 ** 20;
/** Such ranges at most. */
const MAX_LONG = 64;

/** Ranges to unite, in any order: in memory, or on disk where they are too many. */
export class Bag {
  readonly #setting: UnionSetting;
  readonly #coalescer: Coalescer;
  readonly #runs: Runs;
  readonly #pages: Pages;
  readonly #store: RunStore;
  readonly #long: Range[] = [];
  /** Bytes of the shortest range that may make more than MAX_PIECES. */
  readonly #longBytes: number;
  readonly #packing = new Uint32Array(PACK_RECORDS * RECORD_WORDS);
  readonly #fields = new Fields();
  readonly #keys = new Uint32Array(BLOCK_RECORDS * RECORD_WORDS);
  /** The kind of the first run that was written, and whether another has come. */
  #kind: number | undefined;
  #areMixed = false;
  /** What was sealed, where nothing is on disk. */
  #joined: Joined | undefined;
  #space: Space;

  /** @throws {SegringError} OUT_OF_MEMORY */
  constructor(setting: UnionSetting) {
    this.#setting = setting;
    this.#coalescer = setting.engine.coalescer(setting.limits);
    this.#coalescer.uncut = true;
    this.#runs = setting.engine.runs(setting.limits);
    this.#pages = new Pages(setting.engine, recordsHeld(setting));
    this.#store = new RunStore(setting, (keys) => this.#joinedKeys(keys));
    this.#space = new Space(setting.engine);
    this.#longBytes = longestPiece(setting.limits) * MAX_PIECES;
  }

  /** Nothing has come since the last `finish`. */
  get isEmpty(): boolean {
    return this.#pages.count === 0 && !this.#coalescer.held && this.#store.isEmpty && this.#long.length === 0;
  }

  /**
   * Takes ranges, which are valid if they are objects.
   *
   * @throws {RecordError} A packed record is not valid. @throws {DataError} They are too many, and the system refuses to
   *   write them. @throws {SegringError} OUT_OF_MEMORY
   */
  add(batch: Batch): void {
    if (batch instanceof Uint8Array) this.#addPacked(batch);
    else this.#addRanges(batch);
  }

  /** Takes valid records of a block of the engine. */
  addBlock(block: Block, from: number, end: number): void {
    if (this.#longBytes > FOUR_GIB) this.#addUpTo(block, from, end);
    else this.#addPacked(new Uint8Array(block.bytes.subarray(from * RECORD_BYTES, end * RECORD_BYTES)));
  }

  /** Sorts and joins what is in memory; nothing more may come before `give`. This call may take long. */
  seal(): void {
    const coalescer = this.#coalescer;
    while (coalescer.held) {
      this.#makeRoom();
      coalescer.flush(this.#pages);
    }
    if (!this.#store.isEmpty) this.#spill();
    else this.#joined = joinRecords(this.#setting, this.#runs, this.#pages, this.#space, false);
  }

  /** Gives the union of what was sealed, and is empty then. @throws {DataError} As `add`, or a run is damaged. */
  async give(segments: Segments): Promise<void> {
    if (this.#joined !== undefined) await giveJoined(this.#setting, this.#joined, this.#long, segments);
    else {
      const joined = joinKeys(this.#setting, this.#store.records());
      await giveStream(this.#setting, joined, this.#areMixed, this.#long, segments);
    }
    this.#joined = undefined;
    this.#store.free();
    this.#space.free();
    this.#space = new Space(this.#setting.engine);
    this.#pages.clear();
    this.#long.length = 0;
    this.#kind = undefined;
    this.#areMixed = false;
  }

  /** Gives its memory back, and removes its files. */
  free(): void {
    this.#space.free();
    this.#pages.free();
    this.#runs.free();
    this.#coalescer.free();
    this.#store.free();
  }

  #addPacked(batch: Uint8Array): void {
    const { engine } = this.#setting;
    // slice() of a Node Buffer is no copy.
    const source = engine.mustCopy(batch) ? new Uint8Array(batch) : batch;
    const count = source.byteLength / RECORD_BYTES;
    const from = this.#longBytes > FOUR_GIB ? 0 : this.#addApart(source, count);
    this.#addUpTo(source, from, count);
  }

  /** Takes records among which some may be long. @returns The first record that was not taken. */
  #addApart(source: Uint8Array, count: number): number {
    const words = new Uint32Array(new Uint8Array(source).buffer);
    let from = 0;
    for (let index = 0; index < count; index++) {
      const flags = words[index * RECORD_WORDS + 3] as number;
      if ((flags & NOMERGE) === 0 || faultOf(source, index) !== undefined) continue;
      const at = index * RECORD_WORDS;
      const length = recordLength(words, at);
      if (length < this.#longBytes) continue;
      this.#addUpTo(source, from, index);
      this.#addLong({ addr: recordAddr(words, at), length, flags: recordFlags(words, at) });
      from = index + 1;
    }
    return from;
  }

  #addUpTo(source: RecordsSource, start: number, end: number): void {
    const coalescer = this.#coalescer;
    const pages = this.#pages;
    for (let from = start; from < end; ) {
      this.#makeRoom();
      from += coalescer.records(source, from, end, pages);
      if (coalescer.bad) throw new RecordError(from, faultOf(source as Uint8Array, from) as string);
    }
  }

  #addRanges(ranges: readonly Range[]): void {
    const words = this.#packing;
    const packed = new Int32Array(words.buffer);
    const fields = this.#fields;
    let count = 0;
    for (const range of ranges) {
      const isLong = ((range.flags ?? 0) & NOMERGE) !== 0 && range.length >= this.#longBytes;
      if (isLong) this.#addLong(range);
      else if (packRange(range, words, count * RECORD_WORDS)) count++;
      else if (fields.read(range) && fitsRecord(fields)) storeRange(fields, words, count++ * RECORD_WORDS);
      else {
        this.#addUpTo(packed, 0, count);
        count = 0;
        this.#makeRoom();
        while (!this.#coalescer.range(fields, this.#pages)) this.#makeRoom();
      }
      if (count === PACK_RECORDS) {
        this.#addUpTo(packed, 0, count);
        count = 0;
      }
    }
    this.#addUpTo(packed, 0, count);
  }

  #addLong(range: Range): void {
    if (this.#long.length === MAX_LONG) {
      throw new SegringError(
        "OUT_OF_MEMORY",
        `more than ${MAX_LONG} NOMERGE ranges of ${MAX_PIECES} segments or more: one command takes no more`,
      );
    }
    this.#long.push(range);
  }

  #makeRoom(): void {
    if (this.#pages.room === 0 && !this.#pages.grow()) this.#spill();
  }

  /** Writes what is in memory as a run. */
  #spill(): void {
    const space = new Space(this.#setting.engine);
    try {
      const { chunks, areMixed } = joinRecords(this.#setting, this.#runs, this.#pages, space, true);
      if (countOf(chunks) === 0) return;
      const kind = ((chunks[0]?.block.words[3] ?? 0) & KIND) >>> 0;
      this.#areMixed ||= areMixed || (this.#kind ?? kind) !== kind;
      this.#kind = kind;
      this.#store.add(this.#keysOf(chunks.map(({ block, count }) => block.words.subarray(0, count * RECORD_WORDS))));
    } finally {
      space.free();
    }
    this.#pages.clear();
  }

  *#keysOf(records: Iterable<Uint32Array>): Generator<Uint32Array> {
    const keys = this.#keys;
    for (const all of records) {
      for (let from = 0; from < all.length; from += keys.length) {
        const part = all.subarray(from, from + keys.length);
        toKeys(part, keys);
        yield keys.subarray(0, part.length);
      }
    }
  }

  *#joinedKeys(keys: Iterable<Uint32Array>): Generator<Uint32Array> {
    for (const { block, count } of joinKeys(this.#setting, keys)) {
      yield* this.#keysOf([block.words.subarray(0, count * RECORD_WORDS)]);
    }
  }
}
