/** The commands and their options as documents need them, from the tables that parse the command line. */
import type { Command, Option } from "commander";
import { FORMATS, commandsOf as inProgram, ONE_FORMAT, textOf } from "../src/cli/help.js";
import type { Io } from "../src/cli/io.js";
import { programOf } from "../src/cli/program.js";

export interface OptionRow {
  /** `-o`, `--output` */
  readonly names: readonly string[];
  /** What the option takes: `size`, `file`; undefined for a switch. */
  readonly value: string | undefined;
  readonly choices: readonly string[];
  /** What the option means, without and with its words and its default. */
  readonly description: string;
  readonly text: string;
  readonly isOfOneFormat: boolean;
}

export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** `[options] [file]` */
  readonly usage: string;
  readonly files: "none" | "one" | "several";
  readonly options: readonly OptionRow[];
}

/** The program itself, its commands, and what `segring help` takes. */
export interface Tables {
  readonly description: string;
  readonly options: readonly OptionRow[];
  readonly commands: readonly CommandRow[];
  readonly topics: readonly string[];
}

/** Words of options that name a file or a folder. */
const PATHS = ["file", "directory"];

export function readTables(): Tables {
  const program = programOf({} as Io, () => {});
  const commands = inProgram(program).map(rowOf);
  if (commands.length === 0) throw new Error("expected commands, got none");
  return {
    description: program.description(),
    options: optionsOf(program),
    commands,
    topics: [...commands.map(({ name }) => name), FORMATS],
  };
}

/** Does the option take a path? */
export function takesPath({ value }: OptionRow): boolean {
  return value !== undefined && PATHS.includes(value);
}

function rowOf(command: Command): CommandRow {
  const [file] = command.registeredArguments;
  return {
    name: command.name(),
    summary: command.summary(),
    description: command.description(),
    usage: command.usage(),
    files: file === undefined ? "none" : file.variadic ? "several" : "one",
    options: optionsOf(command),
  };
}

/** Those that are shown, and `--help`. */
function optionsOf(command: Command): OptionRow[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option: Option) => ({
      names: [option.short, option.long].filter((name) => name != null),
      value: /<(.+)>$/.exec(option.flags)?.[1],
      choices: option.argChoices ?? [],
      description: option.description,
      text: textOf(option),
      isOfOneFormat: option.helpGroupHeading === ONE_FORMAT,
    }));
}
