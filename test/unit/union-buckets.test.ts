/** Unions of many records by a mapper: at the thresholds, with guesses that fail, and where memory is short. */
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { checkLimits } from "../../src/core/limits.js";
import { PACKAGE } from "../../src/core/package-key.js";
import { unionsByBuckets } from "../../src/engine/bucket-union.js";
import { columns } from "../../src/engine/columns.js";
import { wasmEngine } from "../../src/engine/wasm.js";
import { SegmentMapper } from "../../src/mapper/mapper.js";
import { type OracleRange, pack, union } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { guardArenas } from "../support/canaries.js";
import { kernelModule, mapperFactory } from "../support/engines.js";
import { Random } from "../support/random.js";

const page = 4096n;
const random = new Random(11);
const upTo = (most: number) => BigInt(random.integer(0, most));
const many = (count: number, rangeOf: (i: number) => Partial<OracleRange>): OracleRange[] =>
  Array.from({ length: count }, (_, i) => ({ addr: 0n, length: page, flags: 0, ...rangeOf(i) }));

const shapes: Record<string, (i: number) => Partial<OracleRange>> = {
  "dense pages": () => ({ addr: upTo(40_000) * page, length: (1n + upTo(7)) * page }),
  "spread bytes": () => ({ addr: random.u64() >> 16n, length: 1n + upTo(1 << 16) }),
  "a few again and again": () => ({ addr: upTo(9) * page, flags: random.pick([0, 0x100]) }),
  "several kinds": () => ({ addr: upTo(40_000) * page, flags: random.pick([0, 4, 0x100]) }),
  NOMERGE: () => ({ addr: upTo(40_000) * page, flags: 2 }),
  "the top of the address space": () => ({ addr: (1n << 64n) - page * (1n + upTo(40_000)) }),
  "4 GiB each": () => ({ addr: upTo(30_000) << 32n, length: 1n << 32n }),
  clusters: () => ({ addr: (upTo(7) << 44n) + upTo(3000) * page }),
};

describe.each(["wasm", "buckets", "js", "js-buckets"] as const)("%s", (name) => {
  const isSmall = name.endsWith("buckets");
  const makeMapper = mapperFactory(name);

  it.each(Object.entries(shapes))("%s: the sizes round each threshold, with a gap and limits", (shape, rangeOf) => {
    for (const count of isSmall ? [39, 40, 41, 1000] : [299, 300, 301, 20_001]) {
      const ranges = many(count, rangeOf);
      for (const gapBytes of [0n, 5n * page]) {
        using mapper = makeMapper();
        expectBytes(
          mapper.union(packedRecords(pack(ranges)), { gapBytes }).bytes,
          pack(union(ranges, gapBytes)),
          shape,
        );
      }
      const limits = { max: 3n * page, boundary: 1n << 20n, alignment: page };
      if (shape !== "4 GiB each" && shape !== "spread bytes") {
        using cutting = makeMapper(limits);
        expectBytes(cutting.union(packedRecords(pack(ranges))).bytes, pack(union(ranges, 0n, limits)), shape);
      }
    }
  });

  it("a sample that says nothing of the last record", () => {
    const count = isSmall ? 300 : 20_000;
    const last: Partial<OracleRange>[] = [
      { addr: 0n },
      { addr: 1n << 62n },
      { addr: (1n << 64n) - page },
      { addr: (1n << 45n) + 1n },
      { addr: 1n << 45n, length: 1n << 32n },
      { addr: 1n << 45n, flags: 2 },
      { addr: 1n << 45n, flags: 0xab00 },
    ];
    const start = many(count - 1, () => ({ addr: (1n << 45n) + upTo(9 * count) * page }));
    for (const range of last) {
      const ranges = [...start, { addr: 0n, length: page, flags: 0, ...range }];
      using mapper = makeMapper();
      const records = mapper.input(count);
      records.bytes.set(pack(ranges));
      expectBytes(mapper.union(records).bytes, pack(union(ranges)), "own memory");
      expectBytes(records.bytes, pack(ranges), "the input");
      expectBytes(mapper.union(records, { borrow: true }).bytes, pack(union(ranges)), "lent");
      expectBytes(records.bytes, pack(ranges), "the input");
    }
  });

  it("a record that is not valid is named, whatever comes before it, and the target is as it was", () => {
    const count = isSmall ? 300 : 25_000;
    using mapper = makeMapper();
    const target = new Uint32Array(4 * count).fill(0x5a5a5a5a);
    for (const few of [false, true]) {
      for (const at of [0, 1, count >> 1, count - 1]) {
        const ranges = many(count, (i) => ({ addr: few ? BigInt(i % 3) * page : upTo(9 * count) * page }));
        for (const bad of [{ length: 0n }, { flags: 0x10 }, { addr: (1n << 64n) - 1n, length: 2n }]) {
          const bytes = pack(ranges.with(at, { ...(ranges[at] as OracleRange), ...bad }));
          expect(() => mapper.unionInto(packedRecords(bytes), target)).toThrow(`record ${at}:`);
          expect(target.every((word) => word === 0x5a5a5a5a)).toBe(true);
        }
      }
    }
    const ranges = many(count, (i) => ({ addr: BigInt((i * 7919) % count) * 2n * page }));
    expect(() => mapper.unionInto(packedRecords(pack(ranges)), target.subarray(4))).toThrow(RangeError);
    expect(target.every((word) => word === 0x5a5a5a5a)).toBe(true);
    const segments = mapper.unionInto(packedRecords(pack(ranges)), target);
    expectBytes(new Uint8Array(target.buffer, 0, 16 * segments), pack(union(ranges)), "target");
  });

  it("skips empty records, and takes shared, unaligned records, columns and tables", () => {
    const count = isSmall ? 200 : 21_000;
    const ranges = many(count, (i) => ({ addr: upTo(9 * count) * page, length: i % 9 === 0 ? 0n : page }));
    const whole = ranges.filter(({ length }) => length > 0n);
    using mapper = makeMapper();
    const expected = pack(union(whole));
    expectBytes(mapper.union(packedRecords(pack(ranges)), { skipEmpty: true }).bytes, expected, "empty ones");
    const shared = new Uint8Array(new SharedArrayBuffer(16 * whole.length));
    shared.set(pack(whole));
    expectBytes(mapper.union(packedRecords(shared)).bytes, expected, "shared");
    const odd = new Uint8Array(16 * whole.length + 1).subarray(1);
    odd.set(pack(whole));
    expectBytes(mapper.union(packedRecords(odd)).bytes, expected, "unaligned");
    const addr = BigUint64Array.from(whole, (range) => range.addr);
    const length = BigUint64Array.from(whole, (range) => range.length);
    expectBytes(mapper.union(columns({ addr, length })).bytes, expected, "columns");
    const table = makeMapper().coalesce(packedRecords(pack(whole)));
    expectBytes(mapper.union(table).bytes, expected, "a table");
  });
});

