/** What operations on tables, devices and IOVAs refuse, by class and exact message; a call that fails changes nothing. */
import { afterEach, describe, expect, it } from "vitest";
import { type DeviceLimits, stackLimits } from "../../src/core/device-limits.js";
import { type SegringError, show } from "../../src/core/errors.js";
import { PACKAGE } from "../../src/core/package-key.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { bestBlockBytes } from "../../src/devices/best-block.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { mapIova } from "../../src/devices/map-iova.js";
import { bestPages } from "../../src/devices/page-table.js";
import { requests } from "../../src/devices/requests.js";
import { translate, untranslate } from "../../src/devices/translate.js";
import { validate } from "../../src/devices/validate.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { copy, fill, gather, scatter } from "../../src/table/bytes.js";
import { cursor } from "../../src/table/cursor.js";
import { find } from "../../src/table/find.js";
import { locate, segmentsFor } from "../../src/table/offsets.js";
import { blocks, countFor, pagePrefix, pages } from "../../src/table/pages.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { thrownBy } from "../support/bytes.js";
import { engines, mapperFactory } from "../support/engines.js";
import { framesOf } from "../support/frames-of.js";

const SPACE = 1n << 64n;
const U64 = "an integer from 0 to 2^64 - 1";
const U64_NUMBER = "a number up to 2^53 - 1 or a bigint (a larger number may be rounded)";
const MEMORY = "an ArrayBuffer, a SharedArrayBuffer, a view or a WebAssembly.Memory";

/** Any value as what the types ask for. */
const any = (value: unknown) => value as never;

function throws(call: () => unknown, type: typeof TypeError | typeof RangeError, message: string): void {
  const error = thrownBy(call) as Error;
  if (error.constructor !== type || error.message !== message) {
    expect.fail(`expected ${type.name}: ${message}\ngot      ${error.constructor.name}: ${error.message}`);
  }
}

const segments = [
  { addr: 0x1000, length: 0x1000 },
  { addr: 0x4000, length: 0x800 },
  { addr: 0x4800, length: 0x800, flags: 0x100 },
];
/** 8192 bytes in three segments. Every test leaves it as it is. */
const table = SegmentTable.from(segments);
const empty = SegmentTable.from([]);
const memory = new Uint8Array(0x8000);
const windows = [{ addr: 0, length: 0x10000 }];

afterEach(() => {
  expect(table.bytes).toEqual(SegmentTable.from(segments).bytes);
  expect(memory.every((byte) => byte === 0)).toBe(true);
});

const reserve = () => new IovaSpace({ base: 65536, byteLength: 65536 }).reserve(32768);
const space = new IovaSpace({ base: 65536, byteLength: 65536 });
const reserved = new IovaSpace({ base: 65536, byteLength: 65536 }).reserve(32768);
const walker = cursor(table, 100);
const mapper = mapperFactory("auto")();

const notTables: unknown[] = [undefined, null, 5, "table", [], {}, segments, table.bytes, () => table];

describe("a table", () => {
  it.each<[string, (value: never) => unknown, string?]>([
    ["slice", (t) => slice(t, 0)],
    ["split", (t) => split(t, [1])],
    ["concat", (t) => concat(table, t), "tables[1]"],
    ["locate", (t) => locate(t, 0)],
    ["segmentsFor", (t) => segmentsFor(t, 0)],
    ["cursor", (t) => cursor(t)],
    ["find", (t) => find(t, 0)],
    ["pages", (t) => pages(t, 4096)],
    ["blocks", (t) => blocks(t, 4096)],
    ["countFor", (t) => countFor(t, 1)],
    ["pagePrefix", (t) => pagePrefix(t, 4096, 1)],
    ["bestBlockBytes", (t) => bestBlockBytes(t, [4096])],
    ["requests", (t) => requests(t, {})],
    ["validate", (t) => validate(t, {})],
    ["translate", (t) => translate(t, windows)],
    ["untranslate", (t) => untranslate(t, windows)],
    ["gather", (t) => gather(memory, 0, t, new Uint8Array(1))],
    ["scatter", (t) => scatter(memory, 0, t, new Uint8Array(1))],
    ["fill", (t) => fill(memory, 0, t, 1)],
    ["copy, the source", (t) => copy({ memory, base: 0, table: t }, { memory, base: 0, table }), "source.table"],
    ["copy, the target", (t) => copy({ memory, base: 0, table }, { memory, base: 0, table: t }), "target.table"],
    ["mapIova", (t) => mapIova(t, { base: 0 })],
    ["IovaSpace.map", (t) => space.map(t)],
    ["IovaReservation.link", (t) => reserved.link(0, t)],
    ["SegmentMapper.frames", (t) => mapper.frames(t)],
  ])("%s takes a SegmentTable and nothing else", (_, call, name = "table") => {
    for (const value of notTables) {
      throws(() => call(any(value)), TypeError, `"${name}" expected a SegmentTable, got ${show(value)}`);
    }
  });
});

