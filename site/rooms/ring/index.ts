/** The room "Ring": a ring at work, whose kernel can be killed and replaced, and the proof that nothing is lost. */
import "./style.css";
import { createMapper } from "segring";
import { el } from "../dom.js";
import { History } from "./history.js";
import { exact } from "./numbers.js";
import { Controls, FiguresTable, ProofPanel } from "./panel.js";
import { Plot } from "./plot.js";
import { CAPACITY, MAX_SEGMENT_BYTES, RingRun, type RunState } from "./run.js";
import { turns } from "./turn.js";

const SEED = 20;
/** Between two updates, in milliseconds; and where the reader wants less motion. */
const UPDATE_MS = 200;
const CALM_UPDATE_MS = 2000;

const NOT_ISOLATED =
  "This page is not cross-origin isolated (its server sends no COOP and COEP headers), so it gets no shared memory: the " +
  "kernel runs in line instead, in the page's own thread, and there is no worker to kill or to start.";

/** Fills the room. @returns Takes all away again: no worker and no timer stays. */
export function mount(root: HTMLElement): () => void {
  const room = new Room(root, globalThis.crossOriginIsolated === true);
  void room.begin();
  return () => room.leave();
}

class Room {
  readonly #root: HTMLElement;
  readonly #isolated: boolean;
  readonly #controls: Controls;
  readonly #figures = new FiguresTable();
  readonly #proof = new ProofPanel();
  readonly #plots = [
    new Plot({ title: "Records put in, a second", curves: [{ name: "records", label: "records" }], unit: "" }),
    new Plot({ title: "Bytes put in, a second", curves: [{ name: "bytes", label: "bytes" }], unit: "B" }),
    new Plot({
      title: "Depth of the rings",
      curves: [
        { name: "ranges", label: "ring of ranges" },
        { name: "segments", label: "ring of segments" },
      ],
      end: { value: CAPACITY, text: `${exact(CAPACITY)} records` },
      unit: "",
    }),
    new Plot({
      title: "Stalls and sleeps, a second",
      curves: [
        { name: "stalls", label: "the producer found the ring full" },
        { name: "sleeps", label: "the kernel slept" },
      ],
      unit: "",
    }),
  ];
  readonly #history = new History(performance.now());
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #turns = turns();
  #rate = 0;
  #run: RingRun | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wrong = "";
  #left = false;

  constructor(root: HTMLElement, isolated: boolean) {
    this.#root = root;
    this.#isolated = isolated;
    const actions = {
      kill: () => this.#run?.kill(),
      start: () => void this.#run?.start(),
      setRate: (rate: number) => {
        this.#rate = rate;
        if (this.#run !== undefined) this.#run.rate = rate;
      },
    };
    this.#controls = new Controls(actions, isolated ? undefined : NOT_ISOLATED);
    this.#controls.state = "Starting a kernel.";
    const plots = this.#plots.map(({ figure }) => figure);
    root.replaceChildren(
      el("p", { class: "lead" }, lead()),
      this.#controls.element,
      el(
        "div",
        { class: "beside" },
        el("div", { class: "columns" }, this.#proof.element, this.#figures.element),
        el(
          "section",
          { "aria-labelledby": "ring-plots" },
          heading(),
          legend(),
          el("div", { class: "plots" }, ...plots),
        ),
      ),
    );
  }

  async begin(): Promise<void> {
    try {
      const mapper = await createMapper({ maxSegmentBytes: MAX_SEGMENT_BYTES });
      if (this.#left) return mapper.close();
      const run = new RingRun({
        seed: SEED,
        mapper,
        newWorker: this.#isolated ? newWorker : undefined,
        turn: this.#turns.next,
        onState: (state) => this.#showState(state),
      });
      this.#run = run;
      run.rate = this.#rate;
      await run.start();
    } catch (error) {
      this.#controls.alert = `The room could not be opened: ${textOf(error)}`;
    }
    this.#update();
  }

  leave(): void {
    this.#left = true;
    clearTimeout(this.#timer);
    this.#run?.stop();
    this.#turns.close();
    this.#root.replaceChildren();
  }

  #showState(state: RunState): void {
    const run = this.#run;
    if (run === undefined) return;
    const controls = this.#controls;
    // Without a worker there is nothing to kill; rings that could not be made may be tried again.
    controls.allow({ kill: run.mayKill, start: run.mayStart });
    controls.state = inWords(state, run);
    this.#wrong = "error" in state ? textOf(state.error) : "";
    if (state.name === "killed" || state.name === "died") this.#history.mark(performance.now(), "kill");
    if (state.name === "running" && run.kernels > 1) this.#history.mark(performance.now(), "start");
    this.#show();
  }

  /** Shows what is, now and from now on. */
  #update(): void {
    if (this.#left) return;
    this.#show();
    this.#timer = setTimeout(() => this.#update(), this.#calm.matches ? CALM_UPDATE_MS : UPDATE_MS);
  }

  #show(): void {
    const run = this.#run;
    if (run === undefined) return;
    const now = performance.now();
    const snapshot = run.snapshot();
    const { kills, kernels, state, comparison } = run;
    const { difference } = comparison;
    this.#proof.show(snapshot, { kills, kernels, state: state.name, difference });
    if (difference !== undefined) {
      const { index, expected, found } = difference;
      this.#wrong = `Segment ${exact(index)} is wrong: the batch has ${expected}; the ring gave ${found}.`;
    } else if (snapshot?.balanced === false) {
      this.#wrong = `At record ${exact(snapshot.recordsIn)} in and segment ${exact(snapshot.segmentsOut)} out, bytes are lost or twice.`;
    }
    this.#controls.alert = this.#wrong;
    const input = run.pair?.input.counters();
    const output = run.pair?.output.counters();
    if (input === undefined || output === undefined) return;
    const { stalls, sleeps } = input;
    const bytes = run.bytesIn;
    const counts = { records: input.put, bytes: Number(bytes), stalls, sleeps };
    this.#history.add(now, counts, { ranges: input.waiting, segments: output.waiting });
    this.#figures.show(this.#history, { ...counts, bytes });
    if (!document.hidden) for (const plot of this.#plots) plot.draw(this.#history, now);
  }
}

function newWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

function lead(): string {
  return (
    "A producer and a consumer run in this page, and a kernel in a worker coalesces between them. Kill the kernel in " +
    "mid-stream and start another: no segment is lost, and none comes twice. The input is pseudo-random, so the page " +
    "can map the same records a second time, as a batch, and compare."
  );
}

function heading(): HTMLElement {
  return el("h2", { id: "ring-plots" }, "The last minute");
}

function legend(): HTMLElement {
  const kill = el("span", { class: "key key-kill" }, "a kernel was killed");
  const start = el("span", { class: "key key-start" }, "a kernel was started");
  return el("p", { class: "legend" }, "Upright lines: ", kill, start);
}

function inWords(state: RunState, { kernels, pair, takenAtDeath }: RingRun): string {
  const where = pair?.shared === false ? "in line, in the thread of this page" : "in a worker";
  switch (state.name) {
    case "starting":
      return kernels === 0 ? "Starting a kernel." : `Starting kernel ${kernels + 1}.`;
    case "running": {
      const since =
        kernels > 1 ? ` It took over at record ${exact(takenAtDeath)}, where kernel ${kernels - 1} ended.` : "";
      return `Kernel ${kernels} runs ${where}, on ${state.engine === "wasm" ? "WebAssembly" : "JavaScript"}.${since}`;
    }
    case "killed":
      return `Kernel ${kernels} was killed. The rings keep what is in them. Start another kernel.`;
    case "died":
      return `The worker of kernel ${kernels} ended, and this page did not end it. Start another kernel.`;
    case "refused":
      return "No kernel could be started. Try again.";
    case "failed":
      return "The rings were stopped for good. Load the page again for new rings.";
  }
}

function textOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  return typeof code === "string" ? `${code}: ${message}` : message;
}
