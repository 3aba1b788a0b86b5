/// <reference lib="esnext.disposable" preserve="true" />
/** What `segring` and `segring/js` share: everything but how a mapper is made. */
export type { DeviceLimits, KeptLimits, RequestLimits } from "./core/device-limits.js";
export { SegringError, type SegringErrorCode } from "./core/errors.js";
export { type Column, type PackedRecords, packedRecords } from "./core/input.js";
export type { CheckedLimits, SegmentLimits } from "./core/limits.js";
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
} from "./core/record.js";
export { SegmentTable } from "./core/segment-table.js";
export type { JsonSegment, TableColumns } from "./core/table.js";
export { type Columns, columns } from "./engine/columns.js";
export { type PageFrames, pageFrames } from "./engine/page-frames.js";
export type { RangeInput } from "./engine/range-input.js";
export { SegmentMapper } from "./mapper/mapper.js";
export type {
  BorrowOption,
  CoalesceOptions,
  FramesOptions,
  MapperOptions,
  UnionOptions,
} from "./mapper/options.js";
export { SegmentStream } from "./mapper/stream.js";
export type { RecordTransform } from "./mapper/transform.js";
