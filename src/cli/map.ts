import { SegmentTable } from "../core/segment-table.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { UsageError } from "./errors.js";
import { feedAll } from "./feed.js";
import { type Sources, withFiles } from "./files.js";
import { bytesReadOf, type Input } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf } from "./options.js";
import { type OutputOptions, outputPlan, type Take, writeRows } from "./segments-output.js";
import { mapInThreads } from "./threads.js";
import { OUTPUT_FORMATS, WRITERS } from "./writers.js";

const NO_SEGMENTS = SegmentTable.from([]);

/** The options of `segring map`. */
export interface MapOptions extends LimitOptions, InputOptions, OutputOptions {
  threads?: boolean;
}

/**
 * `segring map`: maps the ranges in files to segments, in constant memory.
 *
 * @throws {UsageError | DataError | ReaderGone}
 */
export async function map(files: readonly string[], options: MapOptions, io: Io): Promise<void> {
  const { to, forOutput } = outputPlan(options, OUTPUT_FORMATS, io);
  const mapper = await mapperOf(options);
  try {
    await withFiles(files, options, io, async (sources, output) => {
      const { inputs } = sources;
      if (options.threads) refuseThreads(inputs, options);
      await writeRows(inputs, output, WRITERS[to](forOutput(output)), io, (take) =>
        options.threads ? mapInThreads(files, options, mapper.limits, take) : mapHere(mapper, sources, take),
      );
    });
  } finally {
    mapper.close();
  }
}

async function mapHere(mapper: SegmentMapper, { ranges, inputs }: Sources, take: Take): Promise<void> {
  await feedAll(ranges, mapper.stream(), (table) => take(table, bytesReadOf(inputs)), {
    after: () => take(NO_SEGMENTS, bytesReadOf(inputs)),
  });
}

/** A thread opens the files anew, which gives the same bytes only for regular ones. */
function refuseThreads(inputs: readonly Input[], { engine }: MapOptions): void {
  const other = inputs.find(({ stat, fileName }) => stat?.isFile() !== true || fileName === "");
  if (other !== undefined) throw new UsageError(`--threads expected a regular file, got ${other.name}`);
  if (engine === "js") throw new UsageError("--threads runs the wasm kernel, not --engine js");
}
