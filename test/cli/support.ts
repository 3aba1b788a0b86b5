import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll } from "vitest";
import type { Io, PinnedFrames } from "../../src/cli/io.js";
import { run } from "../../src/cli/run.js";
import { REPOSITORY } from "../support/bundle.js";
import { CLI } from "../support/bundled-cli.js";

export const DATA = join(REPOSITORY, "test/data");
export const SAMPLE = join(REPOSITORY, "test/data/thp-1g.pfn64.gz");

export { REPOSITORY };

/** What a command line gave. */
export interface Result {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  bytes: Buffer;
}

export interface Options {
  stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Which of the streams are terminals. */
  terminals?: readonly ("stdin" | "stdout" | "stderr")[];
  pin?: (byteLength: number) => PinnedFrames;
  /** Variables of the environment: none where they are left out. */
  env?: Readonly<Record<string, string>>;
  /** Takes standard output, which is not kept then. */
  write?: (bytes: Uint8Array) => Promise<void>;
}

/** Runs a command line in this process. */
export async function cli(words: readonly string[], options: Options = {}): Promise<Result> {
  const { stdin = "", terminals = [], pin = () => Promise.reject(new Error("no pin in this test")) as never } = options;
  const written: Uint8Array[] = [];
  let stderr = "";
  const io: Io = {
    stdin: () => Readable.from(typeof stdin === "string" || stdin instanceof Uint8Array ? [Buffer.from(stdin)] : stdin),
    stdinIsTerminal: terminals.includes("stdin"),
    stdinStat: undefined,
    stdout: {
      isTerminal: terminals.includes("stdout"),
      write: options.write ?? (async (bytes) => void written.push(Uint8Array.from(bytes))),
    },
    stdoutStat: undefined,
    stderr: Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          stderr += chunk;
          done();
        },
      }),
      { isTTY: terminals.includes("stderr") },
    ),
    env: options.env ?? {},
    pin,
    cleanups: new Set(),
  };
  const code = await run(words, io);
  if (io.cleanups.size !== 0) throw new Error(`${io.cleanups.size} cleanups were left over`);
  const bytes = Buffer.concat(written);
  return { code, signal: null, stdout: bytes.toString(), stderr, bytes };
}

/** The words of a command that runs the command line as its own process, with `node` options. */
export function command(words: readonly string[], nodeOptions: readonly string[] = []): [string, ...string[]] {
  return [process.execPath, ...nodeOptions, CLI, ...words];
}

/** The same for a shell. */
export function shellCommand(words: readonly string[], nodeOptions: readonly string[] = []): string {
  return command(words, nodeOptions)
    .map((word) => `'${word}'`)
    .join(" ");
}

/** Starts a program; its streams are pipes. */
export function start([program, ...words]: readonly [string, ...string[]], cwd = REPOSITORY): ChildProcess {
  const child = spawn(program, words, { cwd, stdio: "pipe" });
  // It may end without reading all that it is given.
  child.stdin.on("error", () => {});
  return child;
}

/** What a program that was started gives until it ends. */
export async function result(child: ChildProcess): Promise<Result> {
  const written: Buffer[] = [];
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => written.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...ends) => resolve(ends));
  });
  const bytes = Buffer.concat(written);
  return { code, signal, stdout: bytes.toString(), stderr, bytes };
}

/** Runs the command line as a process of its own. */
export async function spawnCli(words: readonly string[], stdin: string | Uint8Array = ""): Promise<Result> {
  const child = start(command(words));
  child.stdin?.end(stdin);
  return result(child);
}

/** Runs a line of shell; `set -o pipefail` and the like are its own affair. */
export async function shell(line: string, cwd?: string): Promise<Result> {
  const child = start(["/bin/bash", "-c", line], cwd);
  child.stdin?.end();
  return result(child);
}

/** A folder for the tests of a file, removed after them. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "segring-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits until something is so; fails after minutes, for what hangs. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let waits = 0; !isSo(); waits++) {
    if (waits === 30_000) throw new Error("it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Packed records. */
export function records(...ranges: readonly (readonly [addr: bigint, len: number, flags?: number])[]): Buffer {
  const bytes = Buffer.alloc(16 * ranges.length);
  for (const [index, [addr, len, flags = 0]] of ranges.entries()) {
    bytes.writeBigUInt64LE(addr, 16 * index);
    bytes.writeUInt32LE(len, 16 * index + 8);
    bytes.writeUInt32LE(flags, 16 * index + 12);
  }
  return bytes;
}

/** Page frame numbers. */
export function frames(...pfns: readonly bigint[]): Buffer {
  return Buffer.from(BigUint64Array.from(pfns).buffer);
}
