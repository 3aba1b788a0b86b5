/** The controls of the room, each under its label, and what they say together. */
import { el, labelled } from "../shared/dom.js";
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
  count: "Ranges to make",
  length: "Bytes in each",
  breaks: "Breaks in a hundred",
  gap: "Bytes at a break",
  overlap: "Overlaps in a hundred",
  seed: "Seed",
} as const;

const NO_SAMPLE = "";
const BY_NAME = "";

/** The modes that a control is for; one that is not named is for all. */
const MODES_OF = {
  gapBytes: ["union", "plan"],
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
  /** Where the ranges come from: what was given last. */
  #source: Source = { kind: "text", text: "" };

  constructor() {
    const limits = el(
      "fieldset",
      {},
      el("legend", {}, "Limits"),
      labelled("Mode", this.mode),
      labelled("Max segment bytes", this.maxSegmentBytes),
      labelled("Boundary bytes", this.boundaryBytes),
      labelled("Alignment bytes", this.alignmentBytes),
      labelled("Gap bytes", this.gapBytes),
      labelled("Max request bytes", this.capBytes),
      labelled("Device", this.device),
      labelled("List", this.list),
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
        el("legend", {}, "Ranges"),
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

  /** Takes a source from now on. A text is shown to be edited. */
  setSource(source: Source): void {
    this.#source = source;
    if (source.kind === "text" && this.text.value !== source.text) this.text.value = source.text;
    this.sample.value = source.kind === "sample" ? source.name : NO_SAMPLE;
    if (source.kind === "generator") this.#showGenerator(source.generator);
  }

  /** Shows settings. */
  set(settings: Settings): void {
    this.setSource(settings.source);
    if (settings.source.kind !== "generator") this.#showGenerator(GENERATOR);
    for (const name of ["maxSegmentBytes", "boundaryBytes", "alignmentBytes", "gapBytes", "capBytes"] as const) {
      this[name].value = sizeText(settings[name]);
    }
    for (const name of ["mode", "device", "list"] as const) this[name].value = settings[name];
    this.showMode();
  }

  /** Controls that the mode does not use are hidden. */
  showMode(): void {
    for (const [name, modes] of Object.entries(MODES_OF)) {
      const label = this[name as keyof typeof MODES_OF].closest("label") as HTMLElement;
      // Gap is asked for by name in every mode: it stays in view, and says that it does nothing.
      const isUsed = (modes as readonly string[]).includes(this.mode.value);
      if (name === "gapBytes") label.classList.toggle("unused", !isUsed);
      else label.hidden = !isUsed;
    }
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
