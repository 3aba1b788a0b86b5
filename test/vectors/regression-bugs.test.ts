/**
 * regression-bugs.json: 53 faults of other systems. Each id has a test here, or the reason why it is declined.
 */
import { describe, expect, it } from "vitest";
import { stackLimits } from "../../src/core/device-limits.js";
import { packedRecords, pageFrames } from "../../src/core/input.js";
import { BUS } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodeChain, encodeChain } from "../../src/descriptors/chain.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { decodeVirtioSplit, encodeVirtioSplit } from "../../src/descriptors/virtio-split.js";
import { requests } from "../../src/devices/requests.js";
import { validate } from "../../src/devices/validate.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import { cursor } from "../../src/table/cursor.js";
import { blocks, countFor, pages } from "../../src/table/pages.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { cut, NO_LIMITS, type OracleLimits, type OracleRange, pack, totalBytes } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { isUntouched, type MemoryAt, memoryAt, rangesOf, setU64, u64sOf } from "../support/descriptors.js";
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
const apart = (lens: readonly (number | bigint)[]): OracleRange[] =>
  lens.map((length, index) => ({ addr: BigInt(index) << 40n, length: BigInt(length), flags: 0 }));

const coalesceTotal = (make: Context["make"], ranges: readonly OracleRange[]): bigint => {
  using mapper = make();
  return mapper.coalesce(ranges).totalBytes;
};

