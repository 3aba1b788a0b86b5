import type { CheckedLimits } from "../core/limits.js";
import { RECORD_BYTES } from "../core/record.js";
import type { Arena } from "./arena.js";
import type { Block, Buckets, Digit, Halves64, Output, Runs, Shape } from "./engine.js";
import {
  ANY_WORD,
  COUNTERS,
  DESCENDS,
  DISORDER,
  GAP,
  HELD,
  NEAR,
  SEEN,
  SHAPE,
  TAKEN,
  UNION_WORK_BYTES,
  VARYING_ADDR,
  VARYING_WORD,
} from "./layout.generated.js";
import { addressOf, CALL_RECORDS, type WasmBlock } from "./wasm-block.js";
import type { WasmBucketsMaker } from "./wasm-buckets.js";
import { WorkBlock, wrote } from "./work-block.js";

/** What of assembly/index.ts unites. `word` is 0 or 8, an offset in a record. */
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

/** The steps of a union by the kernels. */
export class WasmRuns implements Runs {
  readonly #kernels: UnionKernels;
  readonly #work: WorkBlock;
  readonly #limits: CheckedLimits;

  readonly #maker: WasmBucketsMaker;

  constructor(arena: Arena, kernels: UnionKernels, limits: CheckedLimits, maker: WasmBucketsMaker) {
    this.#maker = maker;
    this.#limits = limits;
    this.#kernels = kernels;
    this.#work = new WorkBlock(arena, UNION_WORK_BYTES, COUNTERS);
    this.#work.setLimits(limits);
  }

  reset(gapBytes: bigint): void {
    for (let field = GAP; field <= SEEN; field += 4) this.#work.set(field, 0);
    if (gapBytes !== 0n) this.#work.setBigInt(GAP, gapBytes);
    this.#work.set(HELD, 0);
  }

  buckets(): Buckets | undefined {
    return this.#maker.make(this.#work);
  }

  get shape(): Shape {
    const shape = this.#work.get(SHAPE);
    return {
      descends: (shape & DESCENDS) !== 0,
      near: (shape & NEAR) !== 0,
      disorder: (shape & DISORDER) !== 0,
      varyingAddr: this.#halves(VARYING_ADDR),
      varyingWord: this.#halves(VARYING_WORD),
      anyFlags: this.#work.get(ANY_WORD + 4),
    };
  }

  get held(): boolean {
    return this.#work.held;
  }

  get heldSegments(): number {
    return this.#work.heldSegments(this.#limits, false);
  }

  inspect(source: Block, count: number): void {
    this.#each(source, 0, count, (input, records) => this.#kernels.inspect(this.#work.address, input, records));
  }

  sort(from: readonly { readonly block: Block; readonly count: number }[], digit: Digit, to: Block): void {
    const { shift, mask } = digit;
    const word = digit.word * 8;
    this.#kernels.clearCounters(this.#work.address, mask);
    for (const { block, count } of from) {
      this.#each(block, 0, count, (input, records) =>
        this.#kernels.countDigits(this.#work.address, input, records, word, shift, mask),
      );
    }
    this.#kernels.placeDigits(this.#work.address, mask, (to as WasmBlock).address);
    for (const { block, count } of from) {
      this.#each(block, 0, count, (input, records) =>
        this.#kernels.scatterDigits(this.#work.address, input, records, word, shift, mask),
      );
    }
  }

  merge(source: Block, count: number, output: Block, at: number): number {
    const start = (output as WasmBlock).address + at * RECORD_BYTES;
    let to = start;
    this.#each(source, 0, count, (input, records) => {
      to += this.#kernels.merge(this.#work.address, input, records, to) * RECORD_BYTES;
    });
    return (to - start) / RECORD_BYTES;
  }

  finish(output: Block, at: number): number {
    return this.#kernels.finish(this.#work.address, (output as WasmBlock).address + at * RECORD_BYTES);
  }

  cut(source: Block, from: number, end: number, output: Output): number {
    const input = (source as WasmBlock).address + from * RECORD_BYTES;
    const count = Math.min(end - from, CALL_RECORDS);
    wrote(output, this.#kernels.cut(this.#work.address, input, count, addressOf(output), output.room));
    return this.#work.get(TAKEN);
  }

  flush(output: Output): void {
    wrote(output, this.#kernels.flush(this.#work.address, addressOf(output), output.room));
  }

  free(): void {
    this.#work.free();
  }

  /** Calls back with the address and length of each piece that a kernel may take in one call. */
  #each(source: Block, from: number, end: number, call: (input: number, count: number) => void): void {
    for (let at = from; at < end; at += CALL_RECORDS) {
      call((source as WasmBlock).address + at * RECORD_BYTES, Math.min(end - at, CALL_RECORDS));
    }
  }

  #halves(field: number): Halves64 {
    return { lo: this.#work.get(field), hi: this.#work.get(field + 4) };
  }
}
