import { readSync } from "node:fs";
import { packedRecords } from "../../core/input.js";
import { PACKAGE } from "../../core/package-key.js";
import { PageFrames } from "../../engine/page-frames.js";
import type { RangeInput } from "../../engine/range-input.js";
import { grammarOf } from "../../text/grammars.js";
import { MAX_LINE_BYTES } from "../../text/line-reader.js";
import { TextFeed } from "../../text/text-feed.js";
import { withoutEmpty } from "../readers/records.js";
import type { FilePiece } from "./piece.js";

const LF = 0x0a;
/** Bytes read behind a piece at a time, to the end of its last line. */
const TAIL_BYTES = 4096;
/** Where the last line of a piece may end at most. A longer line is refused. */
const MOST_BEHIND = MAX_LINE_BYTES + TAIL_BYTES;

/** Where pieces are read: memory that is new for each piece would cost more than reading. */
let buffer = new Uint8Array(0);
/** What has read pieces of a file that is text, and has memory for more. */
let feed: { readonly descriptor: number; readonly feed: TextFeed } | undefined;

/**
 * Reads a piece of a file. The ranges are valid until the next piece is read.
 *
 * @throws {Error} A fault, in words that count from the start of the piece: who asked for the piece finds better ones.
 */
export function readPiece(piece: FilePiece): RangeInput {
  const { format, pageBytes, skipEmpty } = piece;
  if (format === "csv" || format === "ndjson") return linesOf(piece, format);
  const bytes = bytesOf(piece.descriptor, piece.from, piece.end - piece.from);
  if (format === "records") return packedRecords(skipEmpty ? withoutEmpty(bytes, 0, "") : bytes);
  const frames = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  return new PageFrames(PACKAGE, frames, { pageShift: Math.log2(pageBytes), firstOffset: 0, lastUnused: 0, flags: 0 });
}

/** The lines that begin in the piece. The last one may end behind it. */
function linesOf(piece: FilePiece, format: "csv" | "ndjson"): RangeInput {
  const { descriptor, from, end } = piece;
  const isFirst = from === 0;
  // The byte before the piece tells whether a line begins with the piece.
  const start = isFirst ? 0 : from - 1;
  const bytes = wholeLines(descriptor, start, end);
  const first = isFirst ? 0 : bytes.subarray(0, end - start).indexOf(LF) + 1;
  const text = isFirst || first !== 0 ? bytes.subarray(first) : bytes.subarray(0, 0);
  const lines = feedFor(piece, format);
  // A feed that failed is not used again.
  feed = undefined;
  lines.push(text);
  lines.end();
  feed = { descriptor, feed: lines };
  return lines.take();
}

/** A feed that knows what the first lines of the file say. */
function feedFor(
  { descriptor, from, head, columns, skipEmpty, engine }: FilePiece,
  format: "csv" | "ndjson",
): TextFeed {
  if (from !== 0 && feed?.descriptor === descriptor) return feed.feed;
  const made = new TextFeed(grammarOf(format, columns), { skipEmpty, engine, reuse: true });
  if (from !== 0) {
    made.push(head);
    made.take();
  }
  return made;
}

/** The bytes from `from` to `end`, and on to the end of the line that byte `end - 1` is in. */
function wholeLines(descriptor: number, from: number, end: number): Uint8Array {
  let { length } = bytesOf(descriptor, from, end - from, MOST_BEHIND);
  const most = length + MOST_BEHIND;
  if (buffer[length - 1] === LF) return buffer.subarray(0, length);
  while (length < most) {
    const read = readSync(descriptor, buffer, length, Math.min(TAIL_BYTES, most - length), from + length);
    const lineEnd = buffer.subarray(length, length + read).indexOf(LF) + 1;
    length += lineEnd === 0 ? read : lineEnd;
    if (lineEnd !== 0 || read === 0) break;
  }
  return buffer.subarray(0, length);
}

/** @param more Bytes of room behind those. @throws {Error} The file has become shorter. */
function bytesOf(descriptor: number, from: number, length: number, more = 0): Uint8Array<ArrayBuffer> {
  if (buffer.length < length + more) buffer = new Uint8Array(length + more);
  for (let at = 0; at < length; ) {
    const read = readSync(descriptor, buffer, at, length - at, from + at);
    if (read === 0) throw new Error(`expected ${from + length} bytes or more, got ${from + at}`);
    at += read;
  }
  return buffer.subarray(0, length);
}
