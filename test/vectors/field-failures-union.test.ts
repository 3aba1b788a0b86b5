/** field-failures.json: the inputs on which real coalescers failed, given to `union`, which sorts, joins and cuts. */
import { describe, expect, it } from "vitest";
import { type OracleRange, union } from "../oracle.js";
import { builds, mapperFactory } from "../support/engines.js";
import { limits } from "../support/vectors.js";
import file from "./data/field-failures.json" with { type: "json" };

const caseOf = (start: string) => {
  const found = file.cases.find(({ name }) => name.startsWith(start));
  if (found === undefined) throw new Error(`no case "${start}"`);
  return found as {
    input?: number[][];
    expected?: number[][];
    max?: number;
    block?: number;
    gap?: number;
    align?: number;
  };
};
const toRanges = (input: readonly number[][] = []): OracleRange[] =>
  input.map(([addr = 0, length = 0]) => ({ addr: BigInt(addr), length: BigInt(length), flags: 0 }));

it("all 6 cases are here; the one of aligned reads is for plans, which round outward", () => {
  expect(file.cases.map(({ name }) => name)).toEqual([
    "alignment rounding turns disjoint ranges into overlapping ones",
    "no size cap: chain of small gaps becomes one huge read",
    "one input larger than the maximum must be split, not passed through",
    "split size not a multiple of the block size",
    "contained range must not shrink the merged one",
    "64-bit offset truncated to the low word",
  ]);
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const list = (table: Iterable<{ addr: bigint; length: number }>) =>
    [...table].map(({ addr, length }) => [Number(addr), length]);

  it("disjoint ranges stay disjoint where their cuts are aligned", () => {
    const { input, align = 0 } = caseOf("alignment rounding");
    using mapper = makeMapper(limits({ max: 128n * 1024n, alignment: 64n }));
    expect(align).toBe(100);
    const segments = list(mapper.union(toRanges(input)));
    // The two touch: one run of 7423984 bytes.
    expect(segments[0]).toEqual([13816220, 131044]);
    expect(segments.reduce((sum, [, length = 0]) => sum + length, 0)).toBe(7423984);
    for (const [index, [addr = 0, length = 0]] of segments.entries()) {
      expect(segments[index + 1]?.[0] ?? addr + length).toBe(addr + length);
    }
  });

  it("a chain of small gaps is one run as long as it may be, and no segment is above the maximum", () => {
    const { gap = 0 } = caseOf("no size cap");
    const chain = Array.from({ length: 4096 }, (_, i) => ({ addr: BigInt(i * 1048575), length: 1024n, flags: 0 }));
    using whole = makeMapper();
    expect(list(whole.union(chain, { gapBytes: gap }))).toEqual([[0, 4293915649]]);
    using capped = makeMapper(limits({ max: 8n << 20n }));
    const segments = list(capped.union(chain, { gapBytes: gap }));
    expect(Math.max(...segments.map(([, length = 0]) => length))).toBe(8 << 20);
    expect(segments.length).toBe(512);
  });

  it("one input above the maximum is split", () => {
    const { input, max = 0, expected } = caseOf("one input larger");
    using mapper = makeMapper(limits({ max: BigInt(max) }));
    expect(list(mapper.union(toRanges(input)))).toEqual(expected);
  });

  it("cuts are multiples of the block", () => {
    const { input, max = 0, block = 0, expected } = caseOf("split size");
    using mapper = makeMapper(limits({ max: BigInt(max), alignment: BigInt(block) }));
    expect(list(mapper.union(toRanges(input)))).toEqual(expected);
  });

  it("a range inside another does not shrink it", () => {
    const { input, expected } = caseOf("contained range");
    using mapper = makeMapper();
    expect(list(mapper.union(toRanges(input)))).toEqual(expected);
    expect(list(mapper.union(toRanges([...(input ?? [])].reverse())))).toEqual(expected);
  });

  it("addresses keep all 64 bits, where sorting could mix them up", () => {
    using mapper = makeMapper();
    const ranges = [0x3_0000_1000n, 0x1000n, 0xffff_ffff_0000_1000n, 0x2_0000_1000n].map((addr) => ({
      addr,
      length: 4096n,
      flags: 0,
    }));
    expect([...mapper.union(ranges)].map(({ addr }) => addr)).toEqual(union(ranges).map(({ addr }) => addr));
    expect(mapper.union(ranges).at(-1)?.addr).toBe(0xffff_ffff_0000_1000n);
  });
});
