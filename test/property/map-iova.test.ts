/** Tables in the address space of a device, and the pages of an IOMMU, against a model that looks at every border. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { mapIova } from "../../src/devices/map-iova.js";
import { bestPages } from "../../src/devices/page-table.js";
import { NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check, share } from "../support/check.js";
import { anyMapJob, expectMap, iovaModel, optionsOf } from "../support/iova.js";
import { Random } from "../support/random.js";
import { anyRanges, FOUR_GIB } from "../support/ranges.js";
import { either, tableOf } from "../support/tables.js";

const SPACE = 1n << 64n;
const BUS = 4;
const NOMERGE = 2;

describe("mapIova", () => {
  it("lays segments one after the other, joined and cut as it says, and maps what they use", () => {
    let refused = 0;
    check(600, anyMapJob, (job) => {
      const table = tableOf(job.ranges);
      const model = iovaModel(job);
      if (model.placed === undefined) {
        refused++;
        const error = thrownBy(() => mapIova(table, optionsOf(job))) as SegringError;
        expect(error).toBeInstanceOf(SegringError);
        expect([error.code, error.index]).toEqual(["NO_IOVA", model.failsAt]);
        return;
      }
      expectMap(mapIova(table, optionsOf(job)), job);
      expectBytes(table.bytes, pack(job.ranges), "the table itself");
    });
    expect(refused).toBeGreaterThan(share(30));
  });

  it("of ranges of every kind, as they come", () => {
    const anyInput = fc.record({
      ranges: anyRanges(NO_LIMITS, { count: fc.integer({ min: 1, max: 12 }), segments: 2 ** 30 }),
      granuleShift: fc.integer({ min: 0, max: 20 }),
      seed: fc.integer(),
    });
    check(300, anyInput, ({ ranges, granuleShift, seed }) => {
      const granule = 1n << BigInt(granuleShift);
      const base = granule * 3n;
      const job = { ranges, base, granule, boundary: 0n, max: FOUR_GIB, pageBytes: undefined, seed };
      expectMap(mapIova(tableOf(ranges), optionsOf(job)), job);
    });
  });

  it("scattered pages are one segment of 1 TiB's first 4 GiB pieces, and end at 2^64", () => {
    const count = 3000;
    const ranges = Array.from({ length: count }, (_, i): OracleRange => {
      return { addr: BigInt((i * 7919) % count) * 8192n, length: 4096n, flags: 0 };
    });
    const base = SPACE - BigInt(count) * 4096n;
    const map = mapIova(tableOf(ranges), { base });
    expect([...map.segments]).toEqual([{ addr: base, length: count * 4096, flags: 0 }]);
    for (let i = 0; i < count; i += 37) {
      const range = ranges[i] as OracleRange;
      expect(map.lookup(base + BigInt(i) * 4096n + 5n)).toBe(range.addr + 5n);
    }
    expect(map.lookup(base - 1n)).toBeUndefined();
    expect(map.lookup(SPACE - 1n)).toBe((ranges.at(-1) as OracleRange).addr + 4095n);
    expect(thrownBy(() => mapIova(tableOf(ranges), { base: base + 4096n }))).toMatchObject({
      code: "NO_IOVA",
      index: count - 1,
    });
  });

  it("joined to exactly 4 GiB are a segment of 4 GiB, and one byte more is the next", () => {
    const halves = [0n, 1n, 2n, 3n, 4n].map((i) => ({ addr: i << 40n, length: 1n << 31n, flags: 0x300 }));
    for (const [count, lengths] of [
      [1, [2 ** 31]],
      [2, [2 ** 32]],
      [3, [2 ** 32, 2 ** 31]],
      [4, [2 ** 32, 2 ** 32]],
      [5, [2 ** 32, 2 ** 32, 2 ** 31]],
    ] as const) {
      const ranges = halves.slice(0, count);
      const map = mapIova(tableOf(ranges), { base: 1n << 33n });
      let addr = 1n << 33n;
      const expected = lengths.map((length) => {
        addr += BigInt(length);
        return { addr: addr - BigInt(length), length, flags: 0x300 };
      });
      expect([...map.segments]).toEqual(expected);
      // Valid records: 4 GiB has the flag FULL and a length word of 0.
      expectBytes(
        map.segments.bytes,
        pack(expected.map((segment) => ({ ...segment, length: BigInt(segment.length) }))),
      );
      expectBytes(SegmentTable.fromBytes(map.segments.bytes).bytes, map.segments.bytes);
    }
    const odd = [...halves.slice(0, 1), { addr: 1n << 50n, length: (1n << 31n) + 1n, flags: 0x300 }];
    expect([...mapIova(tableOf(odd), { base: 0 }).segments].map(({ length }) => length)).toEqual([
      2 ** 31,
      2 ** 31 + 1,
    ]);
    // One that is 4 GiB itself takes none, and one of NOMERGE too.
    const full = [
      { addr: 0n, length: FOUR_GIB, flags: 0 },
      ...halves.slice(1, 3).map((half) => ({ ...half, flags: 0 })),
    ];
    expect([...mapIova(tableOf(full), { base: 0 }).segments].map(({ length }) => length)).toEqual([2 ** 32, 2 ** 32]);
    const kept = halves.map((half) => ({ ...half, flags: NOMERGE }));
    expect(mapIova(tableOf(kept), { base: 0 }).segments.length).toBe(5);
  });

  it("rows grow: of any number of segments around powers of two, the last of which joins to 4 GiB", () => {
    for (const count of [1, 2, 14, 15, 16, 17, 18, 30, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000]) {
      const ranges = Array.from({ length: count }, (_, i): OracleRange => {
        return { addr: BigInt(i) << 34n, length: 4096n, flags: i % 3 === 0 ? BUS : NOMERGE };
      });
      for (const flags of [0, 0x100]) {
        const halves = [1n, 2n].map((i) => ({ addr: (1n << 60n) + (i << 40n), length: 1n << 31n, flags }));
        const job = { granule: 4096n, boundary: 0n, max: FOUR_GIB, pageBytes: undefined, seed: count };
        const all = { ...job, ranges: [...ranges, ...halves], base: 1n << 40n };
        const map = mapIova(tableOf(all.ranges), optionsOf(all));
        expectMap(map, all);
        expect(map.segments.length).toBe(count + 1);
        expect(map.segments.at(-1)).toMatchObject({ length: 2 ** 32, flags });
        // And one segment that is cut into as many.
        const cut = { ...job, ranges: [{ addr: 0n, length: BigInt(count) * 4096n, flags: 0 }], base: 0n, max: 4096n };
        const pieces = mapIova(tableOf(cut.ranges), optionsOf(cut));
        expectMap(pieces, cut);
        expect(pieces.segments.length).toBe(count);
      }
    }
  });

  it("of an empty table is nothing", () => {
    const map = mapIova(tableOf([]), { base: 0 });
    expect([map.segments.length, map.byteLength, map.mappings, map.entries, map.lookup(0)]).toEqual([
      0,
      0n,
      [],
      [],
      undefined,
    ]);
  });
});

describe("bestPages", () => {
  it("is the largest size that fits, until a larger one does", () => {
    const job = fc.record({
      shifts: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 5 }),
      iova: fc.integer({ min: 0, max: 1500 }),
      addr: fc.oneof(fc.integer({ min: 0, max: 1500 }), fc.constant(-1)),
      length: fc.integer({ min: 1, max: 1500 }),
      edge: fc.constantFrom(0n, 1n << 32n, 1n << 63n),
      seed: fc.integer(),
    });
    check(1500, job, ({ shifts, iova: i, addr: a, length: l, edge, seed }) => {
      const random = new Random(seed);
      const sizes = shifts.map((shift) => 1n << BigInt(shift)).sort((x, y) => Number(x - y));
      const [iova, length] = [edge + BigInt(i), BigInt(l)];
      const addr = a < 0 ? BigInt(i) : BigInt(a);
      const largestAt = (done: bigint) =>
        sizes.findLast((size) => (iova + done) % size === 0n && (addr + done) % size === 0n && size <= length - done);
      const size = largestAt(0n);
      const found = bestPages(
        { addr: either(addr, random), length: either(length, random) },
        shifts.map((shift) => either(1n << BigInt(shift), random)),
        either(iova, random),
      );
      if (size === undefined) {
        expect(found).toBeUndefined();
        return;
      }
      let count = 0n;
      while (largestAt(count * size) === size) count++;
      expect(found).toEqual({ pageBytes: size, count: Number(count) });
    });
  });
});
