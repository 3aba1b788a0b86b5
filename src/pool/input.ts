import { PackedRecords } from "../core/input.js";
import { isSharedBuffer } from "../core/memories.js";
import { FOUR_GIB, RECORD_WORDS, recordAddr } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { isTable } from "../core/table.js";
import { PageFrames } from "../engine/page-frames.js";
import type { RangeInput } from "../engine/range-input.js";
import type { Piece } from "./messages.js";
import type { Staging } from "./staging.js";

/** A piece of an input, and what ends its use. */
export interface GivenPiece {
  readonly piece: Piece;
  release(): void;
}

/** An input that can be taken in pieces. */
export interface Divisible {
  /** Ranges. */
  readonly count: number;
  /** Where it lies. */
  readonly buffer: ArrayBufferLike;
  /** The address of a range, for samples: the range may not be valid. */
  addr(index: number): bigint;
  /** The ranges `from` to `end`, in shared memory. */
  piece(from: number, end: number, staging: Staging): GivenPiece;
}

/** The input in pieces; undefined where one thread maps it whole: iterables, columns, and pages above 4 GiB. */
export function divisible(input: RangeInput): Divisible | undefined {
  if (input instanceof PageFrames) return 2 ** input.pageShift > FOUR_GIB ? undefined : ofFrames(input);
  const words = wordsOf(input);
  return words && ofWords(words);
}

/** The words of packed records or a table; undefined for other inputs, and for records that are not aligned. */
export function wordsOf(input: unknown): Uint32Array | undefined {
  if (isTable(input)) return (input as SegmentTable).words;
  if (!(input instanceof PackedRecords)) return undefined;
  const { buffer, byteOffset, byteLength } = input.bytes;
  return byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, byteLength / 4) : undefined;
}

function ofWords(words: Uint32Array): Divisible {
  const count = words.length / RECORD_WORDS;
  return {
    count,
    buffer: words.buffer,
    addr: (index) => recordAddr(words, index * RECORD_WORDS),
    piece(from, end, staging) {
      const { shared, release } = inShared(words.subarray(from * RECORD_WORDS, end * RECORD_WORDS), staging);
      return { piece: { words: shared }, release };
    },
  };
}

function ofFrames(input: PageFrames): Divisible {
  const { frames, count, pageShift, flags } = input;
  return {
    count,
    buffer: frames.buffer,
    addr: (index) => BigInt(frames[index] as number | bigint) << BigInt(pageShift),
    piece(from, end, staging) {
      const { shared, release } = inShared(frames.subarray(from, end), staging);
      const firstOffset = from === 0 ? input.firstOffset : 0;
      const lastUnused = end === count ? input.lastUnused : 0;
      return { piece: { frames: { frames: shared, pageShift, firstOffset, lastUnused, flags } }, release };
    },
  };
}

/** The view itself where other threads can see it. */
export function inShared<T extends Uint32Array | Float64Array | BigUint64Array>(
  view: T,
  staging: Staging,
): { readonly shared: T; release(): void } {
  return isSharedBuffer(view.buffer) ? { shared: view, release: () => {} } : staging.copy(view);
}

/**
 * Whether workers may write results to `target` while they read an input from `source`: both are shared, and apart. What is
 * mapped again after a death must still be what it was.
 */
export function areApart(source: ArrayBufferLike, target: ArrayBufferLike): boolean {
  return isSharedBuffer(source) && isSharedBuffer(target) && source !== target;
}
