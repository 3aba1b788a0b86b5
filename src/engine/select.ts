import { Columns, PackedRecords, PageFrames, type RangeInput } from "../input.js";
import { SegmentTable } from "../table.js";

/*
 * Below these counts JavaScript is faster: a kernel call with its views costs as much as that many steps of a loop.
 * Measured by `npm run bench -- auto`.
 */
const SMALL_PACKED = 32;
const SMALL_OBJECTS = 64;
const SMALL_UNION_PACKED = 32;
const SMALL_UNION_OBJECTS = 64;

/** Whether `auto` gives an input to JavaScript. Of an iterable that is no array the length is not known: it goes to wasm. */
export function prefersSmall(input: RangeInput): boolean {
  return countOf(input) < (Array.isArray(input) ? SMALL_OBJECTS : SMALL_PACKED);
}

/** The same for a union, which sorts. */
export function prefersSmallUnion(input: RangeInput): boolean {
  return countOf(input) < (Array.isArray(input) ? SMALL_UNION_OBJECTS : SMALL_UNION_PACKED);
}

function countOf(input: RangeInput): number {
  if (Array.isArray(input) || input instanceof SegmentTable) return input.length;
  if (input instanceof PackedRecords || input instanceof Columns) return input.count;
  if (input instanceof PageFrames) return input.frames.length;
  return Number.POSITIVE_INFINITY;
}
