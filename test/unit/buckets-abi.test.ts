/** The binary interface of the kernel of the buckets, and what its plan takes. */
import { describe, expect, it } from "vitest";
import assemblyLayout from "../../assembly/buckets-layout.ts?raw";
import { checkLimits } from "../../src/core/limits.js";
import type { Buckets } from "../../src/engine/engine.js";
import * as layout from "../../src/engine/layout.generated.js";
import { type OracleRange, pack } from "../oracle.js";
import { constants, sections } from "../support/binary.js";
import { expectLooks, expectUnionByBuckets, uniteByBuckets } from "../support/buckets.js";
import { expectBytes } from "../support/bytes.js";
import { guardArenas } from "../support/canaries.js";
import { bucketsKernelBytes, bucketsKernelModule, newEngine } from "../support/engines.js";
import { Random } from "../support/random.js";

const TOP = 1n << 64n;
const FOUR_GIB = 1n << 32n;

describe("the kernel of the buckets", () => {
  it("exports its functions and its ABI number, imports its memory, and nothing else", () => {
    const names = WebAssembly.Module.exports(bucketsKernelModule).map(({ name }) => name);
    expect(names.toSorted()).toEqual([
      "BUCKETS_ABI",
      "keepDistinct",
      "look",
      "openBuckets",
      "openDistinct",
      "openSlots",
      "partRecords",
      "plan",
      "uniteKeys",
      "uniteSlots",
    ]);
    expect(WebAssembly.Module.imports(bucketsKernelModule)).toEqual([
      { module: "env", name: "memory", kind: "memory" },
    ]);
    expect(sections(bucketsKernelBytes).map(({ id }) => id)).toEqual([1, 2, 3, 6, 7, 10]);
  });

  it("has a block that ends where it is drawn, each field at a multiple of its size", () => {
    const inAssembly = constants(assemblyLayout);
    const [, end] = /^ \* {3}(0x[\dA-F]+) +end$/m.exec(assemblyLayout) ?? [];
    expect(Number(end)).toBe(layout.BUCKETS_BLOCK_BYTES);
    const drawn = [...assemblyLayout.matchAll(/^ \* {3}(0x[\dA-F]+) +(u(\d\d) )?([A-Z_]+) /gm)];
    expect(drawn.length).toBeGreaterThan(25);
    for (const [, at, , bits = "64", name] of drawn) {
      expect(Number(inAssembly.get(name as string)), name).toBe(Number(at));
      expect(Number(at) % (Number(bits) / 8)).toBe(0);
    }
    expect(layout.SEEN_RECORDS + 256 * 16).toBeLessThanOrEqual(layout.STARTS);
  });
});

const engine = newEngine("wasm");
const unite = (ranges: readonly OracleRange[], options = {}) => uniteByBuckets(engine, ranges, options);
const expectUnion = (ranges: readonly OracleRange[], gap = 0n, what = "") =>
  expectUnionByBuckets(engine, ranges, gap, what);

const random = new Random(7);
const page = 4096n;
const many = (count: number, rangeOf: (i: number) => readonly [bigint, bigint], flags = 0): OracleRange[] =>
  Array.from({ length: count }, (_, i) => {
    const [addr, length] = rangeOf(i);
    return { addr, length, flags };
  });
const upTo = (most: number) => BigInt(random.integer(0, most));

