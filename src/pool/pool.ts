import type { KeptLimits } from "../core/device-limits.js";
import { ASYNC_DISPOSE } from "../core/dispose.js";
import { expected, SegringError } from "../core/errors.js";
import { isSharedBuffer } from "../core/memories.js";
import { NO_OPTIONS } from "../core/options.js";
import { checkKey, type PackageKey } from "../core/package-key.js";
import type { SegmentTable } from "../core/segment-table.js";
import { plainView, plainWords } from "../core/views.js";
import type { RangeInput } from "../engine/range-input.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { type CoalesceOptions, checkFrames, type FramesOptions, type UnionOptions } from "../mapper/options.js";
import { coalesceInPieces } from "./coalesce.js";
import type { Crew } from "./crew.js";
import { hasManyPages, listInPieces } from "./frames.js";
import { type Call, intoHere, mapHere } from "./here.js";
import { anyOf } from "./in-order.js";
import type { Job, Sink } from "./in-pieces.js";
import { areApart, divisible } from "./input.js";
import { COALESCE } from "./messages.js";
import { type Batches, checkPoolCoalesce, checkPoolFrames, checkPoolUnion, type PoolCallOptions } from "./options.js";
import { PieceSizes } from "./piece-sizes.js";
import { owned, Scratch } from "./scratch.js";
import { SharedResult } from "./shared-result.js";
import { copyInto, SharedTarget } from "./shared-target.js";
import { Staging } from "./staging.js";
import { TooMuchOpen } from "./stitcher.js";
import { streamHere, streamInPieces } from "./stream.js";
import { seemsToAscend, uniteInPieces } from "./union.js";

/** Maps ranges to segments by several threads: the bytes are those that one mapper gives. Made by `createPool`. */
export class SegmentPool {
  /** Workers of the pool; 0 where the calling thread maps. */
  readonly workers: number;
  /** What the workers map with. */
  readonly engine: "wasm" | "js";
  /** The limits that the pool was made with, with defaults filled in. */
  readonly limits: KeptLimits;
  readonly #mapper: SegmentMapper;
  readonly #crew: Crew | undefined;
  readonly #sizes: PieceSizes;
  readonly #staging = new Staging();
  readonly #scratch = new Scratch();
  readonly #results = new Scratch();
  /** Segments on their way to plain memory: no table takes these words over. */
  readonly #passing = new Scratch();
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  /** For the package itself. Use `createPool`. @param crew Of class Crew, which declarations for users leave out. @hidden */
  constructor(key: PackageKey, mapper: SegmentMapper, crew: object | undefined, pieceRecords: number | undefined) {
    checkKey(key, "SegmentPool", "createPool");
    this.#mapper = mapper;
    this.#crew = crew as Crew | undefined;
    this.workers = this.#crew?.size ?? 0;
    this.#sizes = new PieceSizes(pieceRecords, this.workers);
    this.engine = mapper.engine;
    this.limits = mapper.limits;
  }

  /**
   * As `SegmentMapper.coalesce`, by all workers.
   *
   * Packed records, tables and page frames are cut in pieces. A piece in shared memory is read where it lies, and must
   * not change before the call is over; other pieces are copied to shared memory, 0.4 ns a record. Other forms of input,
   * and small inputs, are mapped by the calling thread.
   *
   * Cost: two workers take 0.65 to 0.95 of the time of one mapper from 4 * 10^6 ranges on, and the calling thread 0.2 ms a
   * piece. Memory: the result, twice while it grows, and a few pieces for each worker.
   *
   * @returns A table, in shared memory if workers made more than 1 MiB. The table's buffer may be longer than the table.
   * @throws As `SegmentMapper.coalesce`, and the reason of `signal`.
   * @throws {SegringError} PEER_DIED: ten workers ended over one piece, or a dead worker could not be replaced.
   * @example
   * ```ts
   * const pool = await createPool({ workers: 2 });
   * const table = await pool.coalesce(pageFrames(Uint32Array.from({ length: 400_000 }, (_, index) => index)));
   * console.log(table.length, table.totalBytes); // 1 1638400000n
   * await pool.close();
   * ```
   */
  async coalesce(input: RangeInput, options: CoalesceOptions & PoolCallOptions = NO_OPTIONS): Promise<SegmentTable> {
    return this.#table(input, checkPoolCoalesce(options));
  }

  /**
   * As `coalesce`, but writes into memory of the caller. A call that fails changes nothing there.
   *
   * @param target 4 words a segment. The workers write to shared memory themselves.
   * @returns Segments. Words behind the segments are untouched.
   * @throws {RangeError} As `coalesce`, and where `target` has too little room; the message says how many segments there
   *   are.
   * @example
   * ```ts
   * const pool = await createPool({ workers: 2 });
   * const target = new Uint32Array(new SharedArrayBuffer(4096));
   * console.log(await pool.coalesceInto(pageFrames([7, 8, 3]), target), target[2]); // 2 8192
   * await pool.close();
   * ```
   */
  async coalesceInto(
    input: RangeInput,
    target: Uint32Array,
    options: CoalesceOptions & PoolCallOptions = NO_OPTIONS,
  ): Promise<number> {
    return this.#into(input, plainWords("target", target), checkPoolCoalesce(options));
  }

