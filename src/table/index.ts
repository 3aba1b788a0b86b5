/** `segring/table`: operations on tables that need no device. */
export type { Range, Segment, U64 } from "../core/record.js";
export type { SegmentTable } from "../core/segment-table.js";
export type { RangeSet } from "./byte-set.js";
export { type CopyBytesOptions, copy, fill, gather, scatter } from "./bytes.js";
export { cursor, type TableCursor } from "./cursor.js";
export { find } from "./find.js";
export type { BytesSource, PlacedTable, TableMemory } from "./memory.js";
export { type Location, locate, segmentCount } from "./offsets.js";
export { type PagePrefix, pagePrefix } from "./page-prefix.js";
export { blocks, type PageList, pages, pieceCount } from "./pages.js";
export { complement, contains, intersect, overlaps, subtract } from "./sets.js";
export { concat, slice, split } from "./slice.js";
