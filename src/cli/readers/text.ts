import { SegringError } from "../../core/errors.js";
import type { Range } from "../../core/record.js";
import type { LineParser } from "../../node/text.js";
import { DataError } from "../errors.js";
import { linesOf } from "../lines.js";
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

/** The start of a message that names what the library reads by itself, `/proc/iomem`, where the input has a name of its own. */
const OWN_NAME = /^"[^"]*" /;
/** Where a message shows what is in the text. */
const FOUND = ', got "';

/** A message of the library in the words of the command line; what it shows of the text stays as it is. */
function inOptions(message: string): string {
  const at = message.indexOf(FOUND);
  const own = at < 0 ? message : message.slice(0, at);
  const words = own
    .replace(OWN_NAME, "")
    .replace(/unaddressed: "skip" leaves/, "--unaddressed skip leaves")
    .replace(/unwritten: "keep" or "skip" takes/, "--unwritten keep or skip takes")
    .replace(/needs radix: 16/, "needs --radix 16");
  return words + message.slice(own.length);
}

/** Runs a step of the parser. What is wrong with the text gets the name of the input. */
function named(name: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (error instanceof SegringError) throw new DataError(`${name}: ${inOptions(error.message)}`, { cause: error });
    throw error;
  }
}