  /**
   * As `SegmentMapper.union`, by all workers. Ranges that do not ascend are parted by address, and each worker unites a
   * part; with less than four workers the calling thread unites them, which is faster.
   *
   * Cost: two workers take 0.8 to 0.9 of the time of one mapper where ranges ascend. Memory: the result, twice while it
   * grows, 16 bytes a range, which the pool keeps, and a few pieces for each worker.
   *
   * @returns As `coalesce`. @throws As `coalesce`.
   * @example
   * ```ts
   * const pool = await createPool({ workers: 2 });
   * console.log((await pool.union(pageFrames([8, 3, 7]))).at(1)); // { addr: 28672n, length: 8192, flags: 0 }
   * await pool.close();
   * ```
   */
  async union(input: RangeInput, options: UnionOptions & PoolCallOptions = NO_OPTIONS): Promise<SegmentTable> {
    return this.#table(input, checkPoolUnion(options));
  }

  /**
   * As `union`, but writes into memory of the caller, like `coalesceInto`.
   *
   * @example
   * ```ts
   * const pool = await createPool({ workers: 2 });
   * console.log(await pool.unionInto(pageFrames([8, 3, 7]), new Uint32Array(8))); // 2
   * await pool.close();
   * ```
   */
  async unionInto(
    input: RangeInput,
    target: Uint32Array,
    options: UnionOptions & PoolCallOptions = NO_OPTIONS,
  ): Promise<number> {
    return this.#into(input, plainWords("target", target), checkPoolUnion(options));
  }

