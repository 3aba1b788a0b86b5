import { expected } from "../errors.js";
import { checkInteger, checkPowerOfTwo } from "../limits.js";
import { checkU64, type U64 } from "../record.js";
import { TableBuilder } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import { pagePrefix } from "../table/pages.js";
import { checkTable, type SegmentTable } from "../table.js";
import { badDescriptor, checkInnerBorders, checkTarget, viewOf } from "./memory.js";

/*
 * The page list of an RDMA memory region: u64 addresses of pages, little or big-endian, which map one range of bytes:
 *
 *   ├─ page 0 ──────────┼─ page 1 ─┼─ … ─┼─ last page ───────┤
 *      firstOffset ─┤████████████████████████████████├─ unused
 */
const ENTRY_BYTES = 8;
const MAX_ENTRIES = 2 ** 28;

/** What a memory region is registered with. */
export interface PageListEncoding {
  /** Pages written. */
  readonly count: number;
  /** Bytes of the first page before the first byte: the low bits of the region's address. */
  readonly firstOffset: number;
  readonly byteLength: bigint;
}

/** How a page list is written. */
export interface PageListOptions {
  /** A power of two from 1 to 2^52; default 4096. `bestBlockBytes` finds the best. */
  pageBytes?: U64 | undefined;
  /** Of the addresses; default `little`. mlx5 wants `big`. */
  byteOrder?: "little" | "big" | undefined;
}

/**
 * Writes the pages of a table, as one memory region maps them: all inner borders are at pages, or segments touch. What
 * `pagePrefix` maps in one go, or an error.
 *
 * @param target 8 bytes a page; what lies behind them stays as it is.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range, or `target` is too short.
 * @throws {SegringError} NOT_EXPRESSIBLE: there is a gap inside a page; `index` is the segment. Nothing was written.
 */
export function encodePageList(
  table: SegmentTable,
  target: Uint8Array,
  options: PageListOptions = {},
): PageListEncoding {
  checkTable("table", table);
  const { pageBytes, isLittle } = checkOptions(options);
  checkInnerBorders(table, pageBytes, "a page list");
  const { pages, firstOffset, byteLength } = pagePrefix(table, pageBytes, MAX_ENTRIES);
  if (byteLength !== table.totalBytes) {
    throw new RangeError(expected("pageBytes", `a size with up to ${MAX_ENTRIES} pages in the table`, pageBytes));
  }
  checkTarget("target", target, pages.length * ENTRY_BYTES);
  const view = viewOf(target);
  for (const [index, page] of pages.entries()) view.setBigUint64(index * ENTRY_BYTES, page, isLittle);
  return { count: pages.length, firstOffset, byteLength };
}

/**
 * The table that a page list maps: touching pages joined, the first and the last one cut.
 *
 * @param list `count` and `firstOffset` as of an encoding, and `byteLength`.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range, `source` is too short,
 *   or the pages are not as many as the bytes need.
 * @throws {SegringError} BAD_DESCRIPTOR: an address is no multiple of the page, or its page passes 2^64.
 */
export function decodePageList(
  source: Uint8Array,
  list: { count: number; firstOffset: number; byteLength: U64 },
  options: PageListOptions = {},
): SegmentTable {
  if (typeof list !== "object" || list === null) {
    throw new TypeError(expected("list", "{ count, firstOffset, byteLength }", list));
  }
  const { pageBytes, isLittle } = checkOptions(options);
  const { count, firstOffset, byteLength } = list;
  checkInteger("count", count, 0, MAX_ENTRIES);
  checkInteger("firstOffset", firstOffset, 0, Number(pageBytes) - 1);
  checkU64("byteLength", byteLength);
  let left = BigInt(byteLength);
  const needed = left === 0n ? 0n : (BigInt(firstOffset) + left + pageBytes - 1n) / pageBytes;
  if (needed !== BigInt(count)) {
    throw new RangeError(expected("count", `${needed} pages for ${left} bytes from ${firstOffset} on`, count));
  }
  checkTarget("source", source, count * ENTRY_BYTES);
  const view = viewOf(source);
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

function checkOptions({ pageBytes = 4096, byteOrder = "little" }: PageListOptions): {
  pageBytes: bigint;
  isLittle: boolean;
} {
  const shift = checkPowerOfTwo("pageBytes", pageBytes);
  if (shift > 52) throw new RangeError(expected("pageBytes", "a power of two up to 2^52", pageBytes));
  if (byteOrder !== "little" && byteOrder !== "big") {
    throw new RangeError(expected("byteOrder", '"little" or "big"', byteOrder));
  }
  return { pageBytes: 1n << BigInt(shift), isLittle: byteOrder === "little" };
}
