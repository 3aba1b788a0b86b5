import { checkInteger } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import type { Range } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { type ColumnBytes, columnFinder, countColumns } from "./column-bytes.js";
import { type Marks, marksOf } from "./marks.js";
import { nearRanges } from "./near-ranges.js";
import type { Picture } from "./overview.js";
import { packInput, type Ranges } from "./packed-input.js";
import { checkTheme, EMPTY, INK, LEVELS, levelOf, PAGE, paletteOf, type Theme, toPixels } from "./palette.js";
import { type Columns, checkWindow, columnStart, columnsOf, type DrawWindow } from "./window.js";

/** How a strip is drawn. */
export interface StripOptions {
  /** The ranges that the table was made of, drawn above the table. Default: none. A table is fastest. */
  input?: Iterable<Range> | undefined;
  /** Pixels in a row, 1 to 8192. Default 1024. */
  width?: number | undefined;
  /** Rows, 24 to 1024. Default 64. */
  height?: number | undefined;
  /** `"light"` (default) or `"dark"`. */
  theme?: Theme | undefined;
}

/** A strip: a window of the address space from left to right. */
export interface Strip extends Picture {
  /** The first byte of the window. */
  readonly addr: bigint;
  /** Bytes in the window, 1 to 2^64. */
  readonly byteLength: bigint;
  /** Columns that the window is cut into: `width`, or one for each byte where the window has fewer bytes. */
  readonly columns: number;
  /** Bytes of segments in each column, exact. A byte of several segments counts for each. */
  readonly bytes: readonly bigint[];
  /** As `bytes`, of the input; undefined where there is none. */
  readonly inputBytes: readonly bigint[] | undefined;
  /** Addresses at which ranges joined what lies before them; undefined where ranges or segments have more than 8192 starts and ends in the window. */
  readonly joins: readonly bigint[] | undefined;
  /** Addresses at which a limit cut; undefined where `joins` is. */
  readonly cuts: readonly bigint[] | undefined;
}

/** A column of a strip. */
export interface StripColumn {
  /** The first byte. */
  readonly addr: bigint;
  /** Bytes in the column. */
  readonly length: bigint;
  /** Bytes of segments in the column. */
  readonly bytes: bigint;
  /** Bytes of input ranges in the column; 0n without an input. */
  readonly inputBytes: bigint;
}

const KEYS: Keys<StripOptions> = { input: true, width: true, height: true, theme: true };
/** Rows between input and output: joins above, cuts below. */
const MARK_ROWS = 4;

/**
 * Draws a window of the address space from left to right, of any size from one byte to all 2^64: the input above, the
 * table below, and between both a tick for each join (at the input) and each cut (at the table). Column i holds the bytes
 * from floor(i * length / columns) of the window on, so no byte is lost to rounding. The colour says of which kinds most
 * bytes of a column are, and its strength how much of the column they cover.
 *
 * Cost: O(segments + ranges + width), some 30 ns a segment. A segment outside the window costs 10 ns.
 *
 * @param window The part to draw; its length may be 2^64, as a bigint.
 * @throws {TypeError} An argument or an option has the wrong type.
 * @throws {RangeError} The window, an option or a range of the input is out of its range.
 * @example
 * ```ts
 * const input = [{ addr: 0x1000, length: 4096 }, { addr: 0x2000, length: 4096 }];
 * const table = createMapperSync({ boundaryBytes: 0x800 }).coalesce(input);
 * const strip = drawStrip(table, { addr: 0x1000, length: 0x4000 }, { input, width: 8 });
 * console.log(strip.bytes.join(" "), strip.cuts); // 2048 2048 2048 2048 0 0 0 0 [ 6144n, 10240n ]
 * ```
 */
export function drawStrip(table: SegmentTable, window: DrawWindow, options: StripOptions = NO_OPTIONS): Strip {
  checkTable("table", table);
  checkKeys("options", options, KEYS);
  const { width = 1024, height = 64 } = options;
  checkInteger("width", width, 1, 8192);
  checkInteger("height", height, 24, 1024);
  const theme = checkTheme(options.theme);
  const input = options.input === undefined ? undefined : packInput(options.input);
  const content = contentOf({ words: table.words, wide: [] }, input, checkWindow("window", window), width);
  const pixels = toPixels(indicesOf(content, width, height), width, 1, paletteOf(theme));
  return {
    width,
    height,
    pixels,
    addr: content.columns.addr,
    byteLength: content.columns.length,
    columns: content.columns.count,
    bytes: content.output.bytes,
    inputBytes: content.input?.bytes,
    joins: content.marks?.joins,
    cuts: content.marks?.cuts,
  };
}

