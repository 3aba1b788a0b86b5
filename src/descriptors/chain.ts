import { SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { PACKAGE } from "../core/package-key.js";
import { checkU64, faultOf, LINK, RECORD_BYTES, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable, Table } from "../core/table.js";
import { counted } from "../core/wording.js";
import { hexOf } from "../table/check.js";
import {
  checkMemory,
  checkPageAligned,
  checkWritable,
  type DescriptorMemories,
  type Region,
  viewOf,
} from "./memory.js";

/*
 * Chained pages of records, 4096 bytes each:
 *
 *   slot  0          1                255
 *         ├─ record ─┼─ record ─┼─ … ─┼─ record ─┤   all that follow fit: up to 256 records to the end
 *         ├─ record ─┼─ record ─┼─ … ─┼── LINK ──┤   more follow
 *
 *   LINK  u64 addr = the next page, u32 len = records that follow in all, u32 flags = LINK (16)
 */
const PAGE_BYTES = 4096;
const SLOTS = PAGE_BYTES / RECORD_BYTES;
/** Where the last slot is. */
const LINK_AT = PAGE_BYTES - RECORD_BYTES;

/** What `encodeChain` wrote. */
export interface ChainEncoding {
  /** The address of the first page; 0 for an empty table. */
  readonly addr: bigint;
  /** Pages written. */
  readonly pages: number;
}

/**
 * Writes a table as pages of 256 records. Where more records follow, the last slot of a page holds a link. 256 records
 * fit one page.
 *
 * Cost: a copy of 16 bytes a segment.
 *
 * @param memory Pages of 4096 bytes at multiples of 4096, taken in order; the last page may be shorter. The unused rest
 *   of the last page becomes zeros, as far as there is memory: zeros are no record, and so end the list.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} `memory` is not aligned, has pieces that overlap, or is too small: the message says how many
 *   pages are needed. Nothing was written.
 * @example
 * ```ts
 * const memory = { bytes: new Uint8Array(4096), addr: 0x10000 };
 * const table = SegmentTable.from([{ addr: 0x1000, length: 4096 }, { addr: 0x9000, length: 64 }]);
 * console.log(encodeChain(table, memory)); // { addr: 65536n, pages: 1 }
 * ```
 */
export function encodeChain(table: SegmentTable, memory: DescriptorMemories): ChainEncoding {
  checkTable("table", table);
  const regions = checkWritable("memory", memory);
  checkPageAligned("memory", regions, PAGE_BYTES);
  const { length, bytes } = table;
  if (length === 0) return { addr: 0n, pages: 0 };
  const needed = Math.max(1, Math.ceil((length - 1) / (SLOTS - 1)));
  const used = firstPages(regions, needed);
  const last = (length - (needed - 1) * (SLOTS - 1)) * RECORD_BYTES;
  const isShort = used.some((page, index) => page.bytes.byteLength < (index + 1 < needed ? PAGE_BYTES : last));
  if (used.length < needed || isShort) {
    throw new RangeError(
      `"memory" expected ${needed} ${needed === 1 ? "page" : "pages"} of 4096 bytes for ${length} records, got ` +
        `${regions.reduce((sum, region) => sum + region.bytes.byteLength, 0)} bytes in ${regions.length}`,
    );
  }
  let done = 0;
  for (const [index, page] of used.entries()) {
    const next = used[index + 1];
    const count = next === undefined ? length - done : SLOTS - 1;
    page.bytes.set(bytes.subarray(done * RECORD_BYTES, (done + count) * RECORD_BYTES));
    done += count;
    if (next === undefined) {
      page.bytes.fill(0, count * RECORD_BYTES);
      break;
    }
    const view = viewOf(page.bytes);
    view.setBigUint64(LINK_AT, next.addr, true);
    view.setUint32(LINK_AT + 8, length - done, true);
    view.setUint32(LINK_AT + 12, LINK, true);
  }
  return { addr: (used[0] as Region).addr, pages: needed };
}

/** The first pages of these pieces, `count` of them or all. */
function firstPages(regions: readonly Region[], count: number): Region[] {
  const pages: Region[] = [];
  for (const { bytes, addr } of regions) {
    for (let at = 0; at < bytes.byteLength && pages.length < count; at += PAGE_BYTES) {
      pages.push({ bytes: bytes.subarray(at, at + PAGE_BYTES), addr: addr + BigInt(at) });
    }
  }
  return pages;
}

/**
 * Reads chained pages back: the table as it was.
 *
 * Cost: O(n). Whatever the memory holds, the call reads at most one page more than `memory` has records for. The call
 * copies each page before checking it, so another thread that writes to the page cannot make the table invalid.
 *
 * @param addr The address of the first page. @param memory Where the pages are.
 * @param count Records in all, 0 for an empty table. By default the list ends at the first record of zeros; otherwise
 *   it has the records of its page and as many as the page's link says.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} An argument is out of its range.
 * @throws {SegringError} BAD_RECORD: a page is not at a multiple of 4096 or not in `memory`, a record is not valid, a
 *   link is not in a last slot, or a link gives a wrong number of following records. Each link must say 255 fewer than
 *   the link before, so a loop ends. `index` is the record.
 * @example
 * ```ts
 * const memory = { bytes: new Uint8Array(4096), addr: 0x10000 };
 * const { addr } = encodeChain(SegmentTable.from([{ addr: 0x1000, length: 4096 }]), memory);
 * console.log([...decodeChain(addr, memory)]); // [ { addr: 4096n, length: 4096, flags: 0 } ]
 * ```
 */
export function decodeChain(addr: U64, memory: DescriptorMemories, count?: number): SegmentTable {
  checkU64("addr", addr);
  const regions = checkMemory("memory", memory);
  if (count !== undefined) checkInteger("count", count, 0, 0xffff_ffff);
  /** Records that follow; undefined until the caller or a link says it. */
  let left = count;
  let page = BigInt(addr);
  let index = 0;
  const parts: Uint8Array[] = [];
  while (left !== 0) {
    const bytes = new Uint8Array(pageAt(regions, page, index));
    const view = viewOf(bytes);
    const slots = Math.floor(bytes.byteLength / RECORD_BYTES);
    // What fits needs no link, whatever an older list has left in the last slot.
    const mayLink = slots === SLOTS && (left === undefined || left > SLOTS);
    const links = mayLink && view.getUint32(LINK_AT + 12, true) === LINK;
    const most = Math.min(left ?? slots, links ? SLOTS - 1 : slots);
    let used = 0;
    let isEnd = false;
    while (used < most && !isEnd) {
      isEnd = left === undefined && isZero(view, used * RECORD_BYTES);
      if (isEnd) break;
      const fault = faultOf(bytes, used);
      if (fault !== undefined) throw badRecord(index, fault);
      used++;
      index++;
    }
    parts.push(bytes.subarray(0, used * RECORD_BYTES));
    if (isEnd) break;
    const follows: number | undefined = left === undefined ? undefined : left - used;
    if (!links) {
      if (follows !== undefined && follows > 0) {
        throw badRecord(index, `expected ${follows} records more, got no link to them`);
      }
      break;
    }
    const said = view.getUint32(LINK_AT + 8, true);
    if (said === 0 || (follows !== undefined && said !== follows)) {
      throw badRecord(index, `is a link: len expected ${follows ?? "1 or more"} (records that follow), got ${said}`);
    }
    left = said;
    page = view.getBigUint64(LINK_AT, true);
  }
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): SegmentTable {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return new Table(PACKAGE, new Uint32Array(bytes.buffer));
}

/** The page at an address, as much of it as there is. */
function pageAt(regions: readonly Region[], addr: bigint, index: number): Uint8Array {
  if (addr % BigInt(PAGE_BYTES) !== 0n)
    throw badRecord(index, `is expected in a page at a multiple of 4096, got ${hexOf(addr)}`);
  for (const region of regions) {
    const offset = addr - region.addr;
    if (offset >= 0n && offset < BigInt(region.bytes.byteLength)) {
      return region.bytes.subarray(Number(offset), Number(offset) + PAGE_BYTES);
    }
  }
  throw badRecord(index, `is expected in the page at ${hexOf(addr)}, which is in no memory given`);
}

function isZero(view: DataView, at: number): boolean {
  return view.getBigUint64(at, true) === 0n && view.getBigUint64(at + 8, true) === 0n;
}

function badRecord(index: number, fault: string): SegringError {
  return new SegringError("BAD_RECORD", `record ${counted(index)}: ${fault}`, { index });
}