/** Calls with one unsigned 64-bit integer that is not checked otherwise first. */
const u64s: [string, string, (value: never) => unknown][] = [
  ["slice", "offset", (v) => slice(table, v)],
  ["slice", "byteLength", (v) => slice(table, 0, v)],
  ["split", "skip", (v) => split(table, [], v)],
  ["split", "byteLengths[1]", (v) => split(table, [1, v])],
  ["locate", "offset", (v) => locate(table, v)],
  ["segmentsFor", "byteLength", (v) => segmentsFor(table, v)],
  ["cursor", "offset", (v) => cursor(table, v)],
  ["cursor.advance", "bytes", (v) => walker.advance(v)],
  ["cursor.take", "bytes", (v) => walker.take(v)],
  ["find", "addr", (v) => find(table, v)],
  ["pages", "pageBytes", (v) => pages(table, v)],
  ["pages.frames", "from", (v) => pages(table, 4096).frames(undefined, v)],
  ["pages.addresses", "from", (v) => pages(table, 4096).addresses(undefined, v)],
  ["blocks", "blockBytes", (v) => blocks(table, v)],
  ["blocks.frames", "from", (v) => blocks(table, 4096).frames(undefined, v)],
  ["countFor", "maxBytes", (v) => countFor(table, v)],
  ["pagePrefix", "pageBytes", (v) => pagePrefix(table, v, 1)],
  ["pagePrefix", "offset", (v) => pagePrefix(table, 4096, 1, v)],
  ["bestBlockBytes", "supported[1]", (v) => bestBlockBytes(table, [4096, v])],
  ["bestBlockBytes", "iova", (v) => bestBlockBytes(table, [4096], v)],
  ["requests", "maxBytes", (v) => requests(table, { maxBytes: v })],
  ["requests", "blockBytes", (v) => requests(table, { blockBytes: v })],
  ["requests", "virtualBoundaryBytes", (v) => requests(table, { virtualBoundaryBytes: v })],
  ["requests", "startOffset", (v) => requests(table, { startOffset: v })],
  ["requests", "stripeBytes", (v) => requests(table, { stripeBytes: v })],
  ["validate", "boundaryBytes", (v) => validate(table, { boundaryBytes: v })],
  ["validate", "dmaAlignmentBytes", (v) => validate(table, { dmaAlignmentBytes: v })],
  ["stackLimits, the first", "maxBytes", (v) => stackLimits({ maxBytes: v }, {})],
  ["stackLimits, the second", "blockBytes", (v) => stackLimits({}, { blockBytes: v })],
  ["translate", "windows[1].addr", (v) => translate(table, [windows[0] as never, { addr: v, length: 1 }])],
  ["translate", "windows[0].length", (v) => translate(table, [{ addr: 0, length: v }])],
  ["untranslate", "windows[0].addr", (v) => untranslate(table, [{ addr: v, length: 1 }])],
  ["gather", "base", (v) => gather(memory, v, table, new Uint8Array(1))],
  ["gather", "skip", (v) => gather(memory, 0, table, new Uint8Array(1), v)],
  ["scatter", "base", (v) => scatter(memory, v, table, new Uint8Array(1))],
  ["scatter", "skip", (v) => scatter(memory, 0, table, new Uint8Array(1), v)],
  ["fill", "base", (v) => fill(memory, v, table, 1)],
  ["fill", "skip", (v) => fill(memory, 0, table, 1, v)],
  ["fill", "byteLength", (v) => fill(memory, 0, table, 1, 0, v)],
  ["copy", "sourceSkip", (v) => copy(side(), side(), { sourceSkip: v })],
  ["copy", "targetSkip", (v) => copy(side(), side(), { targetSkip: v })],
  ["copy", "byteLength", (v) => copy(side(), side(), { byteLength: v })],
  ["mapIova", "base", (v) => mapIova(table, { base: v })],
  ["mapIova", "granuleBytes", (v) => mapIova(table, { base: 0, granuleBytes: v })],
  ["mapIova", "boundaryBytes", (v) => mapIova(table, { base: 0, boundaryBytes: v })],
  ["mapIova", "pageBytes[1]", (v) => mapIova(table, { base: 0, pageBytes: [4096, v] })],
  ["mapIova().lookup", "iova", (v) => mapIova(table, { base: 0 }).lookup(v)],
  ["bestPages", "iova", (v) => bestPages(v, 0, 4096, [4096])],
  ["bestPages", "addr", (v) => bestPages(0, v, 4096, [4096])],
  ["bestPages", "length", (v) => bestPages(0, 0, v, [4096])],
  ["bestPages", "pageBytes[0]", (v) => bestPages(0, 0, 4096, [v])],
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
  ["SegmentMapper.frames", "from", (v) => mapper.frames(table, { from: v })],
];

function side(at = 0) {
  return { memory: new Uint8Array(0x8000), base: at, table };
}

