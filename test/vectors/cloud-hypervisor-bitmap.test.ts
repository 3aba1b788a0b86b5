/** cloud-hypervisor-memory-range-table.json, the bitmap rows: dirty pages as ranges. The `partition` rows cut a table into chunks, which is for `split`. */
import { describe, expect, it } from "vitest";
import { pageFrames } from "../../src/engine/page-frames.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/cloud-hypervisor-memory-range-table.json" with { type: "json" };

/** The numbers of the bits that are set, the lowest first, from `start` on. */
function pagesOf(words: readonly string[], start: string, page: number): number[] {
  const pages: number[] = [];
  for (const [index, word] of words.entries()) {
    for (let bit = 0; bit < 64; bit++) {
      if ((BigInt(word) >> BigInt(bit)) & 1n) pages.push(Number(BigInt(start)) / page + 64 * index + bit);
    }
  }
  return pages;
}

it("all 6 bitmap rows are here, and 3 of partition", () => {
  expect([file.bitmap_to_ranges.length, file.partition.length]).toEqual([6, 3]);
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(file.bitmap_to_ranges)("$name ($provenance)", ({ words, start, page, expected }) => {
    using mapper = makeMapper();
    const frames = pagesOf(words, start, page);
    const wanted = expected.map(({ addr, len }) => ({ addr: BigInt(addr), length: len, flags: 0 }));
    expect([...mapper.coalesce(pageFrames(frames, { pageBytes: page }))]).toEqual(wanted);
    // In any order, and some of them twice.
    const mixed = [...frames, ...frames.slice(0, 3)].sort((a, b) => ((a * 7919) % 64) - ((b * 7919) % 64));
    expect([...mapper.union(pageFrames(mixed, { pageBytes: page }))]).toEqual(wanted);
  });
});
