import { FOUR_GIB, FULL, RECORD_WORDS } from "./record.js";

/** Where a list of the pages of records continues. */
export interface PagePlace {
  /** Records whose pages are all listed. */
  record: number;
  /** Pages listed of the next record. */
  done: number;
}

/** Records whose pages, of 4 KiB or more, stay below 2^31: 2^20 + 1 each at most. */
const COUNTED_TOGETHER = 1024 * RECORD_WORDS;

/** Counts the pages of 2^shift bytes that these records touch: a page that two records touch counts twice. */
export function countPages(records: Uint32Array, shift: number): bigint {
  // Two parts keep the sum exact.
  let low = 0;
  let high = 0n;
  for (let at = 0; at < records.length; ) {
    const end = Math.min(at + COUNTED_TOGETHER, records.length);
    low += shift >= 12 && shift < 32 ? countTogether(records, at, end, shift) : countEach(records, at, end, shift);
    at = end;
    if (low >= 2 ** 52) {
      high += BigInt(low);
      low = 0;
    }
  }
  return high + BigInt(low);
}

/**
 * Pages of a few records, in 32-bit integers: a record touches one page, as many as lie in its length less 1, and one
 * more where the rest of that and the offset in the first page make a page together. The length word of 4 GiB is 0,
 * which less 1 is right too.
 */
function countTogether(records: Uint32Array, from: number, end: number, shift: number): number {
  const mask = 2 ** shift - 1;
  let pages = (end - from) / RECORD_WORDS;
  for (let at = from; at < end; at += RECORD_WORDS) {
    const last = ((records[at + 2] as number) - 1) | 0;
    const inside = ((records[at] as number) & mask) + (last & mask);
    pages = (pages + (last >>> shift) + (inside >>> shift)) | 0;
  }
  return pages;
}

function countEach(records: Uint32Array, from: number, end: number, shift: number): number {
  let pages = 0;
  for (let at = from; at < end; at += RECORD_WORDS) pages += pageCountOf(records, at, shift);
  return pages;
}

/** The place of a page asked for last, by records: who takes a list in pieces goes on from there. */
const asked = new WeakMap<Uint32Array, { shift: number; from: number; place: PagePlace }>();

/**
 * Finds the place of page `from` in the pages of these records; undefined where `from` is past their number. O(records)
 * from the page of the previous call on, or from the first page where `from` lies before that page.
 */
export function placeOfPage(records: Uint32Array, shift: number, from: bigint): PagePlace | undefined {
  if (from === 0n) return { record: 0, done: 0 };
  // A number is enough from here on: nobody lists 2^53 pages one by one.
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

function placeOfFarPage(records: Uint32Array, shift: number, from: bigint): PagePlace | undefined {
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

export function shiftedLow(low: number, high: number, shift: number): number {
  if (shift === 0) return low;
  return (shift < 32 ? (low >>> shift) | (high << (32 - shift)) : high >>> (shift - 32)) >>> 0;
}

export function shiftedHigh(high: number, shift: number): number {
  return shift < 32 ? high >>> shift : 0;
}
