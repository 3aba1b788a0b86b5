/**
 * crosvm-address-range.json: what crosvm's address ranges do, as ranges and sets of bytes. Its ranges are inclusive, and
 * one whose start is above its end is empty, which a range of ours cannot be: where an operand is empty the set is.
 */

import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import type { Range } from "../../src/core/record.js";
import { intersect, subtract } from "../../src/table/sets.js";
import { coalesce } from "../oracle.js";
import { blamedBy } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/crosvm-address-range.json" with { type: "json" };

const MAX = (1n << 64n) - 1n;
const bound = (value: number | string) => (value === "max" ? MAX : BigInt(value));

/** All 2^64 bytes are two ranges: a length is below 2^64. */
function toSet([start = 0, end = 0]: readonly (number | string)[]): Range[] {
  const first = bound(start);
  const last = bound(end);
  if (first > last) return [];
  if (last - first < MAX) return [{ addr: first, length: last - first + 1n }];
  return [0n, 1n << 63n].map((addr) => ({ addr, length: 1n << 63n }));
}

/** First and last byte of each run of a set, or the error that there are too many segments of 4 GiB for a table. */
function runs(set: () => Iterable<Range>): bigint[][] | string {
  try {
    const ranges = [...set()].map(({ addr, length }) => ({ addr: BigInt(addr), length: BigInt(length), flags: 0 }));
    return coalesce(ranges, { max: 1n << 65n, boundary: 0n, alignment: 1n }).map(({ addr, length }) => [
      addr,
      addr + length - 1n,
    ]);
  } catch (error) {
    return (error as SegringError).code;
  }
}

const inclusive = (ranges: Iterable<Range>) =>
  [...ranges].map(({ addr, length }) => [Number(addr), Number(BigInt(addr) + BigInt(length) - 1n)]);

it("all 32 rows are here", () => {
  const { from_start_and_size, split_at, intersect: meet, minus } = file;
  expect([from_start_and_size.length, split_at.length, meet.length, minus.length]).toEqual([8, 5, 11, 8]);
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  describe("from_start_and_size: the last byte, or the error that there is none", () => {
    it.each(file.from_start_and_size)("$start + $size", ({ start, size, expected }) => {
      using mapper = makeMapper({ max: 1n << 32n, boundary: 0n, alignment: 1n });
      const range = { addr: BigInt(start), length: BigInt(size) };
      if (expected === "overflow") {
        expect(blamedBy((thrownBy(() => mapper.union([range])) as Error).message)).toBe("[0].addr + length");
      } else if (expected === "empty") {
        expect(() => mapper.union([range])).toThrow(RangeError);
        expect(mapper.union([range], { skipEmpty: true }).length).toBe(0);
      } else {
        // Of nearly 2^64 bytes there are too many segments to make: what the set holds says it.
        const [first, last] = (expected as string[]).map(BigInt) as [bigint, bigint];
        expect(runs(() => intersect([range], toSet([0, "max"])))).toEqual(
          last - first < 2n ** 56n ? [[first, last]] : "OUT_OF_MEMORY",
        );
      }
    });
  });
});

describe("intersect", () => {
  it.each(file.intersect)("$a and $b", ({ a, b, expected }) => {
    expect(inclusive(intersect(toSet(a), toSet(b)))).toEqual(expected === null ? [] : [expected]);
    expect(inclusive(intersect(toSet(b), toSet(a)))).toEqual(expected === null ? [] : [expected]);
  });
});

describe("minus: what is left on the left and on the right", () => {
  it.each(file.minus)("$a minus $b", ({ a, b, expected_left_right }) => {
    const left = expected_left_right.filter((range) => range !== null);
    expect(inclusive(subtract(toSet(a), toSet(b)))).toEqual(left);
  });
});

describe("split_at: both sides of an address, which is a cut of the set there", () => {
  it.each(file.split_at)("$range at $at", ({ range, at, expected }) => {
    const [first = 0, last = 0] = range;
    const set = toSet(range);
    const below = at > first ? intersect(set, [{ addr: 0, length: at }]) : [];
    const above = intersect(set, [{ addr: at, length: MAX - BigInt(at) }]);
    // crosvm leaves the range whole where `at` is not behind its first byte and at most its last.
    const cuts = at > first && at <= last;
    const found = cuts ? [...inclusive(below), ...inclusive(above)] : [...inclusive(set), null];
    expect(found).toEqual(expected);
    // The two sides join to the range again.
    const joined = coalesce(
      [...below, ...above].map((part) => ({ addr: BigInt(part.addr), length: BigInt(part.length), flags: 0 })),
    );
    expect(joined.map(({ addr, length }) => [Number(addr), Number(addr + length) - 1])).toEqual([range]);
  });
});
