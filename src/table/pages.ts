import { newBuffer } from "../core/buffer.js";
import { expected } from "../core/errors.js";
import { checkInteger, checkPowerOfTwo } from "../core/limits.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { countPages, type PagePlace, placeOfPage } from "../core/page-counts.js";
import { ADDRESS_SPACE, checkU64, RECORD_WORDS, recordAddr, recordLength, type U64 } from "../core/record.js";
import { checkTable, type SegmentTable } from "../core/segment-table.js";
import { writeSeries } from "../core/series.js";
import { plainView } from "../core/views.js";
import { expandPages } from "../engine/js-pages.js";
import { checkOffset, checkPositive } from "./check.js";
import { placeOf } from "./offsets.js";
import { touches, touchingRuns } from "./runs.js";

/** Bytes from `first` to `last`, both included, whose pages are listed. */
interface Stretch {
  /** By which the stretches from this one on are asked for. */
  readonly index: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** The stretches of a list, all or from one of them on. */
type Stretches = (index: number) => Iterable<Stretch>;

/**
 * Pages (or blocks) of 2^n bytes that a table touches, in its order. As an iterable it gives the address of each; `frames`
 * gives their numbers and `addresses` their addresses as typed arrays.
 */
export class PageList implements Iterable<bigint> {
  /** Bytes in each. */
  readonly pageBytes: bigint;
  readonly #shift: bigint;
  readonly #stretches: Stretches;
  readonly #segments: SegmentTable | undefined;
  #count: bigint | undefined;
  /** The stretch with the page asked for last, and the pages before it: who takes a list in pieces goes on from there. */
  #asked = { index: 0, before: 0n };

  /** For the package itself. Use `pages` or `blocks`. `segments`: the stretches are those of a table, one each. */
  constructor(key: PackageKey, shift: number, stretches: Stretches, segments?: SegmentTable) {
    checkKey(key, "PageList", "pages or blocks");
    this.pageBytes = 1n << BigInt(shift);
    this.#shift = BigInt(shift);
    this.#stretches = stretches;
    this.#segments = segments;
  }

