import { SegringError } from "../../core/errors.js";
import type { Range } from "../../core/record.js";
import { worded } from "../../core/wording.js";
import type { LineParser } from "../../node/text.js";
import { DataError } from "../errors.js";
import { linesOf } from "../lines.js";
import { WORDING } from "../wording.js";
import type { Batch, Reader, ReaderOptions } from "./reader.js";

/** A reader of what a {@link LineParser} reads. */
export function textReader(open: (take: (range: Range) => void, options: ReaderOptions) => LineParser): Reader {
  return async function* (source: AsyncIterable<Uint8Array>, options: ReaderOptions): AsyncGenerator<Batch> {
    let ranges: Range[] = [];
    const parser = open((range) => ranges.push(range), options);
    for await (const { firstNumber, lines } of linesOf(source, options.name)) {
      named(options.name, () => {
        for (let index = 0; index < lines.length; index++) parser.line(lines[index] as string, firstNumber + index);
      });
      yield ranges;
      ranges = [];
    }
    named(options.name, () => parser.end());
    yield ranges;
  };
}

/** Runs a step of the parser. What is wrong with the text gets the name of the input. */
function named(name: string, step: () => void): void {
  try {
    worded(WORDING, step);
  } catch (error) {
    if (error instanceof SegringError) throw new DataError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}