describe("an unsigned 64-bit integer", () => {
  it.each(u64s)("%s: %s", (_, name, call) => {
    const shown = JSON.stringify(name);
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
      throws(() => call(any(value)), TypeError, `${shown} expected a number or a bigint, got ${show(value)}`);
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
      throws(() => call(any(value)), RangeError, `${shown} expected ${U64}, got ${show(value)}`);
    }
    for (const value of [2 ** 53, 2 ** 63, 1e300]) {
      throws(() => call(any(value)), RangeError, `${shown} expected ${U64_NUMBER}, got ${value}`);
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
    ["bestBlockBytes", "supported[0]", (v) => bestBlockBytes(table, [v])],
    ["mapIova", "granuleBytes", (v) => mapIova(table, { base: 0, granuleBytes: v })],
    ["mapIova", "pageBytes[0]", (v) => mapIova(table, { base: 0, pageBytes: [v] })],
    ["bestPages", "pageBytes[1]", (v) => bestPages(0, 0, 1, [1, v])],
    ["IovaSpace", "granuleBytes", (v) => new IovaSpace({ base: 0, byteLength: 4096, granuleBytes: v })],
    ["IovaSpace.allocate", "alignmentBytes", (v) => space.allocate(1, v)],
    ["IovaSpace.reserve", "alignmentBytes", (v) => space.reserve(1, v)],
    ["SegmentMapper.frames", "pageBytes", (v) => mapper.frames(table, { pageBytes: v })],
  ])("%s: %s", (_, name, call) => {
    for (const value of [0, 0n, 3, 4097, 2 ** 53 - 1, (1n << 63n) + 1n, SPACE - 1n]) {
      throws(() => call(any(value)), RangeError, `"${name}" expected a power of two, got ${show(value)}`);
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
      throws(() => call(any(value)), RangeError, `"${name}" expected 0 or a power of two, got ${show(value)}`);
    }
    for (const value of [0, 0n, -0, 1, 1n << 63n]) expect(() => call(any(value))).not.toThrow(RangeError);
  });

  it("of a page list is at most 2^52, so that an offset is a number", () => {
    expect(pagePrefix(table, 2 ** 52, 1).pages.length).toBe(1);
    for (const value of [1n << 53n, 1n << 63n]) {
      throws(
        () => pagePrefix(table, value, 1),
        RangeError,
        `"pageBytes" expected a power of two up to 2^52, got ${value}n`,
      );
    }
  });

  it("lists of sizes are arrays, and not empty", () => {
    const lists: [string, (value: never) => unknown][] = [
      ["supported", (v) => bestBlockBytes(table, v)],
      ["pageBytes", (v) => bestPages(0, 0, 1, v)],
      ["pageBytes", (v) => mapIova(table, { base: 0, pageBytes: v })],
      ["pageBytes", (v) => reserved.entries(v)],
    ];
    for (const [name, call] of lists) {
      for (const value of [null, 4096, "4096", {}, new Set([4096]), BigUint64Array.of(4096n)]) {
        const message = `"${name}" expected an array of powers of two, got ${show(value)}`;
        throws(() => call(any(value)), TypeError, message);
      }
      throws(() => call(any([])), RangeError, `"${name}" expected at least one power of two, got none`);
    }
  });

  it("an array with a hole has no size there", () => {
    const holes = new Array(1);
    throws(() => split(table, holes), TypeError, '"byteLengths[0]" expected a number or a bigint, got undefined');
    throws(
      () => bestBlockBytes(table, holes),
      TypeError,
      '"supported[0]" expected a number or a bigint, got undefined',
    );
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
    ["fill", "value", 0, 255, (v) => fill(memory, 0, table, v)],
    ["SegmentMapper.frames", "maxCount", 0, 2 ** 29, (v) => mapper.frames(table, { maxCount: v })],
  ];

  it.each(numbers)("%s: %s", (_, name, min, max, call) => {
    for (const value of ["1", 1n, null, true, {}, [1], () => 1, Symbol("one")]) {
      throws(() => call(any(value)), TypeError, `"${name}" expected a number, got ${show(value)}`);
    }
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 1.5, min - 1, max + 1, 2 ** 53]) {
      throws(() => call(any(value)), RangeError, `"${name}" expected ${min} to ${max}, got ${value}`);
    }
  });
});

describe("bytes of a table", () => {
  it("past its end are refused", () => {
    const bytes = "(the table's bytes)";
    throws(() => slice(table, 8193), RangeError, `"offset" expected 0 to 8192 ${bytes}, got 8193`);
    throws(() => slice(table, 8193n, 0), RangeError, `"offset" expected 0 to 8192 ${bytes}, got 8193n`);
    const left = '"byteLength" expected up to 192 (what the table has from 8000 on), got 193';
    throws(() => slice(table, 8000, 193), RangeError, left);
    throws(
      () => slice(table, 8192, 1),
      RangeError,
      '"byteLength" expected up to 0 (what the table has from 8192 on), got 1',
    );
    throws(() => split(table, [], 8193), RangeError, `"skip" expected 0 to 8192 ${bytes}, got 8193`);
    const third = '"byteLengths[2]" expected up to 91 (what the table has left), got 92n';
    throws(() => split(table, [8000, 1n, 92n], 100), RangeError, third);
    throws(() => locate(table, 8192), RangeError, '"offset" expected 0 to 8191, got 8192');
    throws(() => locate(table, SPACE - 1n), RangeError, `"offset" expected 0 to 8191, got ${SPACE - 1n}n`);
    throws(() => locate(empty, 0), RangeError, '"offset" expected none, of an empty table, got 0');
    throws(() => segmentsFor(table, 8193), RangeError, `"byteLength" expected up to 8192 ${bytes}, got 8193`);
    throws(() => segmentsFor(empty, 1n), RangeError, `"byteLength" expected up to 0 ${bytes}, got 1n`);
    throws(() => cursor(table, 8193), RangeError, `"offset" expected 0 to 8192 ${bytes}, got 8193`);
    throws(() => pagePrefix(table, 1, 1, 8193), RangeError, `"offset" expected 0 to 8192 ${bytes}, got 8193`);
  });

  it("past 2^53 in all: an offset is checked there too", () => {
    const many = new SegmentTable(PACKAGE, new Uint32Array(4 * (2 ** 21 + 1)));
    for (let at = 3; at < many.words.length; at += 4) many.words[at] = 1;
    throws(
      () => locate(many, many.totalBytes),
      RangeError,
      `"offset" expected 0 to ${many.totalBytes - 1n}, got ${many.totalBytes}n`,
    );
    throws(() => locate(many, -1n), RangeError, `"offset" expected ${U64}, got -1n`);
    throws(() => locate(many, any("0")), TypeError, '"offset" expected a number or a bigint, got "0"');
    throws(() => locate(many, 0.5), RangeError, `"offset" expected ${U64}, got 0.5`);
    throws(() => locate(many, 2 ** 53), RangeError, `"offset" expected ${U64_NUMBER}, got ${2 ** 53}`);
  });

  it("sizes of parts are an array", () => {
    for (const value of [undefined, null, 5, "5", {}, BigUint64Array.of(1n)]) {
      throws(() => split(table, any(value)), TypeError, `"byteLengths" expected an array of sizes, got ${show(value)}`);
    }
  });

  it("a cursor that is asked for too much stays where it is, and has no byte at its end", () => {
    const here = cursor(table, 8000);
    for (const bytes of [193, 193n, 4096, SPACE - 1n]) {
      throws(() => here.advance(bytes), RangeError, `"bytes" expected up to 192 (remaining), got ${show(bytes)}`);
      throws(() => here.take(bytes), RangeError, `"bytes" expected up to 192 (remaining), got ${show(bytes)}`);
      expect([here.offset, here.remaining, here.index]).toEqual([8000n, 192n, 2]);
    }
    here.advance(192);
    throws(() => here.advance(1), RangeError, '"bytes" expected up to 0 (remaining), got 1');
    throws(() => here.addr, RangeError, "the cursor expected bytes left in its table, got none");
    throws(() => here.flags, RangeError, "the cursor expected bytes left in its table, got none");
    expect([here.done, here.length]).toEqual([true, 0]);
  });
});

