/**
 * regression-bugs.json: 53 faults of other systems. Each id has a test here, or the later feature it belongs to, or the
 * reason why it is declined.
 */
import { describe, expect, it } from "vitest";
import { packedRecords, pageFrames } from "../../src/input.js";
import type { SegmentMapper } from "../../src/mapper.js";
import { BUS } from "../../src/record.js";
import { SegmentTable } from "../../src/table.js";
import { cut, NO_LIMITS, type OracleLimits, type OracleRange, pack, totalBytes } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { type BuildName, builds, mapperFactory } from "../support/engines.js";
import { limits, listOf, toRange, toRanges, type VectorRange } from "../support/vectors.js";
import file from "./data/regression-bugs.json" with { type: "json" };

const GIB4 = 2 ** 32;

interface Context {
  name: BuildName;
  make(limits?: OracleLimits): SegmentMapper;
}
type Test = (context: Context, input: Input, expected: Expected) => void;
// The rows have what they need: each test knows its own.
interface Input {
  ranges: VectorRange[];
  range: VectorRange[];
  entries: VectorRange[];
  iov: VectorRange[];
  lens: number[];
  pages: number;
  runs_pages: number[];
  page: number;
  len: number;
  iov_len: number;
  size: number;
  max: number;
  mask: string;
  addr: string;
  have: number;
  add: number;
  limit: number;
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
  segments: VectorRange[];
}

/** Ranges of these lengths that do not touch. */
const apart = (lens: readonly (number | bigint)[]): OracleRange[] =>
  lens.map((length, index) => ({ addr: BigInt(index) << 40n, length: BigInt(length), flags: 0 }));

const coalesceTotal = (make: Context["make"], ranges: readonly OracleRange[]): bigint => {
  using mapper = make();
  return mapper.coalesce(ranges).totalBytes;
};

