import { DEVICE_LIMIT_KEYS, type DeviceLimits } from "../core/device-limits.js";
import { expected } from "../core/errors.js";
import { checkInteger, checkPowerOfTwo, type SegmentLimits } from "../core/limits.js";
import { checkKeys, type Keys } from "../core/options.js";
import { countPages, placeOfPage } from "../core/page-counts.js";
import { checkU64, FOUR_GIB, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import type { WantedFrames } from "./frame-lists.js";

/** How a mapper is made. */
export interface MapperOptions extends SegmentLimits {
  /**
   * `auto` (default) runs wasm where wasm is available, and JavaScript elsewhere. Inputs below a measured size run in
   * JavaScript too. Both engines give equal bytes.
   */
  engine?: "auto" | "wasm" | "js" | undefined;
  /**
   * The kernel of segring, compiled or as bytes (`segring/kernel.wasm`), for places where the embedded kernel may not
   * be compiled.
   */
  module?: WebAssembly.Module | BufferSource | undefined;
  /**
   * What the mapper's own memory may grow to, 65536 to 2^32 bytes, rounded down to 64 KiB. Default 2^32. Results lie
   * outside. Records of `input` have a memory of their own, with the same limit. 65536 is enough for `coalesce` and a
   * stream of up to 165 records; `frames` needs 131072.
   */
  maxMemoryBytes?: number | undefined;
}

/** Limits of requests are allowed and ignored, so the limits of a device may be given as they are. */
export const MAPPER_KEYS: Keys<MapperOptions & DeviceLimits> = {
  engine: true,
  module: true,
  maxMemoryBytes: true,
  ...DEVICE_LIMIT_KEYS,
};

/** Checks the keys of a mapper's options. @throws {TypeError} There is another key. */
export function checkMapperKeys(options: unknown): void {
  checkKeys("options", options, MAPPER_KEYS);
}

/** The least memory a mapper can do with: a page of linear memory. */
const MIN_MEMORY_BYTES = 65536;

/** Checks `maxMemoryBytes` and fills in its default. */
export function checkMaxMemory(maxMemoryBytes: unknown = FOUR_GIB): number {
  checkInteger("maxMemoryBytes", maxMemoryBytes, MIN_MEMORY_BYTES, FOUR_GIB);
  return maxMemoryBytes;
}

/** Options of `coalesce` and `coalesceInto`. */
export interface CoalesceOptions {
  /** Pass over ranges of length 0. By default, a range of length 0 is an error. */
  skipEmpty?: boolean | undefined;
}

/** Options of `union` and `unionInto`. */
export interface UnionOptions extends CoalesceOptions {
  /** 0 (default) to 2^64 - 1. Two ranges join where no more than `gapBytes` bytes lie between them. */
  gapBytes?: U64 | undefined;
}

/** Where the table that a call returns lies. */
export interface BorrowOption {
  /**
   * Leave the segments in the mapper's memory, so that nothing is copied. The table is valid until the next call of the
   * mapper, and throws STALE after that. Default false: the table has its own memory.
   */
  borrow?: boolean | undefined;
}

/** Which pages `frames` and `framesInto` list. */
export interface FramesOptions {
  /** A power of two from 1 to 2^63; default 4096. */
  pageBytes?: U64 | undefined;
  /** Give the address of each page, which is the page's number times `pageBytes`. Default false. */
  addresses?: boolean | undefined;
  /** Pages to pass over, default 0. A long list may be taken in pieces, from front to back. */
  offset?: U64 | undefined;
  /** Pages at most; default: as many as there are, or as there is room for. */
  maxCount?: number | undefined;
}

export const COALESCE_KEYS: Keys<CoalesceOptions> = { skipEmpty: true };
export const UNION_KEYS: Keys<UnionOptions> = { gapBytes: true, ...COALESCE_KEYS };
export const FRAMES_KEYS: Keys<FramesOptions> = { pageBytes: true, addresses: true, offset: true, maxCount: true };
const BORROWED_COALESCE_KEYS = { ...COALESCE_KEYS, borrow: true } as const;
const BORROWED_UNION_KEYS = { ...UNION_KEYS, borrow: true } as const;

/** Checks the options of `coalesce`, with `borrow`, or of `coalesceInto`. */
export function checkCoalesce(options: CoalesceOptions & BorrowOption, mayBorrow: boolean) {
  checkKeys("options", options, mayBorrow ? BORROWED_COALESCE_KEYS : COALESCE_KEYS);
  const { skipEmpty = false, borrow = false } = options;
  checkBoolean("skipEmpty", skipEmpty);
  checkBoolean("borrow", borrow);
  return { skipEmpty, borrow };
}

/** Checks the options of `union`, with `borrow`, or of `unionInto`. */
export function checkUnion(options: UnionOptions & BorrowOption, mayBorrow: boolean) {
  checkKeys("options", options, mayBorrow ? BORROWED_UNION_KEYS : UNION_KEYS);
  const { gapBytes = 0, skipEmpty = false, borrow = false } = options;
  checkU64("gapBytes", gapBytes);
  checkBoolean("skipEmpty", skipEmpty);
  checkBoolean("borrow", borrow);
  return { gap: BigInt(gapBytes), skipEmpty, borrow };
}

/** The pages of a table that these options ask for. */
export function checkFrames(table: SegmentTable, options: FramesOptions): WantedFrames {
  checkKeys("options", options, FRAMES_KEYS);
  const { pageBytes = 4096, addresses = false, offset = 0, maxCount = 2 ** 29 } = options;
  checkTable("table", table);
  const shift = checkPowerOfTwo("pageBytes", pageBytes);
  checkBoolean("addresses", addresses);
  checkU64("offset", offset);
  checkInteger("maxCount", maxCount, 0, 2 ** 29);
  const place = placeOfPage(table.words, shift, BigInt(offset));
  if (place === undefined) {
    const all = countPages(table.words, shift);
    throw new RangeError(expected("offset", `0 to ${all} (the table's pages)`, offset));
  }
  return { table, numbers: { shift, scale: addresses ? shift : 0 }, place, from: BigInt(offset), maxCount };
}

function checkBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value !== "boolean") throw new TypeError(expected(name, "a boolean", value));
}
