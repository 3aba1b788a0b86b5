/**
 * arrow-coalesce-read-ranges.json, as plans of reads. Arrow keeps a single range above its limit whole, and lets it end a
 * request that it does not fit; we cut it at the limit, so these rows say what ours is instead.
 */
import { describe, expect, it } from "vitest";
import { planReads } from "../../src/plan/index.js";
import file from "./data/arrow-coalesce-read-ranges.json" with { type: "json" };

const { hole_size_limit: gapBytes, range_size_limit: maxBytes } = file.params;
const toRanges = (list: readonly number[][]) => list.map(([offset = 0, length = 0]) => ({ offset, length }));
const pairs = (plan: Iterable<{ offset: number; length: number }>) =>
  [...plan].map(({ offset, length }) => [offset, length]);

/** Rows with a range of 100 bytes, one above the limit: it is cut, and what is left of it can take neighbours. */
const CUT: Record<string, number[][]> = {
  "no holes but each larger than the limit": [
    [110, 99],
    [209, 1],
    [210, 99],
    [309, 1],
  ],
  "small holes, large range in the middle": [
    [110, 21],
    [140, 99],
    [239, 32],
  ],
  "large range in the middle, unsorted": [
    [110, 21],
    [140, 99],
    [239, 32],
  ],
};

it("all 16 cases are here, and 3 of a cache", () => {
  expect([file.cases.length, file.read_range_cache.length]).toEqual([16, 3]);
  expect(file.cases.filter(({ name }) => name in CUT).length).toBe(3);
});

describe("CoalesceReadRanges", () => {
  it.each(file.cases)("$name", ({ name, input, expected }) => {
    const plan = planReads(toRanges(input), { maxBytes, gapBytes });
    expect(pairs(plan)).toEqual(CUT[name] ?? expected);
    // Arrow drops empty ranges from its answer; here they keep their place and need no request.
    for (const [i, [, length]] of (input as number[][]).entries()) expect(plan.requestSpan[i] === 0).toBe(length === 0);
  });
});

describe("ReadRangeCache: what is cached can be read, what is not cannot", () => {
  const cached = file.read_range_cache.filter(({ cache_calls }) => cache_calls !== undefined);

  it.each(cached)("$name: each range that was asked for comes back", ({ cache_calls, file_length, params }) => {
    const bytes = Uint8Array.from({ length: file_length }, (_, i) => i);
    // Arrow plans each call by itself; one plan for all needs no more requests than it.
    const ranges = toRanges((cache_calls as number[][][]).flat());
    const options = { maxBytes: params.range_size_limit, gapBytes: params.hole_size_limit, resourceBytes: file_length };
    const plan = planReads(ranges, options);
    const fetched = [...plan].map(({ offset, length }) => bytes.slice(offset, offset + length));
    for (const [i, { offset, length }] of ranges.entries()) {
      expect(plan.slice(i, fetched)).toEqual(bytes.slice(offset, offset + length));
    }
    expect(plan.requestCount).toBeLessThan(8);
  });

  it("lazy reading, prefetching and limits from network metrics are for whoever fetches: a plan does not", () => {
    expect(file.limits_from_network_metrics.length).toBe(3);
    expect(file.read_range_cache.filter((row) => "steps" in row).map(({ name }) => name)).toEqual([
      "lazy: reads counted",
      "lazy with prefetch 2",
    ]);
  });
});
