import { RECORD_WORDS, recordAddr, recordFlags, recordLength } from "../core/record.js";
import { exactSize } from "../core/sizes.js";
import type { ColumnBytes } from "./column-bytes.js";
import { GROUP_NAMES, groupOf, groupsIn } from "./groups.js";
import type { Ranges } from "./packed-input.js";
import { EMPTY, fullLevel, hexColour, INK, mutedOf } from "./palette.js";
import { coloursOf, contentOf, type StripContent } from "./strip.js";
import { picture } from "./svg-overview.js";
import { addressLabel, type Figure, hex, label, MARGIN, plural, type Style } from "./svg-text.js";
import { nearWindow } from "./window.js";

/** Where the strip starts: the names of its rows stand before it. */
const LEFT = 76;
/** Rows of pixels. */
const CAPTION = 28;
const LINE = 22;
const BAND = 34;
const BETWEEN = 12;
/** Rectangles in a band up to which they are drawn one by one, with exact ends. */
const MAX_RECTANGLES = 1000;
/** Pixels of a character, in most fonts. */
const CHARACTER = 8.5;
/** Pixels of the narrowest rectangle. */
const NARROWEST = 1;
/** Below this width there is room for three addresses, from it on for five. */
const WIDE = 860;
/** Cuts up to which each is a line through the band; more would hide the band, and are ticks below. */
const MAX_LINES = 100;

/** What a strip is drawn of. */
export interface StripSource {
  readonly output: Ranges;
  readonly input: Ranges | undefined;
  readonly window: { addr: bigint; length: bigint };
  /** No overview above shows the colours of the kinds. */
  readonly isAlone: boolean;
}

/** A band of a strip: its name, where it starts, and what is in it. */
interface Band {
  readonly name: string;
  readonly top: number;
  readonly ranges: Ranges;
  readonly bytes: ColumnBytes;
}

/** A strip as a figure: input above output, joins and cuts, exact addresses below. */
export function stripFigure(source: StripSource, style: Style): Figure {
  const { output, input, window } = source;
  const width = style.width - LEFT - MARGIN;
  const content = contentOf(output, input, window, width);
  const above = input === undefined ? 0 : BAND + BETWEEN;
  const bands: Band[] = [{ name: "output", top: CAPTION + above, ranges: output, bytes: content.output }];
  if (input !== undefined && content.input !== undefined) {
    bands.unshift({ name: "input", top: CAPTION, ranges: input, bytes: content.input });
  }
  const bottom = CAPTION + above + BAND;
  const end = window.addr + window.length;
  const marksLegend = legend(content, source, bottom + 52, style);
  const body = [
    label({ x: LEFT, y: 17 }, captionOf(content)),
    ...bands.flatMap((band) => bandOf(band, content, source, style)),
    ...marksIn(content, input !== undefined, bottom, style),
    ...axis(window, width, bottom + 10, style),
    ...marksLegend.parts,
  ];
  return {
    height: bottom + 52 + marksLegend.height,
    body: body.join("\n"),
    description:
      `The strip shows the ${window.length} bytes from ${hex(window.addr)} up to and without ${hex(end)}, from left to right: ` +
      bands.map(({ name, bytes }) => `${name} ${sumOf(bytes)} bytes`).join(", ") +
      `. ${marksText(content, input !== undefined)}`,
  };
}

function captionOf({ columns: { length, count } }: StripContent): string {
  const each = length / BigInt(count);
  const size = length % BigInt(count) === 0n ? exactSize(each) : `${each} or ${each + 1n} bytes`;
  return `${exactSize(length)} from left to right, ${size} a ${count === 1 ? "strip" : "column"}`;
}

function sumOf({ bytes }: ColumnBytes): bigint {
  return bytes.reduce((sum, one) => sum + one, 0n);
}

function marksText({ marks }: StripContent, hasInput: boolean): string {
  if (marks === undefined) return "Joins and cuts are too many to be shown.";
  const joins = hasInput ? `${plural(marks.joins.length, "join")}, ` : "";
  return `Marked: ${joins}${plural(marks.cuts.length, "cut")}.`;
}

function bandOf(
  { name, top, ranges, bytes }: Band,
  content: StripContent,
  source: StripSource,
  style: Style,
): string[] {
  const width = style.width - LEFT - MARGIN;
  const shapes =
    rectangles(ranges, source.window, width, style) ??
    picture(coloursOf(bytes, content.columns), content.columns.count, style.palette, width, BAND);
  return [
    label({ x: LEFT - 10, y: top + BAND / 2 + 4, anchor: "end" }, name),
    `<rect x="${LEFT}" y="${top}" width="${width}" height="${BAND}" fill="${hexColour(style.palette, EMPTY)}"/>`,
    `<g transform="translate(${LEFT} ${top})">${shapes}</g>`,
  ];
}

