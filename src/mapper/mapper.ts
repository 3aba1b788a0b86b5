import { expected, SegringError } from "../core/errors.js";
import { PackedRecords, packedRecords, type RangeInput } from "../core/input.js";
import { type CheckedLimits, checkInteger, checkPowerOfTwo } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { countPages, placeOfPage } from "../core/page-counts.js";
import { checkU64, RECORD_BYTES, type U64 } from "../core/record.js";
import { checkTable, SegmentTable } from "../core/segment-table.js";
import { plainView } from "../core/views.js";
import { Batch, PlacedRecords } from "../engine/batch.js";
import type { Block, Engine } from "../engine/engine.js";
import { OVERRUN } from "../engine/layout.generated.js";
import { orderOf } from "../engine/order.js";
import { prefersSmall } from "../engine/select.js";
import { MapperInput } from "./input-records.js";
import { SegmentStream } from "./stream.js";
import { recordTransform } from "./transform.js";

/** The engines of a mapper: one for packed input, and perhaps another for what is too little for it. */
export interface Engines {
  readonly main: Engine;
  readonly small?: Engine;
}

/** An engine, and what runs whole inputs through it. */
interface Seat {
  readonly engine: Engine;
  readonly batch: Batch;
}

/** The engine whose memory holds the records of `input`. */
interface InputSeat extends Seat {
  readonly block: Block;
  readonly records: MapperInput;
}

const COALESCE_KEYS = { skipEmpty: true } as const;
const UNION_KEYS = { gapBytes: true, skipEmpty: true } as const;
const FRAMES_KEYS = { pageBytes: true, addresses: true, target: true, from: true, maxCount: true } as const;
const STREAM_KEYS = { capacity: true } as const;

/** Maps ranges to segments under the limits it was made with. Made by `createMapper` or `createMapperSync`. */
export class SegmentMapper {
  /** The engine of packed input. With `auto`, a small input may run in JavaScript; the bytes are the same. */
  readonly engine: "wasm" | "js";
  /** The limits in force, defaults filled in. */
  readonly limits: CheckedLimits;
  /** Undefined once closed, so that the memory can be collected while the mapper is still referenced. */
  #open: { readonly main: Seat; readonly small: Seat | undefined } | undefined;
  readonly #streams = new Set<SegmentStream>();
  /** What the last `frames` gave. */
  #frames: Block | undefined;
  #input: InputSeat | undefined;

