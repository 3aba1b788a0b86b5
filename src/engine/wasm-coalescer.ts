import type { Column, ColumnData, FrameData } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import type { Fields } from "../core/range-fields.js";
import { RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Arena } from "./arena.js";
import type { Block, Coalescer, Output, RecordsSource } from "./engine.js";
import { BAD, HELD, POSITIONS, SKIP_EMPTY, TAKEN, UNCUT, WORK_BYTES } from "./layout.generated.js";
import { addressOf, CALL_RECORDS, WasmBlock } from "./wasm-block.js";
import { WorkBlock, wrote } from "./work-block.js";

/** What of assembly/index.ts coalesces. Addresses are bytes in linear memory; column types as `typeOf` gives them. */
export interface CoalescingKernels {
  open(work: number): void;
  coalesceRecords(work: number, input: number, count: number, output: number, room: number): number;
  coalesceColumns(
    work: number,
    addr: number,
    addrType: number,
    length: number,
    lengthType: number,
    flags: number,
    count: number,
    output: number,
    room: number,
  ): number;
  coalesceFrames(
    work: number,
    input: number,
    type: number,
    count: number,
    shift: number,
    flags: number,
    output: number,
    room: number,
  ): number;
  countValid(input: number, count: number): number;
  flush(work: number, output: number, room: number): number;
}

/** Bytes of input staged at a time: a first-level cache holds them, so that the kernel reads there what was just copied. */
export const STAGE_BYTES = 32 * 1024;
/** Records that a loop copies faster than `TypedArray.set`. */
const FEW_RECORDS = 16;
/** Rows of columns staged at a time: 8 + 8 + 4 bytes each at most. */
const STAGED_ROWS = STAGE_BYTES / 32;
/** Bytes of a stage that holds one row of columns: two u64 and flags. */
export const ROW_BYTES = 32;

/** Coalesces by the kernels. */
export class WasmCoalescer implements Coalescer {
  readonly #arena: Arena;
  readonly #kernels: CoalescingKernels;
  readonly #work: WorkBlock;
  readonly #stage: number;
  readonly #limits: CheckedLimits;
  /** What the stage holds: elements of this input, so that each is copied in once, whatever room the output has. */
  #staged: unknown;
  #stagedFrom = 0;
  #stagedEnd = 0;
  /** The work block up to SKIP_EMPTY: the pending run. */
  readonly #saved = new Uint32Array(SKIP_EMPTY / 4);

