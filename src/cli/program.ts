import { Command } from "commander";
import { type DecodeOptions, decode } from "./decode.js";
import { DESCRIPTOR_OUTPUTS, type DescriptorsOptions, descriptors, ENCODERS } from "./descriptors.js";
import { DUMP_FORMATS } from "./dump.js";
import { FORMATS, helpOf } from "./help.js";
import { type InfoOptions, info } from "./info.js";
import type { Io } from "./io.js";
import { type MapOptions, map } from "./map.js";
import {
  addFileOption,
  addFormatOptions,
  addInputOptions,
  addLimitOptions,
  addOutputOptions,
  choiceOption,
  countOption,
  fieldOption,
  presetOption,
  sizeOption,
  threadsOption,
} from "./options.js";
import { type PinOptions, pin } from "./pin.js";
import { type PlanCommandOptions, plan } from "./plan.js";
import { type PlotOptions, plot } from "./plot.js";
import { type RequestsOptions, requests } from "./requests.js";
import { type UnionOptions, union } from "./union.js";
import { packageVersion } from "./version.js";
import { OUTPUT_FORMATS, TEXT_FORMATS } from "./writers.js";

const FILES = ["[files...]", "ranges, also gzip; - or none: standard input"] as const;

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
  addDecode(program, io);
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
    .addOption(sizeOption("--size", "memory to allocate").default(2n ** 30n, "1GiB"));
  addLimitOptions(command).addOption(countOption("--rows", "segments", "segments to show").default(10n, "10"));
  addOutputOptions(command, TEXT_FORMATS).action((options: PinOptions) => pin(options, io));
}

function addMap(program: Command, io: Io): void {
  const command = program
    .command("map")
    .summary("map ranges to segments, in constant memory")
    .description("map the ranges in files to segments, in constant memory")
    .argument(...FILES);
  addLimitOptions(addInputOptions(command)).addOption(threadsOption());
  addOutputOptions(command, OUTPUT_FORMATS).action((files: string[], options: MapOptions) => map(files, options, io));
}

function addUnion(program: Command, io: Io): void {
  const command = program
    .command("union")
    .summary("sort ranges, and join what overlaps or touches")
    .description("unite the ranges in files: sorted and joined, each kind of flags by itself")
    .argument(...FILES);
  addLimitOptions(addInputOptions(command))
    .addOption(sizeOption("--gap", "ranges no further apart join").default(0n, "0"))
    .option("--sorted", "merge sorted files as they are read")
    .addOption(sizeOption("--memory", "more goes to disk").default(undefined, "1GiB or less"))
    .option("--temporary-directory <folder>", "where on disk; else as the system says")
    .addOption(threadsOption());
  addOutputOptions(command, OUTPUT_FORMATS).action((files: string[], options: UnionOptions) =>
    union(files, options, io),
  );
}

function addPlan(program: Command, io: Io): void {
  const command = program
    .command("plan")
    .summary("plan the requests that read ranges")
    .description("plan the requests that read the ranges in files; addresses are offsets")
    .argument(...FILES);
  addInputOptions(command)
    .addOption(sizeOption("--cap", "longest request, 1 to 4GiB; required").makeOptionMandatory())
    .addOption(sizeOption("--gap", "ranges no further apart share a request").default(0n, "0"))
    .addOption(sizeOption("--align", "requests start and end at multiples of this").default(1n, "1"))
    .addOption(sizeOption("--size", "bytes in the resource: no request ends past it"))
    .option("--inputs", "a row for each range instead: its request, and where in it");
  addOutputOptions(command, OUTPUT_FORMATS).action((files: string[], options: PlanCommandOptions) =>
    plan(files, options, io),
  );
}

