import type { SegmentTable } from "../core/segment-table.js";
import { CSV_HEAD, csvRow, inexact, jsonFields, type NumberForm } from "../text/rows.js";
import { SizeColumn } from "./size-column.js";
import { countOf, shownSize } from "./sizes.js";
import {
  JsonArray,
  joinRows,
  type TEXT_FORMATS,
  tableHead,
  tableRow,
  type Writer,
  type WriterOptions,
} from "./writers.js";

/** Writes requests, the rows of each in any number of calls. */
export interface RequestWriter extends Writer {
  /** All rows of a request are written: it had so many bytes. */
  endRequest(bytes: bigint): void;
}

/** The request whose segments come next, and what came so far. */
interface Place {
  count: number;
  segments: number;
  offset: bigint;
}

type Row = (...segment: [low: number, high: number, length: number, flags: number]) => string;

/** A writer of the requests of a device. @param start Where on the device the first byte belongs. */
export function requestWriter(to: (typeof TEXT_FORMATS)[number], options: WriterOptions, start: bigint): RequestWriter {
  const place: Place = { count: 0, segments: 0, offset: start };
  const { row, head, end } = WRITERS[to](place, options, start);
  return {
    start: () => head,
    rows: (table: SegmentTable) => {
      place.segments += table.length;
      return joinRows(table, row);
    },
    end,
    endRequest: (bytes) => {
      place.count++;
      place.offset += bytes;
    },
  };
}

/** What is written before, for each segment, and behind. */
interface Parts {
  readonly head: string;
  readonly row: Row;
  readonly end: () => string;
}

const WRITERS: Record<(typeof TEXT_FORMATS)[number], (place: Place, options: WriterOptions, start: bigint) => Parts> = {
  csv: (place, { form }) => {
    const fields = csvRow(form);
    const shown = form === "numbers" ? String : hex;
    const row: Row = (...segment) => `${place.count},${shown(place.offset)},${fields(...segment)}\n`;
    return { head: `request,offset,${CSV_HEAD}\n`, row, end: () => "" };
  },
  ndjson: (place, { form }) => {
    const object = objectOf(place, form);
    return { head: "", row: (...segment) => `${object(...segment)}\n`, end: () => "" };
  },
  json: (place, { form }) => {
    const object = objectOf(place, form);
    const array = new JsonArray();
    return { head: array.start(), row: (...segment) => array.add(object(...segment)), end: () => array.end() };
  },
  table: (place, { bytes, style }, start) => {
    const headOf = (size: string) => `${"request".padStart(7)}  ${"offset".padEnd(18)}  ${tableHead(size)}`;
    const column = new SizeColumn((size) => style.head(headOf(size)), bytes);
    const row: Row = (low, high, length, flags) => {
      const request = `${String(place.count).padStart(7)}  ${hex(place.offset).padEnd(18)}`;
      const segment = tableRow(low, high, flags, style);
      return column.add(length, (size) => `${request}  ${segment(size)}`);
    };
    const end = () =>
      `${column.end()}${countOf(place.count, "request")}, ${countOf(place.segments, "segment")}, ` +
      `${shownSize(place.offset - start, bytes)}\n`;
    return { head: "", row, end };
  },
};

/** A segment as an object of JSON. @throws {SegringError} NOT_EXPRESSIBLE */
function objectOf(place: Place, form: NumberForm): Row {
  const fields = jsonFields(form);
  return (...segment) => {
    const { count, offset } = place;
    const shown = form === "exact" ? `"${offset}"` : form === "hex" ? `"${hex(offset)}"` : safe(offset, count);
    return `{"request":${count},"offset":${shown},${fields(...segment)}}`;
  };
}

/** An offset as a number of JSON. */
function safe(offset: bigint, request: number): string {
  if (offset <= BigInt(Number.MAX_SAFE_INTEGER)) return String(offset);
  throw inexact(`request ${request}: offset`, request, offset);
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
