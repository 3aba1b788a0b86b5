import type { KeptLimits } from "../core/device-limits.js";
import { DISPOSE } from "../core/dispose.js";
import { expected, SegringError } from "../core/errors.js";
import type { PackedRecords } from "../core/input.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import type { SegmentTable } from "../core/segment-table.js";
import { plainView, plainWords } from "../core/views.js";
import type { Engine } from "../engine/engine.js";
import type { RangeInput } from "../engine/range-input.js";
import { Into } from "../engine/results.js";
import { prefersSmall } from "../engine/select.js";
import { SortedTables } from "../engine/sorted-tables.js";
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
import { checkSorted } from "./sorted.js";
import { SegmentStream } from "./stream.js";
import { type RecordTransform, recordTransform } from "./transform.js";

const STREAM_KEYS = { capacity: true } as const;

/** Maps ranges to segments under limits. Made by `createMapper` or `createMapperSync`. */
export class SegmentMapper {
  /**
   * The engine that maps packed input. With `auto`, a small input may run in JavaScript; both engines give the same
   * bytes.
   */
  readonly engine: "wasm" | "js";
  /**
   * The limits that the mapper was made with. The mapper keeps the limits of segments, with defaults filled in. The
   * mapper hands on the limits of requests: `requests(table, mapper.limits)`, `validate(table, mapper.limits)`.
   */
  readonly limits: KeptLimits;
  /** Undefined once closed, so that the memory can be collected while the mapper is still referenced. */
  #open: Seats | undefined;
  readonly #streams = new Set<SegmentStream>();
  /** What the last `frames` gave. */
  readonly #frames = new FrameList();