describe("pages", () => {
  it("from past the last one are refused, and are called pages", () => {
    for (const [list, count] of [
      [pages(table, 4096), 3],
      [blocks(table, 4096), 2],
      [pages(empty, 4096), 0],
    ] as const) {
      const target = new BigUint64Array(2);
      for (const from of [count + 1, SPACE - 1n]) {
        const message = `"from" expected 0 to ${count} (the table's pages), got ${show(from)}`;
        throws(() => list.frames(target, from), RangeError, message);
        throws(() => list.addresses(undefined, from), RangeError, message);
        expect([...target]).toEqual([0n, 0n]);
      }
    }
  });

  it("go into a BigUint64Array", () => {
    for (const value of [
      null,
      5,
      [],
      {},
      new BigInt64Array(4),
      new Float64Array(4),
      new Uint8Array(32),
      new ArrayBuffer(32),
    ]) {
      const message = `"target" expected a BigUint64Array, got ${show(value)}`;
      for (const list of [pages(table, 4096), blocks(table, 4096)]) {
        throws(() => list.frames(any(value)), TypeError, message);
        throws(() => list.addresses(any(value)), TypeError, message);
      }
    }
  });

  it("are counted in pieces of 1 byte and more", () => {
    for (const value of [0, 0n]) {
      throws(() => countFor(table, value), RangeError, `"maxBytes" expected 1 to 2^64 - 1, got ${show(value)}`);
    }
  });

  it("without number are refused by memory", () => {
    const long = SegmentTable.from(Array.from({ length: 3000 }, () => ({ addr: 0, length: 2 ** 32 })));
    for (const list of [pages(long, 1), blocks(long, 1)]) {
      expect(thrownBy(() => list.frames())).toMatchObject({ name: "SegringError", code: "OUT_OF_MEMORY" });
      expect(list.frames(new BigUint64Array(2), 7)).toEqual(BigUint64Array.of(7n, 8n));
    }
  });

  it("bestBlockBytes: the table must end by 2^64", () => {
    const message = `"iova" expected an address from which 8192 bytes end by 2^64, got ${SPACE - 8191n}`;
    throws(() => bestBlockBytes(table, [1], SPACE - 8191n), RangeError, message);
    expect(bestBlockBytes(table, [1], SPACE - 8192n)).toBe(1n);
  });
});

describe.each(engines)("frames of the $name mapper", ({ name }) => {
  const own = mapperFactory(name)();

  it("options", () => {
    for (const value of [null, 0, 1, "true", {}]) {
      throws(
        () => own.frames(table, { addresses: any(value) }),
        TypeError,
        `"addresses" expected a boolean, got ${show(value)}`,
      );
    }
    for (const value of [null, 5, [], new BigInt64Array(4), new Uint8Array(32)]) {
      throws(
        () => framesOf(own, table, { target: any(value) }),
        TypeError,
        `"target" expected a BigUint64Array, got ${show(value)}`,
      );
    }
    const target = new BigUint64Array(3).fill(9n);
    for (const from of [4, 4n, SPACE - 1n]) {
      throws(
        () => framesOf(own, table, { from, target }),
        RangeError,
        `"from" expected 0 to 3 (the table's pages), got ${show(from)}`,
      );
    }
    expect([...target]).toEqual([9n, 9n, 9n]);
  });

  it("a target in the mapper's own memory is refused where that is one memory", () => {
    const inside = own.frames(table);
    if (name === "js") return;
    throws(
      () => framesOf(own, table, { target: inside }),
      RangeError,
      '"target" expected memory outside the mapper\'s, got BigUint64Array',
    );
    expect([...inside]).toEqual([1n, 4n, 4n]);
  });

  it("OUT_OF_MEMORY, and after it the mapper goes on", () => {
    using small = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
    const long = SegmentTable.from([{ addr: 0, length: 2 ** 32 }]);
    for (const pageBytes of [1, 2048]) {
      expect(thrownBy(() => small.frames(long, { pageBytes }))).toMatchObject({ code: "OUT_OF_MEMORY" });
    }
    expect([...small.frames(table)]).toEqual([1n, 4n, 4n]);
    expect(framesOf(small, long, { pageBytes: 1, target: new BigUint64Array(3), from: 2 ** 32 - 2 })).toEqual(
      BigUint64Array.of(2n ** 32n - 2n, 2n ** 32n - 1n),
    );
  });

  it("CLOSED", () => {
    const closed = createMapperSync({ engine: name });
    closed.close();
    const target = new BigUint64Array(3);
    expect(thrownBy(() => closed.frames(table))).toMatchObject({ code: "CLOSED", message: "the mapper is closed" });
    expect(thrownBy(() => framesOf(closed, table, { target }))).toMatchObject({ code: "CLOSED" });
    expect([...target]).toEqual([0n, 0n, 0n]);
  });
});

