import type { SegmentMapper, SegmentTable } from "../../src/index.js";
import type { FramesOptions } from "../../src/mapper/options.js";

/** The frames of a table: those that were written, where there is a target, or a view of the mapper's memory. */
export function framesOf(
  mapper: SegmentMapper,
  table: SegmentTable,
  { target, ...options }: FramesOptions & { target?: BigUint64Array },
): BigUint64Array {
  if (target === undefined) return mapper.frames(table, options);
  const count = mapper.framesInto(table, target, options);
  return target.subarray(0, count);
}
