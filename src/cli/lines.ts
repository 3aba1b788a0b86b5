import { DataError } from "./errors.js";

/** Lines that came together, the first of them numbered. */
export interface Lines {
  /** From 1. */
  firstNumber: number;
  lines: string[];
}

/** Characters in a line. Something else than lines of text would otherwise fill the memory. */
const MAX_LINE = 65536;
/** Bytes made into text at a time: a line each, they are 65536 lines and what is made of them. */
const PIECE_BYTES = 65536;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of a UTF-8 text, without their ends (LF or CRLF), as they come. Blank lines are among them.
 *
 * @throws {DataError} A line is longer than 65536 characters.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Lines> {
  let firstNumber = 1;
  let rest = "";
  for await (const text of textOf(source)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() as string;
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] as string;
      if (line === "") continue;
      if (line.length > MAX_LINE) throw tooLong(name, firstNumber + index);
      lines[index] = withoutReturn(line);
    }
    if (rest.length > MAX_LINE) throw tooLong(name, firstNumber + lines.length);
    yield { firstNumber, lines };
    firstNumber += lines.length;
  }
  if (rest !== "") yield { firstNumber, lines: [withoutReturn(rest)] };
}

function tooLong(name: string, number: number): DataError {
  return new DataError(`${name}: line ${number}: expected at most ${MAX_LINE} characters, got more`);
}

function withoutReturn(line: string): string {
  return line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line;
}

/** The text in pieces of at most 65536 characters, whatever the pieces of the source. A byte order mark at the start is left out. */
export async function* textOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      yield decoder.decode(chunk.subarray(from, from + PIECE_BYTES), { stream: true });
    }
  }
  yield decoder.decode();
}
