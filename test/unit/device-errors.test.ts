/** What limits of devices, windows and IOVAs refuse, by class and exact message; a call that fails changes nothing. */

import { afterEach, describe, expect, it } from "vitest";
import { type DeviceLimits, stackLimits } from "../../src/core/device-limits.js";
import type { SegringError } from "../../src/core/errors.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { mapIova } from "../../src/devices/map-iova.js";
import { bestPages } from "../../src/devices/page-table.js";
import { requests } from "../../src/devices/requests.js";
import { translate, untranslate } from "../../src/devices/translate.js";
import { validate } from "../../src/devices/validate.js";
import { any } from "../support/arguments.js";
import { segringError, throws } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { expectUntouched, table } from "../support/small-table.js";

const SPACE = 1n << 64n;
const reserve = () => new IovaSpace({ base: 65536, byteLength: 65536 }).reserve(32768);
const space = new IovaSpace({ base: 65536, byteLength: 65536 });
const reserved = new IovaSpace({ base: 65536, byteLength: 65536 }).reserve(32768);

afterEach(expectUntouched);

describe("limits of devices", () => {
  it("have a block in a request", () => {
    for (const call of [
      (limits: DeviceLimits) => requests(table, limits),
      (limits: DeviceLimits) => validate(table, limits),
      (limits: DeviceLimits) => stackLimits(limits, {}),
      (limits: DeviceLimits) => stackLimits({}, limits),
    ]) {
      throws(() => call({ blockBytes: 0 }), RangeError, "blockBytes");
      throws(() => call({ maxBytes: 0n }), RangeError, "maxBytes");
      throws(() => call({ blockBytes: 512n, maxBytes: 511 }), RangeError, "maxBytes");
    }
  });

  it("that exclude each other are named", () => {
    const stacked: [DeviceLimits, DeviceLimits, string][] = [
      [{ maxBytes: 600 }, { blockBytes: 1024 }, "maxBytes"],
      [{ blockBytes: 512, maxBytes: 9000 }, { blockBytes: 520 }, "maxBytes"],
      [{ maxSegmentBytes: 4095 }, { alignmentBytes: 4096 }, "alignmentBytes"],
      [{ boundaryBytes: 512n }, { alignmentBytes: 4096 }, "boundaryBytes"],
    ];
    for (const [a, b, message] of stacked) {
      throws(() => stackLimits(a, b), RangeError, message);
      throws(() => stackLimits(b, a), RangeError, message);
    }
    throws(() => stackLimits({ blockBytes: 1n << 63n }, { blockBytes: 3 }), RangeError, "blockBytes");
    throws(() => stackLimits({ blockBytes: 2 ** 32 }, { blockBytes: 2n ** 32n + 1n }), RangeError, "blockBytes");
    // The largest that is none too many.
    const [a, b] = [2n ** 32n - 1n, 2n ** 32n + 1n];
    expect(stackLimits({ blockBytes: a }, { blockBytes: b })).toEqual({ blockBytes: SPACE - 1n });
  });

  it("requests: whole blocks, from a whole block on", () => {
    const blockBytes = 512;
    for (const value of [1, 511, 513n]) {
      throws(() => requests(table, { blockBytes, stripeBytes: value }), RangeError, "stripeBytes");
    }
    throws(() => requests(table, { blockBytes, offset: 100 }), RangeError, "offset");
    throws(() => requests(table, { blockBytes: 3000 }), RangeError, "table");
    throws(() => requests(table, { offset: SPACE - 4096n }), RangeError, "offset");
  });

  it("requests: what is in the way of a block is named", () => {
    const three = SegmentTable.from([
      { addr: 0x1000, length: 512 },
      { addr: 0x2000, length: 100 },
      { addr: 0x3000, length: 412 },
    ]);
    const parts: [object, RegExp][] = [
      [{ blockBytes: 512, maxSegments: 1 }, /\bmaxSegments\b/],
      [{ blockBytes: 512, virtualBoundaryBytes: 4096 }, /\bvirtualBoundaryBytes\b/],
    ];
    for (const [options, limit] of parts) {
      const error = thrownBy(() => requests(three, options)) as SegringError;
      expect(error).toEqual(segringError("NOT_EXPRESSIBLE", 1));
      expect(error.message).toMatch(limit);
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
      throwsBoth(value, TypeError, "windows");
    }
  });

  it("have bytes, and end by 2^64", () => {
    throwsBoth([{ addr: 5, length: 0 }], RangeError, "windows[0].length");
    throwsBoth([{ addr: SPACE - 5n, length: 6 }], RangeError, "windows[0]");
  });

  it("flags are BUS and a tag", () => {
    for (const value of ["4", 4n, null, true, {}, Symbol("bus")]) {
      throwsBoth([{ addr: 0, length: 1, flags: value }], TypeError, "windows[0].flags");
    }
    for (const value of [-1, 0.5, 2 ** 32, Number.NaN]) {
      throwsBoth([{ addr: 0, length: 1, flags: value }], RangeError, "windows[0].flags");
    }
    for (const value of [1, 8, 16, 32, 64, 128]) {
      throwsBoth([{ addr: 0, length: 1, flags: value }], RangeError, "windows[0].flags");
    }
    throwsBoth([{ addr: 0, length: 1, flags: 2 }], RangeError, "windows[0].flags");
    for (const value of [0, "no", null]) {
      throwsBoth([{ addr: 0, length: 1, merge: value }], TypeError, "windows[0].merge");
    }
  });

  it("offset is an integer of either sign that keeps the window in the space", () => {
    for (const value of ["1", null, {}, true]) {
      throwsBoth([{ addr: 0, length: 1, offset: value }], TypeError, "windows[0].offset");
    }
    for (const value of [0.5, Number.NaN, 2 ** 53, -(2 ** 53)]) {
      throwsBoth([{ addr: 0, length: 1, offset: value }], RangeError, "windows[0].offset");
    }
    for (const value of [-4097, SPACE - 0x2fffn, -SPACE, SPACE]) {
      throwsBoth([{ addr: 0x1000, length: 0x2000, offset: value }], RangeError, "windows[0].offset");
    }
  });

  it("are in order and apart, on the bus too", () => {
    const overlapping = [
      { addr: 0x1000, length: 0x1000 },
      { addr: 0x1fff, length: 1 },
    ];
    throwsBoth(overlapping, RangeError, "windows[1].addr");
    const descending = [overlapping[0], { addr: 0n, length: 1 }];
    throwsBoth(descending, RangeError, "windows[1].addr");
    const onBus = [
      { addr: 0x1000, length: 0x1000 },
      { addr: 0x4000, length: 0x1000, offset: -0x2001 },
    ];
    expect(translate(table, onBus).length).toBe(3);
    throws(() => untranslate(table, onBus), RangeError, "windows");
  });

  it("must have every byte", () => {
    const to = [{ addr: 0x1000, length: 0x3400 }];
    expect(() => translate(table, to)).toThrow(segringError("NO_WINDOW", 1, "segment 1"));
    expect(() => untranslate(table, to)).toThrow(segringError("NO_WINDOW", 1, "segment 1"));
  });
});

