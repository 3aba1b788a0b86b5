/** The page of the manual: man(7) source, which groff and mandoc read. */
import { CONTENTS } from "../src/cli/formats.js";
import type { CommandRow, OptionRow, Tables } from "./command-tables.js";

/** An option of so many commands stands once, under COMMON OPTIONS. */
const COMMON = 3;

const SIZES =
  "A size is a number of bytes: 4096, 0x1000, 64KiB, 4GiB (B, KiB, MiB, GiB, TiB, PiB, EiB). A count has no unit. " +
  "segring never rounds a size or a count.";
const OUTPUT =
  "An output file is complete or does not exist. segring reads files that gzip has compressed, and " +
  "compresses nothing.";
const EXITS: readonly (readonly [code: string, text: string])[] = [
  ["0", "The work is done, or the reader of the output has closed the pipe."],
  ["1", "The data is bad, or the system reports a fault. The message says which file, line or record."],
  ["2", "The command line is wrong, or the command cannot use the input in this form."],
];
const EXAMPLES: readonly (readonly [text: string, command: string])[] = [
  ["The RAM of this machine, as segments of at most 1 GiB:", "segring map /proc/iomem --from iomem --max 1GiB"],
  ["Sorted intervals of two files, joined:", "segring union a.csv b.csv -o all.csv"],
  ["The requests that read many small ranges of a file:", "segring plan chunks.csv --cap 8MiB --gap 64KiB"],
  [
    "The PRP list of one request of an NVMe drive:",
    "segring descriptors ranges.csv --format nvme-prp --preset nvmePrp --at 0xd0000000",
  ],
];

export function manPage(tables: Tables, version: string): string {
  const { description, commands, options } = tables;
  const common = commonOf(commands);
  const isCommon = (option: OptionRow) => common.some((one) => idOf(one) === idOf(option));
  const lines = [
    `.\\" Made by scripts/cli-documents.ts from the options that segring parses.`,
    `.TH SEGRING 1 "" "segring ${version}" "User Commands"`,
    ".SH NAME",
    `segring \\- ${escaped(description.replace(/^M/, "m").replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    ...commands.map(({ name, usage }) => `.B segring ${name}\n${escaped(usage)}\n.br`),
    ".B segring help\n[command]",
    ".SH DESCRIPTION",
    escaped(description),
    ".PP",
    escaped(SIZES),
    ".PP",
    escaped(OUTPUT),
    ".SH OPTIONS",
    ...options.flatMap(optionLines),
    ".SH COMMANDS",
    ...commands.flatMap((command) => commandLines(command, isCommon)),
    ".SH COMMON OPTIONS",
    ...common.filter(({ isOfOneFormat }) => !isOfOneFormat).flatMap(optionLines),
    ".SH FORMATS OF INPUT",
    ...Object.entries(CONTENTS).flatMap(([name, text]) => [".TP", `.B ${escaped(name)}`, escaped(text)]),
    ".SS Options of one format",
    ...common.filter(({ isOfOneFormat }) => isOfOneFormat).flatMap(optionLines),
    ".SH EXIT STATUS",
    ...EXITS.flatMap(([code, text]) => [".TP", `.B ${code}`, escaped(text)]),
    ".SH EXAMPLES",
    ...EXAMPLES.flatMap(([text, command]) => [".PP", escaped(text), ".PP", ".EX", `    ${escaped(command)}`, ".EE"]),
    ".SH SEE ALSO",
    ".BR filefrag (8),\n.BR proc (5);\ndocs/cli.md in the package.",
  ];
  return `${lines.join("\n")}\n`;
}

/** What several commands take, each once, in the order of the commands. */
function commonOf(commands: readonly CommandRow[]): OptionRow[] {
  const all = commands.flatMap(({ options }) => options);
  const counts = new Map<string, number>();
  for (const option of all) counts.set(idOf(option), (counts.get(idOf(option)) ?? 0) + 1);
  const firsts = all.filter((option, index) => all.findIndex((one) => idOf(one) === idOf(option)) === index);
  return firsts.filter((option) => option.isOfOneFormat || (counts.get(idOf(option)) as number) >= COMMON);
}

function idOf({ names, text }: OptionRow): string {
  return `${names.join()} ${text}`;
}

function commandLines({ name, usage, description, options }: CommandRow, isCommon: (option: OptionRow) => boolean) {
  const names = options.filter(isCommon).map(({ names: all }) => `\\fB${escaped(all.at(-1) as string)}\\fR`);
  return [
    `.SS "segring ${name} ${escaped(usage)}"`,
    `${escaped(sentence(description))}`,
    ...options.filter((option) => !isCommon(option)).flatMap(optionLines),
    ".PP",
    `Common options: ${names.join(", ")}.`,
  ];
}

function optionLines({ names, value, text }: OptionRow): string[] {
  const flags = names.map((name) => `\\fB${escaped(name)}\\fR`).join(", ");
  return [".TP", `${flags}${value === undefined ? "" : ` \\fI${escaped(value)}\\fR`}`, escaped(sentence(text))];
}

/** `The default is 4 (default: 4)` begins with a capital, and ends with a full stop. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** A text that troff prints as it is; a line must not begin as a request does. */
function escaped(text: string): string {
  const foreign = /[^\x20-\x7e]/.exec(text);
  if (foreign !== null) throw new Error(`expected ASCII for the manual, got ${JSON.stringify(foreign[0])} in ${text}`);
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^[.']/, "\\&$&");
}