describe("a union by buckets", () => {
  const shapes: Record<string, (i: number) => readonly [bigint, bigint]> = {
    "dense pages": () => [upTo(9000) * page, (1n + upTo(7)) * page],
    "dense pages of one length": () => [upTo(9000) * page, page],
    "dense bytes": () => [upTo(9000), 1n + upTo(3)],
    "dense pages, not at multiples": () => [upTo(9000) * page + 77n, (1n + upTo(7)) * page],
    "pages of all lengths": () => [upTo(9000) * page, 1n + upTo(1 << 20)],
    "spread pages": () => [upTo(2 ** 32 - 1) * page, (1n + upTo(7)) * page],
    "spread bytes": () => [random.u64() >> 18n, 1n + upTo(1 << 16)],
    clusters: () => [(upTo(15) << 44n) + upTo(3000) * page, page],
    "clusters of bytes": () => [(upTo(3) << 40n) + upTo(3000), 1n],
    "clusters round a number": () => [(upTo(15) << 44n) + 0x5a5n * (page << 20n) + upTo(3000) * page + 77n, page],
    "clusters at the top": () => [(upTo(14) << 60n) + upTo(3000) * page, (1n + upTo(7)) * page],
    "clusters that touch": (i) => [
      (upTo(i === 0 ? 0 : 3) << 40n) + upTo(1 << 18) * page,
      upTo(1) === 0n ? page : FOUR_GIB,
    ],
    "two clusters of many holes": () => [(upTo(1) << 50n) + ((upTo(7) << 20n) + upTo(1 << 12)) * page, 1n + upTo(99)],
    "clusters too many for a bucket each": () => [(upTo(2000) << 40n) + upTo(3000) * page, page],
    "clusters of a few places": () => [(upTo(500) << 40n) + upTo(15) * page, page],
    skew: () => [((1n << BigInt(random.integer(0, 40))) + upTo(999)) * page, page],
    descending: (i) => [BigInt(5000 - i) * 2n * page, page],
    "long ranges": (i) => [BigInt((i * 37) % 5000) * FOUR_GIB, i % 3 === 0 ? FOUR_GIB : page],
    "4 GiB each": (i) => [BigInt((i * 37) % 5000) * FOUR_GIB * (i % 7 === 0 ? 2n : 1n), FOUR_GIB],
    "one run of dense pages": (i) => [BigInt((i * 37) % 5001) * (page << 12n), page << 12n],
    "a few addresses": () => [upTo(3) * page, (1n + upTo(7)) * page],
  };

  it.each(Object.entries(shapes))(
    "%s: what the model says, with gaps too, and no byte of scratch is trodden on",
    (name, rangeOf) => {
      const expectCanaries = guardArenas();
      for (const count of [2, 3, 100, 1001, 5000]) {
        for (const gap of [0n, 1n, 3n * page, 1n << 40n]) {
          for (const flags of [0, 0x0a00_0004]) {
            const ranges = many(count, rangeOf, flags);
            if (new Set(ranges.map(({ addr }) => addr)).size > 1) expectUnion(ranges, gap, `${name} ${count} ${gap}`);
          }
        }
      }
      expectCanaries();
    },
  );

  it("buckets of more keys than an insertion may mend", () => {
    expectUnion(many(80_000, (i) => [i === 0 ? 1n << 50n : ((1n << BigInt(i % 30)) + upTo(1 << 30)) * page, page]));
  });

  it.each<[string, OracleRange]>([
    ["another tag", { addr: 0n, length: page, flags: 0x100 }],
    ["NOMERGE", { addr: 0n, length: page, flags: 2 }],
    ["a wide record", { addr: 0n, length: page, flags: layout.WIDE }],
    ["a byte at the top of the address space", { addr: TOP - page, length: page, flags: 0 }],
  ])("refuses a plan: %s", (_, one) => {
    const ranges = many(300, (i) => [BigInt(i) * 3n * page, page]);
    expect(unite([...ranges, one])).toBe("plan");
  });

  it("refuses a plan where a gap may reach past the top, where there is one address, and where keys do not fit", () => {
    expect(
      unite(
        many(300, (i) => [BigInt(i) * page, page]),
        { gap: TOP - 1n },
      ),
    ).toBe("plan");
    expect(unite(many(300, () => [page, page]))).toBe("plan");
    expect(unite(many(300, () => [random.u64() >> 2n, 1n + (random.u64() >> 32n)]))).toBe("plan");
    expect(unite(many(300, () => [random.u64(), 1n]))).toBe("plan");
  });

  const pages = many(4000, () => [(1n << 40n) + upTo(30_000) * page, (1n + upTo(3)) * page]);
  const bytes = many(4000, () => [(1n << 40n) + (random.u64() >> 30n), 1n + upTo(99)]);
  const clusters = many(4000, () => [(1n << 40n) + (upTo(15) << 32n) + 5n * (page << 14n) + upTo(9000) * page, page]);
  const odd: Record<string, OracleRange> = {
    "between clusters": { addr: (1n << 40n) + 4n * (page << 14n), length: page, flags: 0 },
    "far below": { addr: 0n, length: page, flags: 0 },
    "far above": { addr: 1n << 60n, length: page, flags: 0 },
    "in the bucket behind the last": { addr: (1n << 40n) + (1n << 28n), length: page, flags: 0 },
    "in a bucket past the last": { addr: (1n << 40n) + (1n << 36n), length: page, flags: 0 },
    "of another kind": { addr: 1n << 40n, length: page, flags: 0x100 },
    NOMERGE: { addr: 1n << 40n, length: page, flags: 2 },
    "with a reserved flag": { addr: 1n << 40n, length: page, flags: 16 },
    empty: { addr: 1n << 40n, length: 0n, flags: 0 },
    "longer than 4 GiB": { addr: 1n << 40n, length: 1n, flags: 1 },
    "past the top": { addr: TOP - 1n, length: 2n, flags: 0 },
    "at other low bits": { addr: (1n << 40n) + 1n, length: page, flags: 0 },
    "of another length": { addr: 1n << 40n, length: page + 1n, flags: 0 },
  };

  it.each(Object.entries(odd))("a last record that is %s is seen, and scratch is not trodden on", (name, last) => {
    const expectCanaries = guardArenas();
    expect(unite([...pages, last], { looked: pages })).toBe("part");
    expect(unite([...clusters, last], { looked: clusters })).toBe("part");
    const fitsBytes = name === "in a bucket past the last" ? unite([...bytes, last], { looked: bytes }) : "part";
    expect(typeof fitsBytes === "string" ? fitsBytes : "part").toBe("part");
    if (/kind|NOMERGE|reserved|empty|longer|top|far/.test(name)) {
      expect(unite([...bytes, last], { looked: bytes })).toBe("part");
    }
    expectCanaries();
  });

  it("clusters of which the least address is not in the first bucket", () => {
    const ranges = many(20_000, (i) => {
      const low = 70_000n + upTo(61_000);
      return i % 2 === 0 ? [low * page, page] : [(1n << 44n) + upTo((1 << 18) - 1) * page, page];
    });
    expectUnion(ranges);
  });

  it("a sample has a margin on both sides", () => {
    const sampled = many(4000, () => [(1n << 40n) + (BigInt(random.integer(0, 2 ** 31)) << 8n), 1n + upTo(99)]);
    const margin = 1n << 32n;
    const below = { addr: (1n << 40n) - margin, length: 1n, flags: 0 };
    const above = { addr: (1n << 40n) + (1n << 39n) + margin, length: 1n, flags: 0 };
    for (const beyond of [below, above]) {
      expect(typeof unite([...sampled, beyond], { looked: sampled })).toBe("object");
    }
  });

  it("has 510 buckets at most, and one more where the first begins before the least address", () => {
    const runs = engine.runs(checkLimits({}));
    for (const [count, most] of [
      [1_200_000, 36_000_000n],
      [4_000_000, 120_000_000n],
    ] as const) {
      const buckets = runs.buckets() as Buckets;
      const far = [0n, page, most * page].map((addr) => ({ addr, length: page, flags: 0 }));
      buckets.look(new Int32Array(pack(far).slice().buffer), 0, 3);
      expect(buckets.open(count)).toBe(true);
      expect(buckets.count).toBeGreaterThan(200);
      expect(buckets.count).toBeLessThanOrEqual(511);
      buckets.free();
    }
    runs.free();
  });

  it("many records that are not as planned stay in the room of those that are", () => {
    const expectCanaries = guardArenas();
    for (const strange of [0n, (1n << 40n) + (1n << 36n), (1n << 40n) + (1n << 28n), 1n << 63n]) {
      const others = many(4000, (i) => [strange + BigInt(i % 700) * (page << 8n), page]);
      const found = unite([...pages.slice(0, 50), ...others], { looked: pages });
      expect(found).toBe("part");
    }
    expectCanaries();
  });
});

