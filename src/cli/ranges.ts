import { detectFormat } from "./detect.js";
import { UsageError } from "./errors.js";
import { type InputFormat, READERS } from "./formats.js";
import { type Input, openInput } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, pageBytesOf } from "./options.js";
import type { Batch } from "./readers/reader.js";

/** An open input and the ranges in it. */
export interface RangeInput {
  readonly input: Input;
  /** undefined: the input is empty, which it is in any format. */
  readonly format: InputFormat | undefined;
  readonly batches: AsyncIterable<Batch>;
}

/** The format that an option is for. */
const OPTION_FORMATS = {
  pageBytes: ["--page-bytes", "pfn64"],
  unwritten: ["--unwritten", "filefrag"],
  unaddressed: ["--unaddressed", "filefrag"],
  radix: ["--radix", "filefrag"],
} as const;

/**
 * Opens FILE (undefined and `-`: standard input) and finds its format.
 *
 * @throws {UsageError} The options contradict each other or the input, or the format cannot be told.
 * @throws {DataError} The file cannot be read.
 */
export async function openRanges(file: string | undefined, options: InputOptions, io: Io): Promise<RangeInput> {
  if (file === undefined && io.stdinIsTerminal)
    throw new UsageError("expected a FILE, or input in a pipe (- reads the terminal)");
  const pageBytes = pageBytesOf(options.pageBytes);
  if (options.from !== "auto") checkOptions(options, options.from);
  const input = await openInput(file ?? "-", options.gzip, io);
  try {
    const format = options.from === "auto" ? await detectFormat(input) : options.from;
    if (format === undefined) return { input, format, batches: nothing() };
    checkOptions(options, format);
    const batches = READERS[format](input.bytes, {
      name: input.name,
      skipEmpty: options.skipEmpty ?? false,
      pageBytes,
      unwritten: options.unwritten ?? "refuse",
      unaddressed: options.unaddressed ?? "refuse",
      radix: options.radix === "16" ? 16 : 10,
    });
    return { input, format, batches };
  } catch (error) {
    input.close();
    throw error;
  }
}

async function* nothing(): AsyncGenerator<Batch> {}

/** An option that would have no effect is a mistake. */
function checkOptions(options: InputOptions, format: InputFormat): void {
  for (const [key, [flag, wanted]] of Object.entries(OPTION_FORMATS)) {
    if (options[key as keyof typeof OPTION_FORMATS] !== undefined && format !== wanted) {
      throw new UsageError(`${flag} is for ${wanted}, the input is ${format}`);
    }
  }
}
