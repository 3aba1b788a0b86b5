import type { KeptLimits } from "../core/device-limits.js";
import { expected, SegringError } from "../core/errors.js";
import type { PackedRecords, RangeInput } from "../core/input.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import type { SegmentTable } from "../core/segment-table.js";
import { plainView, plainWords } from "../core/views.js";
import { orderOf } from "../engine/order.js";
import { Into } from "../engine/results.js";
import { prefersSmall } from "../engine/select.js";
import { FrameList, writeFrames } from "./frame-lists.js";
import {
  type BorrowOption,
  type CoalesceOptions,
  checkCoalesce,
  checkFrames,
  checkUnion,
  type FramesOptions,
  type UnionOptions,
} from "./options.js";
import { type Engines, Seats } from "./seats.js";
import { SegmentStream } from "./stream.js";
import { type RecordTransform, recordTransform } from "./transform.js";

const STREAM_KEYS = { capacity: true } as const;

/** Maps ranges to segments under the limits it was made with. Made by `createMapper` or `createMapperSync`. */
export class SegmentMapper {
  /** The engine of packed input. With `auto`, a small input may run in JavaScript; the bytes are the same. */
  readonly engine: "wasm" | "js";
  /**
   * The limits that the mapper was made with: those of segments, which it keeps, defaults filled in; and those of requests,
   * which it hands on: `requests(table, mapper.limits)`, `validate(table, mapper.limits)`.
   */
  readonly limits: KeptLimits;
  /** Undefined once closed, so that the memory can be collected while the mapper is still referenced. */
  #open: Seats | undefined;
  readonly #streams = new Set<SegmentStream>();
  /** What the last `frames` gave. */
  readonly #frames = new FrameList();

  /** For the package itself. Use `createMapper` or `createMapperSync`. */
  constructor(key: PackageKey, engines: Engines, limits: KeptLimits) {
    checkKey(key, "SegmentMapper", "createMapper or createMapperSync");
    this.limits = limits;
    this.engine = engines.main.name;
    this.#open = new Seats(engines, limits);
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
   * @param input Ranges as objects, a table, columns, page frames or packed records.
   * @returns A table of its own, or one that is lent.
   * @throws {TypeError} The input or a field has the wrong type.
   * @throws {RangeError} A range is not valid; the message names its index. Nothing has changed.
   * @throws {SegringError} OUT_OF_MEMORY past `maxMemoryBytes`: at once where the input says so, as all forms but an iterator
   *   do, not when memory is full. CLOSED.
   *
   * Cost: O(n + segments) time. The mapper's memory holds the segments until they are copied out, and 32 KiB of input.
   */
  coalesce(input: RangeInput, options: CoalesceOptions & BorrowOption = NO_OPTIONS): SegmentTable {
    const { skipEmpty, borrow } = checkCoalesce(options, true);
    return this.#seats().table(input, prefersSmall(input), borrow, (batch, source, result) =>
      batch.coalesce(source, skipEmpty, result),
    );
  }

