import { expect } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { decodePageList, encodePageList } from "../../src/descriptors/page-list.js";
import { coalesce, type OracleRange, pack, totalBytes } from "../oracle.js";
import { thrownBy } from "./bytes.js";
import type { Random } from "./random.js";
import { toRanges, type VectorRange } from "./vectors.js";

/** What memory holds that nobody wrote. */
export const CANARY = 0xa5;

/** Memory for descriptors, and its address. */
export interface MemoryAt {
  bytes: Uint8Array<ArrayBuffer>;
  addr: bigint;
}

/** Memory of canaries at an address, and more of them round it, which belong to nobody. */
export function memoryAt(addr: bigint, byteLength: number): MemoryAt {
  const around = new Uint8Array(byteLength + 128).fill(CANARY);
  return { bytes: around.subarray(64, 64 + byteLength), addr };
}

/** Whether all bytes but these first ones, those round the memory too, are canaries still. */
export function isUntouched({ bytes }: { bytes: Uint8Array }, written = 0): boolean {
  const around = new Uint8Array(bytes.buffer);
  const end = bytes.byteOffset + written;
  return around.every((byte, at) => byte === CANARY || (at >= bytes.byteOffset && at < end));
}

/** The first u64 values in these bytes. */
export function u64sOf(bytes: Uint8Array, count: number, isLittle = true): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getBigUint64(index * 8, isLittle));
}

/** Writes a u64 into a slot of 8 bytes. */
export function setU64(bytes: Uint8Array, slot: number, value: bigint): void {
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setBigUint64(slot * 8, value, true);
}

const hex = (value: bigint) => `0x${value.toString(16)}`;
export const hexes = (values: readonly bigint[]): string[] => values.map(hex);

/** NVMe SGL descriptors in words. */
export function sglOf(bytes: Uint8Array): { type: string; addr: string; len: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 16 }, (_, index) => {
    const at = index * 16;
    const word = view.getUint32(at + 12, true);
    const type = ["DATA_BLOCK", "BIT_BUCKET", "SEGMENT", "LAST_SEGMENT"][word >>> 28] ?? "unknown";
    return {
      type: (word & 0xfff_ffff) === 0 ? type : "reserved bits",
      addr: hex(view.getBigUint64(at, true)),
      len: view.getUint32(at + 8, true),
    };
  });
}

/** A virtio descriptor. */
export interface RawDescriptor {
  addr: bigint;
  len: number;
  /** Bytes 12 and 13: the flags of a split queue, the buffer id of a packed one. */
  low: number;
  /** Bytes 14 and 15: the next index of a split queue, the flags of a packed one. */
  high: number;
}

/** Descriptors of 16 bytes in words. */
export function descriptorsOf(bytes: Uint8Array): RawDescriptor[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / 16) }, (_, index) => ({
    addr: view.getBigUint64(index * 16, true),
    len: view.getUint32(index * 16 + 8, true),
    low: view.getUint16(index * 16 + 12, true),
    high: view.getUint16(index * 16 + 14, true),
  }));
}

/** And into bytes. */
export function writeDescriptors(bytes: Uint8Array, rows: readonly RawDescriptor[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [index, { addr, len, low, high }] of rows.entries()) {
    view.setBigUint64(index * 16, addr, true);
    view.setUint32(index * 16 + 8, len, true);
    view.setUint16(index * 16 + 12, low, true);
    view.setUint16(index * 16 + 14, high, true);
  }
}

/** The runs of bytes that ranges cover, in order: what is equal before and after a device's format. */
export const coveredBy = (ranges: Iterable<{ addr: bigint; length: number | bigint }>): OracleRange[] =>
  coalesce([...ranges].map(({ addr, length }) => ({ addr, length: BigInt(length), flags: 0 })));

/** The same of rows of a vector file. */
export const coveredByRows = (rows: readonly VectorRange[]): OracleRange[] => coveredBy(toRanges(rows));

/** The pages after the first one that ranges touch, one page only once: what PRP entries after PRP1 are. */
export function laterPages(ranges: readonly OracleRange[], pageBytes: bigint): bigint[] {
  const pages: bigint[] = [];
  for (const { addr, length } of coveredBy(ranges)) {
    for (let page = addr - (addr % pageBytes); page < addr + length; page += pageBytes) {
      if (page !== pages.at(-1)) pages.push(page);
    }
  }
  return pages.slice(1);
}

