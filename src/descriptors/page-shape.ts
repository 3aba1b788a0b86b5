import { newBuffer } from "../core/buffer.js";
import { FOUR_GIB, FULL, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { hexOf } from "../table/check.js";
import { touches } from "../table/runs.js";
import { notExpressible } from "./memory.js";
import { type Entries, type EntryForm, type Look, lookAt, unmade } from "./page-entries.js";

/** A table as whole pages. The first start and the last end may lie inside a page. */
export interface PageShape {
  readonly pages: number;
  /**
   * The entries of the table's bytes. No two of their records share a page. The records are the table's own where all
   * inner borders are at pages, which is the usual case.
   */
  readonly entries: Entries;
}

/** The largest page that a shape is made of: the offset in it is a positive 32-bit integer. */
export const MAX_SHAPE_BYTES = 2 ** 30;

/**
 * Checks that inner segments end and start at pages, or touch, and counts the pages. The table is not empty.
 *
 * @param form Its pages are of 1 byte to MAX_SHAPE_BYTES.
 * @param what  What needs it, for the message.
 * @param makes Entries are wanted too.
 * @throws {SegringError} NOT_EXPRESSIBLE, with the segment.
 */
export function pageShape(table: SegmentTable, form: EntryForm, what: string, makes = true): PageShape {
  const { words, length } = table;
  const pageBytes = 2 ** form.shift;
  const end = words.length - RECORD_WORDS;
  // FULL, whose length word is 0, is a multiple of any page.
  const ends = length > 1 ? (words[end] as number) | endOf(words, 0) : 0;
  if ((ends & (pageBytes - 1)) === 0) {
    const look = lookAt(words, form, makes);
    if ((look.bits & (pageBytes - 1)) === 0) return { pages: pagesOf(look), entries: look };
  }
  return joinInsidePages(table, form, what);
}

/** All pages of records that lie at pages. */
function pagesOf({ records, form, place, listed, innerPages }: Look): number {
  const pageBytes = 2 ** form.shift;
  const end = records.length - RECORD_WORDS;
  let pages = listed + form.skip - place.done;
  if (place.record === 0) {
    pages += Math.ceil((((records[0] as number) & (pageBytes - 1)) + recordLength(records, 0)) / pageBytes);
  }
  if (end > 0 && place.record * RECORD_WORDS <= end) pages += Math.ceil(recordLength(records, end) / pageBytes);
  return pages + innerPages;
}

/** Joins what touches inside a page; about 50 ns a segment. What is longer than a record holds is cut at pages. */
function joinInsidePages(table: SegmentTable, form: EntryForm, what: string): PageShape {
  const { words } = table;
  const pageBytes = 2 ** form.shift;
  const mask = pageBytes - 1;
  // A run of n records is n + 1 at most: the first is shorter where it starts inside a page.
  const records = new Uint32Array(newBuffer(8 * words.length));
  let to = 0;
  let pages = 0;
  /** Where the open record starts, and its bytes. */
  let low = 0;
  let high = 0;
  let open = 0;
  /** Gives what is open away, but for `keep` bytes at most. */
  const close = (keep: number) => {
    while (open > keep) {
      const offset = low & mask;
      const bytes = Math.min(open, FOUR_GIB - offset);
      records[to] = low;
      records[to + 1] = high;
      records[to + 2] = bytes;
      records[to + 3] = bytes === FOUR_GIB ? FULL : 0;
      to += RECORD_WORDS;
      pages += Math.ceil((offset + bytes) / pageBytes);
      low += bytes;
      if (low >= FOUR_GIB) high++;
      low >>>= 0;
      open -= bytes;
    }
  };
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const bytes = recordLength(words, at);
    const startsInside = ((words[at] as number) & mask) !== 0;
    const joins = at > 0 && touches(words, at);
    if (joins && startsInside) {
      open += bytes;
      // A run may be longer than a number counts.
      close(FOUR_GIB);
      continue;
    }
    if (at > 0 && !joins && (startsInside || (endOf(words, at - RECORD_WORDS) & mask) !== 0)) {
      checkBorder(table, at / RECORD_WORDS, pageBytes, what);
    }
    close(0);
    low = words[at] as number;
    high = words[at + 1] as number;
    open = bytes;
  }
  close(0);
  return { pages, entries: unmade(records.subarray(0, to), form) };
}

/** The low half of where a record ends. */
function endOf(words: Uint32Array, at: number): number {
  return (words[at] as number) + (words[at + 2] as number);
}

/** Of two segments that do not touch: the first ends at a page, and the second, `index`, starts at one. */
export function checkBorder({ words }: SegmentTable, index: number, pageBytes: number | bigint, what: string): void {
  const at = index * RECORD_WORDS;
  const page = BigInt(pageBytes);
  const start = recordAddr(words, at);
  const before = recordAddr(words, at - RECORD_WORDS) + BigInt(recordLength(words, at - RECORD_WORDS));
  const pageOf = page === 4096n ? "" : ` (pages of ${page} bytes)`;
  if (before % page !== 0n) {
    throw notExpressible(
      index - 1,
      `ends at ${hexOf(before)}: ${what} needs page-aligned ends before the last${pageOf}`,
    );
  }
  if (start % page !== 0n) {
    throw notExpressible(
      index,
      `starts at ${hexOf(start)}: ${what} needs page-aligned starts after the first${pageOf}`,
    );
  }
}
