import type { Argument, Command, Help, Option } from "commander";
import { CONTENTS } from "./formats.js";

/** The group of options that concern one format of input: they stand in `segring help formats`. */
export const ONE_FORMAT = "Options of one format";
/** The name of the topic in the table of commands, where the topic is hidden. */
export const FORMATS = "formats";

/** The text of `--from` in the help of a command, where its words would take two lines. */
const FROM = `what it is: see segring help ${FORMATS}`;

const COLUMNS = 80;
/** Before an entry, and between an entry and its text. */
const SPACE = 2;

type Entry = readonly [term: string, text: string];

/** The commands that do something, in the order of the help. */
export function commandsOf(program: Command): Command[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== "help");
}

/** What an option means, with its words and its default. */
export function textOf({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const words = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
  // A switch is off or on, which its text says.
  const value = defaultValueDescription ?? (typeof defaultValue === "string" ? defaultValue : undefined);
  return `${description}${words}${value === undefined ? "" : ` (default: ${value})`}`;
}

/** The help of the program, of a command or of the formats: without blank lines, so that it fits a small terminal. */
export function helpOf(command: Command, helper: Help): string {
  const width = helper.helpWidth ?? COLUMNS;
  const usage = command.name() === FORMATS ? "segring COMMAND --from <format> [file]" : helper.commandUsage(command);
  const lines = [`Usage: ${usage}`, ...wrapped(command.description(), width)];
  return `${[...lines, ...columnsOf(entriesOf(command, helper), width)].join("\n")}\n`;
}

function entriesOf(command: Command, helper: Help): Entry[] {
  // Who reads the help of a command has found --help.
  const options = command.parent === null ? helper.visibleOptions(command) : command.options;
  const isOfOneFormat = (option: Option) => option.helpGroupHeading === ONE_FORMAT;
  const shown = options.filter((option) => isOfOneFormat(option) === (command.name() === FORMATS));
  return [
    ...helper.visibleCommands(command).map((one): Entry => [termOf(one), one.summary() || one.description()]),
    ...(command.name() === FORMATS ? Object.entries(CONTENTS) : []),
    ...command.registeredArguments.map((argument): Entry => [argument.name(), argument.description]),
    ...shown.map((option): Entry => [option.flags, option.long === "--from" ? FROM : textOf(option)]),
  ];
}

/** `map [file]` */
function termOf(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(wordOf)].join(" ");
}

/** `[files...]` */
export function wordOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Terms on the left, and their texts on the right, over more lines where they are long. */
function columnsOf(entries: readonly Entry[], width: number): string[] {
  const left = Math.max(...entries.map(([term]) => term.length));
  return entries.flatMap(([term, text]) =>
    wrapped(text, width - left - 2 * SPACE).map((line, row) => {
      const start = (row === 0 ? term : "").padEnd(left + SPACE);
      return `${" ".repeat(SPACE)}${start}${line}`.trimEnd();
    }),
  );
}

/** The lines of a text, none longer than so many columns where its words allow it. */
function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) as string;
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
