/** The room "Race": does wasm beat JS here? Nothing runs before the button is pressed. */
import { el, labelled } from "../dom.js";
import "./style.css";
import { version } from "../../../package.json";
import { saveButtons } from "./buttons.js";
import { placeOfPage } from "./place.js";
import { type Report, reportOf } from "./report.js";
import { type Choice, inNumbers, runRace } from "./run.js";
import { startWorker } from "./start-worker.js";
import { storedReports } from "./stored.js";
import { comparison, reportView, rulesView } from "./view.js";

const COUNTS = [1e3, 1e4, 1e5, 1e6, 1e7];
const DEFAULT_COUNT = 1e5;
const BREAKS = [1, 10, 50, 100];
const DEFAULT_BREAKS = 10;

export function mount(root: HTMLElement): () => void {
  const race = new RaceRoom(root);
  return () => race.close();
}

class RaceRoom {
  readonly #root: HTMLElement;
  readonly #count = select(COUNTS, DEFAULT_COUNT, (count) => inNumbers(count));
  readonly #breaks = select(BREAKS, DEFAULT_BREAKS, (percent) => `${percent} %`);
  readonly #quick = el("input", { type: "checkbox" });
  readonly #run = el("button", { type: "button", class: "main" }, "Run the race");
  readonly #stop = el("button", { type: "button", disabled: true }, "Stop");
  readonly #progress = el("progress", { "aria-label": "Progress", max: 1, value: 0, hidden: true });
  /** Says only what starts and what ends; a line for every contestant would not let a screen reader speak of anything else. */
  readonly #status = el("p", { role: "status", class: "status" });
  readonly #doing = el("p", { class: "doing", "aria-hidden": "true" });
  readonly #result = el("div", { class: "result" });
  readonly #stored = el("div", { class: "stored" });
  #running: AbortController | undefined;
  #isClosed = false;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#run.addEventListener("click", () => void this.#race());
    this.#stop.addEventListener("click", () => this.#running?.abort());
    const quick = el("label", { class: "check" }, this.#quick, el("span", {}, "Quick"));
    const controls = [labelled("Number of inputs", this.#count), labelled("Breaks", this.#breaks), quick];
    root.append(
      el(
        "p",
        {},
        "Does WebAssembly beat JavaScript here? The race runs in a worker of this page, on your machine. Every answer is compared with the right one before any call is timed. Quick takes at most 10,000 inputs and about 15 seconds; the whole race takes a minute or two.",
      ),
      el("div", { class: "controls" }, ...controls, this.#run, this.#stop),
      this.#progress,
      this.#status,
      this.#doing,
      this.#result,
      this.#stored,
      rulesView(),
    );
    void this.#showStored();
  }

  close(): void {
    this.#isClosed = true;
    this.#running?.abort();
    this.#root.replaceChildren();
  }

  async #race(): Promise<void> {
    const running = new AbortController();
    this.#setRunning(running);
    this.#result.replaceChildren();
    this.#status.textContent = "The race runs.";
    const date = new Date();
    try {
      const { signal } = running;
      const progress = (done: number, all: number, doing: string) => this.#say(done / all, doing);
      const results = await runRace(startWorker, this.#choice(), { signal, progress });
      if (this.#isClosed) return;
      const place = placeOfPage(navigator, crossOriginIsolated);
      this.#show(reportOf(results, place, version, date));
      this.#status.textContent = results.stopped ? "The race was stopped." : "The race is over.";
    } catch (error) {
      this.#status.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.#setRunning(undefined);
    }
  }

  #choice(): Choice {
    return {
      count: Number(this.#count.value),
      breaks: Number(this.#breaks.value),
      quick: this.#quick.checked,
    };
  }

  #setRunning(running: AbortController | undefined): void {
    const hadFocus = document.activeElement === (running === undefined ? this.#stop : this.#run);
    this.#running = running;
    this.#run.disabled = running !== undefined;
    this.#stop.disabled = running === undefined;
    this.#progress.hidden = running === undefined;
    this.#say(0, "");
    // A button that is disabled loses the focus.
    if (hadFocus) (running === undefined ? this.#run : this.#stop).focus();
  }

  #say(part: number, doing: string): void {
    this.#progress.value = part;
    this.#doing.textContent = doing;
  }

  #show(report: Report): void {
    this.#result.append(reportView(report, "Race"), saveButtons(report));
  }

  async #showStored(): Promise<void> {
    try {
      const reports = await storedReports();
      if (!this.#isClosed && reports.length > 0) this.#stored.append(storedView(reports));
    } catch (error) {
      this.#stored.textContent = `The stored results cannot be read: ${String(error)}`;
    }
  }
}

/** wasm in all of the reports, and one of them at a time in full. */
function storedView(reports: readonly Report[]): HTMLElement {
  const names = reports.map(({ place }) => place.runtime);
  const choice = el("select", {}, ...names.map((name, at) => el("option", { value: at }, name)));
  const shown = el("div", {});
  const show = () => {
    const report = reports[Number(choice.value)] as Report;
    shown.replaceChildren(reportView(report, `Race in ${report.place.runtime}`));
  };
  const details = el(
    "details",
    {},
    el("summary", {}, "One runtime in full"),
    labelled("Stored results of", choice),
    shown,
  );
  choice.addEventListener("change", show);
  details.addEventListener("toggle", show, { once: true });
  return el(
    "section",
    {},
    el("h2", {}, "Stored results"),
    el("p", {}, introduction(reports)),
    comparison(reports),
    details,
  );
}

function introduction(reports: readonly Report[]): string {
  const [{ place, choice, date }] = reports as [Report];
  return `${inNumbers(choice.count)} inputs, ${choice.breaks} % breaks, on ${place.cpu ?? "an unknown processor"} (${place.platform}, ${place.cores} cores that other programs share), ${date.slice(0, 10)}. Each cell has the ns for each input, and the ratio to the best pure JavaScript of that runtime: above 1, wasm loses.`;
}

function select(values: readonly number[], chosen: number, text: (value: number) => string): HTMLSelectElement {
  const options = values.map((value) => el("option", { value, selected: value === chosen }, text(value)));
  return el("select", {}, ...options);
}