export const rangesOf = (table: SegmentTable): OracleRange[] =>
  [...table].map(({ addr, length, flags }) => ({ addr, length: BigInt(length), flags }));

const BUS = 4;
const NOMERGE = 2;
const FOUR_GIB = 1n << 32n;

/** Ranges that touch in one address space, whatever their tags, as one: how bytes lie, and nothing more. */
function touchingRunsOf(ranges: readonly OracleRange[]): OracleRange[] {
  const runs: OracleRange[] = [];
  for (const { addr, length, flags } of ranges) {
    const run = runs.at(-1);
    if (run !== undefined && run.addr + run.length === addr && run.flags === (flags & BUS)) run.length += length;
    else runs.push({ addr, length, flags: flags & BUS });
  }
  return runs;
}

/** The pages of ranges that one list of pages can map, in order: those of each touching run once. */
export function pagesOf(ranges: readonly OracleRange[], pageBytes: bigint): bigint[] {
  const pages: bigint[] = [];
  for (const { addr, length } of touchingRunsOf(ranges)) {
    for (let page = addr - (addr % pageBytes); page < addr + length; page += pageBytes) pages.push(page);
  }
  return pages;
}

/** The segment for which these ranges are no list of pages: the first that ends, or the next that starts, inside one alone. */
export function gapInPages(ranges: readonly OracleRange[], pageBytes: bigint): number | undefined {
  for (const [index, range] of ranges.entries()) {
    const before = ranges[index - 1];
    if (before === undefined || touchingRunsOf([before, range]).length === 1) continue;
    if ((before.addr + before.length) % pageBytes !== 0n) return index - 1;
    if (range.addr % pageBytes !== 0n) return index;
  }
  return undefined;
}

/**
 * Runs of whole pages, in pieces that touch: of a byte, of pages, of up to 4 GiB, cut anywhere. The first run may start and
 * the last one end inside a page; once in `faults` tables another does too.
 *
 * @param longest Bytes of the longest run. @param unit Of the first address.
 */
export function drawTouching(
  random: Random,
  pageBytes: bigint,
  longest: bigint,
  unit: bigint,
  faults: number,
): OracleRange[] {
  const ranges: OracleRange[] = [];
  const below = (end: bigint) => (end <= 1n ? 0n : random.u64() % end);
  const runs = random.integer(1, 5);
  for (let run = 0; run < runs; run++) {
    const pages = 1n + (random.once(2) ? below(4n) : below(longest / pageBytes));
    const bus = random.once(5) ? BUS : 0;
    const before = ranges.at(-1);
    let addr = below((1n << 64n) / pageBytes - pages) * pageBytes;
    // Behind the run before, at times: its memory, or another address space.
    const after = before === undefined ? 0n : before.addr + before.length;
    if (random.once(5) && after > 0n && after + pages * pageBytes < 1n << 64n) addr = after;
    else if (random.once(9)) addr = (1n << 64n) - pages * pageBytes;
    let end = addr + pages * pageBytes;
    if (run === 0 || random.once(faults)) addr += (below(pageBytes) / unit) * unit * BigInt(random.integer(0, 1));
    if (run === runs - 1 || random.once(faults)) {
      const spare = end - addr < pageBytes ? end - addr : pageBytes;
      end -= below(spare) * BigInt(random.integer(0, 1));
    }
    // One way of cutting for each run, or all of them.
    const way = random.integer(0, 5);
    for (let pieces = 0; addr < end; pieces++) {
      const left = end - addr;
      let length = [
        1n + below(16n),
        1n + below(pageBytes),
        pageBytes,
        1n + below(FOUR_GIB),
        FOUR_GIB,
        pageBytes * (1n + below(3n)) - (addr % pageBytes) + below(2n),
      ][way === 5 ? random.integer(0, 5) : way] as bigint;
      // Few enough pieces.
      if (pieces > 60) length = FOUR_GIB;
      if (length > FOUR_GIB) length = FOUR_GIB;
      if (length > left || length <= 0n) length = left < FOUR_GIB ? left : FOUR_GIB;
      ranges.push({ addr, length, flags: bus | random.pick([0, 0, NOMERGE, 0x100, 0xffff_ff00]) });
      addr += length;
    }
  }
  return ranges;
}

