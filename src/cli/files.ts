import type { Io } from "./io.js";
import type { InputOptions } from "./options.js";
import { type OutputFile, openOutput } from "./output-file.js";
import { openRanges, type RangeInput } from "./ranges.js";

/**
 * Opens what is read and where it is written, calls, and finishes the output; where the call fails nothing of it remains.
 *
 * @throws {UsageError | DataError} As `openRanges` and `openOutput` do, and what `use` throws.
 */
export async function withFiles(
  file: string | undefined,
  options: InputOptions & { output?: string },
  io: Io,
  use: (source: RangeInput, output: OutputFile) => Promise<void>,
): Promise<void> {
  const source = await openRanges(file, options, io);
  try {
    const output = await openOutput(options.output, [source.input], io);
    try {
      await use(source, output);
      await output.commit();
    } finally {
      output.discard();
    }
  } finally {
    source.input.close();
  }
}
