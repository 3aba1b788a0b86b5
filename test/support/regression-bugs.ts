/** The rows of regression-bugs.json: 53 faults of other systems, by family. */
import { describe, expect, it } from "vitest";
import type { SegmentTable } from "../../src/core/segment-table.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import type { OracleLimits, OracleRange } from "../oracle.js";
import file from "../vectors/data/regression-bugs.json" with { type: "json" };
import { type BuildName, builds, mapperFactory } from "./engines.js";
import type { VectorRange } from "./vectors.js";

export interface Context {
  name: BuildName;
  make(limits?: OracleLimits): SegmentMapper;
}
export type Test = (context: Context, input: Input, expected: Expected) => void;
// The rows have what they need: each test knows its own.
interface Input {
  ranges: VectorRange[];
  range: VectorRange[];
  entries: VectorRange[];
  entry: VectorRange[];
  list: VectorRange[];
  iov: VectorRange[];
  lens: number[];
  pages: number;
  prps: number;
  runs_pages: number[];
  page: number;
  len: number;
  iov_len: number;
  size: number;
  max: number;
  mask: string;
  addr: string;
  block: string;
  max_len: number;
  skip: number;
  sizes: number[];
  length: number;
  mapped_nents: number;
  consume: number;
  split_at: number;
  have: number;
  add: number;
  limit: number;
  parent_bytes: number;
  reserved: number;
  remaining: number;
  per_block: number;
}
interface Expected {
  total: number;
  sum: number;
  size: number;
  bytes: number;
  len: number;
  len1: number;
  accepted: boolean;
  error_or_total: number;
  max_segment: number;
  max_segments: number;
  segments: VectorRange[];
  pages: number;
  blocks: string[];
  count: number;
  part0: number[];
  part1: number[];
  part0_lens: number[];
  rest: VectorRange[];
  rest_addr: string[];
  left: number;
}

/** Ranges of these lengths that do not touch. */
export const apart = (lens: readonly (number | bigint)[]): OracleRange[] =>
  lens.map((length, index) => ({ addr: BigInt(index) << 40n, length: BigInt(length), flags: 0 }));

export const coalesceTotal = (make: Context["make"], ranges: readonly OracleRange[]): bigint => {
  using mapper = make();
  return mapper.coalesce(ranges).totalBytes;
};

export const sizesOf = (table: SegmentTable): number[] => [...table].map(({ length }) => length);

/** No number of segments is too many, and none is left out in silence. */
export function expectNoCap(make: Context["make"], segments: number): void {
  using mapper = make();
  for (const count of [segments, segments * 100]) {
    const table = mapper.coalesce(Array.from({ length: count }, (_, index) => ({ addr: index * 8192, length: 4096 })));
    expect([table.length, table.totalBytes]).toEqual([count, BigInt(count) * 4096n]);
  }
}

/** All of these faults could be segring's too. The families, by the file that has their tests. */
const FAMILIES = {
  lengths: ["u32"],
  cuts: ["trim", "split", "bound"],
  kinds: ["prp", "kind", "merge"],
} as const;

const familyOf = (id: string) => id.split("-")[0] as string;

/** Runs the rows of some families on every engine. @param tests By the id of a row: every row has one. */
export function describeBugs(families: keyof typeof FAMILIES, tests: Readonly<Record<string, Test>>): void {
  const bugs = file.bugs.filter(({ id }) => (FAMILIES[families] as readonly string[]).includes(familyOf(id)));

  it("every bug has its place, and only one", () => {
    const ids = file.bugs.map(({ id }) => id);
    expect([file.count, ids.length, new Set(ids).size]).toEqual([53, 53, 53]);
    const known: readonly string[] = Object.values(FAMILIES).flat();
    expect(ids.filter((id) => !known.includes(familyOf(id)))).toEqual([]);
    expect(Object.keys(tests).sort()).toEqual(bugs.map(({ id }) => id).sort());
  });

  describe.each(builds)("$name", ({ name }) => {
    const make = mapperFactory(name);

    it.each(bugs)("$id $system: $title", ({ id, input, expected }) => {
      (tests[id] as Test)({ name, make }, (input ?? {}) as unknown as Input, (expected ?? {}) as unknown as Expected);
    });
  });
}
