import { SegmentTable } from "../core/segment-table.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { UsageError } from "./errors.js";
import { Feed } from "./feed.js";
import { withFiles } from "./files.js";
import type { Input } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf } from "./options.js";
import type { RangeInput } from "./ranges.js";
import {
  numberForm,
  type OutputOptions,
  outputFormat,
  refuseTerminal,
  type Take,
  writeSegments,
} from "./segments-output.js";
import { mapInThreads } from "./threads.js";
import { WRITERS } from "./writers.js";

const NO_SEGMENTS = SegmentTable.from([]);

/** The options of `segring map`. */
export interface MapOptions extends LimitOptions, InputOptions, OutputOptions {
  threads?: boolean;
}

/**
 * `segring map`: maps the ranges in a file to segments, in constant memory.
 *
 * @throws {UsageError | DataError | ReaderGone}
 */
export async function map(file: string | undefined, options: MapOptions, io: Io): Promise<void> {
  const to = outputFormat(options);
  const form = numberForm(options, to);
  const mapper = await mapperOf(options);
  try {
    if (options.output === undefined) refuseTerminal(to, io.stdout.isTerminal);
    await withFiles(file, options, io, async (source, output) => {
      if (options.threads) refuseThreads(source.input, options);
      refuseTerminal(to, output.isTerminal);
      await writeSegments([source.input], output, WRITERS[to](form), io, (take) =>
        options.threads ? mapInThreads(file as string, options, mapper.limits, take) : mapHere(mapper, source, take),
      );
    });
  } finally {
    mapper.close();
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
