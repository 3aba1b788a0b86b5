import type { EngineOption } from "../core/engine-option.js";
import { BUS, NOMERGE, TAG_SHIFT } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { RecordText } from "../text/record-text.js";
import { CSV_HEAD, hexDigits, type NumberForm } from "../text/rows.js";
import { SizeColumn, type SizedRow } from "./size-column.js";
import { countOf, shownSize } from "./sizes.js";
import type { Style } from "./style.js";

/** Turns segments, or what else is written in rows, into the bytes of one format, batch by batch. */
export interface Writer<T = SegmentTable> {
  start(): string;
  rows(batch: T): string | Uint8Array;
  end(): string;
  /** Where each row is a line of its own: how other threads make lines, and how these are written. */
  readonly lines?: LineWriter;
}

/** Writes lines that other threads have made. */
export interface LineWriter {
  readonly how: LineFormat;
  rows(lines: Uint8Array): Uint8Array;
}

/** What lines are made of segments. */
export interface LineFormat {
  readonly format: "csv" | "ndjson";
  readonly form: NumberForm;
  readonly engine: EngineOption;
  /** The lines are the objects of one array. */
  readonly inArray: boolean;
}

/** What makes the lines. */
export function linesOf({ format, form, engine, inArray }: LineFormat): RecordText {
  return new RecordText(format, form, engine, inArray);
}

/** How a format is written. */
export interface WriterOptions {
  /** How numbers are written for programs. */
  readonly form: NumberForm;
  /** What makes text for programs. */
  readonly engine: EngineOption;
  /** Whether sizes for people are plain bytes. */
  readonly bytes: boolean;
  readonly style: Style;
}

/** A writer for each format. */
export const WRITERS = { table, csv, ndjson, json, records } satisfies Record<
  string,
  (options: WriterOptions) => Writer
>;

/** What the output is. */
export type OutputFormat = keyof typeof WRITERS;

export const OUTPUT_FORMATS = Object.keys(WRITERS) as OutputFormat[];

/** Formats for people and for programs, of what is no list of segments. */
export const TEXT_FORMATS = ["table", "csv", "ndjson", "json"] as const;

/** Calls back for each row, and joins the texts. */
export function joinRows(
  table: SegmentTable,
  row: (low: number, high: number, length: number, flags: number) => string,
): string {
  let text = "";
  table.forEach((low, high, length, flags) => {
    text += row(low, high, length, flags);
  });
  return text;
}

/** `BUS tag 0x12`; `-` where there is none. */
export function flagNames(flags: number): string {
  const names = [];
  if (flags & NOMERGE) names.push("NOMERGE");
  if (flags & BUS) names.push("BUS");
  if (flags >>> TAG_SHIFT !== 0) names.push(`tag 0x${(flags >>> TAG_SHIFT).toString(16)}`);
  return names.join(" ") || "-";
}

/** The head of rows of segments. */
export const tableHead: SizedRow = (size) => `${"address".padEnd(18)}  ${size.padStart(12)}  flags`;

/** A segment for people, but for its size. */
export function tableRow(low: number, high: number, flags: number, style: Style): SizedRow {
  const names = flags === 0 ? "-" : style.flags(flagNames(flags));
  return (size) => `${fullAddress(low, high)}  ${size.padStart(12)}  ${names}`;
}

/** An address with all of its digits. */
export function fullAddress(low: number, high: number): string {
  return `0x${hexDigits(low, high).padStart(16, "0")}`;
}

/** For people, without the sums. */
export function plainTable({ bytes, style }: WriterOptions): Writer & { rows(batch: SegmentTable): string } {
  const column = new SizeColumn((size) => style.head(tableHead(size)), bytes);
  return {
    start: () => "",
    rows: (rows) => joinRows(rows, (low, high, length, flags) => column.add(length, tableRow(low, high, flags, style))),
    end: () => column.end(),
  };
}

/** For people. */
function table(options: WriterOptions): Writer {
  const writer = plainTable(options);
  let segments = 0;
  let bytes = 0n;
  return {
    ...writer,
    rows: (rows) => {
      segments += rows.length;
      bytes += rows.totalBytes;
      return writer.rows(rows);
    },
    end: () => `${writer.end()}${countOf(segments, "segment")}, ${shownSize(bytes, options.bytes)}\n`,
  };
}

function csv({ form, engine }: WriterOptions): Writer {
  return { ...lineWriter({ format: "csv", form, engine, inArray: false }), start: () => `${CSV_HEAD}\n` };
}

function ndjson({ form, engine }: WriterOptions): Writer {
  return lineWriter({ format: "ndjson", form, engine, inArray: false });
}

function json({ form, engine }: WriterOptions): Writer {
  const array = new JsonArray();
  // The comma and the line's end behind the last object come with the next.
  const rows = (lines: Uint8Array) => Buffer.concat([Buffer.from(array.add("")), lines.subarray(0, -2)]);
  const writer = lineWriter({ format: "ndjson", form, engine, inArray: true }, rows);
  return { ...writer, start: () => array.start(), end: () => array.end() };
}

/** @param rows What is written for some lines. */
function lineWriter(how: LineFormat, rows = (lines: Uint8Array) => lines): Writer {
  const text = linesOf(how);
  const writer = { start: () => "", rows: (batch: SegmentTable) => rows(text.bytes(batch.words)), end: () => "" };
  // A number that has no exact form is told by its place among all rows, which one thread counts.
  return how.form === "numbers" ? writer : { ...writer, lines: { how, rows } };
}

/** One array, an object a line. */
export class JsonArray {
  #separator = "\n";

  start(): string {
    return "[";
  }

  add(object: string): string {
    const text = this.#separator + object;
    this.#separator = ",\n";
    return text;
  }

  end(): string {
    return this.#separator === "\n" ? "]\n" : "\n]\n";
  }
}

/** Packed 16-byte records. */
function records(): Writer {
  return { start: () => "", rows: (rows) => rows.bytes, end: () => "" };
}
