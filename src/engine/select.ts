import { Columns, PackedRecords, PageFrames, type RangeInput } from "../input.js";
import { SegmentTable } from "../table.js";

/**
 * Below this many packed elements JavaScript is faster: a kernel call, with its views and its result, costs as much as
 * this many steps of a loop that is compiled already. Measured by `npm run bench -- auto`.
 */
const SMALL = 32;

/**
 * Whether `auto` gives an input to JavaScript. Objects always: reading their fields is most of the work, and packing
 * them for the kernel costs more than coalescing them on the way.
 */
export function prefersSmall(input: RangeInput): boolean {
  if (input instanceof PackedRecords || input instanceof Columns) return input.count < SMALL;
  if (input instanceof SegmentTable) return input.length < SMALL;
  if (input instanceof PageFrames) return input.frames.length < SMALL;
  return true;
}