/** What has a test: nothing of it wraps at 2^32, is cut where it must not be, or is joined with another kind. */
const tests: Record<string, Test> = {
  "u32-01": ({ make }, { ranges }, { total }) => {
    expect(coalesceTotal(make, toRanges(ranges))).toBe(BigInt(total));
  },
  "u32-02": ({ make }, { range, page }, { segments }) => {
    for (const some of [limits({ max: 0xffff_ffffn, alignment: BigInt(page) }), limits({ max: 0xffff_f000n })]) {
      using mapper = make(some);
      expect(listOf(mapper.coalesce(toRanges(range)))).toEqual(segments);
    }
  },
  "u32-05": ({ make }, { pages }, { size }) => {
    using mapper = make();
    const table = mapper.coalesce(pageFrames(Uint32Array.from({ length: pages }, (_, page) => page)));
    expect([table.length, table.size(0), table.totalBytes]).toEqual([1, size, BigInt(size)]);
  },
  "u32-06": ({ make }, { iov }, { total }) => {
    for (const max of [0xffff_ffffn, 0xffff_f000n, 1n << 32n]) {
      using mapper = make(limits({ max }));
      const table = mapper.coalesce(toRanges(iov));
      expect(table.totalBytes).toBe(BigInt(total));
      expect(table.size(0)).toBe(Number(max));
      expect(table.length).toBe(2);
    }
  },
  "u32-07": ({ make }, { lens }, { total }) => {
    expect(coalesceTotal(make, apart(lens))).toBe(BigInt(total));
  },
  "u32-08": ({ make }, { lens, limit }, { sum, accepted }) => {
    const total = coalesceTotal(make, apart(lens));
    expect(total).toBe(BigInt(sum));
    expect(total <= BigInt(limit)).toBe(accepted);
    expect(SegmentTable.from(apart(lens)).totalBytes).toBe(BigInt(sum));
  },
  "u32-09": ({ make }, { len }, { bytes }) => {
    using mapper = make();
    const pages = Float64Array.from({ length: len / 4096 }, (_, page) => page * 2);
    const table = mapper.coalesce(pageFrames(pages, { byteLength: len }));
    expect([table.length, table.totalBytes]).toEqual([len / 4096, BigInt(bytes)]);
  },
  "u32-10": ({ make }, { iov_len }, { bytes }) => {
    for (const times of [1, 2, 3]) {
      using mapper = make();
      const table = mapper.coalesce([{ addr: 4096, length: iov_len * times }]);
      expect([table.length, table.totalBytes]).toEqual([times, BigInt(bytes * times)]);
    }
  },
  "u32-12": ({ make }, { lens }, { error_or_total }) => {
    expect(coalesceTotal(make, apart(lens))).toBe(BigInt(error_or_total));
  },
  "u32-13": ({ make }, { len }, expected) => {
    expect(coalesceTotal(make, apart([len]))).toBe(BigInt(expected.len));
  },
  "u32-14": ({ make }, { runs_pages }, { total }) => {
    using mapper = make();
    const runs = runs_pages.map((pages, index) => ({ addr: index * 2 ** 50, length: pages * 4096 }));
    const table = mapper.coalesce(runs);
    expect(table.totalBytes / 4096n).toBe(BigInt(total));
    expect(table.length).toBe(8192);
  },
  "trim-01": ({ make }) => {
    // The four rows, batch by batch: linux-sg-from-pages.test.ts. Here the rule: a page that joins counts as well.
    using mapper = make();
    for (const size of [1, 4095, 4096, 4097, 8191, 8192]) {
      const pages = Math.ceil(size / 4096);
      for (const step of [1, 2]) {
        const pfns = Array.from({ length: 2 }, (_, page) => 16 + page * step);
        const table = mapper.coalesce(pageFrames(pfns, { byteLength: size }));
        expect(table.totalBytes).toBe(BigInt(size));
        expect(table.length).toBe(step === 1 ? 1 : pages);
      }
    }
  },
  "trim-02": ({ make }) => {
    using mapper = make();
    using stream = mapper.stream({ capacity: 4 });
    // Appended batch by batch: as many records as segments, whatever joined.
    for (const page of [16, 17, 18, 40, 41]) stream.push({ addr: page * 4096, length: 4096 });
    stream.flush();
    const table = stream.drain();
    expect(table.length).toBe(2);
    expect(table.bytes.byteLength).toBe(2 * 16);
    expect([...table].length).toBe(table.length);
  },
  "trim-03": ({ make }, { ranges, size }, { total }) => {
    using mapper = make();
    const pfns = toRanges(ranges).flatMap(({ addr }) => [Number(addr / 4096n), Number(addr / 4096n) + 1]);
    expect(mapper.coalesce(pageFrames(pfns, { byteLength: size })).totalBytes).toBe(BigInt(total));
  },
  "bound-01": ({ make }, { mask, addr, max }, { max_segment }) => {
    using mapper = make(limits({ max: BigInt(max), boundary: BigInt(mask) + 1n }));
    expect(mapper.coalesce([{ addr: BigInt(addr), length: 2 ** 33 }]).size(0)).toBe(max_segment);
    // And where mask + 1 is 2^64.
    using none = make(limits({ max: BigInt(max) }));
    expect(none.coalesce([{ addr: BigInt(addr), length: 2 ** 33 }]).size(0)).toBe(max_segment);
  },
  "bound-02": ({ make }) => {
    // Tested at the start only, what grows by joining would cross.
    for (const boundary of [4096n, 65536n, 1n << 32n]) {
      using mapper = make(limits({ boundary }));
      const step = boundary / 8n;
      const ranges = Array.from({ length: 40 }, (_, index) => ({
        addr: boundary / 2n + BigInt(index) * step,
        length: step,
        flags: 0,
      }));
      for (const input of [ranges, packedRecords(pack(ranges))]) {
        const table = mapper.coalesce(input);
        expect(table.length).toBe(6);
        for (const { addr, length } of table) {
          expect((addr ^ (addr + BigInt(length) - 1n)) & -boundary).toBe(0n);
        }
      }
    }
  },
  "bound-03": ({ make }, { have, add }) => {
    const ranges = [
      { addr: 0n, length: BigInt(have), flags: 0 },
      { addr: BigInt(have), length: BigInt(add), flags: 0 },
    ];
    for (const max of [BigInt(have), 0xffff_ffffn, 1n << 32n]) {
      using mapper = make(limits({ max }));
      for (const input of [ranges, packedRecords(pack(ranges))]) {
        const sizes = [...mapper.coalesce(input)].map(({ length }) => length);
        expect(sizes).toEqual([Number(max), have + add - Number(max)]);
      }
    }
  },
  "bound-05": ({ make }, input) => {
    const { iov_len } = input;
    using mapper = make(limits({ boundary: 1n << 21n }));
    const range = { addr: 2 ** 21 - 8192, length: iov_len };
    const rest = { addr: 2 ** 30, length: 16384 - iov_len };
    const sizes = [...mapper.coalesce([range, rest])].map(({ length }) => length);
    expect(sizes).toEqual([8192, iov_len - 8192, 16384 - iov_len]);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(16384);
  },
  "bound-08": ({ make }, { len, max }) => {
    using mapper = make(limits({ max: BigInt(max) }));
    const sizes = [...mapper.coalesce([{ addr: 0, length: len }])].map(({ length }) => length);
    expect(sizes).toEqual([...Array(8).fill(65536), 16384]);
    // The length of the list is that of the segments, here and where single pages make it up.
    const pages = pageFrames(Array.from({ length: len / 4096 }, (_, page) => page));
    expect([...mapper.coalesce(pages)].map(({ length }) => length)).toEqual(sizes);
  },
  "bound-09": ({ make }) => expectNoCap(make, 49),
  "bound-10": ({ make }) => expectNoCap(make, 33),
  "prp-05": ({ make }, { lens }) => {
    const ranges = apart(lens);
    using mapper = make();
    expectBytes(mapper.coalesce(ranges, { skipEmpty: true }).bytes, pack(ranges.filter(({ length }) => length > 0n)));
    expect(thrownBy(() => mapper.coalesce(ranges))).toEqual(
      new RangeError('"[1].length" expected 1 to 2^64 - 1 (or skipEmpty), got 0'),
    );
  },
  "kind-01": ({ make }, { lens }, { len1 }) => {
    using mapper = make();
    const ranges = [
      { addr: 0n, length: BigInt(lens[0] as number), flags: 0 },
      { addr: BigInt(lens[0] as number), length: BigInt(lens[1] as number), flags: BUS },
    ];
    for (const input of [ranges, packedRecords(pack(ranges))]) {
      const table = mapper.coalesce(input);
      expect([table.length, table.size(1), table.flags(1)]).toEqual([2, len1, BUS]);
    }
  },
  "kind-02": ({ make }) => {
    // Two providers of peer-to-peer memory, side by side.
    using mapper = make();
    const ranges = Array.from({ length: 64 }, (_, page) => ({
      addr: BigInt(page) * 4096n,
      length: 4096n,
      flags: page < 32 ? BUS | 0x100 : BUS | 0x200,
    }));
    for (const input of [ranges, packedRecords(pack(ranges))]) {
      expect([...mapper.coalesce(input)]).toEqual([
        { addr: 0n, length: 32 * 4096, flags: BUS | 0x100 },
        { addr: 32n * 4096n, length: 32 * 4096, flags: BUS | 0x200 },
      ]);
    }
  },
  "kind-03": ({ make }, { entries }) => {
    using mapper = make();
    const ranges = entries.map((entry, index) => toRange(entry, (index + 1) << 8));
    for (const input of [ranges, packedRecords(pack(ranges))]) expectBytes(mapper.coalesce(input).bytes, pack(ranges));
  },
  "kind-04": ({ make }) => {
    // Rows pgmap-barrier and pgmap-barrier-append: linux-sg-from-pages.test.ts. Here: by either kind of page.
    using mapper = make();
    for (const [first, second] of [
      [0, BUS],
      [BUS, 0],
      [0x100, 0x200],
    ] as const) {
      const table = mapper.coalesce([
        { addr: 0, length: 8192, flags: first },
        { addr: 8192, length: 8192, flags: second },
      ]);
      expect(table.length).toBe(2);
    }
  },
  "merge-01": ({ make }, { entries }) => {
    const ranges = toRanges(entries);
    using mapper = make();
    // Borders that touch are none: 16 GiB are four segments, whose borders keep the alignment of the start.
    const table = mapper.coalesce(ranges);
    expectBytes(table.bytes, pack(cut({ ...(ranges[0] as OracleRange), length: totalBytes(ranges) }, NO_LIMITS)));
    expect([table.length, table.totalBytes]).toEqual([4, totalBytes(ranges)]);
    for (const { addr } of table) expect(addr % (1n << 22n)).toBe(0n);
  },
  "merge-03": ({ make }, { entries }) => {
    expect(entries).toBe(2);
    // A list that cannot be mapped is an error, never an empty result.
    using mapper = make();
    expect(() =>
      mapper.coalesce([
        { addr: 0, length: 4096 },
        { addr: -1, length: 4096 },
      ]),
    ).toThrow(RangeError);
  },
  "merge-04": ({ make }) => {
    // All or nothing: what failed leaves no segment behind for the next call.
    using mapper = make();
    const ranges = Array.from({ length: 600 }, (_, index) => ({
      addr: BigInt(index) * 8192n,
      length: 4096n,
      flags: 0,
    }));
    for (const badAt of [1, 300, 599]) {
      const bytes = pack(ranges);
      bytes.fill(0, badAt * 16, badAt * 16 + 16);
      expect(() => mapper.coalesce(packedRecords(bytes))).toThrow(`record ${badAt}: `);
      expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, pack(ranges));
    }
  },
  "merge-02": ({ make }) => {
    // DPDK's rule: maps are kept sorted, and neighbours are merged. The two lowest are neighbours too, however many there are.
    using mapper = make();
    for (let count = 2; count <= 9; count++) {
      const maps = Array.from({ length: count }, (_, index) => ({ addr: (count - 1 - index) * 4096, length: 4096 }));
      expect(listOf(mapper.union(maps))).toEqual([{ addr: "0x0", len: count * 4096 }]);
      const lowest = [...maps.slice(0, -2).map(({ addr }) => ({ addr: addr * 16, length: 4096 })), ...maps.slice(-2)];
      expect(listOf(mapper.union(lowest))[0]).toEqual({ addr: "0x0", len: 8192 });
    }
  },
  "merge-05": ({ make }) => {
    // Nothing joins, more than one page of records and more than 4096 bytes each.
    using mapper = make();
    const ranges = Array.from({ length: 1000 }, (_, index) => ({
      addr: BigInt(index) * 65536n,
      length: 5000n + BigInt(index),
      flags: 0,
    }));
    for (const input of [ranges, packedRecords(pack(ranges))]) expectBytes(mapper.coalesce(input).bytes, pack(ranges));
  },
};