it("tells how many records fall, and how many touch", () => expectLooks(engine));

describe("records seen lately", () => {
  const distinctOf = (ranges: readonly OracleRange[], room: number) => {
    const runs = engine.runs(checkLimits({}));
    const buckets = runs.buckets() as Buckets;
    const found = buckets.distinct(new Int32Array(pack(ranges).slice().buffer), ranges.length, room);
    const kept = found?.block.bytes.slice(0, found.count * 16);
    found?.block.free();
    buckets.free();
    runs.free();
    return kept;
  };
  const few = many(50_000, (i) => [BigInt(i % 5) * page, page]);

  it("are kept once", () => {
    const expectCanaries = guardArenas();
    expectBytes(distinctOf(few, 100) ?? new Uint8Array(), pack(few.slice(0, 5)));
    expect(
      distinctOf(
        many(50_000, (i) => [BigInt(i) * page, page]),
        100,
      ),
    ).toBeUndefined();
    expectCanaries();
  });

  it.each([0, 1, 40_000, 49_999])("one that is not valid, or NOMERGE, at %i", (at) => {
    const expectCanaries = guardArenas();
    for (const bad of [odd0("empty"), odd0("NOMERGE"), odd0("reserved")]) {
      expect(distinctOf(few.toSpliced(at, 1, bad), 100)).toBeUndefined();
    }
    expectCanaries();
  });
});

function odd0(what: "empty" | "NOMERGE" | "reserved"): OracleRange {
  return {
    addr: page,
    length: what === "empty" ? 0n : 7n,
    flags: what === "NOMERGE" ? 2 : what === "reserved" ? 32 : 0,
  };
}
