/** The controls of the room, each under its label, and what they say together. */
import { el, labelled } from "../dom.js";
import { SAMPLES } from "./samples.js";
import { DEVICES, generatorOf, LISTS, MODES, type Settings } from "./settings.js";
import { sizeOf, sizeText } from "./sizes.js";
import { FILE_FORMATS, type FileFormat, formatOfName, GENERATOR, GENERATOR_LIMITS, type Source } from "./sources.js";

function choice(options: Readonly<Record<string, string>>): HTMLSelectElement {
  return el("select", {}, ...Object.entries(options).map(([value, text]) => el("option", { value }, text)));
}

function sizeInput(): HTMLInputElement {
  return el("input", { type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false" });
}

const GENERATOR_NAMES = {
  count: "Count",
  length: "Bytes in each",
  breaks: "Breaks in a hundred",
  gap: "Bytes at a break",
  overlap: "Overlaps in a hundred",
  seed: "Seed",
} as const;

const NO_SAMPLE = "";
const BY_NAME = "";

/** What stands below the limits in each mode: which of them say nothing there. */
const HINTS: Record<Settings["mode"], string> = {
  coalesce: "Gap bytes is for union and plan.",
  union: "",
  plan: "Max segment bytes and Boundary bytes are not for plan: Max request bytes is.",
  requests: "A limit at its default (4GiB, 0, 1) is the device's own. Gap bytes is for union and plan.",
};

/** The modes that a control is for; one that is not named stays in view in all. */
const MODES_OF = {
  capBytes: ["plan"],
  device: ["requests"],
  list: ["requests"],
} as const;

export class Fields {
  readonly text = el("textarea", { rows: 8, spellcheck: "false", autocomplete: "off", wrap: "off" });
  readonly sample = choice({
    [NO_SAMPLE]: "none",
    ...Object.fromEntries(Object.entries(SAMPLES).map(([name, { label }]) => [name, label])),
  });
  readonly file = el("input", { type: "file" });
  readonly format = choice({ [BY_NAME]: "by the file's name", ...FILE_FORMATS });
  readonly generator = Object.fromEntries(
    Object.entries(GENERATOR_LIMITS).map(([key, max]) => [key, el("input", { type: "number", min: 0, max, step: 1 })]),
  ) as Record<keyof typeof GENERATOR, HTMLInputElement>;
  readonly generate = el("button", { type: "button" }, "Make ranges");
  readonly mode = choice(MODES);
  readonly maxSegmentBytes = sizeInput();
  readonly boundaryBytes = sizeInput();
  readonly alignmentBytes = sizeInput();
  readonly gapBytes = sizeInput();
  readonly capBytes = sizeInput();
  readonly device = choice(DEVICES);
  readonly list = choice(LISTS);
  readonly map = el("button", { type: "submit", class: "main" }, "Map");
  readonly form: HTMLFormElement;
  readonly #hint = el("p", { id: "map-hint", class: "hint" });
  /** What the reader typed, while the ranges come from elsewhere. */
  #typed = "";
  /** Where the ranges come from: what was given last. */
  #source: Source = { kind: "text", text: "" };

  constructor() {
    const limits = el(
      "fieldset",
      { "aria-describedby": "map-hint" },
      el("legend", {}, "Limits"),
      labelled("Mode", this.mode),
      labelled("Max segment bytes", this.maxSegmentBytes),
      labelled("Boundary bytes", this.boundaryBytes),
      labelled("Alignment bytes", this.alignmentBytes),
      labelled("Gap bytes", this.gapBytes),
      labelled("Max request bytes", this.capBytes),
      labelled("Device", this.device),
      labelled("List", this.list),
      this.#hint,
    );
    const generator = Object.entries(GENERATOR_NAMES).map(([key, name]) =>
      labelled(name, this.generator[key as keyof typeof GENERATOR]),
    );
    this.form = el(
      "form",
      { class: "controls", novalidate: true },
      el(
        "fieldset",
        { class: "input" },
        el("legend", {}, "Input"),
        labelled("Ranges", this.text),
        labelled("Sample", this.sample),
        el(
          "div",
          { class: "drop" },
          labelled("File, or drop one here", this.file),
          labelled("File format", this.format),
        ),
        el(
          "details",
          {},
          el("summary", {}, "Generator"),
          el("div", { class: "generator" }, ...generator, this.generate),
        ),
      ),
      el("div", { class: "side" }, limits, this.map),
    );
  }

  get source(): Source {
    return this.#source;
  }

  /** What the reader typed last, as a source. */
  get typed(): Source {
    return { kind: "text", text: this.#typed };
  }

  /** Takes a source from now on. A text is shown to be edited. */
  setSource(source: Source): void {
    this.#source = source;
    if (source.kind === "text") this.#typed = source.text;
    if (source.kind === "text" && this.text.value !== source.text) this.text.value = source.text;
    this.sample.value = source.kind === "sample" ? source.name : NO_SAMPLE;
    if (source.kind === "generator") this.#showGenerator(source.generator);
  }

  /** Shows settings. */
  set(settings: Settings): void {
    this.setSource(settings.source);
    if (settings.source.kind !== "generator") this.#showGenerator(GENERATOR);
    // The file that a link names is chosen again in its format.
    if (settings.source.kind === "file") this.format.value = settings.source.format;
    for (const name of ["maxSegmentBytes", "boundaryBytes", "alignmentBytes", "gapBytes", "capBytes"] as const) {
      this[name].value = sizeText(settings[name]);
    }
    for (const name of ["mode", "device", "list"] as const) this[name].value = settings[name];
    this.showMode();
  }

  /** Controls that only other modes have are hidden; a hint names the others that say nothing. */
  showMode(): void {
    for (const [name, modes] of Object.entries(MODES_OF)) {
      const field = this[name as keyof typeof MODES_OF].closest(".field") as HTMLElement;
      field.hidden = !(modes as readonly string[]).includes(this.mode.value);
    }
    this.#hint.textContent = HINTS[this.mode.value as Settings["mode"]];
  }

  /** What is set. @throws {RangeError} A field holds no number. */
  read(): Omit<Settings, "window"> {
    return {
      source: this.#source,
      mode: this.mode.value as Settings["mode"],
      maxSegmentBytes: sizeOf("Max segment bytes", this.maxSegmentBytes.value),
      boundaryBytes: sizeOf("Boundary bytes", this.boundaryBytes.value),
      alignmentBytes: sizeOf("Alignment bytes", this.alignmentBytes.value),
      gapBytes: sizeOf("Gap bytes", this.gapBytes.value),
      capBytes: sizeOf("Max request bytes", this.capBytes.value),
      device: this.device.value as Settings["device"],
      list: this.list.value as Settings["list"],
    };
  }

  /** @throws {RangeError} A number of the generator is out of its range. */
  readGenerator(): Source {
    const values = Object.keys(GENERATOR_NAMES).map(
      (key) => this.generator[key as keyof typeof GENERATOR].valueAsNumber,
    );
    return { kind: "generator", generator: generatorOf(values) };
  }

  /**
   * A file as a source, in the format that was asked for.
   *
   * @throws {RangeError} No format was asked for, and the name says none.
   */
  sourceOfFile(file: File): Source {
    const format = this.format.value === BY_NAME ? formatOfName(file.name) : (this.format.value as FileFormat);
    if (format === undefined) {
      throw new RangeError(`the name ${file.name} says no format: choose one at "File format"`);
    }
    return { kind: "file", name: file.name, format, blob: file };
  }

  #showGenerator(values: typeof GENERATOR): void {
    for (const [key, value] of Object.entries(values)) this.generator[key as keyof typeof GENERATOR].value = `${value}`;
  }
}
