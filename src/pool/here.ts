import type { RangeInput } from "../engine/range-input.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import type { Job } from "./in-pieces.js";
import { divisible } from "./input.js";
import { copyInto } from "./shared-target.js";

/** What a call needs beside its input. */
export type Call = Pick<Job, "how" | "signal"> & { readonly onProgress: ((done: number) => void) | undefined };

/** Maps an input by the calling thread. */
export function mapHere(mapper: SegmentMapper, input: RangeInput, { how, onProgress }: Call): Uint32Array {
  const { union, gapBytes, skipEmpty } = how;
  const table = union ? mapper.union(input, { gapBytes, skipEmpty }) : mapper.coalesce(input, { skipEmpty });
  onProgress?.(divisible(input)?.count ?? table.length);
  return table.words;
}

/**
 * As `mapHere`, into memory of the caller. @returns Segments.
 *
 * @throws {RangeError} There is no room. Then, and where `onProgress` throws, nothing is written: so with an `onProgress`
 *   the segments go to a table first, which is one more copy.
 */
export function intoHere(mapper: SegmentMapper, input: RangeInput, target: Uint32Array, call: Call): number {
  if (call.onProgress !== undefined) return copyInto(mapHere(mapper, input, call), target);
  const { union, gapBytes, skipEmpty } = call.how;
  return union
    ? mapper.unionInto(input, target, { gapBytes, skipEmpty })
    : mapper.coalesceInto(input, target, { skipEmpty });
}
