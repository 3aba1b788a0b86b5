/** Unions by buckets in plain JavaScript: what a plan takes, and what the model says of the rest. */
import { expect, it } from "vitest";
import { checkLimits } from "../../src/core/limits.js";
import type { Buckets } from "../../src/engine/engine.js";
import * as layout from "../../src/engine/layout.generated.js";
import { type OracleRange, pack } from "../oracle.js";
import { expectLooks, expectUnionByBuckets, uniteByBuckets } from "../support/buckets.js";
import { newEngine } from "../support/engines.js";
import { Random } from "../support/random.js";

const engine = newEngine("js");
const random = new Random(21);
const page = 4096n;
const GIB = 1n << 30n;
const upTo = (most: number) => BigInt(random.integer(0, most));
const many = (count: number, rangeOf: (i: number) => readonly [bigint, bigint], flags = 0): OracleRange[] =>
  Array.from({ length: count }, (_, i) => {
    const [addr, length] = rangeOf(i);
    return { addr, length, flags };
  });

const shapes: Record<string, (i: number) => readonly [bigint, bigint]> = {
  "dense pages": () => [upTo(9000) * page, page],
  "pages of 127 lengths": () => [upTo(9000) * page, (1n + upTo(126)) * page],
  "long lengths": () => [upTo(9000) * page, (1n << 31n) + (upTo(127) << 3n)],
  "dense bytes": () => [upTo(9000), 1n + upTo(3)],
  "at odd low bits, across a multiple of 4 GiB": () => [8n * GIB - (1n << 26n) + 77n + upTo(9000) * page * 8n, page],
  "4 MiB apart, across multiples of 4 GiB": () => [(1n << 50n) - GIB + upTo(9000) * (GIB >> 8n), GIB >> 7n],
  "2 GiB apart": () => [upTo(9000) << 31n, 1n << (upTo(1) + 30n)],
  "runs above 4 GiB": () => [upTo(3000) << 21n, 1n << 21n],
  "just below 2^53": () => [(1n << 53n) - (1n << 43n) + upTo(70_000) * page, page],
};

it.each(Object.entries(shapes))("%s: what the model says, in few buckets and in many", (name, rangeOf) => {
  for (const count of [5000, 20_000]) {
    for (const gap of [0n, 1n, 3n * page, 1n << 40n]) {
      expectUnionByBuckets(engine, many(count, rangeOf, 0x0a00_0004), gap, `${name} ${count} ${gap}`);
    }
  }
});

it("buckets without a record, and a record in the last slot", () => {
  const ranges = many(40_000, (i) => [(i % 2 === 0 ? upTo(999) : 600_000n - upTo(99)) * page, page]);
  expectUnionByBuckets(engine, ranges);
  const runs = engine.runs(checkLimits({}));
  runs.reset(0n);
  const buckets = runs.buckets() as Buckets;
  buckets.look(new Int32Array(pack(ranges).slice().buffer), 0, ranges.length);
  expect(buckets.looks.count).toBe(40_000);
  expect(buckets.open(ranges.length)).toBe(true);
  expect(buckets.count).toBe(10);
  buckets.free();
  runs.free();
});

it("tells how many records fall, and how many touch", () => expectLooks(engine));

const pages = many(300, (i) => [BigInt(i * 7) * page, page]);
it.each<[string, readonly OracleRange[]]>([
  ["another tag", [{ addr: 0n, length: page, flags: 0x100 }]],
  ["NOMERGE", many(300, (i) => [BigInt(i) * page, page], 2)],
  ["a wide record", many(300, (i) => [BigInt(i) * page, page], layout.WIDE)],
  ["4 GiB", [{ addr: 0n, length: 1n << 32n, flags: 0 }]],
  ["an address of 2^53", [{ addr: 1n << 53n, length: page, flags: 0 }]],
  ["an address at the top", [{ addr: (1n << 64n) - page, length: page, flags: 0 }]],
  ["lengths of more bits than a code has", [{ addr: 0n, length: 1n + (page << 7n), flags: 0 }]],
  ["too few records for the slots", [{ addr: 305n * 16n * page, length: page + 1n, flags: 0 }]],
  ["slots of a byte that are too many", [{ addr: 1n, length: page, flags: 0 }]],
])("refuses a plan: %s", (_, others) => {
  expect(uniteByBuckets(engine, [...pages, ...others])).toBe("plan");
  expectUnionByBuckets(engine, pages);
});

it.each<[string, Partial<OracleRange>]>([
  ["far below", { addr: 0n }],
  ["far above", { addr: 1n << 60n }],
  ["at the top", { addr: (1n << 64n) - page }],
  ["in the bucket behind the last", { addr: (1n << 40n) + (page << 16n) * 2n }],
  ["in the bucket before the first", { addr: (1n << 40n) - page }],
  ["at other low bits", { addr: (1n << 40n) + 7n * page + 1n }],
  ["empty", { length: 0n }],
  ["of another length", { length: 3n * page }],
  ["of another kind", { flags: 0x100 }],
  ["NOMERGE", { flags: 2 }],
  ["4 GiB long", { length: 1n << 32n }],
])(
  "records that are %s when they are put into buckets, and were not when they were looked at, are refused",
  (_, odd) => {
    const looked = many(5000, () => [(1n << 40n) + upTo(70_000) * page, page]);
    looked[0] = { addr: 1n << 40n, length: page, flags: 0 };
    looked[1] = { addr: (1n << 40n) + 70_000n * page, length: page, flags: 0 };
    for (const many of [1, 700]) {
      const ranges = looked.map((range, i) => (i % 5000 < many ? { ...range, ...odd } : range));
      expect(uniteByBuckets(engine, ranges, { looked })).toBe("part");
    }
    expectUnionByBuckets(engine, looked);
  },
);

it("refuses a plan where an end with the gap is no exact number, where there is one address, and where 4 GiB lie between", () => {
  expect(uniteByBuckets(engine, pages, { gap: 1n << 53n })).toBe("plan");
  expect(
    uniteByBuckets(
      engine,
      many(300, () => [page, page]),
    ),
  ).toBe("plan");
  expect(
    uniteByBuckets(
      engine,
      many(300, (i) => [BigInt(i) << 32n, page]),
    ),
  ).toBe("plan");
});
