/** The tables of segments and of requests. */
import { el } from "../dom.js";
import { Grid } from "./grid.js";
import { flagsText } from "./inspector.js";
import type { RequestRow, SegmentRow } from "./protocol.js";
import type { Mode } from "./settings.js";
import { hex64, roundSize } from "./sizes.js";

export interface TablesEvents {
  segments(from: number, count: number): Promise<readonly SegmentRow[] | undefined>;
  requests(from: number, count: number): Promise<readonly RequestRow[] | undefined>;
  /** The reader has chosen a segment. */
  segment(index: number, row: SegmentRow): void;
  /** The reader has chosen a request. */
  request(index: number): void;
}

export class Tables {
  readonly element = el("div", { class: "tables" });
  readonly #segments: Grid<SegmentRow>;
  readonly #device: Grid<RequestRow>;
  readonly #plan: Grid<RequestRow>;

  constructor(events: TablesEvents) {
    this.#segments = new Grid<SegmentRow>(
      "Segments",
      [
        { head: "#", text: (_, index) => `${index}` },
        { head: "address", text: ({ addr }) => hex64(addr) },
        { head: "bytes", text: ({ length }) => `${length}` },
        { head: "size", text: ({ length }) => roundSize(BigInt(length)) },
        { head: "flags", text: ({ flags }) => flagsText(flags).replace(": memory, may be joined", "") },
      ],
      { rows: events.segments, chosen: events.segment },
    );
    this.#device = new Grid<RequestRow>(
      "Requests",
      [
        { head: "#", text: (_, index) => `${index}` },
        { head: "device offset", text: ({ offset }) => `${offset}` },
        { head: "bytes", text: ({ bytes }) => `${bytes}` },
        { head: "segments", text: ({ segments }) => `${segments}` },
      ],
      { rows: events.requests, chosen: events.request },
    );
    this.#plan = new Grid<RequestRow>(
      "Requests",
      [
        { head: "#", text: (_, index) => `${index}` },
        { head: "offset", text: ({ offset }) => `${offset}` },
        { head: "bytes", text: ({ bytes }) => `${bytes}` },
        { head: "over-fetch", text: ({ overBytes }) => `${overBytes}` },
        { head: "inputs", text: inputsText },
      ],
      { rows: events.requests, chosen: events.request },
    );
  }

  /** Another result is there. */
  async show(mode: Mode, segments: number, requests: number): Promise<void> {
    const of = { coalesce: [], union: [], plan: [this.#plan], requests: [this.#device] }[mode];
    const grids = [{ grid: this.#segments, count: segments }, ...of.map((grid) => ({ grid, count: requests }))];
    this.element.replaceChildren(...grids.map(({ grid }) => grid.element));
    await Promise.all(grids.map(({ grid, count }) => grid.show(count)));
  }

  /** Marks a segment, and tells who listens. */
  async chooseSegment(index: number): Promise<void> {
    await this.#segments.choose(index, true);
  }
}

function inputsText({ inputs, inputCount }: RequestRow): string {
  const named = inputs.slice(0, 12).join(", ");
  return inputCount > 12 ? `${named} and ${inputCount - 12} more` : named;
}
