import { RECORD_WORDS } from "../../core/record.js";
import { type RecordText, ROOM } from "../../text/record-text.js";
import { type LineFormat, linesOf } from "../writers.js";

/** Bytes of a line at most: an object with an address and a length of 20 digits each, and flags of 10, is shorter. */
export const MAX_LINE_BYTES = 128;

/** What has made lines before, and has memory for more. A command writes in one form. */
let text: RecordText | undefined;

/** Writes segments as lines, MAX_LINE_BYTES each at most. Gives the bytes. */
export function writeLines(segments: Uint32Array, target: Uint8Array, how: LineFormat): number {
  text ??= linesOf(how);
  let bytes = 0;
  for (let at = 0; at < segments.length; at += ROOM * RECORD_WORDS) {
    const lines = text.bytes(segments.subarray(at, at + ROOM * RECORD_WORDS));
    target.set(lines, bytes);
    bytes += lines.byteLength;
  }
  return bytes;
}