  /**
   * `coalesce` into memory of the caller: nothing is allocated. What is thrown changes nothing there.
   *
   * @param target 4 words a segment. On an ArrayBuffer or a SharedArrayBuffer, outside the mapper's memory; the input may
   *   lie there too.
   * @returns Segments. The words behind them are untouched. `SegmentTable.view(target, count)` makes a table of them.
   * @throws {RangeError} Also: there is too little room; the message says how many segments there are.
   */
  coalesceInto(input: RangeInput, target: Uint32Array, options: CoalesceOptions = NO_OPTIONS): number {
    const { skipEmpty } = checkCoalesce(options, false);
    const seats = this.#seats();
    const result = new Into(this.#target(plainWords("target", target)));
    return seats.run(input, prefersSmall(input), (batch, source) => batch.coalesce(source, skipEmpty, result));
  }

  /**
   * Unites ranges as sets of bytes, in any order (the set rule): overlapping and touching ranges join, and those with no
   * more than `gapBytes` between them; what is too long is split, as in `coalesce`.
   *
   * Ranges of different flags are separate sets. NOMERGE ranges pass through, split at most. The segments are ordered by
   * address, flags, length. The result does not depend on the order of the input, and uniting results is the same as
   * uniting all of their inputs.
   *
   * @param input As for `coalesce`. It is not changed, records of `input()` neither.
   * @returns A table of its own, or one that is lent.
   * @throws {TypeError} The input, a field or an option has the wrong type.
   * @throws {RangeError} A range or `gapBytes` is not valid; the message names its index. Nothing has changed.
   * @throws {SegringError} OUT_OF_MEMORY past `maxMemoryBytes`: at once where the input says so, as all forms but an iterator
   *   do, not when memory is full. CLOSED.
   *
   * Cost: O(n + segments) time on any input: a radix sort, which sorted input does not pay for. Ranges that touch in the
   * order given join first. The mapper's memory holds what is left twice, 16 bytes each, and then the segments.
   */
  union(input: RangeInput, options: UnionOptions & BorrowOption = NO_OPTIONS): SegmentTable {
    const { gap, skipEmpty, borrow } = checkUnion(options, true);
    return this.#seats().table(input, false, borrow, (batch, source, result) =>
      batch.union(source, skipEmpty, gap, result),
    );
  }

  /** `union` into memory of the caller, as `coalesceInto`. */
  unionInto(input: RangeInput, target: Uint32Array, options: UnionOptions = NO_OPTIONS): number {
    const { gap, skipEmpty } = checkUnion(options, false);
    const seats = this.#seats();
    const result = new Into(this.#target(plainWords("target", target)));
    return seats.run(input, false, (batch, source) => batch.union(source, skipEmpty, gap, result));
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
    const seats = this.#seats();
    checkInteger("count", count, 0, 2 ** 28 - 4096);
    return seats.input(count);
  }

  /**
   * The numbers of the pages that each segment of a table touches, segment by segment: what `pageFrames` takes, and what
   * `pages(table, pageBytes)` lists, at the speed of memory.
   *
   * @returns A view of the mapper's memory, where nothing is copied: valid until the next call of any method of this
   *   mapper, since memory that grows detaches views. The memory is given back by the next `frames`, and by `close`.
   * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   *
   * Cost: O(pages + segments); 0.15 ns a page where segments are long, 1.3 where each is a page.
   */
  frames(table: SegmentTable, options: FramesOptions = NO_OPTIONS): BigUint64Array {
    const wanted = checkFrames(table, options);
    return this.#frames.list(this.#seats().main.engine, wanted);
  }

  /**
   * `frames` into memory of the caller.
   *
   * @param target A number a page, outside the mapper's memory.
   * @returns Pages written: as many as there is room for, or up to the last one. The numbers behind them are untouched.
   *
   * Cost: as `frames`, and a copy.
   */
  framesInto(table: SegmentTable, target: BigUint64Array, options: FramesOptions = NO_OPTIONS): number {
    const wanted = checkFrames(table, options);
    const { engine } = this.#seats().main;
    return writeFrames(engine, wanted, this.#target(plainView("target", target, "BigUint64Array")));
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
    const { engine } = this.#seats().main;
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
  transform(): RecordTransform {
    return recordTransform(this.stream());
  }

  /** @internal The indices of integers from 0 to 2^53 - 1, by size, equal ones as they were. For `segring/plan/columns`. */
  orderOf(values: ArrayLike<number>): Uint32Array<ArrayBuffer> {
    return orderOf(this.#seats().main.engine, values);
  }

  /** Gives up the mapper's memory and its streams; tables of their own stay valid. Further calls throw CLOSED, closing again does nothing. */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    for (const stream of this.#streams) stream.close();
    this.#frames.free();
    open.close();
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** For a call: ends the table that the call before has lent. @throws {SegringError} CLOSED */
  #seats(): Seats {
    if (this.#open === undefined) throw new SegringError("CLOSED", "the mapper is closed");
    this.#open.endLease();
    return this.#open;
  }

  #target<T extends Uint32Array | BigUint64Array>(target: T): T {
    if (!this.#open?.holds(target)) return target;
    throw new RangeError(expected("target", "memory outside the mapper's", target));
  }
}
