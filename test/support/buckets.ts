/** A union by the buckets of an engine, step by step. */
import { expect } from "vitest";
import { checkLimits } from "../../src/core/limits.js";
import type { Buckets, Engine } from "../../src/engine/engine.js";
import * as layout from "../../src/engine/layout.generated.js";
import { type OracleRange, pack, union } from "../oracle.js";
import { expectBytes } from "./bytes.js";

const FOUR_GIB = 1n << 32n;

/** How far a union by buckets comes, and its segments, if it comes to the end. */
export function uniteByBuckets(
  engine: Engine,
  ranges: readonly OracleRange[],
  { gap = 0n, looked = ranges } = {},
): Uint8Array | "plan" | "part" {
  const runs = engine.runs(checkLimits({}));
  const wordsOf = (list: readonly OracleRange[]) => new Int32Array(pack(list).slice().buffer);
  let buckets: Buckets | undefined;
  try {
    runs.reset(gap);
    buckets = runs.buckets() as Buckets;
    buckets.look(wordsOf(looked), 0, looked.length);
    if (!buckets.open(ranges.length)) return "plan";
    if (!buckets.part(wordsOf(ranges), 0, ranges.length)) return "part";
    buckets.close();
    const output = engine.allocate((ranges.length + 3) * 16);
    let at = 0;
    for (let bucket = 0; bucket < buckets.count; bucket++) at += buckets.unite(bucket, output, at);
    at += runs.finish(output, at);
    const segments = output.bytes.slice(0, at * 16);
    output.free();
    return segments;
  } finally {
    buckets?.free();
    runs.free();
  }
}

/** The model, with runs above 4 GiB as the union's own memory has them. */
export function expectUnionByBuckets(engine: Engine, ranges: readonly OracleRange[], gap = 0n, what = ""): void {
  const wide = union(ranges, gap, { max: 1n << 65n, boundary: 0n, alignment: 1n }).flatMap(
    ({ addr, length, flags }) => {
      if (length <= FOUR_GIB) return [{ addr, length, flags }];
      const units = length >> 32n;
      const rest = length - (units << 32n);
      const first = { addr, length: units - 1n, flags: flags | layout.WIDE };
      return rest === 0n ? [first] : [first, { addr: addr + (units << 32n), length: rest, flags }];
    },
  );
  const found = uniteByBuckets(engine, ranges, { gap });
  if (typeof found === "string") throw new Error(`${what}: refused by ${found}`);
  expectBytes(found, pack(wide), what);
}

/** What buckets say of the order of records, in one look or in two. */
export function expectLooks(engine: Engine): void {
  const runs = engine.runs(checkLimits({}));
  const looked = (addresses: readonly bigint[], first: number) => {
    const buckets = runs.buckets() as Buckets;
    const words = new Int32Array(pack(addresses.map((addr) => ({ addr, length: 16n, flags: 0 }))).slice().buffer);
    buckets.look(words, 0, first);
    buckets.look(words, first, addresses.length);
    const { count, falling, touching } = buckets.looks;
    buckets.free();
    return [count, falling, touching];
  };
  for (const first of [0, 1, 2, 3]) {
    expect(looked([16n, 32n, 48n], first)).toEqual([3, 0, 2]);
    expect(looked([48n, 32n, 16n], first)).toEqual([3, 2, 0]);
    expect(looked([1n << 32n, 1n << 31n, 1n << 33n, (1n << 33n) - 1n], first)).toEqual([4, 2, 0]);
    expect(looked([16n, 32n, 8n, 64n, 80n], first)).toEqual([5, 1, 2]);
  }
  runs.free();
}
