/** The drawing of the address space: input above, output below, moved by wheel, pinch, drag and keys. */
import { KINDS } from "segring/draw";
import { el } from "../dom.js";
import { StripCanvas } from "./canvas.js";
import { Latest } from "./client.js";
import type { StripPicture, Theme } from "./protocol.js";
import type { Window } from "./settings.js";
import { hex64, roundSize } from "./sizes.js";
import { onTheme, theme } from "./theme.js";
import { ALL, addrAt, around, moved, zoomed } from "./window.js";

const HEIGHT = 112;
const WHEEL_STEP = 1 / 400;
const KEY_ZOOM = 2;
const KEY_MOVE = 1 / 8;

export interface DrawingEvents {
  /** Draws a strip in the worker; undefined where nothing was mapped or the worker failed. */
  strip(window: Window, width: number, height: number, theme: Theme): Promise<StripPicture | undefined>;
  /** The reader looks at another part. */
  moved(window: Window): void;
  /** The reader wants to know what is at an address. */
  picked(addr: bigint): void;
}

export class Drawing {
  readonly element: HTMLElement;
  readonly #events: DrawingEvents;
  readonly #canvas: StripCanvas;
  readonly #ends = [el("span"), el("span"), el("span")] as const;
  readonly #told = el("output", { class: "told", "aria-label": "At the pointer" });
  readonly #latest: Latest<void>;
  readonly #stops: (() => void)[] = [];
  readonly #pointers = new Map<number, number>();
  #window: Window = ALL;
  #extent: Window = ALL;
  #chosen: Window | undefined;
  #frame = 0;
  /** Where the pointer or the focus is, as a fraction of the window; undefined before either was here. */
  #at: number | undefined;
  #frames = 0;

  constructor(events: DrawingEvents) {
    this.#events = events;
    const canvas = el("canvas", {
      role: "img",
      tabindex: 0,
      "aria-label": "Address space",
      "aria-describedby": "map-keys",
    });
    this.#canvas = new StripCanvas(canvas);
    this.#latest = new Latest(() => this.#draw());
    this.element = el(
      "figure",
      { class: "drawing" },
      el("div", { class: "band", "aria-hidden": true }, "ranges, with a tick at each join"),
      canvas,
      el("div", { class: "band", "aria-hidden": true }, "segments, with a tick at each cut"),
      el("div", { class: "axis" }, ...this.#ends),
      this.#told,
      this.#buttons(),
      el("ul", { class: "legend", "aria-label": "Colours" }, ...KINDS.map(({ name, colour }) => swatch(name, colour))),
    );
    this.#listen(canvas);
    const observer = new ResizeObserver(() => this.redraw());
    observer.observe(canvas);
    this.#stops.push(
      () => observer.disconnect(),
      onTheme(() => this.redraw()),
    );
  }

  get window(): Window {
    return this.#window;
  }

  get canvas(): HTMLCanvasElement {
    return this.#canvas.element;
  }

  /** Another result is there. @param extent All that has anything. @param window What to look at; default all of that. */
  show(extent: Window, window: Window = around(extent)): Promise<void> {
    this.#extent = around(extent);
    this.#chosen = undefined;
    this.#window = window;
    return this.redraw();
  }

  /** Outlines a part. */
  choose(part: Window | undefined): void {
    this.#chosen = part;
    this.#paint();
  }

  /** Looks at another part. */
  look(window: Window): void {
    this.#window = window;
    this.#events.moved(window);
    this.#paint();
    void this.#latest.want();
  }

  /** Draws anew: the size or the colours have changed. */
  redraw(): Promise<void> {
    this.#paint();
    return this.#latest.want();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
  }

  async #draw(): Promise<void> {
    const { clientWidth } = this.canvas;
    if (clientWidth === 0) return;
    const width = Math.min(Math.round(clientWidth * devicePixelRatio), 8192);
    const height = Math.min(Math.round(HEIGHT * devicePixelRatio), 1024);
    const picture = await this.#events.strip(this.#window, width, height, theme());
    if (picture === undefined) return;
    this.#canvas.resize(width, height);
    this.#canvas.take(picture);
    this.#paintNow();
    if (this.#at !== undefined) this.#tell(this.#at);
  }