describe("limits of devices", () => {
  it("have a block in a request", () => {
    for (const call of [
      (limits: DeviceLimits) => requests(table, limits),
      (limits: DeviceLimits) => validate(table, limits),
      (limits: DeviceLimits) => stackLimits(limits, {}),
      (limits: DeviceLimits) => stackLimits({}, limits),
    ]) {
      throws(() => call({ blockBytes: 0 }), RangeError, '"blockBytes" expected 1 to 2^64 - 1, got 0');
      throws(() => call({ maxBytes: 0n }), RangeError, '"maxBytes" expected at least blockBytes (1), got 0n');
      const message = '"maxBytes" expected at least blockBytes (512), got 511';
      throws(() => call({ blockBytes: 512n, maxBytes: 511 }), RangeError, message);
    }
  });

  it("that exclude each other are named", () => {
    const stacked: [DeviceLimits, DeviceLimits, string][] = [
      [{ maxBytes: 600 }, { blockBytes: 1024 }, '"maxBytes" expected at least blockBytes (1024), got 600'],
      [
        { blockBytes: 512, maxBytes: 9000 },
        { blockBytes: 520 },
        '"maxBytes" expected at least blockBytes (33280), got 9000',
      ],
      [
        { maxSegmentBytes: 4095 },
        { alignmentBytes: 4096 },
        '"alignmentBytes" expected at most maxSegmentBytes (4095), got 4096',
      ],
      [
        { boundaryBytes: 512n },
        { alignmentBytes: 4096 },
        '"boundaryBytes" expected 0 or at least alignmentBytes (4096), got 512n',
      ],
    ];
    for (const [a, b, message] of stacked) {
      throws(() => stackLimits(a, b), RangeError, message);
      throws(() => stackLimits(b, a), RangeError, message);
    }
    const wide = (1n << 63n) * 3n;
    throws(
      () => stackLimits({ blockBytes: 1n << 63n }, { blockBytes: 3 }),
      RangeError,
      `"blockBytes" expected a common multiple of ${1n << 63n} and 3 below 2^64, got ${wide}`,
    );
    throws(
      () => stackLimits({ blockBytes: 2 ** 32 }, { blockBytes: 2n ** 32n + 1n }),
      RangeError,
      `"blockBytes" expected a common multiple of ${2n ** 32n} and ${2n ** 32n + 1n} below 2^64, got ${SPACE + 2n ** 32n}`,
    );
    // The largest that is none too many.
    const [a, b] = [2n ** 32n - 1n, 2n ** 32n + 1n];
    expect(stackLimits({ blockBytes: a }, { blockBytes: b })).toEqual({ blockBytes: SPACE - 1n });
  });

  it("requests: whole blocks, from a whole block on", () => {
    const blockBytes = 512;
    const of = "a multiple of blockBytes (512)";
    for (const value of [1, 511, 513n]) {
      throws(
        () => requests(table, { blockBytes, stripeBytes: value }),
        RangeError,
        `"stripeBytes" expected 0 or ${of}, got ${show(value)}`,
      );
    }
    throws(
      () => requests(table, { blockBytes, startOffset: 100 }),
      RangeError,
      `"startOffset" expected ${of}, got 100`,
    );
    const blocks3000 = '"table" expected whole blocks of 3000 bytes, got 8192 bytes';
    throws(() => requests(table, { blockBytes: 3000 }), RangeError, blocks3000);
    const late = `"startOffset" expected 0 to 2^64 - 8192 (the table's bytes), got ${SPACE - 4096n}n`;
    throws(() => requests(table, { startOffset: SPACE - 4096n }), RangeError, late);
  });

  it("requests: what is in the way of a block is named", () => {
    const of = (options: object, from = table) => thrownBy(() => requests(from, options)) as SegringError;
    const three = SegmentTable.from([
      { addr: 0x1000, length: 512 },
      { addr: 0x2000, length: 100 },
      { addr: 0x3000, length: 412 },
    ]);
    const block = "expected a block of 512 bytes, got 100 before";
    const from = "a request from segment 1 (0x2000, 100 bytes) on";
    const parts: [object, string][] = [
      [{ blockBytes: 512, maxSegments: 1 }, `${from} ${block} maxSegments (1)`],
      [
        { blockBytes: 512, virtualBoundaryBytes: 4096 },
        `${from} ${block} the gap after segment 1 against virtualBoundaryBytes (4096)`,
      ],
    ];
    for (const [options, message] of parts) {
      const { code, index, message: found } = of(options, three);
      expect([code, index, found]).toEqual(["NOT_EXPRESSIBLE", 1, message]);
    }
  });
});

