import { quote } from "../core/errors.js";
import type { Field } from "./csv-fields.js";
import { RangeFault } from "./fault.js";
import { columnOf, LENGTH_NAMES, START_NAMES } from "./names.js";

/** Which field of a line is what, from 0. */
export interface Columns {
  readonly addr: number;
  /** The length, or the end. */
  readonly length: number;
  readonly isEnd: boolean;
  /** -1: there are none. */
  readonly flags: number;
  /** How many fields a line has at most. */
  readonly count: number;
  /** What a line is, for messages. */
  readonly text: string;
}

/** Without a header. */
export const USUAL_COLUMNS: Columns = {
  addr: 0,
  length: 1,
  isEnd: false,
  flags: 2,
  count: 3,
  text: "addr,length[,flags]",
};

/** Whether a name of ours is among these. */
export function isHeader(fields: readonly Field[]): boolean {
  return fields.some(({ text }) => columnOf(text) !== undefined);
}

/**
 * The columns that a header names. Names of others are passed over.
 *
 * @throws {RangeFault} One that is needed is missing, or comes twice.
 */
export function columnsOf(fields: readonly Field[]): Columns {
  const found = { addr: -1, length: -1, end: -1, flags: -1 };
  for (const [index, { text, at }] of fields.entries()) {
    const column = columnOf(text);
    if (column === undefined) continue;
    if (found[column] >= 0) {
      throw new RangeFault(at, `expected one column for ${column}, got ${quote(text)} as another`);
    }
    found[column] = index;
  }
  const { addr, length, end, flags } = found;
  const text = fields.map((field) => field.text).join(",");
  if (addr < 0) throw new RangeFault(0, `expected a column ${START_NAMES}, got ${quote(text)}`);
  if (length < 0 && end < 0) throw new RangeFault(0, `expected a column ${LENGTH_NAMES}, got ${quote(text)}`);
  if (length >= 0 && end >= 0) {
    const second = fields[Math.max(length, end)] as Field;
    throw new RangeFault(second.at, `expected either a length or an end, got ${quote(second.text)} as well`);
  }
  const isEnd = end >= 0;
  return { addr, length: isEnd ? end : length, isEnd, flags, count: fields.length, text };
}
