import { expected, quote, SegringError } from "../../core/errors.js";

/** A line of a text input, with its number from 1. */
export interface NumberedLine {
  number: number;
  line: string;
}

/**
 * Reads a text line by line, and hands over each result as soon as it is certain. The parser's memory does not grow
 * with the text. An error that a call throws is final.
 */
export interface LineParser {
  /**
   * Takes the next line.
   *
   * @param line   The line without its end. Blank lines come too, because a name may hold one.
   * @param number The number of the line, from 1.
   */
  line(line: string, number: number): void;
  /** The text has ended. */
  end(): void;
}

const CARRIAGE_RETURN = 0x0d;
/** A line that does not end in CR LF. */
const BARE_NEWLINE = /(?:^|[^\r])\n/;

/**
 * Gives a parser the lines of a text. Only "\n" ends a line: any other character may be part of a name. A CR before
 * "\n" is part of the end where all lines end so, and part of the line elsewhere.
 *
 * Cost: O(text) time; memory for one line.
 *
 * @throws {TypeError} `text` is no string. @throws What the parser throws.
 */
export function parseLines(text: string, parser: LineParser): void {
  if (typeof text !== "string") throw new TypeError(expected("text", "a string", text));
  const hasReturns = text.includes("\r\n") && !BARE_NEWLINE.test(text);
  let number = 0;
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    const cut = hasReturns && end > from && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    parser.line(text.slice(from, cut), ++number);
    from = end + 1;
  }
  parser.end();
}

/** The error of a line: its number, what was expected, and what is there. */
export function badLine({ number, line }: NumberedLine, what: string): SegringError {
  return new SegringError("BAD_TEXT", `line ${number} expected ${what}, got ${quote(line)}`, { index: number });
}

/** `0x…`, as addresses stand in messages. */
export function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
