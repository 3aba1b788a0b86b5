import { type Command, Option } from "commander";
import type { DeviceLimits } from "../core/device-limits.js";
import type { EngineOption } from "../core/engine-option.js";
import { SegringError, show } from "../core/errors.js";
import { checkLimits } from "../core/limits.js";
import { FOUR_GIB } from "../core/record.js";
import { worded } from "../core/wording.js";
import { ahci, linuxDefault, nvmePrp, rdma, virtioBlk } from "../devices/presets.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { UsageError } from "./errors.js";
import { INPUT_FORMATS, type InputFormat } from "./formats.js";
import { ONE_FORMAT } from "./help.js";
import { parseCount, parseSize } from "./sizes.js";
import { WORDING } from "./wording.js";

/** The options of a mapper, as commander gives them. */
export interface LimitOptions {
  max?: bigint;
  boundary?: bigint;
  align?: bigint;
  engine: EngineOption;
}

/** The options of an input, as commander gives them. */
export interface InputOptions {
  from: InputFormat | "auto";
  columns?: string;
  pageBytes?: bigint;
  skipEmpty?: boolean;
  unwritten?: "refuse" | "keep" | "skip";
  unaddressed?: "refuse" | "skip";
  radix?: "10" | "16";
  gzip: boolean;
}

/** `--max` and its relatives. */
export function addLimitOptions(command: Command): Command {
  return command
    .addOption(sizeOption("--max", "longest segment, 1 to 4GiB").default(undefined, "4GiB"))
    .addOption(sizeOption("--boundary", "no segment crosses its multiples"))
    .addOption(sizeOption("--align", "cuts lie on its multiples").default(undefined, "1"))
    .addOption(choiceOption("--engine <name>", "what maps", ["auto", "wasm", "js"]).default("auto"));
}

/** How many threads map: a number, or as many as pay. */
export type ThreadsOption = number | "auto";

/** The most threads that `--threads` takes. */
const MAX_THREADS = 64n;

/** `--threads[=N]`. Alone it never takes the next word: `withThreads` gives it the value "auto". */
export function threadsOption(): Option {
  const about = "threads that map files; alone: as many as pay";
  const option = new Option("--threads <n>", about).argParser((text: string): ThreadsOption => {
    if (text === "auto") return text;
    const count = parseCount("--threads", "threads", text);
    if (count < 1n || count > MAX_THREADS) throw new UsageError(`--threads expected 1 to ${MAX_THREADS}, got ${count}`);
    return Number(count);
  });
  option.flags = "--threads[=<n>]";
  return option;
}

/** The words of a command line, with a value for `--threads` where it has none. */
export function withThreads(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.map((word, index) => (word === "--threads" && (end < 0 || index < end) ? "--threads=auto" : word));
}

/** `--from` and its relatives. */
export function addInputOptions(command: Command): Command {
  command
    .addOption(choiceOption("--from <format>", "what FILE is", ["auto", ...INPUT_FORMATS]).default("auto"))
    .option("--skip-empty", "pass over ranges of length 0, else refused");
  return addFormatOptions(command);
}

/** The options that concern one format, or packed files: the help of a command leaves them to `segring help formats`. */
export function addFormatOptions(command: Command): Command {
  return command
    .addOption(new Option("--no-gzip", "take the bytes as they are, compressed or not").helpGroup(ONE_FORMAT))
    .addOption(new Option("--columns <names>", "csv: the columns, where no header names them").helpGroup(ONE_FORMAT))
    .addOption(
      sizeOption("--page-bytes", "pfn64: bytes in a page, a power of two")
        .default(undefined, "4096")
        .helpGroup(ONE_FORMAT),
    )
    .addOption(filefragOption("--unwritten <policy>", "extents without data yet", ["refuse", "keep", "skip"]))
    .addOption(filefragOption("--unaddressed <policy>", "extents without a usable address", ["refuse", "skip"]))
    .addOption(filefragOption("--radix <number>", "16 for the output of filefrag -X", ["10", "16"]));
}

/** `--to` and its relatives. @param formats What the command writes. */
export function addOutputOptions(command: Command, formats: readonly string[]): Command {
  return addFileOption(
    command
      .addOption(choiceOption("--to <format>", "what to write", formats).default(undefined, "by -o, else table"))
      .option("--numbers", "no table: decimal numbers, none rounded")
      .option("--hex", "no table: hexadecimal numbers")
      .option("--bytes", "table: sizes in bytes"),
  );
}

