/**
 * linux-sg-from-pages-oracle.json: pages to segments, with an offset in the first page and a size that trims the last.
 * All rows apply. How each is said here:
 * - `max_seg` counts whole pages before the offset: an alignment of a page gives the same cuts;
 * - pages of another pgmap are another kind: BUS with a tag;
 * - batches that are appended: ranges pushed one after the other;
 * - `native_total_nents` is what the native code allocated: not compared;
 * - a row with `expected` has a defect in the native code: `expected` is asserted, and that it is not `native_segments`.
 */
import { describe, expect, it } from "vitest";
import { BUS } from "../../src/core/record.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { framesToRanges, type OracleRange, pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, mapperFactory, toLimits } from "../support/engines.js";
import { limits, listOf } from "../support/vectors.js";
import file from "./data/linux-sg-from-pages-oracle.json" with { type: "json" };

const PAGE = 4096n;
type Row = (typeof file.vectors)[number];

const batchesOf = (row: Row): number[][] =>
  row.batches_pfn_runs.map((runs) =>
    runs.flatMap(([first, count]) => Array.from({ length: count as number }, (_, page) => (first as number) + page)),
  );

const known = new Map<string, OracleRange[]>();

/** Each page a range of its own, of its kind. */
function rangesOf(row: Row): OracleRange[] {
  const ranges = known.get(row.id) ?? makeRanges(row);
  known.set(row.id, ranges);
  return ranges;
}

function makeRanges(row: Row): OracleRange[] {
  return batchesOf(row).flatMap((pfns, batch) =>
    framesToRanges(pfns, {
      pageBytes: PAGE,
      firstOffset: BigInt(batch === 0 ? row.offset : 0),
      byteLength: BigInt(row.sizes[batch] as number),
      flags: 0,
    }).map((range) => ({ ...range, flags: kindOf(row, range.addr / PAGE) })),
  );
}

function kindOf({ pgmap_ranges_pfn_lo_hi_id: maps = [] }: Row, pfn: bigint): number {
  for (const [low, high, id] of maps as number[][]) {
    if (pfn >= (low as number) && pfn <= (high as number)) return BUS | ((id as number) << 8);
  }
  return 0;
}

const valid = file.vectors.filter(({ native_ret }) => native_ret === 0);
const refused = file.vectors.filter(({ native_ret }) => native_ret !== 0);

it("all rows are here", () => {
  expect([valid.length, refused.map(({ id }) => id)]).toEqual([16, ["maxseg-below-page"]]);
  const defects = file.vectors.filter((row) => "expected" in row).map(({ id }) => id);
  expect(defects).toEqual(["trim-underflow", "append-trim-merged", "append-trim-rest"]);
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const limitsOf = ({ max_seg }: Row) => limits({ max: BigInt(max_seg), alignment: PAGE });
  const expectedOf = (row: Row) => ("expected" in row ? row.expected : row.native_segments);

  it.each(valid)("$id: $why", (row) => {
    using mapper = makeMapper(limitsOf(row));
    const ranges = rangesOf(row);
    const table = mapper.coalesce(ranges);
    expect(listOf(table)).toEqual(expectedOf(row));
    expect(table.totalBytes).toBe(BigInt(row.sizes.reduce((sum, size) => sum + size, 0)));
    if ("expected" in row) expect(listOf(table)).not.toEqual(row.native_segments);
  });

  it.each(valid.filter(({ batches_pfn_runs }) => batches_pfn_runs.length === 1))("$id, as page frames", (row) => {
    const [pfns = []] = batchesOf(row);
    if (row.pgmap_ranges_pfn_lo_hi_id !== undefined) {
      // One call has one kind: the pages of each kind by themselves, then stitched.
      using mapper = makeMapper(limitsOf(row));
      const tables = [pfns.slice(0, 2), pfns.slice(2)].map((part) =>
        mapper.coalesce(pageFrames(part, { flags: kindOf(row, BigInt(part[0] as number)) })),
      );
      const stitched = mapper.coalesce(tables.flatMap((table) => [...table]));
      expect(listOf(stitched)).toEqual(expectedOf(row));
      return;
    }
    using mapper = makeMapper(limitsOf(row));
    for (const frames of [pfns, Uint32Array.from(pfns), BigUint64Array.from(pfns, BigInt)]) {
      const source = pageFrames(frames, { firstOffset: row.offset, byteLength: row.sizes[0] as number });
      expect(listOf(mapper.coalesce(source))).toEqual(expectedOf(row));
    }
  });

  it.each(valid.filter(({ batches_pfn_runs }) => batches_pfn_runs.length > 1))("$id, appended to a stream", (row) => {
    using mapper = makeMapper(limitsOf(row));
    using stream = mapper.stream({ capacity: 16 });
    for (const range of rangesOf(row)) expect(stream.push(range)).toBe(true);
    expect(stream.flush()).toBe(true);
    expect(listOf(stream.drain())).toEqual(expectedOf(row));
  });

  it.each(valid.filter(({ batches_pfn_runs }) => batches_pfn_runs.length > 1))("$id, batch by batch", (row) => {
    using mapper = makeMapper(limitsOf(row));
    const tables = batchesOf(row).map((pfns, batch) =>
      mapper.coalesce(
        pageFrames(pfns, { byteLength: row.sizes[batch] as number, flags: kindOf(row, BigInt(pfns[0] as number)) }),
      ),
    );
    const stitched = mapper.coalesce(tables.flatMap((table) => [...table]));
    expectBytes(stitched.bytes, mapper.coalesce(rangesOf(row)).bytes);
    expect(listOf(stitched)).toEqual(expectedOf(row));
  });

  it.each(refused)("$id: $why: a RangeError when the mapper is made", (row) => {
    const error = thrownBy(() => makeMapper(limitsOf(row))) as Error;
    expect(error).toEqual(blames(RangeError, "alignmentBytes"));
    expect(toLimits(limitsOf(row)).maxSegmentBytes).toBe(4095);
    expect(pack([]).byteLength).toBe(row.native_segments.length);
  });
});
