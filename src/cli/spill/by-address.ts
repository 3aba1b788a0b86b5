import { RECORD_WORDS } from "../../core/record.js";
import type { Chunk, Runs } from "../../engine/engine.js";
import { countOf } from "../../engine/growing-output.js";
import { digitsOf, Space, sort } from "../../engine/radix.js";
import { Pages } from "./pages.js";
import { BLOCK_RECORDS } from "./run-file.js";
import { RunStore } from "./run-store.js";
import { recordsHeld, type UnionSetting } from "./setting.js";

/** Puts segments in order by address, flags, length: in memory, or on disk where they are too many. */
export class ByAddress {
  readonly #setting: UnionSetting;
  readonly #runs: Runs;
  readonly #pages: Pages;
  readonly #store: RunStore;

  constructor(setting: UnionSetting) {
    this.#setting = setting;
    this.#runs = setting.engine.runs(setting.limits);
    // The runs that the segments are of may still lie in memory.
    this.#pages = new Pages(setting.engine, Math.ceil(recordsHeld(setting) / 2));
    this.#store = new RunStore(setting, (records) => records);
  }

  /** Takes segments in any order. @throws {DataError} They are too many, and the system refuses to write them. */
  add(words: Uint32Array): void {
    const pages = this.#pages;
    for (let from = 0; from < words.length; ) {
      if (pages.room === 0 && !pages.grow()) this.#spill();
      const part = words.subarray(from, from + pages.room * RECORD_WORDS);
      pages.block.words.set(part, pages.at * RECORD_WORDS);
      pages.at += part.length / RECORD_WORDS;
      pages.room -= part.length / RECORD_WORDS;
      from += part.length;
    }
  }

  /** All of them in order, outside the engine's memory. @throws {DataError} As `add`, or a run is damaged. */
  *records(): Generator<Uint32Array> {
    if (!this.#store.isEmpty) {
      this.#spill();
      yield* this.#store.records();
      return;
    }
    const space = new Space(this.#setting.engine);
    const words = new Uint32Array(BLOCK_RECORDS * RECORD_WORDS);
    try {
      for (const { block, count } of this.#sorted(space)) {
        for (let from = 0; from < count; from += BLOCK_RECORDS) {
          const end = Math.min(from + BLOCK_RECORDS, count);
          words.set(block.words.subarray(from * RECORD_WORDS, end * RECORD_WORDS));
          yield words.subarray(0, (end - from) * RECORD_WORDS);
        }
      }
    } finally {
      space.free();
    }
  }

  free(): void {
    this.#pages.free();
    this.#runs.free();
    this.#store.free();
  }

  #spill(): void {
    const space = new Space(this.#setting.engine);
    try {
      const chunks = this.#sorted(space);
      if (countOf(chunks) > 0)
        this.#store.add(chunks.map(({ block, count }) => block.words.subarray(0, count * RECORD_WORDS)));
    } finally {
      space.free();
    }
    this.#pages.clear();
  }

  #sorted(space: Space): readonly Chunk[] {
    const runs = this.#runs;
    const { chunks } = this.#pages;
    runs.reset(0n);
    for (const { block, count } of chunks) runs.inspect(block, count);
    const { disorder, varyingAddr, varyingWord } = runs.shape;
    if (!disorder) return chunks;
    const count = countOf(chunks);
    const digits = [...digitsOf(varyingWord, 1, count), ...digitsOf(varyingAddr, 0, count)];
    return [sort(runs, chunks, digits, space, () => this.#pages.clear())];
  }
}