/** `-o`. */
export function addFileOption(command: Command): Command {
  return command.option("-o, --output <file>", "where to write, complete or not at all");
}

/** An option whose value is a size. */
export function sizeOption(flag: string, description: string): Option {
  return new Option(`${flag} <size>`, description).argParser((text: string) => parseSize(flag, text));
}

/** An option whose value is a count of something. */
export function countOption(flag: string, what: string, description: string): Option {
  return new Option(`${flag} <count>`, description).argParser((text: string) => parseCount(flag, what, text));
}

/** `--field`, which may come several times: the fields by name. */
export function fieldOption(): Option {
  const about = "a field of the device's command, such as prp1=0x1000; may come several times";
  return new Option("--field <name=value>", about).argParser((text: string, before?: Record<string, bigint>) => {
    const [, name, value] = /^([a-z]\w*)=(.+)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`--field expected a name and a value such as prp1=0x1000, got ${show(text)}`);
    }
    if (before !== undefined && Object.hasOwn(before, name)) throw new UsageError(`--field expected ${name} once`);
    const number = parseSize("--field", value);
    if (number >= 1n << 64n) throw new UsageError(`--field ${name} expected up to 2^64 - 1, got ${number}`);
    return { ...before, [name]: number };
  });
}

/** A choice for filefrag alone. Its default, the first, is only in the text: where it is left out there is nothing to refuse. */
function filefragOption(flags: string, description: string, choices: readonly string[]): Option {
  return choiceOption(flags, `filefrag: ${description}`, choices).default(undefined, choices[0]).helpGroup(ONE_FORMAT);
}

/** An option that takes one of a few words. */
export function choiceOption(flags: string, description: string, choices: readonly string[]): Option {
  const option = new Option(flags, description);
  // Commander's own check of choices has another message.
  option.argChoices = [...choices];
  return option.argParser((text: string) => {
    if (choices.includes(text)) return text;
    throw new UsageError(`${flags.split(" ")[0]} expected ${choices.join(", ")}, got ${show(text)}`);
  });
}

/** Limits of devices by name. */
export const PRESETS = { linuxDefault, nvmePrp, ahci, virtioBlk, rdma } satisfies Record<string, DeviceLimits>;

/** `--preset`: the limits of a device, where no option says another one. */
export function presetOption(): Option {
  return choiceOption("--preset <name>", "limits of a device, but for those of options", Object.keys(PRESETS));
}

/** The mapper that the options ask for. @throws {UsageError} A limit is out of its range. */
export async function mapperOf(
  { max, boundary, align, engine }: LimitOptions,
  preset: DeviceLimits = {},
): Promise<SegmentMapper> {
  const limits = {
    maxSegmentBytes: numberOf("--max", max) ?? preset.maxSegmentBytes,
    boundaryBytes: boundary ?? preset.boundaryBytes,
    alignmentBytes: numberOf("--align", align) ?? preset.alignmentBytes,
  };
  inWords(() => checkLimits(limits), UsageError);
  const { createMapper } = await import("../mapper/create.js");
  return createMapper({ engine, ...limits });
}

/** A size as a number. None that a number would round is a limit. */
function numberOf(flag: string, size: bigint | undefined): number | undefined {
  if (size === undefined || size <= FOUR_GIB) return size === undefined ? undefined : Number(size);
  throw new UsageError(`${flag} expected 1 to 4294967296, got ${size}`);
}

/** Calls, and says what is wrong in the words of the command line. */
export function inWords<T>(call: () => T, Fault: new (message: string, options?: ErrorOptions) => Error): T {
  try {
    return worded(WORDING, call);
  } catch (cause) {
    if (cause instanceof RangeError || (cause instanceof SegringError && cause.code === "NOT_EXPRESSIBLE")) {
      throw new Fault(cause.message, { cause });
    }
    throw cause;
  }
}

/** A page is one record, and the frames are made into records by shifts of 32-bit halves. */
const MAX_PAGE_BYTES = 2 ** 31;

/** The page size of `--page-bytes`. */
export function pageBytesOf(pageBytes = 4096n): number {
  const bytes = Number(pageBytes);
  if (bytes < 1 || bytes > MAX_PAGE_BYTES || Math.log2(bytes) % 1 !== 0) {
    throw new UsageError(`--page-bytes expected a power of two from 1 to ${MAX_PAGE_BYTES}, got ${pageBytes}`);
  }
  return bytes;
}
