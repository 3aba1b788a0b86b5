/**
 * linux-sg-split-oracle.json: `sg_split(in, skip, sizes)`. Linux has a list of pages and one of device addresses
 * (`mapped`); a table of ours is either, so the rule is the same.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { cursor } from "../../src/table/cursor.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { blames } from "../support/blame.js";
import { listOf, toRanges, type VectorRange } from "../support/vectors.js";
import file from "./data/linux-sg-split-oracle.json" with { type: "json" };

const lastEndsInside =
  "the last part ends inside an entry that others follow: it is not trimmed, and they are added to it";
/** Where the native answer is wrong. */
const nativeDefects: Record<string, string> = {
  "skip-exact": "an entry that is skipped as a whole is listed with length 0",
  "last-ends-mid": lastEndsInside,
  "mapped-last-ends-mid": lastEndsInside,
  "rnd-01": lastEndsInside,
  "rnd-37": lastEndsInside,
  "rnd-49": lastEndsInside,
};

const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);
const fails = file.vectors.filter(({ native_ret }) => native_ret !== 0);
const good = file.vectors.filter(({ native_ret }) => native_ret === 0);

it("all 39 rows are here, one that is an error, and 6 where native is wrong", () => {
  expect([file.vectors.length, good.length, fails.length]).toEqual([39, 38, 1]);
  expect(new Set(file.vectors.map(({ id }) => id)).size).toBe(39);
  const wrong = file.vectors.filter(({ native_matches_expected }) => !native_matches_expected).map(({ id }) => id);
  expect(wrong).toEqual(Object.keys(nativeDefects));
});

/** What holds for each row that has parts. */
function check({ in: entries, skip, sizes, expected }: (typeof good)[number]): void {
  const table = SegmentTable.from(toRanges(entries));
  const before = table.bytes.slice();
  const parts = split(table, sizes, skip);
  expect(parts.map(listOf)).toEqual(expected);
  expect(split(table, sizes.map(BigInt), BigInt(skip)).map(listOf)).toEqual(expected);
  // Each part by itself.
  const at = sizes.map((_, index) => skip + sum(sizes.slice(0, index)));
  expect(sizes.map((size, index) => listOf(slice(table, at[index] as number, size)))).toEqual(expected);
  // And one after the other; bytes past the sum stay.
  const reader = cursor(table, skip);
  expect(sizes.map((size) => listOf(reader.take(size)))).toEqual(expected);
  expect(reader.remaining).toBe(table.totalBytes - BigInt(skip + sum(sizes)));
  expect(parts.map(({ totalBytes }) => totalBytes)).toEqual(sizes.map(BigInt));
  expect(concat(...parts).totalBytes).toBe(BigInt(sum(sizes)));
  expect(table.bytes).toEqual(before);
  // The same where the first entry lies across 4 GiB, so that cuts carry into the upper half of an address.
  const up = 0xffff_ffffn - table.addr(0);
  const moved = (list: readonly VectorRange[]) => toRanges(list).map((range) => ({ ...range, addr: range.addr + up }));
  const wanted = expected?.map((part) => listOf(SegmentTable.from(moved(part))));
  expect(split(SegmentTable.from(moved(entries)), sizes, skip).map(listOf)).toEqual(wanted);
}

it.each(good.filter(({ id }) => !(id in nativeDefects)))("$id: $why", (row) => {
  check(row);
  expect(row.native).toEqual(row.expected);
});

it.each(good.filter(({ id }) => id in nativeDefects).map((row) => ({ ...row, defect: nativeDefects[row.id] })))(
  "$id: $why (native is wrong: $defect)",
  (row) => {
    check(row);
    expect(row.native).not.toEqual(row.expected);
    // Records of length 0, or more bytes than the sizes.
    const lens = (row.native ?? []).flat().map(({ len }) => len);
    expect(lens.includes(0) || sum(lens) > sum(row.sizes)).toBe(true);
  },
);

describe("what the list does not have", () => {
  it.each(fails)("$id: $why is a RangeError", ({ in: entries, skip, sizes, native, expected, native_ret }) => {
    expect([native_ret, native, expected]).toEqual([-22, null, null]);
    const table = SegmentTable.from(toRanges(entries));
    expect(() => split(table, sizes, skip)).toThrow(blames(RangeError, "byteLengths[0]"));
    expect(() => slice(table, skip, sum(sizes))).toThrow(RangeError);
    const reader = cursor(table, skip);
    expect(() => reader.take(sum(sizes))).toThrow(RangeError);
    expect(reader.offset).toBe(BigInt(skip));
  });
});