/**
 * Gives the column at a pixel of a strip: its address, its size and its bytes. O(1).
 *
 * @param x Pixels from the left, an integer from 0 to width - 1.
 * @throws {TypeError} `x` is no number. @throws {RangeError} `x` is outside the picture.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 2n ** 64n - 4096n, length: 4096 }]);
 * const strip = drawStrip(table, { addr: 0, length: 2n ** 64n }, { width: 1000 });
 * console.log(columnAt(strip, 999).bytes, columnAt(strip, 999).addr.toString(16)); // 4096n ffbe76c8b4395810
 * ```
 */
export function columnAt(strip: Strip, x: number): StripColumn {
  checkInteger("x", x, 0, strip.width - 1);
  const { addr, byteLength, columns, width } = strip;
  const column = Math.floor((x * columns) / width);
  const start = columnStart(byteLength, columns, column);
  return {
    addr: addr + start,
    length: columnStart(byteLength, columns, column + 1) - start,
    bytes: strip.bytes[column] as bigint,
    inputBytes: strip.inputBytes?.[column] ?? 0n,
  };
}

/** What a strip shows. */
export interface StripContent {
  readonly columns: Columns;
  readonly output: ColumnBytes;
  readonly input: ColumnBytes | undefined;
  readonly marks: Marks | undefined;
}

/** Counts what a strip of at most `width` columns shows. */
export function contentOf(
  output: Ranges,
  input: Ranges | undefined,
  window: { addr: bigint; length: bigint },
  width: number,
): StripContent {
  const columns = columnsOf(window, width);
  const segments = nearRanges(output, window);
  const ranges = input === undefined ? undefined : nearRanges(input, window);
  return {
    columns,
    output: countColumns(segments, columns),
    input: ranges === undefined ? undefined : countColumns(ranges, columns),
    marks: marksOf(segments, ranges, window),
  };
}

/** The colour of each column. */
export function coloursOf({ bytes, groups }: ColumnBytes, { length, count }: Columns): Uint8Array {
  const colours = new Uint8Array(count);
  for (const [column, sum] of bytes.entries()) {
    if (sum === 0n) continue;
    const size = columnStart(length, count, column + 1) - columnStart(length, count, column);
    // In whole steps of the palette, so that no column that is not full looks full.
    const level = sum >= size ? LEVELS - 1 : Number((sum * BigInt(LEVELS - 1)) / size);
    colours[column] = levelOf(groups[column] as number, level, LEVELS - 1);
  }
  return colours;
}

/** The columns in which these addresses lie, each once. */
export function columnsWith(addrs: readonly bigint[], columns: Columns): number[] {
  const find = columnFinder(columns);
  const found = addrs.map((addr) => {
    const offset = addr - columns.addr;
    return find(Number(offset >> 32n), Number(offset & 0xffff_ffffn));
  });
  return [...new Set(found)];
}

/** The indices of all pixels, in rows. */
function indicesOf({ columns, output, input, marks }: StripContent, width: number, height: number): Uint8Array {
  const indices = new Uint8Array(width * height).fill(PAGE);
  const xOf = (column: number) => Math.ceil((column * width) / columns.count);
  const row = (colours: Uint8Array) => {
    const pixels = new Uint8Array(width).fill(EMPTY);
    for (const [column, colour] of colours.entries()) pixels.fill(colour, xOf(column), xOf(column + 1));
    return pixels;
  };
  const fill = (pixels: Uint8Array, from: number, to: number) => {
    for (let y = from; y < to; y++) indices.set(pixels, y * width);
  };
  const middle = input === undefined ? 0 : Math.floor(height / 2);
  if (input !== undefined) fill(row(coloursOf(input, columns)), 0, middle - MARK_ROWS);
  fill(row(coloursOf(output, columns)), middle + MARK_ROWS, height);
  const tick = (addrs: readonly bigint[], from: number) => {
    for (const column of columnsWith(addrs, columns)) {
      for (let y = from; y < from + MARK_ROWS; y++) indices[y * width + xOf(column)] = INK;
    }
  };
  if (input !== undefined) tick(marks?.joins ?? [], middle - MARK_ROWS);
  tick(marks?.cuts ?? [], middle);
  return indices;
}
