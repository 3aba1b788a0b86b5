/** freebsd-sglist-busdma-derived.json: how FreeBSD loads buffers for DMA, and its lists of physical segments. */
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { validate } from "../../src/devices/validate.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { coalesce, cut, NO_LIMITS, type OracleRange, pack, runsOf, unpack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { limits, listOf, toRange, toRanges } from "../support/vectors.js";
import file from "./data/freebsd-sglist-busdma-derived.json" with { type: "json" };

const { busdma_load, sglist_append_phys, sglist_split, sglist_slice } = file;
const tableOf = (list: Parameters<typeof toRanges>[0]) => SegmentTable.from(toRanges(list));
const lengthOf = (list: readonly OracleRange[]) => list.reduce((sum, { length }) => sum + length, 0n);
const limitsOf = ({ boundary, maxsegsz }: (typeof busdma_load)[number]) =>
  limits({ max: BigInt(maxsegsz), boundary: BigInt(boundary) });

/** FreeBSD joins a buffer with the open segment as a whole or not at all; segring fills the open segment first. */
const otherRule: Record<string, string> = {
  "maxseg: second buffer does not fit whole, not split to fill": "2048 bytes are free before maxsegsz, it has 4096",
};

/** A FreeBSD segment is as long as a run of memory; a record of ours has 4 GiB at most, and a longer run is cut there. */
const cutAtFourGib = ["no length limit above 4 GiB"];

const nativeDefects = [
  "0 of 400",
  "100 of 400",
  "30 of 400",
  "150 of 400",
  "399 of 400",
  "30 of 100",
  "70 of 100",
  "1073741824 of 3221225472",
];
const splits = sglist_split.map((row) => ({ ...row, name: `${row.length} of ${lengthOf(toRanges(row.input))}` }));

it("all 31 rows are here, and what is listed by name is complete", () => {
  expect([busdma_load, sglist_append_phys, sglist_split, sglist_slice].map(({ length }) => length)).toEqual([
    7, 5, 14, 5,
  ]);
  const differing = busdma_load.filter((row) => {
    const segments = coalesce(toRanges(row.bufs), limitsOf(row));
    return JSON.stringify(listOf(SegmentTable.from(segments))) !== JSON.stringify(row.segments);
  });
  expect(differing.map(({ name }) => name)).toEqual(Object.keys(otherRule));
  const long = sglist_append_phys.filter(({ segments }) => segments.some(({ len }) => len > 2 ** 32));
  expect(long.map(({ name }) => name)).toEqual(cutAtFourGib);
  expect(splits.filter(({ native_defect }) => native_defect).map(({ name }) => name)).toEqual(nativeDefects);
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  describe("busdma_load", () => {
    it.each(busdma_load.filter(({ name }) => !(name in otherRule)))("$name", (row) => {
      using mapper = makeMapper(limitsOf(row));
      const table = mapper.coalesce(toRanges(row.bufs));
      expect([row.status, listOf(table)]).toEqual(["ok", row.segments]);
      expect(validate(table, { ...mapper.limits, maxSegments: row.nsegments })).toBe(undefined);
    });

    it.each(busdma_load.filter(({ name }) => name in otherRule).map((row) => ({ ...row, why: otherRule[row.name] })))(
      "$name is another rule: $why",
      (row) => {
        using mapper = makeMapper(limitsOf(row));
        const table = mapper.coalesce(toRanges(row.bufs));
        expect(listOf(table)).toEqual([
          { addr: "0x0", len: 8192 },
          { addr: "0x2000", len: 2048 },
        ]);
        // As many segments of the same bytes: FreeBSD's, coalesced, are these.
        expect(table.length).toBeLessThanOrEqual(row.segments.length);
        expectBytes(mapper.coalesce(toRanges(row.segments)).bytes, table.bytes);
      },
    );
  });

  describe("sglist_append_phys", () => {
    it.each(sglist_append_phys)("$name", (row) => {
      using mapper = makeMapper();
      const isCut = cutAtFourGib.includes(row.name);
      const wanted = toRanges(row.segments).flatMap((run) => cut(run, NO_LIMITS));
      const maxSegments = isCut ? wanted.length : row.max_segments;
      // EFBIG is a list that is too long with the range in it; the range is left out then.
      const taken: OracleRange[] = [];
      const status = row.append.map((entry) => {
        const table = mapper.coalesce([...taken, toRange(entry)], { skipEmpty: true });
        const violation = validate(table, { maxSegments });
        if (violation === undefined) taken.push(toRange(entry));
        else expect(violation).toMatchObject({ index: maxSegments, limit: "maxSegments" });
        return violation === undefined ? "ok" : "EFBIG";
      });
      expect(status).toEqual(row.status);
      const table = mapper.coalesce(taken, { skipEmpty: true });
      expectBytes(table.bytes, pack(wanted));
      expect(runsOf(unpack(table.bytes))).toEqual(toRanges(row.segments));
      if (!isCut) expect(listOf(table)).toEqual(row.segments);
      if (taken.some(({ length }) => length === 0n)) expect(() => mapper.coalesce(taken)).toThrow(RangeError);
    });
  });
});

describe("sglist_split", () => {
  it.each(splits.map((row) => ({ ...row, native: row.native_defect ? "wrong" : "right" })))(
    "$name (native is $native)",
    ({ input, length, expected_head, expected_rest, native_head, native_rest, native }) => {
      const table = tableOf(input);
      // More than there is: the head is all. A size past the end is an error here, so the caller asks for what there is.
      const head = Math.min(length, Number(table.totalBytes));
      if (head < length) expect(() => split(table, [length])).toThrow(RangeError);
      const rest = Number(table.totalBytes) - head;
      expect(split(table, [head, rest]).map(listOf)).toEqual([expected_head, expected_rest]);
      expect(listOf(slice(table, 0, head))).toEqual(expected_head);
      expect(listOf(slice(table, head))).toEqual(expected_rest);
      const found = { head: native_head, rest: native_rest };
      if (native === "right") expect(found).toEqual({ head: expected_head, rest: expected_rest });
      else expect(found).not.toEqual({ head: expected_head, rest: expected_rest });
    },
  );

  it("sglist_join, and sglist_append_sglist to an empty list (defects without rows): concat", () => {
    expect(file.native_defects.length).toBe(7);
    for (const { input, length } of splits.filter(({ name }) => nativeDefects.includes(name))) {
      const table = tableOf(input);
      const [head, rest] = split(table, [length, table.totalBytes - BigInt(length)]) as [SegmentTable, SegmentTable];
      expect(listOf(concat(head, rest))).toEqual([...listOf(head), ...listOf(rest)]);
      expectBytes(concat(SegmentTable.from([]), table).bytes, table.bytes);
    }
  });
});

describe("sglist_slice", () => {
  it.each(sglist_slice)("$length from $offset: $status", ({ input, offset, length, status, segments }) => {
    const table = tableOf(input);
    if (status === "EINVAL") expect(() => slice(table, offset, length)).toThrow(RangeError);
    else expect(listOf(slice(table, offset, length))).toEqual(segments);
  });
});
