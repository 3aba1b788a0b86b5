import { RECORD_BYTES } from "../core/record.js";
import type { Arena } from "./arena.js";
import { bucketsKernelHex } from "./buckets-kernel.generated.js";
import { EmbeddedModule } from "./embedded.js";
import type { Block, Buckets, Chunk, RecordsSource } from "./engine.js";
import { instantiate } from "./instantiate.js";
import {
  ADDR_SHIFT,
  BUCKET_SHIFT,
  BUCKETS,
  BUCKETS_ABI,
  BUCKETS_BLOCK_BYTES,
  FALLING,
  FULL_KEYS,
  HEADS,
  LOOKED,
  PIECE_BYTES,
  PIECE_HEAD,
  TAILS,
  TOUCHING,
} from "./layout.generated.js";
import { WasmBlock } from "./wasm-block.js";
import { WorkBlock } from "./work-block.js";

/** What assembly/buckets-index.ts exports. `work` is the work block of a union, `block` that of the buckets. */
interface BucketsKernel {
  look(block: number, input: number, count: number): void;
  openDistinct(block: number, record: number, output: number): number;
  keepDistinct(block: number, input: number, count: number, output: number): number;
  plan(work: number, block: number, count: number): number;
  openBuckets(block: number, pool: number): void;
  openSlots(work: number, block: number): void;
  partRecords(block: number, input: number, count: number): number;
  uniteKeys(
    work: number,
    block: number,
    bucket: number,
    count: number,
    first: number,
    second: number,
    output: number,
  ): number;
  uniteSlots(work: number, block: number, bucket: number, slots: number, output: number): number;
}

/** Records that one call of the kernel parts: a second-level cache holds them and their keys. */
const CHUNK_RECORDS = 16384;
/** What the sort of a bucket needs beside its keys: a line a digit. */
const SORT_BYTES = 65536;

const embedded = /* @__PURE__ */ new EmbeddedModule(bucketsKernelHex);

/** Makes buckets by the kernel, over the memory of an engine. The kernel is compiled when the first are made. */
export class WasmBucketsMaker {
  readonly #arena: Arena;
  #kernel: BucketsKernel | undefined;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /**
   * @param work The work block of the union. @returns undefined where the kernel may not be compiled.
   * @throws {SegringError} OUT_OF_MEMORY
   */
  make(work: WorkBlock): Buckets | undefined {
    if (this.#kernel === undefined) {
      let module: WebAssembly.Module;
      try {
        module = embedded.compileSync();
      } catch {
        return undefined;
      }
      const kernel = { option: "module", abi: "BUCKETS_ABI", version: BUCKETS_ABI };
      this.#kernel = instantiate<BucketsKernel>(module, this.#arena.memory, kernel);
    }
    return new WasmBuckets(this.#arena, this.#kernel, work);
  }
}

class WasmBuckets implements Buckets {
  readonly #arena: Arena;
  readonly #kernel: BucketsKernel;
  readonly #work: WorkBlock;
  readonly #block: WorkBlock;
  #keyBytes = 0;
  /** Pieces of address and bytes, to be freed. */
  readonly #taken: { readonly address: number; readonly byteLength: number }[] = [];
  #stage: number | undefined;
  #slots = 0;
  #first = 0;
  #second = 0;

  constructor(arena: Arena, kernel: BucketsKernel, work: WorkBlock) {
    this.#arena = arena;
    this.#kernel = kernel;
    this.#work = work;
    this.#block = new WorkBlock(arena, BUCKETS_BLOCK_BYTES, HEADS);
  }