/** No number of segments is too many, and none is left out in silence. */
function expectNoCap(make: Context["make"], segments: number): void {
  using mapper = make();
  for (const count of [segments, segments * 100]) {
    const table = mapper.coalesce(Array.from({ length: count }, (_, index) => ({ addr: index * 8192, length: 4096 })));
    expect([table.length, table.totalBytes]).toEqual([count, BigInt(count) * 4096n]);
  }
}

/** What belongs to a feature that is not there yet. */
const laterFeature: Record<string, string> = {
  "u32-03": "pages",
  "u32-04": "blocks",
  "u32-11": "requests (stripeBytes)",
  "u32-15": "countFor",
  "u32-16": "descriptors (virtio)",
  "split-01": "split",
  "split-02": "split",
  "split-03": "split (skip)",
  "split-04": "split (of an empty table)",
  "split-05": "slice",
  "split-06": "split",
  "split-07": "concat",
  "split-08": "slice",
  "bound-04": "requests (virtualBoundaryBytes)",
  "bound-06": "requests (maxSegments)",
  "bound-07": "requests (maxSegments)",
  "bound-11": "descriptors (chained pages)",
  "bound-12": "requests (blockBytes)",
  "prp-01": "descriptors (NVMe PRP)",
  "prp-02": "descriptors (NVMe PRP)",
  "prp-03": "descriptors (NVMe PRP)",
  "prp-04": "descriptors (NVMe PRP)",
};

