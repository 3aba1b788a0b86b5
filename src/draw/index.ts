/** `segring/draw`: where the segments of a table lie, as pixels and as SVG. No DOM, no wasm. */
export type { Range, Segment, U64 } from "../core/record.js";
export type { SegmentTable } from "../core/segment-table.js";
export {
  cellAt,
  drawOverview,
  type Overview,
  type OverviewCell,
  type OverviewOptions,
  type Picture,
} from "./overview.js";
export { KINDS, type Kind, type Theme } from "./palette.js";
export { columnAt, drawStrip, type Strip, type StripColumn, type StripOptions } from "./strip.js";
export { type SvgStripOptions, type SvgTableOptions, svgOfOverview, svgOfStrip, svgOfTable } from "./svg.js";
export type { SvgOptions } from "./svg-text.js";
export type { DrawWindow } from "./window.js";
