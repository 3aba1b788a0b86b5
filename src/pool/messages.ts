import type { CheckedLimits } from "../core/limits.js";
import type { PostedError } from "../ring/posted-error.js";

/** Raised with any change of these messages. A worker of another version says so instead of doing something else. */
export const POOL_PROTOCOL = 1;

/** What a worker is told first. */
export interface OpenMessage {
  readonly segring: "open pool";
  readonly protocol: number;
  /** The Web Lock that the worker holds as long as it lives, where there are Web Locks. */
  readonly lock: string;
  /** The main kernel, compiled. Undefined: the worker maps in JavaScript. */
  readonly module: WebAssembly.Module | undefined;
  readonly limits: CheckedLimits;
  readonly maxMemoryBytes: number;
}

/** What workers are made with. */
export type Setup = Pick<OpenMessage, "module" | "limits" | "maxMemoryBytes">;

/** A piece of work. */
export interface TaskMessage {
  readonly segring: "task";
  readonly id: number;
  readonly task: Task;
}

/** What a worker answers. */
export interface PoolAnswer {
  readonly segring: "pool" | "done" | "failed";
  readonly protocol: number;
  /** Of the task; 0 for the first message. */
  readonly id: number;
  readonly result?: unknown;
  readonly error?: PostedError | undefined;
}

/** Page frames without the parts of pages that are not used. */
export interface FramesPiece {
  readonly frames: BigUint64Array | Float64Array | Uint32Array;
  readonly pageShift: number;
  readonly firstOffset: number;
  readonly lastUnused: number;
  readonly flags: number;
}

/** Records that parts have made, in several places of one memory: they are valid. */
export interface PartedWords {
  readonly words: Uint32Array;
  /** The first record of each place, and the one behind its last. */
  readonly places: Uint32Array;
}

/** Ranges that a worker maps: packed records, records that parts have made, page frames, or what a reader of the worker's knows. */
export type Piece =
  | { readonly words: Uint32Array }
  | { readonly parted: PartedWords }
  | { readonly frames: FramesPiece }
  | { readonly read: unknown };

/** How pieces are mapped. */
export interface How {
  readonly union: boolean;
  readonly gapBytes: bigint;
  readonly skipEmpty: boolean;
}

/** How most calls map. */
export const COALESCE: How = { union: false, gapBytes: 0n, skipEmpty: false };

/** Maps a piece. The worker keeps the segments until they are placed or dropped. */
export interface MapTask {
  readonly do: "map";
  readonly piece: Piece;
  readonly how: How;
  /** No address of a later piece is below this one; undefined: there is no later piece. For unions. */
  readonly border: bigint | undefined;
}

/** A run of segments. */
export interface Run {
  readonly segments: number;
  readonly addr: bigint;
  readonly bytes: bigint;
  readonly flags: number;
}

/** What came of a piece. */
export interface Mapped {
  readonly slot: number;
  /** Segments. */
  readonly count: number;
  /** The first runs. */
  readonly head: readonly Run[];
  /** The last segments, which the next piece may change. */
  readonly tail: Uint32Array;
}

/** Copies the segments `from` to `to` of a slot to their place, and frees the slot. */
export interface PlaceTask {
  readonly do: "place";
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  /** Shared words of the result, from the first segment's place on; undefined: the answer has the words. */
  readonly target: Uint32Array | undefined;
  /** Words that come before those of the slot in an answer. */
  readonly before: Uint32Array | undefined;
}

/** Writes the segments `from` to `to` of a slot as what the worker's owner knows, and frees the slot. The answer is the bytes. */
export interface WriteTask {
  readonly do: "write";
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  /** Segments that come first. */
  readonly before: Uint32Array;
  /** Shared; the bytes fit. */
  readonly target: Uint8Array;
  /** How they are written. */
  readonly how: unknown;
}

/** Gives a copy of all segments of a slot. */
export interface FetchTask {
  readonly do: "fetch";
  readonly slot: number;
}

/** Frees a slot. */
export interface DropTask {
  readonly do: "drop";
  readonly slot: number;
}

/** Coalesces a piece, and sorts its runs by 8 bits of the address, so that each bucket lies together. */
export interface PartTask {
  readonly do: "part";
  readonly piece: Piece;
  readonly skipEmpty: boolean;
  /** The lowest bit of the 8. */
  readonly shift: number;
  /** Shared words that the records fit in. */
  readonly target: Uint32Array;
}

/** What came of a part. */
export interface Parted {
  /** Where each of the 256 buckets starts, and the last one ends, in records. */
  readonly starts: Uint32Array;
  /** Bits in which addresses differ from `first`. */
  readonly varying: bigint;
  readonly first: bigint;
}

/** Counts the pages of segments, block by block. */
export interface CountTask {
  readonly do: "count";
  readonly words: Uint32Array;
  readonly shift: number;
  /** Segments of a block. */
  readonly block: number;
}

/** Lists pages of segments. */
export interface ListTask {
  readonly do: "list";
  readonly words: Uint32Array;
  readonly pageShift: number;
  readonly addresses: boolean;
  /** Pages to pass over. */
  readonly offset: number;
  /** Shared; as many numbers as are written. */
  readonly target: BigUint64Array;
}

export type Task = MapTask | PlaceTask | WriteTask | FetchTask | DropTask | PartTask | CountTask | ListTask;

/** What a task gives. */
export type ResultOf<T extends Task> = T extends MapTask
  ? Mapped
  : T extends PartTask
    ? Parted
    : T extends CountTask
      ? Float64Array
      : T extends WriteTask
        ? number
        : T extends PlaceTask | FetchTask
          ? Uint32Array<ArrayBuffer> | undefined
          : undefined;
