/**
 * ucx-iov-converter.json: 1024 elements, element i of i bytes, taken 16 elements and 1024 bytes at a time. Segring has no
 * element of length 0, so element 0 is not there: call 0, which counts it, has one element fewer, and what follows is taken
 * of the table behind it. An index here is one less than the file's.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { requests } from "../../src/devices/requests.js";
import { locate } from "../../src/table/offsets.js";
import { concat, slice } from "../../src/table/slice.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/ucx-iov-converter.json" with { type: "json" };

const TOTAL = 523_776n;
const DROPPED = 1;
const limits = { maxSegments: 16, maxBytes: 1024 };

/** The elements, apart from each other. */
const ranges = Array.from({ length: 1024 }, (_, length) => ({ addr: length * 4096, length }));
const table = SegmentTable.from(ranges.slice(DROPPED));

const first = requests(table, { ...limits, maxSegments: limits.maxSegments - DROPPED })[0]?.segments as SegmentTable;
const rest = requests(slice(table, first.totalBytes), limits).map(({ segments }) => segments);

let done = 0n;
const calls = [first, ...rest].map((segments, index) => {
  done += segments.totalBytes;
  const next = done < table.totalBytes ? locate(table, done) : { index: table.length, offset: 0 };
  return {
    elements: segments.length + (index === 0 ? DROPPED : 0),
    bytes: Number(segments.totalBytes),
    next: [next.index + DROPPED, next.offset],
  };
});

it("all rows are here", () => {
  expect([file.first_calls.length, file.last_calls.length, file.calls_total]).toEqual([8, 4, 514]);
  expect(file.property).toContain(`the sum over all calls is ${TOTAL};`);
});

it("calls_total, and the bytes of all calls", () => {
  expect(calls.length).toBe(file.calls_total);
  expect(table.totalBytes).toBe(TOTAL);
  expect(calls.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(Number(TOTAL));
});

const lastFrom = file.calls_total - file.last_calls.length;
const traced = [
  ...file.first_calls.map((call, index) => ({ number: index + 1, call })),
  ...file.last_calls.map((call, index) => ({ number: lastFrom + index + 1, call })),
];

it.each(traced)("call $number of 514 ends at $call.next", ({ number, call }) => {
  expect(calls[number - 1]).toEqual(call);
});

it("every call ends because the source does, or is full", () => {
  for (const [index, { elements, bytes }] of calls.entries()) {
    const isFull = bytes === limits.maxBytes || elements === limits.maxSegments;
    expect(isFull || index === calls.length - 1).toBe(true);
    expect(bytes <= limits.maxBytes && elements <= limits.maxSegments && bytes > 0).toBe(true);
  }
  expect(() => locate(table, done)).toThrow(RangeError);
});

it("without elements there is no call; a limit of 0 is a RangeError", () => {
  expect(requests(SegmentTable.from([]), limits)).toEqual([]);
  expect(thrownBy(() => requests(table, { ...limits, maxSegments: 0 }))).toEqual(blames(RangeError, "maxSegments"));
  expect(thrownBy(() => requests(table, { ...limits, maxBytes: 0 }))).toEqual(blames(RangeError, "maxBytes"));
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("the mapper drops element 0, and makes the table of what the calls took", () => {
    using mapper = makeMapper();
    expectBytes(mapper.coalesce(ranges, { skipEmpty: true }).bytes, table.bytes);
    expectBytes(mapper.coalesce(concat(first, ...rest)).bytes, table.bytes);
  });
});