  look(source: RecordsSource, from: number, end: number): void {
    this.#each(source, from, end, (input, count) => {
      this.#kernel.look(this.#block.address, input, count);
      return true;
    });
  }

  distinct(source: RecordsSource, count: number, room: number): Chunk | undefined {
    const block = new WasmBlock(this.#arena, (room + CHUNK_RECORDS) * RECORD_BYTES);
    const { address } = block;
    let kept = 0;
    const fits = this.#each(source, 0, count, (input, records) => {
      const { address: own } = this.#block;
      if (kept === 0) kept = this.#kernel.openDistinct(own, input, address) >>> 0;
      if (kept > room) return false;
      kept += this.#kernel.keepDistinct(own, input, records, address + kept * RECORD_BYTES) >>> 0;
      return kept <= room;
    });
    if (fits) return { block, count: kept };
    block.free();
    return undefined;
  }

  get looks(): { readonly count: number; readonly falling: number; readonly touching: number } {
    const block = this.#block;
    return { count: block.get(LOOKED), falling: block.get(FALLING), touching: block.get(TOUCHING) };
  }

  open(count: number): boolean {
    this.#keyBytes = this.#kernel.plan(this.#work.address, this.#block.address, count);
    if (this.#keyBytes === 0) return false;
    const inPiece = (PIECE_BYTES - PIECE_HEAD) / this.#keyBytes;
    const pieces = Math.ceil(count / inPiece) + this.count + 2;
    this.#kernel.openBuckets(this.#block.address, this.#take(pieces * PIECE_BYTES, PIECE_BYTES));
    return true;
  }

  part(source: RecordsSource, from: number, end: number): boolean {
    return this.#each(
      source,
      from,
      end,
      (input, count) => this.#kernel.partRecords(this.#block.address, input, count) !== 0,
    );
  }

  get count(): number {
    return this.#block.get(BUCKETS);
  }

  keysOf(bucket: number): number {
    const inLast = ((this.#block.get(TAILS + 4 * bucket) - 1) % PIECE_BYTES) + 1 - PIECE_HEAD;
    return this.#block.get(FULL_KEYS + 4 * bucket) + inLast / this.#keyBytes;
  }

  close(): void {
    if (this.#keyBytes === 4) {
      const bytes = 2 ** (this.#block.get(BUCKET_SHIFT) - this.#block.get(ADDR_SHIFT));
      this.#slots = this.#take(bytes);
      this.#arena.words.fill(0, this.#slots / 4, (this.#slots + bytes) / 4);
      this.#kernel.openSlots(this.#work.address, this.#block.address);
      return;
    }
    let most = 0;
    for (let bucket = 0; bucket < this.count; bucket++) most = Math.max(most, this.keysOf(bucket));
    this.#first = this.#take(most * this.#keyBytes + SORT_BYTES);
    this.#second = this.#take(most * this.#keyBytes + SORT_BYTES);
  }

  unite(bucket: number, output: Block, at: number): number {
    const keys = this.keysOf(bucket);
    if (keys === 0) return 0;
    const work = this.#work.address;
    const block = this.#block.address;
    const to = (output as WasmBlock).address + at * RECORD_BYTES;
    if (this.#keyBytes === 4) return this.#kernel.uniteSlots(work, block, bucket, this.#slots, to);
    return this.#kernel.uniteKeys(work, block, bucket, keys, this.#first, this.#second, to);
  }

  free(): void {
    for (const { address, byteLength } of this.#taken.reverse()) this.#arena.free(address, byteLength);
    this.#taken.length = 0;
    this.#block.free();
  }

  #take(byteLength: number, alignment?: number): number {
    const address = this.#arena.allocate(byteLength, alignment);
    this.#taken.push({ address, byteLength });
    return address;
  }

  /** Calls back with each chunk of records, where the kernel can read it, until a call says no. */
  #each(source: RecordsSource, from: number, end: number, call: (input: number, count: number) => boolean): boolean {
    for (let at = from; at < end; at += CHUNK_RECORDS) {
      const count = Math.min(end - at, CHUNK_RECORDS);
      const input =
        source instanceof WasmBlock
          ? source.address + at * RECORD_BYTES
          : this.#copyIn(source as Int32Array, at, count);
      if (!call(input, count)) return false;
    }
    return true;
  }

  /** Copies records to the stage. */
  #copyIn(source: Int32Array | Uint8Array, from: number, count: number): number {
    this.#stage ??= this.#take(CHUNK_RECORDS * RECORD_BYTES);
    const scale = RECORD_BYTES / source.BYTES_PER_ELEMENT;
    const piece = source.subarray(from * scale, (from + count) * scale);
    if (piece instanceof Int32Array) this.#arena.signed.set(piece, this.#stage / 4);
    else this.#arena.bytes.set(piece, this.#stage);
    return this.#stage;
  }
}
