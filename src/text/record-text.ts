import type { EngineOption } from "../core/engine-option.js";
import { RECORD_WORDS, recordFlags, recordLength } from "../core/record.js";
import type { TextFormat } from "./grammar.js";
import { type NumberForm, type Row, rounded, rowOf } from "./rows.js";
import { WasmText } from "./wasm-text.js";

/** Records that a kernel takes at a time. The text of more is joined from pieces. */
export const ROOM = 8192;
/** A text of fewer records takes less time than compiling. */
const FEW = 256;

let wasm: WasmText | undefined;

/**
 * Writes records as lines of one text: by the kernel, or by its twin in JavaScript, which give the same bytes.
 */
export class RecordText {
  readonly #format: TextFormat;
  readonly #form: NumberForm;
  readonly #comma: boolean;
  readonly #engine: EngineOption;
  readonly #encoder = new TextEncoder();
  readonly #counter = { count: 0 };
  /** Records so far. */
  #written = 0;
  /** The line of any range. */
  readonly line: Row;

  /** @param comma NDJSON: whether a comma follows each object, as in an array. */
  constructor(format: TextFormat, form: NumberForm, engine: EngineOption, comma = false) {
    this.#format = format;
    this.#form = form;
    this.#engine = engine;
    this.#comma = comma;
    this.line = rowOf(format, form, this.#counter, comma);
  }

  /**
   * The text of records.
   *
   * @param words Valid records.
   * @returns Valid until anybody's next call.
   * @throws {SegringError} NOT_EXPRESSIBLE: with the form "numbers", JSON readers would round an address.
   */
  bytes(words: Uint32Array): Uint8Array<ArrayBuffer> {
    if (words.length <= ROOM * RECORD_WORDS) return this.#some(words);
    const pieces = [];
    for (let at = 0; at < words.length; at += ROOM * RECORD_WORDS) {
      pieces.push(this.#some(words.subarray(at, at + ROOM * RECORD_WORDS)).slice());
    }
    return joined(pieces);
  }

  #some(words: Uint32Array): Uint8Array<ArrayBuffer> {
    this.#written += words.length / RECORD_WORDS;
    const kernel = this.#kernel();
    if (kernel === undefined) return this.#encoder.encode(this.#rows(words));
    const { text, count } = kernel.write(words, this.#format, this.#form, this.#comma);
    this.#counter.count += count;
    const at = count * RECORD_WORDS;
    if (at !== words.length) throw rounded(this.#counter.count, words[at] as number, words[at + 1] as number);
    return text;
  }

  #kernel(): WasmText | undefined {
    if (this.#engine === "js" || (this.#engine === "auto" && this.#written < FEW)) return undefined;
    try {
      wasm ??= new WasmText(ROOM);
      return wasm;
    } catch (error) {
      if (this.#engine === "wasm") throw error;
      return undefined;
    }
  }

  #rows(words: Uint32Array): string {
    let text = "";
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      const [low, high] = [words[at] as number, words[at + 1] as number];
      text += this.line(low, high, recordLength(words, at), recordFlags(words, at));
    }
    return text;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
