import { Batch, PlacedRecords } from "./engine/batch.js";
import type { Block, Engine } from "./engine/engine.js";
import { prefersSmall } from "./engine/select.js";
import { expected, SegringError } from "./errors.js";
import { PackedRecords, type RangeInput } from "./input.js";
import { type CheckedLimits, checkInteger, type SegmentLimits } from "./limits.js";
import { FOUR_GIB, RECORD_BYTES } from "./record.js";
import { SegmentStream } from "./stream.js";
import { SegmentTable } from "./table.js";
import { recordTransform } from "./transform.js";

/** How a mapper is made. */
export interface MapperOptions extends SegmentLimits {
  /** `auto` (default) takes wasm where it runs and JavaScript for the rest, by measured crossover; the bytes are the same. */
  engine?: "auto" | "wasm" | "js" | undefined;
  /** segring's kernel, compiled or as bytes (`segring/kernel.wasm`), where the embedded one may not be compiled. */
  module?: WebAssembly.Module | BufferSource | undefined;
  /** What the mapper's own memory may grow to, 65536 to 2^32 bytes, rounded down to 64 KiB. Default 2^32. Results lie outside. */
  maxMemoryBytes?: number | undefined;
}

/** The engines of a mapper: one for packed input, and perhaps another for what is too little for it. */
export interface Engines {
  readonly main: Engine;
  readonly small?: Engine;
}

/** The least memory a mapper can do with: a page of linear memory. */
const MIN_MEMORY_BYTES = 65536;

/** Checks `maxMemoryBytes` and fills in its default. */
export function checkMaxMemory(maxMemoryBytes: unknown = FOUR_GIB): number {
  checkInteger("maxMemoryBytes", maxMemoryBytes, MIN_MEMORY_BYTES, FOUR_GIB);
  return maxMemoryBytes;
}

/** Maps ranges to segments under the limits it was made with. Made by `createMapper` or `createMapperSync`. */
export class SegmentMapper {
  /** The engine of packed input. With `auto`, a small input may run in JavaScript; the bytes are the same. */
  readonly engine: "wasm" | "js";
  /** The limits in force, defaults filled in. */
  readonly limits: CheckedLimits;
  /** Undefined once closed, so that the memory can be collected while the mapper is still referenced. */
  #open: { readonly engines: Engines; readonly main: Batch; readonly small: Batch | undefined } | undefined;
  readonly #streams = new Set<SegmentStream>();
  #input: InputRecords | undefined;

  /** @internal Use `createMapper` or `createMapperSync`. */
  constructor(engines: Engines, limits: CheckedLimits) {
    this.limits = limits;
    this.engine = engines.main.name;
    this.#open = {
      engines,
      main: new Batch(engines.main, limits),
      small: engines.small && new Batch(engines.small, limits),
    };
  }

  /**
   * Joins ranges that touch, in the order given, and splits what is too long (the scatter-gather rule).
   *
   * Two neighbours join iff the next starts where the previous ends, their flags are equal and neither has NOMERGE.
   * Overlap is not contiguity: nothing is merged or dropped. Runs are cut greedily from their start under the limits.
   *
   * @param input             Ranges as objects, a table, columns, page frames or packed records.
   * @param options.skipEmpty Pass over ranges of length 0, which are an error otherwise.
   * @returns A table of its own.
   * @throws {TypeError} The input or a field has the wrong type.
   * @throws {RangeError} A range is not valid; the message names its index. Nothing has changed.
   * @throws {SegringError} OUT_OF_MEMORY past `maxMemoryBytes`, CLOSED.
   *
   * Cost: O(n + segments) time. The mapper's memory holds the segments until they are copied out, and 32 KiB of input.
   */
  coalesce(input: RangeInput, options: { skipEmpty?: boolean | undefined } = {}): SegmentTable {
    const { skipEmpty = false } = options;
    if (typeof skipEmpty !== "boolean") throw new TypeError(expected("skipEmpty", "a boolean", skipEmpty));
    const { engines, main, small } = this.#parts();
    let source: RangeInput | PlacedRecords = input;
    if (input instanceof InputRecords && input.owner === this) {
      source = new PlacedRecords(input.block, input.count);
    }
    const batch = small !== undefined && source === input && prefersSmall(input) ? small : main;
    if (!batch.busy) return new SegmentTable(batch.coalesce(source, skipEmpty));
    // An iterable calls the mapper while it is read: that call gets a coalescer of its own.
    const inner = new Batch((batch === small && engines.small) || engines.main, this.limits);
    try {
      return new SegmentTable(inner.coalesce(source, skipEmpty));
    } finally {
      inner.free();
    }
  }

  /**
   * Records in the mapper's own memory, to be filled in place and given to `coalesce`: nothing is copied in.
   *
   * They hold zeros, which are not valid records, until written. They stay valid until the next call of `input` or
   * `close`; take `bytes` or `words` anew after any other call, because memory that grows detaches views.
   *
   * @param count Records, 0 to 2^28 - 4096.
   * @throws {TypeError} `count` is no number. @throws {RangeError} It is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY (the records before stay valid until these are there), CLOSED.
   *
   * Cost: O(count), to write the zeros.
   */
  input(count: number): PackedRecords {
    const { engines } = this.#parts();
    checkInteger("count", count, 0, 2 ** 28 - 4096);
    const block = engines.main.allocate(count * RECORD_BYTES);
    this.#input?.release();
    block.bytes.fill(0);
    this.#input = new InputRecords(this, block, count);
    return this.#input;
  }

  /**
   * Coalesces an endless input in bounded memory. Several streams on one mapper do not affect each other.
   *
   * @param options.capacity Records in each of its two rings, 2 to 2^26; default 8192 (2 x 128 KiB).
   * @throws {TypeError} `capacity` is no number. @throws {RangeError} It is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   */
  stream(options: { capacity?: number | undefined } = {}): SegmentStream {
    const { capacity = 8192 } = options;
    checkInteger("capacity", capacity, 2, 2 ** 26);
    const stream = new SegmentStream(this.#parts().engines.main, this.limits, capacity, () =>
      this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  /**
   * A pair of web streams: packed records in, in chunks of any size, packed segments out.
   * The output is pulled: a writer waits until what it wrote is taken. A record that is not valid, or bytes that end
   * inside a record, fail both sides with a `SegringError` BAD_RECORD whose `index` counts records from the start.
   *
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   */
  transform(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
    return recordTransform(this.stream());
  }

  /** Gives up the mapper's memory and its streams; tables stay valid. Further calls throw CLOSED, closing again does nothing. */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    for (const stream of this.#streams) stream.close();
    this.#input?.release();
    this.#input = undefined;
    open.main.free();
    open.small?.free();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #parts() {
    if (this.#open === undefined) throw new SegringError("CLOSED", "the mapper is closed");
    return this.#open;
  }
}

/** What `input` gives. */
class InputRecords extends PackedRecords {
  readonly owner: SegmentMapper;
  #block: Block | undefined;

  constructor(owner: SegmentMapper, block: Block, count: number) {
    super(() => this.block.bytes, count);
    this.owner = owner;
    this.#block = block;
  }

  /** @throws {RangeError} A later `input` or `close` has taken the memory back. */
  get block(): Block {
    if (this.#block !== undefined) return this.#block;
    throw new RangeError(expected("input", "the records of the latest input() of an open mapper", this));
  }

  release(): void {
    this.#block?.free();
    this.#block = undefined;
  }
}
