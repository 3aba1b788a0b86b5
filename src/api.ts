/// <reference lib="esnext.disposable" preserve="true" />
/** What `segring` and `segring/js` share: everything but how a mapper is made. */
export { type DeviceLimits, type RequestLimits, stackLimits } from "./device-limits.js";
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
export { type IovaMap, type IovaOptions, mapIova } from "./iova/map.js";
export { bestPages, type IovaMapping, type PageTableEntries } from "./iova/page-table.js";
export type { IovaReservation } from "./iova/reservation.js";
export { type Fragmentation, IovaSpace } from "./iova/space.js";
export type { CheckedLimits, SegmentLimits } from "./limits.js";
export type { SegmentMapper } from "./mapper.js";
export type { MapperOptions } from "./mapper-options.js";
export { ahci, linuxDefault, nvmePrp, rdma, virtioBlk } from "./presets.js";
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
export { bestBlockBytes } from "./table/best-block.js";
export type { RangeSet } from "./table/byte-set.js";
export { copy, fill, gather, scatter } from "./table/bytes.js";
export { cursor, type TableCursor } from "./table/cursor.js";
export { find } from "./table/find.js";
export type { TableBytes, TableMemory } from "./table/memory.js";
export { type Location, locate, segmentsFor } from "./table/offsets.js";
export { blocks, countFor, type PageList, type PagePrefix, pagePrefix, pages } from "./table/pages.js";
export { type DeviceRequest, type RequestOptions, requests } from "./table/requests.js";
export { complement, contains, intersect, overlaps, subtract } from "./table/sets.js";
export { concat, slice, split } from "./table/slice.js";
export { type TranslationWindow, translate, untranslate } from "./table/translate.js";
export { type Violation, validate } from "./table/validate.js";
export { SegmentTable } from "./table.js";
