import { expected } from "./errors.js";

/*
 * The record, 16 bytes, little-endian (assembly/layout.ts draws its bits):
 *
 *   byte 0               8           12          16
 *        ├── u64 addr ───┼─ u32 len ─┼ u32 flags ┤
 *   word   0       1       2           3             as Uint32Array
 */

/** Bytes in a record. 256 records fill a page of 4 KiB. */
export const RECORD_BYTES = 16;
/** 32-bit words in a record. */
export const RECORD_WORDS = 4;

/** Bit 32 of the length. The bit is set only where a segment has exactly 4 GiB; `len` is 0 then. */
export const FULL = 1;
/** A flag of a range that never joins a neighbour: the range starts and ends its own segments. */
export const NOMERGE = 2;
/** A flag of an address on the bus (PCIe BAR, peer to peer), not in system memory. */
export const BUS = 4;
/** A flag that stands in shared rings only: emit the pending run. */
export const FLUSH = 8;
/** A flag that stands in chained pages only: the record points at the next page. */
export const LINK = 16;
/** Where the user's tag of 24 bits starts in the flags: `flags >>> TAG_SHIFT`. */
export const TAG_SHIFT = 8;

/** FLUSH, LINK and bits 5-7: not valid in a range or a segment. */
export const RESERVED_FLAGS = 0xf8;

/** 2^32, the longest segment. */
export const FOUR_GIB = 0x1_0000_0000;
/** 2^64, where the address space ends. */
export const ADDRESS_SPACE = 1n << 64n;

/** An unsigned 64-bit integer: a safe integer as a `number`, any integer as a `bigint`. */
export type U64 = number | bigint;

/** The bytes from `addr` up to and without `addr + length`. The end may be 2^64. */
export interface Range {
  /** The address of the first byte, 0 to 2^64 - 1. */
  addr: U64;
  /** Bytes, 1 to 2^64 - 1; 0 where the call says `skipEmpty`. */
  length: U64;
  /** NOMERGE, BUS and the tag of 24 bits in bits 8 to 31. Default 0. */
  flags?: number | undefined;
}

/** A range that a device can take, of at most 4 GiB. */
export interface Segment {
  /** The address of the first byte. */
  addr: bigint;
  /** Bytes, 1 to 2^32. */
  length: number;
  /** NOMERGE, BUS and the tag. FULL is left out, because `length` says it. */
  flags: number;
}

/** Whether a value is an iterable object: no text, whose characters are no ranges. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/** What a value must be, in error messages. */
const U64_TEXT = "an integer from 0 to 2^64 - 1";

/**
 * Checks an unsigned 64-bit integer.
 *
 * @throws {TypeError} `value` is neither number nor bigint.
 * @throws {RangeError} `value` is NaN, fractional, negative, past 2^64 - 1, or a number above 2^53 - 1 (which may have
 *   been rounded already).
 */
export function checkU64(name: string, value: unknown): asserts value is U64 {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) && value >= 0) return;
    if (Number.isInteger(value) && value > 0) {
      throw new RangeError(
        expected(name, "a number up to 2^53 - 1 or a bigint (a larger number may be rounded)", value),
      );
    }
    throw new RangeError(expected(name, U64_TEXT, value));
  }
  if (typeof value !== "bigint") throw new TypeError(expected(name, "a number or a bigint", value));
  if (value < 0n || value >= ADDRESS_SPACE) throw new RangeError(expected(name, U64_TEXT, value));
}

/** Checks the flags of a range. */
export function checkFlags(name: string, flags: unknown): asserts flags is number {
  if (typeof flags !== "number") throw new TypeError(expected(name, "a number", flags));
  if (!Number.isInteger(flags) || flags < 0 || flags > 0xffff_ffff) {
    throw new RangeError(expected(name, "a 32-bit unsigned integer", flags));
  }
  if (flags & (FULL | RESERVED_FLAGS)) {
    throw new RangeError(expected(name, "only NOMERGE (2), BUS (4) and the tag in bits 8-31", flags));
  }
}

/** Why record `index` of these bytes is no record; they need no alignment. */
export function faultOf(bytes: Uint8Array, index: number): string | undefined {
  // A copy: slice() of a Node Buffer is none.
  const record = new Uint8Array(bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES));
  return recordFault(new Uint32Array(record.buffer), 0);
}

/** Why these 4 words are no record, or undefined where they are one. Exact and slow: for messages and single records. */
export function recordFault(words: Uint32Array, at: number): string | undefined {
  const len = words[at + 2] as number;
  const flags = words[at + 3] as number;
  if (flags & RESERVED_FLAGS) {
    return `flags expected without FLUSH, LINK and bits 5-7, got 0x${flags.toString(16)}`;
  }
  if (flags & FULL && len !== 0) return `len expected 0 with FULL, got ${len}`;
  if (!(flags & FULL) && len === 0) return "length expected 1 to 4294967296, got 0";
  const length = flags & FULL ? FOUR_GIB : len;
  const addr = recordAddr(words, at);
  if (addr + BigInt(length) > ADDRESS_SPACE) {
    return `addr + length expected up to 2^64, got 0x${addr.toString(16)} + ${length}`;
  }
  return undefined;
}

/** The address of the record whose words start at `at`. */
export function recordAddr(words: Uint32Array, at: number): bigint {
  return (BigInt(words[at + 1] as number) << 32n) | BigInt(words[at] as number);
}

/** The length, 1 to 2^32, of the record whose words start at `at`. */
export function recordLength(words: Uint32Array, at: number): number {
  return (words[at + 3] as number) & FULL ? FOUR_GIB : (words[at + 2] as number);
}

/** The flags, without FULL, of the record whose words start at `at`. */
export function recordFlags(words: Uint32Array, at: number): number {
  return ((words[at + 3] as number) & ~FULL) >>> 0;
}
