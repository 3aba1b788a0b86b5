import { quote } from "../core/errors.js";
import { RangeFault } from "./fault.js";
import { parseRange, type WholeRange } from "./range.js";

const WANTED = '{"addr": …, "length": …, "flags": …}';
/** A member of the object: its number as digits, or its string. JSON.parse would round numbers above 2^53 before anyone could see it. */
const MEMBER =
  /[ \t\n\r]*"([^"\\]*)"[ \t\n\r]*:[ \t\n\r]*(?:(-?[0-9][0-9.eE+-]*)|"([^"\\]*)")[ \t\n\r]*(,|\}[ \t\n\r]*$)/y;
const START = /^[ \t\n\r]*\{/;

/**
 * A range as a JSON object. Numbers above 2^53 - 1 must be strings, decimal or 0x…, because most readers of JSON round
 * such numbers.
 *
 * @throws {RangeFault} The object is no range.
 */
export function parseObject(text: string): WholeRange {
  const fields = new Map<string, string>();
  const start = START.exec(text)?.[0];
  MEMBER.lastIndex = start?.length ?? 0;
  for (let more = start !== undefined; more; ) {
    const [, key = "", number, string = "", end] = MEMBER.exec(text) ?? [];
    if (end === undefined) throw new RangeFault(`expected ${WANTED}, got ${quote(text)}`);
    if (key !== "addr" && key !== "length" && key !== "flags") {
      throw new RangeFault(`expected only addr, length and flags, got ${quote(key)}`);
    }
    if (fields.has(key)) throw new RangeFault(`expected one ${key}, got two`);
    if (number !== undefined) checkNumber(key, number);
    fields.set(key, number ?? string);
    more = end === ",";
  }
  const addr = fields.get("addr");
  const length = fields.get("length");
  if (addr === undefined || length === undefined) {
    throw new RangeFault(`expected ${WANTED}, got ${quote(text)}`);
  }
  return parseRange(addr, length, fields.get("flags") ?? "0");
}

/** Checks the digits themselves: as a number, 9007199254740993 would be 9007199254740992 and 4503599627370497.5 an integer. */
function checkNumber(key: string, digits: string): void {
  if (!/^(?:0|[1-9][0-9]*)$/.test(digits)) {
    throw new RangeFault(`${key} expected an integer from 0 on, in digits, got ${quote(digits)}`);
  }
  if (digits.length > 16 || Number(digits) > Number.MAX_SAFE_INTEGER) {
    throw new RangeFault(
      `${key} expected a number up to 2^53 - 1 or a string (JSON readers round larger numbers), got ${digits.length > 80 ? quote(digits) : digits}`,
    );
  }
}
