import { basename } from "node:path";
import type { SegmentMapper } from "../mapper.js";
import { SegmentTable } from "../table.js";
import { UsageError } from "./errors.js";
import { Feed } from "./feed.js";
import { formatOfName } from "./formats.js";
import type { Input } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf } from "./options.js";
import type { Output } from "./output.js";
import { openOutput } from "./output-file.js";
import { startProgress } from "./progress.js";
import { openRanges, type RangeInput } from "./ranges.js";
import { mapInThreads } from "./threads.js";
import { OUTPUT_FORMATS, type OutputFormat, WRITERS, type Writer } from "./writers.js";

const NO_SEGMENTS = SegmentTable.from([]);

/** The options of `segring map`. */
export interface MapOptions extends LimitOptions, InputOptions {
  to?: OutputFormat;
  output?: string;
  threads?: boolean;
}

/**
 * `segring map`: maps the ranges in a file to segments, in constant memory.
 *
 * @throws {UsageError | DataError | ReaderGone}
 */
export async function map(file: string | undefined, options: MapOptions, io: Io): Promise<void> {
  const to = outputFormat(options);
  const mapper = await mapperOf(options);
  try {
    if (options.output === undefined) refuseTerminal(to, io.stdout.isTerminal);
    const source = await openRanges(file, options, io);
    try {
      if (options.threads) refuseThreads(source.input, options);
      const output = await openOutput(options.output, source.input.stat, io);
      try {
        refuseTerminal(to, output.isTerminal);
        await mapInto(source, output, WRITERS[to](), io, (take) =>
          options.threads ? mapInThreads(file as string, options, mapper.limits, take) : mapHere(mapper, source, take),
        );
        await output.commit();
      } finally {
        output.discard();
      }
    } finally {
      source.input.close();
    }
  } finally {
    mapper.close();
  }
}

/** Gets the segments, and how many bytes of the input were read for them. */
type Take = (table: SegmentTable, bytesRead: number) => Promise<void>;

/** Writes what `segmentsTo` gives. */
async function mapInto(
  { input }: RangeInput,
  output: Output,
  writer: Writer,
  io: Io,
  segmentsTo: (take: Take) => Promise<void>,
): Promise<void> {
  const progress = await startProgress(io, input.fileBytes, !output.isTerminal);
  try {
    // The head comes with the first rows: an input that fails before them writes nothing.
    let head = writer.start();
    const write = async (rows: string | Uint8Array) => {
      const bytes = typeof rows === "string" ? Buffer.from(head + rows) : rows;
      head = "";
      if (bytes.length !== 0) await output.write(bytes);
    };
    let segments = 0;
    await segmentsTo(async (table, bytesRead) => {
      segments += table.length;
      progress.update(bytesRead, segments);
      if (table.length !== 0) await write(writer.rows(table));
    });
    await write(writer.end());
  } finally {
    progress.stop();
  }
}

async function mapHere(mapper: SegmentMapper, { input, batches }: RangeInput, take: Take): Promise<void> {
  const feed = new Feed(mapper.stream(), input.name, (table) => take(table, input.bytesRead));
  for await (const batch of batches) {
    await feed.push(batch);
    await take(NO_SEGMENTS, input.bytesRead);
  }
  await feed.finish();
}

/** A thread opens the file anew, which gives the same bytes only for a regular one. */
function refuseThreads(input: Input, { engine }: MapOptions): void {
  if (input.stat?.isFile() !== true || input.fileName === "") {
    throw new UsageError(`--threads expected a regular file, got ${input.name}`);
  }
  if (engine === "js") throw new UsageError("--threads runs the wasm kernel, not --engine js");
}

/** `--to`, or else what the extension of `-o` says, or else a table. */
function outputFormat({ to, output }: MapOptions): OutputFormat {
  if (output === "") throw new UsageError('-o expected a file name, got ""');
  if (output?.endsWith(".gz")) {
    throw new UsageError(`${output}: gzip is not written; leave -o out and pipe into gzip`);
  }
  if (to !== undefined) return to;
  const named = output === undefined ? undefined : formatOfName(basename(output));
  if (named === undefined) return "table";
  const format = OUTPUT_FORMATS.find((one) => one === named);
  if (format !== undefined) return format;
  throw new UsageError(`${output}: ${named} is not written: say --to ${OUTPUT_FORMATS.join(", ")}`);
}

function refuseTerminal(to: OutputFormat, isTerminal: boolean): void {
  if (to === "records" && isTerminal) throw new UsageError("records are binary, not for a terminal: use -o or a pipe");
}
