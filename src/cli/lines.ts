import { DataError } from "./errors.js";

/** Lines that came together, the first of them numbered. */
export interface Lines {
  /** From 1. */
  firstNumber: number;
  lines: string[];
}

/** Characters in a line. Something else than lines of text would otherwise fill the memory. */
const MAX_LINE = 65536;

/**
 * The lines of a UTF-8 text, without their ends (LF or CRLF), as they come.
 *
 * @throws {DataError} A line is longer than 65536 characters.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Lines> {
  let firstNumber = 1;
  let rest = "";
  for await (const text of textOf(source)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() as string;
    const long = lines.findIndex((line) => line.length > MAX_LINE);
    if (long >= 0 || rest.length > MAX_LINE) {
      const number = firstNumber + (long >= 0 ? long : lines.length);
      throw new DataError(`${name}: line ${number}: expected at most ${MAX_LINE} characters, got more`);
    }
    yield { firstNumber, lines };
    firstNumber += lines.length;
  }
  if (rest !== "") yield { firstNumber, lines: [rest] };
}

/** The text in pieces. A byte order mark at the start is left out. */
export async function* textOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
