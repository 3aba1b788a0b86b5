import { expected, quote, SegringError } from "../errors.js";

/** A line of a text input, with its number from 1. */
export interface NumberedLine {
  number: number;
  line: string;
}

/**
 * The lines of a text. Empty ones are left out (they hold nothing) but counted.
 *
 * @throws {TypeError} `text` is no string.
 */
export function numberedLines(text: string): NumberedLine[] {
  if (typeof text !== "string") throw new TypeError(expected("text", "a string", text));
  return text
    .split("\n")
    .map((line, index) => ({ number: index + 1, line }))
    .filter(({ line }) => line !== "");
}

/** The error of a line that is not what it must be: its number, what was expected, what is there. */
export function badLine({ number, line }: NumberedLine, what: string): SegringError {
  return new SegringError("BAD_TEXT", `line ${number} expected ${what}, got ${quote(line)}`, { index: number });
}

/** `0x…`, as addresses stand in messages. */
export function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
