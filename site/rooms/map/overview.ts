/** The occupied part of the address space as a square, along a Hilbert curve. */
import { el } from "../dom.js";
import { Latest } from "./client.js";
import type { OverviewPicture, Theme } from "./protocol.js";
import { hex64, roundSize } from "./sizes.js";
import { onTheme, theme } from "./theme.js";

/** Cells in a side. Fewer than the pixels that show them, so that each cell with a byte is seen. */
const SIDE = 256;

export class OverviewDrawing {
  readonly element: HTMLElement;
  readonly #canvas = el("canvas", { role: "img", "aria-label": "Overview", width: SIDE, height: SIDE });
  readonly #caption = el("figcaption");
  readonly #latest: Latest<void>;
  readonly #stop: () => void;

  /** @param draw Draws in the worker; undefined where nothing was mapped. */
  constructor(draw: (side: number, theme: Theme) => Promise<OverviewPicture | undefined>) {
    this.element = el("figure", { class: "overview" }, this.#canvas, this.#caption);
    this.#latest = new Latest(async () => {
      const picture = await draw(SIDE, theme());
      if (picture !== undefined) this.#paint(picture);
    });
    this.#stop = onTheme(() => this.redraw());
  }

  redraw(): Promise<void> {
    return this.#latest.want();
  }

  close(): void {
    this.#stop();
  }

  #paint({ pixels, side, addr, byteLength, cellsPerSide }: OverviewPicture): void {
    this.#canvas.getContext("2d")?.putImageData(new ImageData(pixels, side, side), 0, 0);
    const cell = byteLength / BigInt(cellsPerSide * cellsPerSide);
    this.#caption.textContent =
      `${roundSize(byteLength)} from ${hex64(addr)} along a Hilbert curve; ` + `a cell is ${roundSize(cell)}`;
  }
}
