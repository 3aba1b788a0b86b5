/** Faults of other systems where lists were trimmed, split and bounded: nothing is cut where it must not be. */

import { expect } from "vitest";
import { stackLimits } from "../../src/core/device-limits.js";
import { packedRecords } from "../../src/core/input.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodeChain, encodeChain } from "../../src/descriptors/chain.js";
import { requests } from "../../src/devices/requests.js";
import { validate } from "../../src/devices/validate.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { cursor } from "../../src/table/cursor.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { memoryAt } from "../support/descriptors.js";
import { apart, describeBugs, expectNoCap, sizesOf } from "../support/regression-bugs.js";
import { limits, listOf, toRanges } from "../support/vectors.js";

describeBugs("cuts", {
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
      expect(thrownBy(() => requests(tableOf(bytes), { blockBytes }))).toEqual(blames(RangeError, "table"));
    }
    expect(thrownBy(() => requests(tableOf(blockBytes), { blockBytes, maxBytes: rest }))).toEqual(
      blames(RangeError, "maxBytes"),
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
  "bound-11": () => {
    // No list needs to be in one piece: pages here and there, in any order.
    const table = SegmentTable.from(apart(Array(10_000).fill(4096)));
    const needed = Math.ceil((table.length - 1) / 255);
    const memory = Array.from({ length: needed }, (_, page) => memoryAt(BigInt((page * 7) % needed) << 20n, 4096));
    const { addr, pages } = encodeChain(table, memory);
    expect([addr, pages]).toEqual([0n, needed]);
    expectBytes(decodeChain(addr, memory.toReversed()).bytes, table.bytes);
  },
});
