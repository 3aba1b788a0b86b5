/** Arguments of one kind, in every call that takes one of tables, devices and IOVAs: what is refused, by class and exact message; a call that fails changes nothing. */

import { afterEach, describe, expect, it } from "vitest";
import { stackLimits } from "../../src/core/device-limits.js";
import { bestBlockBytes } from "../../src/devices/best-block.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { mapIova } from "../../src/devices/map-iova.js";
import { bestPages } from "../../src/devices/page-table.js";
import { requests } from "../../src/devices/requests.js";
import { translate, untranslate } from "../../src/devices/translate.js";
import { validate } from "../../src/devices/validate.js";
import { copy, fill, gather, scatter } from "../../src/table/bytes.js";
import { cursor } from "../../src/table/cursor.js";
import { find } from "../../src/table/find.js";
import { locate, segmentCount } from "../../src/table/offsets.js";
import { pagePrefix } from "../../src/table/page-prefix.js";
import { blocks, pages, pieceCount } from "../../src/table/pages.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { any } from "../support/arguments.js";
import { throws } from "../support/blame.js";
import { mapperFactory } from "../support/engines.js";
import { expectUntouched, memory, segments, side, table, windows } from "../support/small-table.js";

const SPACE = 1n << 64n;
const space = new IovaSpace({ base: 65536, byteLength: 65536 });
const reserved = new IovaSpace({ base: 65536, byteLength: 65536 }).reserve(32768);
const walker = cursor(table, 100);
const mapper = mapperFactory("auto")();

const notTables: unknown[] = [undefined, null, 5, "table", [], {}, segments, table.bytes, () => table];

afterEach(expectUntouched);

describe("a table", () => {
  it.each<[string, (value: never) => unknown, string?]>([
    ["slice", (t) => slice(t, 0)],
    ["split", (t) => split(t, [1])],
    ["concat", (t) => concat(table, t), "tables[1]"],
    ["locate", (t) => locate(t, 0)],
    ["segmentCount", (t) => segmentCount(t, 0)],
    ["cursor", (t) => cursor(t)],
    ["find", (t) => find(t, 0)],
    ["pages", (t) => pages(t, 4096)],
    ["blocks", (t) => blocks(t, 4096)],
    ["pieceCount", (t) => pieceCount(t, 1)],
    ["pagePrefix", (t) => pagePrefix(t, 4096, 1)],
    ["bestBlockBytes", (t) => bestBlockBytes(t, [4096])],
    ["requests", (t) => requests(t, {})],
    ["validate", (t) => validate(t, {})],
    ["translate", (t) => translate(t, windows)],
    ["untranslate", (t) => untranslate(t, windows)],
    ["gather", (t) => gather(t, { bytes: memory, addr: 0 }, new Uint8Array(1))],
    ["scatter", (t) => scatter(t, { bytes: memory, addr: 0 }, new Uint8Array(1))],
    ["fill", (t) => fill(t, { bytes: memory, addr: 0 }, 1)],
    [
      "copy, the source",
      (t) => copy({ table: t, memory: { bytes: memory, addr: 0 } }, { table, memory: { bytes: memory, addr: 0 } }),
      "source.table",
    ],
    [
      "copy, the target",
      (t) => copy({ table, memory: { bytes: memory, addr: 0 } }, { table: t, memory: { bytes: memory, addr: 0 } }),
      "target.table",
    ],
    ["mapIova", (t) => mapIova(t, { base: 0 })],
    ["IovaSpace.map", (t) => space.map(t)],
    ["IovaReservation.link", (t) => reserved.link(0, t)],
    ["SegmentMapper.frames", (t) => mapper.frames(t)],
  ])("%s takes a SegmentTable and nothing else", (_, call, name = "table") => {
    for (const value of notTables) {
      throws(() => call(any(value)), TypeError, name);
    }
  });
});

