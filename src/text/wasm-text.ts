import { RECORD_BYTES } from "../core/record.js";
import type { TextFormat } from "./grammar.js";
import { DECIMAL, EXACT, HEX, LINE_BYTES, TEXT_OUT, TEXT_WORK_BYTES } from "./layout.generated.js";
import type { NumberForm } from "./rows.js";
import { type OpenKernel, openTextKernel } from "./text-kernel.js";

const FORMS: Readonly<Record<NumberForm, number>> = { exact: EXACT, numbers: DECIMAL, hex: HEX };

/** What was written. */
interface Written {
  /** Valid until the next call. */
  readonly text: Uint8Array<ArrayBuffer>;
  /** Records, from the first on, that are in the text. */
  readonly count: number;
}

/** The kernels of assembly/text-format.ts. */
export class WasmText {
  readonly #open: OpenKernel;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #work: Uint32Array<ArrayBuffer>;
  readonly #out: number;

  /** @param room Records of a call at most. @throws {Error} Wasm, or its SIMD, is missing or forbidden; or there is no address space. */
  constructor(room: number) {
    const recordBytes = room * RECORD_BYTES;
    this.#open = openTextKernel(TEXT_WORK_BYTES, recordBytes + room * LINE_BYTES);
    const { buffer, work } = this.#open;
    this.#work = new Uint32Array(buffer, work);
    this.#words = new Uint32Array(buffer, work + TEXT_WORK_BYTES, recordBytes / 4);
    this.#out = work + TEXT_WORK_BYTES + recordBytes;
  }

  /** @param words Valid records. @param comma NDJSON: whether a comma follows each object. */
  write(words: Uint32Array, format: TextFormat, form: NumberForm, comma: boolean): Written {
    const { kernel, work, buffer } = this.#open;
    this.#words.set(words);
    this.#work[TEXT_OUT / 4] = this.#out;
    const from = this.#words.byteOffset;
    const to = from + words.byteLength;
    let end = to;
    if (format === "csv") kernel.formatCsv(work, from, to, FORMS[form]);
    else end = kernel.formatNdjson(work, from, to, FORMS[form], comma ? 1 : 0);
    const bytes = (this.#work[TEXT_OUT / 4] as number) - this.#out;
    return { text: new Uint8Array(buffer, this.#out, bytes), count: (end - from) / RECORD_BYTES };
  }
}
