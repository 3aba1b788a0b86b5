/** planReads, by name: what it gives, and what it refuses. */

import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { byFirstUse, multiRangeHeader, type PlanOptions, planReads, type ReadRange } from "../../src/plan/index.js";
import { type ErrorClass, throws } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";

const pairs = (plan: Iterable<ReadRange>) => [...plan].map(({ offset, length }) => [offset, length]);
const any = (value: unknown) => value as never;

describe("a plan", () => {
  const ranges = [
    { offset: 20, length: 5 },
    { offset: 0, length: 10 },
    { offset: 3, length: 0 },
    { offset: 22, length: 2 },
    { offset: 0, length: 10 },
  ];
  const plan = planReads(ranges, { maxBytes: 4 });

  it("has its requests by address, as an iterable, by number and as columns", () => {
    const expected = [
      [0, 4],
      [4, 4],
      [8, 2],
      [20, 4],
      [24, 1],
    ];
    expect(pairs(plan)).toEqual(expected);
    expect([...plan.requestOffset]).toEqual(expected.map(([offset]) => offset));
    expect([...plan.requestLength]).toEqual(expected.map(([, length]) => length));
    expect(plan.request(4)).toEqual({ offset: 24, length: 1 });
    expect([plan.requestCount, plan.inputCount, plan.wantedBytes, plan.coveredBytes]).toEqual([5, 5, 15, 15]);
  });

  it("says of each input where it is, of duplicates and contained ones too", () => {
    expect([...plan.firstRequest]).toEqual([3, 0, 0, 3, 0]);
    expect([...plan.requestSpan]).toEqual([2, 3, 0, 1, 3]);
    expect([...plan.offsetIn]).toEqual([0, 0, 0, 2, 0]);
  });

  it("gives its header texts, and its requests by first use", () => {
    expect(plan.rangeHeader(0)).toBe("bytes=0-3");
    expect(multiRangeHeader(plan)).toBe("bytes=0-3,4-7,8-9,20-23,24-24");
    expect(multiRangeHeader(plan, 1, 2)).toBe("bytes=4-7,8-9");
    expect([...byFirstUse(plan)]).toEqual([3, 4, 0, 1, 2]);
  });

  it("slices from ArrayBuffers and Uint8Arrays, of those requests alone that the input needs", () => {
    const buffers = { 3: Uint8Array.of(20, 21, 22, 23).buffer, 4: Uint8Array.of(24) };
    expect([...plan.slice(0, buffers)]).toEqual([20, 21, 22, 23, 24]);
    expect([...plan.slice(3, buffers)]).toEqual([22, 23]);
    expect(plan.slice(2, {}).byteLength).toBe(0);
  });

  it("keeps nothing of its input", () => {
    const own = [{ offset: 8, length: 8 }];
    const kept = planReads(own, { maxBytes: 100 });
    (own[0] as { offset: number }).offset = 0;
    own.push({ offset: 0, length: 1 });
    const offset = new Float64Array(5000).fill(7);
    const columns = planReads({ offset, length: new Uint8Array(5000).fill(1) }, { maxBytes: 100 });
    offset.fill(0);
    expect(pairs(kept)).toEqual([[8, 8]]);
    expect([...kept.offsetIn]).toEqual([0]);
    expect(columns.slice(4999, [Uint8Array.of(9)])).toEqual(Uint8Array.of(9));
    expect(columns.request(0).offset).toBe(7);
  });

  it("of nothing is empty", () => {
    const empty = planReads([], { maxBytes: 1 });
    expect([pairs(empty), empty.wantedBytes, empty.firstRequest.length, byFirstUse(empty).length]).toEqual([
      [],
      0,
      0,
      0,
    ]);
    expect(planReads([{ offset: 5, length: 0 }], { maxBytes: 8, alignmentBytes: 8 }).requestCount).toBe(0);
  });

  it("ranges that start together are swept as the longest of them, in any order", () => {
    const together = [
      { offset: 0, length: 10 },
      { offset: 0, length: 20 },
    ];
    for (const order of [together, [...together].reverse()]) {
      expect(pairs(planReads(order, { maxBytes: 15 }))).toEqual([
        [0, 15],
        [15, 5],
      ]);
    }
  });

  it("ends at 2^53 - 1, and rounding up stops there or at the size of the resource", () => {
    const top = [{ offset: 2 ** 53 - 3, length: 2 }];
    expect(pairs(planReads(top, { maxBytes: 4096, alignmentBytes: 4096 }))).toEqual([[2 ** 53 - 4096, 4095]]);
    expect(pairs(planReads([{ offset: 9, length: 1 }], { maxBytes: 8, alignmentBytes: 8, resourceBytes: 11 }))).toEqual(
      [[8, 3]],
    );
    expect(pairs(planReads([{ offset: 9, length: 1 }], { maxBytes: 8, alignmentBytes: 8, resourceBytes: 16 }))).toEqual(
      [[8, 8]],
    );
  });

  it("a gap is read along if it is no longer than gapBytes, and over-fetch says so", () => {
    const apart = [
      { offset: 0, length: 10 },
      { offset: 14, length: 2 },
    ];
    expect(planReads(apart, { maxBytes: 16, gapBytes: 3 }).requestCount).toBe(2);
    const joined = planReads(apart, { maxBytes: 16, gapBytes: 4 });
    expect([pairs(joined), joined.wantedBytes, joined.coveredBytes]).toEqual([[[0, 16]], 12, 16]);
    expect(planReads(apart, { maxBytes: 15, gapBytes: 4 }).requestCount).toBe(2);
  });
});

