import { SegmentTable } from "../core/segment-table.js";
import { UsageError } from "./errors.js";
import { withResult } from "./files.js";
import type { Io } from "./io.js";
import { type InputOptions, type LimitOptions, mapperOf } from "./options.js";
import {
  numberForm,
  type OutputOptions,
  outputFormat,
  refuseTerminal,
  takeInRows,
  writeSegments,
} from "./segments-output.js";
import { collectRanges, streamRuns, type United, unite } from "./united.js";
import { WRITERS } from "./writers.js";

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
  const to = outputFormat(options);
  const form = numberForm(options, to);
  if (options.gap >= 1n << 64n) throw new UsageError(`--gap expected up to 2^64 - 1 bytes, got ${options.gap}`);
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("expected standard input (-) once");
  const mapper = await mapperOf(options);
  try {
    if (options.output === undefined) refuseTerminal(to, io.stdout.isTerminal);
    await withResult<United>(files.length === 0 ? [undefined] : files, options, io, {
      make: async (sources, progress) => {
        const collected = await collectRanges(sources, options.engine, progress);
        progress.stop();
        return unite(mapper, collected, options.gap);
      },
      write: async (united, output, inputs) => {
        refuseTerminal(to, output.isTerminal);
        const bytesRead = inputs.reduce((sum, input) => sum + input.bytesRead, 0);
        await writeSegments(inputs, output, WRITERS[to](form), io, async (take) => {
          if (united instanceof SegmentTable) await takeInRows(united, bytesRead, take);
          else await streamRuns(mapper, united, (table) => take(table, bytesRead));
        });
      },
    });
  } finally {
    mapper.close();
  }
}
