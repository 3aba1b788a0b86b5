import { Worker } from "node:worker_threads";
import { SegringError, type SegringErrorCode } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import type { SegmentTable } from "../core/segment-table.js";
import type { RingMemory } from "../ring/index.js";
import { DataError, UsageError } from "./errors.js";
import type { ReadingOptions } from "./ranges.js";

/** What the reader thread is told. */
export interface ReaderJob {
  readonly memory: RingMemory;
  readonly offset: number;
  /** Regular files, one after the other. */
  readonly files: readonly string[];
  readonly options: ReadingOptions;
  readonly limits: CheckedLimits;
  /** One element, shared: how far it is. */
  readonly bytesRead: Float64Array;
}

/** What the reader thread says when it failed; an error would lose its class on the way. */
export interface ReaderFailure {
  readonly kind: "DataError" | "UsageError" | "SegringError" | undefined;
  readonly code: SegringErrorCode | undefined;
  readonly message: string;
}

/** The scripts of the threads, as they lie to the bundled command line. */
const KERNEL = new URL("../segring.worker.js", import.meta.url);
const READER = new URL("./main.js", import.meta.url);
/** Segments taken at a time: what is written meanwhile does not hold the kernel up. */
const TAKE_SEGMENTS = 4096;

/**
 * Maps files in three threads: one reads the files, one is the kernel, and this thread takes the segments.
 *
 * @param take Gets the segments, with the bytes of the files read so far. The call waits for `take`.
 * @throws {DataError} As without threads. @throws {SegringError} PEER_DIED: a thread ended before its work did.
 */
export async function mapInThreads(
  files: readonly string[],
  options: ReadingOptions,
  limits: CheckedLimits,
  take: (table: SegmentTable, bytesRead: number) => Promise<void>,
): Promise<void> {
  const { createPair } = await import("../ring/index.js");
  const kernel = new Worker(KERNEL);
  // The pair hears of it; a listener of its own, so that an early one does not end the process.
  kernel.on("error", () => {});
  const threads = [kernel];
  try {
    const pair = await createPair({ ...limits, worker: kernel, shared: true });
    pair.producer.release();
    let failure: unknown;
    const fail = (error: unknown) => {
      // A reader that was stopped tells of a fault that others have.
      if (!isAborted(error)) failure ??= error;
      pair.abort();
    };
    const bytesRead = new Float64Array(new SharedArrayBuffer(8));
    const { offset } = pair.input;
    const { memory } = pair.input;
    const job: ReaderJob = { memory, offset, files, options: readerOptions(options), limits, bytesRead };
    const reader = new Worker(READER, { workerData: job });
    threads.push(reader);
    reader.on("message", (message: ReaderFailure) => fail(errorOf(message)));
    reader.on("error", fail);
    reader.on("exit", () => {
      if (pair.input.state === "open")
        fail(new SegringError("PEER_DIED", "the reader thread ended before its work did"));
    });
    try {
      while (await pair.consumer.ready()) await take(pair.consumer.drain(TAKE_SEGMENTS), bytesRead[0] as number);
      await pair.ended;
    } catch (error) {
      // Who stops taking stops the others: a kernel that finds no room would wait for ever.
      pair.abort();
      // What is no error of the rings is the output's, and why all ends here.
      if (!(error instanceof SegringError)) throw error;
      // Stopping the rings is how the reader's error gets here, and the kernel's.
      throw failure ?? (await causeOf(error, pair.ended));
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** What a thread can be given: the options of the input, and no others. */
function readerOptions(options: ReadingOptions): ReadingOptions {
  const { from, columns, pageBytes, skipEmpty, unwritten, unaddressed, radix, gzip, engine } = options;
  // A key that is missing here does not compile.
  const given: Record<keyof ReadingOptions, unknown> = {
    from,
    columns,
    pageBytes,
    skipEmpty,
    unwritten,
    unaddressed,
    radix,
    gzip,
    engine,
  };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as unknown as ReadingOptions;
}

function errorOf({ kind, code, message }: ReaderFailure): Error {
  if (kind === "DataError") return new DataError(message);
  if (kind === "UsageError") return new UsageError(message);
  return kind === "SegringError" && code !== undefined ? new SegringError(code, message) : new Error(message);
}

/** Why the rings stopped: what the kernel says, where the rings know only that they were stopped. */
async function causeOf(error: SegringError, ended: Promise<void>): Promise<unknown> {
  try {
    await ended;
    return error;
  } catch (cause) {
    return isAborted(error) ? cause : error;
  }
}

function isAborted(error: unknown): boolean {
  return error instanceof SegringError && error.code === "ABORTED";
}
