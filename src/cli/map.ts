import { areLimited } from "../core/limits.js";
import { SegmentTable } from "../core/segment-table.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { Feed, feedAll } from "./feed.js";
import { type Sources, withFiles } from "./files.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf, type ThreadsOption } from "./options.js";
import { type OutputOptions, outputPlan, type Take, writeRows } from "./segments-output.js";
import { type Lines, Threads } from "./threads/threads.js";
import { OUTPUT_FORMATS, WRITERS, type Writer } from "./writers.js";

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
      const { inputs, ranges } = sources;
      const threads = await Threads.of(ranges, options, mapper.limits, true);
      const writer = WRITERS[to](forOutput(output));
      if (threads === undefined) {
        await writeRows(inputs, output, writer, io, (take) => mapHere(mapper, sources, take));
      } else if (areLimited(mapper.limits)) {
        await writeRows(inputs, output, writer, io, (take) => cutAfterwards(mapper, threads, take));
      } else if (writer.lines === undefined) {
        await writeRows(inputs, output, writer, io, (take) => threads.segments(take));
      } else {
        const { how, rows } = writer.lines;
        const lines: Writer<Lines> = { ...writer, rows: ({ text }) => rows(text) };
        await writeRows(inputs, output, lines, io, (take) => threads.lines(how, take));
      }
    });
  } finally {
    mapper.close();
  }
}

/** Cuts what threads have mapped: `map(map(A))` is `map(A)`. */
async function cutAfterwards(mapper: SegmentMapper, threads: Threads, take: Take): Promise<void> {
  let read = 0;
  const feed = new Feed(mapper.stream(), "", (table) => take(table, read));
  await threads.segments(async (table, bytesRead) => {
    read = bytesRead;
    await feed.push(table.bytes);
  });
  await feed.finish();
}

async function mapHere(mapper: SegmentMapper, { ranges, inputs }: Sources, take: Take): Promise<void> {
  await feedAll(ranges, mapper.stream(), (table) => take(table, bytesReadOf(inputs)), {
    after: () => take(NO_SEGMENTS, bytesReadOf(inputs)),
  });
}