  /** How many: a bigint, because 2^28 segments of 4 GiB have more pages than a number counts. Counted at the first call. */
  get count(): bigint {
    if (this.#count === undefined) {
      this.#count = 0n;
      if (this.#segments !== undefined) this.#count = countPages(this.#segments.words, Number(this.#shift));
      else for (const stretch of this.#stretches(0)) this.#count += this.#countOf(stretch);
    }
    return this.#count;
  }

  /** The address of each page, aligned down. */
  *[Symbol.iterator](): Generator<bigint, void, undefined> {
    for (const { first, last } of this.#stretches(0)) {
      for (let page = (first >> this.#shift) << this.#shift; page <= last; page += this.pageBytes) yield page;
    }
  }

  /**
   * The number of each page: its address divided by `pageBytes`. What `pageFrames` takes.
   *
   * @param target Where they go; default: a new array for all of them.
   * @param from   The first page wanted, 0 (default) to `count`: a list may be taken in pieces.
   * @returns The part of `target` that was written, which is all of it or up to the last page.
   * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `from` is past `count`.
   * @throws {SegringError} OUT_OF_MEMORY.
   *
   * Cost: O(pages + segments). `SegmentMapper.frames` is faster.
   */
  frames(target?: BigUint64Array, from: U64 = 0): BigUint64Array {
    return this.#write(target, from, 0n);
  }

  /** The address of each page. Otherwise as `frames`. */
  addresses(target?: BigUint64Array, from: U64 = 0): BigUint64Array {
    return this.#write(target, from, this.#shift);
  }

  #write(target: BigUint64Array | undefined, from: U64, scale: bigint): BigUint64Array {
    checkU64("from", from);
    if (from > this.count) throw new RangeError(expected("from", `0 to ${this.count} (the table's pages)`, from));
    let skip = BigInt(from);
    const wanted = this.count - skip;
    const into =
      target === undefined
        ? new BigUint64Array(newBuffer(toBytes(wanted)))
        : plainView("target", target, "BigUint64Array");
    const room = wanted < BigInt(into.length) ? Number(wanted) : into.length;
    if (this.#segments !== undefined) {
      const { words: records } = this.#segments;
      const numbers = { shift: Number(this.#shift), scale: Number(scale) };
      expandPages(records, placeOfPage(records, numbers.shift, skip) as PagePlace, numbers, into, 0, room);
      return into.subarray(0, room);
    }
    const words = new Uint32Array(into.buffer, into.byteOffset, room * 2);
    let at = 0;
    let asked = skip < this.#asked.before ? { index: 0, before: 0n } : this.#asked;
    let before = asked.before;
    skip -= before;
    for (const stretch of this.#stretches(asked.index)) {
      if (at === words.length) break;
      const pages = this.#countOf(stretch);
      if (skip >= pages) {
        skip -= pages;
        before += pages;
        continue;
      }
      if (at === 0) asked = { index: stretch.index, before };
      const left = pages - skip < BigInt(words.length) ? Number(pages - skip) : words.length;
      const value = ((stretch.first >> this.#shift) + skip) << scale;
      const [low, high] = [Number(value & 0xffff_ffffn), Number(value >> 32n)];
      at = writeSeries(words, at, low, high, Number(scale), Math.min(left, (words.length - at) / 2));
      skip = 0n;
    }
    this.#asked = asked;
    return into.subarray(0, room);
  }

  #countOf({ first, last }: Stretch): bigint {
    return (last >> this.#shift) - (first >> this.#shift) + 1n;
  }
}

/**
 * The pages that each segment touches, segment by segment (Linux `for_each_sg_dma_page`, without its wrap at 4 GiB). A
 * page that two segments share is listed for each; see `blocks` for a list without that.
 *
 * Where only the first segment starts and only the last one ends inside a page,
 * `pageFrames(pages(table, n).frames(), { pageBytes: n, firstOffset, byteLength })` is the table again.
 *
 * @param pageBytes A power of two from 1 to 2^63.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `pageBytes` is no power of two.
 *
 * Cost: O(1); nothing is counted or listed before it is asked for.
 */
export function pages(table: SegmentTable, pageBytes: U64): PageList {
  checkTable("table", table);
  return new PageList(PACKAGE, checkPowerOfTwo("pageBytes", pageBytes), () => segmentsOf(table), table);
}

/**
 * The blocks that the table touches, where segments that touch one another are one run: a block that they share is listed
 * once (Linux `rdma_for_each_block`). Blocks of the head and of the tail that are used in part are listed too.
 *
 * Otherwise as `pages`. Segments touch where the next starts at the end of the one before, in the same address space.
 */
export function blocks(table: SegmentTable, blockBytes: U64): PageList {
  checkTable("table", table);
  return new PageList(PACKAGE, checkPowerOfTwo("blockBytes", blockBytes), (index) => touchingRuns(table, index));
}

/**
 * How many pieces of at most `maxBytes` all segments make: the sum of ceil(length / maxBytes), exact (Linux
 * `sg_nents_for_dma`, without its wrap at 2^31).
 *
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `maxBytes` is not 1 to 2^64 - 1.
 *
 * Cost: O(n).
 */
export function countFor(table: SegmentTable, maxBytes: U64): bigint {
  checkTable("table", table);
  const max = Number(checkPositive("maxBytes", maxBytes));
  let low = 0;
  let high = 0n;
  for (let at = 0; at < table.words.length; at += RECORD_WORDS) {
    low += Math.ceil(recordLength(table.words, at) / max);
    if (low >= 2 ** 52) {
      high += BigInt(low);
      low = 0;
    }
  }
  return high + BigInt(low);
}

/** What `pagePrefix` found. */
export interface PagePrefix {
  /** The address of each page, aligned down. */
  readonly pages: BigUint64Array;
  /** Bytes of the first page before the first byte. */
  readonly firstOffset: number;
  /** Bytes of the table that the pages map, from `offset` on. */
  readonly byteLength: bigint;
  /** Where in the table to go on: `offset + byteLength`. `totalBytes` when all is mapped. */
  readonly next: bigint;
}

/**
 * The longest start of a table that a list of pages can map as one range: inner segments start and end at pages, or touch
 * (Linux `ib_sg_to_pages`, which gives away a page where the list is full).
 *
 * @param pageBytes A power of two from 1 to 2^52.
 * @param maxPages  Pages at most, 1 to 2^28.
 * @param offset    Bytes of the table to pass over; default 0. `next` of the call before.
 * @returns No page where `offset` is the table's end; at least one otherwise.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range.
 *
 * Cost: O(pages + segments) of the prefix, and O(log n) to find `offset`.
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
    else runs.push({ index: runs.length, first, last });
    if (isFull) break;
  }
  return {
    pages: new PageList(PACKAGE, shift, (from) => runs.slice(from)).addresses(),
    firstOffset: Number((runs[0]?.first ?? 0n) % page),
    byteLength,
    next: from + byteLength,
  };
}

function* segmentsOf({ words }: SegmentTable): Generator<Stretch> {
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const first = recordAddr(words, at);
    yield { index: at / RECORD_WORDS, first, last: first + BigInt(recordLength(words, at)) - 1n };
  }
}

/** Bytes of so many u64. The array must have them: what is too much is refused when it is allocated. */
function toBytes(count: bigint): number {
  return Number(count < ADDRESS_SPACE ? count : ADDRESS_SPACE) * 8;
}
