import { SegmentTable } from "../core/segment-table.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { feedAll } from "./feed.js";
import { type Sources, withFiles } from "./files.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf, type ThreadsOption } from "./options.js";
import { type OutputOptions, outputPlan, type Take, writeRows } from "./segments-output.js";
import { Threads } from "./threads/threads.js";
import { OUTPUT_FORMATS, WRITERS } from "./writers.js";

const NO_SEGMENTS = SegmentTable.from([]);

/** The options of `segring map`. */
export interface MapOptions extends LimitOptions, InputOptions, OutputOptions {
  threads?: ThreadsOption;
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
      const threads = await Threads.of(sources.ranges, options, mapper.limits);
      await writeRows(sources.inputs, output, WRITERS[to](forOutput(output)), io, (take) =>
        threads === undefined ? mapHere(mapper, sources, take) : threads.segments(take),
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
