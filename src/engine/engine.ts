import type { ColumnData, FrameData } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import type { PagePlace } from "../core/page-counts.js";
import type { Fields } from "../core/range-fields.js";

/** Maps segments: in the wasm kernels, or in JavaScript. Both give equal bytes. */
export interface Engine {
  readonly name: "wasm" | "js";
  /** @throws {SegringError} OUT_OF_MEMORY */
  allocate(byteLength: number): Block;
  /**
   * A block for a caller to write, and the engine of the block, which has room for work on as many bytes where there is
   * memory for that. Views of the block stay valid: this memory does not grow. @throws {SegringError} OUT_OF_MEMORY
   */
  pinned(byteLength: number): { readonly engine: Engine; readonly block: Block };
  /** Bytes that `allocate` may still give in all, under `maxMemoryBytes`. The platform may have fewer. */
  readonly room: number;
  /**
   * Whether input must be copied before it can be read: it lies in memory that may grow away, or is not aligned.
   *
   * @param buffer That of the view, where the caller knows it: a view takes 100 ns to tell.
   */
  mustCopy(view: ArrayBufferView, buffer?: ArrayBufferLike): boolean;
  /**
   * Makes a coalescer, with no pending run.
   *
   * @param inPlace The coalescer gets only records of blocks and single ranges, and so needs no room for copies of its
   *   input.
   * @throws {SegringError} OUT_OF_MEMORY
   */
  coalescer(limits: CheckedLimits, inPlace?: boolean): Coalescer;
  /** Makes what a union needs, with its own work memory. @throws {SegringError} OUT_OF_MEMORY */
  runs(limits: CheckedLimits): Runs;
  /** Unions of many records; absent where the engine does all alike. */
  readonly byBuckets: ByBuckets | undefined;
  /**
   * Makes what merges sorted inputs, two or more, with its own memory.
   *
   * @returns undefined where a policy forbids compiling the kernel. @throws {SegringError} OUT_OF_MEMORY
   */
  merger(inputs: number): Merger | undefined;
  /** Makes what lists pages of so many records, with its own work memory. @throws {SegringError} OUT_OF_MEMORY */
  expander(records: number): Expander;
}

/** How a page is numbered: its address shifted right by `shift`, and left again by `scale`. */
export interface PageNumbers {
  readonly shift: number;
  readonly scale: number;
}

/** Where numbers of pages go. */
export interface PageOutput {
  /** A block of this engine, with OVERRUN bytes behind the room, or memory elsewhere. */
  readonly target: Block | BigUint64Array;
  /** The index in `target` of the first number that is written. */
  readonly at: number;
  /** Numbers at most. */
  readonly room: number;
}

/** Writes the pages of records. */
export interface Expander {
  /**
   * Writes the number of each page of 2^shift bytes that records touch, record by record, as u64 shifted left by
   * `scale`. The call starts at `place`, and moves `place` on. The records are valid.
   *
   * @returns Numbers written, at most `room`; fewer only where the records have no more pages.
   */
  expand(records: Uint32Array, place: PagePlace, pages: PageNumbers, output: PageOutput): number;
  free(): void;
}

