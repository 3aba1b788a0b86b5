/** A union by the buckets of an engine, step by step. */
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
