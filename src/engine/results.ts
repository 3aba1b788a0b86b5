import { newWords } from "../core/buffer.js";
import { expected } from "../core/errors.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Block, Chunk, Engine, Result } from "./engine.js";
import { copyChunks, countOf, SPARE_RECORDS } from "./growing-output.js";

/** Words of their own. */
export const OWN: Result<Uint32Array<ArrayBuffer>> = {
  take(chunks) {
    const words = newWords(countOf(chunks) * RECORD_WORDS);
    copyChunks(chunks, words);
    return words;
  },
};

/** Writes into memory of the caller, all segments or none. Gives the number of segments. */
export class Into implements Result<number> {
  readonly first = undefined;
  readonly #target: Uint32Array;

  constructor(target: Uint32Array) {
    this.#target = target;
  }

  take(chunks: readonly Chunk[]): number {
    const target = this.#target;
    const count = countOf(chunks);
    // Whoever yields the ranges may have detached or shrunk it.
    if (count * RECORD_WORDS > target.length) {
      throw new RangeError(
        expected("target.length", `${count * RECORD_WORDS} words or more, for ${count} segments`, target.length),
      );
    }
    copyChunks(chunks, target);
    return count;
  }
}

/** A block of an engine that holds results for as long as they are lent. */
export class LentBlock {
  readonly #engine: Engine;
  #block: Block | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @param count Segments that there will be, roughly. @throws {SegringError} OUT_OF_MEMORY */
  result(count: number, least: number): Result<Uint32Array> {
    const first = this.#blockOf(Math.max(count + SPARE_RECORDS, least), least);
    return {
      first,
      take: (chunks) => {
        const count = countOf(chunks);
        if (chunks.length > 1 || chunks[0]?.block !== first) {
          const block = this.#engine.allocate(count * RECORD_BYTES);
          copyChunks(chunks, block.words);
          this.free();
          this.#block = block;
        }
        return (this.#block as Block).firstWords(count * RECORD_WORDS);
      },
    };
  }

  free(): void {
    this.#block?.free();
    this.#block = undefined;
  }

  #blockOf(count: number, least: number): Block {
    if (this.#block !== undefined && this.#block.byteLength >= count * RECORD_BYTES) return this.#block;
    this.free();
    try {
      this.#block = this.#engine.allocate(count * RECORD_BYTES);
    } catch (error) {
      // There may be far fewer segments than ranges.
      if (count === least) throw error;
      this.#block = this.#engine.allocate(least * RECORD_BYTES);
    }
    return this.#block;
  }
}