  /** For the package itself. Use `createMapper` or `createMapperSync`. */
  constructor(key: PackageKey, engines: Engines, limits: CheckedLimits) {
    checkKey(key, "SegmentMapper", "createMapper or createMapperSync");
    this.limits = limits;
    this.engine = engines.main.name;
    this.#open = {
      main: { engine: engines.main, batch: new Batch(engines.main, limits) },
      small: engines.small && { engine: engines.small, batch: new Batch(engines.small, limits) },
    };
  }

  /** @internal Whether this class has made `value`. */
  static isMapper(value: unknown): value is SegmentMapper {
    return typeof value === "object" && value !== null && #open in value;
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
   * @throws {SegringError} OUT_OF_MEMORY past `maxMemoryBytes`: at once where the input says so, as all forms but an iterator
   *   do, not when memory is full. CLOSED.
   *
   * Cost: O(n + segments) time. The mapper's memory holds the segments until they are copied out, and 32 KiB of input.
   */
  coalesce(input: RangeInput, options: { skipEmpty?: boolean | undefined } = NO_OPTIONS): SegmentTable {
    checkKeys("options", options, COALESCE_KEYS);
    const { skipEmpty = false } = options;
    checkBoolean("skipEmpty", skipEmpty);
    return this.#run(input, prefersSmall(input), (batch, source) => batch.coalesce(source, skipEmpty));
  }

  /**
   * Unites ranges as sets of bytes, in any order (the set rule): overlapping and touching ranges join, and those with no
   * more than `gapBytes` between them; what is too long is split, as in `coalesce`.
   *
   * Ranges of different flags are separate sets. NOMERGE ranges pass through, split at most. The segments are ordered by
   * address, flags, length. The result does not depend on the order of the input, and uniting results is the same as
   * uniting all of their inputs.
   *
   * @param input             As for `coalesce`. It is not changed, records of `input()` neither.
   * @param options.gapBytes  0 (default) to 2^64 - 1. Two ranges join iff no more bytes than these lie between them.
   * @param options.skipEmpty Pass over ranges of length 0, which are an error otherwise.
   * @returns A table of its own.
   * @throws {TypeError} The input, a field or an option has the wrong type.
   * @throws {RangeError} A range or `gapBytes` is not valid; the message names its index. Nothing has changed.
   * @throws {SegringError} OUT_OF_MEMORY past `maxMemoryBytes`: at once where the input says so, as all forms but an iterator
   *   do, not when memory is full. CLOSED.
   *
   * Cost: O(n + segments) time on any input: a radix sort, which sorted input does not pay for. Ranges that touch in the
   * order given join first. The mapper's memory holds what is left twice, 16 bytes each, and then the segments.
   */
  union(
    input: RangeInput,
    options: { gapBytes?: U64 | undefined; skipEmpty?: boolean | undefined } = NO_OPTIONS,
  ): SegmentTable {
    checkKeys("options", options, UNION_KEYS);
    const { gapBytes = 0, skipEmpty = false } = options;
    checkU64("gapBytes", gapBytes);
    checkBoolean("skipEmpty", skipEmpty);
    const gap = BigInt(gapBytes);
    return this.#run(input, false, (batch, source) => batch.union(source, skipEmpty, gap));
  }

  /**
   * Records in the mapper's own memory, to be filled in place and given to `coalesce`: nothing is copied in.
   *
   * They hold zeros, which are not valid records, until written. Records and views of them stay valid until the next `input`
   * or `close`, whatever is mapped meanwhile: they lie in memory of their own, which does not grow. Up to `maxMemoryBytes`
   * of it, beside the other memory of the mapper.
   *
   * @param count Records, 0 to 2^28 - 4096.
   * @throws {TypeError} `count` is no number. @throws {RangeError} It is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY (the records before stay valid), CLOSED.
   *
   * Cost: O(count), to write the zeros; 0.1 ms for memory of more records than any before. The memory has four times the
   * bytes of the records, for results; what is never written takes address space only.
   */
  input(count: number): PackedRecords {
    const { main } = this.#parts();
    checkInteger("count", count, 0, 2 ** 28 - 4096);
    const byteLength = count * RECORD_BYTES;
    const before = this.#input;
    const seat =
      before !== undefined && before.block.byteLength >= byteLength ? before : this.#newInput(main, byteLength);
    before?.records.release(false);
    seat.block.bytes.fill(0, 0, byteLength);
    const records = new MapperInput(seat.block, byteLength);
    this.#input = { ...seat, records };
    return new PackedRecords(PACKAGE, records, count);
  }

  /** Memory for records. That of the records before is given back, unless there is none for these. */
  #newInput(main: Seat, byteLength: number): Omit<InputSeat, "records"> {
    const { engine, block } = main.engine.pinned(byteLength);
    try {
      const batch = engine === main.engine ? main.batch : new Batch(engine, this.limits, true);
      this.#input?.block.free();
      return { engine, batch, block };
    } catch (error) {
      block.free();
      throw error;
    }
  }

  /**
   * The numbers of the pages that each segment of a table touches, segment by segment: what `pageFrames` takes, and what
   * `pages(table, pageBytes)` lists, at the speed of memory.
   *
   * @param options.pageBytes A power of two from 1 to 2^63; default 4096.
   * @param options.addresses Give the address of each page, its number times `pageBytes`. Default false.
   * @param options.target    Where they go; must not lie in the mapper's memory. Default: memory of the mapper, where
   *   nothing is copied: what is returned is valid until the next call of any method of this mapper, since memory that grows
   *   detaches views. The memory is given back by the next `frames`, and by `close`.
   * @param options.from      The first page wanted; default 0. A long list may be taken in pieces, from front to back.
   * @param options.maxCount  Pages wanted at most; default: as many as there are, or as `target` holds.
   * @returns The part of `target` that was written, which is all of it or up to the last page.
   * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   *
   * Cost: O(pages + segments); 0.15 ns a page where segments are long, 1.3 where each is a page, and a copy with `target`.
   */
  frames(
    table: SegmentTable,
    options: {
      pageBytes?: U64 | undefined;
      addresses?: boolean | undefined;
      target?: BigUint64Array | undefined;
      from?: U64 | undefined;
      maxCount?: number | undefined;
    } = NO_OPTIONS,
  ): BigUint64Array {
    checkKeys("options", options, FRAMES_KEYS);
    const { pageBytes = 4096, addresses = false, from = 0, maxCount = 2 ** 29 } = options;
    checkTable("table", table);
    const shift = checkPowerOfTwo("pageBytes", pageBytes);
    checkBoolean("addresses", addresses);
    const target = options.target === undefined ? undefined : plainView("target", options.target, "BigUint64Array");
    checkU64("from", from);
    checkInteger("maxCount", maxCount, 0, 2 ** 29);
    const place = placeOfPage(table.words, shift, BigInt(from));
    if (place === undefined) {
      const all = countPages(table.words, shift);
      throw new RangeError(expected("from", `0 to ${all} (the table's pages)`, from));
    }
    const { engine } = this.#parts().main;
    if (target !== undefined && engine.name === "wasm" && engine.mustCopy(target)) {
      throw new RangeError(expected("target", "memory outside the mapper's", target));
    }
    const numbers = { shift, scale: addresses ? shift : 0 };
    const expander = engine.expander();
    try {
      if (target !== undefined) {
        const room = Math.min(target.length, maxCount);
        return target.subarray(0, expander.expand(table.words, place, numbers, { target, at: 0, room }));
      }
      this.#frames?.free();
      this.#frames = undefined;
      // Not counted, which would take longer than to list them: each segment begins and ends a page more at most.
      const left = (count: bigint) => Math.min(Number(count - BigInt(from)), maxCount) * 8 + OVERRUN;
      const most = (table.totalBytes >> BigInt(shift)) + 2n * BigInt(table.length);
      const block = allocateSome(engine, left(most), () => left(countPages(table.words, shift)));
      this.#frames = block;
      const room = (block.byteLength - OVERRUN) / 8;
      const count = expander.expand(table.words, place, numbers, { target: block, at: 0, room });
      return new BigUint64Array(block.bytes.buffer, block.bytes.byteOffset, count);
    } finally {
      expander.free();
    }
  }

  /**
   * Coalesces an endless input in bounded memory. Several streams on one mapper do not affect each other.
   *
   * @param options.capacity Records in each of its two rings, 2 to 2^26; default 8192 (2 x 128 KiB).
   * @throws {TypeError} `capacity` is no number. @throws {RangeError} It is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   */
  stream(options: { capacity?: number | undefined } = NO_OPTIONS): SegmentStream {
    checkKeys("options", options, STREAM_KEYS);
    const { capacity = 8192 } = options;
    checkInteger("capacity", capacity, 2, 2 ** 26);
    const { engine } = this.#parts().main;
    const stream = new SegmentStream(PACKAGE, engine, this.limits, capacity, () => this.#streams.delete(stream));
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

  /** @internal The indices of integers from 0 to 2^53 - 1, by size, equal ones as they were. For `segring/plan/columns`. */
  orderOf(values: ArrayLike<number>): Uint32Array<ArrayBuffer> {
    return orderOf(this.#parts().main.engine, values);
  }

  /** Gives up the mapper's memory and its streams; tables stay valid. Further calls throw CLOSED, closing again does nothing. */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    for (const stream of this.#streams) stream.close();
    this.#input?.records.release(true);
    this.#input?.block.free();
    this.#input = undefined;
    this.#frames?.free();
    this.#frames = undefined;
    open.main.batch.free();
    open.small?.batch.free();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Calls with the batch of an engine, `small` where there is one and it is asked for; records of `input` are read where they lie. @throws {SegringError} STALE, CLOSED */
  #run(
    input: RangeInput,
    wantsSmall: boolean,
    call: (batch: Batch, source: RangeInput | PlacedRecords) => ArrayBuffer,
  ): SegmentTable {
    const { main, small = main } = this.#parts();
    const source = input instanceof PackedRecords ? PackedRecords.sourceOf(input) : undefined;
    if (!(source instanceof MapperInput)) return this.#runOn(wantsSmall ? small : main, input, call);
    const { block } = source;
    const seat = this.#input;
    if (!wantsSmall && seat?.records === source) {
      try {
        return this.#runOn(seat, new PlacedRecords(block, (input as PackedRecords).count), call);
      } catch (error) {
        // Beside the records there is no room for the result.
        if (seat.engine === main.engine || (error as SegringError)?.code !== "OUT_OF_MEMORY") throw error;
      }
    }
    return this.#runOn(wantsSmall ? small : main, packedRecords(source.bytes), call);
  }

  #runOn(
    { engine, batch }: Seat,
    source: RangeInput | PlacedRecords,
    call: (batch: Batch, source: RangeInput | PlacedRecords) => ArrayBuffer,
  ): SegmentTable {
    if (!batch.busy) return new SegmentTable(PACKAGE, call(batch, source));
    // An iterable calls the mapper while it is read: that call gets a coalescer of its own.
    const inner = new Batch(engine, this.limits);
    try {
      return new SegmentTable(PACKAGE, call(inner, source));
    } finally {
      inner.free();
    }
  }

  #parts() {
    if (this.#open === undefined) throw new SegringError("CLOSED", "the mapper is closed");
    return this.#open;
  }
}

/** A block of `most` bytes, or where there are not so many of `needed`. @throws {SegringError} OUT_OF_MEMORY */
function allocateSome(engine: Engine, most: number, needed: () => number): Block {
  try {
    return engine.allocate(most);
  } catch (error) {
    if (error instanceof SegringError) return engine.allocate(needed());
    throw error;
  }
}

function checkBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") throw new TypeError(expected(name, "a boolean", value));
}
