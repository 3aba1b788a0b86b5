/** A table of any number of rows, of which only those in view are in the page. */
import { el } from "../dom.js";

const ROW_PIXELS = 28;
const VISIBLE_ROWS = 12;
/** Browsers lay out no more than some 17 million pixels (Firefox). Beyond, a pixel of the scroll bar is several rows. */
const MAX_PIXELS = 8_000_000;

export interface GridColumn<Row> {
  readonly head: string;
  text(row: Row, index: number): string;
}

export interface GridEvents<Row> {
  /** Gives rows; undefined where there is no result any more. */
  rows(from: number, count: number): Promise<readonly Row[] | undefined>;
  /** The reader has chosen a row. */
  chosen(index: number, row: Row): void;
}

export class Grid<Row> {
  readonly element: HTMLElement;
  readonly #columns: readonly GridColumn<Row>[];
  readonly #events: GridEvents<Row>;
  readonly #body = el("tbody");
  readonly #table: HTMLTableElement;
  readonly #space = el("div", { class: "space" });
  #count = 0;
  #first = 0;
  #chosen = -1;
  /** The scroll bar moves because a row was chosen. */
  #isMoving = false;
  /** Which fill is the newest: an older one that ends later is not shown. */
  #turn = 0;

  constructor(caption: string, columns: readonly GridColumn<Row>[], events: GridEvents<Row>) {
    this.#columns = columns;
    this.#events = events;
    const heads = columns.map(({ head }) => el("th", { scope: "col" }, head));
    this.#table = el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...heads)), this.#body);
    this.#space.append(this.#table);
    this.element = el(
      "div",
      { class: "grid", tabindex: 0, role: "region", "aria-label": `${caption}, scrollable` },
      this.#space,
    );
    this.element.addEventListener("scroll", () => {
      if (!this.#isMoving) void this.#fill(this.#rowAtTop());
      this.#isMoving = false;
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.#body.addEventListener("click", ({ target }) => {
      const row = (target as HTMLElement).closest("tr");
      if (row !== null) void this.choose(Number(row.dataset.index), true);
    });
  }

  /** Another result is there. */
  async show(count: number): Promise<void> {
    this.#count = count;
    this.#chosen = -1;
    this.#table.setAttribute("aria-rowcount", String(count + 1));
    this.#space.style.height = `${this.#pixels() + 2 * ROW_PIXELS + 8}px`;
    this.element.scrollTop = 0;
    await this.#fill(0);
  }

  /** Marks a row, and scrolls to it. @param isTold Whether the reader's choice is told to who listens. */
  async choose(index: number, isTold: boolean): Promise<void> {
    if (index < 0 || index >= this.#count) return;
    this.#chosen = index;
    if (index < this.#first || index >= this.#first + VISIBLE_ROWS - 1) {
      await this.#scrollTo(Math.max(index - 3, 0));
    } else this.#mark();
    if (!isTold) return;
    const [row] = (await this.#events.rows(index, 1)) ?? [];
    if (row !== undefined) this.#events.chosen(index, row);
  }

  #pixels(): number {
    return Math.min(this.#count * ROW_PIXELS, MAX_PIXELS);
  }

  /** The last row that may be the first in view: below stand the last rows, and none is out of reach. */
  #lastFirst(): number {
    return Math.max(this.#count - VISIBLE_ROWS + 2, 0);
  }

  #scrollRoom(): number {
    return Math.max(this.element.scrollHeight - this.element.clientHeight, 1);
  }

  #rowAtTop(): number {
    return Math.round(Math.min(this.element.scrollTop / this.#scrollRoom(), 1) * this.#lastFirst());
  }

  /** Shows rows from this one on, and moves the scroll bar there, whose own event then says nothing new. */
  async #scrollTo(row: number): Promise<void> {
    const first = Math.min(row, this.#lastFirst());
    const top = (first / Math.max(this.#lastFirst(), 1)) * this.#scrollRoom();
    this.#isMoving = Math.abs(this.element.scrollTop - top) >= 1;
    this.element.scrollTop = top;
    await this.#fill(first);
  }

  async #fill(first: number): Promise<void> {
    const turn = ++this.#turn;
    const rows = await this.#events.rows(first, VISIBLE_ROWS);
    if (rows === undefined || turn !== this.#turn) return;
    this.#first = first;
    this.#body.replaceChildren(...rows.map((row, at) => this.#row(row, first + at)));
    this.#mark();
  }

  #row(row: Row, index: number): HTMLTableRowElement {
    const cells = this.#columns.map(({ text }, column) =>
      column === 0 ? el("th", { scope: "row" }, text(row, index)) : el("td", {}, text(row, index)),
    );
    return el("tr", { "aria-rowindex": index + 2, "data-index": index }, ...cells);
  }

  #mark(): void {
    for (const row of this.#body.rows) {
      if (Number(row.dataset.index) === this.#chosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  #key(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    const step = steps[event.key];
    const to =
      event.key === "Home"
        ? 0
        : event.key === "End"
          ? this.#count - 1
          : step === undefined
            ? undefined
            : Math.min(Math.max(this.#chosen + step, 0), this.#count - 1);
    if (to === undefined) return;
    event.preventDefault();
    void this.choose(to, true);
  }
}
