import { expected, SegringError } from "../core/errors.js";
import { checkInteger, isPowerOfTwo } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { checkU64, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import {
  badDescriptor,
  bytesAt,
  checkMemory,
  checkObject,
  checkPageAligned,
  checkWritable,
  type DescriptorMemories,
  NO_MEMORY,
  notExpressible,
  type Region,
  viewOf,
} from "./memory.js";
import { forgetRecords } from "./page-entries.js";
import { firstEntry, writeLists } from "./page-lists.js";
import { type PageShape, pageShape } from "./page-shape.js";

/*
 * NVMe physical region pages (NVM Express Base Specification, "Physical Region Page Entry and List").
 *
 *   command    PRP1 ── first page, from an offset that is a multiple of 4
 *              PRP2 ── nothing, the second page, or a list:
 *
 *   list page  0         8                            511 * 8   4096
 *              ├─ entry ─┼─ entry ─┼─ … ─┼─ entry ────┼─ entry ─┤   all that follow fit: entries to the end
 *              ├─ entry ─┼─ entry ─┼─ … ─┼─ entry ────┼─ link ──┤   more follow: the last slot is the next list page
 */

/** Bytes of an entry. */
const ENTRY_BYTES = 8;
/** Entries of 4 GiB in pages of 4 KiB. */
const DEFAULT_MAX = 2 ** 20;

/** The two PRP entries of a command, and how much memory their lists took. */
export interface PrpEncoding {
  /** The address of the first byte of the data. */
  readonly prp1: bigint;
  /**
   * 0 where one page holds all data; the address of the second page where two pages do; otherwise the address of the
   * first list page.
   */
  readonly prp2: bigint;
  /** Entries written into lists, without links. */
  readonly listEntries: number;
  /** Pages of `memory` used for lists. */
  readonly listPages: number;
}

/** How PRP entries are made and read. */
export interface PrpOptions {
  /** The controller's page size: a power of two from 4096 (default) to 2^27. */
  pageBytes?: number | undefined;
}

const KEYS: Keys<PrpOptions> = { pageBytes: true };
const DECODE_KEYS = { ...KEYS, maxEntries: true } as const;

/**
 * Writes a table as PRP entries. Touching segments count as one range. PRP2 is set as the specification says, and lists
 * are chained.
 *
 * Cost: O(pages): 0.5 ns a page where segments are long, 3 ns where each segment is a page, and 50 ns more a segment
 * where segments touch inside a page.
 *
 * @param memory Memory for lists: whole pages, taken in order; the last page may be shorter. By default there is none,
 *   which is enough for data of up to two pages.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} An option is out of its range, or `memory` is too small: the message says how many pages are
 *   needed.
 * @throws {SegringError} NOT_EXPRESSIBLE: the table is empty, starts at no multiple of 4, or an inner segment starts or
 *   ends inside a page without touching its neighbour there. Nothing was written. `requests` with
 *   `virtualBoundaryBytes` cuts the table into commands that PRP can express; an SGL can express the table as it is.
 * @example
 * ```ts
 * const lists = { bytes: new Uint8Array(4096), addr: 0xd000_0000 };
 * const table = SegmentTable.from([{ addr: 0x1000, length: 3 * 4096 }]);
 * console.log(encodePrp(table, lists)); // { prp1: 4096n, prp2: 3489660928n, listEntries: 2, listPages: 1 }
 * ```
 */
export function encodePrp(
  table: SegmentTable,
  memory: DescriptorMemories = NO_MEMORY,
  options: PrpOptions = NO_OPTIONS,
): PrpEncoding {
  checkTable("table", table);
  const pageBytes = checkOptions(options, KEYS);
  const regions = checkWritable("memory", memory);
  checkPageAligned("memory", regions, pageBytes);
  try {
    return encodeChecked(table, pageBytes, regions);
  } finally {
    forgetRecords();
  }
}

function encodeChecked(table: SegmentTable, pageBytes: number, regions: readonly Region[]): PrpEncoding {
  const { pages, entries } = checkPrpShape(table, pageBytes);
  const prp1 = table.addr(0);
  const count = pages - 1;
  if (count <= 1) return { prp1, prp2: count === 0 ? 0n : firstEntry(entries, count), listEntries: 0, listPages: 0 };
  const listPages = countLists(count, regions, pageBytes);
  writeLists(entries, count, regions, listPages);
  return { prp1, prp2: (regions[0] as Region).addr, listEntries: count, listPages };
}

/**
 * Reads the PRP entries of a command as a controller reads them, and gives the table that they stand for.
 *
 * Cost: O(pages), about 60 ns a page.
 *
 * @param prp.byteLength     Bytes of the command's data, 1 to 2^53 - 1.
 * @param memory             Where lists are. Each list page lies in one piece, as far as the page is used.
 * @param options.maxEntries Entries read at most, without links: 1 to 2^24, default 2^20, 4 GiB of 4 KiB pages.
 * @returns The table with touching pages joined, and the last page cut where the data end.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} An argument is out of its range, or the data are more than `maxEntries` pages.
 * @throws {SegringError} BAD_DESCRIPTOR: an entry has an offset where an offset is forbidden, or a list is not in
 *   `memory`; `index` is the entry, 0 for PRP1. The call reads no further than `byteLength` asks, so a loop ends too.
 * @example
 * ```ts
 * const table = decodePrp({ prp1: 0x1200, prp2: 0x9000, byteLength: 4096 });
 * console.log(table.length, table.size(0), table.addr(1)); // 2 3584 36864n
 * ```
 */
export function decodePrp(
  prp: { prp1: U64; prp2: U64; byteLength: number },
  memory: DescriptorMemories = NO_MEMORY,
  options: PrpOptions & { maxEntries?: number | undefined } = NO_OPTIONS,
): SegmentTable {
  checkObject("prp", prp);
  checkU64("prp1", prp.prp1);
  checkU64("prp2", prp.prp2);
  checkInteger("byteLength", prp.byteLength, 1, Number.MAX_SAFE_INTEGER);
  const pageBytes = checkOptions(options, DECODE_KEYS);
  const regions = checkMemory("memory", memory);
  const { maxEntries = DEFAULT_MAX } = options;
  checkInteger("maxEntries", maxEntries, 1, 2 ** 24);
  const most = maxEntries * pageBytes - Number(BigInt(prp.prp1) % BigInt(pageBytes));
  if (prp.byteLength > most) {
    throw new RangeError(expected("byteLength", `up to ${most} (maxEntries, ${maxEntries} pages)`, prp.byteLength));
  }
  const first = BigInt(prp.prp1);
  if (first % 4n !== 0n) throw badDescriptor(0, `PRP1 expected a multiple of 4, got ${hexOf(first)}`);
  const pages = new PrpPages(first, prp.byteLength, pageBytes);
  if (pages.left > pageBytes) {
    const list = BigInt(prp.prp2);
    if (list % BigInt(ENTRY_BYTES) !== 0n)
      throw badDescriptor(1, `PRP2 expected a list at a multiple of 8, got ${hexOf(list)}`);
    readLists(regions, list, pages);
  } else if (pages.left > 0) {
    pages.add(BigInt(prp.prp2));
  }
  return pages.finish();
}

/** The pages of a command, as its entries name them one by one. */
class PrpPages {
  readonly pageBytes: number;
  /** Bytes of the command that no entry has named yet: each entry makes them fewer. */
  left: number;
  /** Which entry comes next. The first one, PRP1, is taken at the start. */
  index = 1;
  readonly #builder = new TableBuilder();

  /** @param first PRP1, which alone may lie inside its page. */
  constructor(first: bigint, byteLength: number, pageBytes: number) {
    this.pageBytes = pageBytes;
    this.left = byteLength;
    this.#take(first, pageBytes - Number(first % BigInt(pageBytes)));
  }

  /** The next entry. @throws {SegringError} BAD_DESCRIPTOR: it is no page. */
  add(addr: bigint): void {
    if (addr % BigInt(this.pageBytes) !== 0n) throw badDescriptor(this.index, `expected a page, got ${hexOf(addr)}`);
    this.#take(addr, this.pageBytes);
    this.index++;
  }

  #take(addr: bigint, most: number): void {
    const bytes = Math.min(this.left, most);
    this.#builder.add(addr, BigInt(bytes));
    this.left -= bytes;
  }

  finish(): SegmentTable {
    return this.#builder.finish();
  }
}

