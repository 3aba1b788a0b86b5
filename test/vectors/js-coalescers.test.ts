/** js-coalescers.json: deck.gl-raster, zarrita and loaders.gl, as plans. Where they have no cap, ours is far away. */

import { describe, expect, it } from "vitest";
import { planReads } from "../../src/plan/index.js";
import { blames } from "../support/blame.js";
import file from "./data/js-coalescers.json" with { type: "json" };

interface Case {
  name: string;
  input?: number[][];
  coalesce?: number;
  maxRangeSize?: number;
  expected?: number[][];
  expected_count?: number;
  expected_first_byte_per_input?: number[];
}

function planOf({ input, coalesce, maxRangeSize }: Case, defaults: { gapBytes: number; maxBytes: number }) {
  // The one case by rule: 25 ranges of 4 bytes, 200 apart.
  const pairs = input ?? Array.from({ length: 25 }, (_, i) => [i * 200, 4]);
  const ranges = pairs.map(([offset = 0, length = 0]) => ({ offset, length }));
  return planReads(ranges, { maxBytes: maxRangeSize ?? defaults.maxBytes, gapBytes: coalesce ?? defaults.gapBytes });
}

function expectCase(row: Case, defaults: { gapBytes: number; maxBytes: number }, instead?: number[][]): void {
  const plan = planOf(row, defaults);
  const found = [...plan].map(({ offset, length }) => [offset, length]);
  if (instead !== undefined || row.expected !== undefined) expect(found).toEqual(instead ?? row.expected);
  if (row.expected_count !== undefined) expect(found.length).toBe(row.expected_count);
  if (row.expected_first_byte_per_input !== undefined) {
    const firstBytes = Array.from(plan.firstRequest, (j, i) => plan.request(j).offset + (plan.offsetIn[i] as number));
    expect(firstBytes).toEqual(row.expected_first_byte_per_input);
  }
  const { expected, expected_count, expected_first_byte_per_input } = row;
  expect([expected, expected_count, expected_first_byte_per_input].some((wanted) => wanted !== undefined)).toBe(true);
}

it("all 16 cases are here", () => {
  const { deckgl_raster, zarrita, loaders_gl } = file;
  expect([deckgl_raster.cases.length, zarrita.cases.length, loaders_gl.cases.length]).toEqual([10, 5, 1]);
});

describe("deck.gl-raster", () => {
  const defaults = {
    gapBytes: file.deckgl_raster.semantics.defaults.coalesce,
    maxBytes: file.deckgl_raster.semantics.defaults.maxRangeSize,
  };
  it.each(file.deckgl_raster.cases as Case[])("$name", (row) => {
    // "single oversized range not truncated": theirs is fetched whole, ours is cut, and neither loses a byte.
    const cut = row.name.includes("oversized") ? [0, 100, 200, 300].map((offset) => [offset, 100]) : undefined;
    expectCase(row, defaults, cut);
  });

  it("a short read is an error that says what was wanted and what came", () => {
    const plan = planReads([{ offset: 0, length: 10 }], { maxBytes: 10 });
    expect(() => plan.slice(0, [new Uint8Array(9)])).toThrow(blames(RangeError, "buffers[0].byteLength"));
  });
});

describe("zarrita", () => {
  it.each(file.zarrita.cases as Case[])("$name", (row) => {
    expectCase(row, { gapBytes: 32768, maxBytes: 2 ** 40 });
  });
});

describe("loaders.gl", () => {
  it.each(file.loaders_gl.cases)("$name", (row) => {
    expectCase(row, { gapBytes: 0, maxBytes: 8388608 });
    const plan = planOf(row, { gapBytes: 0, maxBytes: 8388608 });
    const { logicalRanges, transportRanges, requestedBytes, transportBytes, overfetchBytes } = row.stats;
    expect([plan.inputCount, plan.requestCount]).toEqual([logicalRanges, transportRanges]);
    expect([plan.wantedBytes, plan.coveredBytes]).toEqual([requestedBytes, transportBytes]);
    expect(plan.coveredBytes - plan.wantedBytes).toBe(overfetchBytes);
  });
});
