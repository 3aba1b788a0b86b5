import { expected, shortened, visible } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { quoted } from "../core/wording.js";
import { checkTheme, hexColour, INK, mutedOf, PAGE, paletteOf, type Theme } from "./palette.js";

/** How an SVG is made. */
export interface SvgOptions {
  /** Pixels from left to right, 600 to 2048. Default 860. */
  width?: number | undefined;
  /** `"light"` (default) or `"dark"`. */
  theme?: Theme | undefined;
  /** The heading, and the name that a screen reader says, 1000 characters at most. Default "Address space". */
  title?: string | undefined;
  /**
   * What ids begin with: a letter, then letters, digits, `-` or `_`. Default: made of the content, so that two different
   * drawings may be in one page.
   */
  idPrefix?: string | undefined;
}

/** Options of an SVG that were checked. */
export interface Style {
  readonly width: number;
  readonly theme: Theme;
  readonly palette: readonly number[];
  readonly title: string;
  readonly idPrefix: string | undefined;
}

/** A part of a drawing: what lies below the title, from y = 0 on, and what a screen reader says of it. */
export interface Figure {
  readonly height: number;
  readonly body: string;
  readonly description: string;
}

/** Pixels left free at each side. */
export const MARGIN = 20;
const MAX_TITLE = 1000;
const TITLE_HEIGHT = 44;
/** Pixels of a character of the title, at most in most fonts. */
const TITLE_CHARACTER = 10;
const MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

/** @throws {TypeError} An option has the wrong type. @throws {RangeError} An option is out of its range. */
export function checkStyle({ width = 860, theme, title = "Address space", idPrefix }: SvgOptions): Style {
  checkInteger("width", width, 600, 2048);
  const checked = checkTheme(theme);
  if (typeof title !== "string") throw new TypeError(expected("title", "a string", title));
  // Part of the text, which stays below 2 MB.
  if (title.length > MAX_TITLE) {
    throw new RangeError(`${quoted("title")} expected at most ${MAX_TITLE} characters, got ${title.length}`);
  }
  if (idPrefix !== undefined) {
    if (typeof idPrefix !== "string") throw new TypeError(expected("idPrefix", "a string", idPrefix));
    if (!/^[A-Za-z][\w-]*$/.test(idPrefix)) {
      throw new RangeError(expected("idPrefix", "a letter, then letters, digits, - or _", idPrefix));
    }
  }
  return { width, theme: checked, palette: paletteOf(checked), title: visible(title), idPrefix };
}

/** A whole SVG: the title, and figures one below the other. */
export function svgDocument({ width, palette, title, idPrefix }: Style, figures: readonly Figure[]): string {
  let top = TITLE_HEIGHT;
  const parts: string[] = [];
  for (const { height, body } of figures) {
    parts.push(`<g transform="translate(0 ${top})">\n${body}\n</g>`);
    top += height;
  }
  const text = escapeXml(figures.map(({ description }) => description).join(" "));
  const name = escapeXml(title);
  const ids = idPrefix ?? `segring-${hashOf(`${name}${text}${parts.join("")}`)}`;
  const ink = hexColour(palette, INK);
  const shown = title.length * TITLE_CHARACTER <= width - 2 * MARGIN ? title : shortened(title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img" aria-labelledby="${ids}-title" aria-describedby="${ids}-text" font-family="system-ui, sans-serif" font-size="13" fill="${ink}">`,
    `<title id="${ids}-title">${name}</title>`,
    `<desc id="${ids}-text">${text}</desc>`,
    `<rect width="${width}" height="${top}" fill="${hexColour(palette, PAGE)}"/>`,
    `<text x="${MARGIN}" y="29" font-size="17" font-weight="600">${escapeXml(shown)}</text>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** Where a text stands. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
}

/** A line of text. */
export function label({ x, y, anchor = "start" }: TextPlace, text: string, fill?: string): string {
  const place = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y}"${place}${fill === undefined ? "" : ` fill="${fill}"`}>${escapeXml(text)}</text>`;
}

/** An address, exact, in characters of one width. */
export function addressLabel(style: Style, { x, y, anchor = "start" }: TextPlace, addr: bigint): string {
  const place = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${x}" y="${y}"${place} font-family="${MONOSPACE}" font-size="11" fill="${mutedOf(style.theme)}">${hex(addr)}</text>`;
}

/** `0x1f000` */
export function hex(addr: bigint): string {
  return `0x${addr.toString(16)}`;
}

/** `1 segment`, `2 segments` */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Text of others: XML has no character below a space, and none is here after `visible`. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`).replace(/[\ufffe\uffff]/g, "\ufffd");
}

/** 8 digits that differ where texts do, nearly always (FNV-1a). */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