/** Calls with one unsigned 64-bit integer that is not checked otherwise first. */
const u64s: [string, string, (value: never) => unknown][] = [
  ["slice", "offset", (v) => slice(table, v)],
  ["slice", "byteLength", (v) => slice(table, 0, v)],
  ["split", "offset", (v) => split(table, [], v)],
  ["split", "byteLengths[1]", (v) => split(table, [1, v])],
  ["locate", "offset", (v) => locate(table, v)],
  ["segmentCount", "byteLength", (v) => segmentCount(table, v)],
  ["cursor", "offset", (v) => cursor(table, v)],
  ["cursor.advance", "bytes", (v) => walker.advance(v)],
  ["cursor.take", "bytes", (v) => walker.take(v)],
  ["find", "addr", (v) => find(table, v)],
  ["pages", "pageBytes", (v) => pages(table, v)],
  ["blocks", "blockBytes", (v) => blocks(table, v)],
  ["pieceCount", "maxBytes", (v) => pieceCount(table, v)],
  ["pagePrefix", "pageBytes", (v) => pagePrefix(table, v, 1)],
  ["pagePrefix", "offset", (v) => pagePrefix(table, 4096, 1, v)],
  ["bestBlockBytes", "sizes[1]", (v) => bestBlockBytes(table, [4096, v])],
  ["bestBlockBytes", "iova", (v) => bestBlockBytes(table, [4096], v)],
  ["requests", "maxBytes", (v) => requests(table, { maxBytes: v })],
  ["requests", "blockBytes", (v) => requests(table, { blockBytes: v })],
  ["requests", "virtualBoundaryBytes", (v) => requests(table, { virtualBoundaryBytes: v })],
  ["requests", "offset", (v) => requests(table, { offset: v })],
  ["requests", "stripeBytes", (v) => requests(table, { stripeBytes: v })],
  ["validate", "boundaryBytes", (v) => validate(table, { boundaryBytes: v })],
  ["validate", "dmaAlignmentBytes", (v) => validate(table, { dmaAlignmentBytes: v })],
  ["stackLimits, the first", "maxBytes", (v) => stackLimits({ maxBytes: v }, {})],
  ["stackLimits, the second", "blockBytes", (v) => stackLimits({}, { blockBytes: v })],
  ["translate", "windows[1].addr", (v) => translate(table, [windows[0] as never, { addr: v, length: 1 }])],
  ["translate", "windows[0].length", (v) => translate(table, [{ addr: 0, length: v }])],
  ["untranslate", "windows[0].addr", (v) => untranslate(table, [{ addr: v, length: 1 }])],
  ["gather", "memory.addr", (v) => gather(table, { bytes: memory, addr: v }, new Uint8Array(1))],
  ["gather", "offset", (v) => gather(table, { bytes: memory, addr: 0 }, new Uint8Array(1), v)],
  ["scatter", "memory.addr", (v) => scatter(table, { bytes: memory, addr: v }, new Uint8Array(1))],
  ["scatter", "offset", (v) => scatter(table, { bytes: memory, addr: 0 }, new Uint8Array(1), v)],
  ["fill", "memory.addr", (v) => fill(table, { bytes: memory, addr: v }, 1)],
  ["fill", "offset", (v) => fill(table, { bytes: memory, addr: 0 }, 1, v)],
  ["fill", "byteLength", (v) => fill(table, { bytes: memory, addr: 0 }, 1, 0, v)],
  ["copy", "sourceOffset", (v) => copy(side(), side(), { sourceOffset: v })],
  ["copy", "targetOffset", (v) => copy(side(), side(), { targetOffset: v })],
  ["copy", "byteLength", (v) => copy(side(), side(), { byteLength: v })],
  ["mapIova", "base", (v) => mapIova(table, { base: v })],
  ["mapIova", "granuleBytes", (v) => mapIova(table, { base: 0, granuleBytes: v })],
  ["mapIova", "boundaryBytes", (v) => mapIova(table, { base: 0, boundaryBytes: v })],
  ["mapIova", "pageBytes[1]", (v) => mapIova(table, { base: 0, pageBytes: [4096, v] })],
  ["mapIova().lookup", "iova", (v) => mapIova(table, { base: 0 }).lookup(v)],
  ["bestPages", "iova", (v) => bestPages({ addr: 0, length: 4096 }, [4096], v)],
  ["bestPages", "mapping.addr", (v) => bestPages({ addr: v, length: 4096 }, [4096], 0)],
  ["bestPages", "mapping.length", (v) => bestPages({ addr: 0, length: v }, [4096], 0)],
  ["bestPages", "sizes[0]", (v) => bestPages({ addr: 0, length: 4096 }, [v], 0)],
  ["IovaSpace", "base", (v) => new IovaSpace({ base: v, byteLength: 4096 })],
  ["IovaSpace", "byteLength", (v) => new IovaSpace({ base: 0, byteLength: v })],
  ["IovaSpace", "granuleBytes", (v) => new IovaSpace({ base: 0, byteLength: 4096, granuleBytes: v })],
  ["IovaSpace.allocate", "byteLength", (v) => space.allocate(v)],
  ["IovaSpace.allocate", "alignmentBytes", (v) => space.allocate(1, v)],
  ["IovaSpace.free", "iova", (v) => space.free(v)],
  ["IovaSpace.map", "boundaryBytes", (v) => space.map(table, { boundaryBytes: v })],
  ["IovaSpace.reserve", "byteLength", (v) => space.reserve(v)],
  ["IovaReservation.link", "offset", (v) => reserved.link(v, table)],
  ["IovaReservation.unlink", "offset", (v) => reserved.unlink(v, 4096)],
  ["IovaReservation.unlink", "byteLength", (v) => reserved.unlink(0, v)],
  ["IovaReservation.lookup", "iova", (v) => reserved.lookup(v)],
  ["IovaReservation.entries", "pageBytes[0]", (v) => reserved.entries([v])],
  ["SegmentMapper.frames", "pageBytes", (v) => mapper.frames(table, { pageBytes: v })],
  ["SegmentMapper.frames", "offset", (v) => mapper.frames(table, { offset: v })],
];

