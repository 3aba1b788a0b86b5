import { SegringError } from "../core/errors.js";
import { FOUR_GIB } from "../core/record.js";
import { counted, field, shownBigInt } from "../core/wording.js";
import type { TextFormat } from "./grammar.js";

/**
 * The text of a range.
 *
 * @param low    The lower half of the address, u32. @param high The upper half.
 * @param length Bytes; a bigint above 2^53 - 1.
 * @param flags  Without FULL.
 */
export type Row = (low: number, high: number, length: number | bigint, flags: number) => string;

/**
 * How numbers are written. `"exact"`: CSV has lengths in decimal and all else in hexadecimal; JSON has addresses as
 * decimal strings and all else as numbers. `"numbers"`: all is decimal, and no string in JSON. `"hex"`: all is `0x…`.
 */
export type NumberForm = "exact" | "numbers" | "hex";

/** Counts ranges. */
export interface Counter {
  count: number;
}

/** The header of CSV. */
export const CSV_HEAD = "addr,length,flags";

/** The upper half of the first number that JSON readers round: 2^53. */
const WIDE = 2 ** 21;
const MILLION = 1e6;

/**
 * A line, with its end.
 *
 * @param counter Of the ranges in the text: the row of `"numbers"` counts them, for its message.
 * @param comma   NDJSON: whether a comma follows each object.
 */
export function rowOf(format: TextFormat, form: NumberForm, counter: Counter = { count: 0 }, comma = false): Row {
  if (format === "csv") {
    const row = csvRow(form);
    return (low, high, length, flags) => `${row(low, high, length, flags)}\n`;
  }
  const fields = jsonFields(form, counter);
  const end = comma ? "},\n" : "}\n";
  return (low, high, length, flags) => `{${fields(low, high, length, flags)}${end}`;
}

/** An address from its halves, without a bigint: `1f000`. */
export function hexDigits(low: number, high: number): string {
  return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, "0");
}

/** An address from its halves, without a bigint: `126976`. */
export function decimalDigits(low: number, high: number): string {
  if (high < WIDE) return String(high * FOUR_GIB + low);
  // Long division by 10^6, in which each number is below 2^53.
  const rest = (high % MILLION) * FOUR_GIB + low;
  const upper = Math.floor(high / MILLION) * FOUR_GIB + Math.floor(rest / MILLION);
  return upper + String(rest % MILLION).padStart(6, "0");
}

/** The fields of a line of CSV, without the end of the line. */
export function csvRow(form: NumberForm): Row {
  switch (form) {
    case "exact":
      return (low, high, length, flags) => `0x${hexDigits(low, high)},${length},0x${flags.toString(16)}`;
    case "numbers":
      return (low, high, length, flags) => `${decimalDigits(low, high)},${length},${flags}`;
    case "hex":
      return (low, high, length, flags) => `0x${hexDigits(low, high)},0x${length.toString(16)},0x${flags.toString(16)}`;
  }
}

/**
 * The members of an object of JSON. Flags that are 0 are left out.
 *
 * @throws {SegringError} From the row of `"numbers"`, NOT_EXPRESSIBLE: JSON readers would round a number.
 */
export function jsonFields(form: NumberForm, counter: Counter = { count: 0 }): Row {
  switch (form) {
    case "exact":
      return (low, high, length, flags) => {
        const bytes = typeof length === "number" ? length : `"${length}"`;
        const text = `"addr":"${decimalDigits(low, high)}","length":${bytes}`;
        return flags === 0 ? text : `${text},"flags":${flags}`;
      };
    case "numbers":
      return (low, high, length, flags) => {
        const index = counter.count;
        if (high >= WIDE) throw rounded(index, low, high);
        if (typeof length === "bigint") throw inexact(`segment ${counted(index)}: length`, index, length);
        counter.count++;
        const text = `"addr":${high * FOUR_GIB + low},"length":${length}`;
        return flags === 0 ? text : `${text},"flags":${flags}`;
      };
    case "hex":
      return (low, high, length, flags) => {
        const text = `"addr":"0x${hexDigits(low, high)}","length":"0x${length.toString(16)}"`;
        return flags === 0 ? text : `${text},"flags":"0x${flags.toString(16)}"`;
      };
  }
}

/** An address that JSON readers would round. @param index Of the range, from 0. */
export function rounded(index: number, low: number, high: number): SegringError {
  return inexact(`segment ${counted(index)}: addr`, index, (BigInt(high) << 32n) | BigInt(low));
}

/** A number that JSON readers would round. @param what Says which number. @param index Of the range, from 0. */
export function inexact(what: string, index: number, value: bigint): SegringError {
  return new SegringError(
    "NOT_EXPRESSIBLE",
    `${what} expected up to 2^53 - 1 for a number of JSON, got ${shownBigInt(value)}; without ${field("numbers")} such numbers are strings`,
    { index },
  );
}
