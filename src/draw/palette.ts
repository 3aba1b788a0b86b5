import { expected } from "../core/errors.js";
import { GROUP_NAMES, GROUPS } from "./groups.js";

/** Which colours a drawing has. */
export type Theme = "light" | "dark";

/** Steps from a cell with few bytes to a cell that is full. With 16, all indices of a palette are below 144: see png.ts. */
export const LEVELS = 16;

/** The colour of a cell without bytes. */
export const EMPTY = 0;
/** The colour of lines and text. */
export const INK: number = 1 + GROUPS * LEVELS;
/** The colour of the page. */
export const PAGE: number = INK + 1;

/** Okabe and Ito's colours, which people with any kind of colour vision can tell apart, in the order of the groups. */
const OKABE_ITO = [0x0072b2, 0x009e73, 0x56b4e9, 0xd55e00, 0xcc79a7, 0xe69f00];

/** A kind of segment in a drawing. */
export interface Kind {
  /** What a legend calls the kind. */
  readonly name: string;
  /** The colour of bytes that segments of this kind cover wholly, as CSS takes it. Both themes have the same. */
  readonly colour: string;
}

/**
 * The kinds of segments and their colours, for a legend.
 *
 * @example
 * ```ts
 * console.log(KINDS[0], KINDS.length); // { name: 'memory', colour: '#0072b2' } 6
 * ```
 */
export const KINDS: readonly Kind[] = Object.freeze(
  GROUP_NAMES.map((name, group) =>
    Object.freeze({ name, colour: `#${(OKABE_ITO[group] as number).toString(16).padStart(6, "0")}` }),
  ),
);

const PLAIN = {
  light: { empty: 0xeef1f4, ink: 0x1f2328, page: 0xffffff, muted: "#59636e" },
  dark: { empty: 0x21262d, ink: 0xe6edf3, page: 0x0d1117, muted: "#9198a1" },
} as const;

/** How much of a group's colour a cell with one byte has. */
const LEAST = 0.4;

/** Colours, 0xRRGGBB, by index. */
export function paletteOf(theme: Theme): readonly number[] {
  const { empty, ink, page } = PLAIN[theme];
  const shades = OKABE_ITO.flatMap((colour) =>
    Array.from({ length: LEVELS }, (_, level) => mix(empty, colour, LEAST + ((1 - LEAST) * level) / (LEVELS - 1))),
  );
  return [empty, ...shades, ink, page];
}

/** The index of a colour as SVG writes the colour. */
export function hexColour(palette: readonly number[], index: number): string {
  return `#${(palette[index] as number).toString(16).padStart(6, "0")}`;
}

/** The colour of text that matters less. */
export function mutedOf(theme: Theme): string {
  return PLAIN[theme].muted;
}

/**
 * The index of the colour of a cell with `bytes` of `cellBytes`, at least 1. Only a full cell has the full colour.
 *
 * @param bytes A cell's bytes, as a number that may be rounded but never up to `cellBytes`.
 */
export function levelOf(group: number, bytes: number, cellBytes: number): number {
  const level = bytes >= cellBytes ? LEVELS - 1 : Math.floor((bytes / cellBytes) * (LEVELS - 1));
  return 1 + group * LEVELS + level;
}

/** The index of a group's full colour. */
export function fullLevel(group: number): number {
  return group * LEVELS + LEVELS;
}

/** Indices as RGBA bytes, each index a square of `scale` x `scale` pixels. @param width Indices in a row. */
export function toPixels(
  indices: Uint8Array,
  width: number,
  scale: number,
  palette: readonly number[],
): Uint8ClampedArray<ArrayBuffer> {
  const colours = new Uint8Array(4 * palette.length);
  for (const [index, colour] of palette.entries()) {
    colours.set([colour >>> 16, (colour >>> 8) & 0xff, colour & 0xff, 0xff], 4 * index);
  }
  // Whole pixels at a time, whatever the machine's order of bytes.
  const words = new Uint32Array(colours.buffer);
  const row = width * scale;
  const pixels = new Uint32Array(indices.length * scale * scale);
  if (scale === 1) {
    for (let at = 0; at < indices.length; at++) pixels[at] = words[indices[at] as number] as number;
  } else {
    for (let at = 0; at < indices.length; at++) {
      const x = (at % width) * scale;
      const y = Math.floor(at / width) * scale;
      for (let line = y; line < y + scale; line++) {
        pixels.fill(words[indices[at] as number] as number, line * row + x, line * row + x + scale);
      }
    }
  }
  return new Uint8ClampedArray(pixels.buffer);
}

/** Checks a theme and gives its name. */
export function checkTheme(theme: unknown = "light"): Theme {
  if (typeof theme !== "string") throw new TypeError(expected("theme", '"light" or "dark"', theme));
  if (theme !== "light" && theme !== "dark") throw new RangeError(expected("theme", '"light" or "dark"', theme));
  return theme;
}

function mix(from: number, to: number, share: number): number {
  let mixed = 0;
  for (const shift of [16, 8, 0]) {
    const [a, b] = [(from >>> shift) & 0xff, (to >>> shift) & 0xff];
    mixed |= Math.round(a + (b - a) * share) << shift;
  }
  return mixed;
}
