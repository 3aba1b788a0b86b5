import { basename } from "node:path";
import type { EngineOption } from "../core/engine-option.js";
import { PACKAGE } from "../core/package-key.js";
import { RECORD_WORDS } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import { DataError, UsageError } from "./errors.js";
import { formatOfName } from "./formats.js";
import { bytesOf, type Input } from "./input.js";
import type { Io } from "./io.js";
import { inWords } from "./options.js";
import type { Output } from "./output.js";
import { checkOutputName } from "./packings.js";
import { startProgress } from "./progress.js";
import { styleOf } from "./style.js";
import { Turns } from "./turns.js";
import type { OutputFormat, Writer, WriterOptions } from "./writers.js";

/** The options of an output, as commander gives them. */
export interface OutputOptions<F extends OutputFormat = OutputFormat> {
  to?: F;
  output?: string;
  numbers?: boolean;
  hex?: boolean;
  bytes?: boolean;
}

/** What the output is, and how that is written. */
export interface OutputPlan<F extends OutputFormat = OutputFormat> {
  readonly to: F;
  /** The options of a writer to this output. @throws {UsageError} The output is binary, and goes to a terminal. */
  readonly forOutput: (output: Output) => WriterOptions;
}

/** Gets a batch to write, and how many bytes of the inputs were read for it. */
export type Take<T = SegmentTable> = (batch: T, bytesRead: number) => Promise<void>;

/** Writes what `batchesTo` gives, with progress over all inputs. */
export async function writeRows<T extends { readonly length: number }>(
  inputs: readonly Input[],
  output: Output,
  writer: Writer<T>,
  io: Io,
  batchesTo: (take: Take<T>) => Promise<void>,
): Promise<void> {
  const progress = await startProgress(io, bytesOf(inputs), !output.isTerminal);
  try {
    // The head comes with the first rows: an input that fails before them writes nothing.
    let head = writer.start();
    const write = async (rows: string | Uint8Array) => {
      const bytes =
        head === "" && typeof rows !== "string" ? rows : Buffer.concat([Buffer.from(head), Buffer.from(rows)]);
      head = "";
      if (bytes.length !== 0) await output.write(bytes);
    };
    let rows = 0;
    const turns = new Turns();
    await batchesTo(async (batch, bytesRead) => {
      rows += batch.length;
      progress.update(bytesRead, rows);
      // A number that has no exact form is bad data.
      if (batch.length !== 0) await write(inWords(() => writer.rows(batch), DataError));
      // A pipe takes what it is given without a turn of the event loop.
      await turns.give();
    });
    await write(writer.end());
  } finally {
    progress.stop();
  }
}

/**
 * What the options of an output ask for: `--to`, or else what the extension of `-o` says, or else a table.
 *
 * @throws {UsageError} There is no such output, or an option means nothing for it.
 */
export function outputPlan<F extends OutputFormat>(
  options: OutputOptions<F> & { engine?: EngineOption },
  formats: readonly F[],
  io: Io,
): OutputPlan<F> {
  const to = outputFormat(options, formats);
  const { numbers, hex, bytes } = options;
  if (numbers && hex) throw new UsageError("--numbers and --hex exclude each other");
  const isText = to !== "table" && to !== "records";
  if ((numbers || hex) && !isText) {
    throw new UsageError(`${numbers ? "--numbers" : "--hex"} is for csv, ndjson and json, not for ${to}`);
  }
  if (bytes && to !== "table") throw new UsageError(`--bytes is for table, not for ${to}`);
  const form = numbers ? "numbers" : hex ? "hex" : "exact";
  if (options.output === undefined) refuseTerminal(to, io.stdout);
  const forOutput = (output: Output) => {
    refuseTerminal(to, output);
    return { form, engine: options.engine ?? "auto", bytes: bytes ?? false, style: styleOf(output, io) } as const;
  };
  return { to, forOutput };
}

function outputFormat<F extends OutputFormat>({ to, output }: OutputOptions<F>, formats: readonly F[]): F {
  checkOutputName(output);
  if (to !== undefined) return to;
  const named = output === undefined ? undefined : formatOfName(basename(output));
  if (named === undefined) return "table" as F;
  const format = formats.find((one) => one === named);
  if (format !== undefined) return format;
  throw new UsageError(`${output}: ${named} is not written: say --to ${formats.join(", ")}`);
}

/** Binary is not for people. */
function refuseTerminal(to: OutputFormat, { isTerminal }: Output): void {
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
