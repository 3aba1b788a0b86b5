import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { ADDRESS_SPACE, type Range } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { extentOf, joined } from "./extent.js";
import { packInput, type Ranges } from "./packed-input.js";
import { overviewFigure } from "./svg-overview.js";
import { stripFigure } from "./svg-strip.js";
import { checkStyle, type SvgOptions, svgDocument } from "./svg-text.js";
import { checkWindow, type DrawWindow } from "./window.js";

/** How the SVG of a strip is made. */
export interface SvgStripOptions extends SvgOptions {
  /** The ranges that the table was made of, drawn above the table. Default: none. */
  input?: Iterable<Range> | undefined;
}

/** How the SVG of a table is made. */
export interface SvgTableOptions extends SvgStripOptions {
  /** What the strip shows. Default: from the first byte of the segments and of the input to the last. */
  window?: DrawWindow | undefined;
}

const KEYS: Keys<SvgOptions> = { width: true, theme: true, title: true, idPrefix: true };
const STRIP_KEYS: Keys<SvgStripOptions> = { ...KEYS, input: true };
const TABLE_KEYS: Keys<SvgTableOptions> = { ...STRIP_KEYS, window: true };

/**
 * Gives an overview as SVG, as `drawOverview` draws one: with a title, the exact addresses of the quarters, a legend, and
 * a description for screen readers. Few cells are lines, which stay sharp; many are a PNG inside the SVG. The square has
 * 256 to 1024 cells a side, by `width`.
 *
 * Cost: as `drawOverview`, and some 20 ns a cell for the PNG. The text has at most 1.5 MB.
 *
 * @throws {TypeError} An argument or an option has the wrong type. @throws {RangeError} An option is out of its range.
 * @example
 * ```ts
 * const svg = svgOfOverview(SegmentTable.from([{ addr: 0x1000, length: 4096 }]), { title: "One page", theme: "dark" });
 * console.log(svg.includes('role="img"'), svg.includes(">One page</title>")); // true true
 * ```
 */
export function svgOfOverview(table: SegmentTable, options: SvgOptions = NO_OPTIONS): string {
  checkTable("table", table);
  checkKeys("options", options, KEYS);
  const style = checkStyle(options);
  return svgDocument(style, [overviewFigure(table, style)]);
}

/**
 * Gives a strip as SVG: the input above the table, joins and cuts marked, exact addresses below. Up to 1000 ranges in the
 * window are rectangles with exact ends, at least a pixel wide; more are columns of pixels, as `drawStrip` draws them.
 *
 * Cost: as `drawStrip`.
 *
 * @param window The part to draw; its length may be 2^64, as a bigint.
 * @throws {TypeError} An argument or an option has the wrong type.
 * @throws {RangeError} The window, an option or a range of the input is out of its range.
 * @example
 * ```ts
 * const input = [{ addr: 0x1000, length: 4096 }, { addr: 0x2000, length: 4096 }];
 * const svg = svgOfStrip(createMapperSync().coalesce(input), { addr: 0, length: 0x4000 }, { input });
 * console.log(/Marked: .*\./.exec(svg)?.[0], svg.includes(">0x4000<")); // Marked: 1 join, 0 cuts. true
 * ```
 */
export function svgOfStrip(table: SegmentTable, window: DrawWindow, options: SvgStripOptions = NO_OPTIONS): string {
  checkTable("table", table);
  checkKeys("options", options, STRIP_KEYS);
  const style = checkStyle(options);
  const input = options.input === undefined ? undefined : packInput(options.input);
  const output = { words: table.words, wide: [] };
  return svgDocument(style, [
    stripFigure({ output, input, window: checkWindow("window", window), isAlone: true }, style),
  ]);
}

/**
 * Gives an overview and, below, a strip of all that is in use, or of a window, in one SVG. `segring plot` writes this.
 *
 * Cost: as `svgOfOverview` and `svgOfStrip`.
 *
 * @throws {TypeError} An argument or an option has the wrong type.
 * @throws {RangeError} An option or a range of the input is out of its range.
 * @example
 * ```ts
 * const input = [{ addr: 2n ** 40n, length: 2 ** 33 }];
 * const svg = svgOfTable(createMapperSync().coalesce(input), { input, width: 1024 });
 * console.log(svg.includes(">0x10000000000<"), svg.length < 2e6); // true true
 * ```
 */
export function svgOfTable(table: SegmentTable, options: SvgTableOptions = NO_OPTIONS): string {
  checkTable("table", table);
  checkKeys("options", options, TABLE_KEYS);
  const style = checkStyle(options);
  const input = options.input === undefined ? undefined : packInput(options.input);
  const output = { words: table.words, wide: [] };
  const window = options.window === undefined ? windowOf(output, input) : checkWindow("window", options.window);
  return svgDocument(style, [
    overviewFigure(table, style),
    stripFigure({ output, input, window, isAlone: false }, style),
  ]);
}

/** From the first byte to the last; the whole space where there is none. */
function windowOf(...all: readonly (Ranges | undefined)[]): { addr: bigint; length: bigint } {
  let first = ADDRESS_SPACE;
  let last = -1n;
  const add = (from: bigint, to: bigint) => {
    if (from < first) first = from;
    if (to > last) last = to;
  };
  for (const ranges of all) {
    if (ranges === undefined) continue;
    const { firstHi, firstLo, lastHi, lastLo } = extentOf(ranges.words);
    if (ranges.words.length > 0) add(joined(firstHi, firstLo), joined(lastHi, lastLo));
    for (const range of ranges.wide) add(range.first, range.last);
  }
  return last < 0n ? { addr: 0n, length: ADDRESS_SPACE } : { addr: first, length: last - first + 1n };
}
