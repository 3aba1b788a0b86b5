import { expected } from "../core/errors.js";
import { checkInteger, isPowerOfTwo } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { coverCells, regionOf } from "./cells.js";
import { extentOf, joined } from "./extent.js";
import { groupsIn } from "./groups.js";
import { cellOnCurve, layOnCurve } from "./hilbert.js";
import { checkTheme, paletteOf, type Theme, toPixels } from "./palette.js";

/** Pixels in rows from the upper left corner, as `ImageData` takes them. */
export interface Picture {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green, blue and alpha of each pixel; alpha is 255. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** How an overview is drawn. */
export interface OverviewOptions {
  /** Pixels in a side of the square, a power of two from 64 to 1024. Default 1024. */
  side?: number | undefined;
  /** `"light"` (default) or `"dark"`. */
  theme?: Theme | undefined;
}

/** An overview: a square whose cells are the bytes of a region of the address space, along a Hilbert curve. */
export interface Overview extends Picture {
  /** The first byte of the region, a multiple of `byteLength`. */
  readonly addr: bigint;
  /** Bytes in the region: a power of two, 1 to 2^64. */
  readonly byteLength: bigint;
  /** Bytes in a cell: a power of two, 1 to 2^52. */
  readonly cellBytes: number;
  /** Cells in a side of the square: `width`, or less where the region has fewer bytes than the square has pixels. */
  readonly cellsPerSide: number;
  /**
   * Bytes of segments in each cell, in order of address. The numbers are exact. A byte of several segments counts for
   * each, and a cell holds `cellBytes` at most.
   */
  readonly coveredBytes: Float64Array<ArrayBuffer>;
}

/** A cell of an overview. */
export interface OverviewCell {
  /** The first byte. */
  readonly addr: bigint;
  /** Bytes in the cell. */
  readonly length: number;
  /** Bytes of segments in the cell, up to `length`. */
  readonly coveredBytes: number;
}

const KEYS: Keys<OverviewOptions> = { side: true, theme: true };
const MIN_SIDE = 64;
const MAX_SIDE = 1024;

/**
 * Draws where the segments of a table lie: the smallest power of two of bytes, aligned to itself, that has all segments,
 * as a square along a Hilbert curve. Bytes that are close in the address space are close in the square. The curve starts
 * in the upper left corner and passes the quarters clockwise. The colour says of which kinds most bytes of a cell are,
 * and its strength how much of the cell segments cover. BUS addresses are drawn beside memory, as if both were one
 * address space.
 *
 * Cost: two passes over the segments and one over the cells; some 18 ms for 10^6 segments in 1024 x 1024 cells, and 13
 * bytes of memory for each cell and group of kinds.
 *
 * @throws {TypeError} An argument or an option has the wrong type. @throws {RangeError} An option is out of its range.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 4096 }, { addr: 0x8000, length: 2048 }]);
 * const overview = drawOverview(table, { side: 64 });
 * console.log(overview.width, overview.byteLength, overview.cellBytes); // 64 65536n 16
 * console.log(overview.pixels.length); // 16384
 * ```
 */
export function drawOverview(table: SegmentTable, options: OverviewOptions = NO_OPTIONS): Overview {
  checkTable("table", table);
  checkKeys("options", options, KEYS);
  const theme = checkTheme(options.theme);
  const side = checkSide(options.side);
  const { indices, ...cells } = overviewOf(table, side);
  const pixels = toPixels(indices, cells.cellsPerSide, side / cells.cellsPerSide, paletteOf(theme));
  return { width: side, height: side, pixels, ...cells };
}

/**
 * Gives the cell at a pixel of an overview: its address, its size and the bytes that segments cover.
 *
 * Cost: O(log of the overview's width).
 *
 * @param x Pixels from the left, an integer from 0 to width - 1. @param y Pixels from the top.
 * @throws {TypeError} A coordinate is no number. @throws {RangeError} A coordinate is outside the picture.
 * @example
 * ```ts
 * const overview = drawOverview(SegmentTable.from([{ addr: 0, length: 2 ** 32 }]), { side: 64 });
 * console.log(cellAt(overview, 63, 0)); // { addr: 1431306240n, length: 1048576, coveredBytes: 1048576 }
 * ```
 */
export function cellAt(overview: Overview, x: number, y: number): OverviewCell {
  const { width, height, cellsPerSide, cellBytes, addr, coveredBytes } = overview;
  checkInteger("x", x, 0, width - 1);
  checkInteger("y", y, 0, height - 1);
  const scale = width / cellsPerSide;
  const cell = cellOnCurve(Math.floor(x / scale), Math.floor(y / scale), Math.log2(cellsPerSide));
  return {
    addr: addr + BigInt(cell) * BigInt(cellBytes),
    length: cellBytes,
    coveredBytes: coveredBytes[cell] as number,
  };
}

/** The cells of an overview, and the index of the colour of each, in rows. */
export function overviewOf({ words }: SegmentTable, side: number) {
  const extent = extentOf(words);
  const region = regionOf(extent, Math.log2(side));
  const { coveredBytes, colours } = coverCells(words, extent.groups, region);
  return {
    addr: joined(region.hi, region.lo),
    byteLength: 1n << BigInt(region.shift + 2 * region.order),
    cellBytes: 2 ** region.shift,
    cellsPerSide: 2 ** region.order,
    coveredBytes,
    indices: layOnCurve(colours, region.order),
    groups: groupsIn(extent.groups),
  };
}

function checkSide(side = MAX_SIDE): number {
  checkInteger("side", side, MIN_SIDE, MAX_SIDE);
  if (!isPowerOfTwo(side)) throw new RangeError(expected("side", "a power of two from 64 to 1024", side));
  return side;
}
