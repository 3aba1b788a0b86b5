import type { Column, Columns, PageFrames } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import type { Fields } from "../core/range-fields.js";
import { RECORD_BYTES } from "../core/record.js";
import { Arena, PAGE_BYTES } from "./arena.js";
import type { Block, Coalescer, Engine, Output } from "./engine.js";
import { ABI, BAD, HELD, SKIP_EMPTY, TAKEN, UNCUT, WORK_BYTES } from "./layout.js";
import { addressOf, CALL_RECORDS, checkAbi, heldSegments, WasmBlock, writeLimits } from "./wasm-block.js";
import { type PagesKernel, pagesKernel, WasmExpander } from "./wasm-pages.js";
import { type UnionKernels, unionKernels, WasmRuns } from "./wasm-union.js";

/** What assembly/index.ts exports. Addresses are bytes in linear memory; column types as `typeOf` gives them. */
interface Kernels {
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
const STAGE_BYTES = 32 * 1024;
/** In memory for records of a caller: what a coalescer and small results take. */
const PINNED_BYTES = 32 * 1024;
/** The same where all that is staged is one row of columns: two u64 and flags. */
const ROW_BYTES = 32;

/**
 * The engine over the AssemblyScript kernels.
 *
 * @param maxMemoryBytes What its linear memory may grow to, at least 64 KiB.
 * @param unionModule    Asked for at the first union: who has none does not pay for it.
 * @param pagesModule    The same at the first expansion.
 * @throws {LinkError|TypeError} `module` is not segring's kernel.
 */
export function wasmEngine(
  module: WebAssembly.Module,
  maxMemoryBytes: number,
  unionModule: () => WebAssembly.Module,
  pagesModule: () => WebAssembly.Module,
): Engine {
  return engineOver(new Arena(maxMemoryBytes), module, maxMemoryBytes, unionModule, pagesModule);
}

function engineOver(
  arena: Arena,
  ...[module, maxMemoryBytes, unionModule, pagesModule]: Parameters<typeof wasmEngine>
): Engine {
  const { exports } = new WebAssembly.Instance(module, { env: { memory: arena.memory } });
  const kernels = exports as unknown as Kernels;
  checkAbi("module", exports, "ABI", ABI);
  let union: UnionKernels | undefined;
  const unionOf = () => {
    union ??= unionKernels(unionModule(), arena.memory);
    return union;
  };
  let pages: PagesKernel | undefined;
  const pagesOf = () => {
    pages ??= pagesKernel(pagesModule(), arena.memory);
    return pages;
  };
  return {
    name: "wasm",
    allocate: (byteLength) => new WasmBlock(arena, byteLength),
    pinned(byteLength) {
      const engine = engineOver(
        pinnedArena(byteLength, maxMemoryBytes),
        module,
        maxMemoryBytes,
        unionModule,
        pagesModule,
      );
      return { engine, block: engine.allocate(byteLength) };
    },
    get room() {
      return arena.room;
    },
    mustCopy: (view) => view.buffer === arena.memory.buffer,
    coalescer: (limits, inPlace) => new WasmCoalescer(arena, kernels, limits, inPlace ? ROW_BYTES : STAGE_BYTES),
    prepare: (kernel) => void (kernel === "runs" ? unionOf() : pagesOf()),
    runs: (limits) => new WasmRuns(arena, unionOf(), limits),
    expander: () => new WasmExpander(arena, pagesOf()),
  };
}

/** Memory for a block, for a coalescer with its first output, and for runs and the two copies of them that a sort takes. */
function pinnedArena(byteLength: number, maxMemoryBytes: number): Arena {
  const least = Math.ceil((byteLength + PINNED_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  const most = Math.ceil((4 * byteLength + PINNED_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  try {
    return new Arena(Math.min(most, maxMemoryBytes), true);
  } catch {
    return new Arena(Math.min(least, maxMemoryBytes), true);
  }
}

class WasmCoalescer implements Coalescer {
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #work: number;
  readonly #stage: number;
  readonly #limits: CheckedLimits;
  readonly #byteLength: number;
  /** The work block up to HELD. */
  readonly #saved = new Uint32Array(SKIP_EMPTY / 4);

  constructor(arena: Arena, kernels: Kernels, limits: CheckedLimits, stageBytes: number) {
    this.#arena = arena;
    this.#kernels = kernels;
    this.#limits = limits;
    this.#byteLength = WORK_BYTES + stageBytes;
    this.#work = arena.allocate(this.#byteLength);
    this.#stage = this.#work + WORK_BYTES;
    const { words } = arena;
    words.fill(0, this.#work / 4, (this.#work + WORK_BYTES) / 4);
    writeLimits(arena, this.#work, limits);
    kernels.open(this.#work);
  }

  get bad(): boolean {
    return this.#get(BAD) !== 0;
  }

  get held(): boolean {
    return this.#get(HELD) !== 0;
  }

  get heldSegments(): number {
    return heldSegments(this.#arena, this.#work, this.#limits, this.uncut);
  }

  get skipEmpty(): boolean {
    return this.#get(SKIP_EMPTY) !== 0;
  }

  set skipEmpty(skip: boolean) {
    this.#arena.words[(this.#work + SKIP_EMPTY) / 4] = skip ? 1 : 0;
  }

  get uncut(): boolean {
    return this.#get(UNCUT) !== 0;
  }

  set uncut(uncut: boolean) {
    this.#arena.words[(this.#work + UNCUT) / 4] = uncut ? 1 : 0;
  }

  records(source: Block | Uint8Array, from: number, end: number, output: Output): number {
    let input: number;
    let count: number;
    if (source instanceof WasmBlock) {
      input = source.address + from * RECORD_BYTES;
      count = Math.min(end - from, CALL_RECORDS);
    } else {
      input = this.#stage;
      count = Math.min(end - from, STAGE_BYTES / RECORD_BYTES);
      this.#copyIn(source as Uint8Array, from * RECORD_BYTES, count * RECORD_BYTES, input);
    }
    this.#wrote(output, this.#kernels.coalesceRecords(this.#work, input, count, addressOf(output), output.room));
    return this.#get(TAKEN);
  }

  columns(source: Columns, from: number, end: number, output: Output): number {
    // 8 + 8 + 4 bytes an element at most.
    const count = Math.min(end - from, STAGE_BYTES / 32);
    const addr = this.#stage;
    const length = addr + count * 8;
    const flags = length + count * 8;
    this.#copyColumn(source.addr, from, count, addr);
    this.#copyColumn(source.length, from, count, length);
    if (source.flags !== undefined) this.#copyColumn(source.flags, from, count, flags);
    this.#wrote(
      output,
      this.#kernels.coalesceColumns(
        this.#work,
        addr,
        typeOf(source.addr),
        length,
        typeOf(source.length),
        source.flags === undefined ? 0 : flags,
        count,
        addressOf(output),
        output.room,
      ),
    );
    return this.#get(TAKEN);
  }

  frames(source: PageFrames, from: number, end: number, output: Output): number {
    const count = Math.min(end - from, STAGE_BYTES / 8);
    this.#copyColumn(source.frames, from, count, this.#stage);
    this.#wrote(
      output,
      this.#kernels.coalesceFrames(
        this.#work,
        this.#stage,
        typeOf(source.frames),
        count,
        source.pageShift,
        source.flags,
        addressOf(output),
        output.room,
      ),
    );
    return this.#get(TAKEN);
  }

  range(range: Fields, output: Output): boolean {
    // One row of columns: addr, length (which a record could not hold) and flags.
    const { words } = this.#arena;
    const row = this.#stage / 4;
    words[row] = range.addrLo;
    words[row + 1] = range.addrHi;
    words[row + 2] = range.lengthLo;
    words[row + 3] = range.lengthHi;
    words[row + 4] = range.flags;
    const stage = this.#stage;
    this.#wrote(
      output,
      this.#kernels.coalesceColumns(this.#work, stage, 0, stage + 8, 0, stage + 16, 1, addressOf(output), output.room),
    );
    return this.#get(TAKEN) === 1;
  }

  countValid(source: Block, from: number, count: number): number {
    return this.#kernels.countValid((source as WasmBlock).address + from * RECORD_BYTES, count) >>> 0;
  }

  flush(output: Output): void {
    this.#wrote(output, this.#kernels.flush(this.#work, addressOf(output), output.room));
  }

  checkpoint(): void {
    const run = this.#work / 4;
    this.#saved.set(this.#arena.words.subarray(run, run + this.#saved.length));
  }

  rollback(): void {
    this.#arena.words.set(this.#saved, this.#work / 4);
  }

  reset(): void {
    this.#arena.words[(this.#work + HELD) / 4] = 0;
  }

  free(): void {
    this.#arena.free(this.#work, this.#byteLength);
  }

  #get(field: number): number {
    return this.#arena.words[(this.#work + field) / 4] as number;
  }

  #wrote(output: Output, segments: number): void {
    output.at += segments;
    output.room -= segments;
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
