import { randomBytes } from "node:crypto";
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsync,
  open,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import { codeOf, systemFault, UsageError } from "./errors.js";
import type { Io } from "./io.js";
import { DescriptorOutput, type Output } from "./output.js";
import { findPlace, inFolder, type Place } from "./place.js";

/** An output that is finished or given up as a whole. */
export interface OutputFile extends Output {
  /** All is written: the file takes its name. */
  commit(): Promise<void>;
  /** Something failed: nothing remains. After `commit` it does nothing. */
  discard(): void;
}

type Inputs = readonly { readonly stat: BigIntStats | undefined }[];

const openFile = promisify(open);
const syncFile = promisify(fsync);

/**
 * Opens what `-o` names; undefined and `-` are standard output.
 *
 * A regular file, or a file that does not exist yet, is written under another name in its folder, and `commit` renames
 * it. So the file's name never shows half an output, and the file may be the input. Links are followed. Anything else
 * (a device, a FIFO) is written in place.
 *
 * @param inputs The inputs: none of them may be written in place.
 * @throws {DataError} The system refuses. @throws {UsageError} The output is an input, and would be written in place.
 */
export async function openOutput(path: string | undefined, inputs: Inputs, io: Io): Promise<OutputFile> {
  if (path === undefined || path === "-") return standardOutput(inputs, io);
  try {
    const place = findPlace(path);
    if (place.kind === "stdout") return standardOutput(inputs, io);
    if (place.kind === "nothing" || place.kind === "file") return replacing(path, place, io);
    refuseSame(path, inputs, statSync(path, { bigint: true }));
    return await writingInPlace(path);
  } catch (error) {
    throw systemFault(path, error);
  }
}

function standardOutput(inputs: Inputs, io: Io): OutputFile {
  refuseSame("stdout", inputs, io.stdoutStat);
  const { stdout } = io;
  return {
    isTerminal: stdout.isTerminal,
    write: (bytes) => stdout.write(bytes),
    commit: async () => {},
    discard: () => {},
  };
}

/** What is written to a file that is being read is read again: without end, or over what was not read yet. */
function refuseSame(path: string, inputs: Inputs, output: BigIntStats | undefined): void {
  const same = inputs.some(
    ({ stat }) => stat?.isFile() && output?.isFile() && stat.dev === output.dev && stat.ino === output.ino,
  );
  if (same) {
    throw new UsageError(`${path}: expected another file than the input (-o FILE may be the input)`);
  }
}

async function writingInPlace(path: string): Promise<OutputFile> {
  // A FIFO waits here for its reader.
  const descriptor = await openFile(path, "w");
  const output = new DescriptorOutput(descriptor, path, isatty(descriptor));
  const close = once(() => closeSync(descriptor));
  return {
    isTerminal: output.isTerminal,
    write: (bytes) => output.write(bytes),
    commit: async () => {
      try {
        close();
      } catch (error) {
        throw systemFault(path, error);
      }
    },
    discard: () => quietly(close),
  };
}

/** Writes under a name of its own beside the file. */
function replacing(path: string, { folder, file, old }: Place, io: Io): OutputFile {
  // A rename asks only the folder; who may not write to the file should not replace it either.
  if (old !== undefined) accessSync(file, constants.W_OK);
  const temporary = inFolder(folder, `.segring-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
  const remove = () => quietly(() => rmSync(temporary, { force: true }));
  // Before the file is there: a signal that nobody listens for ends the process at once.
  io.cleanups.add(remove);
  let descriptor: number;
  try {
    descriptor = openSync(temporary, "wx", old === undefined ? 0o666 : Number(old.mode & 0o777n));
  } catch (error) {
    io.cleanups.delete(remove);
    throw error;
  }
  const output = new DescriptorOutput(descriptor, path);
  const close = once(() => closeSync(descriptor));
  return {
    isTerminal: false,
    write: (bytes) => output.write(bytes),
    commit: async () => {
      try {
        if (old !== undefined) takeOver(descriptor, old);
        // Only a flush tells of errors that the system has put off; and without one a crash could leave the new name on nothing.
        await syncFile(descriptor);
        close();
        renameSync(temporary, file);
        io.cleanups.delete(remove);
      } catch (error) {
        throw systemFault(path, error);
      }
    },
    discard: () => {
      quietly(close);
      if (!io.cleanups.has(remove)) return;
      remove();
      io.cleanups.delete(remove);
    },
  };
}

/** A descriptor is closed once, also where that fails: its number may be another file's by then. */
function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (called) return;
    called = true;
    call();
  };
}

/** Undoes a part of what failed. Where that fails too, the first fault is what is told. */
function quietly(undo: () => void): void {
  try {
    undo();
  } catch {}
}

/** Owner and mode of the file that is replaced. Only root can give a file away: else the new one is ours. */
function takeOver(descriptor: number, old: BigIntStats): void {
  try {
    fchownSync(descriptor, Number(old.uid), Number(old.gid));
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error;
  }
  fchmodSync(descriptor, Number(old.mode & 0o7777n));
}
