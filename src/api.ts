/// <reference lib="esnext.disposable" preserve="true" />
/** What `segring` and `segring/js` share: everything but how a mapper is made. */
export { type DeviceLimits, type RequestLimits, stackLimits } from "./core/device-limits.js";
export { SegringError, type SegringErrorCode } from "./core/errors.js";
export {
  type Column,
  type Columns,
  columns,
  type PackedRecords,
  type PageFrames,
  packedRecords,
  pageFrames,
  type RangeInput,
} from "./core/input.js";
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
export { bestBlockBytes } from "./devices/best-block.js";
export { type Fragmentation, IovaSpace } from "./devices/iova-space.js";
export { type IovaMap, type IovaOptions, mapIova } from "./devices/map-iova.js";
export { bestPages, type IovaMapping, type PageTableEntries } from "./devices/page-table.js";
export { ahci, linuxDefault, nvmePrp, rdma, virtioBlk } from "./devices/presets.js";
export { type DeviceRequest, type RequestOptions, requests } from "./devices/requests.js";
export type { IovaReservation } from "./devices/reservation.js";
export { type TranslationWindow, translate, untranslate } from "./devices/translate.js";
export { type Violation, validate } from "./devices/validate.js";
export type { SegmentMapper } from "./mapper/mapper.js";
export type { MapperOptions } from "./mapper/options.js";
export type { SegmentStream } from "./mapper/stream.js";
export type { RangeSet } from "./table/byte-set.js";
export { copy, fill, gather, scatter } from "./table/bytes.js";
export { cursor, type TableCursor } from "./table/cursor.js";
export { find } from "./table/find.js";
export type { TableBytes, TableMemory } from "./table/memory.js";
export { type Location, locate, segmentsFor } from "./table/offsets.js";
export { blocks, countFor, type PageList, type PagePrefix, pagePrefix, pages } from "./table/pages.js";
export { complement, contains, intersect, overlaps, subtract } from "./table/sets.js";
export { concat, slice, split } from "./table/slice.js";
