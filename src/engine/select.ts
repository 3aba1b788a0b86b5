import { Columns, PackedRecords, PageFrames, type RangeInput } from "../input.js";
import { SegmentTable } from "../table.js";

/*
 * Below these counts JavaScript is faster: a kernel call with its views costs as much as that many steps of a loop.
 * Measured by `npm run bench -- auto`.
 */
const SMALL_PACKED = 32;
const SMALL_OBJECTS = 64;

/** Whether `auto` gives an input to JavaScript. Of an iterable that is no array the length is not known: it goes to wasm. */
export function prefersSmall(input: RangeInput): boolean {
  if (Array.isArray(input)) return input.length < SMALL_OBJECTS;
  if (input instanceof PackedRecords || input instanceof Columns) return input.count < SMALL_PACKED;
  if (input instanceof SegmentTable) return input.length < SMALL_PACKED;
  if (input instanceof PageFrames) return input.frames.length < SMALL_PACKED;
  return false;
}