  /** For the package itself. Use `createMapper` or `createMapperSync`. @hidden */
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
   * Joins contiguous ranges in the order given, and splits what is too long (the scatter-gather rule).
   *
   * Two neighbours join where the second starts at the end of the first, their flags are equal, and neither has
   * NOMERGE. Ranges that overlap are not contiguous: nothing is merged or dropped. A run is cut greedily from its start
   * under the limits.
   *
   * Cost: O(n + segments) time. The mapper's memory holds the segments until they are copied out, and 32 KiB of input.
   *
   * @param input Ranges as objects, a table, columns, page frames or packed records.
   * @returns A table with its own memory, or a lent table.
   * @throws {TypeError} The input or a field has the wrong type.
   * @throws {RangeError} A range is not valid; the message names its index. Nothing has changed.
   * @throws {SegringError} CLOSED, or OUT_OF_MEMORY past `maxMemoryBytes`. Every form of input but an iterator says how
   *   much memory the result needs, so the error comes at once and not when memory is full.
   * @example
   * ```ts
   * const mapper = createMapperSync();
   * const table = mapper.coalesce([{ addr: 0x1000, length: 4096 }, { addr: 0x2000, length: 64 }]);
   * console.log(table.length, table.size(0)); // 1 4160
   * mapper.close();
   * ```
   */
  coalesce(input: RangeInput, options: CoalesceOptions & BorrowOption = NO_OPTIONS): SegmentTable {
    const { skipEmpty, borrow } = checkCoalesce(options, true);
    return this.#seats().table(input, prefersSmall(input), borrow, (batch, source, result) =>
      batch.coalesce(source, skipEmpty, result),
    );
  }

  /**
   * As `coalesce`, but writes into memory of the caller and allocates nothing. A call that throws changes nothing
   * there.
   *
   * @param target 4 words a segment, on an ArrayBuffer or a SharedArrayBuffer, outside the mapper's memory. The input
   *   may lie in that buffer too.
   * @returns Segments. Words behind the segments are untouched. `SegmentTable.view(target, count)` makes a table of the
   *   words.
   * @throws {RangeError} As `coalesce`, and where `target` has too little room; the message says how many segments
   *   there are.
   * @example
   * ```ts
   * const target = new Uint32Array(4 * 256);
   * const count = createMapperSync().coalesceInto([{ addr: 2n ** 32n, length: 4096, flags: BUS }], target);
   * console.log(count, target.subarray(0, 4)); // 1 Uint32Array(4) [ 0, 1, 4096, 4 ]
   * ```
   */
  coalesceInto(input: RangeInput, target: Uint32Array, options: CoalesceOptions = NO_OPTIONS): number {
    const { skipEmpty } = checkCoalesce(options, false);
    const seats = this.#seats();
    const result = new Into(this.#target(plainWords("target", target)));
    return seats.run(input, prefersSmall(input), (batch, source) => batch.coalesce(source, skipEmpty, result));
  }

  /**
   * Unites ranges as sets of bytes, in any order (the set rule). Overlapping and touching ranges join, and so do ranges
   * with no more than `gapBytes` between them. What is too long is split, as in `coalesce`.
   *
   * Ranges of different flags are separate sets. NOMERGE ranges join nothing, and are split where they are too long.
   * The segments are in the order of address, flags, length. The order of the input does not change the result. A union
   * of results equals the union of all their inputs.
   *
   * Cost: O(n + segments) time on any input: a radix sort, which sorted input does not pay for. Ranges that touch in
   * the order given join first. The mapper's memory holds the joined ranges twice, 16 bytes each, and then the
   * segments. Packed records of one kind, 300 or more in disorder, take 4 to 8 bytes each instead, and the segments.
   *
   * @param input As for `coalesce`. The call does not change the input, nor records of `input()`.
   * @returns A table with its own memory, or a lent table.
   * @throws {TypeError} The input, a field or an option has the wrong type.
   * @throws {RangeError} A range or `gapBytes` is not valid; the message names the range's index. Nothing has changed.
   * @throws {SegringError} CLOSED, or OUT_OF_MEMORY as in `coalesce`.
   * @example
   * ```ts
   * const dirty = [{ addr: 0x3000, length: 4096 }, { addr: 0x1000, length: 4096 }, { addr: 0x1800, length: 4096 }];
   * const table = createMapperSync().union(dirty, { gapBytes: 2048 });
   * console.log(table.length, table.at(0)); // 1 { addr: 4096n, length: 12288, flags: 0 }
   * ```
   */
  union(input: RangeInput, options: UnionOptions & BorrowOption = NO_OPTIONS): SegmentTable {
    const { gap, skipEmpty, borrow } = checkUnion(options, true);
    return this.#seats().table(input, false, borrow, (batch, source, result) =>
      batch.union(source, skipEmpty, gap, result),
    );
  }

  /**
   * As `union`, but writes into memory of the caller, as `coalesceInto` does.
   *
   * @example
   * ```ts
   * const target = new Uint32Array(4 * 256);
   * const count = createMapperSync().unionInto([{ addr: 8192, length: 64 }, { addr: 4096, length: 64 }], target);
   * console.log(count, SegmentTable.view(target, count).addr(0)); // 2 4096n
   * ```
   */
  unionInto(input: RangeInput, target: Uint32Array, options: UnionOptions = NO_OPTIONS): number {
    const { gap, skipEmpty } = checkUnion(options, false);
    const seats = this.#seats();
    const result = new Into(this.#target(plainWords("target", target)));
    return seats.run(input, false, (batch, source) => batch.union(source, skipEmpty, gap, result));
  }

  /**
   * Unites tables that are each sorted by address, flags, length, as those are that `union` gives. The result is that of
   * `union` over all segments of all tables, and takes a merge where `union` takes a sort.
   *
   * Cost: O(n log tables + segments) time: 0.7 to 0.9 of the time of `union` over the same segments, with 8 tables.
   * Segments of several kinds that lie over one another are sorted all the same. The mapper's memory holds the merged
   * segments, those that touch joined, 16 bytes each, and then the result.
   *
   * @param tables Tables with memory outside the mapper's; the call does not change them.
   * @returns A table with its own memory, or a lent table.
   * @throws {TypeError} `tables` holds something else than tables, or an option has the wrong type.
   * @throws {RangeError} A table is not sorted; the message names the table and the first segment that belongs before the
   *   one before it. `gapBytes` is not valid.
   * @throws {SegringError} CLOSED, STALE, or OUT_OF_MEMORY as in `coalesce`.
   * @example
   * ```ts
   * const mapper = createMapperSync();
   * const parts = [[0x1000, 0x3000], [0x2000, 0x9000]].map((list) => mapper.union(list.map((addr) => ({ addr, length: 4096 }))));
   * console.log(mapper.mergeSorted(parts).toJSON().map(({ length }) => length)); // [ 12288, 4096 ]
   * ```
   */
  mergeSorted(tables: Iterable<SegmentTable>, options: UnionOptions & BorrowOption = NO_OPTIONS): SegmentTable {
    const { gap, skipEmpty, borrow } = checkUnion(options, true);
    const sorted = new SortedTables(checkSorted(tables));
    return this.#seats().table(sorted, false, borrow, (batch, source, result) =>
      batch.union(source, skipEmpty, gap, result),
    );
  }

  /**
   * Gives records in the mapper's own memory. The caller fills the records in place and passes them to `coalesce` or
   * `union`, so that nothing is copied in.
   *
   * The records hold zeros at first, and zeros are no valid records. Records, and views of them, stay valid until the
   * next `input` or `close`, whatever is mapped meanwhile: the records lie in a memory of their own, which does not
   * grow. That memory may have `maxMemoryBytes`, beside the mapper's other memory.
   *
   * Cost: O(count), to write the zeros; 0.1 ms where more records are asked for than ever before. The memory has five
   * times the bytes of the records, for results; memory that is never written takes address space only.
   *
   * @param count Records, 0 to 2^28 - 4096.
   * @throws {TypeError} `count` is no number. @throws {RangeError} `count` is out of its range.
   * @throws {SegringError} CLOSED, or OUT_OF_MEMORY. After OUT_OF_MEMORY the earlier records stay valid.
   * @example
   * ```ts
   * const mapper = createMapperSync();
   * const records = mapper.input(2);
   * records.words.set([0x1000, 0, 4096, 0, 0x2000, 0, 4096, 0]);
   * console.log(mapper.coalesce(records).size(0)); // 8192
   * ```
   */
  input(count: number): PackedRecords {
    const seats = this.#seats();
    checkInteger("count", count, 0, 2 ** 28 - 4096);
    return seats.input(count);
  }

  /**
   * Lists the numbers of the pages that each segment of a table touches, segment by segment. `pageFrames` takes such a
   * list. `pages(table, pageBytes)` gives the addresses of these pages one by one; `frames` lists them at the speed of
   * memory.
   *
   * Cost: O(pages + segments). A page takes 0.15 ns where segments are long, and 1.3 ns where each segment is a page.
   *
   * @returns A view of the mapper's memory; nothing is copied. The view is valid until the next call of any method of
   *   this mapper, because memory that grows detaches views. The next `frames` and `close` give the memory back.
   * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   * @example
   * ```ts
   * const table = SegmentTable.from([{ addr: 0x1000, length: 8192 }, { addr: 0x9800, length: 512 }]);
   * console.log(createMapperSync().frames(table)); // BigUint64Array(3) [ 1n, 2n, 9n ]
   * ```
   */
  frames(table: SegmentTable, options: FramesOptions = NO_OPTIONS): BigUint64Array {
    const wanted = checkFrames(table, options);
    return this.#frames.list(this.#seats().main.engine, wanted);
  }

  /**
   * As `frames`, but writes into memory of the caller.
   *
   * Cost: as `frames`, and a copy.
   *
   * @param target One number a page, outside the mapper's memory.
   * @returns Pages written: as many as there is room for, or up to the last page. The numbers behind them are
   *   untouched.
   * @example
   * ```ts
   * const pinned = new BigUint64Array(512);
   * const table = SegmentTable.from([{ addr: 0x1000, length: 8192 }]);
   * console.log(createMapperSync().framesInto(table, pinned, { addresses: true }), pinned[1]); // 2 8192n
   * ```
   */
  framesInto(table: SegmentTable, target: BigUint64Array, options: FramesOptions = NO_OPTIONS): number {
    const wanted = checkFrames(table, options);
    const { engine } = this.#seats().main;
    return writeFrames(engine, wanted, this.#target(plainView("target", target, "BigUint64Array")));
  }

  /**
   * Makes a stream, which coalesces an endless input in bounded memory. Several streams on one mapper do not affect
   * each other.
   *
   * @param options.capacity Records in each of the stream's two rings, 2 to 2^26; default 8192 (2 x 128 KiB).
   * @throws {TypeError} `capacity` is no number. @throws {RangeError} `capacity` is out of its range.
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   * @example
   * ```ts
   * const stream = createMapperSync().stream();
   * for (let page = 1; page <= 3; page++) stream.push({ addr: page * 4096, length: 4096 });
   * console.log(stream.flush(), [...stream.drain()]); // true [ { addr: 4096n, length: 12288, flags: 0 } ]
   * ```
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
   * Makes a pair of web streams that takes packed records, in chunks of any size, and gives packed segments. The output
   * is pulled: a writer waits until somebody takes what the writer wrote. A record that is not valid, or input that
   * ends inside a record, fails both sides with a `SegringError` BAD_RECORD, whose `index` counts records from the
   * start.
   *
   * @throws {SegringError} OUT_OF_MEMORY, CLOSED.
   * @example
   * ```ts
   * const records = SegmentTable.from([{ addr: 4096, length: 64 }, { addr: 4160, length: 64 }]).bytes;
   * const segments = new Blob([records.slice()]).stream().pipeThrough(createMapperSync().transform());
   * const bytes = new Uint8Array(await new Response(segments).arrayBuffer());
   * console.log(SegmentTable.fromBytes(bytes).at(0)); // { addr: 4096n, length: 128, flags: 0 }
   * ```
   */
  transform(): RecordTransform {
    return recordTransform(this.stream());
  }

  /** @internal Where packed input is mapped. For `segring/plan/columns`, which sorts there. */
  get mainEngine(): Engine {
    return this.#seats().main.engine;
  }

  /**
   * Gives up the mapper's memory and its streams. Tables with their own memory stay valid. Further calls throw CLOSED;
   * a second `close` does nothing.
   */
  close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    for (const stream of this.#streams) stream.close();
    this.#frames.free();
    open.close();
  }

  /** As `close`, for `using`. */
  [DISPOSE](): void {
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
