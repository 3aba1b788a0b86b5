/** Prefixes of tables that fit so many pages, against a model that tries every length. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pagePrefix } from "../../src/table/page-prefix.js";
import type { OracleRange } from "../oracle.js";
import { check } from "../support/check.js";
import { Random } from "../support/random.js";
import { FOUR_GIB } from "../support/ranges.js";
import { anyTableRanges, either, tableOf } from "../support/tables.js";
import { mappable, pageNumbersOf, pageSumOf, sliceOf, startsOf, touchingRunsOf } from "../table-model.js";

const SPACE = 1n << 64n;
const BUS = 4;
const NOMERGE = 2;

describe("pagePrefix", () => {
  /** Takes prefixes until the table's end, and looks at each. */
  function expectPrefixes(ranges: readonly OracleRange[], shift: number, maxPages: number, random: Random): void {
    const table = tableOf(ranges);
    const pageBytes = 1n << BigInt(shift);
    const total = startsOf(ranges).at(-1) as bigint;
    const fits = (offset: bigint, byteLength: bigint) => {
      const part = sliceOf(ranges, offset, byteLength);
      return mappable(part, pageBytes) && pageSumOf(touchingRunsOf(part), pageBytes) <= BigInt(maxPages);
    };
    let offset = 0n;
    for (let round = 0; round < 40 && offset < total; round++) {
      const found = pagePrefix(table, either(pageBytes, random), maxPages, either(offset, random));
      const part = sliceOf(ranges, offset, found.byteLength);
      expect(found.byteLength).toBeGreaterThan(0n);
      expect(found.next).toBe(offset + found.byteLength);
      const numbers = pageNumbersOf(touchingRunsOf(part), pageBytes);
      expect([...found.pages]).toEqual(numbers.map((number) => number * pageBytes));
      expect(found.firstOffset).toBe(Number((part[0] as OracleRange).addr % pageBytes));
      expect(fits(offset, found.byteLength)).toBe(true);
      // One byte more needs a page more, or lies behind a gap, and so does all that has that byte.
      if (found.next < total) expect(fits(offset, found.byteLength + 1n)).toBe(false);
      offset = found.next;
    }
    const none = pagePrefix(table, pageBytes, maxPages, total);
    expect([none.pages.length, none.firstOffset, none.byteLength, none.next]).toEqual([0, 0, 0n, total]);
  }

  it("in a loop covers the table, and every prefix is the longest", () => {
    const job = fc.record({
      ranges: anyTableRanges,
      shift: fc.integer({ min: 0, max: 52 }),
      maxPages: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2000 })),
      seed: fc.integer(),
    });
    check(150, job, ({ ranges, shift, maxPages, seed }) => expectPrefixes(ranges, shift, maxPages, new Random(seed)));
  });

  /** Small tables, mostly of whole pages and of touching parts of them, where every length can be tried. */
  const dense = fc.record({
    edge: fc.constantFrom(0n, 1n << 32n, 1n << 63n, SPACE - 128n),
    parts: fc.array(
      fc.record({
        start: fc.constantFrom("join", "join", "page", "any"),
        at: fc.integer({ min: 0, max: 90 }),
        length: fc.oneof(fc.constantFrom(4, 8, 16), fc.integer({ min: 1, max: 20 })),
        flags: fc.constantFrom(0, 0, 0, 0x100, NOMERGE, BUS),
      }),
      { minLength: 1, maxLength: 9 },
    ),
    shift: fc.integer({ min: 0, max: 4 }),
    maxPages: fc.integer({ min: 1, max: 9 }),
    seed: fc.integer(),
  });

  it("is the longest of all lengths that can be tried", () => {
    check(250, dense, ({ edge, parts, shift, maxPages, seed }) => {
      const pageBytes = 1n << BigInt(shift);
      const ranges: OracleRange[] = [];
      let next = edge;
      for (const { start, at, length, flags } of parts) {
        if (start === "page") next = ((edge + BigInt(at)) / pageBytes) * pageBytes;
        if (start === "any") next = edge + BigInt(at);
        if (next + BigInt(length) > SPACE) next = edge;
        ranges.push({ addr: next, length: BigInt(length), flags });
        next += BigInt(length);
      }
      expectPrefixes(ranges, shift, maxPages, new Random(seed));
      const total = startsOf(ranges).at(-1) as bigint;
      for (let offset = 0n; offset < total; offset++) {
        let longest = 0n;
        for (let length = 1n; offset + length <= total; length++) {
          const part = sliceOf(ranges, offset, length);
          const count = pageSumOf(touchingRunsOf(part), pageBytes);
          if (mappable(part, pageBytes) && count <= BigInt(maxPages)) longest = length;
        }
        expect([offset, pagePrefix(tableOf(ranges), pageBytes, maxPages, offset).byteLength]).toEqual([
          offset,
          longest,
        ]);
        if (total > 60n) offset += 6n;
      }
    });
  });

  it("of 4 GiB segments in pages of a byte stops at a million pages", () => {
    const table = tableOf([{ addr: SPACE - FOUR_GIB, length: FOUR_GIB, flags: 0 }]);
    const { pages: listed, next } = pagePrefix(table, 1, 2 ** 20, FOUR_GIB - 2n ** 20n - 5n);
    expect([listed.length, listed[0], listed.at(-1)]).toEqual([2 ** 20, SPACE - 2n ** 20n - 5n, SPACE - 6n]);
    expect(next).toBe(FOUR_GIB - 5n);
  });
});