/** What is not segring's: none, so far. */
const declined: Record<string, string> = {};

it("every one of the 53 has its place, and only one", () => {
  const ids = file.bugs.map(({ id }) => id);
  expect([file.count, ids.length, new Set(ids).size]).toEqual([53, 53, 53]);
  const placed = [...Object.keys(tests), ...Object.keys(laterFeature), ...Object.keys(declined)];
  expect(placed.length).toBe(53);
  expect(placed.sort()).toEqual([...ids].sort());
});

describe.each(builds)("$name", ({ name }) => {
  const make = mapperFactory(name);

  it.each(file.bugs.filter(({ id }) => id in tests))("$id $system: $title", ({ id, input, expected }) => {
    (tests[id] as Test)({ name, make }, (input ?? {}) as unknown as Input, (expected ?? {}) as unknown as Expected);
  });
});

describe("later features", () => {
  it.each(Object.entries(laterFeature))("%s belongs to %s", (id, feature) => {
    const row = file.bugs.find((bug) => bug.id === id);
    expect(row?.title).toBeTypeOf("string");
    expect(feature).toMatch(/^(pages|blocks|requests|countFor|descriptors|split|slice|concat)\b/);
  });

  it("4 GiB is not a length any of them may wrap at", () => {
    expect(SegmentTable.from([{ addr: 0, length: GIB4 }]).totalBytes).toBe(1n << 32n);
  });
});
