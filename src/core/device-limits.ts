import { expected } from "./errors.js";
import { type CheckedLimits, checkInteger, checkLimits, type SegmentLimits } from "./limits.js";
import { checkKeys, type Keys } from "./options.js";
import { checkU64, type U64 } from "./record.js";
import { field } from "./wording.js";

/** What one request of a device can take. Every limit is optional; a limit that is not given does not limit. */
export interface RequestLimits {
  /** Segments in a request, 1 to 2^32. */
  maxSegments?: number | undefined;
  /** Bytes in a request, 1 to 2^64 - 1. */
  maxBytes?: U64 | undefined;
  /**
   * Inside a request, segments end and start at multiples of this power of two; the first start and the last end are
   * free. 0 (default) for no boundary.
   */
  virtualBoundaryBytes?: U64 | undefined;
  /** A request has whole blocks of this size (a logical block, a sector), 1 (default) to 2^64 - 1. */
  blockBytes?: U64 | undefined;
}

/**
 * What a device can take: limits of its segments, under which a mapper works, and limits of its requests, under which
 * `requests` works.
 */
export interface DeviceLimits extends SegmentLimits, RequestLimits {
  /**
   * Addresses and lengths of segments are multiples of this power of two; default 1. Only `validate` checks this limit:
   * `requests` cuts at blocks.
   */
  dmaAlignmentBytes?: U64 | undefined;
}

const REQUEST_LIMIT_KEYS: Keys<RequestLimits> = {
  maxSegments: true,
  maxBytes: true,
  virtualBoundaryBytes: true,
  blockBytes: true,
};

/** The keys that are allowed wherever limits of a device are asked for. */
export const DEVICE_LIMIT_KEYS: Keys<DeviceLimits> = {
  maxSegmentBytes: true,
  boundaryBytes: true,
  alignmentBytes: true,
  ...REQUEST_LIMIT_KEYS,
  dmaAlignmentBytes: true,
};

/** Limits of requests, all of them given. */
export interface CheckedRequestLimits {
  readonly maxSegments: number;
  /** A multiple of `blockBytes`. */
  readonly maxBytes: bigint;
  /** Bits that an inner end or start may not have. */
  readonly virtualMask: bigint;
  readonly blockBytes: bigint;
}

/**
 * Checks limits of requests, and fills in what is not given.
 *
 * @throws {TypeError} A limit has the wrong type.
 * @throws {RangeError} A limit is out of its range, or `maxBytes` holds no block.
 */
export function checkRequestLimits(limits: RequestLimits): CheckedRequestLimits {
  const { maxSegments = 2 ** 32, maxBytes = (1n << 64n) - 1n, virtualBoundaryBytes = 0n, blockBytes = 1n } = limits;
  checkInteger("maxSegments", maxSegments, 1, 2 ** 32);
  checkU64("maxBytes", maxBytes);
  checkU64("blockBytes", blockBytes);
  if (blockBytes < 1) throw new RangeError(expected("blockBytes", "1 to 2^64 - 1", blockBytes));
  if (maxBytes < blockBytes) {
    throw new RangeError(expected("maxBytes", `at least ${field("blockBytes")} (${blockBytes})`, maxBytes));
  }
  const virtualMask = maskOf("virtualBoundaryBytes", virtualBoundaryBytes);
  const block = BigInt(blockBytes);
  return { maxSegments, maxBytes: (BigInt(maxBytes) / block) * block, virtualMask, blockBytes: block };
}

/** The bits below a power of two; none for 0. */
function maskOf(name: string, bytes: U64): bigint {
  checkU64(name, bytes);
  const wide = BigInt(bytes);
  if ((wide & (wide - 1n)) !== 0n) throw new RangeError(expected(name, "0 or a power of two", bytes));
  return wide === 0n ? 0n : wide - 1n;
}

/** All limits of a device, checked. */
export interface CheckedDeviceLimits {
  readonly segment: CheckedLimits;
  readonly request: CheckedRequestLimits;
  /** Bits that an address or a length may not have. */
  readonly dmaMask: bigint;
}

