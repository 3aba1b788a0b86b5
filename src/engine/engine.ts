import type { Columns, PageFrames } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import type { PagePlace } from "../core/page-counts.js";
import type { Fields } from "../core/range-fields.js";

/** What maps segments: the wasm kernels, or the same in JavaScript. Both give the same bytes. */
export interface Engine {
  readonly name: "wasm" | "js";
  /** @throws {SegringError} OUT_OF_MEMORY */
  allocate(byteLength: number): Block;
  /**
   * A block for what a caller writes, and the engine that it lies in, which has room for work on as many bytes where that is
   * to be had. Views of the block stay valid: this memory does not grow. @throws {SegringError} OUT_OF_MEMORY
   */
  pinned(byteLength: number): { readonly engine: Engine; readonly block: Block };
  /** Bytes that `allocate` may still give, all together: what `maxMemoryBytes` leaves. The platform may have fewer. */
  readonly room: number;
  /** Whether input must be copied before it can be read: it lies in memory that may grow away, or is not aligned. */
  mustCopy(view: ArrayBufferView, buffer?: ArrayBufferLike): boolean;
  /**
   * A coalescer of its own, with nothing held back.
   *
   * @param inPlace It is given records of blocks and single ranges only, and so needs no room for copies of its input.
   * @throws {SegringError} OUT_OF_MEMORY
   */
  coalescer(limits: CheckedLimits, inPlace?: boolean): Coalescer;
  /** What a union needs, with work memory of its own. @throws {SegringError} OUT_OF_MEMORY */
  runs(limits: CheckedLimits): Runs;
  /** What lists pages, with work memory of its own. @throws {SegringError} OUT_OF_MEMORY */
  expander(): Expander;
}

/** Which number of a page is meant: its address shifted right by `shift`, and left again by `scale`. */
export interface PageNumbers {
  readonly shift: number;
  readonly scale: number;
}

/** Where numbers of pages go. */
export interface PageOutput {
  /** A block of this engine, with OVERRUN bytes behind the room, or memory elsewhere. */
  readonly target: Block | BigUint64Array;
  /** The number of it that is written first. */
  readonly at: number;
  /** Numbers at most. */
  readonly room: number;
}

/** Writes the pages of records. */
export interface Expander {
  /**
   * Writes the number of each page of 2^shift bytes that records touch, record by record, as u64 shifted left by `scale`.
   * It starts at `place` and moves it on. The records are valid.
   *
   * @returns Numbers written, `room` at most; fewer than `room` only where the records have no more.
   */
  expand(records: Uint32Array, place: PagePlace, pages: PageNumbers, output: PageOutput): number;
  free(): void;
}

/** A piece of an engine's memory, 16-byte aligned. */
export interface Block {
  readonly byteLength: number;
  /** A view. Valid until the next `allocate`: take it anew, growing memory detaches it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same as 32-bit words. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** Copies words from its start on to a target, from word `at` on. Few take no view. */
  copyTo(target: Uint32Array, at: number, words: number): void;
  free(): void;
}

/** Words that a loop copies faster than `TypedArray.set`, which needs a view of them. */
const FEW_WORDS = 64;

/** Copies words, from one place to another. */
export function copyWords(source: Uint32Array, from: number, target: Uint32Array, at: number, words: number): void {
  if (words > FEW_WORDS) {
    target.set(source.subarray(from, from + words), at);
    return;
  }
  for (let i = 0; i < words; i++) target[at + i] = source[from + i] as number;
}

/** Where records are read: a block of the engine's memory, words elsewhere, or bytes that are not aligned. */
export type RecordsSource = Block | Int32Array | Uint8Array;

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
  /** Segments that the held-back run makes, 0 where there is none; rounded above 2^53. 1 µs: not for each record. */
  readonly heldSegments: number;
  /** Pass over elements of length 0; otherwise they are not valid. */
  skipEmpty: boolean;
  /** Emit a run whole, above 4 GiB as a wide record and the rest (assembly/layout.ts); NOMERGE runs are cut all the same. */
  uncut: boolean;
  /** Records in a block of this engine's memory, or in bytes or words elsewhere. */
  records(source: RecordsSource, from: number, end: number, output: Output): number;
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

/** A digit of a radix sort: bits of one word of a record. */
export interface Digit {
  /** 0 for the address, 1 for flags and length. */
  readonly word: 0 | 1;
  /** 0 to 63. */
  readonly shift: number;
  /** Which of the bits from `shift` on count, at most 2^11 - 1. They lie inside the word. */
  readonly mask: number;
}

/** The bits of a 64-bit word. */
export interface Halves64 {
  readonly lo: number;
  readonly hi: number;
}

/** What the records inspected are like. */
export interface Shape {
  /** An address is below the one before. */
  readonly descends: boolean;
  /** Two neighbours overlap, or may join. */
  readonly near: boolean;
  /** A record belongs before the one before it, by address, flags and length. */
  readonly disorder: boolean;
  /** Bits in which the addresses do not agree. */
  readonly varyingAddr: Halves64;
  /** Bits in which flags and lengths do not agree; the length is the low 33. */
  readonly varyingWord: Halves64;
  /** Flags that any record has. */
  readonly anyFlags: number;
}

/** Steps of a union over coalesced runs, wide ones among them, in blocks of an engine's memory. union.ts puts them together. */
export interface Runs {
  /** Forgets what was inspected and held back. */
  reset(gapBytes: bigint): void;
  /** Looks at the first `count` records, and at what lies between them and those of the call before. */
  inspect(source: Block, count: number): void;
  readonly shape: Shape;
  /** A pass of the sort: of all chunks the digits are counted, then, from the start of `to` on, each record is moved to its place. */
  sort(from: readonly { readonly block: Block; readonly count: number }[], digit: Digit, to: Block): void;
  /** Joins sorted records into records of `output` from `at` on, not more than it reads, so that both may be one place. Returns how many. The last run stays held back. */
  merge(source: Block, count: number, output: Block, at: number): number;
  /** Writes the run that merge holds back, as two records at most. Returns how many. */
  finish(output: Block, at: number): number;
  /** Cuts runs from record `from` on, as a coalescer takes records. Returns how many it took. */
  cut(source: Block, from: number, end: number, output: Output): number;
  readonly held: boolean;
  /** As of a coalescer. */
  readonly heldSegments: number;
  flush(output: Output): void;
  free(): void;
}
