import { expected } from "../core/errors.js";
import { checkKeys, type Keys } from "../core/options.js";

/** How requests may be made. All sizes are integers up to 2^53 - 1. */
export interface PlanOptions {
  /**
   * Bytes in the longest request, a multiple of `alignmentBytes`. There is no default: without a cap, a chain of small
   * gaps becomes one huge read.
   */
  maxBytes: number;
  /** Ranges with no more than this number of bytes between them share a request, which reads the gap too. Default 0. */
  gapBytes?: number | undefined;
  /** Requests start and end at multiples of this number, any integer from 1. Default 1. */
  alignmentBytes?: number | undefined;
  /**
   * The size of the file. No range may end past the size, and rounding up to `alignmentBytes` stops there. Default 2^53
   * - 1.
   */
  resourceBytes?: number | undefined;
  /** Requests at most. A plan with more requests is an error, thrown before the requests take memory. Default 2^24. */
  maxRequests?: number | undefined;
}

const KEYS: Keys<PlanOptions> = {
  maxBytes: true,
  gapBytes: true,
  alignmentBytes: true,
  resourceBytes: true,
  maxRequests: true,
};

/** The options of a plan, all of them given. */
export type CheckedPlanOptions = { readonly [K in keyof PlanOptions]-?: number };

const MAX = Number.MAX_SAFE_INTEGER;

/**
 * Checks options and fills in the defaults.
 *
 * @throws {TypeError} An option has the wrong type.
 * @throws {RangeError} An option is out of its range.
 */
export function checkPlanOptions(options: PlanOptions): CheckedPlanOptions {
  checkKeys("options", options, KEYS);
  const { maxBytes, gapBytes = 0, alignmentBytes = 1, resourceBytes = MAX, maxRequests = 2 ** 24 } = options;
  checkSize("maxBytes", maxBytes, 1);
  checkSize("gapBytes", gapBytes, 0);
  checkSize("alignmentBytes", alignmentBytes, 1);
  checkSize("resourceBytes", resourceBytes, 0);
  checkSize("maxRequests", maxRequests, 0, 2 ** 32 - 1);
  // A remainder of numbers past 2^31 is a call of the C library.
  if (alignmentBytes !== 1 && maxBytes % alignmentBytes !== 0) {
    throw new RangeError(expected("maxBytes", `a multiple of alignmentBytes (${alignmentBytes})`, maxBytes));
  }
  return { maxBytes, gapBytes, alignmentBytes, resourceBytes, maxRequests };
}

/** Checks a number that is an integer from `min` to `max`; the default of `max` is 2^53 - 1. */
export function checkSize(name: string, value: unknown, min: number, max = MAX): asserts value is number {
  if (typeof value !== "number") {
    throw new TypeError(
      expected(name, typeof value === "bigint" ? "a number (bigints: SegmentMapper.union)" : "a number", value),
    );
  }
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw new RangeError(
      expected(name, max < min ? "none" : `an integer from ${min} to ${max === MAX ? "2^53 - 1" : max}`, value),
    );
  }
}
