import { statSync } from "node:fs";
import { UsageError } from "./errors.js";
import { bytesOf, type Input } from "./input.js";
import type { Io } from "./io.js";
import type { InputOptions } from "./options.js";
import { type OutputFile, openOutput } from "./output-file.js";
import { type Progress, startProgress } from "./progress.js";
import { openRanges, type RangeInput } from "./ranges.js";

/** The inputs of a command, one after the other. */
export interface Sources {
  readonly ranges: readonly RangeInput[];
  readonly inputs: readonly Input[];
}

/**
 * Opens the inputs and the output, calls `use`, and finishes the output. Where the call fails, nothing of the output
 * remains.
 *
 * @param files None: standard input.
 * @throws {UsageError | DataError} As `openRanges` and `openOutput` do, and what `use` throws.
 */
export async function withFiles(
  files: readonly string[],
  options: InputOptions & { output?: string },
  io: Io,
  use: (sources: Sources, output: OutputFile) => Promise<void>,
): Promise<void> {
  await withSources(files, options, io, (sources) =>
    withOutput(options.output, sources.inputs, io, (output) => use(sources, output)),
  );
}

/** @throws {UsageError} Standard input comes twice. */
export function checkStdin(files: readonly string[]): void {
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("expected standard input (-) once");
}

/** Opens all inputs, calls `use`, and closes the inputs. @throws {UsageError} Standard input comes twice. */
async function withSources(
  files: readonly string[],
  options: InputOptions,
  io: Io,
  use: (sources: Sources) => Promise<void>,
): Promise<void> {
  checkStdin(files);
  const ranges: RangeInput[] = [];
  try {
    for (const file of files.length === 0 ? [undefined] : files) ranges.push(await openRanges(file, options, io));
    await use({ ranges, inputs: ranges.map(({ input }) => input) });
  } finally {
    for (const { input } of ranges) input.close();
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
  files: readonly string[],
  options: InputOptions & { output?: string },
  io: Io,
  { make, write }: Work<T>,
): Promise<void> {
  // Before anything is read, and once more when it is known what is read: that may not be written in place.
  await tryOutput(options.output, [], io);
  await withSources(files, options, io, async ({ ranges, inputs }) => {
    await tryOutput(options.output, inputs, io);
    // The bar is gone before anything is written.
    const progress = await startProgress(io, bytesOf(inputs), true);
    let result: T;
    try {
      result = await make(ranges, progress);
    } finally {
      progress.stop();
    }
    await withOutput(options.output, inputs, io, (output) => write(result, output, inputs));
  });
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
