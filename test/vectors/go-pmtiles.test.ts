/** go-pmtiles-merge-ranges.json: copy lists whose order is kept, with an over-fetch budget. It gives its answers longest first, we by the list. */
import { describe, expect, it } from "vitest";
import { planCopies } from "../../src/plan/columns.js";
import { planReads } from "../../src/plan/index.js";
import file from "./data/go-pmtiles-merge-ranges.json" with { type: "json" };

it("all 3 cases of MergeRanges are here, 2 of exact adjacency, and 2 figures of scale", () => {
  expect([file.cases.length, file.exact_adjacency.length, file.scale_reported.runs.length]).toEqual([3, 2, 2]);
});

describe("MergeRanges: the smallest gaps first, as long as the budget lasts", () => {
  it.each(file.cases)("$name", ({ input, overfetch, expected, expected_count, copy_discard, total_transfer }) => {
    const [source, destination, length] = [0, 1, 2].map((field) => input.map((row) => row[field] as number)) as [
      number[],
      number[],
      number[],
    ];
    const wanted = length.reduce((sum, bytes) => sum + bytes, 0);
    const plan = planCopies(
      { source, destination, length },
      { maxBytes: 2 ** 40, overfetchBytes: Math.floor(overfetch * wanted) },
    );
    if (expected_count !== undefined) expect(plan.requestCount).toBe(expected_count);
    if (expected === undefined) return;
    const found = [...plan].map((request, j) => [
      request.offset,
      destination[plan.firstCopy[j] as number],
      request.length,
    ]);
    expect(found).toEqual(expected);
    expect(plan.coveredBytes).toBe(total_transfer);
    for (const [j, pairs] of (copy_discard ?? []).entries()) {
      const parts = [...plan.parts(j)];
      const discards = parts.map((part, k) => {
        const next = parts[k + 1]?.offsetIn ?? plan.request(j).length;
        return [part.length, next - part.offsetIn - part.length];
      });
      expect(discards).toEqual(pairs);
    }
  });

  it("of three ranges one request has all the copies", () => {
    const row = file.cases.find(({ copy_discard_count }) => copy_discard_count !== undefined);
    expect(row?.copy_discard_count).toEqual([row?.input.length]);
  });
});

describe("exact adjacency: what is repeated is fetched once", () => {
  it.each(file.exact_adjacency)("$name", ({ input, expected }) => {
    const plan = planReads(
      input.map(([offset = 0, length = 0]) => ({ offset, length })),
      { maxBytes: 2 ** 40 },
    );
    expect([...plan].map(({ offset, length }) => [offset, length])).toEqual(expected);
  });
});
