import { SegringError } from "../../core/errors.js";
import type { Range } from "../../core/record.js";
import { worded } from "../../core/wording.js";
import type { TextFormat } from "../../text/grammar.js";
import { grammarOf } from "../../text/grammars.js";
import { LineSplitter } from "../../text/lines.js";
import type { ParsedRecords } from "../../text/parsed-records.js";
import type { LineParser } from "../../text/system/lines.js";
import { TextFeed } from "../../text/text-feed.js";
import { DataError } from "../errors.js";
import { inPieces } from "../lines.js";
import { WORDING } from "../wording.js";
import type { Batch, Reader, ReaderOptions } from "./reader.js";

/** A reader of what a {@link LineParser} reads. */
export function textReader(open: (take: (range: Range) => void, options: ReaderOptions) => LineParser): Reader {
  return async function* (source: AsyncIterable<Uint8Array>, options: ReaderOptions): AsyncGenerator<Batch> {
    let ranges: Range[] = [];
    const parser = open((range) => ranges.push(range), options);
    const lines = new LineSplitter();
    const take = (line: string, number: number) => parser.line(line, number);
    for await (const piece of inPieces(source)) {
      named(options.name, () => lines.push(piece, take));
      yield ranges;
      ranges = [];
    }
    named(options.name, () => {
      lines.end(take);
      parser.end();
    });
    yield ranges;
  };
}

/** A reader of a format of `segring/text`. */
export function recordReader(format: TextFormat): Reader {
  return async function* (
    source: AsyncIterable<Uint8Array>,
    { name, skipEmpty, columns, engine }: ReaderOptions,
  ): AsyncGenerator<Batch> {
    const feed = new TextFeed(grammarOf(format, columns), { skipEmpty, engine, reuse: true });
    const read = (step: () => void) => {
      named(name, step);
      return batchesOf(feed.take());
    };
    for await (const piece of source) yield* read(() => feed.push(piece));
    yield* read(() => feed.end());
  };
}

/** At least one: who takes the batches shows the progress, and hears signals, between two. */
function* batchesOf({ parts }: ParsedRecords): Generator<Batch> {
  let wide: Range[] = [];
  for (const part of parts) {
    if (!(part instanceof Uint8Array)) {
      wide.push(part);
      continue;
    }
    if (wide.length !== 0) yield wide;
    wide = [];
    yield part;
  }
  if (wide.length !== 0 || parts.length === 0) yield wide;
}

/** Runs a step of a parser. What is wrong with the text gets the name of the input. */
function named<T>(name: string, step: () => T): T {
  try {
    return worded(WORDING, step);
  } catch (error) {
    if (error instanceof SegringError) throw new DataError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}
