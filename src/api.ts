/// <reference lib="esnext.disposable" preserve="true" />
/** What `segring` and `segring/js` share: everything but how a mapper is made. */
export { SegringError, type SegringErrorCode } from "./errors.js";
export {
  type Column,
  type Columns,
  columns,
  type PackedRecords,
  type PageFrames,
  packedRecords,
  pageFrames,
  type RangeInput,
} from "./input.js";
export type { CheckedLimits, SegmentLimits } from "./limits.js";
export type { MapperOptions, SegmentMapper } from "./mapper.js";
export {
  BUS,
  FLUSH,
  FULL,
  LINK,
  NOMERGE,
  type Range,
  RECORD_BYTES,
  type Segment,
  TAG_SHIFT,
  type U64,
} from "./record.js";
export type { SegmentStream } from "./stream.js";
export type { RangeSet } from "./table/byte-set.js";
export { complement, contains, intersect, overlaps, subtract } from "./table/sets.js";
export { SegmentTable } from "./table.js";