function addRequests(program: Command, io: Io): void {
  const command = program
    .command("requests")
    .summary("cut segments into requests of a device")
    .description("cut the segments of the ranges in files into requests of a device")
    .argument(...FILES);
  addLimitOptions(addInputOptions(command))
    .addOption(presetOption())
    .addOption(countOption("--max-segments", "segments", "segments in a request at most"))
    .addOption(sizeOption("--max-bytes", "bytes in a request at most"))
    .addOption(sizeOption("--virtual-boundary", "inner segments start and end at its multiples"))
    .addOption(sizeOption("--block", "requests have whole blocks of this size"))
    .addOption(sizeOption("--stripe", "no request crosses a multiple of this on the device"))
    .addOption(sizeOption("--start", "where on the device the first byte belongs"))
    .addOption(threadsOption());
  addOutputOptions(command, TEXT_FORMATS).action((files: string[], options: RequestsOptions) =>
    requests(files, options, io),
  );
}

function addDescriptors(program: Command, io: Io): void {
  const command = program
    .command("descriptors")
    .summary("make the descriptors that a device reads")
    .description("make the descriptors that a device reads of the ranges in files, as one request")
    .argument(...FILES);
  addLimitOptions(addInputOptions(command))
    .addOption(choiceOption("--format <name>", "which; required", Object.keys(ENCODERS)).makeOptionMandatory())
    .addOption(presetOption())
    .addOption(sizeOption("--at", "bus address of the descriptors, where one is needed"))
    .addOption(sizeOption("--page", "nvme-prp, rdma: the device's page").default(undefined, "4096"))
    .option("--writable", "virtio: the device writes to the segments")
    .option("--big-endian", "rdma: addresses in big-endian order")
    .addOption(threadsOption())
    .addOption(choiceOption("--to <format>", "what to write", DESCRIPTOR_OUTPUTS).default("text"));
  addFileOption(command).action((files: string[], options: DescriptorsOptions) => descriptors(files, options, io));
}

function addDecode(program: Command, io: Io): void {
  const command = program
    .command("decode")
    .summary("give the segments that descriptors stand for")
    .description("give the segments that descriptors stand for: the inverse of descriptors")
    .argument("[file]", "what descriptors wrote, or memory of a device; also gzip")
    .addOption(choiceOption("--format <name>", "which; required", Object.keys(ENCODERS)).makeOptionMandatory())
    .addOption(choiceOption("--from <format>", "what FILE is", ["auto", ...DUMP_FORMATS]).default("auto"))
    .addOption(fieldOption())
    .addOption(sizeOption("--at", "bus address of a binary file, where one is needed"))
    .addOption(sizeOption("--page", "nvme-prp, rdma: the device's page").default(undefined, "4096"))
    .option("--big-endian", "rdma: addresses in big-endian order")
    .option("--no-gzip", "take the bytes as they are, compressed or not");
  addOutputOptions(command, OUTPUT_FORMATS).action((file: string | undefined, options: DecodeOptions) =>
    decode(file, options, io),
  );
}

function addPlot(program: Command, io: Io): void {
  const command = program
    .command("plot")
    .summary("draw ranges and their segments as SVG")
    .description("draw the ranges in files and their segments as SVG")
    .argument(...FILES);
  addLimitOptions(addInputOptions(command))
    .addOption(sizeOption("--addr", "first byte that the strip shows").default(undefined, "of the ranges"))
    .addOption(sizeOption("--length", "bytes that the strip shows").default(undefined, "all ranges"))
    .addOption(countOption("--width", "pixels", "from left to right, 600 to 2048").default(860n, "860"))
    .addOption(choiceOption("--theme <name>", "colours", ["light", "dark"]).default("light"))
    .option("--title <text>", "the heading; else the name of the file");
  addFileOption(command).action((files: string[], options: PlotOptions) => plot(files, options, io));
}

function addInfo(program: Command, io: Io): void {
  const command = program
    .command("info")
    .summary("describe ranges and the segments that they make")
    .description("describe the ranges in files, and the segments that they make")
    .argument(...FILES);
  addOutputOptions(addInputOptions(command), TEXT_FORMATS).action((files: string[], options: InfoOptions) =>
    info(files, options, io),
  );
}

/** A topic of the help, which is no command that does something. */
function addFormats(program: Command): void {
  const topic = program
    .command(FORMATS, { hidden: true })
    .description("the formats of an input, and the options that concern one of them");
  addFormatOptions(topic).action(() => topic.help());
}
