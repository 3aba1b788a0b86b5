import { readFileSync } from "node:fs";
import { Command, type Option } from "commander";
import { DESCRIPTOR_OUTPUTS, type DescriptorsOptions, descriptors, ENCODERS } from "./descriptors.js";
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
import { type PlotOptions, plot } from "./plot.js";
import { REQUEST_FORMATS, type RequestsOptions, requests } from "./requests.js";
import { type UnionOptions, union } from "./union.js";
import { OUTPUT_FORMATS } from "./writers.js";

const OUTPUT_OPTION = [
  "-o, --output <file>",
  "where to write, complete or not at all (default: standard output)",
] as const;

/** All commands with their options. @param writeText Gets help and the version. */
export function programOf(io: Io, writeText: (text: string) => void): Command {
  const program = new Command("segring");
  program
    .description("Maps ranges of a 64-bit address space to the shortest list of segments.")
    .version(packageVersion())
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: writeText, writeErr: () => {} });
  addPin(program, io);
  addMap(program, io);
  addUnion(program, io);
  addPlan(program, io);
  addRequests(program, io);
  addDescriptors(program, io);
  addPlot(program, io);
  addInfo(program, io);
  return program;
}

function addPin(program: Command, io: Io): void {
  const command = program
    .command("pin")
    .description("map the page frames behind fresh memory of this process; a recorded sample where they are hidden")
    .addOption(sizeOption("--bytes", "memory to allocate").default(2n ** 30n, "1GiB"));
  addLimitOptions(command)
    .addOption(countOption("--rows", "segments", "segments to show").default(10n, "10"))
    .action((options: PinOptions) => pin(options, io));
}

function addMap(program: Command, io: Io): void {
  const command = program
    .command("map")
    .description("map the ranges in a file to segments, in constant memory")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(command))
    .addOption(toOption())
    .option("--threads", "read the file, map it and write the segments in three threads (a regular file only)")
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: MapOptions) => map(file, options, io));
}

function addUnion(program: Command, io: Io): void {
  const command = program
    .command("union")
    .description("unite the ranges in files: sorted, overlaps and gaps joined, each kind of flags by itself")
    .argument("[files...]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(command))
    .addOption(sizeOption("--gap", "ranges no more than this apart join").default(0n, "0"))
    .option("--sorted", "the files are sorted by address: merge them as they are read, in constant memory")
    .addOption(sizeOption("--memory", "what ranges may take before they go to disk (default: 1GiB, a quarter of RAM)"))
    .option("--temporary-directory <folder>", "where ranges go that memory does not hold (default: the system's)")
    .addOption(toOption())
    .option(...OUTPUT_OPTION)
    .action((files: string[], options: UnionOptions) => union(files, options, io));
}

function addPlan(program: Command, io: Io): void {
  const command = program
    .command("plan")
    .description("plan the requests that read the ranges in a file, and say what they save; addresses are offsets")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addInputOptions(command)
    .addOption(sizeOption("--cap", "longest request, 1 to 4GiB").makeOptionMandatory())
    .addOption(sizeOption("--gap", "ranges no more than this apart share a request").default(0n, "0"))
    .addOption(sizeOption("--align", "requests start and end at multiples of this").default(1n, "1"))
    .addOption(sizeOption("--size", "bytes in the resource: rounding stops there, no range may end past it"))
    .addOption(toOption())
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: PlanCommandOptions) => plan(file, options, io));
}

function addRequests(program: Command, io: Io): void {
  const command = program
    .command("requests")
    .description("cut the segments of the ranges in a file into requests of a device")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(command))
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
}

function addDescriptors(program: Command, io: Io): void {
  const command = program
    .command("descriptors")
    .description("make the descriptors that a device reads of the ranges in a file, as one request")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(command))
    .addOption(choiceOption("--format <name>", "which", Object.keys(ENCODERS)).makeOptionMandatory())
    .addOption(presetOption())
    .addOption(sizeOption("--at", "the bus address of the descriptors; needed where lists of them are pointed at"))
    .addOption(sizeOption("--page", "nvme-prp, rdma: the device's page (default: 4096)"))
    .option("--writable", "virtio: the device writes to the segments")
    .option("--big-endian", "rdma: addresses in big-endian order")
    .addOption(choiceOption("--to <format>", "what to write", DESCRIPTOR_OUTPUTS).default("text"))
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: DescriptorsOptions) => descriptors(file, options, io));
}

function addPlot(program: Command, io: Io): void {
  const command = program
    .command("plot")
    .description("draw the ranges in a file and their segments as SVG: where they lie, what joined, what was cut")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addLimitOptions(addInputOptions(command))
    .addOption(sizeOption("--addr", "first byte that the strip shows (default: of the ranges)"))
    .addOption(sizeOption("--length", "bytes that the strip shows, 1 to 16EiB (default: all ranges)"))
    .addOption(countOption("--width", "pixels", "from left to right, 600 to 2048").default(860n, "860"))
    .addOption(choiceOption("--theme <name>", "colours", ["light", "dark"]).default("light"))
    .option("--title <text>", "the heading (default: the name of the file)")
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: PlotOptions) => plot(file, options, io));
}

function addInfo(program: Command, io: Io): void {
  const command = program
    .command("info")
    .description("describe the ranges in a file, and the segments that they make")
    .argument("[file]", "the ranges, also gzip; - or none: standard input");
  addInputOptions(command).action((file: string | undefined, options: InputOptions) => info(file, options, io));
}

function toOption(): Option {
  return choiceOption("--to <format>", "what to write (default: by the extension of -o, else table)", OUTPUT_FORMATS);
}

/** From package.json, two levels up from dist/cli as from src/cli. */
function packageVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