describe("a plan refuses", () => {
  const one = [{ offset: 0, length: 1 }];
  const mistakes: [string, () => unknown, ErrorClass, string][] = [
    ["no maxBytes", () => planReads(one, any({})), TypeError, "maxBytes"],
    ["no cap", () => planReads(one, any({ gapBytes: 1 })), TypeError, "maxBytes"],
    ["a cap of 0", () => planReads(one, { maxBytes: 0 }), RangeError, "maxBytes"],
    ["a fraction", () => planReads(one, { maxBytes: 1.5 }), RangeError, "maxBytes"],
    ["an infinite gap", () => planReads(one, { maxBytes: 1, gapBytes: Infinity }), RangeError, "gapBytes"],
    ["a bigint option", () => planReads(one, any({ maxBytes: 1n })), TypeError, "maxBytes"],
    ["a text", () => planReads(one, any({ maxBytes: "1" })), TypeError, "maxBytes"],
    ["an alignment of 0", () => planReads(one, { maxBytes: 1, alignmentBytes: 0 }), RangeError, "alignmentBytes"],
    ["a cap that is no multiple", () => planReads(one, { maxBytes: 10, alignmentBytes: 4 }), RangeError, "maxBytes"],
    [
      "too large a number of requests",
      () => planReads(one, { maxBytes: 1, maxRequests: 2 ** 32 }),
      RangeError,
      "maxRequests",
    ],
    ["no ranges", () => planReads(any(undefined), { maxBytes: 1 }), TypeError, "ranges"],
    ["columns of two lengths", () => planReads({ offset: [1, 2], length: [1] }, { maxBytes: 1 }), TypeError, "ranges"],
    ["a range that is none", () => planReads([...one, any(null)], { maxBytes: 1 }), TypeError, "[1].offset"],
    [
      "a bigint offset",
      () => planReads([...one, any({ offset: 1n, length: 1 })], { maxBytes: 1 }),
      TypeError,
      "[1].offset",
    ],
    [
      "bigint columns",
      () => planReads({ offset: any(BigUint64Array.of(4n)), length: [1] }, { maxBytes: 1 }),
      TypeError,
      "[0].offset",
    ],
    ["a missing length", () => planReads([any({ offset: 1 })], { maxBytes: 1 }), TypeError, "[0].length"],
    ["NaN", () => planReads([{ offset: Number.NaN, length: 1 }], { maxBytes: 1 }), RangeError, "[0].offset"],
    ["a negative length", () => planReads([{ offset: 0, length: -1 }], { maxBytes: 1 }), RangeError, "[0].length"],
    ["a rounded offset", () => planReads([{ offset: 2 ** 53, length: 0 }], { maxBytes: 1 }), RangeError, "[0].offset"],
    ["an end past 2^53 - 1", () => planReads([{ offset: 2 ** 53 - 1, length: 1 }], { maxBytes: 1 }), RangeError, "[0]"],
    [
      "an end past the resource",
      () => planReads([...one, { offset: 5, length: 6 }], { maxBytes: 1, resourceBytes: 10 }),
      RangeError,
      "[1]",
    ],
  ];
  it.each(mistakes)("%s", (_, call, type, argument) => throws(call, type, argument));

  it("more requests than maxRequests, before they take memory", () => {
    const codeOf = (ranges: readonly ReadRange[], options: PlanOptions) => {
      const error = thrownBy(() => planReads(ranges, options)) as SegringError;
      expect(error).toBeInstanceOf(SegringError);
      return error.code;
    };
    const apart = [0, 2, 4].map((offset) => ({ offset, length: 1 }));
    expect(codeOf(apart, { maxBytes: 1, maxRequests: 2 })).toBe("TOO_MANY_REQUESTS");
    expect(planReads(apart, { maxBytes: 1, maxRequests: 3 }).requestCount).toBe(3);
    expect(codeOf([{ offset: 0, length: 2 ** 53 - 1 }], { maxBytes: 1 })).toBe("TOO_MANY_REQUESTS");
    expect(planReads([{ offset: 0, length: 9 }], { maxBytes: 3, maxRequests: 3 }).requestCount).toBe(3);
    expect(codeOf([{ offset: 0, length: 10 }], { maxBytes: 3, maxRequests: 3 })).toBe("TOO_MANY_REQUESTS");
  });

  it("numbers outside the plan, and buffers that are not what was requested", () => {
    const plan = planReads([{ offset: 0, length: 10 }], { maxBytes: 4 });
    const four = new Uint8Array(4);
    throws(() => plan.request(3), RangeError, "request");
    throws(() => plan.rangeHeader(-1), RangeError, "request");
    throws(() => plan.slice(1, []), RangeError, "i");
    throws(() => planReads([], { maxBytes: 1 }).request(0), RangeError, "request");
    throws(() => multiRangeHeader(plan, 0, 4), RangeError, "count");
    throws(() => multiRangeHeader(plan, 2, 0), RangeError, "count");
    throws(() => plan.slice(0, [four, four]), TypeError, "buffers[2]");
    throws(() => plan.slice(0, [four, new Uint8Array(3)]), RangeError, "buffers[1].byteLength");
    throws(() => plan.slice(0, any([four, [1, 2, 3, 4]])), TypeError, "buffers[1]");
  });
});

it("columns that were given out may be changed or transferred: the others are found without them", () => {
  const ranges = [
    { offset: 0, length: 4 },
    { offset: 100, length: 300 },
  ];
  const plan = planReads(ranges, { maxBytes: 100 });
  structuredClone(plan.firstRequest, { transfer: [plan.firstRequest.buffer as ArrayBuffer] });
  expect([[...plan.requestSpan], [...plan.offsetIn]]).toEqual([
    [1, 3],
    [0, 0],
  ]);
  const other = planReads(ranges, { maxBytes: 100 });
  other.firstRequest.fill(0);
  expect([...other.requestSpan]).toEqual([1, 3]);
  const buffers = Array.from(other, ({ length }) => new Uint8Array(length));
  expect(other.slice(1, buffers).length).toBe(300);
});
