import { expected, show } from "../core/errors.js";
import { checkPowerOfTwo } from "../core/limits.js";
import { checkU64, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { counted } from "../core/wording.js";

/** Checks an offset into a table's bytes. @throws {RangeError} The offset is past `last`. */
export function checkOffset(name: string, value: unknown, last: bigint): bigint {
  checkU64(name, value);
  const wide = BigInt(value);
  if (wide > last) throw new RangeError(expected(name, `0 to ${last} (the table's bytes)`, value));
  return wide;
}

/** A u64 of at least 1. */
export function checkPositive(name: string, value: unknown): bigint {
  checkU64(name, value);
  if (value < 1) throw new RangeError(expected(name, "1 to 2^64 - 1", value));
  return BigInt(value);
}

/** Sizes of pages or blocks, each a power of two, as log2: each size once, the smallest first. */
export function checkPowers(name: string, sizes: unknown): number[] {
  if (!Array.isArray(sizes)) throw new TypeError(expected(name, "an array of powers of two", sizes));
  if (sizes.length === 0) throw new RangeError(`"${name}" expected at least one power of two, got none`);
  const shifts = Array.from(sizes, (size: U64, index) => checkPowerOfTwo(`${name}[${index}]`, size));
  return [...new Set(shifts)].sort((a, b) => a - b);
}

/** `0x1f000` */
export function hexOf(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** `segment 3 (0x1000, 4096 bytes)`, for messages. */
export function describeSegment(table: SegmentTable, index: number): string {
  return `segment ${counted(index)} (${hexOf(table.addr(index))}, ${show(table.size(index))} bytes)`;
}
