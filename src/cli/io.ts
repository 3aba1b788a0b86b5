import { type BigIntStats, fstatSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { isatty } from "node:tty";
import type { PageFrames } from "../engine/page-frames.js";
import { pinBuffer } from "../node/buffer.js";
import { Cleanups } from "./cleanups.js";
import { DescriptorOutput, type Output, StreamOutput } from "./output.js";

/** What a command has of the world: the process's own in `main.ts`, others in tests. */
export interface Io {
  /** Standard input, opened at the first call. */
  stdin(): Readable;
  readonly stdinIsTerminal: boolean;
  readonly stdinStat: BigIntStats | undefined;
  readonly stdout: Output;
  readonly stdoutStat: BigIntStats | undefined;
  readonly stderr: Writable & { isTTY?: boolean };
  /** Variables of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The frames behind fresh memory of so many bytes: `pinBuffer(bytes).pageFrames()`, and how long reading them took. */
  pin(byteLength: number): PinnedFrames;
  /** What must be undone if a signal ends the process. */
  readonly cleanups: Set<() => void>;
}

/** The page frames behind memory that was allocated for the purpose. */
export interface PinnedFrames {
  frames: PageFrames;
  /** Milliseconds that reading the frames took. */
  readMilliseconds: number;
}

/** The process's own streams. */
export function processIo(): Io {
  const stdoutStat = statOf(1);
  // Node's stream for a file loses what a short write (a device that is nearly full) leaves over. Its stream for a pipe
  // is right: that one may be non-blocking, which a plain write would have to wait for.
  const plain = stdoutStat !== undefined && !isatty(1) && !stdoutStat.isFIFO() && !stdoutStat.isSocket();
  return {
    stdin: () => process.stdin,
    stdinIsTerminal: isatty(0),
    stdinStat: statOf(0),
    stdout: plain ? new DescriptorOutput(1, "stdout") : new StreamOutput(process.stdout, "stdout", isatty(1)),
    stdoutStat,
    stderr: process.stderr,
    env: process.env,
    pin: pinFrames,
    cleanups: new Cleanups(),
  };
}

function pinFrames(byteLength: number): PinnedFrames {
  const pinned = pinBuffer(byteLength);
  const start = performance.now();
  const frames = pinned.pageFrames();
  return { frames, readMilliseconds: performance.now() - start };
}

function statOf(descriptor: number): BigIntStats | undefined {
  try {
    return fstatSync(descriptor, { bigint: true });
  } catch {
    return undefined;
  }
}
