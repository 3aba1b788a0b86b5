import { FOUR_GIB } from "../core/record.js";
import type { TextFormat } from "./grammar.js";

/**
 * The text of a range.
 *
 * @param low    The lower half of the address, u32. @param high The upper half.
 * @param length Bytes; a bigint above 2^53 - 1.
 * @param flags  Without FULL.
 */
export type Row = (low: number, high: number, length: number | bigint, flags: number) => string;

/** The header of CSV. */
export const CSV_HEAD = "addr,length,flags";

/** A line, with its end, in each format. */
export const ROWS = {
  csv: (low, high, length, flags) => `${csvRow(low, high, length, flags)}\n`,
  ndjson: (low, high, length, flags) => `${jsonObject(low, high, length, flags)}\n`,
} satisfies Record<TextFormat, Row>;

/** An address from its halves, without a bigint: `1f000`. */
export function hexDigits(low: number, high: number): string {
  return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, "0");
}

/** Without the end of the line. */
export function csvRow(low: number, high: number, length: number | bigint, flags: number): string {
  return `0x${hexDigits(low, high)},${length},0x${flags.toString(16)}`;
}

/** A range in JSON. */
export function jsonObject(low: number, high: number, length: number | bigint, flags: number): string {
  return `{${jsonFields(low, high, length, flags)}}`;
}

/** The members of the object. Numbers above 2^53 - 1 are strings: JSON readers round such numbers. */
export function jsonFields(low: number, high: number, length: number | bigint, flags: number): string {
  const addr = high < 2 ** 21 ? high * FOUR_GIB + low : `"0x${hexDigits(low, high)}"`;
  const bytes = typeof length === "number" ? length : `"0x${length.toString(16)}"`;
  return flags === 0 ? `"addr":${addr},"length":${bytes}` : `"addr":${addr},"length":${bytes},"flags":${flags}`;
}