/** So many pages here and there, one to three of them together, each cut in two somewhere inside. */
export function drawHalves(random: Random, pageBytes: bigint, pages: number): OracleRange[] {
  const ranges: OracleRange[] = [];
  for (let left = pages; left > 0; ) {
    const run = Math.min(left, random.integer(1, 3));
    left -= run;
    const addr = (random.u64() % ((1n << 64n) / pageBytes - 3n)) * pageBytes;
    const length = BigInt(run) * pageBytes;
    const cut = 1n + (random.u64() % (length - 1n));
    ranges.push({ addr, length: cut, flags: 0x100 }, { addr: addr + cut, length: length - cut, flags: 0 });
  }
  return ranges;
}

/** These values as bytes. */
export function bytesOfU64s(values: readonly bigint[], isLittle = true): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setBigUint64(index * 8, value, isLittle);
  return bytes;
}

const sameBytes = (a: Uint8Array, b: Uint8Array) =>
  a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at]);

/**
 * Encodes ranges as PRP and as page lists of both byte orders, and compares all bytes with the model's. Lists of a PRP are in
 * two pieces of memory, where there are several.
 */
export function checkTouching(ranges: readonly OracleRange[], pageBytes: number): { expressible: boolean } {
  const table = SegmentTable.fromBytes(pack(ranges));
  const page = BigInt(pageBytes);
  const gap = gapInPages(ranges, page);
  const first = (ranges[0] as OracleRange).addr;
  const byteLength = totalBytes(ranges);
  const pages = gap === undefined ? pagesOf(ranges, page) : [];
  const covered = pack(coveredBy(ranges));
  const canPrp = gap === undefined && first % 4n === 0n;

  const slots = pageBytes / 8;
  const later = pages.slice(1);
  const lists = pages.length <= 2 ? 0 : Math.max(1, Math.ceil((later.length - 1) / (slots - 1)));
  const head = Math.ceil(lists / 2);
  const memory = [memoryAt(0x5000_0000n, head * pageBytes), memoryAt(0x9000_0000n, (lists - head) * pageBytes)];
  const addrOf = (list: number) =>
    list < head ? 0x5000_0000n + BigInt(list * pageBytes) : 0x9000_0000n + BigInt((list - head) * pageBytes);
  if (canPrp) {
    const { prp1, prp2, listEntries, listPages } = encodePrp(table, memory, { pageBytes });
    expect([prp1, listEntries, listPages]).toEqual([first, lists === 0 ? 0 : later.length, lists]);
    expect(prp2).toBe(lists === 0 ? (later[0] ?? 0n) : addrOf(0));
    const listsOf: bigint[][] = [];
    for (let from = 0, list = 0; list < lists; list++) {
      const to = list === lists - 1 ? later.length : from + slots - 1;
      listsOf.push([...later.slice(from, to), ...(list === lists - 1 ? [] : [addrOf(list + 1)])]);
      from = to;
    }
    const wanted = [listsOf.slice(0, head), listsOf.slice(head)].map((some) => bytesOfU64s(some.flat()));
    for (const [index, some] of wanted.entries()) {
      const { bytes } = memory[index] as MemoryAt;
      expect(sameBytes(bytes.subarray(0, some.byteLength), some)).toBe(true);
      expect(bytes.subarray(some.byteLength).every((byte) => byte === CANARY)).toBe(true);
    }
    const prp = { prp1, prp2, byteLength: Number(byteLength) };
    const decoded = decodePrp(prp, memory, { pageBytes, maxEntries: 2 ** 24 });
    expect(sameBytes(decoded.bytes, covered)).toBe(true);
  } else {
    const index = first % 4n === 0n ? gap : 0;
    expect(thrownBy(() => encodePrp(table, memory, { pageBytes }))).toMatchObject({ code: "NOT_EXPRESSIBLE", index });
    expect(memory.every((piece) => isUntouched(piece))).toBe(true);
  }
  for (const byteOrder of ["little", "big"] as const) {
    const target = memoryAt(0n, pages.length * 8);
    const options = { pageBytes, byteOrder };
    if (gap === undefined) {
      const list = encodePageList(table, target.bytes, options);
      expect(list).toEqual({ count: pages.length, firstOffset: Number(first % page), byteLength });
      expect(sameBytes(target.bytes, bytesOfU64s(pages, byteOrder === "little"))).toBe(true);
      expect(isUntouched(target, target.bytes.byteLength)).toBe(true);
      expect(sameBytes(decodePageList(target.bytes, list, options).bytes, covered)).toBe(true);
    } else {
      const error = thrownBy(() => encodePageList(table, target.bytes, options));
      expect(error).toMatchObject({ code: "NOT_EXPRESSIBLE", index: gap });
    }
  }
  return { expressible: gap === undefined };
}
