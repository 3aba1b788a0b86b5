import { newBuffer } from "../core/buffer.js";
import { SegringError } from "../core/errors.js";
import { FOUR_GIB, FULL, RECORD_BYTES, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import { type Block, copyWords, type Output, type RecordsSource } from "./engine.js";

/** A piece of memory of the JavaScript engine: a buffer of its own. */
export class JsBlock implements Block {
  readonly byteLength: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  readonly signed: Int32Array<ArrayBuffer>;
  readonly #budget: { free: number };

  constructor(byteLength: number, budget: { free: number }) {
    this.byteLength = byteLength;
    this.#budget = budget;
    if (byteLength > budget.free) {
      throw new SegringError(
        "OUT_OF_MEMORY",
        `${byteLength} more bytes do not fit: maxMemoryBytes leaves ${budget.free}`,
      );
    }
    const buffer = newBuffer(Math.ceil(byteLength / RECORD_BYTES) * RECORD_BYTES);
    budget.free -= byteLength;
    this.bytes = new Uint8Array(buffer, 0, byteLength);
    this.words = new Uint32Array(buffer);
    this.signed = new Int32Array(buffer);
  }

  copyTo(target: Uint32Array, at: number, words: number): void {
    copyWords(this.words, 0, target, at, words);
  }

  free(): void {
    this.#budget.free += this.byteLength;
  }
}

/** Records as signed words, which V8 does not box. */
export function signedWords(source: RecordsSource): Int32Array {
  if (source instanceof JsBlock) return source.signed;
  if (source instanceof Int32Array) return source;
  const bytes = source as Uint8Array;
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Leading valid records among `count` from record `from` on. */
export function countValid(source: Block, from: number, count: number): number {
  const words = signedWords(source);
  let at = from * RECORD_WORDS;
  const stop = at + count * RECORD_WORDS;
  for (; at < stop; at += RECORD_WORDS) {
    const len = words[at + 2] as number;
    const flags = (words[at + 3] as number) & (FULL | RESERVED_FLAGS);
    if (flags !== (len === 0 ? FULL : 0)) break;
    const lo = words[at] as number;
    if (words[at + 1] === -1 && (len === 0 ? lo !== 0 : (lo >>> 0) + (len >>> 0) > FOUR_GIB)) break;
  }
  return at / RECORD_WORDS - from;
}

/** Moves an output on to the word `to`. */
export function advance(output: Output, to: number): void {
  const at = to / RECORD_WORDS;
  output.room -= at - output.at;
  output.at = at;
}
