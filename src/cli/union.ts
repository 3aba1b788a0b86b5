import { SegmentTable } from "../core/segment-table.js";
import { UsageError } from "./errors.js";
import { withResult } from "./files.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf } from "./options.js";
import { type OutputOptions, outputPlan, takeInRows, writeRows } from "./segments-output.js";
import { collectRanges, streamRuns, type United, unite } from "./united.js";
import { OUTPUT_FORMATS, WRITERS } from "./writers.js";

/** The options of `segring union`. */
export interface UnionOptions extends LimitOptions, InputOptions, OutputOptions {
  gap: bigint;
}

/**
 * `segring union`: the bytes that are in any of the files, as segments by address. What touches in the order of a file is
 * joined while it is read; what is left is held in memory and sorted. The segments may be more than memory holds, unless
 * ranges of several kinds lie over one another.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function union(files: readonly string[], options: UnionOptions, io: Io): Promise<void> {
  const { to, forOutput } = outputPlan(options, OUTPUT_FORMATS, io);
  if (options.gap >= 1n << 64n) throw new UsageError(`--gap expected up to 2^64 - 1 bytes, got ${options.gap}`);
  const mapper = await mapperOf(options);
  try {
    await withResult<United>(files, options, io, {
      make: async (sources, progress) => {
        const collected = await collectRanges(sources, options.engine, progress);
        progress.stop();
        return unite(mapper, collected, options.gap);
      },
      write: async (united, output, inputs) => {
        const bytesRead = bytesReadOf(inputs);
        await writeRows(inputs, output, WRITERS[to](forOutput(output)), io, async (take) => {
          if (united instanceof SegmentTable) await takeInRows(united, bytesRead, take);
          else await streamRuns(mapper, united, (table) => take(table, bytesRead));
        });
      },
    });
  } finally {
    mapper.close();
  }
}