describe("memory", () => {
  const ranges = many(9000, () => ({ addr: upTo(60_000) * page }));
  const spread = many(9000, () => ({ addr: random.u64() >> 16n, length: 1n + upTo(99) }));

  it.each([
    ["dense", ranges],
    ["spread", spread],
    ["a few", many(9000, (i) => ({ addr: BigInt(i % 7) * page }))],
  ])("%s: buckets need no more than a sort does, and what is refused has changed nothing", (_, list) => {
    const bytes = pack(list);
    const expected = pack(union(list));
    const succeeds = (maxBytes: number, hasBuckets: boolean) => {
      const none = { from: Number.POSITIVE_INFINITY, sampleFrom: 0 };
      const main = wasmEngine(
        kernelModule,
        maxBytes,
        unionsByBuckets(hasBuckets ? { from: 2, sampleFrom: 4000 } : none),
      );
      using mapper = new SegmentMapper(PACKAGE, { main }, checkLimits({}));
      const target = new Uint32Array(4 * list.length).fill(7);
      try {
        const segments = mapper.unionInto(packedRecords(bytes), target);
        expectBytes(new Uint8Array(target.buffer, 0, 16 * segments), expected, `${maxBytes}`);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: "OUT_OF_MEMORY" });
        expect(target.every((word) => word === 7)).toBe(true);
        expectBytes(mapper.union(packedRecords(bytes.subarray(0, 64))).bytes, pack(union(list.slice(0, 4))), "after");
        return false;
      }
    };
    const results = new Set<string>();
    for (let pages = 2; pages <= 40; pages++) {
      const [withBuckets, without] = [succeeds(pages * 65536, true), succeeds(pages * 65536, false)];
      if (without) expect(withBuckets).toBe(true);
      results.add(`${withBuckets}`);
    }
    expect(results.has("true")).toBe(true);
  });

  it("all of it is given back, and no byte round it is trodden on", () => {
    const expectCanaries = guardArenas();
    const main = wasmEngine(kernelModule, 2 ** 32, unionsByBuckets({ from: 2, sampleFrom: 4000 }));
    using mapper = new SegmentMapper(PACKAGE, { main }, checkLimits({}));
    mapper.union(packedRecords(pack(ranges)));
    const { room } = main;
    for (const list of [ranges, spread, [...ranges, ...spread], [...ranges, { addr: 1n, length: 1n, flags: 2 }]]) {
      expectBytes(mapper.union(packedRecords(pack(list))).bytes, pack(union(list)));
      expect(main.room).toBe(room);
    }
    expectCanaries();
  });
});