/** Adds the entries of lists from `list` on, until the command's bytes are all named. */
function readLists(regions: readonly Region[], list: bigint, pages: PrpPages): void {
  const { pageBytes } = pages;
  let at = list;
  while (pages.left > 0) {
    // The first list may start inside its page.
    const slots = (pageBytes - Number(at % BigInt(pageBytes))) / ENTRY_BYTES;
    const wanted = Math.ceil(pages.left / pageBytes);
    const links = wanted > slots;
    const view = viewOf(bytesAt(regions, at, Math.min(wanted, slots) * ENTRY_BYTES, "a PRP list", pages.index));
    const entries = links ? slots - 1 : wanted;
    for (let slot = 0; slot < entries; slot++) pages.add(view.getBigUint64(slot * ENTRY_BYTES, true));
    if (!links) return;
    // A list of one slot is a link alone; where it leads is a whole page, so it is followed by entries.
    at = view.getBigUint64(entries * ENTRY_BYTES, true);
    if (at % BigInt(pageBytes) !== 0n) throw badDescriptor(pages.index, `expected a link to a page, got ${hexOf(at)}`);
  }
}

/** Checks a controller's page size. */
export function checkPageBytes(pageBytes: unknown): asserts pageBytes is number {
  if (pageBytes === 4096) return;
  checkInteger("pageBytes", pageBytes, 4096, 2 ** 27);
  if (!isPowerOfTwo(pageBytes)) {
    throw new RangeError(expected("pageBytes", "a power of two from 4096 to 2^27", pageBytes));
  }
}

