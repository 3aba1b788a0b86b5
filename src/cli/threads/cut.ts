import { isPassedOver } from "../../text/csv-fields.js";
import { MAX_LINE_BYTES } from "../../text/line-reader.js";
import { pageBytesOf } from "../options.js";
import type { RangeInput, ReadingOptions } from "../ranges.js";
import type { FilePiece, ThreadFormat } from "./piece.js";

/** Bytes of a unit, which no cut may part; of a text 1, because a thread finds the ends of lines. */
const UNITS: Readonly<Record<ThreadFormat, number>> = { records: 16, pfn64: 8, csv: 1, ndjson: 1 };
/** Bytes of the shortest line of ranges: `0,1` and its end. */
const LINE_BYTES = 4;
/** Bytes of a piece: with its segments a second-level cache holds it, and few pieces go by in a millisecond. */
const PIECE_BYTES = 2 ** 20;
const MIN_PIECE_BYTES = 4096;
/** Pieces for each thread at least, so that all are busy to the end. */
const PIECES = 4;

/** An input that threads can read. */
export interface CutInput {
  readonly bytes: number;
  readonly isText: boolean;
  /** Ranges at most. */
  readonly most: number;
  pieces(threads: number): Generator<FilePiece>;
}

/**
 * How threads can read an input. "alone": one thread reads it, and says what is wrong if something is. Undefined: only one
 * thread can read it, a pipe, gzip or another format.
 */
export async function cutInput(source: RangeInput, options: ReadingOptions): Promise<CutInput | "alone" | undefined> {
  const { input, format } = source;
  const { descriptor, isGzip, stat } = input;
  // A file of no size is empty, or one of /proc, which says more.
  if (format === undefined || (stat?.isFile() === true && stat.size === 0n)) return "alone";
  if (descriptor === undefined || isGzip || !isThreadFormat(format)) return undefined;
  const bytes = input.fileBytes as number;
  const unit = UNITS[format];
  const head = unit === 1 ? await headOf(source) : new Uint8Array(0);
  if (bytes % unit !== 0 || head === undefined) return "alone";
  const piece = {
    descriptor,
    format,
    head,
    pageBytes: pageBytesOf(options.pageBytes),
    columns: options.columns,
    skipEmpty: options.skipEmpty ?? false,
    engine: options.engine ?? "auto",
  };
  return {
    bytes,
    isText: unit === 1,
    most: Math.ceil(bytes / (unit === 1 ? LINE_BYTES : unit)),
    *pieces(threads) {
      const wanted = Math.min(PIECE_BYTES, Math.max(MIN_PIECE_BYTES, Math.ceil(bytes / (threads * PIECES))));
      const step = Math.ceil(wanted / unit) * unit;
      for (let from = 0; from < bytes; from += step) yield { ...piece, from, end: Math.min(from + step, bytes) };
    },
  };
}

function isThreadFormat(format: string): format is ThreadFormat {
  return Object.hasOwn(UNITS, format);
}

/** The text up to its first line that is neither blank nor a comment; undefined where that is long. */
async function headOf({ input }: RangeInput): Promise<Uint8Array | undefined> {
  let length = 0;
  await input.bytes.peek((bytes) => {
    length = firstLineEnd(bytes);
    return length !== 0 || bytes.length > MAX_LINE_BYTES;
  });
  const head = await input.bytes.peek((bytes) => bytes.length >= length);
  return length === 0 || length > MAX_LINE_BYTES ? undefined : head.subarray(0, length);
}

/** Where the first line ends that is neither blank nor a comment; 0 where it is not whole. */
function firstLineEnd(bytes: Buffer): number {
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\n", at) + 1;
    if (end === 0) return 0;
    const line = bytes.toString("utf8", at, end).replace(/^\ufeff/, "");
    if (!isPassedOver(line.trim())) return end;
    at = end;
  }
}
