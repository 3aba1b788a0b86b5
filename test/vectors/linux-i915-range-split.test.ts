/** linux-i915-range-split-oracle.json: u64 ranges in, aligned segments out, filled over the borders of the input. */
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { coalesce, pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { limits, listOf, toRanges } from "../support/vectors.js";
import file from "./data/linux-i915-range-split-oracle.json" with { type: "json" };

const UINT_MAX = 0xffff_ffffn;

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(file.vectors)("$name", ({ ranges, base, alignment, max_segment, nsegs, segments }) => {
    expect(BigInt(base)).toBe(0n);
    const max = BigInt(max_segment);
    expect(max).toBe(UINT_MAX - (UINT_MAX % BigInt(alignment)));
    const input = toRanges(ranges);
    // The maximum is rounded down already; and rounding is what alignmentBytes is for.
    for (const some of [limits({ max }), limits({ max: UINT_MAX, alignment: BigInt(alignment) })]) {
      using mapper = makeMapper(some);
      const table = mapper.coalesce(input);
      expect(listOf(table)).toEqual(segments);
      expect(table.length).toBe(nsegs);
      if (input.every(({ length }) => length <= 1n << 32n)) {
        expectBytes(mapper.coalesce(packedRecords(pack(input))).bytes, table.bytes);
      }
    }
  });

  it.each(file.published_property.alignment_choices)(
    `${file.published_property.size} bytes at alignment %d: ${file.published_property.checks}`,
    (alignment) => {
      const max = UINT_MAX - (UINT_MAX % BigInt(alignment));
      using mapper = makeMapper(limits({ max: UINT_MAX, alignment: BigInt(alignment) }));
      const { size } = file.published_property;
      const table = mapper.coalesce([{ addr: 0, length: size }]);
      expect(table.totalBytes).toBe(BigInt(size));
      for (const { addr, length } of table) {
        expect(BigInt(length)).toBeLessThanOrEqual(max);
        expect(addr % BigInt(alignment)).toBe(0n);
      }
    },
  );

  it(`size_not_decremented: ${file.size_not_decremented.note}`, () => {
    const { ranges, size, native, expected } = file.size_not_decremented;
    using mapper = makeMapper();
    // The defect of the native code: a list longer than the object. Here the object's size cuts the pages.
    const pfns = toRanges(ranges).flatMap(({ addr, length }) =>
      Array.from({ length: Number(length / 4096n) }, (_, page) => Number(addr / 4096n) + page),
    );
    const table = mapper.coalesce(pageFrames(pfns, { byteLength: size }));
    expect(listOf(table)).toEqual(expected);
    expect(listOf(table)).not.toEqual(native);
    expect(table.totalBytes).toBe(BigInt(size));
    // Without a size the ranges are all there.
    expectBytes(mapper.coalesce(toRanges(ranges)).bytes, pack(coalesce(toRanges(native))));
  });
});

it("native_limits are about the native allocation and its first comparison: nothing to test here", () => {
  expect(file.native_limits.length).toBe(2);
});
