/** linux-dmabuf-4g-split-oracle.json: one range longer than an unsigned int, under three maxima. */
import { describe, expect, it } from "vitest";
import { columns } from "../../src/input.js";
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

/** Later feature: `pages(table, pageBytes)`. */
const later = ["entry of 0xffffffff bytes", "entry of 0xfffff000 bytes", "offset 0x10 + 0xfffff000"];

it("dma_page_iter_u32_wrap counts pages of a table: later feature `pages`, its rows are listed here", () => {
  expect(file.dma_page_iter_u32_wrap.map(({ why }) => why)).toEqual(later);
});
