import { constants } from "node:buffer";
import { SegringError, visible } from "../core/errors.js";
import { RECORD_BYTES } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { worded } from "../core/wording.js";
import type { PageFrames } from "../engine/page-frames.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { DataError, UsageError } from "./errors.js";
import type { Io } from "./io.js";
import { type LimitOptions, mapperOf } from "./options.js";
import { readSample, SAMPLE_NAME } from "./sample.js";
import { percentage, readableSize } from "./sizes.js";
import { WORDING } from "./wording.js";
import { WRITERS } from "./writers.js";

/** The options of `segring pin`. */
export interface PinOptions extends LimitOptions {
  bytes: bigint;
  rows: bigint;
}

/** Frames, and where they are from. */
interface Memory {
  frames: PageFrames;
  origin: string;
  /** undefined: they were recorded. */
  readMilliseconds: number | undefined;
}

/** A page of records: the unit in which segment lists are handed to hardware. */
const PAGE_BYTES = 4096;
const PAGE_RECORDS = PAGE_BYTES / RECORD_BYTES;
/** Mappings that are timed after the first, which compiles. */
const REPEATS = 5;
/** A first mapping that takes longer is not repeated. */
const MAX_FIRST_MILLISECONDS = 200;

/**
 * `segring pin`: maps the page frames behind fresh memory of this process, or recorded ones where the system does not show them.
 *
 * @throws {UsageError | DataError | ReaderGone | SegringError}
 */
export async function pin(options: PinOptions, io: Io): Promise<void> {
  const byteLength = Number(options.bytes);
  if (byteLength < 1 || byteLength > constants.MAX_LENGTH) {
    throw new UsageError(`--bytes expected 1 to ${constants.MAX_LENGTH}, got ${options.bytes}`);
  }
  const mapper = await mapperOf(options);
  try {
    const memory = readMemory(byteLength, io);
    const { table, first, best } = timedMapping(mapper, memory.frames);
    await io.stdout.write(
      Buffer.from(`${summary(memory, table, first, best)}\n${firstRows(table, Number(options.rows))}`),
    );
  } finally {
    mapper.close();
  }
}

function readMemory(byteLength: number, io: Io): Memory {
  try {
    const { frames, readMilliseconds } = worded(WORDING, () => io.pin(byteLength));
    return { frames, origin: `${readableSize(byteLength)} of this process's memory`, readMilliseconds };
  } catch (error) {
    if (error instanceof SegringError && error.code === "OUT_OF_MEMORY") {
      throw new DataError(error.message, { cause: error });
    }
    // Pages that were swapped out before they were read.
    if (error instanceof RangeError) throw new DataError(error.message, { cause: error });
    if (!isHidden(error)) throw error;
    io.stderr.write(`segring: ${visible(error.message)}; mapping a recorded sample instead\n`);
    const frames = readSample(byteLength);
    const bytes = frames.frames.length * PAGE_BYTES - frames.lastUnused;
    return {
      frames,
      origin: `${readableSize(bytes)} recorded on another machine (${SAMPLE_NAME})`,
      readMilliseconds: undefined,
    };
  }
}

/** Whether the system does not show frames: without the privilege, on another system than Linux, in a container without /proc. */
function isHidden(error: unknown): error is Error {
  if (error instanceof SegringError) return error.code === "NO_PRIVILEGE";
  // segring/node throws a plain Error where the system has no such file; a mistake or a fault has a class of its own.
  return error instanceof Error && error.constructor === Error;
}

/** Milliseconds of the first mapping and of the fastest: the first one includes compiling. */
function timedMapping(mapper: SegmentMapper, frames: PageFrames): { table: SegmentTable; first: number; best: number } {
  const start = performance.now();
  const table = mapper.coalesce(frames);
  const first = performance.now() - start;
  let best = first;
  for (let repeat = 0; repeat < REPEATS && first < MAX_FIRST_MILLISECONDS; repeat++) {
    const again = performance.now();
    mapper.coalesce(frames);
    best = Math.min(best, performance.now() - again);
  }
  return { table, first, best };
}

function summary(
  { frames, origin, readMilliseconds }: Memory,
  table: SegmentTable,
  first: number,
  best: number,
): string {
  const pages = frames.frames.length;
  const recordBytes = table.length * RECORD_BYTES;
  const recordPages = Math.ceil(table.length / PAGE_RECORDS);
  const fill = percentage(recordBytes, recordPages * PAGE_BYTES, 1);
  const pageWord = recordPages === 1 ? "page" : "pages";
  let largest = 0;
  table.forEach((_low, _high, length) => {
    largest = Math.max(largest, length);
  });
  const rows = [
    ["memory", origin],
    ["pages in", `${pages} of ${readableSize(2 ** frames.pageShift)}`],
    ["segments out", String(table.length)],
    ["largest segment", readableSize(largest)],
    ["reading frames", readMilliseconds === undefined ? "recorded before" : rate(readMilliseconds, pages)],
    ["mapping", `${rate(best, pages)}; the first time ${milliseconds(first)}`],
    ["records", `${recordBytes} bytes: ${recordPages} ${pageWord} of ${PAGE_RECORDS} records, ${fill} full`],
  ];
  return rows.map(([name = "", value]) => `${name.padEnd(17)}${value}\n`).join("");
}

/** `0.52 ms, 504 million pages/s` */
function rate(time: number, pages: number): string {
  return `${milliseconds(time)}, ${threeDigits(pages / time / 1000)} million pages/s`;
}

function milliseconds(time: number): string {
  return `${threeDigits(time)} ms`;
}

/** Three significant digits, and no exponent where there are more before the point. */
function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function firstRows(table: SegmentTable, rows: number): string {
  const shown = SegmentTable.fromBytes(table.bytes.subarray(0, rows * RECORD_BYTES));
  const writer = WRITERS.table();
  const left = table.length - shown.length;
  return `${writer.start()}${writer.rows(shown)}${left === 0 ? "" : `… and ${left} more\n`}`;
}