const sizesOf = (table: SegmentTable): number[] => [...table].map(({ length }) => length);

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
  "u32-03": (_, { entry }, expected) => {
    // And where it starts inside a page, which makes one page more.
    for (const [addr, more] of [
      [0n, 0],
      [0xfffn, 1],
      [0xffff_fffen, 1],
    ] as const) {
      const table = SegmentTable.from(toRanges(entry).map((range) => ({ ...range, addr })));
      expect(pages(table, 4096).count).toBe(BigInt(expected.pages + more));
      expect(pages(table, 4096).addresses().at(-1)).toBe(((addr + 0xffff_fffen) >> 12n) << 12n);
    }
    expect(pages(SegmentTable.from([{ addr: 0, length: GIB4 }]), 4096).count).toBe(BigInt(expected.pages));
  },
  "u32-04": (_, { entry, block }, expected) => {
    const table = SegmentTable.from(toRanges(entry));
    expect([...blocks(table, BigInt(block))]).toEqual(expected.blocks.map(BigInt));
    // The native code, mended, does not end for blocks of 2^32 yet.
    const top = SegmentTable.from([{ addr: (1n << 64n) - 4096n, length: 4096 }]);
    for (let shift = 32n; shift < 64n; shift++) {
      expect([...blocks(table, 1n << shift)]).toEqual([0n]);
      expect([...blocks(top, 1n << shift)]).toEqual([(1n << 64n) - (1n << shift)]);
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
  "u32-11": ({ make }, { parent_bytes }) => {
    using mapper = make();
    const table = mapper.coalesce([{ addr: 4096, length: parent_bytes }]);
    for (const [stripeBytes, startOffset] of [
      [2 ** 20, 0],
      [2 ** 30, 512],
      [2 ** 32, 0],
      [2 ** 32, 2 ** 32 - 512],
      [3 * 2 ** 30, 2 ** 40 + 2 ** 29],
      [2 ** 33, 2 ** 33 - 2 ** 20],
    ] as const) {
      const cuts = requests(table, { stripeBytes, startOffset, blockBytes: 512 });
      const stripeOf = (offset: number) => Math.floor(offset / stripeBytes);
      let at = startOffset;
      for (const { offset, segments } of cuts) {
        const bytes = Number(segments.totalBytes);
        expect(Number(offset)).toBe(at);
        expect([stripeOf(at + bytes - 1), at === startOffset || at % stripeBytes === 0]).toEqual([stripeOf(at), true]);
        at += bytes;
      }
      expect(at - startOffset).toBe(parent_bytes);
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
  "u32-15": (_, { lens, max_len }, { count }) => {
    expect(countFor(SegmentTable.from(apart(lens)), max_len)).toBe(BigInt(count));
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
  // The rows of sg_split, sglist_split and crosvm, by `slice` and a cursor too: their own files. Here what went wrong.
  "split-01": (_, { lens, sizes }, { part0 }) => {
    expect(split(SegmentTable.from(apart(lens)), sizes).map(sizesOf)).toEqual([part0]);
  },
  "split-02": (_, { lens, sizes }, { part1 }) => {
    expect(split(SegmentTable.from(apart(lens)), sizes).map(sizesOf)).toEqual([[sizes[0]], part1]);
  },
  "split-03": (_, { lens, skip, sizes }, { part0_lens }) => {
    const table = SegmentTable.from(apart(lens));
    expect(split(table, sizes, skip).map(sizesOf)).toEqual([part0_lens]);
    expect(split(table, [skip, ...sizes]).map(sizesOf)).toEqual([[skip], part0_lens]);
  },
  "split-04": (_, { mapped_nents }) => {
    // One side of the list is a table; that the other one is empty is no matter of it, and an empty one has empty parts.
    const empty = SegmentTable.from(apart(Array(mapped_nents).fill(4096)));
    expect(empty.length).toBe(0);
    expect(split(empty, [])).toEqual([]);
    expect(split(empty, [0, 0]).map(sizesOf)).toEqual([[], []]);
    expect(split(SegmentTable.from(apart([100])), [40, 60]).map(sizesOf)).toEqual([[40], [60]]);
  },
  "split-05": (_, { list, length }, { rest }) => {
    expect(listOf(slice(SegmentTable.from(toRanges(list)), length))).toEqual(rest);
  },
  "split-06": (_, { lens, length }, { rest_addr }) => {
    const table = SegmentTable.from(apart(lens).map((range, index) => ({ ...range, addr: BigInt(index + 1) << 12n })));
    const left = Number(table.totalBytes) - length;
    const [head, rest] = split(table, [length, left]) as [SegmentTable, SegmentTable];
    expect(listOf(rest).map(({ addr }) => addr)).toEqual(rest_addr);
    expect([sizesOf(head), sizesOf(rest)]).toEqual([lens.slice(0, 1), lens.slice(1)]);
  },
  "split-07": () => {
    const [first, second] = [
      [1, 2],
      [3, 4, 5],
    ].map((lens) => SegmentTable.from(apart(lens))) as [SegmentTable, SegmentTable];
    const before = [first, second].map(sizesOf);
    expect(sizesOf(concat(first, second))).toEqual([1, 2, 3, 4, 5]);
    expect([first, second].map(sizesOf)).toEqual(before);
  },
  "split-08": (_, { lens, consume, split_at }, { left }) => {
    const table = SegmentTable.from(apart(lens));
    const reader = cursor(table, consume);
    expect(reader.take(split_at).totalBytes).toBe(BigInt(left));
    expect(slice(table, consume, split_at).totalBytes).toBe(BigInt(left));
    // Nothing is lost where the two sides meet.
    expect(reader.offset).toBe(BigInt(consume + split_at));
    expect(reader.remaining).toBe(table.totalBytes - BigInt(consume + split_at));
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
  "bound-04": ({ make }) => {
    using mapper = make();
    const limits = { virtualBoundaryBytes: 4096 };
    // Off the boundary: the end before, the next start, both. The first start and the last end are free.
    for (const [end, start] of [
      [0, 0],
      [512, 0],
      [0, 512],
      [512, 512],
      [512, 3584],
    ] as const) {
      const table = mapper.coalesce([
        { addr: 0x1_0200, length: 0x1000 - 0x200 + end },
        { addr: 0x2_0000 + start, length: 700 },
      ]);
      const isGap = end !== 0 || start !== 0;
      expect(requests(table, limits).map(({ segments }) => segments.length)).toEqual(isGap ? [1, 1] : [2]);
      expect(validate(table, limits)?.index).toBe(isGap ? 1 : undefined);
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
  "bound-06": ({ make }) => {
    using mapper = make();
    const maxSegments = 16;
    for (const count of [15, 16, 17, 33]) {
      const table = mapper.coalesce(apart(Array(count).fill(4096)));
      const cuts = requests(table, { maxSegments });
      expect(cuts.length).toBe(Math.ceil(count / maxSegments));
      for (const { segments } of cuts) expect(validate(segments, { maxSegments })).toBeUndefined();
      expectBytes(concat(...cuts.map(({ segments }) => segments)).bytes, table.bytes);
    }
    // Where a cut cannot help it is refused, before anything reaches the device.
    const tiny = mapper.coalesce(apart(Array(32).fill(16)));
    expect(thrownBy(() => requests(tiny, { maxSegments, blockBytes: 512 }))).toMatchObject({
      code: "NOT_EXPRESSIBLE",
      index: 0,
    });
  },
  "bound-07": ({ make }, { max, reserved }, { max_segments }) => {
    using mapper = make();
    // What the device says and what the driver takes are one limit before anything is cut.
    const both = stackLimits({ maxSegments: max }, { maxSegments: max - reserved });
    expect(both.maxSegments).toBe(max_segments);
    for (let count = max_segments - 1; count <= max + 1; count++) {
      const table = mapper.coalesce(apart(Array(count).fill(4096)));
      const sizes = requests(table, both).map(({ segments }) => segments.length);
      expect(sizes).toEqual(count <= max_segments ? [count] : [max_segments, count - max_segments]);
      expect(validate(table, both)?.index).toBe(count <= max_segments ? undefined : max_segments);
    }
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
  "bound-12": ({ make }, { remaining, per_block }) => {
    using mapper = make();
    const [rest, blockBytes] = [remaining * 512, per_block * 512];
    const tableOf = (...lens: number[]) => mapper.coalesce(apart(lens));
    // Rejected: a table, a limit, or a piece before a gap, that holds no block.
    for (const bytes of [rest, blockBytes + rest]) {
      expect(thrownBy(() => requests(tableOf(bytes), { blockBytes }))).toEqual(
        new RangeError(`"table" expected whole blocks of ${blockBytes} bytes, got ${bytes} bytes`),
      );
    }
    expect(thrownBy(() => requests(tableOf(blockBytes), { blockBytes, maxBytes: rest }))).toEqual(
      new RangeError(`"maxBytes" expected at least blockBytes (${blockBytes}), got ${rest}`),
    );
    const pieces = tableOf(blockBytes, rest, rest);
    expect(thrownBy(() => requests(pieces, { blockBytes, virtualBoundaryBytes: blockBytes }))).toMatchObject({
      code: "NOT_EXPRESSIBLE",
      index: 1,
    });
    // Rounded down: what is left of a block goes to the next request.
    const cuts = requests(tableOf(blockBytes, rest, rest), { blockBytes, maxBytes: blockBytes + rest });
    expect(cuts.map(({ segments }) => Number(segments.totalBytes))).toEqual([blockBytes, blockBytes]);
  },
  "prp-04": ({ make }, { lens }) => {
    using mapper = make();
    const table = mapper.coalesce(apart(lens));
    const cuts = requests(table, { virtualBoundaryBytes: 4096 });
    expect(cuts.map(({ offset, segments }) => [offset, Number(segments.totalBytes)])).toEqual([
      [0n, lens[0]],
      [BigInt(lens[0] as number), lens[1]],
    ]);
    // Whole sectors need a sector before the gap: 2000 bytes are three, and what is left of the fourth has no place.
    expect(thrownBy(() => requests(table, { virtualBoundaryBytes: 4096, blockBytes: 512 }))).toMatchObject({
      code: "NOT_EXPRESSIBLE",
      index: 0,
    });
  },
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
  "u32-16": (_, { lens }) => {
    // The row's error is rust-vmm's limit: segring takes what the specification does, 2^32 bytes and not one more.
    const ring = new Uint8Array(16 * 16);
    const readable = SegmentTable.from(apart(lens));
    const { head } = encodeVirtioSplit({ readable }, ring, [0, 1]);
    expect(decodeVirtioSplit(ring, head).readable.totalBytes).toBe(1n << 32n);
    const more = SegmentTable.from(apart([...lens, 1]));
    const before = ring.slice();
    expect(thrownBy(() => encodeVirtioSplit({ readable: more }, ring, [0, 1, 2]))).toMatchObject({
      code: "NOT_EXPRESSIBLE",
      message: "the chain has 4294967297 bytes: virtio takes up to 4294967296",
    });
    expect(ring).toEqual(before);
    new DataView(ring.buffer).setUint32(16 + 8, 2, true);
    expect(thrownBy(() => decodeVirtioSplit(ring, head))).toMatchObject({ code: "BAD_DESCRIPTOR", index: 1 });
  },
  "bound-11": () => {
    // No list needs to be in one piece: pages here and there, in any order.
    const table = SegmentTable.from(apart(Array(10_000).fill(4096)));
    const needed = Math.ceil((table.length - 1) / 255);
    const memory = Array.from({ length: needed }, (_, page) => memoryAt(BigInt((page * 7) % needed) << 20n, 4096));
    const { addr, pages } = encodeChain(table, memory);
    expect([addr, pages]).toEqual([0n, needed]);
    expectBytes(decodeChain(addr, memory.toReversed()).bytes, table.bytes);
  },
  "prp-01": (_, { prps, pages }) => {
    const table = SegmentTable.from([{ addr: 0x1000_0000, length: prps * 4096 }]);
    const memory = memoryAt(0x5000_0000n, pages * 4096);
    expect(thrownBy(() => encodePrp(table, { memory }))).toEqual(
      new RangeError('"memory" expected 2 list pages of 4096 bytes (4112 bytes) for 513 entries, got 4096 bytes in 1'),
    );
    expect(isUntouched(memory)).toBe(true);
    // Pages that are given need not follow one another.
    const [first, second] = [memory, memoryAt(0x4000_0000n, 16)];
    expect(encodePrp(table, { memory: [first, second] }).listPages).toBe(2);
    expect(u64sOf(first.bytes, 512).at(-1)).toBe(second.addr);
    expect([isUntouched(first, 4096), isUntouched(second, 16)]).toEqual([true, true]);
  },
  "prp-02": () => {
    const memory = [0x8000_0000n, 0x9000_0000n, 0xa000_0000n].map((addr) => memoryAt(addr, 4096));
    const [first, second, third] = memory as [MemoryAt, MemoryAt, MemoryAt];
    // Each second page, so that none is joined.
    const pageOf = (entry: number) => 0x2000n * BigInt(entry);
    // A list that starts at slot `from` of its page: all of its slots are entries, or all but the last, which is a link.
    for (const from of [0, 1, 2, 256, 510, 511]) {
      for (const entries of [2, 255, 256, 510, 511, 512, 513, 514]) {
        let [list, slot] = [first, from];
        for (let entry = 1; entry <= entries; entry++) {
          if (slot === 511 && entry < entries) {
            const next = list === first ? second : third;
            setU64(list.bytes, slot, next.addr);
            [list, slot] = [next, 0];
          }
          setU64(list.bytes, slot++, pageOf(entry));
        }
        const prp = { prp1: 0, prp2: first.addr + BigInt(from * 8), byteLength: (entries + 1) * 4096 };
        expect(rangesOf(decodePrp(prp, { memory }))).toEqual(
          Array.from({ length: entries + 1 }, (_, entry) => ({ addr: pageOf(entry), length: 4096n, flags: 0 })),
        );
      }
    }
    // What a list leads to has no offset, neither a page nor the next list.
    for (let slot = 0; slot < 511; slot++) setU64(first.bytes, slot, pageOf(slot + 1));
    setU64(first.bytes, 511, second.addr + 8n);
    const read = (pages: number) =>
      thrownBy(() => decodePrp({ prp1: 0, prp2: first.addr, byteLength: pages * 4096 }, { memory }));
    expect(read(513)).toMatchObject({ code: "BAD_DESCRIPTOR", index: 512 });
    expect((read(513) as Error).message).toBe("descriptor 512: expected a page, got 0x90000008");
    expect(read(514)).toMatchObject({ code: "BAD_DESCRIPTOR", index: 512 });
    expect((read(514) as Error).message).toBe("descriptor 512: expected a link to a page, got 0x90000008");
    setU64(first.bytes, 0, 0x2008n);
    expect((read(3) as Error).message).toBe("descriptor 1: expected a page, got 0x2008");
  },
  "prp-03": (_, { pages: count }) => {
    const table = SegmentTable.from([{ addr: 0x1000_0000, length: count * 4096 }]);
    const memory = memoryAt(0x5000_0000n, 2 * 4096);
    const { prp1, prp2, listEntries, listPages } = encodePrp(table, { memory });
    expect([prp1, prp2, listEntries, listPages]).toEqual([0x1000_0000n, memory.addr, count - 1, 2]);
    const slots = u64sOf(memory.bytes, count);
    // Slot 511 is the link, and the entry that it displaced is the first of the next list.
    expect(slots[511]).toBe(memory.addr + 4096n);
    expect(slots.filter((_, slot) => slot !== 511)).toEqual(
      Array.from({ length: count - 1 }, (_, page) => 0x1000_1000n + BigInt(page) * 4096n),
    );
    expectBytes(decodePrp({ prp1, prp2, byteLength: count * 4096 }, { memory }).bytes, table.bytes);
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

/** What is not segring's: none, so far. */
const declined: Record<string, string> = {};

it("every one of the 53 has its place, and only one", () => {
  const ids = file.bugs.map(({ id }) => id);
  expect([file.count, ids.length, new Set(ids).size]).toEqual([53, 53, 53]);
  const placed = [...Object.keys(tests), ...Object.keys(declined)];
  expect(placed.length).toBe(53);
  expect(placed.sort()).toEqual([...ids].sort());
});

describe.each(builds)("$name", ({ name }) => {
  const make = mapperFactory(name);

  it.each(file.bugs.filter(({ id }) => id in tests))("$id $system: $title", ({ id, input, expected }) => {
    (tests[id] as Test)({ name, make }, (input ?? {}) as unknown as Input, (expected ?? {}) as unknown as Expected);
  });
});

it("4 GiB is not a length any of them may wrap at", () => {
  expect(SegmentTable.from([{ addr: 0, length: GIB4 }]).totalBytes).toBe(1n << 32n);
});
