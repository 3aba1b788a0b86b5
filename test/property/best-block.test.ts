/** The best size of blocks for a table, against a model that tries every size. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestBlockBytes } from "../../src/devices/best-block.js";
import type { OracleRange } from "../oracle.js";
import { check } from "../support/check.js";
import { Random } from "../support/random.js";
import { least } from "../support/ranges.js";
import { anyTableRanges, either, tableOf } from "../support/tables.js";
import { pageCountOf, startsOf, touching } from "../table-model.js";

const SPACE = 1n << 64n;

describe("bestBlockBytes", () => {
  it("is the smallest size that has all in one page, or else the largest that fits", () => {
    const job = fc.record({
      ranges: anyTableRanges,
      shifts: fc.array(fc.integer({ min: 0, max: 63 }), { minLength: 1, maxLength: 6 }),
      align: fc.integer({ min: 0, max: 34 }),
      iova: fc.constantFrom("none", "same", "page", "any"),
      seed: fc.integer(),
    });
    check(400, job, ({ ranges: drawn, shifts, align, iova: kind, seed }) => {
      const random = new Random(seed);
      // Addresses and lengths of some alignment, so that larger pages come into question.
      const unit = 1n << BigInt(align);
      const ranges = drawn.map(({ addr, length, flags }) => {
        const from = (addr / unit) * unit;
        const bytes = align > 32 ? length : ((length + unit - 1n) / unit) * unit;
        return { addr: from, length: least(bytes, SPACE - from), flags };
      });
      const total = startsOf(ranges).at(-1) as bigint;
      const first = (ranges[0] as OracleRange).addr;
      const wanted = kind === "page" ? (random.u64() / unit) * unit : kind === "any" ? random.u64() : first;
      if (wanted + total > SPACE) return;
      const supported = shifts.map((shift) => either(1n << BigInt(shift), random));
      const fitting = supported
        .map(BigInt)
        .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        .filter((size) => {
          let at = wanted;
          let fits = wanted % size === first % size;
          for (const [index, range] of ranges.entries()) {
            const before = ranges[index - 1];
            if (before !== undefined && !touching(before, range)) fits &&= at % size === 0n && range.addr % size === 0n;
            at += range.length;
          }
          return fits;
        });
      const needed = (size: bigint) => pageCountOf({ addr: wanted, length: total, flags: 0 }, size);
      const best = fitting.find((size) => needed(size) === 1n) ?? fitting.at(-1);
      // So no size needs fewer pages.
      if (best !== undefined) expect(fitting.every((size) => needed(size) >= needed(best))).toBe(true);
      const table = tableOf(ranges);
      expect(kind === "none" ? bestBlockBytes(table, supported) : bestBlockBytes(table, supported, wanted)).toBe(best);
    });
    expect(bestBlockBytes(tableOf([]), [4096])).toBeUndefined();
  });

  it("is as in Linux where bytes lie on both sides of a large border: two pages of either size, so the larger one", () => {
    const table = tableOf([{ addr: 0x1f_f000n, length: 0x2000n, flags: 0 }]);
    expect(bestBlockBytes(table, [4096, 2 ** 21])).toBe(1n << 21n);
    expect(bestBlockBytes(table, [4096, 2 ** 21, 2 ** 22, 2 ** 30])).toBe(1n << 22n);
  });
});
