import type { EngineOption } from "../core/engine-option.js";
import { grammarOf } from "../text/grammars.js";
import { detectFormat } from "./detect.js";
import { UsageError } from "./errors.js";
import { type InputFormat, READERS } from "./formats.js";
import { type Input, openInput } from "./input.js";
import type { Io } from "./io.js";
import { type InputOptions, inWords, pageBytesOf } from "./options.js";
import type { Batch, ReaderOptions } from "./readers/reader.js";

/** An open input and the ranges in it. */
export interface RangeInput {
  readonly input: Input;
  /** undefined: the input is empty, which it is in any format. */
  readonly format: InputFormat | undefined;
  readonly batches: AsyncIterable<Batch>;
}

/** How an input is read; the engine is an option of commands that map. */
export type ReadingOptions = InputOptions & { engine?: EngineOption };

/** How an input is opened. */
export interface Opening {
  /** Bytes a read, where many inputs are open at once. */
  readonly readBytes?: number;
  /** Gets the bytes before the reader does. */
  readonly watch?: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** The format that an option is for. */
const OPTION_FORMATS = {
  columns: ["--columns", "csv"],
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
export async function openRanges(
  file: string | undefined,
  options: ReadingOptions,
  io: Io,
  { readBytes, watch }: Opening = {},
): Promise<RangeInput> {
  if (file === undefined && io.stdinIsTerminal)
    throw new UsageError("expected a FILE, or input in a pipe (- reads the terminal)");
  pageBytesOf(options.pageBytes);
  inWords(() => grammarOf("csv", options.columns), UsageError);
  if (options.from !== "auto") checkOptions(options, options.from);
  const input = await openInput(file ?? "-", options.gzip, io, {
    ...(readBytes === undefined ? {} : { readBytes }),
    reuse: watch === undefined,
  });
  try {
    const format = options.from === "auto" ? await detectFormat(input, options.columns !== undefined) : options.from;
    if (format === undefined) return { input, format, batches: nothing() };
    checkOptions(options, format);
    const batches = READERS[format](watch?.(input.bytes) ?? input.bytes, readerOptions(input.name, options));
    return { input, format, batches };
  } catch (error) {
    input.close();
    throw error;
  }
}

/** What a reader must know. @throws {UsageError} */
export function readerOptions(name: string, options: ReadingOptions): ReaderOptions {
  return {
    name,
    skipEmpty: options.skipEmpty ?? false,
    columns: options.columns,
    engine: options.engine ?? "auto",
    pageBytes: pageBytesOf(options.pageBytes),
    unwritten: options.unwritten ?? "refuse",
    unaddressed: options.unaddressed ?? "refuse",
    radix: options.radix === "16" ? 16 : 10,
  };
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
