/** The parts of the room, and what each says to the others. */
import { el } from "../dom.js";
import { Client, OvertakenError } from "./client.js";
import { Drawing } from "./drawing.js";
import { Exports } from "./exports.js";
import { Fields } from "./fields.js";
import { Inspector } from "./inspector.js";
import { OverviewDrawing } from "./overview.js";
import type { Calls, Result } from "./protocol.js";
import { SAMPLES } from "./samples.js";
import { DEFAULTS, fromFragment, LISTS, type Settings, toFragment, type Window } from "./settings.js";
import { summaryOf } from "./summary.js";
import { Tables } from "./tables.js";
import { theme } from "./theme.js";
import { holds } from "./window.js";

/** A moment without a move, after which the link says what is looked at: browsers take some hundred changes a minute. */
const LINK_DELAY = 400;

export class Room {
  readonly element: HTMLElement;
  readonly #fields = new Fields();
  readonly #client = new Client((part, what) => this.#progress(part, what));
  readonly #summary = el("output", { "aria-label": "Summary", class: "summary" });
  readonly #fault = el("p", { role: "alert", class: "fault" });
  readonly #bar = el("progress", { max: 1, "aria-label": "Progress" });
  readonly #inspector = new Inspector();
  readonly #drawing: Drawing;
  readonly #overview = new OverviewDrawing((side, theme) => this.#quietly("overview", side, theme));
  readonly #tables: Tables;
  readonly #exports: Exports;
  readonly #stops = new AbortController();
  /** What the result that is seen was made with. */
  #shown: Settings | undefined;
  #request = 0;
  /** The file that was chosen or dropped last, though no format be known yet; undefined since a text was typed. */
  #file: File | undefined;
  #runs = 0;
  #linkTimer = 0;
  #fragment = "";

