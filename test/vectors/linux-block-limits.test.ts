/**
 * linux-block-limits-oracle.json: the limits of the block layer.
 * - `get_max_segment_size`: how long a segment from an address may be; the rule is the same.
 * - `blk_map_iter_next`: the rule is another one in six rows, named below.
 * - `bvec_split_segs`: what of a bvec a request still takes. The bvec is cut by a mapper, the request by `requests`.
 * - `iommu_pgsize`: the best page, and how many of them; `bestPages` has the same rule.
 */

import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { bestPages } from "../../src/devices/page-table.js";
import { requests } from "../../src/devices/requests.js";
import { validate } from "../../src/devices/validate.js";
import { concat } from "../../src/table/slice.js";
import { cut, type OracleLimits, type OracleRange, pack, totalBytes } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { limits, listOf, toRange, toRanges } from "../support/vectors.js";
import file from "./data/linux-block-limits-oracle.json" with { type: "json" };

/** A mask of low bits is a boundary; all of them are none. */
function limitsOf({ seg_boundary_mask, max_segment_size }: { seg_boundary_mask: string; max_segment_size: number }) {
  const boundary = BigInt.asUintN(64, BigInt(seg_boundary_mask) + 1n);
  return limits({ max: BigInt(max_segment_size), boundary });
}

/**
 * The kernel merges a bvec with the open segment as a whole or not at all; segring fills the open segment up to its
 * limits first. So the two differ exactly where a bvec follows an open segment that still has room, but less than
 * the bvec's length.
 */
const otherRule: Record<string, string> = {
  "cap-no-partial": "0x4000 bytes are free before max_segment_size, the next bvec has 0x8000",
  "rnd-07": "0xe00 bytes are free before the 4 KiB boundary, the next bvec has 0x5000",
  "rnd-12": "three times the next bvec has more than what is free before max_segment_size",
  "rnd-14": "0xb000 bytes are free before the 64 KiB boundary, the next bvec has 0x11000",
  "rnd-17": "0xfe00 bytes are free before max_segment_size, the next bvec has 0x11000",
  "rnd-19": "0xc00 bytes are free before the 4 KiB boundary, the next bvec has 0x5000",
};

