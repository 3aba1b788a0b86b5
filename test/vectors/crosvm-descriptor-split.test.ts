/** crosvm-descriptor-split.json: a chain of descriptors of which some bytes are consumed is split at an offset. */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { cursor } from "../../src/table/cursor.js";
import { locate } from "../../src/table/offsets.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { blames } from "../support/blame.js";
import { expectBytes } from "../support/bytes.js";
import file from "./data/crosvm-descriptor-split.json" with { type: "json" };

const tableOf = (lens: readonly number[]) =>
  SegmentTable.from(lens.map((length, index) => ({ addr: BigInt(index + 1) << 12n, length, flags: 0 })));
const isOutside = (row: (typeof file.vectors)[number]) =>
  row.consume_first + row.split_at > row.lens.reduce((sum, length) => sum + length);
const bytes = ({ totalBytes }: SegmentTable) => Number(totalBytes);

const inside = file.vectors.filter((row) => !isOutside(row));
const defects = file.vectors.filter(({ native_defect }) => native_defect);

it("all 11 rows are here, one of them out of bounds, and native is wrong in 6: those that consume first", () => {
  expect([file.vectors.length, inside.length, defects.length]).toEqual([11, 10, 6]);
  expect(defects).toEqual(file.vectors.filter(({ consume_first }) => consume_first > 0));
});

it.each(inside)("$name ($provenance)", ({ lens, consume_first, split_at, expected_left, expected_right }) => {
  const table = tableOf(lens);
  const reader = cursor(table);
  reader.advance(consume_first);
  const left = reader.take(split_at);
  expect(bytes(left)).toBe(expected_left);
  expect(reader.remaining).toBe(BigInt(expected_right));
  const right = reader.take(reader.remaining);
  expect([bytes(right), reader.done]).toEqual([expected_right, true]);

  expectBytes(slice(table, consume_first, split_at).bytes, left.bytes);
  expectBytes(slice(table, consume_first + split_at).bytes, right.bytes);
  const [head, tail] = split(table, [split_at, expected_right], consume_first) as [SegmentTable, SegmentTable];
  expectBytes(head.bytes, left.bytes);
  expectBytes(tail.bytes, right.bytes);
  // The left side starts where the consumed bytes end, and the right one where it ends.
  const [consumed] = split(table, [consume_first]) as [SegmentTable];
  const borders = [consume_first, consume_first + split_at].filter((at) => at < bytes(table));
  const starts = [left, right].filter(({ length }) => length > 0).map((side) => side.addr(0));
  const wanted = borders.map((at) => table.addr(locate(table, at).index) + BigInt(locate(table, at).offset));
  expect(starts).toEqual(split_at === 0 ? wanted.slice(1) : wanted);
  expect(bytes(concat(consumed, left, right))).toBe(bytes(table));
});

describe("native loses what was consumed of the region it is in", () => {
  it.each(defects)("$name: $native_left instead of $expected_left", (row) => {
    const { lens, consume_first, expected_left, expected_right, native_left, native_right } = row;
    expect(native_left).not.toBe(expected_left);
    expect(native_right).toBe(expected_right);
    expect(native_left).toBe(Math.max(0, expected_left - locate(tableOf(lens), consume_first).offset));
  });
});

describe("out of bounds: crosvm takes what there is, segring says so", () => {
  it.each(file.vectors.filter(isOutside))("$name", (row) => {
    const { lens, consume_first, split_at, expected_left, expected_right } = row;
    const table = tableOf(lens);
    const reader = cursor(table, consume_first);
    expect(() => reader.take(split_at)).toThrow(blames(RangeError, "bytes"));
    expect(() => slice(table, consume_first, split_at)).toThrow(RangeError);
    expect(() => split(table, [split_at], consume_first)).toThrow(RangeError);
    const left = reader.take(Math.min(split_at, Number(reader.remaining)));
    expect([bytes(left), Number(reader.remaining)]).toEqual([expected_left, expected_right]);
  });
});
