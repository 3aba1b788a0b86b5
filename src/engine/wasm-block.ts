import { RECORD_BYTES } from "../core/record.js";
import type { Arena } from "./arena.js";
import { type Block, copyWords, type Output } from "./engine.js";

/**
 * Records in one kernel call where nothing is copied. Bounded, because V8 replaces the first, slow code of a function
 * only when it is called again.
 */
export const CALL_RECORDS = 65536;

/** A piece of a linear memory. */
export class WasmBlock implements Block {
  readonly byteLength: number;
  readonly address: number;
  readonly #arena: Arena;

  constructor(arena: Arena, byteLength: number) {
    this.byteLength = byteLength;
    this.address = arena.allocate(byteLength);
    this.#arena = arena;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#arena.bytes.subarray(this.address, this.address + this.byteLength);
  }

  get words(): Uint32Array<ArrayBuffer> {
    return this.#arena.words.subarray(this.address / 4, (this.address + this.byteLength) / 4);
  }

  firstWords(words: number): Uint32Array<ArrayBuffer> {
    const first = this.address / 4;
    return this.#arena.words.subarray(first, first + words);
  }

  copyTo(target: Uint32Array, at: number, words: number): void {
    copyWords(this.#arena.words, this.address / 4, target, at, words);
  }

  free(): void {
    this.#arena.free(this.address, this.byteLength);
  }
}

/** Where the next segment of an output goes. */
export function addressOf(output: Output): number {
  return (output.block as WasmBlock).address + output.at * RECORD_BYTES;
}
