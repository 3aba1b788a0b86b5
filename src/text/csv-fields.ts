import { quote } from "../core/errors.js";
import { RangeFault } from "./fault.js";

/** A field of a line. */
export interface Field {
  /** Without the blanks round it, and without its quotes. */
  readonly text: string;
  /** Where it begins in the line, in characters from 0. */
  readonly at: number;
}

const QUOTE = '"';
const SEPARATORS = [",", ";", "\t"];

/**
 * The separator of a text whose first line is this one: the first that is outside of quotes. A tab next to a comma or a
 * semicolon is a blank.
 *
 * @returns undefined where there is none.
 */
export function separatorOf(line: string): string | undefined {
  let isQuoted = false;
  for (let at = afterBlanks(line, 0, ""); at < line.length; at++) {
    const character = line[at] as string;
    if (character === QUOTE) isQuoted = !isQuoted;
    if (isQuoted || !SEPARATORS.includes(character)) continue;
    const next = line[afterBlanks(line, at, "")] as string;
    return next === "," || next === ";" ? next : character;
  }
  return undefined;
}

/** Whether a line has nothing but blanks, or a comment. */
export function isPassedOver(line: string): boolean {
  const start = afterBlanks(line, 0, "");
  return start === line.length || line[start] === "#";
}

/**
 * The fields of a line. One in quotes may hold separators, and a quote as two quotes.
 *
 * @throws {RangeFault} A quote is not closed, or is followed by more.
 */
export function fieldsOf(line: string, separator: string): Field[] {
  const fields: Field[] = [];
  for (let from = 0; ; ) {
    const at = afterBlanks(line, from, separator);
    let end: number;
    if (line[at] === QUOTE) {
      const close = closingQuote(line, at);
      end = afterBlanks(line, close + 1, separator);
      if (end !== line.length && line[end] !== separator) {
        throw new RangeFault(end, `expected ${quote(separator)} or the end of the line, got ${quote(line.slice(end))}`);
      }
      fields.push({ text: line.slice(at + 1, close).replaceAll('""', QUOTE), at });
    } else {
      const found = line.indexOf(separator, at);
      end = found < 0 ? line.length : found;
      fields.push({ text: line.slice(at, beforeBlanks(line, at, end)), at });
    }
    if (end === line.length) return fields;
    from = end + 1;
  }
}

function closingQuote(line: string, at: number): number {
  for (let close = line.indexOf(QUOTE, at + 1); close >= 0; close = line.indexOf(QUOTE, close + 2)) {
    if (line[close + 1] !== QUOTE) return close;
  }
  throw new RangeFault(at, `expected a closing quote in the line, got ${quote(line.slice(at))}`);
}

function isBlank(character: string | undefined, separator: string): boolean {
  return (character === " " || character === "\t") && character !== separator;
}

function afterBlanks(line: string, from: number, separator: string): number {
  let at = from;
  while (isBlank(line[at], separator)) at++;
  return at;
}

function beforeBlanks(line: string, from: number, end: number): number {
  let at = end;
  while (at > from && isBlank(line[at - 1], "")) at--;
  return at;
}
