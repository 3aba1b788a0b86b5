/** The live plots: curves over the last minute, with a line where a kernel was killed or started. */
import { el } from "../dom.js";
import { type History, niceEnd, type Point, SPAN_MS } from "./history.js";
import { withUnit } from "./numbers.js";

interface Curve {
  readonly name: Exclude<keyof Point, "time">;
  readonly label: string;
}

interface PlotOptions {
  readonly title: string;
  /** At most two: the first is drawn solid, the second dashed. */
  readonly curves: readonly [Curve, Curve?];
  /** The end of the axis, and how it is written; undefined: as the values need. */
  readonly end?: { readonly value: number; readonly text: string };
  readonly unit: string;
}

const COLOURS = ["--ring-first", "--ring-second"];
const MARK_COLOURS = { kill: "--ring-kill", start: "--ring-start" };
const PAD = { left: 6, right: 6, top: 18, bottom: 18 };

/** One plot: a figure with a canvas, a title and a legend. */
export class Plot {
  readonly figure: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #options: PlotOptions;

  constructor(options: PlotOptions) {
    this.#options = options;
    const { title, curves } = options;
    this.#canvas = el("canvas", {
      role: "img",
      "aria-label": `${title} over the last minute. The table "Figures" has the numbers.`,
    });
    const keys = curves.flatMap((curve, at) =>
      curve === undefined ? [] : [el("span", { class: `key key-${at}` }, curve.label)],
    );
    this.figure = el("figure", {}, el("figcaption", {}, el("strong", {}, title), ...keys), this.#canvas);
  }

  /** Draws the curves up to `now`, in milliseconds. */
  draw(history: History, now: number): void {
    const canvas = this.#canvas;
    const { clientWidth: width, clientHeight: height } = canvas;
    const scale = globalThis.devicePixelRatio || 1;
    const context = canvas.getContext("2d");
    if (context === null || width === 0) return;
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    const { curves, unit } = this.#options;
    const { value: end, text } = this.#options.end ?? axisOf(history, curves, unit);
    const x = (time: number) => width - PAD.right - ((now - time) / SPAN_MS) * (width - PAD.left - PAD.right);
    const y = (value: number) => height - PAD.bottom - (value / end) * (height - PAD.top - PAD.bottom);
    drawFrame(context, style, { width, height, text });
    for (const { time, kind } of history.marks) {
      drawLine(context, style.getPropertyValue(MARK_COLOURS[kind]), kind === "kill" ? [] : [3, 3], [
        [x(time), PAD.top],
        [x(time), height - PAD.bottom],
      ]);
    }
    curves.forEach((curve, at) => {
      if (curve === undefined) return;
      const line = history.points.map((point) => [x(point.time), y(Math.min(point[curve.name], end))] as const);
      context.lineWidth = 1.75;
      drawLine(context, style.getPropertyValue(COLOURS[at] ?? ""), at === 0 ? [] : [5, 3], line);
    });
  }
}

function axisOf(history: History, curves: PlotOptions["curves"], unit: string): { value: number; text: string } {
  const most = curves.map((curve) => (curve === undefined ? 0 : history.figures(curve.name).most));
  const value = niceEnd(Math.max(...most));
  return { value, text: withUnit(value, unit) };
}

function drawFrame(
  context: CanvasRenderingContext2D,
  style: CSSStyleDeclaration,
  { width, height, text }: { readonly width: number; readonly height: number; readonly text: string },
): void {
  context.lineWidth = 1;
  for (const part of [0, 0.5, 1]) {
    const at = Math.round(PAD.top + part * (height - PAD.top - PAD.bottom)) + 0.5;
    drawLine(
      context,
      style.getPropertyValue("--vp-c-divider"),
      [],
      [
        [PAD.left, at],
        [width - PAD.right, at],
      ],
    );
  }
  context.font = `12px ${style.fontFamily}`;
  context.fillStyle = style.getPropertyValue("--vp-c-text-2");
  context.textAlign = "left";
  context.fillText(text, PAD.left, PAD.top - 6);
  context.fillText("60 s ago", PAD.left, height - 4);
  context.textAlign = "right";
  context.fillText("now", width - PAD.right, height - 4);
}

function drawLine(
  context: CanvasRenderingContext2D,
  colour: string,
  dash: number[],
  line: readonly (readonly [number, number])[],
): void {
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.beginPath();
  for (const [x, y] of line) context.lineTo(x, y);
  context.stroke();
}