/** The ranges in the window one by one; undefined where they are too many. */
function rectangles(
  { words, wide }: Ranges,
  { addr, length }: { addr: bigint; length: bigint },
  width: number,
  { palette }: Style,
): string | undefined {
  const found: string[] = [];
  const scale = BigInt(width * 1000);
  const add = (first: bigint, last: bigint, flags: number) => {
    const from = first > addr ? first - addr : 0n;
    const to = last - addr + 1n < length ? last - addr + 1n : length;
    if (to <= from) return;
    // In thousandths of a pixel.
    const x = Number((from * scale) / length) / 1000;
    const size = Math.max(Number(((to - from) * scale) / length) / 1000, NARROWEST);
    const start = Math.min(x, width - size);
    found.push(
      `<rect x="${start}" width="${size}" height="${BAND}" fill="${hexColour(palette, fullLevel(groupOf(flags)))}"/>`,
    );
  };
  const isNear = nearWindow({ addr, length });
  for (let at = 0; at < words.length && found.length <= MAX_RECTANGLES; at += RECORD_WORDS) {
    if (!isNear(words, at)) continue;
    const first = recordAddr(words, at);
    add(first, first + BigInt(recordLength(words, at)) - 1n, recordFlags(words, at));
  }
  for (const { first, last, flags } of wide) add(first, last, flags);
  return found.length > MAX_RECTANGLES ? undefined : found.join("\n");
}

/** Triangles below the input where ranges joined, lines at the output where a limit cut. One for each pixel at most. */
function marksIn({ marks, columns }: StripContent, hasInput: boolean, bottom: number, style: Style): string[] {
  if (marks === undefined) return [];
  const width = style.width - LEFT - MARGIN;
  const ink = hexColour(style.palette, INK);
  const at = (addr: bigint) => LEFT + Number(((addr - columns.addr) * BigInt(width * 10)) / columns.length) / 10;
  const apart = (addrs: readonly bigint[]) => {
    const kept: number[] = [];
    for (const x of addrs.map(at)) if (kept.length === 0 || x - (kept.at(-1) as number) >= 1) kept.push(x);
    return kept;
  };
  const top = bottom - BAND;
  const parts: string[] = [];
  const joins = hasInput ? apart(marks.joins) : [];
  if (joins.length > 0) {
    parts.push(`<path fill="${ink}" d="${joins.map((x) => `M${x - 4} ${top - BETWEEN + 2}h8l-4 7z`).join("")}"/>`);
  }
  const cuts = apart(marks.cuts);
  if (cuts.length > 0) {
    const from = cuts.length <= MAX_LINES ? top : bottom + 1;
    parts.push(`<path stroke="${ink}" d="${cuts.map((x) => `M${x} ${from}V${bottom + 7}`).join("")}"/>`);
  }
  return parts;
}

/** Addresses below the strip, each exact: the byte at its tick. The last is where the window ends. */
function axis({ addr, length }: { addr: bigint; length: bigint }, width: number, y: number, style: Style): string[] {
  const steps = style.width < WIDE ? 2 : 4;
  const parts: string[] = [];
  for (let step = 0; step <= steps; step++) {
    const x = LEFT + (width * step) / steps;
    const anchor = step === 0 ? "start" : step === steps ? "end" : "middle";
    const tick = `<path stroke="${mutedOf(style.theme)}" d="M${x} ${y}v5"/>`;
    // Of few bytes, a tick may lie between the starts of two.
    const exact = (BigInt(step) * length) % BigInt(steps) === 0n || length >= BigInt(width);
    if (exact)
      parts.push(tick, addressLabel(style, { x, y: y + 17, anchor }, addr + (BigInt(step) * length) / BigInt(steps)));
  }
  return parts;
}

/** The kinds, where no other figure shows them, and the marks, in as many lines as they need. */
function legend(content: StripContent, { input, isAlone }: StripSource, top: number, style: Style) {
  const ink = hexColour(style.palette, INK);
  const { marks } = content;
  let x = LEFT;
  let y = top;
  const parts: string[] = [];
  const add = (shape: string, text: string) => {
    const width = 36 + CHARACTER * text.length;
    if (x > LEFT && x + width > style.width - MARGIN) {
      x = LEFT;
      y += LINE;
    }
    parts.push(`<g transform="translate(${x} ${y})">${shape}${label({ x: 20, y: 0 }, text)}</g>`);
    x += width;
  };
  for (const group of isAlone ? groupsIn(content.output.present | (content.input?.present ?? 0)) : []) {
    const colour = hexColour(style.palette, fullLevel(group));
    add(`<rect y="-11" width="14" height="14" fill="${colour}"/>`, GROUP_NAMES[group] as string);
  }
  if (marks === undefined) {
    add("", "joins and cuts: too many to mark");
  } else {
    if (input !== undefined) add(`<path fill="${ink}" d="M3 -8h8l-4 7z"/>`, plural(marks.joins.length, "join"));
    add(`<path stroke="${ink}" d="M7 -10v12"/>`, plural(marks.cuts.length, "cut"));
  }
  return { parts, height: y - top + LINE };
}
