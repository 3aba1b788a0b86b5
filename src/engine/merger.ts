import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Block, Merger } from "./engine.js";
import { MERGED_FROM, WINDOW_BYTES, WINDOW_END, WINDOW_FROM, WINDOW_LAST } from "./layout.generated.js";

/** `mergeWindows` of assembly/merge.ts, or its twin; places are addresses in the memory of the engine. */
export type MergeWindows = (windows: number, count: number, ping: number, pong: number) => number;

/** Records in all windows: with their copies, a second-level cache holds them. */
const WINDOWS_RECORDS = 8192;
const MIN_WINDOW = 32;
const MAX_WINDOW = 1024;

/** Records in a window of so many inputs. */
export function windowRecords(inputs: number): number {
  return Math.min(MAX_WINDOW, Math.max(MIN_WINDOW, Math.ceil(WINDOWS_RECORDS / inputs)));
}

/** Bytes that a merger takes: a row and a window for each input, and room for all records twice. */
export function mergerBytes(inputs: number): number {
  return inputs * (WINDOW_BYTES + 3 * windowRecords(inputs) * RECORD_BYTES);
}

/** A merger over a block of an engine: rows, windows, and room for all of the windows twice. */
export class WindowMerger implements Merger {
  readonly block: Block;
  at = 0;
  readonly inputs: number;
  readonly most: number;
  readonly #address: number;
  readonly #room: number;
  readonly #merge: MergeWindows;
  #view: Uint32Array<ArrayBuffer>;

  /** @param block Of `mergerBytes`. @param address Where the block begins, as `merge` counts. */
  constructor(block: Block, address: number, inputs: number, merge: MergeWindows) {
    this.block = block;
    this.#address = address;
    this.inputs = inputs;
    this.#room = windowRecords(inputs);
    this.most = inputs * this.#room;
    this.#merge = merge;
    const { words } = block;
    this.#view = words;
    for (let input = 0; input < inputs; input++) {
      const row = rowOf(input);
      words[row + WINDOW_FROM / 4] = this.#windowOf(input);
      words[row + WINDOW_END / 4] = this.#windowOf(input);
      words[row + WINDOW_LAST / 4] = 0;
    }
  }

  wants(input: number): boolean {
    const words = this.#words;
    const row = rowOf(input);
    if (words[row + WINDOW_LAST / 4] !== 0) return false;
    const left = (words[row + WINDOW_END / 4] as number) - (words[row + WINDOW_FROM / 4] as number);
    return left < (this.#room / 2) * RECORD_BYTES;
  }

  give(input: number, source: Uint32Array, from: number, end: number): number {
    const words = this.#words;
    const row = rowOf(input);
    const address = this.#windowOf(input);
    const start = (address - this.#address) / 4;
    const first = ((words[row + WINDOW_FROM / 4] as number) - this.#address) / 4;
    const behind = ((words[row + WINDOW_END / 4] as number) - this.#address) / 4;
    const left = behind - first;
    if (first !== start && left !== 0) words.copyWithin(start, first, behind);
    const taken = Math.min(end - from, this.#room - left / RECORD_WORDS);
    words.set(source.subarray(from * RECORD_WORDS, (from + taken) * RECORD_WORDS), start + left);
    words[row + WINDOW_FROM / 4] = address;
    words[row + WINDOW_END / 4] = address + (left + taken * RECORD_WORDS) * 4;
    return taken;
  }

  end(input: number): void {
    this.#words[rowOf(input) + WINDOW_LAST / 4] = 1;
  }

  merge(): number {
    const windows = this.#address;
    const room = this.inputs * this.#room * RECORD_BYTES;
    const ping = this.#windowOf(0) + room;
    const count = this.#merge(windows, this.inputs, ping, ping + room) >>> 0;
    if (count !== 0) this.at = ((this.#words[MERGED_FROM / 4] as number) - windows) / RECORD_BYTES;
    return count;
  }

  free(): void {
    this.block.free();
  }

  /** The block. Memory that grows detaches views, which then have no words; to make one costs as much as a few records. */
  get #words(): Uint32Array<ArrayBuffer> {
    if (this.#view.length === 0) this.#view = this.block.words;
    return this.#view;
  }

  #windowOf(input: number): number {
    return this.#address + this.inputs * WINDOW_BYTES + input * this.#room * RECORD_BYTES;
  }
}

function rowOf(input: number): number {
  return (input * WINDOW_BYTES) / 4;
}