/** The kernel's rule, from its source; says too how often it left room that a bvec could have used. */
function kernelRule(bvecs: readonly OracleRange[], some: OracleLimits): { segments: OracleRange[]; left: number } {
  const segments: OracleRange[] = [];
  let left = 0;
  const isOne = (range: OracleRange) => cut(range, some).length === 1;
  for (const bvec of bvecs) {
    const open = segments.at(-1);
    if (open !== undefined && open.addr + open.length === bvec.addr) {
      const joined = { ...open, length: open.length + bvec.length };
      if (isOne(joined)) {
        open.length = joined.length;
        continue;
      }
      if (isOne({ ...open, length: open.length + 1n })) left++;
    }
    segments.push(...cut(bvec, some));
  }
  return { segments, left };
}

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  describe("get_max_segment_size", () => {
    const [invalid, valid] = [0, 1].map((size) =>
      file.get_max_segment_size.filter(({ max_segment_size }) => Math.min(max_segment_size, 1) === size),
    );

    it("all 9 rows are here, one of them with a limit of 0", () => {
      expect([valid?.length, invalid?.length]).toEqual([8, 1]);
    });

    it.each(valid ?? [])("$why", (row) => {
      using mapper = makeMapper(limitsOf(row));
      // Bytes enough for the longest segment, so that the limits end the first one.
      const range = { addr: BigInt(row.paddr), length: BigInt(row.len) };
      expect(mapper.coalesce([range]).at(0)).toEqual({ addr: range.addr, length: row.native, flags: 0 });
      const records = packedRecords(pack([{ ...range, flags: 0 }]));
      expect(mapper.coalesce(records).at(0)).toEqual({ addr: range.addr, length: row.native, flags: 0 });
    });

    it.each(invalid ?? [])("$why: a RangeError when the mapper is made", (row) => {
      expect(thrownBy(() => makeMapper(limitsOf(row)))).toEqual(blames(RangeError, "maxSegmentBytes"));
    });
  });

  describe("bvec_split_segs", () => {
    const rows = file.bvec_split_segs;
    const isFull = ({ max_bytes, bytes_in }: (typeof rows)[number]) => max_bytes === bytes_in;
    const inputOf = ({ paddr, len }: (typeof rows)[number]) => [toRange({ addr: paddr, len })];
    const requestLimitsOf = (row: (typeof rows)[number]) => ({
      maxSegments: row.max_segs - row.nsegs_in,
      maxBytes: row.max_bytes - row.bytes_in,
      virtualBoundaryBytes: BigInt(row.virt_boundary_mask) + 1n,
    });

    it("all 8 rows are here, one of them of a request that is full", () => {
      expect(rows.length).toBe(8);
      expect(rows.filter(isFull).map(({ why }) => why)).toEqual(["bytes already at limit"]);
    });

    it.each(rows.filter((row) => !isFull(row)))("$why", (row) => {
      using mapper = makeMapper(limitsOf(row));
      const table = mapper.coalesce(inputOf(row));
      const cuts = requests(table, requestLimitsOf(row));
      const [first] = cuts;
      expect(first?.segments.length).toBe(row.nsegs_out - row.nsegs_in);
      expect(first?.segments.totalBytes).toBe(BigInt(row.bytes_out - row.bytes_in));
      expect(cuts.length > 1).toBe(row.must_split);
      // What is left is not lost, and no request is more than the device takes.
      for (const { segments } of cuts) expect(validate(segments, requestLimitsOf(row))).toBeUndefined();
      using whole = makeMapper();
      expectBytes(whole.coalesce(concat(...cuts.map(({ segments }) => segments))).bytes, pack(inputOf(row)));
    });

    it.each(rows.filter(isFull))("$why: a RangeError", (row) => {
      expect([row.must_split, row.nsegs_out, row.bytes_out]).toEqual([true, row.nsegs_in, row.bytes_in]);
      using mapper = makeMapper(limitsOf(row));
      const table = mapper.coalesce(inputOf(row));
      expect(thrownBy(() => requests(table, requestLimitsOf(row)))).toEqual(blames(RangeError, "maxBytes"));
    });
  });

  describe("blk_map_iter_next", () => {
    const rows = file.blk_map_iter_next;

    it.each(rows.filter(({ id }) => !(id in otherRule)))("$id: $why", (row) => {
      using mapper = makeMapper(limitsOf(row));
      const ranges = toRanges(row.bvecs);
      expect(listOf(mapper.coalesce(ranges))).toEqual(row.native);
      expect(listOf(mapper.coalesce(packedRecords(pack(ranges))))).toEqual(row.native);
    });

    it.each(rows.filter(({ id }) => id in otherRule).map((row) => ({ ...row, reason: otherRule[row.id] })))(
      "$id does not apply: $reason",
      (row) => {
        using mapper = makeMapper(limitsOf(row));
        const table = mapper.coalesce(toRanges(row.bvecs));
        expect(listOf(table)).not.toEqual(row.native);
        // Fewer segments (or as many), of the same bytes: what the kernel makes, coalesced, is the same.
        expect(table.length).toBeLessThanOrEqual(row.native.length);
        expect(table.totalBytes).toBe(totalBytes(toRanges(row.bvecs)));
        expectBytes(mapper.coalesce(toRanges(row.native)).bytes, table.bytes);
      },
    );
  });
});

it("the rows that do not apply are exactly those where a bvec is longer than the room of the open segment", () => {
  expect(file.blk_map_iter_next.length).toBe(29);
  const found: string[] = [];
  for (const row of file.blk_map_iter_next) {
    const { segments, left } = kernelRule(toRanges(row.bvecs), limitsOf(row));
    expect(segments.map(({ addr, length }) => ({ addr: `0x${addr.toString(16)}`, len: Number(length) }))).toEqual(
      row.native,
    );
    if (left > 0) found.push(row.id);
  }
  expect(found).toEqual(Object.keys(otherRule));
});

describe("iommu_pgsize", () => {
  /** The sizes in a bitmap, each a bit. */
  const sizesIn = (bitmap: string) =>
    Array.from({ length: 64 }, (_, shift) => 1n << BigInt(shift)).filter((size) => (BigInt(bitmap) & size) !== 0n);

  it("all 9 rows are here", () => {
    expect(file.iommu_pgsize.length).toBe(9);
  });

  it.each(file.iommu_pgsize)("$why", ({ pgsize_bitmap, iova, paddr, size, pgsize, count }) => {
    const sizes = sizesIn(pgsize_bitmap);
    for (const order of [sizes, sizes.toReversed()]) {
      expect(bestPages({ addr: BigInt(paddr), length: BigInt(size) }, order, BigInt(iova))).toEqual({
        pageBytes: BigInt(pgsize),
        count,
      });
    }
  });
});