/** Gives the size of pages. */
function checkOptions(options: PrpOptions, keys: Readonly<Record<string, true>>): number {
  checkKeys("options", options, keys);
  const { pageBytes = 4096 } = options;
  checkPageBytes(pageBytes);
  return pageBytes;
}

/** The pages of a table that PRP entries can express. @throws {SegringError} NOT_EXPRESSIBLE */
export function checkPrpShape(table: SegmentTable, pageBytes: number, makes = true): PageShape {
  if (table.length === 0) throw new SegringError("NOT_EXPRESSIBLE", "the table is empty: PRP1 needs a byte at least");
  if ((table.words[0] as number) % 4 !== 0) {
    throw notExpressible(0, `starts at ${hexOf(table.addr(0))}: PRP1 needs a multiple of 4`);
  }
  return pageShape(table, { shift: Math.log2(pageBytes), skip: 1, slots: pageBytes / ENTRY_BYTES }, "PRP", makes);
}

/** List pages for `count` entries. All but the last have a link in their last slot. @throws {RangeError} There are too few pages. */
function countLists(entries: number, regions: readonly Region[], pageBytes: number): number {
  const slots = pageBytes / ENTRY_BYTES;
  const needed = Math.max(1, Math.ceil((entries - 1) / (slots - 1)));
  const lastBytes = (entries - (needed - 1) * (slots - 1)) * ENTRY_BYTES;
  let left = needed;
  let short: number | undefined;
  for (let index = 0; index < regions.length; index++) {
    const { byteLength } = (regions[index] as Region).bytes;
    const here = Math.ceil(byteLength / pageBytes);
    // The last page of a piece may be short, where it is the last of all.
    if (left <= here && byteLength >= (left - 1) * pageBytes + lastBytes) return needed;
    if (left <= here || here * pageBytes !== byteLength) {
      short = index;
      break;
    }
    left -= here;
  }
  const bytes = regions.reduce((sum, region) => sum + region.bytes.byteLength, 0);
  throw new RangeError(
    `"memory" expected ${needed} list ${needed === 1 ? "page" : "pages"} of ${pageBytes} bytes ` +
      `(${(needed - 1) * pageBytes + lastBytes} bytes) for ${entries} entries, got ${bytes} bytes in ${regions.length}` +
      (short === undefined || regions.length === 1 ? "" : `, of which piece ${short} ends too early`),
  );
}
