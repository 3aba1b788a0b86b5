import { BUS, NOMERGE, TAG_SHIFT } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { exactSize } from "../core/sizes.js";
import { CSV_HEAD, hexDigits, jsonObject, ROWS } from "../text/rows.js";
import { readableSize } from "./sizes.js";

/** Turns segments into the bytes of one format, table by table. */
export interface Writer {
  start(): string;
  rows(table: SegmentTable): string | Uint8Array;
  end(): string;
}

/** A writer for each format. */
export const WRITERS = { table, csv, ndjson, json, records } satisfies Record<string, () => Writer>;

/** What the output is. */
export type OutputFormat = keyof typeof WRITERS;

export const OUTPUT_FORMATS = Object.keys(WRITERS) as OutputFormat[];

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

export const TABLE_HEAD = `${"address".padEnd(18)}  ${"size".padStart(12)}  flags`;

export function tableRow(low: number, high: number, length: number, flags: number): string {
  return `0x${hexDigits(low, high).padStart(16, "0")}  ${exactSize(length).padStart(12)}  ${flagNames(flags)}`;
}

/** For people. */
function table(): Writer {
  let segments = 0;
  let bytes = 0n;
  return {
    start: () => `${TABLE_HEAD}\n`,
    rows: (rows) => {
      segments += rows.length;
      bytes += rows.totalBytes;
      return joinRows(rows, (...segment) => `${tableRow(...segment)}\n`);
    },
    end: () => `${segments} ${segments === 1 ? "segment" : "segments"}, ${readableSize(bytes)}\n`,
  };
}

function csv(): Writer {
  return {
    start: () => `${CSV_HEAD}\n`,
    rows: (rows) => joinRows(rows, ROWS.csv),
    end: () => "",
  };
}

function ndjson(): Writer {
  return {
    start: () => "",
    rows: (rows) => joinRows(rows, ROWS.ndjson),
    end: () => "",
  };
}

/** One array, an object a line. */
function json(): Writer {
  let separator = "\n";
  return {
    start: () => "[",
    rows: (rows) =>
      joinRows(rows, (...segment) => {
        const text = separator + jsonObject(...segment);
        separator = ",\n";
        return text;
      }),
    end: () => (separator === "\n" ? "]\n" : "\n]\n"),
  };
}

/** Packed 16-byte records. */
function records(): Writer {
  return { start: () => "", rows: (rows) => rows.bytes, end: () => "" };
}
