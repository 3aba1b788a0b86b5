/** What the page shows beside the plots: the controls, the state in words, the figures, and the proof. */
import { el, labelled } from "../dom.js";
import type { History } from "./history.js";
import { exact, withUnit } from "./numbers.js";
import type { Difference } from "./proof.js";
import { CAPACITY, type Snapshot } from "./run.js";

/** Records a second, by the place of the slider. */
export const RATES = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, Number.POSITIVE_INFINITY];
const FIRST_RATE = RATES.indexOf(1e5);

export interface Actions {
  kill(): void;
  start(): void;
  /** 0: pause. */
  setRate(rate: number): void;
}

/** The buttons, the rate, and the state in words. */
export class Controls {
  readonly element: HTMLElement;
  readonly #kill: HTMLButtonElement;
  readonly #start: HTMLButtonElement;
  /** The button that the keyboard stood on. */
  #stood: HTMLButtonElement | undefined;
  readonly #status = el("p", { role: "status", class: "state" });
  readonly #alert = el("p", { role: "alert", class: "alert" });

  /** @param noKill Why there is no kernel to kill; undefined: there is one. */
  constructor(actions: Actions, noKill: string | undefined) {
    const reason = noKill === undefined ? undefined : "ring-no-kill";
    const button = (name: string, action: () => void, attributes = {}) => {
      const element = el("button", { type: "button", ...attributes }, name);
      element.addEventListener("click", action);
      return element;
    };
    this.#kill = button("Kill the kernel", actions.kill, { class: "kill", disabled: true, "aria-describedby": reason });
    this.#start = button("Start a kernel", actions.start, { disabled: true, "aria-describedby": reason });
    const { slider, shown, pause } = rateControls(actions);
    this.element = el(
      "div",
      {},
      ...(noKill === undefined ? [] : [el("p", { id: reason, class: "notice" }, noKill)]),
      el("div", { class: "controls" }, this.#kill, this.#start, pause, labelled("Rate", slider), shown),
      this.#status,
      this.#alert,
    );
  }

  /** Enables the buttons that may be used. A keyboard that stands on a button which ends goes to the other one. */
  allow({ kill, start }: { readonly kill: boolean; readonly start: boolean }): void {
    const buttons = [this.#kill, this.#start];
    const { activeElement } = document;
    if (activeElement !== document.body) this.#stood = buttons.find((button) => button === activeElement);
    this.#kill.disabled = !kill;
    this.#start.disabled = !start;
    // While a kernel is being started, there is nowhere to go: the keyboard goes on when the kernel runs.
    if (this.#stood?.disabled) buttons.find((button) => !button.disabled)?.focus();
  }

  set state(text: string) {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  /** What went wrong; "" takes the message away. */
  set alert(text: string) {
    if (this.#alert.textContent !== text) this.#alert.textContent = text;
  }
}

function rateControls({ setRate }: Actions) {
  const slider = el("input", { type: "range", id: "ring-rate", min: 0, max: RATES.length - 1, step: 1 });
  slider.value = String(FIRST_RATE);
  const shown = el("output", { for: "ring-rate", "aria-label": "Rate in words", "aria-live": "off" });
  const pause = el("button", { type: "button" }, "Pause");
  let paused = false;
  const apply = () => {
    const rate = RATES[slider.valueAsNumber] ?? 0;
    const text = rate === Number.POSITIVE_INFINITY ? "unlimited" : `${exact(rate)} records/s`;
    slider.setAttribute("aria-valuetext", text);
    shown.textContent = paused ? `${text}, paused` : text;
    pause.textContent = paused ? "Go" : "Pause";
    setRate(paused ? 0 : rate);
  };
  slider.addEventListener("input", apply);
  pause.addEventListener("click", () => {
    paused = !paused;
    apply();
  });
  apply();
  return { slider, shown, pause };
}

const ROWS = [
  ["records", "Records put in, a second", ""],
  ["bytes", "Bytes put in, a second", "B"],
  ["ranges", "Records in the ring of ranges", ""],
  ["segments", "Records in the ring of segments", ""],
  ["stalls", "Stalls of the producer, a second", ""],
  ["sleeps", "Sleeps of the kernel, a second", ""],
] as const;

/** The numbers of the plots: now, the highest of the last minute, and in all. */
export class FiguresTable {
  readonly element: HTMLElement;
  readonly #cells = new Map<string, HTMLTableCellElement[]>();

  constructor() {
    const body = el("tbody");
    for (const [name, title] of ROWS) {
      const cells = [el("td"), el("td"), el("td")];
      this.#cells.set(name, cells);
      body.append(el("tr", {}, el("th", { scope: "row" }, title), ...cells));
    }
    const head = ["", "now", "highest of the last minute", "in all"].map((text) =>
      text === "" ? el("td") : el("th", { scope: "col" }, text),
    );
    const table = el("table", {}, el("caption", {}, "Figures"), el("thead", {}, el("tr", {}, ...head)), body);
    this.element = el("div", { class: "scroll" }, table);
  }

  /** @param totals Since the start; of the rings, how many records each holds. */
  show(history: History, totals: { readonly [name in (typeof ROWS)[number][0]]?: number | bigint }): void {
    for (const [name, , unit] of ROWS) {
      const { now, most } = history.figures(name);
      const isDepth = name === "ranges" || name === "segments";
      const text = (value: number) => (isDepth ? exact(value) : withUnit(value, unit));
      const total = isDepth ? `room for ${exact(CAPACITY)}` : exact(totals[name] ?? 0);
      [text(now), text(most), total].forEach((value, at) => {
        const cell = this.#cells.get(name)?.[at];
        if (cell !== undefined && cell.textContent !== value) cell.textContent = value;
      });
    }
  }
}

export interface ProofState {
  readonly kills: number;
  readonly kernels: number;
  readonly state: string;
  readonly difference: Difference | undefined;
}

/** The proof, all of one moment: what went in is what came out and what is held back; and the hashes. */
export class ProofPanel {
  readonly element: HTMLElement;
  readonly #output = el("output", { "aria-label": "Proof", "aria-live": "off" });
  readonly #rows = new Map<string, HTMLElement>();

  constructor() {
    this.element = el(
      "section",
      { "aria-labelledby": "ring-proof" },
      el("h2", { id: "ring-proof" }, "The proof"),
      this.#output,
    );
  }

  /** @param snapshot Undefined: no moment could be seen, so the figures of the last one stay. */
  show(snapshot: Snapshot | undefined, { kills, kernels, state, difference }: ProofState): void {
    const data = this.#output.dataset;
    data.kills = String(kills);
    data.kernels = String(kernels);
    data.state = state;
    if (snapshot === undefined) return;
    const { recordsIn, bytesIn, segmentsOut, bytesOut, held, balanced, hashes } = snapshot;
    const equal = difference === undefined && hashes.out === hashes.batch;
    data.recordsIn = String(recordsIn);
    data.bytesIn = String(bytesIn);
    data.segmentsOut = String(segmentsOut);
    data.bytesOut = String(bytesOut);
    data.held = String(held.bytes);
    data.balanced = String(balanced);
    data.hash = hashes.out;
    data.hashOk = String(equal);
    this.#row("In", `${exact(recordsIn)} records, ${exact(bytesIn)} bytes`);
    this.#row("Out", `${exact(segmentsOut)} segments, ${exact(bytesOut)} bytes`);
    this.#row("Held back", `${exact(held.bytes)} bytes`);
    this.#row("in the ring of ranges", `${exact(held.records)} records, ${exact(held.recordBytes)} bytes`, "part");
    this.#row("in the kernel's pending run", `${exact(held.pendingBytes)} bytes`, "part");
    this.#row("in the ring of segments", `${exact(held.segments)} segments, ${exact(held.segmentBytes)} bytes`, "part");
    this.#row("counted twice, because a kernel died in its commit", `-${exact(held.doubleBytes)} bytes`, "part");
    this.#hide("counted twice, because a kernel died in its commit", held.doubleBytes === 0);
    this.#row("Bytes in = bytes out + held back", balanced ? "✓ equal" : "✗ differ", balanced ? "good" : "bad");
    this.#row("Hash of all segments out", hashes.out, "hash");
    this.#row("Hash of as many of the batch", hashes.batch, "hash");
    this.#row("Segments out = segments of the batch", equal ? "✓ equal" : "✗ differ", equal ? "good" : "bad");
    this.#row("Kernels killed", `${exact(kills)} of ${exact(kernels)}`);
  }

  #row(name: string, value: string, kind = ""): void {
    let row = this.#rows.get(name);
    if (row === undefined) {
      // An output holds no list and no table. The colon is for screen readers, who read one line after another.
      row = el("span", {}, el("span", { class: "name" }, `${name}: `), el("span", { class: "value" }), " ");
      this.#rows.set(name, row);
      this.#output.append(row);
    }
    const shown = row.querySelector(".value");
    if (shown !== null && shown.textContent !== value) shown.textContent = value;
    if (row.className !== `row ${kind}`) row.className = `row ${kind}`;
  }

  #hide(name: string, hidden: boolean): void {
    const row = this.#rows.get(name);
    if (row !== undefined) row.hidden = hidden;
  }
}
