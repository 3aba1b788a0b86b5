/** linux-rdma-oracle.json: blocks, the best page size, and lists of pages, as Linux RDMA makes them. */
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { bestBlockBytes } from "../../src/devices/best-block.js";
import { locate } from "../../src/table/offsets.js";
import { pagePrefix } from "../../src/table/page-prefix.js";
import { blocks } from "../../src/table/pages.js";
import { slice } from "../../src/table/slice.js";
import { coalesce, framesToRanges, unpack } from "../oracle.js";
import { toRanges } from "../support/vectors.js";
import file from "./data/linux-rdma-oracle.json" with { type: "json" };

const hex = (values: Iterable<bigint>) => Array.from(values, (value) => `0x${value.toString(16)}`);

it("all 41 rows are here, and native is wrong in none but one of sg_to_pages", () => {
  const { block_iter, best_pgsz, sg_to_pages } = file;
  expect([block_iter.length, best_pgsz.length, sg_to_pages.length]).toEqual([15, 19, 7]);
  expect(block_iter.filter(({ native_matches_expected }) => !native_matches_expected)).toEqual([]);
  expect(best_pgsz.filter(({ agree }) => !agree)).toEqual([]);
});

describe("block_iter", () => {
  it.each(file.block_iter)("$id: $why", ({ in: entries, pgsz, expected_blocks, native_blocks, native_block_count }) => {
    const list = blocks(SegmentTable.from(toRanges(entries)), BigInt(pgsz));
    expect(hex(list)).toEqual(expected_blocks);
    expect(list.count).toBe(native_block_count);
    expect(native_blocks).toEqual(expected_blocks);
  });
});

describe("best_pgsz", () => {
  it.each(file.best_pgsz)("$id: $why", (row) => {
    const { in: entries, umem_address, umem_length, pgsz_bitmap, iova, native, bruteforce_min_pages, published } = row;
    const table = slice(SegmentTable.from(toRanges(entries)), BigInt(umem_address) & 0xfffn, umem_length);
    const bitmap = BigInt(pgsz_bitmap);
    const sizes = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter((size) => (bitmap & size) !== 0n);
    // Native says 0 where none fits.
    const best = bestBlockBytes(table, sizes, BigInt(iova)) ?? 0n;
    expect(hex([best])).toEqual([bruteforce_min_pages]);
    expect(native).toBe(bruteforce_min_pages);
    expect(bestBlockBytes(table, sizes.reverse(), BigInt(iova)) ?? 0n).toBe(best);
    // The fewest pages: as many as the addresses of the device touch.
    const start = BigInt(iova);
    const touched = (start + table.totalBytes - 1n) / best - start / best + 1n;
    expect(blocks(table, best).count).toBe(Number(touched));
    if (published !== undefined) expect(best).toBeGreaterThan(4096n);
  });

  it("where bytes jump a page must start, even if both addresses agree below its size (no row shows it)", () => {
    const table = SegmentTable.from(toRanges([0, 0x40_1000].map((addr) => ({ addr: `${addr}`, len: 4096 }))));
    expect(bestBlockBytes(table, [0x1000, 0x2000, 0x40_0000], 0)).toBe(0x1000n);
    expect(bestBlockBytes(table, [0x2000, 0x40_0000], 0)).toBeUndefined();
  });
});

/** Three pages are listed and two of them counted: whoever resumes at the offset it gives lists the third again. */
const nativeDefects = ["limit"];

describe("sg_to_pages", () => {
  const rows = file.sg_to_pages;
  const prefix = ({ in: entries, page_size, max_pages, sg_offset }: (typeof rows)[number]) => {
    const table = SegmentTable.from(toRanges(entries));
    const found = pagePrefix(table, page_size, max_pages, sg_offset);
    const { index, offset } =
      found.next === table.totalBytes ? { index: table.length, offset: 0 } : locate(table, found.next);
    return { table, ...found, consumed: [index, offset] };
  };

  it("the list of defects is complete", () => {
    const differing = rows.filter((row) => prefix(row).byteLength !== BigInt(row.length)).map(({ id }) => id);
    expect(differing).toEqual(nativeDefects);
  });

  it.each(rows.filter(({ id }) => !nativeDefects.includes(id)))("$id: $why", (row) => {
    const found = prefix(row);
    expect(hex(found.pages)).toEqual(row.pages);
    expect(hex([(found.pages[0] as bigint) + BigInt(found.firstOffset)])).toEqual([row.iova]);
    expect(found.byteLength).toBe(BigInt(row.length));
    expect(found.next).toBe(BigInt(row.sg_offset + row.length));
    expect(found.consumed).toEqual([row.native_ret, row.sg_offset_out]);
    // A list that is just long enough is not full too early.
    expect(prefix({ ...row, max_pages: row.pages.length })).toEqual(found);
  });

  it.each(rows.filter(({ id }) => nativeDefects.includes(id)))("$id: $why (native counts a page too few)", (row) => {
    const found = prefix(row);
    // All pages of the full list are mapped.
    expect(hex(found.pages)).toEqual(row.pages);
    expect([found.firstOffset, found.byteLength, found.next]).toEqual([0, 12288n, 12288n]);
    expect(found.consumed).toEqual([0, 12288]);
    expect([row.native_ret, row.length, row.sg_offset_out]).toEqual([0, 8192, 8192]);
    // Resumed at native's offset the list has a page twice, at ours none.
    const resume = (offset: number | bigint) =>
      hex(pagePrefix(found.table, row.page_size, row.max_pages, offset).pages);
    expect(resume(row.sg_offset_out)[0]).toBe(row.pages.at(-1));
    expect(resume(found.next)).toEqual(["0x13000", "0x14000", "0x15000"]);
  });

  it.each(rows)("$id: resumed until its end, every byte is mapped once", (row) => {
    const { table } = prefix(row);
    let offset = BigInt(row.sg_offset);
    while (offset < table.totalBytes) {
      const { pages, firstOffset, byteLength, next } = pagePrefix(table, row.page_size, row.max_pages, offset);
      const pageBytes = BigInt(row.page_size);
      const pfns = Array.from(pages, (page) => page / pageBytes);
      const mapped = framesToRanges(pfns, { pageBytes, firstOffset: BigInt(firstOffset), byteLength, flags: 0 });
      expect(coalesce(mapped)).toEqual(coalesce(unpack(slice(table, offset, byteLength).bytes)));
      expect(next).toBe(offset + byteLength);
      expect(pages.length).toBeLessThanOrEqual(row.max_pages);
      offset = next;
    }
    expect(offset).toBe(table.totalBytes);
  });
});
