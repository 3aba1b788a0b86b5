import { basename } from "node:path";
import { PACKAGE } from "../core/package-key.js";
import { RECORD_WORDS } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import { UsageError } from "./errors.js";
import { formatOfName } from "./formats.js";
import type { Input } from "./input.js";
import type { Io } from "./io.js";
import type { Output } from "./output.js";
import { checkOutputName } from "./packings.js";
import { startProgress } from "./progress.js";
import { Turns } from "./turns.js";
import { OUTPUT_FORMATS, type OutputFormat, type Writer } from "./writers.js";

/** The options of an output of segments. */
export interface OutputOptions {
  to?: OutputFormat;
  output?: string;
}

/** Gets segments, and how many bytes of the input were read for them. */
export type Take = (table: SegmentTable, bytesRead: number) => Promise<void>;

/** Writes what `segmentsTo` gives, with progress over all inputs. */
export async function writeSegments(
  inputs: readonly Input[],
  output: Output,
  writer: Writer,
  io: Io,
  segmentsTo: (take: Take) => Promise<void>,
): Promise<void> {
  const progress = await startProgress(io, bytesOf(inputs), !output.isTerminal);
  try {
    // The head comes with the first rows: an input that fails before them writes nothing.
    let head = writer.start();
    const write = async (rows: string | Uint8Array) => {
      const bytes = typeof rows === "string" ? Buffer.from(head + rows) : rows;
      head = "";
      if (bytes.length !== 0) await output.write(bytes);
    };
    let segments = 0;
    const turns = new Turns();
    await segmentsTo(async (table, bytesRead) => {
      segments += table.length;
      progress.update(bytesRead, segments);
      if (table.length !== 0) await write(writer.rows(table));
      // A pipe takes what it is given without a turn of the event loop.
      await turns.give();
    });
    await write(writer.end());
  } finally {
    progress.stop();
  }
}

/** Bytes of all files; undefined where one does not know. */
export function bytesOf(inputs: readonly Input[]): number | undefined {
  let sum = 0;
  for (const { fileBytes } of inputs) sum += fileBytes ?? Number.NaN;
  return Number.isNaN(sum) ? undefined : sum;
}

/** `--to`, or else what the extension of `-o` says, or else a table. */
export function outputFormat({ to, output }: OutputOptions): OutputFormat {
  checkOutputName(output);
  if (to !== undefined) return to;
  const named = output === undefined ? undefined : formatOfName(basename(output));
  if (named === undefined) return "table";
  const format = OUTPUT_FORMATS.find((one) => one === named);
  if (format !== undefined) return format;
  throw new UsageError(`${output}: ${named} is not written: say --to ${OUTPUT_FORMATS.join(", ")}`);
}

/** Binary is not for people. */
export function refuseTerminal(to: OutputFormat, isTerminal: boolean): void {
  if (to === "records" && isTerminal) throw new UsageError("records are binary, not for a terminal: use -o or a pipe");
}

/** Segments whose text is made at a time. */
export const ROWS = 8192;

/** Gives a table piece by piece: the text of all of it might be longer than a string can be. */
export async function takeInRows(table: SegmentTable, bytesRead: number, take: Take): Promise<void> {
  for (let from = 0; from < table.length; from += ROWS) {
    const rows = table.words.slice(from * RECORD_WORDS, (from + ROWS) * RECORD_WORDS);
    await take(new Table(PACKAGE, rows), bytesRead);
  }
}
