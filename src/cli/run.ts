import { readFileSync } from "node:fs";
import { Command, CommanderError, type Option } from "commander";
import { SegringError, visible } from "../core/errors.js";
import { DESCRIPTOR_OUTPUTS, type DescriptorsOptions, descriptors, ENCODERS } from "./descriptors.js";
import { DataError, ReaderGone, UsageError } from "./errors.js";
import { info } from "./info.js";
import type { Io } from "./io.js";
import { type MapOptions, map } from "./map.js";
import {
  addInputOptions,
  addLimitOptions,
  choiceOption,
  countOption,
  type InputOptions,
  presetOption,
  sizeOption,
} from "./options.js";
import { type PinOptions, pin } from "./pin.js";
import { type PlanCommandOptions, plan } from "./plan.js";
import { REQUEST_FORMATS, type RequestsOptions, requests } from "./requests.js";
import { type UnionOptions, union } from "./union.js";
import { OUTPUT_FORMATS } from "./writers.js";

const DONE = 0;
const BAD_DATA = 1;
const USAGE = 2;

/**
 * Runs one command line.
 *
 * @param words The arguments, without node and the script.
 * @returns The exit code: 0 done, 1 bad data or an error of the system, 2 usage. What went wrong is on standard error, in one line.
 */
export async function run(words: readonly string[], io: Io): Promise<number> {
  let text = "";
  const program = programOf(io, (more) => {
    text += more;
  });
  try {
    if (words.length === 0)
      throw new UsageError("expected a command: pin, map, union, plan, requests, descriptors or info (segring --help)");
    await program.parseAsync(words, { from: "user" });
    return DONE;
  } catch (error) {
    if (error instanceof ReaderGone) return DONE;
    if (error instanceof CommanderError && error.exitCode === 0) return await written(text, io);
    return reported(error, io);
  }
}

function programOf(io: Io, writeText: (text: string) => void): Command {
  const program = new Command("segring");
  program
    .description("Maps ranges of a 64-bit address space to the shortest list of segments.")
    .version(packageVersion())
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: writeText, writeErr: () => {} });

  const pinCommand = program
    .command("pin")
    .description("map the page frames behind fresh memory of this process; a recorded sample where they are hidden")
    .addOption(sizeOption("--bytes", "memory to allocate").default(2n ** 30n, "1GiB"));
  addLimitOptions(pinCommand)
    .addOption(countOption("--rows", "segments", "segments to show").default(10n, "10"))
    .action((options: PinOptions) => pin(options, io));

  const mapCommand = program
    .command("map")
    .description("map the ranges in a file to segments, in constant memory")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(mapCommand))
    .addOption(toOption())
    .option("--threads", "read the file, map it and write the segments in three threads (a regular file only)")
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: MapOptions) => map(file, options, io));

  const unionCommand = program
    .command("union")
    .description("unite the ranges in files: sorted, overlaps and gaps joined, each kind of flags by itself")
    .argument("[files...]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(unionCommand))
    .addOption(sizeOption("--gap", "ranges no more than this apart join").default(0n, "0"))
    .addOption(toOption())
    .option(...OUTPUT_OPTION)
    .action((files: string[], options: UnionOptions) => union(files, options, io));

  const planCommand = program
    .command("plan")
    .description("plan the requests that read the ranges in a file, and say what they save; addresses are offsets")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addInputOptions(planCommand)
    .addOption(sizeOption("--cap", "longest request, 1 to 4GiB").makeOptionMandatory())
    .addOption(sizeOption("--gap", "ranges no more than this apart share a request").default(0n, "0"))
    .addOption(sizeOption("--align", "requests start and end at multiples of this").default(1n, "1"))
    .addOption(sizeOption("--size", "bytes in the resource: rounding stops there, no range may end past it"))
    .addOption(toOption())
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: PlanCommandOptions) => plan(file, options, io));

  const requestsCommand = program
    .command("requests")
    .description("cut the segments of the ranges in a file into requests of a device")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(requestsCommand))
    .addOption(presetOption())
    .addOption(countOption("--max-segments", "segments", "segments in a request at most"))
    .addOption(sizeOption("--max-bytes", "bytes in a request at most"))
    .addOption(sizeOption("--virtual-boundary", "inner segments start and end at multiples of this power of two"))
    .addOption(sizeOption("--block", "requests have whole blocks of this size"))
    .addOption(sizeOption("--stripe", "no request crosses a multiple of this on the device"))
    .addOption(sizeOption("--start", "where on the device the first byte belongs"))
    .addOption(choiceOption("--to <format>", "what to write", REQUEST_FORMATS).default("table"))
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: RequestsOptions) => requests(file, options, io));

  const descriptorsCommand = program
    .command("descriptors")
    .description("make the descriptors that a device reads of the ranges in a file, as one request")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(descriptorsCommand))
    .addOption(choiceOption("--format <name>", "which", Object.keys(ENCODERS)).makeOptionMandatory())
    .addOption(presetOption())
    .addOption(sizeOption("--at", "the bus address of the descriptors; needed where lists of them are pointed at"))
    .addOption(sizeOption("--page", "nvme-prp, rdma: the device's page (default: 4096)"))
    .option("--writable", "virtio: the device writes to the segments")
    .option("--big-endian", "rdma: addresses in big-endian order")
    .addOption(choiceOption("--to <format>", "what to write", DESCRIPTOR_OUTPUTS).default("text"))
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: DescriptorsOptions) => descriptors(file, options, io));

  const infoCommand = program
    .command("info")
    .description("describe the ranges in a file, and the segments that they make")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addInputOptions(infoCommand).action((file: string | undefined, options: InputOptions) => info(file, options, io));
  return program;
}

const OUTPUT_OPTION = [
  "-o, --output <file>",
  "where to write, complete or not at all (default: standard output)",
] as const;

function toOption(): Option {
  return choiceOption("--to <format>", "what to write (default: by the extension of -o, else table)", OUTPUT_FORMATS);
}

/** From package.json, two levels up from dist/cli as from src/cli. */
function packageVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

/** Prints help or the version. */
async function written(text: string, io: Io): Promise<number> {
  try {
    await io.stdout.write(Buffer.from(text));
    return DONE;
  } catch (error) {
    return error instanceof ReaderGone ? DONE : reported(error, io);
  }
}

/** Says in one line what went wrong; file names and words of the command line are in it as they came. @returns The exit code. */
async function reported(error: unknown, io: Io): Promise<number> {
  const line = `segring: ${visible(messageOf(error))}\n`;
  // The process ends right after, and a pipe takes what it is given later.
  await new Promise((resolve) => io.stderr.write(line, resolve));
  return error instanceof UsageError || error instanceof CommanderError ? USAGE : BAD_DATA;
}

function messageOf(error: unknown): string {
  if (error instanceof CommanderError) return error.message.replace(/^error: /, "");
  if (error instanceof UsageError || error instanceof DataError || error instanceof SegringError) return error.message;
  // Nothing else is expected, so this is a mistake of ours.
  return `unexpected error: ${error instanceof Error ? error.message : String(error)} (please report it)`;
}
