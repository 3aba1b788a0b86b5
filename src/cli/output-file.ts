import { randomBytes } from "node:crypto";
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsync,
  lstatSync,
  open,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import { codeOf, DataError, systemFault, UsageError } from "./errors.js";
import type { Io } from "./io.js";
import { DescriptorOutput, type Output } from "./output.js";

/** An output that is finished or given up as a whole. */
export interface OutputFile extends Output {
  /** All is written: the file takes its name. */
  commit(): Promise<void>;
  /** Something failed: nothing remains. After `commit` it does nothing. */
  discard(): void;
}

type Inputs = readonly { readonly stat: BigIntStats | undefined }[];

/** Standard output, and other descriptors of a process under another name: what lies behind is open already, and not ours to replace. */
const STDOUT_NAME = /^\/dev\/(?:stdout|fd\/1)$|^\/proc\/self\/fd\/1$/;
const DESCRIPTOR_NAME = /^\/dev\/(?:stdin|stdout|stderr|fd\/\d+)$|^\/proc\/[^/]+\/(?:task\/\d+\/)?fd\/\d+$/;
/** Links that Linux follows in one path. */
const MAX_LINKS = 40;

const openFile = promisify(open);
const syncFile = promisify(fsync);

/**
 * Opens what `-o` names; undefined and `-` are standard output.
 *
 * A regular file, or one that is not there yet, is written under another name in the same folder and renamed by `commit`:
 * its name never shows half an output, and it may be the input. Links are followed. Anything else (a device, a FIFO) is
 * written in place.
 *
 * @param inputs What is read: none of them may be written in place.
 * @throws {DataError} The system refuses. @throws {UsageError} It is the input, and would be written in place.
 */
export async function openOutput(path: string | undefined, inputs: Inputs, io: Io): Promise<OutputFile> {
  if (path === undefined || path === "-") return standardOutput(inputs, io);
  try {
    const target = followLinks(path);
    if (STDOUT_NAME.test(target)) return standardOutput(inputs, io);
    const old = lstatSync(target, { throwIfNoEntry: false });
    if (old?.isDirectory()) throw new DataError(`${path}: is a directory`);
    // A descriptor's name is still a link here, so it is no regular file even where one lies behind it.
    if (old === undefined || old.isFile()) return replacing(path, target, old, io);
    refuseSame(path, inputs, statSync(target, { bigint: true }));
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
  let descriptor: number | undefined = await openFile(path, "w");
  const output = new DescriptorOutput(descriptor, path, isatty(descriptor));
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    isTerminal: output.isTerminal,
    write: (bytes) => output.write(bytes),
    commit: async () => close(),
    discard: close,
  };
}

/** @param target The name behind all links. @param old The file that has it now. */
function replacing(path: string, target: string, old: Stats | undefined, io: Io): OutputFile {
  // A rename asks only the folder; who may not write to the file should not replace it either.
  if (old !== undefined) accessSync(target, constants.W_OK);
  const temporary = join(dirname(target), `.segring-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
  let descriptor: number | undefined = openSync(temporary, "wx", old === undefined ? 0o666 : old.mode & 0o777);
  const remove = () => rmSync(temporary, { force: true });
  io.cleanups.add(remove);
  const output = new DescriptorOutput(descriptor, path);
  return {
    isTerminal: false,
    write: (bytes) => output.write(bytes),
    commit: async () => {
      if (descriptor === undefined) return;
      try {
        if (old !== undefined) takeOver(descriptor, old);
        // Only a flush tells of errors that the system has put off; and without one a crash could leave the new name on nothing.
        await syncFile(descriptor);
        renameSync(temporary, target);
        io.cleanups.delete(remove);
        closeSync(descriptor);
        descriptor = undefined;
      } catch (error) {
        throw systemFault(path, error);
      }
    },
    discard: () => {
      if (descriptor === undefined) return;
      closeSync(descriptor);
      descriptor = undefined;
      if (io.cleanups.delete(remove)) remove();
    },
  };
}

/** Owner and mode of the file that is replaced. Only root can give a file away: else the new one is ours. */
function takeOver(descriptor: number, old: Stats): void {
  try {
    fchownSync(descriptor, old.uid, old.gid);
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error;
  }
  fchmodSync(descriptor, old.mode & 0o7777);
}

/** The path behind the links that its last name is, down to a file, to nothing, or to a descriptor's name. */
function followLinks(path: string): string {
  let target = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    if (DESCRIPTOR_NAME.test(target) || !lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) return target;
    target = resolve(dirname(target), readlinkSync(target));
  }
  throw new DataError(`${path}: too many symbolic links`);
}
