/** What the reader takes home: files, a program, a command. */
import { download, el } from "../dom.js";
import type { ExportKind } from "./protocol.js";
import { commandOf, programOf } from "./recipe.js";
import type { Settings } from "./settings.js";

const NAMES: Record<ExportKind | "png", string> = {
  records: "segments.records",
  csv: "segments.csv",
  ndjson: "segments.ndjson",
  svg: "address-space.svg",
  png: "address-space.png",
  requests: "requests.csv",
  descriptors: "descriptors.bin",
};

export interface ExportEvents {
  /** Makes a file in the worker; undefined where that failed and was said. */
  save(kind: ExportKind): Promise<Blob | undefined>;
  /** The drawing as it is seen. */
  canvas(): HTMLCanvasElement;
}

export class Exports {
  readonly element: HTMLElement;
  readonly #program = el("pre", { tabindex: 0, "aria-label": "Program" });
  readonly #command = el("pre", { tabindex: 0, "aria-label": "Command" });
  readonly #forRequests: HTMLElement[];
  readonly #all: HTMLButtonElement[];

  constructor(events: ExportEvents) {
    const button = (text: string, kind: ExportKind | "png") => {
      const made = el("button", { type: "button" }, text);
      made.addEventListener("click", async () => {
        const blob = kind === "png" ? await pngOf(events.canvas()) : await events.save(kind);
        if (blob !== undefined) download(NAMES[kind], [blob], blob.type);
      });
      return made;
    };
    this.#forRequests = [button("Download requests (CSV)", "requests"), button("Download list", "descriptors")];
    this.#all = [
      button("Download records", "records"),
      button("CSV", "csv"),
      button("NDJSON", "ndjson"),
      button("SVG", "svg"),
      button("PNG", "png"),
    ];
    this.element = el(
      "section",
      { class: "exports", "aria-label": "Take home" },
      el("h2", {}, "Take home"),
      el("div", { class: "tools" }, ...this.#all, ...this.#forRequests),
      el("div", { class: "codes" }, figure("The program", this.#program), figure("The command line", this.#command)),
    );
  }

  /** Another result is there. */
  show(settings: Settings): void {
    for (const element of this.#forRequests) element.hidden = settings.mode !== "requests";
    this.#program.textContent = programOf(settings);
    this.#command.textContent = commandOf(settings);
  }
}

function figure(caption: string, content: HTMLElement): HTMLElement {
  return el("figure", {}, el("figcaption", {}, caption), content);
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob | undefined> {
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}
