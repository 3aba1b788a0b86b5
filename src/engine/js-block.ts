import { newBuffer } from "../core/buffer.js";
import { SegringError } from "../core/errors.js";
import { FOUR_GIB, FULL, RECORD_BYTES, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import { type Block, copyWords, type Output, type RecordsSource } from "./engine.js";

/** Bytes of free blocks that are kept: new pages cost more than the segments which are written there. */
const KEPT_BYTES = 16 * 2 ** 20;

/** The memory of a JavaScript engine: buffers up to a limit. */
export class JsMemory {
  /** Bytes that are left of the limit. */
  room: number;
  /** Free blocks that may be had again. Their bytes are in `room`. */
  readonly #kept: JsBlock[] = [];
  #keptBytes = 0;

  constructor(maxBytes: number) {
    this.room = maxBytes;
  }

  /** A block. What it holds is not defined. @throws {SegringError} OUT_OF_MEMORY */
  allocate(byteLength: number): JsBlock {
    if (byteLength > this.room) {
      throw new SegringError(
        "OUT_OF_MEMORY",
        `${byteLength} more bytes do not fit: maxMemoryBytes leaves ${this.room}`,
      );
    }
    const block = this.#takeKept(byteLength) ?? this.#newBlock(byteLength);
    this.room -= byteLength;
    return block;
  }

  /** Takes a block back. */
  free(block: JsBlock): void {
    this.room += block.byteLength;
    if (this.#keptBytes + block.byteLength > KEPT_BYTES) return;
    this.#keptBytes += block.byteLength;
    this.#kept.push(block);
  }

  #takeKept(byteLength: number): JsBlock | undefined {
    const index = this.#kept.findIndex((block) => block.byteLength === byteLength);
    if (index < 0) return undefined;
    this.#keptBytes -= byteLength;
    return this.#kept.splice(index, 1)[0];
  }

  #newBlock(byteLength: number): JsBlock {
    // What is kept counts as free: both together stay below the limit.
    if (byteLength > this.room - this.#keptBytes) {
      this.#kept.length = 0;
      this.#keptBytes = 0;
    }
    return new JsBlock(byteLength, this);
  }
}

/** A piece of memory of the JavaScript engine: a buffer of its own. */
export class JsBlock implements Block {
  readonly byteLength: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  readonly signed: Int32Array<ArrayBuffer>;
  readonly #memory: JsMemory;

  constructor(byteLength: number, memory: JsMemory) {
    this.byteLength = byteLength;
    this.#memory = memory;
    const buffer = newBuffer(Math.ceil(byteLength / RECORD_BYTES) * RECORD_BYTES);
    this.bytes = new Uint8Array(buffer, 0, byteLength);
    this.words = new Uint32Array(buffer);
    this.signed = new Int32Array(buffer);
  }

  firstWords(words: number): Uint32Array<ArrayBuffer> {
    return this.words.subarray(0, words);
  }

  copyTo(target: Uint32Array, at: number, words: number): void {
    copyWords(this.words, 0, target, at, words);
  }

  free(): void {
    this.#memory.free(this);
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
export function advance(output: Pick<Output, "at" | "room">, to: number): void {
  const at = to / RECORD_WORDS;
  output.room -= at - output.at;
  output.at = at;
}
