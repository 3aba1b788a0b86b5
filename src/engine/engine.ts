import type { Columns, PageFrames } from "../input.js";
import type { CheckedLimits } from "../limits.js";
import type { Fields } from "./fields.js";

/** What maps segments: the wasm kernels, or the same in JavaScript. Both give the same bytes. */
export interface Engine {
  readonly name: "wasm" | "js";
  /** @throws {SegringError} OUT_OF_MEMORY */
  allocate(byteLength: number): Block;
  /** Whether input must be copied before it can be read: it lies in memory that may grow away, or is not aligned. */
  mustCopy(view: ArrayBufferView): boolean;
  /** A coalescer of its own, with nothing held back. @throws {SegringError} OUT_OF_MEMORY */
  coalescer(limits: CheckedLimits): Coalescer;
}

/** A piece of an engine's memory, 16-byte aligned. */
export interface Block {
  readonly byteLength: number;
  /** A view. Valid until the next `allocate`: take it anew, growing memory detaches it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same as 32-bit words. */
  readonly words: Uint32Array<ArrayBuffer>;
  free(): void;
}

/** Where segments go: `room` records of a block, from record `at` on. */
export interface Output {
  readonly block: Block;
  at: number;
  room: number;
}

/**
 * Coalesces what it is given into bounded outputs, holding back the last run between calls.
 *
 * Each call that takes an input starts at its element `from`, advances `output` past the segments written, and returns
 * how many elements it took. Fewer than there are: the output is full, or a stage of the engine is, so call again with
 * the rest, unless `bad` is set: then the element after those taken is not valid.
 */
export interface Coalescer {
  /** The last call met an element that is not valid. */
  readonly bad: boolean;
  /** A run is held back. */
  readonly held: boolean;
  /** Pass over elements of length 0; otherwise they are not valid. */
  skipEmpty: boolean;
  /** Records in a block of this engine's memory, or in bytes elsewhere. */
  records(source: Block | Uint8Array, from: number, end: number, output: Output): number;
  columns(source: Columns, from: number, end: number, output: Output): number;
  /** Whole pages. */
  frames(source: PageFrames, from: number, end: number, output: Output): number;
  /** One range, not empty, of up to 2^64 - 1 bytes. False: the output is full and nothing is taken. */
  range(range: Fields, output: Output): boolean;
  /** Leading valid records among `count` from record `from` on. */
  countValid(source: Block, from: number, count: number): number;
  /** Emits the held-back run; `held` says whether some is left because the output is full. */
  flush(output: Output): void;
  /** Remembers the held-back run for `rollback`. */
  checkpoint(): void;
  /** Holds back again what it did at the checkpoint. */
  rollback(): void;
  /** Forgets the held-back run. */
  reset(): void;
  free(): void;
}
