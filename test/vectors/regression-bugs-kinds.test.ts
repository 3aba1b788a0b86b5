/** Faults of other systems in page lists, kinds and merges: nothing is joined with another kind. */

import { expect } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { BUS } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { requests } from "../../src/devices/requests.js";
import { cut, NO_LIMITS, type OracleRange, pack, totalBytes } from "../oracle.js";
import { blamedBy, blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { isUntouched, type MemoryAt, memoryAt, rangesOf, setU64, u64sOf } from "../support/descriptors.js";
import { apart, describeBugs } from "../support/regression-bugs.js";
import { listOf, toRange, toRanges } from "../support/vectors.js";

describeBugs("kinds", {
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
    expect(thrownBy(() => mapper.coalesce(ranges))).toEqual(blames(RangeError, "[1].length"));
  },
  "prp-01": (_, { prps, pages }) => {
    const table = SegmentTable.from([{ addr: 0x1000_0000, length: prps * 4096 }]);
    const memory = memoryAt(0x5000_0000n, pages * 4096);
    expect(thrownBy(() => encodePrp(table, memory))).toEqual(blames(RangeError, "memory"));
    expect(isUntouched(memory)).toBe(true);
    // Pages that are given need not follow one another.
    const [first, second] = [memory, memoryAt(0x4000_0000n, 16)];
    expect(encodePrp(table, [first, second]).listPages).toBe(2);
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
        expect(rangesOf(decodePrp(prp, memory))).toEqual(
          Array.from({ length: entries + 1 }, (_, entry) => ({ addr: pageOf(entry), length: 4096n, flags: 0 })),
        );
      }
    }
    // What a list leads to has no offset, neither a page nor the next list.
    for (let slot = 0; slot < 511; slot++) setU64(first.bytes, slot, pageOf(slot + 1));
    setU64(first.bytes, 511, second.addr + 8n);
    const read = (pages: number) =>
      thrownBy(() => decodePrp({ prp1: 0, prp2: first.addr, byteLength: pages * 4096 }, memory));
    expect(read(513)).toMatchObject({ code: "BAD_DESCRIPTOR", index: 512 });
    expect(blamedBy((read(513) as Error).message)).toBe("descriptor 512");
    expect(read(514)).toMatchObject({ code: "BAD_DESCRIPTOR", index: 512 });
    expect(blamedBy((read(514) as Error).message)).toBe("descriptor 512");
    setU64(first.bytes, 0, 0x2008n);
    expect(blamedBy((read(3) as Error).message)).toBe("descriptor 1");
  },
  "prp-03": (_, { pages: count }) => {
    const table = SegmentTable.from([{ addr: 0x1000_0000, length: count * 4096 }]);
    const memory = memoryAt(0x5000_0000n, 2 * 4096);
    const { prp1, prp2, listEntries, listPages } = encodePrp(table, memory);
    expect([prp1, prp2, listEntries, listPages]).toEqual([0x1000_0000n, memory.addr, count - 1, 2]);
    const slots = u64sOf(memory.bytes, count);
    // Slot 511 is the link, and the entry that it displaced is the first of the next list.
    expect(slots[511]).toBe(memory.addr + 4096n);
    expect(slots.filter((_, slot) => slot !== 511)).toEqual(
      Array.from({ length: count - 1 }, (_, page) => 0x1000_1000n + BigInt(page) * 4096n),
    );
    expectBytes(decodePrp({ prp1, prp2, byteLength: count * 4096 }, memory).bytes, table.bytes);
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
      expect(() => mapper.coalesce(packedRecords(bytes))).toThrow(new RegExp(`^record ${badAt}: `));
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
});
