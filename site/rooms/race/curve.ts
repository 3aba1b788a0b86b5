/** Draws the time for each record over N, both axes logarithmic. */
import { figure, inWords, type Row } from "./report.js";

const WIDTH = 720;
const HEIGHT = 460;
const LEFT = 64;
const RIGHT = 20;
const TOP = 20;
const BOTTOM = 128;

/** Okabe and Ito's colours, which colour-blind people can tell apart; every line has a mark of its own too. */
const STYLES: Readonly<Record<string, { readonly colour: string; readonly mark: string }>> = {
  wasm: { colour: "#0072b2", mark: "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z" },
  "JS engine": { colour: "#d55e00", mark: "M-4,-4h8v8h-8z" },
  "BigUint64Array loop": { colour: "#009e73", mark: "M0,-5l5,9h-10z" },
  "array of objects": { colour: "#cc79a7", mark: "M0,-5l5,5l-5,5l-5,-5z" },
  reading: { colour: "#8c8c8c", mark: "" },
  copying: { colour: "#8c8c8c", mark: "" },
  "fresh pages": { colour: "#8c8c8c", mark: "" },
};
const OTHER = { colour: "#8c8c8c", mark: "" };
const DASHES: Readonly<Record<string, string>> = { reading: "2 3", copying: "6 3", "fresh pages": "10 4 2 4" };

interface Line {
  readonly name: string;
  readonly points: readonly { readonly count: number; readonly ns: number }[];
}

/**
 * @param background A colour, for a file of its own: then ink is dark. Without, ink is `currentColor`.
 * @returns SVG text, empty where no time was measured.
 */
export function curveSvg(curve: readonly Row[], background?: string): string {
  const lines = linesOf(curve);
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return "";
  const x = scale(
    points.map(({ count }) => count),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale(
    points.map(({ ns }) => ns),
    HEIGHT - BOTTOM,
    TOP,
  );
  const ink = background === undefined ? "currentColor" : "#222222";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label(lines))}" font-family="system-ui, sans-serif" font-size="13" fill="${ink}">`,
    ...(background === undefined ? [] : [`<rect width="${WIDTH}" height="${HEIGHT}" fill="${background}"/>`]),
    ...x.ticks.flatMap((tick) => {
      const at = x.place(tick).toFixed(1);
      return [
        `<path d="M${at},${TOP}V${HEIGHT - BOTTOM}" stroke="${ink}" stroke-opacity="0.15"/>`,
        `<text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${power(tick)}</text>`,
      ];
    }),
    ...y.ticks.flatMap((tick) => {
      const at = y.place(tick).toFixed(1);
      return [
        `<path d="M${LEFT},${at}H${WIDTH - RIGHT}" stroke="${ink}" stroke-opacity="0.15"/>`,
        `<text x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end">${step(tick)}</text>`,
      ];
    }),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - BOTTOM + 38}" text-anchor="middle">N, records in one call</text>`,
    ...lines.flatMap((line) => drawn(line, x.place, y.place)),
    ...lines.flatMap((line, at) => legend(line.name, at)),
    "</svg>",
  ].join("\n");
}

function linesOf(curve: readonly Row[]): Line[] {
  const lines = Object.keys(STYLES).map((name) => ({
    name,
    points: curve
      .filter((row) => row.contestant === name && row.nsEach !== undefined && row.nsEach > 0)
      .map(({ count, nsEach }) => ({ count, ns: nsEach as number }))
      .sort((a, b) => a.count - b.count),
  }));
  return lines.filter(({ points }) => points.length > 0);
}

/** A logarithmic axis from power of ten to power of ten. */
function scale(values: readonly number[], start: number, end: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => Number(`1e${low + at}`));
  const place = (value: number) => start + ((Math.log10(value) - low) / (high - low)) * (end - start);
  return { ticks, place };
}

function drawn({ name, points }: Line, x: (value: number) => number, y: (value: number) => number): string[] {
  const { colour, mark } = STYLES[name] ?? OTHER;
  const dash = DASHES[name];
  const places = points.map(({ count, ns }) => [x(count).toFixed(1), y(ns).toFixed(1)] as const);
  return [
    `<polyline points="${places.map((place) => place.join()).join(" ")}" fill="none" stroke="${colour}" stroke-width="${dash === undefined ? 2.5 : 1.5}"${dash === undefined ? "" : ` stroke-dasharray="${dash}"`}/>`,
    ...(mark === "" ? [] : places.map(([left, top]) => markAt(mark, colour, left, top))),
  ];
}

function markAt(mark: string, colour: string, x: string, y: string): string {
  return `<path d="${mark}" transform="translate(${x},${y})" fill="${colour}"/>`;
}

/** Three names a line, below the axis. */
function legend(name: string, at: number): string[] {
  const { colour, mark } = STYLES[name] ?? OTHER;
  const dash = DASHES[name];
  const x = LEFT + (at % 3) * 210;
  const y = HEIGHT - 56 + Math.floor(at / 3) * 22;
  return [
    `<path d="M${x},${y}h28" stroke="${colour}" stroke-width="${dash === undefined ? 2.5 : 1.5}"${dash === undefined ? "" : ` stroke-dasharray="${dash}"`}/>`,
    ...(mark === "" ? [] : [markAt(mark, colour, String(x + 14), String(y))]),
    `<text x="${x + 34}" y="${y}" dy="4">${escaped(name)}</text>`,
  ];
}

/** What the picture says, in words. */
function label(lines: readonly Line[]): string {
  const ends = lines.map(({ name, points }) => {
    const last = points.at(-1) as { count: number; ns: number };
    const first = points[0] as { count: number; ns: number };
    return `${name} ${figure(first.ns)} ns at ${inWords(first.count)}, ${figure(last.ns)} ns at ${inWords(last.count)}`;
  });
  return `Time for each record over N, logarithmic: ${ends.join("; ")}`;
}

function power(value: number): string {
  const exponent = Math.round(Math.log10(value));
  return exponent < 3 ? String(value) : `10<tspan dy="-5" font-size="10">${exponent}</tspan>`;
}

/** A power of ten of ns, in the unit that makes it short. */
function step(ns: number): string {
  const [unit, size] = ns >= 1e6 ? ["ms", 1e6] : ns >= 1e3 ? ["µs", 1e3] : ["ns", 1];
  return `${ns / Number(size)} ${unit}`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
}