  /**
   * As `SegmentMapper.frames`, by all workers.
   *
   * @returns Numbers with memory of their own, shared if workers listed the pages.
   * @throws As `SegmentMapper.frames`, and as `coalesce`.
   * @example
   * ```ts
   * const pool = await createPool({ workers: 2 });
   * console.log(await pool.frames(await pool.coalesce(pageFrames([7, 8])))); // BigUint64Array(2) [ 7n, 8n ]
   * await pool.close();
   * ```
   */
  async frames(table: SegmentTable, options: FramesOptions & PoolCallOptions = NO_OPTIONS): Promise<BigUint64Array> {
    const { wanted, mapping, job, onProgress } = this.#listing(table, options);
    if (job !== undefined)
      return listInPieces(job, wanted, undefined, this.#sizes.pieceOf(table.length), this.#staging);
    const listed = this.#mapper.frames(table, mapping).slice();
    onProgress?.(listed.length);
    return listed;
  }

  /**
   * As `frames`, but writes into memory of the caller, like `SegmentMapper.framesInto`.
   *
   * @example
   * ```ts
   * const pool = await createPool({ workers: 2 });
   * console.log(await pool.framesInto(await pool.coalesce(pageFrames([7, 8])), new BigUint64Array(8))); // 2
   * await pool.close();
   * ```
   */
  async framesInto(
    table: SegmentTable,
    target: BigUint64Array,
    options: FramesOptions & PoolCallOptions = NO_OPTIONS,
  ): Promise<number> {
    const room = plainView("target", target, "BigUint64Array");
    const { wanted, mapping, job, onProgress } = this.#listing(table, options);
    if (job === undefined) {
      const count = this.#mapper.framesInto(table, room, mapping);
      onProgress?.(count);
      return count;
    }
    const most = { ...wanted, maxCount: Math.min(wanted.maxCount, room.length) };
    // A plain table is copied before anything is written.
    const isShared = isSharedBuffer(room.buffer) && table.words.buffer !== room.buffer;
    try {
      const numbers = await listInPieces(
        job,
        most,
        isShared ? room : undefined,
        this.#sizes.pieceOf(table.length),
        this.#staging,
      );
      if (!isShared) room.set(numbers);
      return numbers.length;
    } catch (error) {
      // What may be written in part is finished, by this thread.
      if (!isShared || this.#closed !== undefined || job.signal?.aborted) throw error;
      return this.#mapper.framesInto(table, room, mapping);
    }
  }

  /**
   * Coalesces batches of records as they come, by all workers. Each batch is mapped by one worker, in pieces if it is
   * large; batches of some thousand records pay.
   *
   * The next batch is asked for when a worker can take one, and at most four batches for each worker are on their way, so
   * that whoever takes the tables slowly slows the batches down. A batch is copied before the next one is asked for. Who
   * stops taking ends the batches.
   *
   * @param batches Packed records or tables.
   * @returns Tables with memory of their own, in order: together, what one call over all batches gives.
   * @throws {SegringError} BAD_RECORD; `index` counts from the first record of the first batch.
   * @throws {TypeError} A batch is no records. @throws As `coalesce`, and what `batches` throws.
   * @example
   * ```ts
   * const pool = await createPool({ workers: 2 });
   * const batches = [0, 1, 2].map((index) => SegmentTable.from([{ addr: index * 4096, length: 4096 }]));
   * for await (const table of pool.stream(batches)) console.log(table.at(0)); // { addr: 0n, length: 12288, flags: 0 }
   * await pool.close();
   * ```
   */
  stream(
    batches: Batches,
    options: CoalesceOptions & PoolCallOptions = NO_OPTIONS,
  ): AsyncGenerator<SegmentTable, void, undefined> {
    const call = checkPoolCoalesce(options);
    if (
      typeof batches !== "object" ||
      batches === null ||
      !(Symbol.asyncIterator in batches || Symbol.iterator in batches)
    )
      throw new TypeError(expected("batches", "an iterable of packedRecords or tables", batches));
    const job = this.#job(call);
    if (job !== undefined) return streamInPieces(job, batches, this.#sizes.most, this.#staging);
    const signal = anyOf(call.signal, this.#closing.signal);
    return streamHere({ ...call, signal, mapper: this.#mapper, onDone: (done) => call.onProgress?.(done) }, batches);
  }

  /**
   * Ends the workers. Calls that are not over fail with CLOSED, and the memory that such a call was to write to may be
   * written in part. A second `close` does nothing.
   */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  /** As `close`, for `await using`. */
  [ASYNC_DISPOSE](): Promise<void> {
    return this.close();
  }

  #end(): Promise<void> {
    this.#closing.abort(closed());
    this.#mapper.close();
    return this.#crew?.close(closed()) ?? Promise.resolve();
  }

  /** @throws {SegringError} CLOSED */
  #job({ how, signal, onProgress }: Call): Job | undefined {
    if (this.#closed !== undefined) throw closed();
    signal?.throwIfAborted();
    const crew = this.#crew;
    return (
      crew && {
        crew,
        mapper: this.#mapper,
        how,
        signal: anyOf(signal, this.#closing.signal),
        onDone: (done) => onProgress?.(done),
      }
    );
  }

  /** What a list of pages needs; no job where this thread lists them. */
  #listing(table: SegmentTable, options: FramesOptions & PoolCallOptions) {
    const { mapping, signal, onProgress } = checkPoolFrames(options);
    const wanted = checkFrames(table, mapping);
    const job = this.#job({ how: COALESCE, signal, onProgress });
    const isWorth = hasManyPages(wanted, this.#sizes.few);
    return { wanted, mapping, onProgress, job: isWorth ? job : undefined };
  }

  async #table(input: RangeInput, call: Call): Promise<SegmentTable> {
    return this.#results.lend(async (take) =>
      owned(await this.#inPieces(input, call, new SharedResult(take)), () => mapHere(this.#here, input, call)),
    );
  }

  async #into(input: RangeInput, target: Uint32Array, call: Call): Promise<number> {
    const source = divisible(input)?.buffer;
    // Of plain inputs, all pieces would be copied to shared memory at the same time.
    if (source !== undefined && areApart(source, target.buffer)) {
      const sink = new SharedTarget(target);
      try {
        return (await this.#inPieces(input, call, sink)) ?? intoHere(this.#here, input, target, call);
      } catch (error) {
        if (!sink.isWritten || this.#closed !== undefined) throw error;
        // A call that fails changes nothing: so what has begun is finished, by this thread.
        return intoHere(this.#here, input, target, call);
      } finally {
        sink.drop();
      }
    }
    return this.#passing.lend(async (take) => {
      const words = await this.#inPieces(input, call, new SharedResult(take));
      const result = words === undefined ? intoHere(this.#here, input, target, call) : copyInto(words, target);
      return { result, isTaken: words === undefined };
    });
  }

  /** Undefined: this thread shall map, because it is faster, or can tell a fault better. */
  async #inPieces<T>(input: RangeInput, call: Call, sink: Sink<T>): Promise<T | undefined> {
    const job = this.#job(call);
    const pieces = divisible(input);
    if (job === undefined || pieces === undefined || pieces.count <= this.#sizes.few) return undefined;
    const pieceRecords = this.#sizes.pieceOf(pieces.count);
    const mustPart = call.how.union && !seemsToAscend(pieces, pieceRecords);
    if (mustPart && !this.#sizes.doPart) return undefined;
    try {
      return await this.#scratch.lend(async (take) => {
        const memory = { staging: this.#staging, take, pieceRecords };
        const result = await (call.how.union ? uniteInPieces : coalesceInPieces)(job, pieces, sink, memory);
        return { result, isTaken: false };
      });
    } catch (error) {
      const isFault = error instanceof RangeError || error instanceof TypeError;
      // A mapper finds the first fault of all, and tells its place in the whole input.
      if ((isFault || error instanceof TooMuchOpen) && !job.signal?.aborted) return undefined;
      throw error;
    }
  }

  /** Maps in the calling thread. @throws {SegringError} CLOSED */
  get #here(): SegmentMapper {
    if (this.#closed !== undefined) throw closed();
    return this.#mapper;
  }
}

const closed = () => new SegringError("CLOSED", "the pool is closed");
