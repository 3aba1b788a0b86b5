import { quote } from "../core/errors.js";
import type { Field } from "./csv-fields.js";
import { RangeFault } from "./fault.js";
import { type Column, columnOf } from "./names.js";
import { parseRange, type WholeRange } from "./range.js";

const WANTED = '{"addr": …, "length": …, "flags": …}';
/** A member of the object: its number as digits, or its string. JSON.parse would round numbers above 2^53 before anyone could see it. */
const MEMBER =
  /([ \t\n\r]*"([^"\\]*)"[ \t\n\r]*:[ \t\n\r]*)(?:(-?[0-9][0-9.eE+-]*)|"([^"\\]*)")[ \t\n\r]*(,|\}[ \t\n\r]*$)/y;
const START = /^[ \t\n\r]*\{/;

/**
 * A range as a JSON object. Numbers above 2^53 - 1 must be strings, decimal or 0x…, because most readers of JSON round
 * such numbers.
 *
 * @throws {RangeFault} The object is no range.
 */
export function parseObject(text: string): WholeRange {
  const fields: Partial<Record<Column, Field>> = {};
  const start = START.exec(text)?.[0];
  MEMBER.lastIndex = start?.length ?? 0;
  for (let more = start !== undefined; more; ) {
    const from = MEMBER.lastIndex;
    const [, head = "", key = "", number, string = "", end] = MEMBER.exec(text) ?? [];
    if (end === undefined) throw new RangeFault(from, `expected ${WANTED}, got ${quote(text)}`);
    const column = columnOf(key);
    if (column === undefined) {
      throw new RangeFault(from, `expected only addr, length or end, and flags, got ${quote(key)}`);
    }
    if (fields[column] !== undefined) throw new RangeFault(from, `expected one ${column}, got two`);
    const at = from + head.length;
    if (number !== undefined) checkNumber(key, number, at);
    fields[column] = { text: number ?? string, at };
    more = end === ",";
  }
  const { addr, length, end, flags } = fields;
  const bytes = length ?? end;
  if (addr === undefined || bytes === undefined) {
    throw new RangeFault(0, `expected ${WANTED}, got ${quote(text)}`);
  }
  if (length !== undefined && end !== undefined) throw new RangeFault(end.at, "expected length or end, got both");
  return parseRange(addr, bytes, length === undefined, flags);
}

/** Checks the digits themselves: as a number, 9007199254740993 would be 9007199254740992 and 4503599627370497.5 an integer. */
function checkNumber(key: string, digits: string, at: number): void {
  if (!/^(?:0|[1-9][0-9]*)$/.test(digits)) {
    throw new RangeFault(at, `${key} expected an integer from 0 on, in digits, got ${quote(digits)}`);
  }
  if (digits.length > 16 || Number(digits) > Number.MAX_SAFE_INTEGER) {
    throw new RangeFault(
      at,
      `${key} expected a number up to 2^53 - 1 or a string (JSON readers round larger numbers), got ${digits.length > 80 ? quote(digits) : digits}`,
    );
  }
}
