/** Paints a strip on a canvas: at once the old one, stretched to where it belongs, until the worker has drawn the new one. */
import type { StripPicture } from "./protocol.js";
import type { Window } from "./settings.js";
import { fractionOf } from "./window.js";

export class StripCanvas {
  readonly element: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #drawn = document.createElement("canvas");
  #picture: StripPicture | undefined;

  constructor(element: HTMLCanvasElement) {
    this.element = element;
    this.#context = element.getContext("2d") as CanvasRenderingContext2D;
  }

  get picture(): StripPicture | undefined {
    return this.#picture;
  }

  /** Takes what the worker has drawn. */
  take(picture: StripPicture): void {
    this.#picture = picture;
    this.#drawn.width = picture.width;
    this.#drawn.height = picture.height;
    const image = new ImageData(picture.pixels, picture.width, picture.height);
    (this.#drawn.getContext("2d") as CanvasRenderingContext2D).putImageData(image, 0, 0);
  }

  /** @returns Whether the size differs from the last one. */
  resize(width: number, height: number): boolean {
    if (this.element.width === width && this.element.height === height) return false;
    this.element.width = width;
    this.element.height = height;
    return true;
  }

  /**
   * Paints.
   *
   * @param window What is to be seen.
   * @param chosen The part that is chosen, outlined.
   */
  paint(window: Window, chosen: Window | undefined): void {
    const { width, height } = this.element;
    const context = this.#context;
    const style = getComputedStyle(this.element);
    context.fillStyle = style.backgroundColor;
    context.fillRect(0, 0, width, height);
    if (this.#picture !== undefined) {
      const { window: old } = this.#picture;
      const from = clampPixels(fractionOf(window, old.addr) * width, width);
      const to = clampPixels(fractionOf(window, old.addr + old.length) * width, width);
      context.imageSmoothingEnabled = false;
      // From far away the old picture is less than a pixel, and from near more than any canvas.
      const left = fractionOf(old, window.addr);
      const right = fractionOf(old, window.addr + window.length);
      const first = Math.min(Math.max(left, 0), 1) * this.#drawn.width;
      const last = Math.min(Math.max(right, 0), 1) * this.#drawn.width;
      if (last > first) {
        context.drawImage(
          this.#drawn,
          first,
          0,
          last - first,
          this.#drawn.height,
          from,
          0,
          Math.max(to - from, 1),
          height,
        );
      }
    }
    if (chosen !== undefined) this.#outline(window, chosen, style.color);
  }

  #outline(window: Window, chosen: Window, colour: string): void {
    const { width, height } = this.element;
    const line = Math.max(Math.round(devicePixelRatio * 2), 2);
    const from = clampPixels(fractionOf(window, chosen.addr) * width, width);
    const to = clampPixels(fractionOf(window, chosen.addr + chosen.length) * width, width);
    if (to <= 0 && from <= 0 && chosen.addr + chosen.length <= window.addr) return;
    if (from >= width) return;
    this.#context.strokeStyle = colour;
    this.#context.lineWidth = line;
    this.#context.strokeRect(from - line / 2, height / 2, Math.max(to - from, 1) + line, height / 2 - line / 2);
  }
}

function clampPixels(x: number, width: number): number {
  return Math.min(Math.max(x, 0), width);
}
