import { FOUR_GIB, FULL, RECORD_WORDS } from "../record.js";
import type { Block, Expander, Expansion, PageNumbers } from "./engine.js";
import { writeSeries } from "./series.js";

/** The expansion in plain JavaScript: halves of 64 bits, and no BigInt. */
export const jsExpander: Expander = { expand: expandPages, free: () => {} };

/** As `expandPages` in assembly/pages.ts. */
export function expandPages(
  records: Uint32Array,
  place: Expansion,
  { shift, scale }: PageNumbers,
  target: Block | BigUint64Array,
  room: number,
): number {
  const words =
    target instanceof BigUint64Array ? new Uint32Array(target.buffer, target.byteOffset, 2 * room) : target.words;
  const end = 2 * room;
  const step = 2 ** scale;
  let at = 0;
  while (place.record * RECORD_WORDS < records.length) {
    const record = place.record * RECORD_WORDS;
    const pages = pageCountOf(records, record, shift) - place.done;
    const written = Math.min(pages, (end - at) / 2);
    const high = records[record + 1] as number;
    // Both below 2^33: the sum is exact.
    const from = shiftedLow(records[record] as number, high, shift) + place.done;
    const low = from % FOUR_GIB;
    const pageHigh = shiftedHigh(high, shift) + (from >= FOUR_GIB ? 1 : 0);
    at =
      scale === 0
        ? writeSeries(words, at, low, pageHigh, step, written)
        : writeSeries(words, at, raisedLow(low, scale), raisedHigh(low, pageHigh, scale), step, written);
    if (written < pages) {
      place.done += written;
      break;
    }
    place.done = 0;
    place.record++;
  }
  return at / 2;
}

/** Pages of 2^shift bytes that these records touch, each for itself. */
export function countPages(records: Uint32Array, shift: number): bigint {
  // Two parts keep the sum exact.
  let low = 0;
  let high = 0n;
  for (let at = 0; at < records.length; at += RECORD_WORDS) {
    low += pageCountOf(records, at, shift);
    if (low >= 2 ** 52) {
      high += BigInt(low);
      low = 0;
    }
  }
  return high + BigInt(low);
}

/** The place of page `from` in the expansion of these records; `from` is at most their number of pages. */
export function placeOfPage(records: Uint32Array, shift: number, from: bigint): Expansion {
  let left = from;
  let at = 0;
  for (; left > 0n; at += RECORD_WORDS) {
    const pages = pageCountOf(records, at, shift);
    if (left < pages) break;
    left -= BigInt(pages);
  }
  return { record: at / RECORD_WORDS, done: Number(left) };
}

/** Pages of 2^shift bytes that the record at `at` touches, 1 to 2^32 + 1. */
export function pageCountOf(words: Uint32Array, at: number, shift: number): number {
  const low = words[at] as number;
  const high = words[at + 1] as number;
  const end = low + ((words[at + 3] as number) & FULL ? FOUR_GIB : (words[at + 2] as number)) - 1;
  const endHigh = end >= FOUR_GIB ? high + 1 : high;
  return (
    (shiftedHigh(endHigh, shift) - shiftedHigh(high, shift)) * FOUR_GIB +
    shiftedLow(end % FOUR_GIB, endHigh, shift) -
    shiftedLow(low, high, shift) +
    1
  );
}

function shiftedLow(low: number, high: number, shift: number): number {
  if (shift === 0) return low;
  return (shift < 32 ? (low >>> shift) | (high << (32 - shift)) : high >>> (shift - 32)) >>> 0;
}

function shiftedHigh(high: number, shift: number): number {
  return shift < 32 ? high >>> shift : 0;
}

function raisedLow(low: number, scale: number): number {
  return scale < 32 ? (low << scale) >>> 0 : 0;
}

/** `scale` is 1 to 63. */
function raisedHigh(low: number, high: number, scale: number): number {
  return (scale < 32 ? (high << scale) | (low >>> (32 - scale)) : low << (scale - 32)) >>> 0;
}
