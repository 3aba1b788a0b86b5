import { packedRecords } from "../input.js";
import { SegmentTable } from "../table.js";
import { collectRecords } from "./collect.js";
import { UsageError } from "./errors.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf } from "./options.js";
import { openOutput } from "./output-file.js";
import { openRanges, type RangeInput } from "./ranges.js";
import { type OutputOptions, outputFormat, refuseTerminal, takeInRows, writeSegments } from "./segments-output.js";
import { WRITERS } from "./writers.js";

const NO_SEGMENTS = SegmentTable.from([]);

/** The options of `segring union`. */
export interface UnionOptions extends LimitOptions, InputOptions, OutputOptions {
  gap: bigint;
}

/**
 * `segring union`: the bytes that are in any of the files, as segments by address. What touches in the order of a file is
 * joined while it is read; what is left is held in memory and sorted.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function union(files: readonly string[], options: UnionOptions, io: Io): Promise<void> {
  const to = outputFormat(options);
  if (options.gap >= 1n << 64n) throw new UsageError(`--gap expected up to 2^64 - 1 bytes, got ${options.gap}`);
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("expected standard input (-) once");
  const mapper = await mapperOf(options);
  const sources: RangeInput[] = [];
  try {
    if (options.output === undefined) refuseTerminal(to, io.stdout.isTerminal);
    for (const file of files.length === 0 ? [undefined] : files) sources.push(await openRanges(file, options, io));
    const inputs = sources.map(({ input }) => input);
    const output = await openOutput(options.output, inputs, io);
    try {
      refuseTerminal(to, output.isTerminal);
      await writeSegments(inputs, output, WRITERS[to](), io, async (take) => {
        const records = await collectRecords(sources, mapper, (read) => take(NO_SEGMENTS, read));
        const table = mapper.union(packedRecords(records), { gapBytes: options.gap });
        const bytesRead = inputs.reduce((sum, input) => sum + input.bytesRead, 0);
        await takeInRows(table, bytesRead, take);
      });
      await output.commit();
    } finally {
      output.discard();
    }
  } finally {
    for (const { input } of sources) input.close();
    mapper.close();
  }
}
