import { newBuffer } from "../core/buffer.js";
import { SegringError } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import { longestPiece } from "../core/pieces.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Ahead } from "./ahead.js";
import type { Block, Chunk, Engine, Output } from "./engine.js";

export const FIRST_OUTPUT_RECORDS = 256;
/** A union may write two records for the run that is pending, and the kernel writes one more that does not count. */
export const SPARE_RECORDS = 3;
const MAX_OUTPUT_RECORDS = 65536;
/** Up to here nobody looks at what is still to come: filling 2 MiB takes no longer than a look at the input. */
const LOOK_FROM = 2 * MAX_OUTPUT_RECORDS;
/** A result of this size is asked of the platform before it is made: platforms differ in their longest buffer. */
const LARGE_BYTES = 2 ** 30;
/** A sum of floats may be this much too large. */
const EXACT = 1 - 2 ** -20;

/** What is cut, and how many segments it still makes. */
interface Held {
  readonly heldSegments: number;
}

/** An output that grows block by block, so that each segment is copied once, when all are there. */
export class GrowingOutput implements Output, Chunk {
  block: Block;
  at = 0;
  room = 0;
  readonly #engine: Engine;
  readonly #longest: number;
  readonly #full: Block[] = [];
  /** Records in the full blocks. */
  #written = 0;
  #looked = false;
  /** Bytes that the platform could give. */
  #known = LARGE_BYTES;
  /** Where nothing has grown there is one chunk: this. */
  readonly #sole: readonly Chunk[] = [this];

  /** @param first Where segments go first; it is not freed. */
  constructor(engine: Engine, limits: CheckedLimits, first: Block) {
    this.#engine = engine;
    this.#longest = longestPiece(limits);
    this.block = first;
    this.start(first);
  }

  /** Begins anew, once all has been freed: an output costs a small call more than its segments do. */
  start(first: Block): void {
    this.block = first;
    this.at = 0;
    this.room = Math.floor(first.byteLength / RECORD_BYTES);
    this.#written = 0;
    this.#looked = false;
    this.#known = LARGE_BYTES;
  }

  /** There was more than the first block holds. */
  get hasGrown(): boolean {
    return this.#full.length > 0;
  }

  /** Records in the last block. */
  get count(): number {
    return this.at;
  }

  /** What was written, in order. Valid until `start`. */
  get chunks(): readonly Chunk[] {
    if (this.#full.length === 0) return this.#sole;
    const full = this.#full.map((block) => ({ block, count: block.byteLength / RECORD_BYTES }));
    return [...full, { block: this.block, count: this.at }];
  }

  /**
   * Takes another block; there is no room left. A long output first looks whether what is sure to come fits: a range of
   * 2^60 bytes is refused at once, not when memory is full. What fits is never refused.
   *
   * @param ahead Looked at once, when there are more segments than elements in the input: so it costs nothing beside them.
   * @throws {SegringError} OUT_OF_MEMORY
   */
  grow(held: Held, ahead?: Ahead): void {
    const records = this.#nextRecords();
    const written = this.#written + this.at;
    if (written >= LOOK_FROM) this.#checkComing(held, written, ahead);
    const next = this.#engine.allocate(records * RECORD_BYTES);
    this.#full.push(this.block);
    this.#written = written;
    this.block = next;
    this.at = 0;
    this.room = records;
  }

  /** Frees all but the first block. Nothing may be written afterwards. */
  free(): void {
    if (this.#full.length === 0) return;
    for (const block of this.#full.slice(1)) block.free();
    this.block.free();
    this.block = this.#full[0] as Block;
    this.#full.length = 0;
  }

  /**
   * A block of JavaScript is a buffer of its own, and V8 ends the process where it finds no memory to collect garbage in,
   * which it does before it refuses one. Blocks of an eighth of what is written leave it that much when one is refused.
   */
  #nextRecords(): number {
    const records = Math.min(this.at * 2, MAX_OUTPUT_RECORDS);
    if (this.#engine.name === "wasm") return records;
    const half = Math.floor(this.#engine.room / RECORD_BYTES / 2);
    return Math.max(records, Math.min((this.#written + this.at) >>> 3, half));
  }

  #checkComing(held: Held, written: number, ahead: Ahead | undefined): void {
    let coming = held.heldSegments;
    if (ahead !== undefined && !this.#looked && written > ahead.count) {
      this.#looked = true;
      coming += Math.floor((ahead.bytes() / this.#longest) * EXACT);
    }
    const { room } = this.#engine;
    const bytes = coming * RECORD_BYTES;
    if (bytes > room) {
      throw new SegringError(
        "OUT_OF_MEMORY",
        `the result has ${BigInt(written) + BigInt(coming)} segments or more, 16 bytes each: maxMemoryBytes leaves ${room} for those after the first ${written}`,
      );
    }
    if (bytes <= this.#known) return;
    newBuffer(bytes);
    this.#known = 2 * bytes;
  }
}

/** Records in all of these. */
export function countOf(chunks: readonly { readonly count: number }[]): number {
  let sum = 0;
  for (let index = 0; index < chunks.length; index++) sum += chunks[index]?.count ?? 0;
  return sum;
}

/** Copies these records to where words are, for which there is room. */
export function copyChunks(chunks: readonly Chunk[], target: Uint32Array): void {
  let at = 0;
  // By index: an iterator costs a small call as much as its copy.
  for (let index = 0; index < chunks.length; index++) {
    const { block, count } = chunks[index] as Chunk;
    block.copyTo(target, at, count * RECORD_WORDS);
    at += count * RECORD_WORDS;
  }
}
