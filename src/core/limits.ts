import { expected } from "./errors.js";
import { checkU64, FOUR_GIB, type U64 } from "./record.js";
import { field } from "./wording.js";

/** The segments that a device, or another taker of segments, accepts. */
export interface SegmentLimits {
  /** Bytes in the longest segment, 1 to 2^32, the default. For hardware that wants a plain u32: 0xFFFFF000. */
  maxSegmentBytes?: number | undefined;
  /**
   * No segment crosses a multiple of this number: a power of two from `alignmentBytes` to 2^63, or 0 (default) for no
   * boundary.
   */
  boundaryBytes?: U64 | undefined;
  /**
   * Cuts lie at addresses that are multiples of this number: a power of two from 1 (default) to 2^32, at most
   * `maxSegmentBytes`.
   */
  alignmentBytes?: number | undefined;
}

/** The limits of a mapper, all of them given. */
export interface CheckedLimits {
  /** The longest segment. */
  readonly maxSegmentBytes: number;
  /** No segment crosses a multiple of this; 0n for none. */
  readonly boundaryBytes: bigint;
  /** Cuts lie on multiples of this. */
  readonly alignmentBytes: number;
}

const MAX_BOUNDARY = 1n << 63n;

/**
 * Checks limits and fills in the defaults.
 *
 * @throws {TypeError} A limit has the wrong type.
 * @throws {RangeError} A limit is out of its range, or two of them exclude each other.
 */
export function checkLimits(limits: SegmentLimits): CheckedLimits {
  const { maxSegmentBytes = FOUR_GIB, boundaryBytes = 0n, alignmentBytes = 1 } = limits;
  checkInteger("maxSegmentBytes", maxSegmentBytes, 1, FOUR_GIB);
  checkInteger("alignmentBytes", alignmentBytes, 1, FOUR_GIB);
  if (!isPowerOfTwo(alignmentBytes)) {
    throw new RangeError(expected("alignmentBytes", "a power of two from 1 to 4294967296", alignmentBytes));
  }
  if (alignmentBytes > maxSegmentBytes) {
    throw new RangeError(
      expected("alignmentBytes", `at most ${field("maxSegmentBytes")} (${maxSegmentBytes})`, alignmentBytes),
    );
  }
  checkU64("boundaryBytes", boundaryBytes);
  const boundary = BigInt(boundaryBytes);
  if ((boundary & (boundary - 1n)) !== 0n || boundary > MAX_BOUNDARY) {
    throw new RangeError(expected("boundaryBytes", "0 or a power of two up to 2^63", boundaryBytes));
  }
  if (boundary !== 0n && boundary < BigInt(alignmentBytes)) {
    throw new RangeError(
      expected("boundaryBytes", `0 or at least ${field("alignmentBytes")} (${alignmentBytes})`, boundaryBytes),
    );
  }
  return Object.freeze({ maxSegmentBytes, boundaryBytes: boundary, alignmentBytes });
}

/** Whether these limits cut what one record holds. */
export function areLimited({ maxSegmentBytes, boundaryBytes }: CheckedLimits): boolean {
  return maxSegmentBytes !== FOUR_GIB || boundaryBytes !== 0n;
}

/** Whether a positive integer is a power of two. Near large powers the logarithm alone is rounded to an integer. */
export function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value;
}

/** Checks a power of two from 1 to 2^63, and gives its logarithm. */
export function checkPowerOfTwo(name: string, value: unknown): number {
  checkU64(name, value);
  const wide = BigInt(value);
  if (wide === 0n || (wide & (wide - 1n)) !== 0n) throw new RangeError(expected(name, "a power of two", value));
  return wide.toString(2).length - 1;
}

/** Checks a number that is an integer from `min` to `max`. */
export function checkInteger(name: string, value: unknown, min: number, max: number): asserts value is number {
  if (typeof value !== "number") throw new TypeError(expected(name, "a number", value));
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(expected(name, `${min} to ${max}`, value));
  }
}
