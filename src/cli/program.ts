import { Command, type Option } from "commander";
import { DESCRIPTOR_OUTPUTS, type DescriptorsOptions, descriptors, ENCODERS } from "./descriptors.js";
import { FORMATS, helpOf } from "./help.js";
import { info } from "./info.js";
import type { Io } from "./io.js";
import { type MapOptions, map } from "./map.js";
import {
  addFormatOptions,
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
import { packageVersion } from "./version.js";
import { OUTPUT_FORMATS } from "./writers.js";

const OUTPUT_OPTION = ["-o, --output <file>", "where to write, complete or not at all"] as const;
const FILE = ["[file]", "the ranges, also gzip; - or none: standard input"] as const;

/** All commands with their options. @param writeText Gets help and the version. */
export function programOf(io: Io, writeText: (text: string) => void): Command {
  const program = new Command("segring");
  program
    .description("Maps ranges of a 64-bit address space to the shortest list of segments.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this text")
    .helpCommand("help [command]", "the options of a command; formats: those of input")
    .configureHelp({ formatHelp: helpOf })
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
  addFormats(program);
  return program;
}

function addPin(program: Command, io: Io): void {
  const command = program
    .command("pin")
    .summary("map the page frames behind fresh memory")
    .description("map the page frames behind fresh memory; a recorded sample where they are hidden")
    .addOption(sizeOption("--bytes", "memory to allocate").default(2n ** 30n, "1GiB"));
  addLimitOptions(command)
    .addOption(countOption("--rows", "segments", "segments to show").default(10n, "10"))
    .action((options: PinOptions) => pin(options, io));
}

function addMap(program: Command, io: Io): void {
  const command = program
    .command("map")
    .summary("map ranges to segments, in constant memory")
    .description("map the ranges in a file to segments, in constant memory")
    .argument(...FILE);
  addLimitOptions(addInputOptions(command))
    .addOption(toOption())
    .option("--threads", "read, map and write in three threads; a regular file")
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: MapOptions) => map(file, options, io));
}

function addUnion(program: Command, io: Io): void {
  const command = program
    .command("union")
    .summary("sort ranges, and join what overlaps or touches")
    .description("unite the ranges in files: sorted and joined, each kind of flags by itself")
    .argument("[files...]", FILE[1]);
  addLimitOptions(addInputOptions(command))
    .addOption(sizeOption("--gap", "ranges no further apart join").default(0n, "0"))
    .addOption(toOption())
    .option(...OUTPUT_OPTION)
    .action((files: string[], options: UnionOptions) => union(files, options, io));
}

function addPlan(program: Command, io: Io): void {
  const command = program
    .command("plan")
    .summary("plan the requests that read ranges")
    .description("plan the requests that read the ranges in a file; addresses are offsets")
    .argument(...FILE);
  addInputOptions(command)
    .addOption(sizeOption("--cap", "longest request, 1 to 4GiB; required").makeOptionMandatory())
    .addOption(sizeOption("--gap", "ranges no further apart share a request").default(0n, "0"))
    .addOption(sizeOption("--align", "requests start and end at multiples of this").default(1n, "1"))
    .addOption(sizeOption("--size", "bytes in the resource: no request ends past it"))
    .addOption(toOption())
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: PlanCommandOptions) => plan(file, options, io));
}

function addRequests(program: Command, io: Io): void {
  const command = program
    .command("requests")
    .summary("cut segments into requests of a device")
    .description("cut the segments of the ranges in a file into requests of a device")
    .argument(...FILE);
  addLimitOptions(addInputOptions(command))
    .addOption(presetOption())
    .addOption(countOption("--max-segments", "segments", "segments in a request at most"))
    .addOption(sizeOption("--max-bytes", "bytes in a request at most"))
    .addOption(sizeOption("--virtual-boundary", "inner segments start and end at its multiples"))
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
    .summary("make the descriptors that a device reads")
    .description("make the descriptors that a device reads of the ranges in a file, as one request")
    .argument(...FILE);
  addLimitOptions(addInputOptions(command))
    .addOption(choiceOption("--format <name>", "which; required", Object.keys(ENCODERS)).makeOptionMandatory())
    .addOption(presetOption())
    .addOption(sizeOption("--at", "bus address of the descriptors, where one is needed"))
    .addOption(sizeOption("--page", "nvme-prp, rdma: the device's page").default(undefined, "4096"))
    .option("--writable", "virtio: the device writes to the segments")
    .option("--big-endian", "rdma: addresses in big-endian order")
    .addOption(choiceOption("--to <format>", "what to write", DESCRIPTOR_OUTPUTS).default("text"))
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: DescriptorsOptions) => descriptors(file, options, io));
}

function addPlot(program: Command, io: Io): void {
  const command = program
    .command("plot")
    .summary("draw ranges and their segments as SVG")
    .description("draw the ranges in a file and their segments as SVG")
    .argument(...FILE);
  addLimitOptions(addInputOptions(command))
    .addOption(sizeOption("--addr", "first byte that the strip shows").default(undefined, "of the ranges"))
    .addOption(sizeOption("--length", "bytes that the strip shows").default(undefined, "all ranges"))
    .addOption(countOption("--width", "pixels", "from left to right, 600 to 2048").default(860n, "860"))
    .addOption(choiceOption("--theme <name>", "colours", ["light", "dark"]).default("light"))
    .option("--title <text>", "the heading; else the name of the file")
    .option(...OUTPUT_OPTION)
    .action((file: string | undefined, options: PlotOptions) => plot(file, options, io));
}

function addInfo(program: Command, io: Io): void {
  const command = program
    .command("info")
    .summary("describe ranges and the segments that they make")
    .description("describe the ranges in a file, and the segments that they make")
    .argument(...FILE);
  addInputOptions(command).action((file: string | undefined, options: InputOptions) => info(file, options, io));
}

/** A topic of the help, which is no command that does something. */
function addFormats(program: Command): void {
  const topic = program
    .command(FORMATS, { hidden: true })
    .description("the formats of an input, and the options that concern one of them");
  addFormatOptions(topic).action(() => topic.help());
}

function toOption(): Option {
  return choiceOption("--to <format>", "what to write", OUTPUT_FORMATS).default(undefined, "by -o, else table");
}