describe("windows", () => {
  const both = (list: unknown) => [() => translate(table, any(list)), () => untranslate(table, any(list))];
  const throwsBoth = (list: unknown, type: typeof TypeError | typeof RangeError, message: string) => {
    for (const call of both(list)) throws(call, type, message);
  };

  it("are an array of objects", () => {
    for (const value of [undefined, null, 5, {}, new Set()]) {
      throwsBoth(value, TypeError, `"windows" expected an array of windows, got ${show(value)}`);
    }
  });

  it("have bytes, and end by 2^64", () => {
    throwsBoth([{ addr: 5, length: 0 }], RangeError, '"windows[0].length" expected 1 to 2^64 - 1, got 0');
    const message = `"windows[0]" expected addr + length up to 2^64, got ${SPACE - 5n}n + 6`;
    throwsBoth([{ addr: SPACE - 5n, length: 6 }], RangeError, message);
  });

  it("flags are BUS and a tag", () => {
    for (const value of ["4", 4n, null, true, {}, Symbol("bus")]) {
      throwsBoth(
        [{ addr: 0, length: 1, flags: value }],
        TypeError,
        `"windows[0].flags" expected a number, got ${show(value)}`,
      );
    }
    for (const value of [-1, 0.5, 2 ** 32, Number.NaN]) {
      throwsBoth(
        [{ addr: 0, length: 1, flags: value }],
        RangeError,
        `"windows[0].flags" expected a 32-bit unsigned integer, got ${value}`,
      );
    }
    for (const value of [1, 8, 16, 32, 64, 128]) {
      const message = `"windows[0].flags" expected only NOMERGE (2), BUS (4) and the tag in bits 8-31, got ${value}`;
      throwsBoth([{ addr: 0, length: 1, flags: value }], RangeError, message);
    }
    throwsBoth(
      [{ addr: 0, length: 1, flags: 2 }],
      RangeError,
      '"windows[0].flags" expected merge: false instead of NOMERGE, got 2',
    );
    for (const value of [0, "no", null]) {
      throwsBoth(
        [{ addr: 0, length: 1, merge: value }],
        TypeError,
        `"windows[0].merge" expected a boolean, got ${show(value)}`,
      );
    }
  });

  it("offset is an integer of either sign that keeps the window in the space", () => {
    for (const value of ["1", null, {}, true]) {
      const message = `"windows[0].offset" expected a number or a bigint, got ${show(value)}`;
      throwsBoth([{ addr: 0, length: 1, offset: value }], TypeError, message);
    }
    for (const value of [0.5, Number.NaN, 2 ** 53, -(2 ** 53)]) {
      const message = `"windows[0].offset" expected an integer, above 2^53 - 1 a bigint, got ${value}`;
      throwsBoth([{ addr: 0, length: 1, offset: value }], RangeError, message);
    }
    for (const value of [-4097, SPACE - 0x2fffn, -SPACE, SPACE]) {
      const message = `"windows[0].offset" expected an integer that keeps 0x1000 to 0x2fff in 0 to 2^64 - 1, got ${show(value)}`;
      throwsBoth([{ addr: 0x1000, length: 0x2000, offset: value }], RangeError, message);
    }
  });

  it("are in order and apart, on the bus too", () => {
    const overlapping = [
      { addr: 0x1000, length: 0x1000 },
      { addr: 0x1fff, length: 1 },
    ];
    throwsBoth(
      overlapping,
      RangeError,
      '"windows[1].addr" expected more than 0x1fff, where the window before it ends, got 8191',
    );
    const descending = [overlapping[0], { addr: 0n, length: 1 }];
    throwsBoth(
      descending,
      RangeError,
      '"windows[1].addr" expected more than 0x1fff, where the window before it ends, got 0n',
    );
    const onBus = [
      { addr: 0x1000, length: 0x1000 },
      { addr: 0x4000, length: 0x1000, offset: -0x2001 },
    ];
    expect(translate(table, onBus).length).toBe(3);
    throws(
      () => untranslate(table, onBus),
      RangeError,
      '"windows" expected bus addresses apart, got two that have 0x1fff',
    );
  });

  it("must have every byte", () => {
    const message = "segment 1 (0x4000, 2048 bytes) expected a window for all of its bytes, found none for 0x4400";
    const to = [{ addr: 0x1000, length: 0x3400 }];
    expect(thrownBy(() => translate(table, to))).toMatchObject({ code: "NO_WINDOW", index: 1, message });
    const back = "segment 1 (0x4000, 2048 bytes) expected a bus window for all of its bytes, found none for 0x4400";
    expect(thrownBy(() => untranslate(table, to))).toMatchObject({ code: "NO_WINDOW", index: 1, message: back });
  });
});

describe("memories and buffers", () => {
  const notMemories: unknown[] = [undefined, null, 5, "bytes", [1, 2], {}, () => memory];
  const target = new Uint8Array(4).fill(7);

  it("memory is bytes of some kind", () => {
    for (const value of notMemories) {
      const message = `"memory" expected ${MEMORY}, got ${show(value)}`;
      throws(() => gather(any(value), 0, table, target), TypeError, message);
      throws(() => scatter(any(value), 0, table, target), TypeError, message);
      throws(() => fill(any(value), 0, table, 1), TypeError, message);
      throws(
        () => copy({ memory: any(value), base: 0, table }, side()),
        TypeError,
        message.replace("memory", "source.memory"),
      );
      throws(
        () => copy(side(), { memory: any(value), base: 0, table }),
        TypeError,
        message.replace("memory", "target.memory"),
      );
    }
    expect([...target]).toEqual([7, 7, 7, 7]);
  });

  it("a buffer is a Uint8Array", () => {
    for (const value of [
      undefined,
      null,
      5,
      [],
      new ArrayBuffer(4),
      new DataView(new ArrayBuffer(4)),
      new Uint8ClampedArray(4),
    ]) {
      throws(
        () => gather(memory, 0, table, any(value)),
        TypeError,
        `"target" expected a Uint8Array, got ${show(value)}`,
      );
      throws(
        () => scatter(memory, 0, table, any(value)),
        TypeError,
        `"source" expected a Uint8Array, got ${show(value)}`,
      );
    }
  });

  it("has all bytes that are used", () => {
    const expected = '"memory" expected memory from 0x2000 to 0xa000 to have all of segment 0 (0x1000, 4096 bytes)';
    throws(() => gather(memory, 0x2000, table, target), RangeError, expected);
    throws(() => scatter(memory, 0x2000, table, target), RangeError, expected);
    throws(() => fill(memory, 0x2000, table, 1), RangeError, expected);
    const short = memory.subarray(0, 0x5000 - 1);
    const last = '"memory" expected memory from 0x0 to 0x4fff to have all of segment 2 (0x4800, 2048 bytes)';
    throws(() => fill(short, 0, table, 1), RangeError, last);
    throws(() => scatter(short, 0, table, new Uint8Array(8192).fill(1)), RangeError, last);
    // The end of a memory may lie past 2^64: nothing is there.
    const high =
      '"memory" expected memory from 0xffffffffffffffff to 0x10000000000007fff to have all of segment 0 (0x1000, 4096 bytes)';
    throws(() => fill(memory, SPACE - 1n, table, 1), RangeError, high);
    expect([...target]).toEqual([7, 7, 7, 7]);
  });

  it("fill sets no more than there is", () => {
    throws(
      () => fill(memory, 0, table, 1, 8000, 193),
      RangeError,
      '"byteLength" expected up to 192 (what the table has), got 193',
    );
    throws(
      () => fill(memory, 0, table, 1, SPACE - 1n, 1n),
      RangeError,
      '"byteLength" expected up to 0 (what the table has), got 1n',
    );
  });

  it("copy takes { memory, base, table } twice", () => {
    for (const value of [undefined, null, 5, "side"]) {
      throws(
        () => copy(any(value), side()),
        TypeError,
        `"source" expected { memory, base, table }, got ${show(value)}`,
      );
      throws(
        () => copy(side(), any(value)),
        TypeError,
        `"target" expected { memory, base, table }, got ${show(value)}`,
      );
    }
    for (const value of ["0", null, {}]) {
      const error = thrownBy(() => copy({ memory, base: any(value), table }, side())) as Error;
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/^"(source\.)?base" expected a number or a bigint, got /);
      const other = thrownBy(() => copy(side(), { memory: new Uint8Array(0x8000), base: any(value), table })) as Error;
      expect(other.message).toMatch(/^"(target\.)?base" expected a number or a bigint, got /);
    }
  });
});

