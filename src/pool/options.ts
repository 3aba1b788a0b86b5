import type { DeviceLimits } from "../core/device-limits.js";
import { expected } from "../core/errors.js";
import type { PackedRecords } from "../core/input.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, type Keys } from "../core/options.js";
import type { SegmentTable } from "../core/segment-table.js";
import {
  COALESCE_KEYS,
  type CoalesceOptions,
  checkCoalesce,
  checkUnion,
  FRAMES_KEYS,
  type FramesOptions,
  MAPPER_KEYS,
  type MapperOptions,
  UNION_KEYS,
  type UnionOptions,
} from "../mapper/options.js";
import type { WorkerLike } from "../ring/worker-like.js";

/** How a pool is made. */
export interface PoolOptions extends MapperOptions {
  /**
   * Threads that map, 1 to 64. Default: one for each core, up to 16. With 1, or where there is no shared memory, the
   * calling thread maps, and there is no worker.
   */
  workers?: number | undefined;
  /**
   * Makes a worker that runs `segring/pool/worker`, for bundlers that do not find that file by themselves. The pool calls
   * it once for each worker, and again when a worker died.
   */
  worker?: (() => WorkerLike) | undefined;
  /**
   * Ranges that a worker takes at a time, 1 to 2^20; default 131072 to 524288, as the input is large. An input of up to 16
   * pieces, or by default up to 2^20 ranges, is mapped by the calling thread, which is faster than asking others.
   */
  pieceRecords?: number | undefined;
}

/** What all calls of a pool take. */
export interface PoolCallOptions {
  /** Ends the call with the signal's reason. The pool works on. */
  signal?: AbortSignal | undefined;
  /** Called as the call goes on, with the ranges (of `frames`: pages) that are done. */
  onProgress?: ((done: number) => void) | undefined;
}

/** Records that come batch by batch. */
export type Batches = AsyncIterable<PackedRecords | SegmentTable> | Iterable<PackedRecords | SegmentTable>;

const POOL_KEYS: Keys<PoolOptions & DeviceLimits> = {
  workers: true,
  worker: true,
  pieceRecords: true,
  ...MAPPER_KEYS,
};
const MAX_WORKERS = 64;
const MAX_PIECE = 2 ** 20;

/** The options of a pool, apart from those of its mappers. */
export interface CheckedPool {
  readonly workers: number | undefined;
  readonly makeWorker: (() => WorkerLike) | undefined;
  readonly pieceRecords: number | undefined;
  readonly mapper: MapperOptions & DeviceLimits;
}

export function checkPool(options: PoolOptions & DeviceLimits): CheckedPool {
  checkKeys("options", options, POOL_KEYS);
  const { workers, worker, pieceRecords, ...mapper } = options;
  if (workers !== undefined) checkInteger("workers", workers, 1, MAX_WORKERS);
  if (worker !== undefined && typeof worker !== "function")
    throw new TypeError(expected("worker", "a function that makes a worker", worker));
  if (pieceRecords !== undefined) checkInteger("pieceRecords", pieceRecords, 1, MAX_PIECE);
  return { workers, makeWorker: worker, pieceRecords, mapper };
}

/** What a call asks of the mapper, and what of the pool. */
export interface CheckedCall<T> {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number) => void) | undefined;
  readonly mapping: T;
}

const CALL_KEYS: Keys<PoolCallOptions> = { signal: true, onProgress: true };

/** @param keys Those of the mapper's call. */
function checkCall<T extends PoolCallOptions>(
  options: T,
  keys: Readonly<Record<string, true>>,
): CheckedCall<Omit<T, keyof PoolCallOptions>> {
  checkKeys("options", options, { ...keys, ...CALL_KEYS });
  const { signal, onProgress, ...mapping } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(expected("signal", "an AbortSignal", signal));
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new TypeError(expected("onProgress", "a function", onProgress));
  return { signal, onProgress, mapping };
}

export function checkPoolCoalesce(options: CoalesceOptions & PoolCallOptions) {
  const call = checkCall(options, COALESCE_KEYS);
  return { ...call, how: { union: false, gapBytes: 0n, skipEmpty: checkCoalesce(call.mapping, false).skipEmpty } };
}

export function checkPoolUnion(options: UnionOptions & PoolCallOptions) {
  const call = checkCall(options, UNION_KEYS);
  const { gap, skipEmpty } = checkUnion(call.mapping, false);
  return { ...call, how: { union: true, gapBytes: gap, skipEmpty } };
}

export function checkPoolFrames(options: FramesOptions & PoolCallOptions): CheckedCall<FramesOptions> {
  return checkCall(options, FRAMES_KEYS);
}