  constructor() {
    this.#drawing = new Drawing({
      strip: (window, width, height, theme) => this.#quietly("strip", window, width, height, theme),
      moved: (window) => this.#link(window),
      picked: (addr) => void this.#pick(addr),
    });
    this.#tables = new Tables({
      segments: (from, count) => this.#quietly("segments", from, count),
      requests: (from, count) => this.#quietly("requests", from, count),
      segment: (index, row) => {
        this.#inspector.show(index, row);
        this.#choose({ addr: row.addr, length: BigInt(row.length) });
      },
      request: (index) => void this.#showRequest(index),
    });
    this.#exports = new Exports({
      save: (kind) => this.#ask("save", kind, this.#shown ?? DEFAULTS, this.#request, theme()),
      canvas: () => this.#drawing.canvas,
    });
    this.#bar.hidden = true;
    this.element = el(
      "div",
      { class: "map" },
      this.#fields.form,
      el("div", { class: "said" }, this.#summary, this.#bar, this.#fault),
      this.#drawing.element,
      el("div", { class: "below" }, this.#tables.element, this.#inspector.element, this.#overview.element),
      this.#exports.element,
    );
    this.#listen();
  }

  /** Shows what the address says, or the example. */
  async open(): Promise<void> {
    this.#fragment = location.hash.slice(1);
    try {
      const settings = fromFragment(isPlace(this.#fragment) ? "" : this.#fragment, Object.keys(SAMPLES));
      this.#fields.set(settings);
      await this.#map(settings.window);
    } catch (error) {
      // What is set stays; where nothing was yet, it is the example.
      if (this.#shown === undefined) this.#fields.set(DEFAULTS);
      this.element.setAttribute("aria-busy", "false");
      this.#say(error);
    }
  }

  close(): void {
    clearTimeout(this.#linkTimer);
    this.#stops.abort();
    this.#drawing.close();
    this.#overview.close();
    this.#client.close();
  }

  /** Maps what is set. @param window What to look at; default all there is. */
  async #map(window?: Window): Promise<void> {
    const started = performance.now();
    let settings: Settings;
    try {
      settings = { ...this.#fields.read(), window };
    } catch (error) {
      // A mapping that is under way goes on.
      this.#say(error);
      return;
    }
    const run = ++this.#runs;
    this.element.setAttribute("aria-busy", "true");
    try {
      this.#bar.removeAttribute("value");
      // Short mappings show no bar.
      const timer = setTimeout(() => {
        this.#bar.hidden = run !== this.#runs;
      }, 100);
      const result = await this.#client.ask("map", forWorker(settings)).finally(() => clearTimeout(timer));
      if (run !== this.#runs) return;
      await this.#show(result, settings);
      performance.measure("segring-mapped-and-drawn", { start: "segring-ranges-there" });
      performance.measure("segring-loaded-and-drawn", { start: started });
    } catch (error) {
      if (run === this.#runs && !(error instanceof OvertakenError)) this.#say(error);
    } finally {
      if (run === this.#runs) {
        this.#bar.hidden = true;
        this.element.setAttribute("aria-busy", "false");
      }
    }
  }

  async #show(result: Result, settings: Settings): Promise<void> {
    this.#shown = settings;
    this.#client.result = result.id;
    this.#request = 0;
    this.#fault.textContent = "";
    this.element.classList.remove("stale");
    this.#summary.textContent = summaryOf(result, settings);
    this.#inspector.clear();
    this.#exports.show(settings);
    this.#link(settings.window);
    void this.#showText(settings);
    await Promise.all([
      this.#drawing.show(result.extent, settings.window),
      this.#tables.show(settings.mode, result.segments, result.requests),
    ]);
    performance.mark("segring-map-seen");
    if (settings.mode === "requests" && result.requests > 0) await this.#showRequest(0);
    await this.#overview.redraw();
  }

  /** A sample that is text stands in the text area, to be changed; a file does not. */
  async #showText({ source }: Settings): Promise<void> {
    const { text } = this.#fields;
    if (source.kind === "text" || this.#fields.source !== source) return;
    text.value = "";
    text.placeholder = source.kind === "file" ? `The ranges come from ${source.name}.` : "The ranges are no text.";
    const sample = source.kind === "sample" ? SAMPLES[source.name] : undefined;
    if (sample === undefined || sample.format === "pfn64") return;
    // The worker says it where a sample is missing.
    const answer = await fetch(sample.url).catch(() => undefined);
    const said = answer?.ok ? await answer.text() : "";
    if (this.#fields.source === source && text.value === "") text.value = said;
  }

  /** Says what went wrong; what is seen is of before. */
  #say(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const former = this.#shown === undefined ? "" : " Below is what was mapped before.";
    this.#fault.textContent = `Nothing was mapped: ${message}.${former}`.replace("..", ".");
    this.element.classList.toggle("stale", this.#shown !== undefined);
  }

  #progress(part: number, what: string): void {
    if (what === "mapping") performance.mark("segring-ranges-there");
    if (what === "reading") this.#bar.value = part;
    else this.#bar.removeAttribute("value");
  }

  /** Asks; what fails is said. */
  async #ask<Name extends keyof Calls>(
    call: Name,
    ...values: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]> | undefined> {
    try {
      return await this.#client.ask(call, ...values);
    } catch (error) {
      // What was asked of a former result is not said, but for a file that somebody waits for.
      if (error instanceof OvertakenError && call !== "save") return undefined;
      this.#fault.textContent = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  /** Asks for a part of the result, where there is one. */
  async #quietly<Name extends keyof Calls>(
    call: Name,
    ...values: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]> | undefined> {
    return this.#shown === undefined ? undefined : this.#ask(call, ...values);
  }

  async #pick(addr: bigint): Promise<void> {
    const index = await this.#quietly("find", addr);
    if (index !== undefined && index >= 0) await this.#tables.chooseSegment(index);
  }

  #choose(part: Window): void {
    if (!holds(this.#drawing.window, part)) {
      const length = part.length > this.#drawing.window.length ? part.length * 2n : this.#drawing.window.length;
      const middle = part.addr + part.length / 2n;
      const start = middle > length / 2n ? middle - length / 2n : 0n;
      const most = 2n ** 64n - length;
      this.#drawing.look({ addr: start > most ? most : start, length });
    }
    this.#drawing.choose(part);
  }

  async #showRequest(request: number): Promise<void> {
    const settings = this.#shown;
    if (settings?.mode !== "requests") {
      const [row] = (await this.#quietly("segments", request, 1)) ?? [];
      if (row !== undefined) this.#choose({ addr: row.addr, length: BigInt(row.length) });
      return;
    }
    this.#request = request;
    const name = LISTS[settings.list];
    try {
      this.#inspector.showList(request, name, await this.#client.ask("list", request, settings));
    } catch (error) {
      if (!(error instanceof OvertakenError))
        this.#inspector.showFault(name, error instanceof Error ? error.message : String(error));
    }
  }

  /** Puts all that is set into the address, a moment after the last change. */
  #link(window: Window | undefined): void {
    clearTimeout(this.#linkTimer);
    if (this.#shown === undefined) return;
    this.#shown = { ...this.#shown, window };
    if (window === undefined) this.#putLink();
    else this.#linkTimer = globalThis.window.setTimeout(() => this.#putLink(), LINK_DELAY);
  }

  #putLink(): void {
    if (this.#shown === undefined) return;
    this.#fragment = toFragment(this.#shown);
    const { pathname, search } = location;
    history.replaceState(history.state, "", `${pathname}${search}${this.#fragment === "" ? "" : `#${this.#fragment}`}`);
  }

  #listen(): void {
    const { form, text, sample, file, format, generate, mode, list } = this.#fields;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#map();
    });
    text.addEventListener("input", () => {
      this.#file = undefined;
      this.#fields.setSource({ kind: "text", text: text.value });
    });
    sample.addEventListener("change", () => {
      const chosen = SAMPLES[sample.value];
      if (chosen === undefined) {
        this.#fields.setSource(this.#fields.typed);
        void this.#map();
        return;
      }
      const source = { kind: "sample", name: sample.value } as const;
      this.#fields.set({ ...DEFAULTS, ...this.#tryRead(), ...chosen.settings, source, window: undefined });
      void this.#map();
    });
    generate.addEventListener("click", () =>
      this.#attempt(() => this.#fields.setSource(this.#fields.readGenerator()), true),
    );
    file.addEventListener("change", () => this.#takeFile(file.files?.[0]));
    format.addEventListener("change", () => this.#takeFile(this.#file));
    mode.addEventListener("change", () => this.#fields.showMode());
    for (const name of [
      "mode",
      "device",
      "maxSegmentBytes",
      "boundaryBytes",
      "alignmentBytes",
      "gapBytes",
      "capBytes",
    ] as const) {
      this.#fields[name].addEventListener("change", () => void this.#map(this.#shown?.window));
    }
    list.addEventListener("change", () => this.#changeList());
    const { signal } = this.#stops;
    const follow = () => {
      const fragment = location.hash.slice(1);
      if (fragment !== this.#fragment && !isPlace(fragment)) void this.open();
    };
    addEventListener("hashchange", follow, { signal });
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.#takeFile(event.dataTransfer?.files[0]);
    });
  }

  /** Another list of the requests that are there. */
  #changeList(): void {
    if (this.#shown?.mode !== "requests") return;
    this.#shown = { ...this.#shown, list: this.#fields.list.value as Settings["list"] };
    this.#putLink();
    void this.#showRequest(this.#request);
  }

  #takeFile(file: File | undefined): void {
    this.#file = file;
    if (file !== undefined) this.#attempt(() => this.#fields.setSource(this.#fields.sourceOfFile(file)), true);
  }

  /** Changes the source; what is wrong with it is said. */
  #attempt(change: () => void, isMapped: boolean): void {
    try {
      change();
      if (isMapped) void this.#map();
    } catch (error) {
      this.#say(error);
    }
  }

  #tryRead(): Partial<Settings> {
    try {
      return this.#fields.read();
    } catch {
      return {};
    }
  }
}

/** Whether a fragment is a place in the page, such as a heading, and no settings. */
function isPlace(fragment: string): boolean {
  return fragment !== "" && !fragment.includes("=");
}

/** The worker knows no samples: it is told where one lies. */
function forWorker(settings: Settings): Settings {
  const { source } = settings;
  const sample = source.kind === "sample" ? SAMPLES[source.name] : undefined;
  if (source.kind !== "sample" || sample === undefined) return settings;
  const url = new URL(sample.url, location.href).href;
  return { ...settings, source: { ...source, url, format: sample.format } };
}
