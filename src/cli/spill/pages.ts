import { RECORD_BYTES } from "../../core/record.js";
import type { Block, Chunk, Engine, Output } from "../../engine/engine.js";

/** Records in a block: 1 MiB. */
const PAGE_RECORDS = 65536;

/** Records in an engine's memory, up to a number of them: an output that is emptied where it is full. */
export class Pages implements Output {
  block: Block;
  at = 0;
  room: number;
  readonly #engine: Engine;
  readonly #most: number;
  #full: Block[] = [];

  /** @throws {SegringError} OUT_OF_MEMORY */
  constructor(engine: Engine, most: number) {
    this.#engine = engine;
    this.#most = most;
    this.room = Math.min(PAGE_RECORDS, most);
    this.block = engine.allocate(this.room * RECORD_BYTES);
  }

  /** Records in it. */
  get count(): number {
    return this.#full.reduce((sum, { byteLength }) => sum + byteLength / RECORD_BYTES, 0) + this.at;
  }

  get chunks(): readonly Chunk[] {
    const full = this.#full.map((block) => ({ block, count: block.byteLength / RECORD_BYTES }));
    return [...full, { block: this.block, count: this.at }];
  }

  /** Takes another block, where no room is left. @returns Whether it may: false says that it holds all that it may. */
  grow(): boolean {
    const left = this.#most - this.count;
    if (left <= 0) return false;
    const records = Math.min(PAGE_RECORDS, left);
    const block = this.#engine.allocate(records * RECORD_BYTES);
    this.#full.push(this.block);
    this.block = block;
    this.at = 0;
    this.room = records;
    return true;
  }

  /** Frees all but one block, and begins anew. */
  clear(): void {
    for (const block of this.#full) block.free();
    this.#full = [];
    this.room = Math.floor(this.block.byteLength / RECORD_BYTES);
    this.at = 0;
  }

  free(): void {
    this.clear();
    this.block.free();
  }
}
