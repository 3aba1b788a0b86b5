/** linux-dmabuf-4g-split-oracle.json: one range longer than an unsigned int, under three maxima; and the pages of one. */
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { pages } from "../../src/table/pages.js";
import { expectBytes } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { limits, listOf, toRange, toRanges } from "../support/vectors.js";
import file from "./data/linux-dmabuf-4g-split-oracle.json" with { type: "json" };

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(file.fill_sg_entry)("fill_sg_entry: $why", ({ addr, len, ...expected }) => {
    const range = toRange({ addr, len });
    for (const [some, segments] of [
      [limits({ max: 0xffff_ffffn }), expected.native_uint_max],
      [limits({ max: 0xffff_f000n }), expected.aligned_fffff000],
      // Rounding the cut instead of the maximum: what needs no cut gets none, so UINT_MAX bytes stay whole.
      [
        limits({ max: 0xffff_ffffn, alignment: 4096n }),
        len === 0xffff_ffff ? [{ addr, len }] : expected.aligned_fffff000,
      ],
      [limits({ max: 1n << 31n }), expected.two_gib],
    ] as const) {
      using mapper = makeMapper(some);
      expect(listOf(mapper.coalesce([range]))).toEqual(segments);
      const source = columns({ addr: BigUint64Array.of(range.addr), length: Float64Array.of(len) });
      expect(listOf(mapper.coalesce(source))).toEqual(segments);
      // Every list is the same range: joined again it is cut the same way by any other maximum.
      for (const other of [expected.native_uint_max, expected.aligned_fffff000, expected.two_gib]) {
        expect(listOf(mapper.coalesce(toRanges(other)))).toEqual(segments);
      }
    }
    // By default it takes as few as can be: the cut keeps what alignment there is.
    using mapper = makeMapper();
    expect(mapper.coalesce([range]).length).toBe(Math.ceil(len / 2 ** 32));
  });
});

/** An entry whose last page ends past 0xfffff000 bytes from the first one's start: the native count of its pages is 0. */
const nativeDefects = ["entry of 0xffffffff bytes", "offset 0x10 + 0xfffff000"];

it("all 5 and 3 rows are here; native counts no pages in two", () => {
  const rows = file.dma_page_iter_u32_wrap;
  expect([file.fill_sg_entry.length, rows.length]).toEqual([5, 3]);
  const wrong = rows.filter(({ native_pages, expected_pages }) => native_pages !== expected_pages);
  expect(wrong.map(({ why }) => why)).toEqual(nativeDefects);
});

describe("dma_page_iter_u32_wrap", () => {
  it.each(
    file.dma_page_iter_u32_wrap.map((row) => ({ ...row, native: nativeDefects.includes(row.why) ? "wrong" : "right" })),
  )("$why: $expected_pages pages (native, $native: $native_pages)", (row) => {
    const ranges = toRanges(row.in);
    const table = SegmentTable.from(ranges);
    const list = pages(table, 4096);
    expect(list.count).toBe(row.expected_pages);
    const wanted = new BigUint64Array(row.expected_pages);
    let at = 0;
    for (const { addr, length } of ranges) {
      for (let page = addr >> 12n; page <= (addr + length - 1n) >> 12n; page++) wanted[at++] = page;
    }
    expect(at).toBe(row.expected_pages);
    const [first] = list;
    // What native gives first is the second entry's page, where it passes over the first entry.
    expect(first).toBe((wanted[0] as bigint) << 12n);
    expect(`0x${first?.toString(16)}` === row.first).toBe(row.native === "right");
    const bytesOf = (values: BigUint64Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const addresses = wanted.map((page) => page << 12n);
    expectBytes(bytesOf(BigUint64Array.from(list)), bytesOf(addresses), "the list");
    for (const { name } of builds) {
      using mapper = mapperFactory(name)();
      expectBytes(bytesOf(mapper.frames(table)), bytesOf(wanted), `${name}: frames`);
      expectBytes(bytesOf(mapper.frames(table, { addresses: true })), bytesOf(addresses), `${name}: addresses`);
      // The pages are the table again, but for the bytes round it in the first page and in the last of an entry.
      const [entry, next] = mapper.coalesce(pageFrames(wanted));
      expect([entry?.addr, next]).toEqual([first, table.at(1)]);
      expect(entry?.length).toBe((row.expected_pages - 1) * 4096);
    }
  });
});