/** Checks the limits of a device, and fills in what is not given. Throws as `checkLimits` and `checkRequestLimits` do. */
export function checkDeviceLimits(name: string, limits: DeviceLimits): CheckedDeviceLimits {
  checkKeys(name, limits, DEVICE_LIMIT_KEYS);
  const { dmaAlignmentBytes = 1n } = limits;
  return {
    segment: checkLimits(limits),
    request: checkRequestLimits(limits),
    dmaMask: maskOf("dmaAlignmentBytes", dmaAlignmentBytes),
  };
}

/**
 * The limits of a device, checked. Limits of segments have their defaults filled in; other limits are as they were
 * given.
 */
export type KeptLimits = CheckedLimits & Readonly<RequestLimits & Pick<DeviceLimits, "dmaAlignmentBytes">>;

/**
 * Checks the limits of a device, to be handed on. Keys that are no limits are ignored. Throws as `checkDeviceLimits`
 * does.
 */
export function keepLimits(limits: DeviceLimits): KeptLimits {
  const kept: { -readonly [K in keyof KeptLimits]: KeptLimits[K] } = { ...checkLimits(limits) };
  checkRequestLimits(limits);
  const { maxSegments, maxBytes, virtualBoundaryBytes, blockBytes, dmaAlignmentBytes } = limits;
  if (maxSegments !== undefined) kept.maxSegments = maxSegments;
  if (maxBytes !== undefined) kept.maxBytes = maxBytes;
  if (virtualBoundaryBytes !== undefined) kept.virtualBoundaryBytes = virtualBoundaryBytes;
  if (blockBytes !== undefined) kept.blockBytes = blockBytes;
  if (dmaAlignmentBytes !== undefined) {
    maskOf("dmaAlignmentBytes", dmaAlignmentBytes);
    kept.dmaAlignmentBytes = dmaAlignmentBytes;
  }
  return Object.freeze(kept);
}

/**
 * Combines the limits of two devices into what both can take (Linux `blk_stack_limits`). Sizes, counts and
 * `boundaryBytes` are the smaller values, alignments and `virtualBoundaryBytes` the larger values, and `blockBytes` is
 * the least common multiple.
 *
 * For virtual boundaries Linux takes the smaller value, although a start at a multiple of 4 KiB need not be a multiple
 * of 64 KiB.
 *
 * @returns The limits that either device gives.
 * @throws {TypeError} A limit has the wrong type.
 * @throws {RangeError} A limit is out of its range, or the two limits exclude each other: the message says which.
 * @example
 * ```ts
 * const array = stackLimits(nvmePrp, { maxBytes: 2 ** 20, blockBytes: 4096 });
 * console.log(array.maxBytes, array.blockBytes, array.maxSegments); // 1048576 4096 256
 * ```
 */
export function stackLimits(a: DeviceLimits, b: DeviceLimits): DeviceLimits {
  checkDeviceLimits("a", a);
  checkDeviceLimits("b", b);
  const stacked: Partial<Record<keyof DeviceLimits, U64>> = {};
  const stack = (key: keyof DeviceLimits, both: (x: U64, y: U64) => U64) => {
    const [x, y] = [a[key], b[key]];
    const value = x === undefined ? y : y === undefined ? x : both(x, y);
    if (value !== undefined) stacked[key] = value;
  };
  stack("maxSegmentBytes", smaller);
  stack("boundaryBytes", (x, y) => (BigInt(x) === 0n ? y : BigInt(y) === 0n ? x : smaller(x, y)));
  stack("alignmentBytes", larger);
  stack("maxSegments", smaller);
  stack("maxBytes", smaller);
  stack("virtualBoundaryBytes", larger);
  stack("blockBytes", leastCommonMultiple);
  stack("dmaAlignmentBytes", larger);
  // What is a number in both is one here.
  const limits = stacked as DeviceLimits;
  checkDeviceLimits("limits", limits);
  return limits;
}

function smaller(x: U64, y: U64): U64 {
  return y < x ? y : x;
}

function larger(x: U64, y: U64): U64 {
  return y > x ? y : x;
}

function leastCommonMultiple(x: U64, y: U64): U64 {
  const [a, b] = [BigInt(x), BigInt(y)];
  let [divisor, rest] = [a, b];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  const multiple = (a / divisor) * b;
  if (multiple >= 1n << 64n) {
    throw new RangeError(`"blockBytes" expected a common multiple of ${a} and ${b} below 2^64, got ${multiple}`);
  }
  return multiple <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(multiple) : multiple;
}
