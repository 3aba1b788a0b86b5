/** field-failures.json: the inputs on which real planners failed, as plans of reads. `field-failures-union.test.ts` has them as unions. */

import { describe, expect, it } from "vitest";
import { planReads } from "../../src/plan/index.js";
import { blames } from "../support/blame.js";
import file from "./data/field-failures.json" with { type: "json" };

const caseOf = (start: string) =>
  file.cases.find(({ name }) => name.startsWith(start)) as {
    input?: number[][];
    expected?: number[][];
    expected_count?: number;
    align?: number;
    gap?: number;
    max?: number;
    block?: number;
  };
const toRanges = (list: readonly number[][] = []) => list.map(([offset = 0, length = 0]) => ({ offset, length }));
const pairs = (plan: Iterable<{ offset: number; length: number }>) =>
  [...plan].map(({ offset, length }) => [offset, length]);

describe("field failures", () => {
  it("rounding to an alignment does not make disjoint ranges overlap", () => {
    const { input, expected, expected_count, align } = caseOf("alignment rounding");
    const plan = planReads(toRanges(input), { maxBytes: 2 ** 30 - (2 ** 30 % 100), alignmentBytes: align });
    expect(plan.requestCount).toBe(expected_count);
    expect(pairs(plan)).toEqual(expected);
  });

  it("a chain of small gaps does not become one huge read: there is always a cap", () => {
    const { gap = 0 } = caseOf("no size cap");
    const chain = Array.from({ length: 4096 }, (_, i) => ({ offset: i * 1048575, length: 1024 }));
    const whole = planReads(chain, { maxBytes: Number.MAX_SAFE_INTEGER, gapBytes: gap });
    expect(pairs(whole)).toEqual([[0, 4293915649]]);
    const capped = planReads(chain, { maxBytes: 8 << 20, gapBytes: gap });
    expect(Math.max(...[...capped].map(({ length }) => length))).toBeLessThanOrEqual(8 << 20);
    expect(capped.requestCount).toBe(512);
    expect(() => planReads(chain, { gapBytes: gap } as never)).toThrow(blames(TypeError, "maxBytes"));
  });

  it("one input above the maximum is split, not passed through", () => {
    const { input, max = 0, expected } = caseOf("one input larger");
    const plan = planReads(toRanges(input), { maxBytes: max });
    expect(pairs(plan)).toEqual(expected);
    expect(plan.requestSpan[0]).toBe(2);
  });

  it("cuts are multiples of the block: the cap must be one", () => {
    const { input, max = 0, block = 0, expected } = caseOf("split size");
    expect(() => planReads(toRanges(input), { maxBytes: max, alignmentBytes: block })).toThrow(
      blames(RangeError, "maxBytes"),
    );
    const size = 200000;
    expect(
      pairs(planReads(toRanges(input), { maxBytes: max - (max % block), alignmentBytes: block, resourceBytes: size })),
    ).toEqual(expected);
  });

  it("a range inside another does not shrink the read", () => {
    const { input, expected } = caseOf("contained range");
    expect(pairs(planReads(toRanges(input), { maxBytes: 1000 }))).toEqual(expected);
    expect(pairs(planReads(toRanges(input).reverse(), { maxBytes: 1000 }))).toEqual(expected);
  });

  it("an offset above 2^32 keeps its upper half; one above 2^53 - 1 is refused, not rounded", () => {
    const addr = 0x3_0000_1000;
    expect(
      pairs(
        planReads(
          [
            { offset: addr, length: 16 },
            { offset: 0x1000, length: 16 },
          ],
          { maxBytes: 64 },
        ),
      ),
    ).toEqual([
      [0x1000, 16],
      [addr, 16],
    ]);
    expect(() => planReads([{ offset: 2 ** 53, length: 1 }], { maxBytes: 1 })).toThrow(RangeError);
  });
});
