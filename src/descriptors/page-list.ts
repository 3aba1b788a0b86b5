import { expected } from "../core/errors.js";
import { checkInteger, checkPowerOfTwo } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { checkU64, RECORD_WORDS, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import { blocks } from "../table/pages.js";
import { touches } from "../table/runs.js";
import { badDescriptor, checkChoice, checkObject, checkTarget, viewOf } from "./memory.js";
import { forgetRecords } from "./page-entries.js";
import { writeEntries } from "./page-lists.js";
import { checkBorder, MAX_SHAPE_BYTES, pageShape } from "./page-shape.js";

/*
 * The page list of an RDMA memory region: u64 addresses of pages, little or big-endian, which map one range of bytes:
 *
 *   ├─ page 0 ──────────┼─ page 1 ─┼─ … ─┼─ last page ───────┤
 *      firstOffset ─┤████████████████████████████████├─ unused
 */
const ENTRY_BYTES = 8;
const MAX_ENTRIES = 2 ** 28;
/** 65536 records of 4 GiB. */
const MAX_BYTES = 2 ** 48;

/** The numbers with which a memory region is registered. */
export interface PageListEncoding {
  /** Pages written. */
  readonly count: number;
  /** Bytes of the first page before the first byte. These are the low bits of the region's address. */
  readonly firstOffset: number;
  /** Bytes of the table. */
  readonly byteLength: bigint;
}

/** How a page list is written. */
export interface PageListOptions {
  /** A power of two from 1 to 2^52; default 4096. `bestBlockBytes` finds the best. */
  pageBytes?: U64 | undefined;
  /** The byte order of the addresses; default `little`. mlx5 wants `big`. */
  byteOrder?: "little" | "big" | undefined;
}

const KEYS: Keys<PageListOptions> = { pageBytes: true, byteOrder: true };

/**
 * Writes the pages of a table as one memory region maps them. Every inner border is at a page, or between touching
 * segments. The call writes what `pagePrefix` maps in one call, or throws.
 *
 * Cost: O(pages), as `encodePrp`.
 *
 * @param target 8 bytes a page; bytes behind the pages are untouched.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range, or `target`
 *   is too short.
 * @throws {SegringError} NOT_EXPRESSIBLE: there is a gap inside a page; `index` is the segment. Nothing was written.
 * @example
 * ```ts
 * const target = new Uint8Array(8 * 512);
 * const table = SegmentTable.from([{ addr: 0x1800, length: 0x800 }, { addr: 0x9000, length: 0x1000 }]);
 * console.log(encodePageList(table, target)); // { count: 2, firstOffset: 2048, byteLength: 6144n }
 * ```
 */
export function encodePageList(
  table: SegmentTable,
  target: Uint8Array,
  options: PageListOptions = NO_OPTIONS,
): PageListEncoding {
  checkTable("table", table);
  const { pageBytes, isLittle } = checkOptions(options);
  // Nothing of the caller's runs between the look, which makes entries, and the write.
  const bytes = checkTarget("target", target, 0);
  const room = bytes.byteLength;
  if (table.length === 0) {
    return { count: 0, firstOffset: 0, byteLength: 0n };
  }
  const firstOffset = Number(table.addr(0) % pageBytes);
  const byteLength = table.totalBytes;
  if (pageBytes > MAX_SHAPE_BYTES) return encodeLarge(table, target, pageBytes, isLittle);
  try {
    const form = { shift: Math.log2(Number(pageBytes)), skip: 0, slots: Number.POSITIVE_INFINITY };
    const { pages, entries } = pageShape(table, form, "a page list");
    if (room < pages * ENTRY_BYTES) throw tooShort(pages, room);
    writeEntries(entries, pages, bytes, !isLittle);
    return { count: pages, firstOffset, byteLength };
  } finally {
    forgetRecords();
  }
}

function tooShort(pages: number, byteLength: number): RangeError {
  return new RangeError(expected("target.byteLength", `at least ${pages * ENTRY_BYTES}`, byteLength));
}

/** Pages larger than a record's halves are made for: there are few of them. */
function encodeLarge(table: SegmentTable, target: Uint8Array, pageBytes: bigint, isLittle: boolean): PageListEncoding {
  for (let index = 1; index < table.length; index++) {
    if (!touches(table.words, index * RECORD_WORDS)) checkBorder(table, index, pageBytes, "a page list");
  }
  const list = blocks(table, pageBytes);
  const view = viewOf(checkTarget("target", target, Number(list.count) * ENTRY_BYTES));
  let at = 0;
  for (const page of list) {
    view.setBigUint64(at, page, isLittle);
    at += ENTRY_BYTES;
  }
  return {
    count: Number(list.count),
    firstOffset: Number(table.addr(0) % pageBytes),
    byteLength: table.totalBytes,
  };
}

/**
 * Gives the table that a page list maps, with touching pages joined, and the first and the last page cut.
 *
 * @param list `count` (0 to 2^28) and `firstOffset` as of an encoding, and `byteLength`, up to 2^48.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} An argument is out of its range, `source` is too short, or the bytes need more or fewer pages
 *   than `count`.
 * @throws {SegringError} BAD_DESCRIPTOR: an address is no multiple of the page size.
 * @example
 * ```ts
 * const list = new Uint8Array(BigUint64Array.of(0x1000n, 0x9000n).buffer);
 * const table = decodePageList(list, { count: 2, firstOffset: 2048, byteLength: 6144 });
 * console.log(table.addr(0), table.size(0), table.addr(1)); // 6144n 2048 36864n
 * ```
 */
export function decodePageList(
  source: Uint8Array,
  list: { count: number; firstOffset: number; byteLength: U64 },
  options: PageListOptions = NO_OPTIONS,
): SegmentTable {
  checkObject("list", list);
  const { pageBytes, isLittle } = checkOptions(options);
  const { count, firstOffset, byteLength } = list;
  checkInteger("count", count, 0, MAX_ENTRIES);
  checkInteger("firstOffset", firstOffset, 0, Number(pageBytes) - 1);
  checkU64("byteLength", byteLength);
  // Records are added for each 4 GiB, whatever the list holds.
  if (byteLength > MAX_BYTES) throw new RangeError(expected("byteLength", `up to ${MAX_BYTES}`, byteLength));
  let left = BigInt(byteLength);
  const needed = left === 0n ? 0n : (BigInt(firstOffset) + left + pageBytes - 1n) / pageBytes;
  if (needed !== BigInt(count)) {
    throw new RangeError(expected("count", `${needed} pages for ${left} bytes from ${firstOffset} on`, count));
  }
  const view = viewOf(checkTarget("source", source, count * ENTRY_BYTES));
  const builder = new TableBuilder();
  for (let index = 0, skip = BigInt(firstOffset); index < count; index++, skip = 0n) {
    const page = view.getBigUint64(index * ENTRY_BYTES, isLittle);
    if (page % pageBytes !== 0n) throw badDescriptor(index, `expected a multiple of ${pageBytes}, got ${hexOf(page)}`);
    const bytes = left < pageBytes - skip ? left : pageBytes - skip;
    builder.add(page + skip, bytes);
    left -= bytes;
  }
  return builder.finish();
}

function checkOptions(options: PageListOptions): { pageBytes: bigint; isLittle: boolean } {
  checkKeys("options", options, KEYS);
  const { pageBytes = 4096, byteOrder = "little" } = options;
  const shift = checkPowerOfTwo("pageBytes", pageBytes);
  if (shift > 52) throw new RangeError(expected("pageBytes", "a power of two up to 2^52", pageBytes));
  checkChoice("byteOrder", byteOrder, ["little", "big"]);
  return { pageBytes: 1n << BigInt(shift), isLittle: byteOrder === "little" };
}
