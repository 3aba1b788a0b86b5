import { expected } from "./errors.js";
import { type CheckedLimits, checkInteger, checkLimits, type SegmentLimits } from "./limits.js";
import { checkKeys, type Keys } from "./options.js";
import { checkU64, type U64 } from "./record.js";
import { field } from "./wording.js";

/** What one request of a device can take. All are optional; what is not given does not limit. */
export interface RequestLimits {
  /** Segments in a request, 1 to 2^32. */
  maxSegments?: number | undefined;
  /** Bytes in a request, 1 to 2^64 - 1. */
  maxBytes?: U64 | undefined;
  /** Inside a request, segments end and start at multiples of this power of two (the first start and the last end are free); 0 (default) for none. */
  virtualBoundaryBytes?: U64 | undefined;
  /** A request has whole blocks of this size (a logical block, a sector); default 1. */
  blockBytes?: U64 | undefined;
}

/** What a device can take: limits of its segments (which a mapper keeps) and of its requests (which `requests` keeps). */
export interface DeviceLimits extends SegmentLimits, RequestLimits {
  /** Addresses and lengths of segments are multiples of this power of two; default 1. Only `validate` looks at it: `requests` cuts at blocks. */
  dmaAlignmentBytes?: U64 | undefined;
}

const REQUEST_LIMIT_KEYS: Keys<RequestLimits> = {
  maxSegments: true,
  maxBytes: true,
  virtualBoundaryBytes: true,
  blockBytes: true,
};

/** What may be given wherever some limits of a device are asked for. */
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

/** The limits of a device, checked: those of its segments all given, the others as they were given. */
export type KeptLimits = CheckedLimits & Readonly<RequestLimits & Pick<DeviceLimits, "dmaAlignmentBytes">>;

/** Checks the limits of a device to be handed on. Keys that are no limits are passed over. Throws as `checkDeviceLimits` does. */
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
 * The limits of two devices at once: what both can take (Linux `blk_stack_limits`). Sizes, counts and `boundaryBytes` are
 * the smaller ones, alignments and `virtualBoundaryBytes` the larger ones, `blockBytes` is the least common multiple.
 *
 * Linux takes the smaller virtual boundary too, although a start at a multiple of 4 KiB need not be one of 64 KiB.
 *
 * @returns Limits with what either of the two gives.
 * @throws {TypeError} A limit has the wrong type.
 * @throws {RangeError} A limit is out of its range, or the two exclude each other: the message says which.
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
