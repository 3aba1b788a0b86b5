import type { SegmentTable } from "../core/segment-table.js";
import { exactSize } from "../core/sizes.js";
import { GROUP_NAMES } from "./groups.js";
import { overviewOf } from "./overview.js";
import { EMPTY, fullLevel, hexColour, LEVELS, mutedOf, PAGE } from "./palette.js";
import { base64, encodePng } from "./png.js";
import { addressLabel, type Figure, hex, label, MARGIN, plural, type Style } from "./svg-text.js";

/** Space for the text on the right. */
const TEXT_WIDTH = 300;
const MAX_SIDE = 1024;
/** Where the square starts, below the addresses of its upper corners. */
const TOP = 20;
/** Runs of cells in rows up to which the drawing is made of lines, which stay sharp at any size. */
const MAX_RUNS = 2000;

/** The overview as a figure: the square, the addresses of its quarters, and what is in it. */
export function overviewFigure(table: SegmentTable, style: Style): Figure {
  const side = Math.min(MAX_SIDE, 2 ** Math.floor(Math.log2(style.width - TEXT_WIDTH)));
  const overview = overviewOf(table, side);
  const { addr, byteLength, cellBytes, cellsPerSide, indices, groups } = overview;
  const quarter = (index: number) => addr + (BigInt(index) * byteLength) / 4n;
  const [left, right, bottom] = [MARGIN, MARGIN + side, TOP + side];
  const middle = { x: left + side / 2, y: TOP + side / 2 };
  const corners = byteLength < 4n ? [0] : [0, 1, 2, 3];
  const places = [
    { x: left, y: TOP - 6 },
    { x: right, y: TOP - 6, anchor: "end" },
    { x: right, y: bottom + 15, anchor: "end" },
    { x: left, y: bottom + 15 },
  ] as const;
  const page = hexColour(style.palette, PAGE);
  const body = [
    `<rect x="${left}" y="${TOP}" width="${side}" height="${side}" fill="${hexColour(style.palette, EMPTY)}"/>`,
    `<g transform="translate(${left} ${TOP}) scale(${side / cellsPerSide})">${cellsOf(indices, cellsPerSide, style)}</g>`,
    corners.length === 1
      ? ""
      : `<path d="M${middle.x} ${TOP}v${side}M${left} ${middle.y}h${side}" stroke="${page}" stroke-opacity="0.7"/>`,
    ...corners.map((index) => addressLabel(style, places[index] as (typeof places)[number], quarter(index))),
    ...besideIt(table, overview, style, right + MARGIN),
  ];
  return {
    height: bottom + 34,
    body: body.join("\n"),
    description:
      `${plural(table.length, "segment")} with ${table.totalBytes} bytes, in a region of ${byteLength} bytes from ${hex(addr)} on. ` +
      `The square shows the region along a Hilbert curve that starts in the upper left corner, passes the quarters clockwise and ends in the lower left corner; ` +
      `one of its ${cellsPerSide} by ${cellsPerSide} cells is ${plural(cellBytes, "byte")}. Kinds: ${groups.map((group) => GROUP_NAMES[group]).join("; ") || "none"}.`,
  };
}

/** What the overview says in words, and its legend. */
function besideIt(
  table: SegmentTable,
  { addr, byteLength, cellBytes, groups, indices }: ReturnType<typeof overviewOf>,
  style: Style,
  x: number,
): string[] {
  const muted = mutedOf(style.theme);
  const used = indices.reduce((count, index) => count + (index === EMPTY ? 0 : 1), 0);
  const lines = [
    ["segments", String(table.length)],
    ["in all", exactSize(table.totalBytes)],
    ["region", exactSize(byteLength)],
    ["from", hex(addr)],
    ["a cell", exactSize(cellBytes)],
    ["cells in use", `${used} of ${indices.length}`],
  ] as const;
  let y = TOP + 12;
  const parts: string[] = [];
  for (const [name, value] of lines) {
    parts.push(label({ x, y }, name, muted), label({ x: x + 100, y }, value));
    y += 20;
  }
  y += 12;
  for (const group of groups) {
    // From the weakest shade to the full one, in four steps.
    for (let step = 0; step < 4; step++) {
      const index = fullLevel(group) - (LEVELS - 1) + (step * (LEVELS - 1)) / 3;
      parts.push(
        `<rect x="${x + 14 * step}" y="${y - 11}" width="14" height="14" fill="${hexColour(style.palette, index)}"/>`,
      );
    }
    parts.push(label({ x: x + 66, y }, GROUP_NAMES[group] as string));
    y += 22;
  }
  if (groups.length > 0) parts.push(label({ x, y }, "pale: little of a cell; full: all of it", muted));
  return parts;
}

/** Cells of a colour, in lines where they are few, else as a picture. The unit is a cell. */
function cellsOf(indices: Uint8Array, width: number, { palette }: Style): string {
  const paths = new Map<number, string[]>();
  let runs = 0;
  for (let from = 0; from < indices.length && runs <= MAX_RUNS; ) {
    const index = indices[from] as number;
    const end = from - (from % width) + width;
    let to = from + 1;
    while (to < end && indices[to] === index) to++;
    if (index !== EMPTY) {
      const path = paths.get(index) ?? [];
      path.push(`M${from % width} ${Math.floor(from / width)}h${to - from}v1h${from - to}z`);
      paths.set(index, path);
      runs++;
    }
    from = to;
  }
  if (runs > MAX_RUNS) return picture(indices, width, palette, width, width);
  const lines = [...paths].map(([index, path]) => `<path fill="${hexColour(palette, index)}" d="${path.join("")}"/>`);
  return `<g shape-rendering="crispEdges">${lines.join("\n")}</g>`;
}

/** Indices as an image of this size, whose pixels stay square. */
export function picture(
  indices: Uint8Array,
  width: number,
  palette: readonly number[],
  shownWidth: number,
  shownHeight: number,
): string {
  const data = base64(encodePng(indices, width, palette));
  return `<image width="${shownWidth}" height="${shownHeight}" preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="data:image/png;base64,${data}"/>`;
}