  constructor(arena: Arena, kernels: CoalescingKernels, limits: CheckedLimits, stageBytes: number) {
    this.#arena = arena;
    this.#kernels = kernels;
    this.#limits = limits;
    this.#work = new WorkBlock(arena, WORK_BYTES + stageBytes, POSITIONS);
    this.#stage = this.#work.address + WORK_BYTES;
    this.#work.setLimits(limits);
    kernels.open(this.#work.address);
  }

  get bad(): boolean {
    return this.#work.get(BAD) !== 0;
  }

  get held(): boolean {
    return this.#work.held;
  }

  get heldSegments(): number {
    return this.#work.heldSegments(this.#limits, this.uncut);
  }

  get skipEmpty(): boolean {
    return this.#work.get(SKIP_EMPTY) !== 0;
  }

  set skipEmpty(skip: boolean) {
    this.#work.set(SKIP_EMPTY, skip ? 1 : 0);
  }

  get uncut(): boolean {
    return this.#work.get(UNCUT) !== 0;
  }

  set uncut(uncut: boolean) {
    this.#work.set(UNCUT, uncut ? 1 : 0);
  }

  records(source: RecordsSource, from: number, end: number, output: Output): number {
    let input: number;
    let count: number;
    if (source instanceof WasmBlock) {
      input = source.address + from * RECORD_BYTES;
      count = Math.min(end - from, CALL_RECORDS);
    } else {
      if (!this.#isStaged(source, from)) {
        const staged = this.#stageFrom(source, from, Math.min(end - from, STAGE_BYTES / RECORD_BYTES));
        this.#copyRecords(source as Int32Array | Uint8Array, from, staged);
      }
      input = this.#stage + (from - this.#stagedFrom) * RECORD_BYTES;
      count = Math.min(end, this.#stagedEnd) - from;
    }
    wrote(output, this.#kernels.coalesceRecords(this.#work.address, input, count, addressOf(output), output.room));
    return this.#work.get(TAKEN);
  }

  columns(source: ColumnData, from: number, end: number, output: Output): number {
    const addr = this.#stage;
    const length = addr + STAGED_ROWS * 8;
    const flags = length + STAGED_ROWS * 8;
    if (!this.#isStaged(source, from)) {
      const staged = this.#stageFrom(source, from, Math.min(end - from, STAGED_ROWS));
      this.#copyColumn(source.addr, from, staged, addr);
      this.#copyColumn(source.length, from, staged, length);
      if (source.flags !== undefined) this.#copyColumn(source.flags, from, staged, flags);
    }
    const at = from - this.#stagedFrom;
    wrote(
      output,
      this.#kernels.coalesceColumns(
        this.#work.address,
        addr + at * source.addr.BYTES_PER_ELEMENT,
        typeOf(source.addr),
        length + at * source.length.BYTES_PER_ELEMENT,
        typeOf(source.length),
        source.flags === undefined ? 0 : flags + at * 4,
        Math.min(end, this.#stagedEnd) - from,
        addressOf(output),
        output.room,
      ),
    );
    return this.#work.get(TAKEN);
  }

  frames(source: FrameData, from: number, end: number, output: Output): number {
    if (!this.#isStaged(source, from)) {
      const staged = this.#stageFrom(source, from, Math.min(end - from, STAGE_BYTES / 8));
      this.#copyColumn(source.frames, from, staged, this.#stage);
    }
    wrote(
      output,
      this.#kernels.coalesceFrames(
        this.#work.address,
        this.#stage + (from - this.#stagedFrom) * source.frames.BYTES_PER_ELEMENT,
        typeOf(source.frames),
        Math.min(end, this.#stagedEnd) - from,
        source.pageShift,
        source.flags,
        addressOf(output),
        output.room,
      ),
    );
    return this.#work.get(TAKEN);
  }

  range(range: Fields, output: Output): boolean {
    // One row of columns: addr, length (which a record could not hold) and flags.
    this.#staged = undefined;
    const { words } = this.#arena;
    const row = this.#stage / 4;
    words[row] = range.addrLo;
    words[row + 1] = range.addrHi;
    words[row + 2] = range.lengthLo;
    words[row + 3] = range.lengthHi;
    words[row + 4] = range.flags;
    const stage = this.#stage;
    wrote(
      output,
      this.#kernels.coalesceColumns(
        this.#work.address,
        stage,
        0,
        stage + 8,
        0,
        stage + 16,
        1,
        addressOf(output),
        output.room,
      ),
    );
    return this.#work.get(TAKEN) === 1;
  }

  countValid(source: Block, from: number, count: number): number {
    return this.#kernels.countValid((source as WasmBlock).address + from * RECORD_BYTES, count) >>> 0;
  }

  flush(output: Output): void {
    wrote(output, this.#kernels.flush(this.#work.address, addressOf(output), output.room));
  }

  checkpoint(): void {
    this.#saved.set(this.#work.words(0, SKIP_EMPTY));
  }

  rollback(): void {
    this.#work.words(0, SKIP_EMPTY).set(this.#saved);
  }

  reset(): void {
    this.#work.set(HELD, 0);
    this.#staged = undefined;
  }

  free(): void {
    this.#work.free();
  }

  /** Whether the stage has the element. From 0 on nothing is: whoever packs records anew begins there. */
  #isStaged(source: unknown, from: number): boolean {
    return this.#staged === source && from > 0 && from >= this.#stagedFrom && from < this.#stagedEnd;
  }

  /** Notes what is copied in now. @returns How many elements. */
  #stageFrom(source: unknown, from: number, count: number): number {
    this.#staged = source;
    this.#stagedFrom = from;
    this.#stagedEnd = from + count;
    return count;
  }

  #copyRecords(source: Int32Array | Uint8Array, from: number, count: number): void {
    if (!(source instanceof Int32Array)) {
      this.#copyIn(source, from * RECORD_BYTES, count * RECORD_BYTES, this.#stage);
      return;
    }
    const { signed } = this.#arena;
    const stage = this.#stage / 4;
    const first = from * RECORD_WORDS;
    const words = count * RECORD_WORDS;
    if (count <= FEW_RECORDS) for (let at = 0; at < words; at++) signed[stage + at] = source[first + at] as number;
    else signed.set(words === source.length ? source : source.subarray(first, first + words), stage);
  }

  #copyColumn(column: Column, from: number, count: number, to: number): void {
    this.#copyIn(column, from * column.BYTES_PER_ELEMENT, count * column.BYTES_PER_ELEMENT, to);
  }

  #copyIn(source: ArrayBufferView, fromByte: number, byteLength: number, to: number): void {
    this.#arena.bytes.set(new Uint8Array(source.buffer, source.byteOffset + fromByte, byteLength), to);
  }
}

/** `Column` in assembly/column.ts. */
function typeOf(column: Column): number {
  return column instanceof BigUint64Array ? 0 : column instanceof Float64Array ? 1 : 2;
}
