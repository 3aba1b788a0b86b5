import { RECORD_BYTES } from "../core/record.js";
import type { PlainLines } from "./grammar.js";
import { SKIPPED, TEXT_OUT, TEXT_WORK_BYTES } from "./layout.generated.js";
import { type LineReader, ROOM, TEXT_BYTES } from "./line-reader.js";
import { type OpenKernel, openTextKernel } from "./text-kernel.js";

/** A separator that no byte is: no flags follow. */
const NO_SEPARATOR = 0x100;
const ALIGNMENT = 16;

/** The kernels of assembly/text-csv.ts and text-ndjson.ts. */
export class WasmLines implements LineReader {
  readonly text: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  count = 0;
  skipped = 0;
  readonly #open: OpenKernel;
  /** The first words of the work block. */
  readonly #work: Uint32Array<ArrayBuffer>;

  /** @throws {Error} Wasm, or its SIMD, is missing or forbidden; or there is no address space. */
  constructor() {
    const textBytes = Math.ceil(TEXT_BYTES / ALIGNMENT) * ALIGNMENT;
    const recordBytes = ROOM * RECORD_BYTES;
    this.#open = openTextKernel(TEXT_WORK_BYTES, recordBytes + textBytes);
    const { buffer, work } = this.#open;
    this.#work = new Uint32Array(buffer, work);
    this.words = new Uint32Array(buffer, work + TEXT_WORK_BYTES, recordBytes / 4);
    this.text = new Uint8Array(buffer, work + TEXT_WORK_BYTES + recordBytes, textBytes);
  }

  read(from: number, to: number, lines: PlainLines): number {
    const { kernel, work } = this.#open;
    const start = this.words.byteOffset;
    const end = start + this.words.byteLength;
    const base = this.text.byteOffset;
    this.#work[TEXT_OUT / 4] = start;
    this.#work[SKIPPED / 4] = 0;
    let next: number;
    if (lines === "objects") next = kernel.parseNdjson(work, base + from, base + to, end);
    else {
      const { separator, isEnd, hasFlags } = lines;
      const flagsSeparator = hasFlags ? separator : NO_SEPARATOR;
      next = kernel.parseCsv(work, base + from, base + to, end, separator, flagsSeparator, isEnd ? -1 : 0);
    }
    this.count = ((this.#work[TEXT_OUT / 4] as number) - start) / RECORD_BYTES;
    this.skipped = this.#work[SKIPPED / 4] as number;
    return next - base;
  }
}
