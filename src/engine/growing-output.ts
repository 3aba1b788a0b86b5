import { RECORD_BYTES } from "../record.js";
import { newBytes } from "./buffer.js";
import type { Block, Engine, Output } from "./engine.js";

export const FIRST_OUTPUT_RECORDS = 256;
const MAX_OUTPUT_RECORDS = 65536;

/** Records in the memory of an engine, from the start of a block on. */
export interface Chunk {
  readonly block: Block;
  readonly count: number;
}

/** An output that grows block by block, so that each segment is copied once, when all are there. */
export class GrowingOutput implements Output {
  block: Block;
  at = 0;
  room = FIRST_OUTPUT_RECORDS;
  readonly #engine: Engine;
  readonly #full: Block[] = [];

  /** @param first The block of the first FIRST_OUTPUT_RECORDS segments, which is not freed. */
  constructor(engine: Engine, first: Block) {
    this.#engine = engine;
    this.block = first;
  }

  /** What was written, in order. */
  get chunks(): Chunk[] {
    const full = this.#full.map((block) => ({ block, count: block.byteLength / RECORD_BYTES }));
    return [...full, { block: this.block, count: this.at }];
  }

  /** @throws {SegringError} OUT_OF_MEMORY */
  ensureRoom(): void {
    if (this.room > 0) return;
    const records = Math.min(this.at * 2, MAX_OUTPUT_RECORDS);
    const next = this.#engine.allocate(records * RECORD_BYTES);
    this.#full.push(this.block);
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
}

/** These records, in a buffer of their own. @throws {SegringError} OUT_OF_MEMORY */
export function joinChunks(chunks: readonly Chunk[]): ArrayBuffer {
  const joined = newBytes(chunks.reduce((sum, { count }) => sum + count, 0) * RECORD_BYTES);
  let at = 0;
  for (const { block, count } of chunks) {
    const { bytes } = block;
    joined.set(count * RECORD_BYTES === bytes.byteLength ? bytes : bytes.subarray(0, count * RECORD_BYTES), at);
    at += count * RECORD_BYTES;
  }
  return joined.buffer;
}
