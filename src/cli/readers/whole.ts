import { SegringError } from "../../errors.js";
import type { Range } from "../../record.js";
import { DataError } from "../errors.js";
import { textOf } from "../lines.js";
import type { Batch, Reader, ReaderOptions } from "./reader.js";

/** The kernel and filefrag print some 100 bytes a range: these are more than a million. */
const MAX_CHARACTERS = 2 ** 27;
/** Ranges a batch, so that others get their turn in between. */
const BATCH_RANGES = 8192;

/** A reader of a format whose lines depend on each other, or are few: it is read as a whole. */
export function wholeReader(parse: (text: string, options: ReaderOptions) => readonly Range[]): Reader {
  return async function* (source: AsyncIterable<Uint8Array>, options: ReaderOptions): AsyncGenerator<Batch> {
    const ranges = parsed(await wholeText(source, options.name), parse, options);
    for (let from = 0; from < ranges.length; from += BATCH_RANGES) yield ranges.slice(from, from + BATCH_RANGES);
  };
}

function parsed(
  text: string,
  parse: (text: string, options: ReaderOptions) => readonly Range[],
  options: ReaderOptions,
): readonly Range[] {
  try {
    return parse(text, options);
  } catch (error) {
    if (error instanceof SegringError) throw new DataError(`${options.name}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function wholeText(source: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const pieces: string[] = [];
  let characters = 0;
  for await (const piece of textOf(source)) {
    characters += piece.length;
    if (characters > MAX_CHARACTERS) {
      throw new DataError(
        `${name}: expected at most ${MAX_CHARACTERS} characters of a format that is read as a whole, got more`,
      );
    }
    pieces.push(piece);
  }
  return pieces.join("");
}