describe("an unsigned 64-bit integer", () => {
  it.each(u64s)("%s: %s", (_, name, call) => {
    for (const value of [
      "1",
      "",
      null,
      true,
      false,
      {},
      [],
      [1],
      Object.create(null),
      () => 1,
      Symbol("one"),
      Object(1n),
    ]) {
      throws(() => call(any(value)), TypeError, name);
    }
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1,
      -0.5,
      0.5,
      1e-300,
      -1n,
      SPACE,
    ]) {
      throws(() => call(any(value)), RangeError, name);
    }
    for (const value of [2 ** 53, 2 ** 63, 1e300]) {
      throws(() => call(any(value)), RangeError, name);
    }
    expect(space.fragmentation.freeBytes).toBe(65536n);
    expect(reserved.mappings).toEqual([]);
    expect(walker.offset).toBe(100n);
  });
});

describe("a power of two", () => {
  it.each<[string, string, (value: never) => unknown]>([
    ["pages", "pageBytes", (v) => pages(table, v)],
    ["blocks", "blockBytes", (v) => blocks(table, v)],
    ["pagePrefix", "pageBytes", (v) => pagePrefix(table, v, 1)],
    ["bestBlockBytes", "sizes[0]", (v) => bestBlockBytes(table, [v])],
    ["mapIova", "granuleBytes", (v) => mapIova(table, { base: 0, granuleBytes: v })],
    ["mapIova", "pageBytes[0]", (v) => mapIova(table, { base: 0, pageBytes: [v] })],
    ["bestPages", "sizes[1]", (v) => bestPages({ addr: 0, length: 1 }, [1, v], 0)],
    ["IovaSpace", "granuleBytes", (v) => new IovaSpace({ base: 0, byteLength: 4096, granuleBytes: v })],
    ["IovaSpace.allocate", "alignmentBytes", (v) => space.allocate(1, v)],
    ["IovaSpace.reserve", "alignmentBytes", (v) => space.reserve(1, v)],
    ["SegmentMapper.frames", "pageBytes", (v) => mapper.frames(table, { pageBytes: v })],
  ])("%s: %s", (_, name, call) => {
    for (const value of [0, 0n, 3, 4097, 2 ** 53 - 1, (1n << 63n) + 1n, SPACE - 1n]) {
      throws(() => call(any(value)), RangeError, name);
    }
    expect(space.fragmentation.freeBytes).toBe(65536n);
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["requests", "virtualBoundaryBytes", (v) => requests(table, { virtualBoundaryBytes: v })],
    ["validate", "virtualBoundaryBytes", (v) => validate(table, { virtualBoundaryBytes: v })],
    ["validate", "dmaAlignmentBytes", (v) => validate(table, { dmaAlignmentBytes: v })],
    ["stackLimits, the first", "virtualBoundaryBytes", (v) => stackLimits({ virtualBoundaryBytes: v }, {})],
    ["stackLimits, the second", "dmaAlignmentBytes", (v) => stackLimits({}, { dmaAlignmentBytes: v })],
  ])("or 0 for none, %s: %s", (_, name, call) => {
    for (const value of [3, 4097, 2 ** 53 - 1, (1n << 63n) + 1n, SPACE - 1n]) {
      throws(() => call(any(value)), RangeError, name);
    }
    for (const value of [0, 0n, -0, 1, 1n << 63n]) expect(() => call(any(value))).not.toThrow(RangeError);
  });

  it("of a page list is at most 2^52, so that an offset is a number", () => {
    expect(pagePrefix(table, 2 ** 52, 1).pages.length).toBe(1);
    for (const value of [1n << 53n, 1n << 63n]) {
      throws(() => pagePrefix(table, value, 1), RangeError, "pageBytes");
    }
  });

  it("lists of sizes are arrays, and not empty", () => {
    const lists: [string, (value: never) => unknown][] = [
      ["sizes", (v) => bestBlockBytes(table, v)],
      ["sizes", (v) => bestPages({ addr: 0, length: 1 }, v, 0)],
      ["pageBytes", (v) => mapIova(table, { base: 0, pageBytes: v })],
      ["pageBytes", (v) => reserved.entries(v)],
    ];
    for (const [name, call] of lists) {
      for (const value of [null, 4096, "4096", {}, new Set([4096]), BigUint64Array.of(4096n)]) {
        const message = name;
        throws(() => call(any(value)), TypeError, message);
      }
      throws(() => call(any([])), RangeError, name);
    }
  });

  it("an array with a hole has no size there", () => {
    const holes = new Array(1);
    throws(() => split(table, holes), TypeError, "byteLengths[0]");
    throws(() => bestBlockBytes(table, holes), TypeError, "sizes[0]");
  });
});

