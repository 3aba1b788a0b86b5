/**
 * fsspec-merge-offset-ranges.json: ranges by path. A plan is of one resource, so each path is planned by itself. Without a
 * maximum fsspec has none at all; a plan always has, here the largest.
 */
import { describe, expect, it } from "vitest";
import { planReads } from "../../src/plan/index.js";
import file from "./data/fsspec-merge-offset-ranges.json" with { type: "json" };

type Row = readonly (string | number)[];

function planPaths(rows: readonly Row[], max_gap: number, max_block: number | null | undefined): (string | number)[][] {
  const paths = [...new Set(rows.map(([path]) => path as string))].sort();
  return paths.flatMap((path) => {
    const ranges = rows
      .filter((row) => row[0] === path)
      .map(([, start, end]) => ({ offset: start as number, length: (end as number) - (start as number) }));
    const plan = planReads(ranges, { maxBytes: max_block ?? Number.MAX_SAFE_INTEGER, gapBytes: max_gap });
    return [...plan].map(({ offset, length }) => [path, offset, offset + length]);
  });
}

it("all 4 cases are here, and 5 that were derived", () => {
  expect([file.cases.length, file.derived.length]).toEqual([4, 5]);
});

describe("merge_offset_ranges", () => {
  // Ranges of 192 and 512 bytes are above the maximum of 128: fsspec keeps them whole, a plan cuts them.
  const cut: Row[] = [
    ["bar", 0, 32],
    ["bar", 64, 192],
    ["bar", 192, 256],
    ["bar", 512, 640],
    ["bar", 640, 768],
    ["bar", 768, 896],
    ["bar", 896, 1024],
    ["foo", 0, 64],
  ];
  it.each(file.cases)("$name", ({ max_gap, max_block, expected }) => {
    expect(planPaths(file.input, max_gap, max_block)).toEqual(max_block === null ? expected : cut);
  });
});

describe("derived: what its code of that commit did, and what is sane", () => {
  const sane = file.derived.filter((row) => "sane" in row);

  it.each(sane)("$name", ({ input, max_gap, sane: wanted }) => {
    expect(planPaths(input as Row[], max_gap, undefined)).toEqual(wanted);
  });

  it("overlaps are never fetched twice, also where the two together are above the maximum", () => {
    const row = file.derived.find(({ name }) => name.startsWith("overlap that would exceed"));
    expect(row?.got_at_commit).toEqual([
      ["f", 0, 100],
      ["f", 50, 150],
    ]);
    expect(planPaths(row?.input as Row[], row?.max_gap as number, row?.max_block)).toEqual([
      ["f", 0, 100],
      ["f", 100, 150],
    ]);
  });

  it("declined: sort=False with interleaved keys is one list of several resources, and a plan is of one", () => {
    expect(file.derived.filter((row) => "sort" in row).map(({ name }) => name)).toEqual([
      "sort=False, interleaved keys",
    ]);
    expect(sane.length).toBe(3);
  });
});
