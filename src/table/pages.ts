import { checkPowerOfTwo } from "../core/limits.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { countPages } from "../core/page-counts.js";
import { RECORD_WORDS, recordAddr, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { checkPositive } from "./check.js";
import { touchingRuns } from "./runs.js";

/** Bytes from `first` to `last`, both included, whose pages are listed. */
interface Stretch {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * The pages (or blocks) of 2^n bytes that a table touches, in the order of the table: an iterable that gives the
 * address of each page. `SegmentMapper.frames` lists millions of pages as an array.
 *
 * @example
 * ```ts
 * const list = pages(SegmentTable.from([{ addr: 0x1800, length: 4096 }]), 4096);
 * console.log(list.count, [...list]); // 2 [ 4096n, 8192n ]
 * ```
 */
export class PageList implements Iterable<bigint> {
  /** Bytes in each page. */
  readonly pageBytes: bigint;
  readonly #shift: bigint;
  readonly #stretches: () => Iterable<Stretch>;
  readonly #count: () => bigint;
  #counted: number | undefined;

  /** For the package itself. Use `pages` or `blocks`. @hidden */
  constructor(key: PackageKey, shift: number, stretches: () => Iterable<Stretch>, count?: () => bigint) {
    checkKey(key, "PageList", "pages or blocks");
    this.pageBytes = 1n << BigInt(shift);
    this.#shift = BigInt(shift);
    this.#stretches = stretches;
    this.#count = count ?? (() => this.#countStretches());
  }

  /**
   * How many pages iteration gives. The first call counts them, O(segments).
   *
   * @throws {RangeError} The number of pages is above 2^53 - 1, as happens with pages of a few bytes each.
   */
  get count(): number {
    this.#counted ??= countOf("pages", this.#count());
    return this.#counted;
  }

  /** The address of each page, aligned down. */
  *[Symbol.iterator](): Generator<bigint, void, undefined> {
    for (const { first, last } of this.#stretches()) {
      for (let page = (first >> this.#shift) << this.#shift; page <= last; page += this.pageBytes) yield page;
    }
  }

  #countStretches(): bigint {
    let count = 0n;
    for (const { first, last } of this.#stretches()) count += (last >> this.#shift) - (first >> this.#shift) + 1n;
    return count;
  }
}

/**
 * Lists the pages that each segment touches, segment by segment (Linux `for_each_sg_dma_page`, without its wrap at 4
 * GiB). A page that two segments share is listed for each of the two; `blocks` lists such a page once.
 *
 * Cost: O(1). Pages are counted and listed when they are asked for.
 *
 * @param pageBytes A power of two from 1 to 2^63.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `pageBytes` is no power of two in this
 *   range.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 0x800 }, { addr: 0x1800, length: 0x800 }]);
 * console.log([...pages(table, 4096)]); // [ 4096n, 4096n ]
 * ```
 */
export function pages(table: SegmentTable, pageBytes: U64): PageList {
  checkTable("table", table);
  const shift = checkPowerOfTwo("pageBytes", pageBytes);
  return new PageList(
    PACKAGE,
    shift,
    () => segmentsOf(table),
    () => countPages(table.words, shift),
  );
}

/**
 * Lists the blocks that a table touches. Segments that touch one another are one run, and a block that they share is
 * listed once (Linux `rdma_for_each_block`). Segments touch where the next segment starts at the end of the segment
 * before, in one address space. Blocks of the head and of the tail are listed even where the table uses a part of them.
 *
 * Cost: O(1). Blocks are counted and listed when they are asked for.
 *
 * @param blockBytes A power of two from 1 to 2^63.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `blockBytes` is no power of two in this
 *   range.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 0x800 }, { addr: 0x1800, length: 0x800 }]);
 * console.log([...blocks(table, 4096)]); // [ 4096n ]
 * ```
 */
export function blocks(table: SegmentTable, blockBytes: U64): PageList {
  checkTable("table", table);
  return new PageList(PACKAGE, checkPowerOfTwo("blockBytes", blockBytes), () => touchingRuns(table));
}

/**
 * Counts the pieces of at most `maxBytes` that all segments make: the exact sum of ceil(length / maxBytes) (Linux
 * `sg_nents_for_dma`, without its wrap at 2^31).
 *
 * Cost: O(n).
 *
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} `maxBytes` is not 1 to 2^64 - 1, or the number of pieces is above 2^53 - 1.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x1000, length: 100_000 }, { addr: 0x80000, length: 512 }]);
 * console.log(pieceCount(table, 65536)); // 3
 * ```
 */
export function pieceCount(table: SegmentTable, maxBytes: U64): number {
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
  return countOf("pieces", high + BigInt(low));
}

/** A count as a number. @throws {RangeError} A number does not hold it. */
function countOf(what: string, count: bigint): number {
  const number = Number(count);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`expected up to 2^53 - 1 ${what}, got ${count}: larger ones are fewer`);
}

function* segmentsOf({ words }: SegmentTable): Generator<Stretch> {
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const first = recordAddr(words, at);
    yield { first, last: first + BigInt(recordLength(words, at)) - 1n };
  }
}
