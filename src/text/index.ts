/**
 * segring/text: ranges as text, CSV and NDJSON, as the command line reads and writes them, and what systems print of their
 * addresses. A wasm kernel for texts
 * of 16 KiB and more, where it may be compiled.
 */
export { SegringError, type SegringErrorCode } from "../core/errors.js";
export { type FormatOptions, formatRecords } from "./format.js";
export type { TextFormat } from "./grammar.js";
export { type ParsedColumns, type ParsedRange, ParsedRecords } from "./parsed-records.js";
export { type ParseOptions, parseRecords, RecordParser } from "./parser.js";
export { type FilefragOptions, parseFilefrag } from "./system/filefrag.js";
export type { FileExtent } from "./system/filefrag-rows.js";
export { type IomemKind, type IomemRange, parseIomem } from "./system/iomem.js";
export { type Mapping, parseMaps } from "./system/maps.js";
