import { type PagePlace, pageCountOf, shiftedHigh, shiftedLow } from "../core/page-counts.js";
import { FOUR_GIB, RECORD_WORDS } from "../core/record.js";
import { writeSeries } from "../core/series.js";
import type { Expander, PageNumbers, PageOutput } from "./engine.js";
import { shiftHi, shiftLo } from "./halves.js";

/** The expansion in plain JavaScript: halves of 64 bits, and no BigInt. */
export const jsExpander: Expander = { expand: expandPages, free: () => {} };

/** Words that one call of the loop writes at most: V8 replaces the first, slow code of a function only when it is called again. */
const CALL_WORDS = 8192;

/** As `expandPages` in assembly/pages.ts. */
export function expandPages(
  records: Uint32Array,
  place: PagePlace,
  numbers: PageNumbers,
  { target, at: from, room }: PageOutput,
): number {
  const words =
    target instanceof BigUint64Array
      ? new Uint32Array(target.buffer, target.byteOffset, 2 * target.length)
      : target.words;
  const end = 2 * (from + room);
  let at = 2 * from;
  while (at < end && place.record * RECORD_WORDS < records.length) {
    at = expandSome(records, place, numbers, { words, at, end: Math.min(end, at + CALL_WORDS) });
  }
  return at / 2 - from;
}

/** Words from `at` to `end`, an even number of them. */
interface Span {
  readonly words: Uint32Array;
  readonly at: number;
  readonly end: number;
}

/** Fills a span, or as much of it as there are pages. @returns Where the next go. */
function expandSome(
  records: Uint32Array,
  place: PagePlace,
  { shift, scale }: PageNumbers,
  { words, at: from, end }: Span,
): number {
  // Only pages below 4 GiB have the short way.
  const pageBytes = shift < 32 ? 2 ** shift : 0;
  const mask = pageBytes - 1;
  let at = from;
  let record = place.record * RECORD_WORDS;
  let done = place.done;
  while (at < end && record < records.length) {
    const low = records[record] as number;
    const high = records[record + 1] as number;
    const bytes = records[record + 2] as number;
    if (shift < 32 && done === 0 && bytes !== 0 && (low & mask) + bytes <= pageBytes) {
      // One page, as in scattered memory: 1.5 ns. A length word of 0 is FULL.
      words[at] = scale === 0 ? shiftedLow(low, high, shift) : low & ~mask;
      words[at + 1] = scale === 0 ? shiftedHigh(high, shift) : high;
      at += 2;
      record += RECORD_WORDS;
      continue;
    }
    const pages = pageCountOf(records, record, shift) - done;
    const room = (end - at) >> 1;
    const written = pages < room ? pages : room;
    // Both below 2^33: the sum is exact.
    const page = shiftedLow(low, high, shift) + done;
    const pageLow = page >>> 0;
    const pageHigh = shiftedHigh(high, shift) + (page >= FOUR_GIB ? 1 : 0);
    if (written > 0) {
      words[at] = shiftLo(pageLow, scale);
      words[at + 1] = shiftHi(pageLow, pageHigh, scale);
      at = writeSeries(words, at, scale, written);
    }
    if (written < pages) {
      done += written;
      break;
    }
    done = 0;
    record += RECORD_WORDS;
  }
  place.record = record >> 2;
  place.done = done;
  return at;
}
