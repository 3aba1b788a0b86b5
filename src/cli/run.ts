import { type Command, CommanderError } from "commander";
import { SegringError, visible } from "../core/errors.js";
import { DataError, ReaderGone, UsageError } from "./errors.js";
import { commandsOf } from "./help.js";
import type { Io } from "./io.js";
import { withThreads } from "./options.js";
import { programOf } from "./program.js";

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
    if (words.length === 0) throw new UsageError(`expected a command: ${namesOf(program)} (segring --help)`);
    const command = program.commands.find((one) => one.name() === words[0]);
    const hasThreads = command?.options.some(({ long }) => long === "--threads") === true;
    await program.parseAsync(hasThreads ? withThreads(words) : [...words], { from: "user" });
    return DONE;
  } catch (error) {
    if (error instanceof ReaderGone) return DONE;
    if (error instanceof CommanderError && error.exitCode === 0) return await written(text, io);
    return reported(error, io);
  }
}

/** `pin, map or info` */
function namesOf(program: Command): string {
  const names = commandsOf(program).map((command) => command.name());
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
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