describe("IOVAs", () => {
  it("sizes are multiples of the granule", () => {
    throws(() => mapIova(table, { base: 100 }), RangeError, "base");
    for (const value of [2048, 4097, 12288n, SPACE - 1n]) {
      throws(() => mapIova(table, { base: 0, boundaryBytes: value }), RangeError, "boundaryBytes");
    }
    throws(() => mapIova(table, { base: 0, pageBytes: [8192, 1n << 21n] }), RangeError, "pageBytes");
    throws(() => reserved.entries([8192]), RangeError, "pageBytes");
    for (const name of ["base", "byteLength"]) {
      const options = { base: 4096, byteLength: 4096, [name]: 4097 };
      throws(() => new IovaSpace(options), RangeError, name);
    }
    throws(() => new IovaSpace({ base: 0, byteLength: 0 }), RangeError, "byteLength");
    throws(() => new IovaSpace({ base: SPACE - 4096n, byteLength: 8192 }), RangeError, "byteLength");
    for (const call of [() => space.allocate(0), () => space.reserve(0)]) {
      throws(call, RangeError, "byteLength");
    }
    throws(() => bestPages({ addr: 0, length: 0n }, [1], 0), RangeError, "mapping.length");
  });

  it("bestPages: both ranges end by 2^64", () => {
    for (const size of [1, 4096, 1n << 63n]) {
      throws(() => bestPages({ addr: 0, length: 4097 }, [size], SPACE - 4096n), RangeError, "mapping.length");
      throws(() => bestPages({ addr: SPACE - 4096n, length: 8192n }, [size], 0), RangeError, "mapping.length");
      throws(() => bestPages({ addr: SPACE - 4096n, length: 2 }, [size], SPACE - 1n), RangeError, "mapping.length");
      throws(
        () => bestPages({ addr: 4096, length: (1n << 63n) + 1n }, [size], 1n << 63n),
        RangeError,
        "mapping.length",
      );
    }
    expect(bestPages({ addr: 0, length: 4096 }, [4096], SPACE - 4096n)).toEqual({ pageBytes: 4096n, count: 1 });
    expect(bestPages({ addr: 0, length: 1n << 63n }, [1n << 63n], 1n << 63n)).toEqual({
      pageBytes: 1n << 63n,
      count: 1,
    });
    expect(bestPages({ addr: 0, length: SPACE - 1n }, [1n << 62n], 0)).toEqual({ pageBytes: 1n << 62n, count: 3 });
  });

  it("unmap takes no stretch that is another's by now, nor another space's", () => {
    const one = new IovaSpace({ base: 0x10000, byteLength: 65536 });
    const other = new IovaSpace({ base: 0x10000, byteLength: 65536 });
    const map = one.map(table);
    one.unmap(map);
    const taken = one.allocate(Number(map.byteLength));
    expect(taken).toBe(map.base);
    throws(() => one.unmap(map), RangeError, "map");
    const theirs = other.map(table);
    throws(() => one.unmap(theirs), RangeError, "map");
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
      throws(() => own.unmap(any(value)), TypeError, "map");
    }
    const map = own.map(table);
    expect(map.base).toBe(65536n);
    own.unmap(map);
    expect(own.fragmentation.freeBytes).toBe(65536n);
    throws(() => own.unmap(map), RangeError, "iova");
    // A map of BUS segments took nothing.
    const bus = own.map(SegmentTable.from([{ addr: 0, length: 4096, flags: 4 }]));
    own.unmap(bus);
    own.unmap(bus);
    expect(own.fragmentation.freeBytes).toBe(65536n);
  });

  it("a reservation is given back by its own release, and by nothing else", () => {
    const own = new IovaSpace({ base: 65536, byteLength: 65536 });
    const first = own.reserve(8192);
    throws(() => own.free(65536), RangeError, "iova");
    throws(() => own.free(first.iova), RangeError, "iova");
    throws(() => own.free(first.iova + 4096n), RangeError, "iova");
    expect(own.fragmentation.freeBytes).toBe(57344n);
    first.release();
    expect(own.fragmentation.freeBytes).toBe(65536n);
    const second = own.reserve(8192);
    expect(second.iova).toBe(first.iova);
    // What another has now is not given back by who had the stretch before.
    first.release();
    expect(own.fragmentation.freeBytes).toBe(57344n);
    second.release();
    const allocated = own.allocate(8192);
    expect(allocated).toBe(first.iova);
    first.release();
    second.release();
    expect(own.fragmentation.freeBytes).toBe(57344n);
  });

  it("NO_IOVA of a map names the segment, of a space what is free", () => {
    expect(() => mapIova(table, { base: SPACE - 4096n })).toThrow(segringError("NO_IOVA", 1));
    const own = new IovaSpace({ base: 65536, byteLength: 65536 });
    const first = own.allocate(8192);
    own.allocate(4096);
    own.free(first);
    const before = own.fragmentation;
    for (const call of [() => own.allocate(53249), () => own.reserve(53249), () => own.allocate(57344n, 4096)]) {
      expect(call).toThrow(segringError("NO_IOVA"));
    }
    expect(() => own.allocate(1, 1n << 63n)).toThrow(segringError("NO_IOVA"));
    expect(thrownBy(() => own.allocate(SPACE - 1n))).toMatchObject({ code: "NO_IOVA" });
    expect(own.fragmentation).toEqual(before);
  });

  it("what is not allocated is not freed", () => {
    const own = new IovaSpace({ base: 65536, byteLength: 65536 });
    const iova = own.allocate(8192);
    throws(() => own.free(iova + 4096n), RangeError, "iova");
    throws(() => own.free(0), RangeError, "iova");
    expect(own.fragmentation.freeBytes).toBe(57344n);
    own.free(iova);
    throws(() => own.free(iova), RangeError, "iova");
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
      throws(link(value, page(0)), RangeError, "offset");
      throws(() => own.unlink(value, 4096), RangeError, "offset");
    }
    throws(link(8192, page(0, 24577)), RangeError, "table");
    throws(link(0, page(0, 8192)), RangeError, "offset");
    throws(link(4096, page(0)), RangeError, "offset");
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
    throws(() => own.unlink(4096, 100), RangeError, "byteLength");
    throws(() => own.unlink(4096, 0), RangeError, "byteLength");
    throws(() => own.unlink(0, 12288), RangeError, "byteLength");
    expect(own.mappings).toEqual(before);
    own.release();
    own.release();
    for (const call of [link(0, page(0)), () => own.unlink(0, 4096)])
      expect(thrownBy(call)).toMatchObject({ code: "CLOSED" });
  });
});
