import type { CheckedLimits } from "../core/limits.js";
import { RECORD_BYTES } from "../core/record.js";
import type { Arena } from "./arena.js";
import type { Block, Digit, Halves64, Output, Runs, Shape } from "./engine.js";
import { HELD, TAKEN } from "./layout.js";
import {
  ANY_WORD,
  DESCENDS,
  DISORDER,
  GAP,
  NEAR,
  SEEN,
  SHAPE,
  UNION_ABI,
  UNION_WORK_BYTES,
  VARYING_ADDR,
  VARYING_WORD,
} from "./union-layout.js";
import { addressOf, CALL_RECORDS, checkAbi, heldSegments, type WasmBlock, writeLimits } from "./wasm-block.js";

/** What assembly/union-index.ts exports. `word` is 0 or 8, an offset in a record. */
export interface UnionKernels {
  clearCounters(work: number, mask: number): void;
  countDigits(work: number, input: number, count: number, word: number, shift: number, mask: number): void;
  placeDigits(work: number, mask: number, output: number): void;
  scatterDigits(work: number, input: number, count: number, word: number, shift: number, mask: number): void;
  inspect(work: number, input: number, count: number): void;
  merge(work: number, input: number, count: number, output: number): number;
  finish(work: number, output: number): number;
  cut(work: number, input: number, count: number, output: number, room: number): number;
  flush(work: number, output: number, room: number): number;
}

/** The kernels of a union over this memory. @throws {LinkError|TypeError} `module` is not segring's. */
export function unionKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): UnionKernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  checkAbi("unionModule", exports, "UNION_ABI", UNION_ABI);
  return exports as unknown as UnionKernels;
}

/** The steps of a union by the kernels. */
export class WasmRuns implements Runs {
  readonly #arena: Arena;
  readonly #kernels: UnionKernels;
  readonly #work: number;
  readonly #limits: CheckedLimits;

  constructor(arena: Arena, kernels: UnionKernels, limits: CheckedLimits) {
    this.#arena = arena;
    this.#limits = limits;
    this.#kernels = kernels;
    this.#work = arena.allocate(UNION_WORK_BYTES);
    arena.words.fill(0, this.#work / 4, (this.#work + UNION_WORK_BYTES) / 4);
    writeLimits(arena, this.#work, limits);
  }

  reset(gapBytes: bigint): void {
    const { words } = this.#arena;
    words.fill(0, (this.#work + GAP) / 4, (this.#work + SEEN) / 4 + 1);
    words[(this.#work + GAP) / 4] = Number(gapBytes & 0xffff_ffffn);
    words[(this.#work + GAP) / 4 + 1] = Number(gapBytes >> 32n);
    words[(this.#work + HELD) / 4] = 0;
  }

  get shape(): Shape {
    const shape = this.#get(SHAPE);
    return {
      descends: (shape & DESCENDS) !== 0,
      near: (shape & NEAR) !== 0,
      disorder: (shape & DISORDER) !== 0,
      varyingAddr: this.#halves(VARYING_ADDR),
      varyingWord: this.#halves(VARYING_WORD),
      anyFlags: this.#get(ANY_WORD + 4),
    };
  }

  get held(): boolean {
    return this.#get(HELD) !== 0;
  }

  get heldSegments(): number {
    return heldSegments(this.#arena, this.#work, this.#limits, false);
  }

  inspect(source: Block, count: number): void {
    this.#each(source, 0, count, (input, records) => this.#kernels.inspect(this.#work, input, records));
  }

  sort(from: readonly { readonly block: Block; readonly count: number }[], digit: Digit, to: Block): void {
    const { shift, mask } = digit;
    const word = digit.word * 8;
    this.#kernels.clearCounters(this.#work, mask);
    for (const { block, count } of from) {
      this.#each(block, 0, count, (input, records) =>
        this.#kernels.countDigits(this.#work, input, records, word, shift, mask),
      );
    }
    this.#kernels.placeDigits(this.#work, mask, (to as WasmBlock).address);
    for (const { block, count } of from) {
      this.#each(block, 0, count, (input, records) =>
        this.#kernels.scatterDigits(this.#work, input, records, word, shift, mask),
      );
    }
  }

  merge(source: Block, count: number, output: Block, at: number): number {
    const start = (output as WasmBlock).address + at * RECORD_BYTES;
    let to = start;
    this.#each(source, 0, count, (input, records) => {
      to += this.#kernels.merge(this.#work, input, records, to) * RECORD_BYTES;
    });
    return (to - start) / RECORD_BYTES;
  }

  finish(output: Block, at: number): number {
    return this.#kernels.finish(this.#work, (output as WasmBlock).address + at * RECORD_BYTES);
  }

  cut(source: Block, from: number, end: number, output: Output): number {
    const input = (source as WasmBlock).address + from * RECORD_BYTES;
    const count = Math.min(end - from, CALL_RECORDS);
    this.#wrote(output, this.#kernels.cut(this.#work, input, count, addressOf(output), output.room));
    return this.#get(TAKEN);
  }

  flush(output: Output): void {
    this.#wrote(output, this.#kernels.flush(this.#work, addressOf(output), output.room));
  }

  free(): void {
    this.#arena.free(this.#work, UNION_WORK_BYTES);
  }

  /** Calls back with the address and length of each piece that a kernel may take in one call. */
  #each(source: Block, from: number, end: number, call: (input: number, count: number) => void): void {
    for (let at = from; at < end; at += CALL_RECORDS) {
      call((source as WasmBlock).address + at * RECORD_BYTES, Math.min(end - at, CALL_RECORDS));
    }
  }

  #get(field: number): number {
    return this.#arena.words[(this.#work + field) / 4] as number;
  }

  #halves(field: number): Halves64 {
    return { lo: this.#get(field), hi: this.#get(field + 4) };
  }

  #wrote(output: Output, segments: number): void {
    output.at += segments;
    output.room -= segments;
  }
}
