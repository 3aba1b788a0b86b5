import { FOUR_GIB, FULL, RECORD_WORDS } from "../core/record.js";
import { writeSeries } from "../core/series.js";
import type { Block, Expander, Expansion, PageNumbers } from "./engine.js";

/** The expansion in plain JavaScript: halves of 64 bits, and no BigInt. */
export const jsExpander: Expander = { expand: expandPages, free: () => {} };

/** Words that one call of the loop writes at most: V8 replaces the first, slow code of a function only when it is called again. */
const CALL_WORDS = 8192;

/** As `expandPages` in assembly/pages.ts. */
export function expandPages(
  records: Uint32Array,
  place: Expansion,
  numbers: PageNumbers,
  target: Block | BigUint64Array,
  from: number,
  room: number,
): number {
  const words =
    target instanceof BigUint64Array
      ? new Uint32Array(target.buffer, target.byteOffset, 2 * target.length)
      : target.words;
  const end = 2 * (from + room);
  let at = 2 * from;
  while (at < end && place.record * RECORD_WORDS < records.length) {
    at = expandSome(records, place, numbers, words, at, Math.min(end, at + CALL_WORDS));
  }
  return at / 2 - from;
}

/** Writes words from `from` up to `end`. @returns Where the next go. */
function expandSome(
  records: Uint32Array,
  place: Expansion,
  { shift, scale }: PageNumbers,
  words: Uint32Array,
  from: number,
  end: number,
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
    at =
      scale === 0
        ? writeSeries(words, at, pageLow, pageHigh, 0, written)
        : writeSeries(words, at, raisedLow(pageLow, scale), raisedHigh(pageLow, pageHigh, scale), scale, written);
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

/** The place of a page asked for last, by records: who takes a list in pieces goes on from there. */
const asked = new WeakMap<Uint32Array, { shift: number; from: number; place: Expansion }>();

/**
 * The place of page `from` in the expansion of these records; undefined where it is past their number of pages.
 * O(records) from the page asked for before, or from the first where that comes later.
 */
export function placeOfPage(records: Uint32Array, shift: number, from: bigint): Expansion | undefined {
  if (from === 0n) return { record: 0, done: 0 };
  // A number from here on: whoever lists pages one by one does not come to the 2^53rd.
  if (from > BigInt(Number.MAX_SAFE_INTEGER)) return placeOfFarPage(records, shift, from);
  const page = Number(from);
  const before = asked.get(records);
  const known = before?.shift === shift && before.from <= page ? before : undefined;
  let left = known === undefined ? page : page - known.from + known.place.done;
  let at = (known?.place.record ?? 0) * RECORD_WORDS;
  for (; left > 0; at += RECORD_WORDS) {
    if (at >= records.length) return undefined;
    const pages = pageCountOf(records, at, shift);
    if (left < pages) break;
    left -= pages;
  }
  const place = { record: at / RECORD_WORDS, done: left };
  asked.set(records, { shift, from: page, place });
  return { ...place };
}

function placeOfFarPage(records: Uint32Array, shift: number, from: bigint): Expansion | undefined {
  let left = from;
  let at = 0;
  for (; left > 0n; at += RECORD_WORDS) {
    if (at === records.length) return undefined;
    const pages = BigInt(pageCountOf(records, at, shift));
    if (left < pages) break;
    left -= pages;
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
    shiftedLow(end >>> 0, endHigh, shift) -
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