  /** Paints at the next frame. */
  #paint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paintNow());
  }

  #paintNow(): void {
    const started = performance.now();
    const { addr, length } = this.#window;
    this.#canvas.paint(this.#window, this.#chosen);
    const [first, middle, last] = this.#ends;
    first.textContent = hex64(addr);
    const marks = this.#canvas.picture;
    const marked = marks?.joins === undefined ? "" : `, joins ${marks.joins}, cuts ${marks.cuts}`;
    middle.textContent = `${roundSize(length)} in view${marked}`;
    last.textContent = hex64(addr + length - 1n);
    // For tests and for who measures: what is painted now.
    this.canvas.dataset.addr = `${addr}`;
    this.canvas.dataset.length = `${length}`;
    performance.measure("segring-frame", { start: started });
    // What is measured is kept by the browser until somebody takes it away.
    if (++this.#frames % 1000 === 0) performance.clearMeasures("segring-frame");
  }

  /** What lies at a pixel, exactly, where the picture of this window is there. */
  #tell(fraction: number): void {
    this.#at = fraction;
    const picture = this.#canvas.picture;
    const { addr, length } = this.#window;
    if (picture === undefined || picture.window.addr !== addr || picture.window.length !== length) return;
    const column = Math.min(Math.floor(fraction * picture.columns), picture.columns - 1);
    const start = addr + (BigInt(column) * length) / BigInt(picture.columns);
    const end = addr + (BigInt(column + 1) * length) / BigInt(picture.columns);
    this.#told.textContent =
      `${hex64(start)} to ${hex64(end - 1n)}: ${end - start} bytes, ` +
      `${picture.inputBytes[column] ?? 0n} of ranges, ${picture.bytes[column] ?? 0n} of segments`;
  }

  #buttons(): HTMLElement {
    const button = (text: string, label: string, act: () => void) => {
      const made = el("button", { type: "button", "aria-label": label, title: label }, text);
      made.addEventListener("click", act);
      return made;
    };
    return el(
      "div",
      { class: "tools", role: "group", "aria-label": "Look at" },
      button("−", "Zoom out", () => this.look(zoomed(this.#window, KEY_ZOOM))),
      button("+", "Zoom in", () => this.look(zoomed(this.#window, 1 / KEY_ZOOM))),
      button("←", "Lower addresses", () => this.look(moved(this.#window, -KEY_MOVE))),
      button("→", "Higher addresses", () => this.look(moved(this.#window, KEY_MOVE))),
      button("Everything", "Show everything", () => this.look(this.#extent)),
      button("2^64", "Show all 2^64 addresses", () => this.look(ALL)),
      button("4 KiB", "Show one page of 4 KiB", () => this.#lookAt(4096n)),
      button("1 byte", "Show 1 byte", () => this.#lookAt(1n)),
    );
  }

  /** So many bytes: round the chosen part, or round the middle of what is seen. */
  #lookAt(length: bigint): void {
    const middle = this.#chosen?.addr ?? addrAt(this.#window, 0.5);
    this.look({ addr: middle - (middle % length), length });
  }

  readonly #keys: Readonly<Record<string, () => Window>> = {
    "+": () => zoomed(this.#window, 1 / KEY_ZOOM),
    "=": () => zoomed(this.#window, 1 / KEY_ZOOM),
    "-": () => zoomed(this.#window, KEY_ZOOM),
    ArrowLeft: () => moved(this.#window, -KEY_MOVE),
    ArrowRight: () => moved(this.#window, KEY_MOVE),
    PageUp: () => moved(this.#window, -1),
    PageDown: () => moved(this.#window, 1),
    Home: () => this.#extent,
    End: () => ALL,
  };

  #listen(canvas: HTMLCanvasElement): void {
    const fraction = (x: number) => {
      const { left, width } = canvas.getBoundingClientRect();
      return (x - left) / width;
    };
    canvas.addEventListener("keydown", (event) => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : this.#keys[event.key];
      if (event.key === "Enter") this.#events.picked(addrAt(this.#window, 0.5));
      if (act === undefined) return;
      event.preventDefault();
      this.look(act());
      this.#tell(0.5);
    });
    canvas.addEventListener("focus", () => this.#tell(0.5));
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
        const at = fraction(event.clientX);
        this.look(
          isSideways
            ? moved(this.#window, event.deltaX / canvas.clientWidth)
            : zoomed(this.#window, Math.exp(event.deltaY * WHEEL_STEP), at),
        );
      },
      { passive: false },
    );
    this.#listenToPointers(canvas, fraction);
  }

  #listenToPointers(canvas: HTMLCanvasElement, fraction: (x: number) => number): void {
    let dragged = 0;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, event.clientX);
      dragged = 0;
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = this.#pointers.get(event.pointerId);
      if (before === undefined) {
        this.#tell(fraction(event.clientX));
        return;
      }
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
      dragged += Math.abs(event.clientX - before);
      this.#pointers.set(event.pointerId, event.clientX);
      if (other === undefined) {
        if (event.clientX !== before) this.look(moved(this.#window, (before - event.clientX) / canvas.clientWidth));
        return;
      }
      const apart = Math.max(Math.abs(event.clientX - other), 1);
      const factor = Math.max(Math.abs(before - other), 1) / apart;
      if (factor !== 1) this.look(zoomed(this.#window, factor, fraction((event.clientX + other) / 2)));
    });
    const end = (event: PointerEvent) => {
      const isClick = event.type === "pointerup" && this.#pointers.size === 1 && dragged < 4;
      this.#pointers.delete(event.pointerId);
      if (isClick) this.#events.picked(addrAt(this.#window, fraction(event.clientX)));
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  }
}

function swatch(name: string, colour: string): HTMLLIElement {
  const box = el("span", { class: "swatch" });
  box.style.background = colour;
  return el("li", {}, box, name);
}
