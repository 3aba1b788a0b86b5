/** `mergeSorted` against the union of the same segments, and against the BigInt model: over every engine. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import { type OracleLimits, type OracleRange, pack, union } from "../oracle.js";
import { throws } from "../support/blame.js";
import { expectBytes } from "../support/bytes.js";
import { check } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { Random } from "../support/random.js";
import { EDGES } from "../support/ranges.js";

const anyLimits = fc.constantFrom<OracleLimits>(
  { max: 1n << 32n, boundary: 0n, alignment: 1n },
  { max: 4096n, boundary: 0n, alignment: 512n },
  { max: 100n, boundary: 64n, alignment: 1n },
  { max: 1n << 31n, boundary: 1n << 30n, alignment: 4096n },
);
const anyGap = fc.constantFrom(0n, 0n, 1n, 7n, 4096n, (1n << 64n) - 1n);
const FLAGS = [0, 0, 0, 4, 2, 0x100, 0xffff_ff00, 6];

/** Segments near one another, near the edges of 32 and 64 bits. */
function anySegments(random: Random, count: number, kinds: number, places: number, longest: number): OracleRange[] {
  const edges = Array.from({ length: places }, () => random.pick([...EDGES, 0n, (1n << 64n) - 1n]));
  return Array.from({ length: count }, () => {
    const wanted = random.pick(edges) + BigInt(random.integer(-3 * count, 3 * count)) * random.pick([1n, 5n, 64n]);
    const length = BigInt(random.once(50) && longest > 100 ? 2 ** 32 : random.integer(1, longest));
    const addr = wanted < 0n ? 0n : wanted + length > 1n << 64n ? (1n << 64n) - length : wanted;
    return { addr, length, flags: FLAGS[random.integer(0, kinds - 1)] as number };
  });
}

const order = (a: OracleRange, b: OracleRange) =>
  a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : a.flags - b.flags || Number(a.length - b.length);

function tablesOf(lists: readonly OracleRange[][]): SegmentTable[] {
  return lists.map((list) => SegmentTable.fromBytes(pack([...list].sort(order))));
}

/** As much of a gap as leaves a result that the model can make. */
function fitting(gap: bigint, ranges: readonly OracleRange[], limits: OracleLimits): bigint {
  for (let fits = gap; fits > 0n; fits >>= 4n) {
    const uncut = union(ranges, fits, { max: 1n << 65n, boundary: 0n, alignment: 1n });
    if (uncut.reduce((sum, { length }) => sum + length, 0n) / limits.max < 5000n) return fits;
  }
  return 0n;
}

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("is the union of all segments: as the model and as union have it", () => {
    const anyCase = fc.record({
      limits: anyLimits,
      gap: anyGap,
      seed: fc.integer(),
      tables: fc.constantFrom(1, 2, 3, 5, 8, 9, 40),
      kinds: fc.constantFrom(1, 3, 4, 8),
    });
    check(300, anyCase, ({ limits, gap, seed, tables, kinds }) => {
      const random = new Random(seed);
      const longest = limits.max < 1n << 31n ? 60 : 300;
      const lists = Array.from({ length: tables }, () =>
        anySegments(random, random.pick([0, 1, 5, random.integer(0, 90)]), kinds, random.integer(1, 3), longest),
      );
      const close = fitting(gap, lists.flat(), limits);
      using mapper = makeMapper(limits);
      const merged = mapper.mergeSorted(tablesOf(lists), { gapBytes: close }).bytes;
      expectBytes(merged, mapper.union(lists.flat(), { gapBytes: close }).bytes, "union");
      expectBytes(merged, pack(union(lists.flat(), close, limits)), "the model");
    });
  });

  it.each([1, 2, 3, 7, 8, 64, 65, 299, 300])("%i tables that need many windows, interleaved in every way", (count) => {
    const random = new Random(count);
    const longest = Math.ceil(40_000 / count);
    for (const [kinds, spread] of [
      [1, 1],
      [1, 1000],
      [4, 3],
    ] as const) {
      const lists = Array.from({ length: count }, (_, table) => {
        let addr = BigInt(random.pick([0, table * spread * 100]));
        return Array.from({ length: random.integer(0, longest) }, (): OracleRange => {
          addr += BigInt(random.integer(1, 12 * spread));
          return { addr, length: BigInt(random.integer(1, 9)), flags: FLAGS[random.integer(0, kinds - 1)] as number };
        });
      });
      using mapper = makeMapper();
      expectBytes(mapper.mergeSorted(tablesOf(lists)).bytes, mapper.union(lists.flat()).bytes);
    }
  });

  it("of unions is the union of their inputs, lent too, and the mapper goes on", () => {
    const random = new Random(5);
    using mapper = makeMapper();
    const lists = Array.from({ length: 6 }, () => anySegments(random, 500, 4, 2, 200));
    const tables = lists.map((list) => mapper.union(list));
    const expected = mapper.union(lists.flat()).bytes;
    for (let round = 0; round < 3; round++) {
      expectBytes(mapper.mergeSorted(tables).bytes, expected);
      expectBytes(mapper.mergeSorted(new Set(tables), { borrow: true }).bytes, expected);
    }
    const lent = mapper.mergeSorted(tables, { borrow: true });
    expect(() => mapper.mergeSorted([lent])).toThrow(expect.objectContaining({ code: "STALE" }));
  });

  it("of no tables, and of empty ones, is empty; of equal ones it is one", () => {
    using mapper = makeMapper();
    const empty = SegmentTable.from([]);
    const one = SegmentTable.from([{ addr: 5, length: 9 }]);
    expect(mapper.mergeSorted([]).length).toBe(0);
    expect(mapper.mergeSorted([empty, empty]).length).toBe(0);
    expect([...mapper.mergeSorted([empty, one, one, empty, one])]).toEqual([{ addr: 5n, length: 9, flags: 0 }]);
    const full = SegmentTable.from([{ addr: 0xffff_ffff_0000_0000n, length: 2 ** 32 }]);
    expect(mapper.mergeSorted([full, full, one]).length).toBe(2);
  });

  it("names the table and the segment that are not sorted, and changes nothing", () => {
    using mapper: SegmentMapper = makeMapper();
    const sorted = SegmentTable.from([
      { addr: 8, length: 2 ** 32 },
      { addr: 8, length: 1, flags: 4 },
      { addr: 2n ** 33n, length: 1 },
    ]);
    expect(mapper.mergeSorted([sorted]).length).toBe(3);
    const wrong = [
      [
        { addr: 2n ** 32n, length: 1 },
        { addr: 5, length: 1 },
      ],
      [
        { addr: 5, length: 1 },
        { addr: 4, length: 1 },
      ],
      [
        { addr: 5, length: 1, flags: 4 },
        { addr: 5, length: 9 },
      ],
      [
        { addr: 5, length: 2 },
        { addr: 5, length: 1 },
      ],
      [
        { addr: 5, length: 2 ** 32 },
        { addr: 5, length: 1 },
      ],
    ];
    for (const pair of wrong) {
      const table = SegmentTable.from([{ addr: 0, length: 1 }, ...pair]);
      throws(() => mapper.mergeSorted([sorted, table]), RangeError, "tables[1]");
      expect(() => mapper.mergeSorted([sorted, table])).toThrow(/segment 2 .*before segment 1 /);
    }
    for (const tables of [undefined, sorted, 5, "text"]) {
      throws(() => mapper.mergeSorted(tables as never), TypeError, "tables");
    }
    throws(() => mapper.mergeSorted([sorted, [] as never]), TypeError, "tables[1]");
    mapper.close();
    expect(() => mapper.mergeSorted([sorted])).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });
});
