import { newBuffer } from "../core/buffer.js";
import { expected } from "../core/errors.js";
import { checkInteger, checkPowerOfTwo } from "../core/limits.js";
import { RECORD_WORDS, recordAddr, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { writeSeries } from "../core/series.js";
import { checkTable } from "../core/table.js";
import { checkOffset } from "./check.js";
import { placeOf } from "./offsets.js";
import { touches } from "./runs.js";

/** Bytes from `first` to `last`, both included. */
interface Stretch {
  readonly first: bigint;
  readonly last: bigint;
}

/** The pages that `pagePrefix` found. */
export interface PagePrefix {
  /** The address of each page, aligned down. */
  readonly pages: BigUint64Array;
  /** Bytes of the first page before the first byte. */
  readonly firstOffset: number;
  /** Bytes of the table that the pages map, from `offset` on. */
  readonly byteLength: bigint;
  /**
   * The offset at which the next call goes on: `offset + byteLength`. The value is `totalBytes` once all bytes are
   * mapped.
   */
  readonly next: bigint;
}

/**
 * Finds the longest start of a table that one list of pages can map as one range. In such a start, inner segments start
 * and end at pages, or touch (Linux `ib_sg_to_pages`, which gives away a page where the list is full).
 *
 * Cost: O(pages + segments) of the start, and O(log n) to find `offset`.
 *
 * @param pageBytes A power of two from 1 to 2^52.
 * @param maxPages  Pages at most, 1 to 2^28.
 * @param offset    Bytes of the table to pass over, default 0. Pass `next` of the previous call to go on.
 * @returns At least one page, or no page where `offset` is the table's end.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @example
 * ```ts
 * const scattered = [{ addr: 0x1800, length: 0x800 }, { addr: 0x5000, length: 0x1000 }, { addr: 0x9400, length: 64 }];
 * const table = SegmentTable.from(scattered);
 * const { pages, firstOffset, next } = pagePrefix(table, 4096, 256);
 * console.log(pages, firstOffset, next); // BigUint64Array(2) [ 4096n, 20480n ] 2048 6144n
 * ```
 */
export function pagePrefix(table: SegmentTable, pageBytes: U64, maxPages: number, offset: U64 = 0): PagePrefix {
  checkTable("table", table);
  const shift = checkPowerOfTwo("pageBytes", pageBytes);
  if (shift > 52) throw new RangeError(expected("pageBytes", "a power of two up to 2^52", pageBytes));
  checkInteger("maxPages", maxPages, 1, 2 ** 28);
  const from = checkOffset("offset", offset, table.totalBytes);
  const page = 1n << BigInt(shift);
  const { words } = table;
  const runs: Stretch[] = [];
  let listed = 0n;
  let byteLength = 0n;
  let { index, offset: used } = placeOf(table, from);
  for (; index < table.length; index++, used = 0) {
    const at = index * RECORD_WORDS;
    const first = recordAddr(words, at) + BigInt(used);
    let last = recordAddr(words, at) + BigInt(recordLength(words, at)) - 1n;
    const before = runs.at(-1);
    const joins = before !== undefined && touches(words, at);
    if (before !== undefined && !joins && (first % page !== 0n || (before.last + 1n) % page !== 0n)) break;
    // Of a run that goes on, the page that holds its last byte is listed already.
    const listedHere = joins && first % page !== 0n ? 1n : 0n;
    const wanted = last / page - first / page + 1n - listedHere;
    const room = BigInt(maxPages) - listed;
    const isFull = wanted > room;
    if (isFull) last = (first / page + listedHere + room) * page - 1n;
    if (last < first) break;
    listed += isFull ? room : wanted;
    byteLength += last - first + 1n;
    if (joins) runs[runs.length - 1] = { ...before, last };
    else runs.push({ first, last });
    if (isFull) break;
  }
  return {
    pages: addressesOf(runs, Number(listed), shift),
    firstOffset: Number((runs[0]?.first ?? 0n) % page),
    byteLength,
    next: from + byteLength,
  };
}

/** The address of each page that these runs touch, `count` in all. */
function addressesOf(runs: readonly Stretch[], count: number, shift: number): BigUint64Array {
  const pages = new BigUint64Array(newBuffer(count * 8));
  const words = new Uint32Array(pages.buffer);
  const scale = BigInt(shift);
  let at = 0;
  for (const { first, last } of runs) {
    const page = (first >> scale) << scale;
    words[at] = Number(page & 0xffff_ffffn);
    words[at + 1] = Number(page >> 32n);
    at = writeSeries(words, at, shift, Number((last >> scale) - (first >> scale) + 1n));
  }
  return pages;
}
