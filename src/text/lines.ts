import { SegringError } from "../core/errors.js";

/** Takes a line without its end, and its number from 1. */
export type TakeLine = (line: string, number: number) => void;

/** Characters in a line. Something else than lines of text would otherwise fill the memory. */
const MAX_LINE = 65536;
/** Bytes made into text at a time: a line each, they are 65536 lines and what is made of them. */
export const PIECE_BYTES = 65536;
const CARRIAGE_RETURN = 0x0d;

/**
 * Gives the lines of a UTF-8 text that comes in pieces of any size, without their ends (LF or CR LF). Blank lines are
 * among them. A byte order mark at the start is left out. The pieces may be cut anywhere: lines, and the error of a line
 * that is too long, come alike and in one order.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #number = 1;

  /** @throws {SegringError} BAD_TEXT: a line has more than 65536 characters. @throws What `take` throws. */
  push(piece: Uint8Array, take: TakeLine): void {
    for (let from = 0; from < piece.byteLength; from += PIECE_BYTES) {
      const bytes = piece.subarray(from, from + PIECE_BYTES);
      // Browsers decode no shared memory. slice() of a Node Buffer is no copy.
      const plain = bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes);
      this.#split(this.#decoder.decode(plain, { stream: true }), take);
    }
  }

  /** The text has ended. @throws As `push` does. */
  end(take: TakeLine): void {
    this.#split(this.#decoder.decode(), take);
    if (this.#rest !== "") take(withoutReturn(this.#rest), this.#number);
    this.#rest = "";
  }

  #split(text: string, take: TakeLine): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() as string;
    for (const line of lines) {
      if (line.length > MAX_LINE) throw tooLong(this.#number);
      take(withoutReturn(line), this.#number);
      this.#number++;
    }
    if (this.#rest.length > MAX_LINE) throw tooLong(this.#number);
  }
}

function tooLong(number: number): SegringError {
  return badLine(number, `expected at most ${MAX_LINE} characters, got more`);
}

/** The error of a line. @param fault What was expected and found. @param options.column Where in the line, from 1. */
export function badLine(
  number: number,
  fault: string,
  { cause, column }: { cause?: unknown; column?: number } = {},
): SegringError {
  const place = column === undefined ? `line ${number}` : `line ${number}, column ${column}`;
  return new SegringError("BAD_TEXT", `${place}: ${fault}`, {
    ...(cause === undefined ? {} : { cause }),
    index: number,
  });
}

function withoutReturn(line: string): string {
  return line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line;
}
