import { expected, quote, SegringError } from "../core/errors.js";

/** A line of a text input, with its number from 1. */
export interface NumberedLine {
  number: number;
  line: string;
}

/**
 * Reads a text line by line, and gives what a line makes certain to whoever made the parser. What a parser holds does not grow with the text.
 * Whatever one of its calls throws is final.
 */
export interface LineParser {
  /**
   * The next line.
   *
   * @param line   Without its end. Blank lines come too, because a name may hold one.
   * @param number From 1.
   */
  line(line: string, number: number): void;
  /** The text has ended. */
  end(): void;
}

const CARRIAGE_RETURN = 0x0d;
/** A line that does not end in CR LF. */
const BARE_NEWLINE = /(?:^|[^\r])\n/;

/**
 * Gives a parser the lines of a text, which only "\n" ends: any other character may be part of a name.
 * CR before it is part of the end if all lines end so, else it is part of the line.
 *
 * @throws {TypeError} `text` is no string. @throws What the parser throws.
 *
 * Cost: O(text) time; memory for one line.
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

/** The error of a line that is not what it must be: its number, what was expected, what is there. */
export function badLine({ number, line }: NumberedLine, what: string): SegringError {
  return new SegringError("BAD_TEXT", `line ${number} expected ${what}, got ${quote(line)}`, { index: number });
}

/** `0x…`, as addresses stand in messages. */
export function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