describe("a number in a range", () => {
  const numbers: [string, string, number, number, (value: never) => unknown][] = [
    ["pagePrefix", "maxPages", 1, 2 ** 28, (v) => pagePrefix(table, 4096, v)],
    ["requests", "maxSegments", 1, 2 ** 32, (v) => requests(table, { maxSegments: v })],
    ["validate", "maxSegments", 1, 2 ** 32, (v) => validate(table, { maxSegments: v })],
    ["validate", "maxSegmentBytes", 1, 2 ** 32, (v) => validate(table, { maxSegmentBytes: v })],
    ["stackLimits", "maxSegments", 1, 2 ** 32, (v) => stackLimits({}, { maxSegments: v })],
    ["stackLimits", "alignmentBytes", 1, 2 ** 32, (v) => stackLimits({ alignmentBytes: v }, {})],
    ["mapIova", "maxSegmentBytes", 1, 2 ** 32, (v) => mapIova(table, { base: 0, maxSegmentBytes: v })],
    ["fill", "value", 0, 255, (v) => fill(table, { bytes: memory, addr: 0 }, v)],
    ["SegmentMapper.frames", "maxCount", 0, 2 ** 29, (v) => mapper.frames(table, { maxCount: v })],
  ];

  it.each(numbers)("%s: %s", (_, name, min, max, call) => {
    for (const value of ["1", 1n, null, true, {}, [1], () => 1, Symbol("one")]) {
      throws(() => call(any(value)), TypeError, name);
    }
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 1.5, min - 1, max + 1, 2 ** 53]) {
      throws(() => call(any(value)), RangeError, name);
    }
  });
});
