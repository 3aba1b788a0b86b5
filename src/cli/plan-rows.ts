import { FOUR_GIB } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import type { NumberForm } from "../text/rows.js";
import type { PlacedInput, PlannedRequest } from "./plan-places.js";
import { SizeColumn } from "./size-column.js";
import {
  fullAddress,
  JsonArray,
  type OutputFormat,
  type TEXT_FORMATS,
  type Writer,
  type WriterOptions,
} from "./writers.js";

/** An address, a length or an offset of bytes, or a number that counts. */
type Kind = "addr" | "bytes" | "count";

/** A column of rows. */
interface Column<T> {
  readonly name: string;
  readonly kind: Kind;
  readonly of: (row: T) => number;
}

const REQUEST_COLUMNS: readonly Column<PlannedRequest>[] = [
  { name: "request", kind: "count", of: ({ request }) => request },
  { name: "addr", kind: "addr", of: ({ addr }) => addr },
  { name: "length", kind: "bytes", of: ({ length }) => length },
  { name: "inputs", kind: "count", of: ({ inputs }) => inputs },
  { name: "first", kind: "count", of: ({ first }) => first },
  { name: "last", kind: "count", of: ({ last }) => last },
];
const INPUT_COLUMNS: readonly Column<PlacedInput>[] = [
  { name: "input", kind: "count", of: ({ input }) => input },
  { name: "request", kind: "count", of: ({ request }) => request },
  { name: "offsetIn", kind: "bytes", of: ({ offsetIn }) => offsetIn },
  { name: "length", kind: "bytes", of: ({ length }) => length },
];

/** A writer of requests. */
export function requestsWriter(to: OutputFormat, options: WriterOptions): Writer<readonly PlannedRequest[]> {
  if (to === "records") return { start: () => "", rows: (rows) => SegmentTable.from(rows).bytes, end: () => "" };
  if (to !== "table") return programWriter(to, options, REQUEST_COLUMNS);
  return tableWriter(options, {
    head: (size) =>
      `${pad("request", 7)}  ${"address".padEnd(18)}  ${pad(size, 12)}${counts("inputs", "first", "last")}`,
    sizeOf: ({ length }) => length,
    row: ({ request, addr, inputs, first, last }) => {
      const address = fullAddress(addr % FOUR_GIB, Math.floor(addr / FOUR_GIB));
      return (size) => `${pad(request, 7)}  ${address}  ${pad(size, 12)}${counts(inputs, first, last)}`;
    },
  });
}

/** A writer of inputs. */
export function inputsWriter(
  to: (typeof TEXT_FORMATS)[number],
  options: WriterOptions,
): Writer<readonly PlacedInput[]> {
  if (to !== "table") return programWriter(to, options, INPUT_COLUMNS);
  return tableWriter(options, {
    head: (size) => `${pad("input", 9)}  ${pad("request", 9)}  ${"offset in".padEnd(11)}  ${pad(size, 12)}`,
    sizeOf: ({ length }) => length,
    row: ({ input, request, offsetIn }) => {
      const place = `${pad(input, 9)}  ${pad(request, 9)}  ${`0x${offsetIn.toString(16)}`.padEnd(11)}`;
      return (size) => `${place}  ${pad(size, 12)}`;
    },
  });
}

/** For people. */
function tableWriter<T>(
  { bytes, style }: WriterOptions,
  {
    head,
    sizeOf,
    row,
  }: { head: (size: string) => string; sizeOf: (row: T) => number; row: (row: T) => (size: string) => string },
): Writer<readonly T[]> {
  const column = new SizeColumn((size) => style.head(head(size)), bytes);
  return {
    start: () => "",
    rows: (rows) => rows.map((one) => column.add(sizeOf(one), row(one))).join(""),
    end: () => column.end(),
  };
}

/** For programs. */
function programWriter<T>(
  to: "csv" | "ndjson" | "json",
  { form }: WriterOptions,
  columns: readonly Column<T>[],
): Writer<readonly T[]> {
  if (to === "csv") {
    const line = (row: T) => columns.map(({ kind, of }) => csvNumber(of(row), kind, form)).join(",");
    const head = columns.map(({ name }) => name).join(",");
    return { start: () => `${head}\n`, rows: (rows) => rows.map((row) => `${line(row)}\n`).join(""), end: () => "" };
  }
  const object = (row: T) =>
    `{${columns.map(({ name, kind, of }) => `"${name}":${jsonNumber(of(row), kind, form)}`).join(",")}}`;
  if (to === "ndjson") {
    return { start: () => "", rows: (rows) => rows.map((row) => `${object(row)}\n`).join(""), end: () => "" };
  }
  const array = new JsonArray();
  return {
    start: () => array.start(),
    rows: (rows) => rows.map((row) => array.add(object(row))).join(""),
    end: () => array.end(),
  };
}

/** All numbers of a plan are below 2^53. */
function csvNumber(value: number, kind: Kind, form: NumberForm): string {
  const isHex = kind === "addr" ? form !== "numbers" : kind === "bytes" && form === "hex";
  return isHex ? `0x${value.toString(16)}` : String(value);
}

function jsonNumber(value: number, kind: Kind, form: NumberForm): string {
  if (kind !== "count" && form === "hex") return `"0x${value.toString(16)}"`;
  return kind === "addr" && form === "exact" ? `"${value}"` : String(value);
}

function pad(value: string | number, width: number): string {
  return String(value).padStart(width);
}

function counts(...values: readonly (string | number)[]): string {
  return values.map((value) => `  ${pad(value, 8)}`).join("");
}