/** A piece of an engine's memory, 16-byte aligned. */
export interface Block {
  readonly byteLength: number;
  /** A view, valid until the next `allocate`, because memory that grows detaches views. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The block as 32-bit words. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** The first so many words. A view takes 0.1 µs, and a view of `words` twice that. */
  firstWords(words: number): Uint32Array<ArrayBuffer>;
  /**
   * Copies words from the start of the block to a target, from word `at` of the target on. A few words are copied
   * without a view.
   */
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

/** Records that lie together. */
export interface Source {
  readonly block: Block | Int32Array;
  readonly count: number;
}

/** Where segments go: `room` records of a block, from record `at` on. */
export interface Output {
  readonly block: Block;
  at: number;
  room: number;
}

/**
 * Coalesces its inputs into bounded outputs. The last run stays pending between calls.
 *
 * Each call that takes an input starts at its element `from`, advances `output` past the segments written, and returns
 * how many elements it took. A short count says that the output is full, or a stage of the engine: call again with the
 * rest. Where `bad` is set, the element after those taken is not valid.
 */
export interface Coalescer {
  /** The last call met an element that is not valid. */
  readonly bad: boolean;
  /** Whether a run is pending. */
  readonly held: boolean;
  /**
   * Segments that the pending run makes, 0 where no run is pending; rounded above 2^53. A call takes 1 µs: too much for
   * each record.
   */
  readonly heldSegments: number;
  /** Pass over elements of length 0; otherwise they are not valid. */
  skipEmpty: boolean;
  /**
   * Emit a run whole, above 4 GiB as a wide record and the rest (assembly/layout.ts). NOMERGE runs are cut even then.
   */
  uncut: boolean;
  /** Records in a block of this engine's memory, or in bytes or words elsewhere. */
  records(source: RecordsSource, from: number, end: number, output: Output): number;
  columns(source: ColumnData, from: number, end: number, output: Output): number;
  /** Whole pages. */
  frames(source: FrameData, from: number, end: number, output: Output): number;
  /** One range, not empty, of up to 2^64 - 1 bytes. False: the output is full and nothing is taken. */
  range(range: Fields, output: Output): boolean;
  /** Leading valid records among `count` from record `from` on. */
  countValid(source: Block, from: number, count: number): number;
  /** Emits the pending run. `held` says whether a part is left because the output is full. */
  flush(output: Output): void;
  /** Remembers the pending run for `rollback`. */
  checkpoint(): void;
  /** Makes the run pending again that was pending at the checkpoint. */
  rollback(): void;
  /** Forgets the pending run. */
  reset(): void;
  free(): void;
}

/**
 * Merges sorted inputs, which are given piece by piece. The order is that of the two u64 of a record; records of which only
 * the first u64 are in order come out so too.
 *
 * Give each input that wants records some of them, or end it; then `merge`; and again, until that gives no more.
 */
export interface Merger {
  /** Where merged records lie. */
  readonly block: Block;
  /** The first record of the last `merge`, in `block`. */
  readonly at: number;
  readonly inputs: number;
  /** Records that one `merge` gives at most. */
  readonly most: number;
  /**
   * Whether an input goes on, and has less than half of what it has room for: all that want must get records, or end, before
   * `merge`.
   */
  wants(input: number): boolean;
  /**
   * Gives records to an input, as many as there is room for.
   *
   * @param source Words, from record `from` up to `end`. @returns Records taken.
   */
  give(input: number, source: Uint32Array, from: number, end: number): number;
  /** An input has no more records than those given. */
  end(input: number): void;
  /** Merges what is sure. @returns Records from `at` on, valid until the next call; 0: all are merged. */
  merge(): number;
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

/** What the inspected records are like. */
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

/** Records in the memory of an engine, from the start of a block on. */
export interface Chunk {
  readonly block: Block;
  readonly count: number;
}

/** What becomes of the segments of a call, once all are there. */
export interface Result<T> {
  /** Where segments go first, if not to a block of the batch. */
  readonly first?: Block | undefined;
  take(chunks: readonly Chunk[]): T;
}

/** Unions of many records. */
export interface ByBuckets {
  /** From how many records on. */
  readonly from: number;
  /**
   * Unites packed records in one pass over them that checks each: if they are of one kind, fall, touch seldom, and are all
   * as a sample of them says, or are a few again and again.
   *
   * @returns What the result takes; or undefined, where they are not, or one is not valid, or memory is short: nothing has
   *   changed then.
   */
  unite<T>(
    engine: Engine,
    limits: CheckedLimits,
    records: Source,
    gapBytes: bigint,
    result: Result<T>,
  ): { readonly result: T } | undefined;
  /** Unites runs of one kind; undefined where buckets are not for them, or memory is short: nothing has changed then. */
  uniteRuns(runs: Runs, chunks: readonly Chunk[], places: UnionPlaces): Chunk | undefined;
}

/** Where a union has its memory. */
export interface UnionPlaces {
  /** A block for so many records, which the union frees. @throws {SegringError} OUT_OF_MEMORY */
  allocate(records: number): Block;
  /** Where segments go if they fit there for sure. */
  readonly first?: Block | undefined;
  /** Called when all records have been read. */
  readonly freeSources?: () => void;
}

/**
 * A union by buckets, of records in any order: look at them, or at some; open; part all of them; close; and unite bucket by
 * bucket.
 */
export interface Buckets {
  look(source: RecordsSource, from: number, end: number): void;
  /**
   * Copies records into a block of `room`, but for those that were seen lately.
   *
   * @returns The block, which is the caller's, and how many; undefined where there are more than `room`, or one is not valid, or
   *   NOMERGE, of which each counts. @throws {SegringError} OUT_OF_MEMORY
   */
  distinct(source: RecordsSource, count: number, room: number): Chunk | undefined;
  /** What was looked at: how many, how many have an address below the one before, and how many begin where that ends. */
  readonly looks: { readonly count: number; readonly falling: number; readonly touching: number };
  /**
   * Plans buckets for so many records like those looked at, which are all or a sample.
   *
   * @returns False where buckets are not for them. @throws {SegringError} OUT_OF_MEMORY
   */
  open(count: number): boolean;
  /** Puts records into buckets. False: one is not valid, or not like those looked at, and the union has to begin anew. */
  part(source: RecordsSource, from: number, end: number): boolean;
  /** All records are in their buckets. @throws {SegringError} OUT_OF_MEMORY */
  close(): void;
  /** Buckets, in the order of their addresses. */
  readonly count: number;
  /**
   * Joins the records of a bucket, and writes them to `output` from record `at` on: at most as many as there are and one,
   * and scribbles over one more. The last run stays pending, for the next bucket or `finish` of the runs.
   *
   * @returns Records written.
   */
  unite(bucket: number, output: Block, at: number): number;
  free(): void;
}

/** Steps of a union over coalesced runs, wide ones among them, in blocks of an engine's memory. union.ts puts them together. */
export interface Runs {
  /** Forgets what was inspected, and the pending run. */
  reset(gapBytes: bigint): void;
  /**
   * Makes buckets of a union with this gap.
   *
   * @returns undefined where there are none, or a policy forbids compiling the kernel. @throws {SegringError} OUT_OF_MEMORY
   */
  buckets(): Buckets | undefined;
  /** Looks at the first `count` records, and at what lies between them and those of the call before. */
  inspect(source: Block, count: number): void;
  readonly shape: Shape;
  /** A pass of the sort: of all chunks the digits are counted, then, from the start of `to` on, each record is moved to its place. */
  sort(from: readonly { readonly block: Block; readonly count: number }[], digit: Digit, to: Block): void;
  /** Joins sorted records into records of `output` from `at` on, not more than it reads, so that both may be one place. Returns how many. The last run stays pending. */
  merge(source: Block, count: number, output: Block, at: number): number;
  /** Writes the pending run of a merge, as two records at most. Returns how many. */
  finish(output: Block, at: number): number;
  /** Cuts runs from record `from` on, as a coalescer takes records. Returns how many it took. */
  cut(source: Block, from: number, end: number, output: Output): number;
  readonly held: boolean;
  /** As of a coalescer. */
  readonly heldSegments: number;
  flush(output: Output): void;
  free(): void;
}
