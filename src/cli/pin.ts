import { constants } from "node:buffer";
import { SegringError, visible } from "../core/errors.js";
import { RECORD_BYTES } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { worded } from "../core/wording.js";
import type { PageFrames } from "../engine/page-frames.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { csvRow, jsonFields, type NumberForm, type Row } from "../text/rows.js";
import { DataError, UsageError } from "./errors.js";
import { withOutput } from "./files.js";
import type { Io } from "./io.js";
import { inWords, type LimitOptions, mapperOf } from "./options.js";
import { type Report, type ReportFormat, reportText, sizesOf } from "./report.js";
import { readSample, SAMPLE_NAME } from "./sample.js";
import { type OutputOptions, outputPlan } from "./segments-output.js";
import { countOf, percentage, shownSize } from "./sizes.js";
import { WORDING } from "./wording.js";
import { plainTable, TEXT_FORMATS, type WriterOptions } from "./writers.js";

/** The options of `segring pin`. */
export interface PinOptions extends LimitOptions, OutputOptions<(typeof TEXT_FORMATS)[number]> {
  size: bigint;
  rows: bigint;
}

/** Frames, and where they are from. */
interface Memory {
  frames: PageFrames;
  bytes: number;
  /** Follows the size. */
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
  const { to, forOutput } = outputPlan(options, TEXT_FORMATS, io);
  const byteLength = Number(options.size);
  if (byteLength < 1 || byteLength > constants.MAX_LENGTH) {
    throw new UsageError(`--size expected 1 to ${constants.MAX_LENGTH}, got ${options.size}`);
  }
  const mapper = await mapperOf(options);
  try {
    const memory = readMemory(byteLength, io);
    const mapping = timedMapping(mapper, memory.frames);
    const rows = Number(options.rows);
    await withOutput(options.output, [], io, async (output) => {
      const how = forOutput(output);
      const text =
        to === "table"
          ? `${summary(memory, mapping, how.bytes)}\n${firstRows(mapping.table, rows, how)}`
          : inWords(() => programText(memory, mapping, rows, to, how), DataError);
      await output.write(Buffer.from(text));
    });
  } finally {
    mapper.close();
  }
}

function readMemory(byteLength: number, io: Io): Memory {
  try {
    const { frames, readMilliseconds } = worded(WORDING, () => io.pin(byteLength));
    return { frames, bytes: byteLength, origin: "of this process's memory", readMilliseconds };
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
    return { frames, bytes, origin: `recorded on another machine (${SAMPLE_NAME})`, readMilliseconds: undefined };
  }
}

/** Whether the system does not show frames: without the privilege, on another system than Linux, in a container without /proc. */
function isHidden(error: unknown): error is Error {
  if (error instanceof SegringError) return error.code === "NO_PRIVILEGE";
  // segring/node throws a plain Error where the system has no such file; a mistake or a fault has a class of its own.
  return error instanceof Error && error.constructor === Error;
}

/** Segments, and the milliseconds of the first mapping, which includes compiling, and of the fastest. */
interface Mapping {
  table: SegmentTable;
  first: number;
  best: number;
}

function timedMapping(mapper: SegmentMapper, frames: PageFrames): Mapping {
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

function largestOf(table: SegmentTable): number {
  let largest = 0;
  table.forEach((_low, _high, length) => {
    largest = Math.max(largest, length);
  });
  return largest;
}

/** For programs. @throws {SegringError} NOT_EXPRESSIBLE */
function programText(
  { frames, bytes, readMilliseconds }: Memory,
  { table, first, best }: Mapping,
  rows: number,
  to: ReportFormat,
  { form }: WriterOptions,
): string {
  const size = sizesOf(form, to);
  const shown: Report[] = [];
  const segment = to === "csv" ? csvSegment(form) : jsonSegment(form);
  firstOf(table, rows).forEach((low, high, length, flags) => {
    shown.push(segment(low, high, length, flags));
  });
  const report = {
    memory: { bytes: size("memory.bytes", bytes), recorded: readMilliseconds === undefined },
    pages: { count: frames.frames.length, bytes: size("pages.bytes", 2 ** frames.pageShift) },
    milliseconds: { read: readMilliseconds ?? null, firstMapping: first, mapping: best },
    segments: { count: table.length, largest: size("segments.largest", largestOf(table)) },
    records: { bytes: size("records.bytes", table.length * RECORD_BYTES), pages: recordPagesOf(table) },
    first: shown,
  };
  return reportText(report, to);
}

type ToReport = (...segment: Parameters<Row>) => Report;

/** A segment as CSV has it elsewhere, field by field. */
function csvSegment(form: NumberForm): ToReport {
  const row = csvRow(form);
  return (...segment) => {
    const [addr = "", length = "", flags = ""] = row(...segment).split(",");
    return { addr, length, flags };
  };
}

/** A segment as JSON has it elsewhere. */
function jsonSegment(form: NumberForm): ToReport {
  const fields = jsonFields(form);
  return (...segment) => JSON.parse(`{${fields(...segment)}}`);
}

function recordPagesOf(table: SegmentTable): number {
  return Math.ceil(table.length / PAGE_RECORDS);
}

function summary({ frames, bytes, origin, readMilliseconds }: Memory, mapping: Mapping, plain: boolean): string {
  const { table, first, best } = mapping;
  const pages = frames.frames.length;
  const recordBytes = table.length * RECORD_BYTES;
  const recordPages = recordPagesOf(table);
  const fill = percentage(recordBytes, recordPages * PAGE_BYTES, 1);
  const rows = [
    ["memory", `${shownSize(bytes, plain)} ${origin}`],
    ["pages in", `${pages} of ${shownSize(2 ** frames.pageShift, plain)}`],
    ["segments out", String(table.length)],
    ["largest segment", shownSize(largestOf(table), plain)],
    ["reading frames", readMilliseconds === undefined ? "recorded before" : rate(readMilliseconds, pages)],
    ["mapping", `${rate(best, pages)}; the first time ${milliseconds(first)}`],
    ["records", `${recordBytes} bytes: ${countOf(recordPages, "page")} of ${PAGE_RECORDS} records, ${fill} full`],
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

function firstOf(table: SegmentTable, rows: number): SegmentTable {
  return SegmentTable.fromBytes(table.bytes.subarray(0, rows * RECORD_BYTES));
}

function firstRows(table: SegmentTable, rows: number, how: WriterOptions): string {
  const shown = firstOf(table, rows);
  const writer = plainTable(how);
  const left = table.length - shown.length;
  const more = left === 0 ? "" : `${how.style.mark(`… and ${left} more`)}\n`;
  return `${writer.rows(shown)}${writer.end()}${more}`;
}