describe("IOVAs", () => {
  it("sizes are multiples of the granule", () => {
    throws(
      () => mapIova(table, { base: 100 }),
      RangeError,
      '"base" expected a multiple of granuleBytes (4096), got 100',
    );
    const boundary = "0 or a power of two from granuleBytes (4096) on";
    for (const value of [2048, 4097, 12288n, SPACE - 1n]) {
      throws(
        () => mapIova(table, { base: 0, boundaryBytes: value }),
        RangeError,
        `"boundaryBytes" expected ${boundary}, got ${show(value)}`,
      );
    }
    const pageBytes = '"pageBytes" expected a size up to granuleBytes (4096), got none';
    throws(() => mapIova(table, { base: 0, pageBytes: [8192, 1n << 21n] }), RangeError, pageBytes);
    throws(() => reserved.entries([8192]), RangeError, pageBytes);
    for (const name of ["base", "byteLength"]) {
      const options = { base: 4096, byteLength: 4096, [name]: 4097 };
      throws(
        () => new IovaSpace(options),
        RangeError,
        `"${name}" expected a multiple of granuleBytes (4096), got 4097n`,
      );
    }
    throws(() => new IovaSpace({ base: 0, byteLength: 0 }), RangeError, '"byteLength" expected 1 to 2^64 - 1, got 0');
    const end = `"byteLength" expected up to 4096 from base on, got 8192`;
    throws(() => new IovaSpace({ base: SPACE - 4096n, byteLength: 8192 }), RangeError, end);
    for (const call of [() => space.allocate(0), () => space.reserve(0)]) {
      throws(call, RangeError, '"byteLength" expected 1 to 2^64 - 1, got 0');
    }
    throws(() => bestPages(0, 0, 0n, [1]), RangeError, '"length" expected 1 to 2^64 - 1, got 0n');
  });

  it("bestPages: both ranges end by 2^64", () => {
    const message = (room: bigint, length: number | bigint) =>
      `"length" expected up to ${room} (where 2^64 ends), got ${show(length)}`;
    for (const size of [1, 4096, 1n << 63n]) {
      throws(() => bestPages(SPACE - 4096n, 0, 4097, [size]), RangeError, message(4096n, 4097));
      throws(() => bestPages(0, SPACE - 4096n, 8192n, [size]), RangeError, message(4096n, 8192n));
      throws(() => bestPages(SPACE - 1n, SPACE - 4096n, 2, [size]), RangeError, message(1n, 2));
      throws(
        () => bestPages(1n << 63n, 4096, (1n << 63n) + 1n, [size]),
        RangeError,
        message(1n << 63n, (1n << 63n) + 1n),
      );
    }
    expect(bestPages(SPACE - 4096n, 0, 4096, [4096])).toEqual({ pageBytes: 4096n, count: 1n });
    expect(bestPages(1n << 63n, 0, 1n << 63n, [1n << 63n])).toEqual({ pageBytes: 1n << 63n, count: 1n });
    expect(bestPages(0, 0, SPACE - 1n, [1n << 62n])).toEqual({ pageBytes: 1n << 62n, count: 3n });
  });

  it("unmap takes no stretch that is another's by now, nor another space's", () => {
    const one = new IovaSpace({ base: 0x10000, byteLength: 65536 });
    const other = new IovaSpace({ base: 0x10000, byteLength: 65536 });
    const map = one.map(table);
    one.unmap(map);
    const taken = one.allocate(Number(map.byteLength));
    expect(taken).toBe(map.base);
    const message = `"map" expected one of this space that was not given back, got one at 0x10000`;
    throws(() => one.unmap(map), RangeError, message);
    const theirs = other.map(table);
    throws(() => one.unmap(theirs), RangeError, message);
    one.free(taken);
    expect([one.fragmentation.freeBytes, other.fragmentation.freeBytes < 65536n]).toEqual([65536n, true]);
  });

  it("a plan longer than any space is NO_IOVA", () => {
    const huge = new IovaSpace({ base: 0, byteLength: 1n << 63n, granuleBytes: 1n << 63n });
    const two = SegmentTable.from([
      { addr: 0, length: 1 },
      { addr: 5, length: 1 },
    ]);
    expect(thrownBy(() => huge.map(two))).toMatchObject({ code: "NO_IOVA" });
    expect(huge.fragmentation.freeBytes).toBe(1n << 63n);
  });

  it("unmap takes what map gave", () => {
    const own = new IovaSpace({ base: 65536, byteLength: 65536 });
    for (const value of [undefined, null, 5, 65536n, {}, table, own]) {
      throws(() => own.unmap(any(value)), TypeError, `"map" expected an IovaMap, got ${show(value)}`);
    }
    const map = own.map(table);
    expect(map.base).toBe(65536n);
    own.unmap(map);
    expect(own.fragmentation.freeBytes).toBe(65536n);
    const twice = '"iova" expected the start of an allocation, got 0x10000: freed already, or never allocated';
    throws(() => own.unmap(map), RangeError, twice);
    // A map of BUS segments took nothing.
    const bus = own.map(SegmentTable.from([{ addr: 0, length: 4096, flags: 4 }]));
    own.unmap(bus);
    own.unmap(bus);
    expect(own.fragmentation.freeBytes).toBe(65536n);
  });

  it("a reservation is given back by its own release, and by nothing else", () => {
    const own = new IovaSpace({ base: 65536, byteLength: 65536 });
    const first = own.reserve(8192);
    const refused = '"iova" expected an allocation, got 0x10000: a reservation, which release() gives back';
    throws(() => own.free(65536), RangeError, refused);
    throws(() => own.free(first.iova), RangeError, refused);
    // What starts inside of it is no allocation at all.
    const inside = '"iova" expected the start of an allocation, got 0x11000: freed already, or never allocated';
    throws(() => own.free(first.iova + 4096n), RangeError, inside);
    expect(own.fragmentation.freeBytes).toBe(57344n);
    first.release();
    expect(own.fragmentation.freeBytes).toBe(65536n);
    const second = own.reserve(8192);
    expect(second.iova).toBe(first.iova);
    throws(() => first.release(), RangeError, "the reservation at 0x10000 expected to be in use, it was released");
    expect(own.fragmentation.freeBytes).toBe(57344n);
    second.release();
    const allocated = own.allocate(8192);
    expect(allocated).toBe(first.iova);
    expect(() => first.release()).toThrow(RangeError);
    expect(() => second.release()).toThrow(RangeError);
    expect(own.fragmentation.freeBytes).toBe(57344n);
  });

  it("NO_IOVA of a map names the segment, of a space what is free", () => {
    const message = `segment 1 expected 4096 bytes of IOVA by 2^64, from 0x10000000000000000 on`;
    expect(thrownBy(() => mapIova(table, { base: SPACE - 4096n }))).toMatchObject({
      code: "NO_IOVA",
      index: 1,
      message,
    });
    const own = new IovaSpace({ base: 65536, byteLength: 65536 });
    const first = own.allocate(8192);
    own.allocate(4096);
    own.free(first);
    const before = own.fragmentation;
    for (const call of [() => own.allocate(53249), () => own.reserve(53249), () => own.allocate(57344n, 4096)]) {
      expect(thrownBy(call)).toMatchObject({
        code: "NO_IOVA",
        message:
          "57344 bytes at a multiple of 4096 expected a free stretch of IOVA, got 61440 bytes free in 2, the longest 53248",
      });
    }
    const aligned =
      "4096 bytes at a multiple of 9223372036854775808 expected a free stretch of IOVA, got 61440 bytes free in 2, the longest 53248";
    expect(thrownBy(() => own.allocate(1, 1n << 63n))).toMatchObject({ code: "NO_IOVA", message: aligned });
    expect(thrownBy(() => own.allocate(SPACE - 1n))).toMatchObject({ code: "NO_IOVA" });
    expect(own.fragmentation).toEqual(before);
  });

  it("what is not allocated is not freed", () => {
    const own = new IovaSpace({ base: 65536, byteLength: 65536 });
    const iova = own.allocate(8192);
    const message = (at: string) =>
      `"iova" expected the start of an allocation, got ${at}: freed already, or never allocated`;
    throws(() => own.free(iova + 4096n), RangeError, message("0x11000"));
    throws(() => own.free(0), RangeError, message("0x0"));
    expect(own.fragmentation.freeBytes).toBe(57344n);
    own.free(iova);
    throws(() => own.free(iova), RangeError, message("0x10000"));
    expect(own.fragmentation.freeBytes).toBe(65536n);
  });

  it("a reservation links whole granules into its stretch", () => {
    const own = reserve();
    const page = (addr: number, length = 4096, flags = 0) => ({ addr, length, flags });
    const link =
      (offset: number | bigint, ...list: ReturnType<typeof page>[]) =>
      () =>
        own.link(offset, SegmentTable.from(list));
    own.link(4096, SegmentTable.from([page(0x8000)]));
    const before = [...own.mappings];
    for (const value of [1, 4095n, 32768, 1n << 40n]) {
      const message = `"offset" expected a multiple of the granule (4096) below 32768, got ${show(value)}`;
      throws(link(value, page(0)), RangeError, message);
      throws(() => own.unlink(value, 4096), RangeError, message);
    }
    throws(
      link(8192, page(0, 24577)),
      RangeError,
      '"table" expected up to 24576 bytes of IOVA from 8192 on, got 28672',
    );
    throws(link(0, page(0, 8192)), RangeError, '"offset" expected IOVAs that are not linked, got 0x11000');
    throws(link(4096, page(0)), RangeError, '"offset" expected IOVAs that are not linked, got 0x11000');
    const inexpressible: [() => unknown, number, string][] = [
      [
        link(8192, page(1)),
        0,
        "segment 0 (0x1, 4096 bytes) starts inside a granule of 4096 bytes: only the first at offset 0 may",
      ],
      [
        link(0, page(0), page(5)),
        1,
        "segment 1 (0x5, 4096 bytes) starts inside a granule of 4096 bytes: only the first at offset 0 may",
      ],
      [
        link(0, page(0, 5), page(0)),
        0,
        "segment 0 (0x0, 5 bytes) ends inside a granule of 4096 bytes: only the last may",
      ],
      [link(0, page(0), page(0, 4096, 4)), 1, "segment 1 (0x0, 4096 bytes) is a bus address: it needs no IOVA"],
    ];
    for (const [call, index, message] of inexpressible) {
      expect(thrownBy(call)).toMatchObject({ code: "NOT_EXPRESSIBLE", index, message });
    }
    throws(() => own.unlink(4096, 100), RangeError, '"byteLength" expected a multiple of the granule (4096), got 100');
    throws(() => own.unlink(4096, 0), RangeError, '"byteLength" expected 1 to 2^64 - 1, got 0');
    const unlinked = '"byteLength" expected bytes that are linked, got 8192 of 12288 that are not';
    throws(() => own.unlink(0, 12288), RangeError, unlinked);
    expect(own.mappings).toEqual(before);
    own.release();
    const released = "the reservation at 0x10000 expected to be in use, it was released";
    for (const call of [link(0, page(0)), () => own.unlink(0, 4096), () => own.release()])
      throws(call, RangeError, released);
  });
});
