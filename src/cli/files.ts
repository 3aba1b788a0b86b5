import { statSync } from "node:fs";
import type { Input } from "./input.js";
import type { Io } from "./io.js";
import type { InputOptions } from "./options.js";
import { type OutputFile, openOutput } from "./output-file.js";
import { type Progress, startProgress } from "./progress.js";
import { openRanges, type RangeInput } from "./ranges.js";
import { bytesOf } from "./segments-output.js";

/**
 * Opens the input and the output, calls `use`, and finishes the output. Where the call fails, nothing of the output
 * remains.
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
    await withOutput(options.output, [source.input], io, (output) => use(source, output));
  } finally {
    source.input.close();
  }
}

/** How a result is made of what was read, and written. */
export interface Work<T> {
  /** Reads all input, then stops the progress, then computes in calls that may be long. */
  readonly make: (sources: readonly RangeInput[], progress: Progress) => Promise<T>;
  readonly write: (result: T, output: OutputFile, inputs: readonly Input[]) => Promise<void>;
}

/**
 * The same for work that makes its whole result before it writes any: the output is opened when the result is there. So
 * no temporary file exists, and no bar, during a call in which a signal would not be heard: a signal then ends the process
 * at once, and where the platform ends the process because memory is gone, nothing is left either. What is wrong with the
 * output is said before the work all the same.
 */
export async function withResult<T>(
  files: readonly (string | undefined)[],
  options: InputOptions & { output?: string },
  io: Io,
  { make, write }: Work<T>,
): Promise<void> {
  const sources: RangeInput[] = [];
  const inputs: Input[] = [];
  // Before anything is read, and once more when it is known what is read: that may not be written in place.
  await tryOutput(options.output, inputs, io);
  try {
    for (const file of files) {
      const source = await openRanges(file, options, io);
      sources.push(source);
      inputs.push(source.input);
    }
    await tryOutput(options.output, inputs, io);
    const progress = await startProgress(io, bytesOf(inputs), options.output !== undefined || !io.stdout.isTerminal);
    let result: T;
    try {
      result = await make(sources, progress);
    } finally {
      progress.stop();
    }
    await withOutput(options.output, inputs, io, (output) => write(result, output, inputs));
  } finally {
    for (const input of inputs) input.close();
  }
}

/** Opens the output, calls `use`, and finishes the output, or gives it up. */
export async function withOutput(
  path: string | undefined,
  inputs: readonly Input[],
  io: Io,
  use: (output: OutputFile) => Promise<void>,
): Promise<void> {
  const output = await openOutput(path, inputs, io);
  try {
    await use(output);
    await output.commit();
  } finally {
    output.discard();
  }
}

/** Opens an output and gives it up, but no FIFO or device: that would be seen at its other end. */
async function tryOutput(path: string | undefined, inputs: readonly Input[], io: Io): Promise<void> {
  if (path !== undefined && path !== "-" && isSpecial(path)) return;
  (await openOutput(path, inputs, io)).discard();
}

function isSpecial(path: string): boolean {
  try {
    const stat = statSync(path);
    return !stat.isFile() && !stat.isDirectory();
  } catch {
    // Nothing yet, or what openOutput has words for.
    return false;
  }
}
