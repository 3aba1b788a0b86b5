/** What all calls of segring/descriptors refuse. */

import { describe, expect, it } from "vitest";
import * as descriptors from "../../src/descriptors/index.js";
import {
  advancePacked,
  chooseNvme,
  decodeChain,
  decodeIovec,
  decodePageList,
  decodePrdt,
  decodePrp,
  decodeSgl,
  decodeVirtioPacked,
  decodeVirtioSplit,
  encodeChain,
  encodeIovec,
  encodePageList,
  encodePrdt,
  encodePrp,
  encodeSgl,
  encodeVirtioPacked,
  encodeVirtioSplit,
  readUsedPacked,
  writeUsedPacked,
} from "../../src/descriptors/index.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import {
  any,
  bad,
  GIB4,
  notIn,
  notType,
  refuses,
  seg,
  TOP,
  tableOf,
  two,
  valuesAt,
} from "../support/descriptor-cases.js";
import { CANARY, isUntouched, type MemoryAt, memoryAt, u64sOf } from "../support/descriptors.js";

it("every name that there is is tested here", () => {
  expect(Object.keys(descriptors).sort()).toEqual(
    [
      ...[chooseNvme, decodeChain, decodeIovec, decodePageList, decodePrdt, decodePrp, decodeSgl, decodeVirtioPacked],
      ...[decodeVirtioSplit, encodeChain, encodeIovec, encodePageList, encodePrdt, encodePrp, encodeSgl],
      ...[advancePacked, encodeVirtioPacked, encodeVirtioSplit, readUsedPacked, writeUsedPacked],
    ]
      .map(({ name }) => name)
      .sort(),
  );
});

describe("arguments", () => {
  const ring = new Uint8Array(256);
  const start = { slot: 0, wrap: 1 } as const;

  it.each<[string, (value: never) => unknown, string?]>([
    ["encodePrp", (t) => encodePrp(t)],
    ["encodeSgl", (t) => encodeSgl(t)],
    ["chooseNvme", (t) => chooseNvme(t, { sgl: true })],
    ["encodePrdt", (t) => encodePrdt(t, ring)],
    ["encodeIovec", (t) => encodeIovec(t, ring)],
    ["encodePageList", (t) => encodePageList(t, ring)],
    ["encodeChain", (t) => encodeChain(t, [])],
    ["encodeVirtioSplit, readable", (t) => encodeVirtioSplit({ readable: t }, ring, [0]), "chain.readable"],
    ["encodeVirtioSplit, writable", (t) => encodeVirtioSplit({ writable: t }, ring, [0]), "chain.writable"],
    ["encodeVirtioPacked, writable", (t) => encodeVirtioPacked({ writable: t }, ring, start, 0), "chain.writable"],
  ])("%s takes a SegmentTable and nothing else", (_, call, name = "table") => {
    for (const value of [null, 5, "table", [], {}, two.bytes]) {
      refuses(() => call(any(value)), notType(name));
    }
    if (name === "table") refuses(() => call(any(undefined)), notType(name));
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["encodePrp", "memory", (m) => encodePrp(two, m)],
    ["decodePrp", "memory", (m) => decodePrp({ prp1: 0, prp2: 0, byteLength: 1 }, m)],
    ["encodeSgl", "memory", (m) => encodeSgl(two, m)],
    ["decodeSgl", "memory", (m) => decodeSgl(new Uint8Array(16), m)],
    ["encodeChain", "memory", (m) => encodeChain(two, m)],
    ["decodeChain", "memory", (m) => decodeChain(0, m)],
    ["decodeVirtioSplit", "memory", (m) => decodeVirtioSplit(ring, 0, m)],
    ["decodeVirtioPacked", "memory", (m) => decodeVirtioPacked(ring, start, m)],
    ["encodeVirtioSplit", "indirect", (m) => encodeVirtioSplit({ readable: two }, ring, [0], { indirect: m })],
    ["encodeVirtioPacked", "indirect", (m) => encodeVirtioPacked({ readable: two }, ring, start, 0, { indirect: m })],
  ])("%s takes %s with bytes and an address", (_, name, call) => {
    const bytes = new Uint8Array(4096);
    const first = { bytes, addr: 0 };
    for (const value of [null, 5, "memory", () => 0, bytes, new DataView(bytes.buffer)]) {
      refuses(() => call(any(value)), notType(name));
      refuses(() => call(any([first, value])), notType(`${name}[1]`));
    }
    for (const value of [undefined, [], bytes.buffer, new Uint16Array(4)]) {
      refuses(() => call(any({ bytes: value, addr: 0 })), notType(`${name}.bytes`));
      refuses(() => call(any([{ bytes: value, addr: 0 }])), notType(`${name}[0].bytes`));
    }
    refuses(() => call(any({ bytes })), notType(`${name}.addr`));
    refuses(() => call(any([first, { bytes, addr: "0" }])), notType(`${name}[1].addr`));
    for (const addr of [-1, 1.5, Number.NaN, -1n, TOP]) {
      refuses(() => call(any({ bytes, addr })), notIn(`${name}.addr`));
    }
    refuses(() => call(any({ bytes, addr: TOP - 4095n })), notIn(`${name}.addr`));
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it.each<[string, (value: never) => unknown]>([
    ["encodePrp", (b) => encodePrp(two, [], b)],
    ["encodeSgl", (b) => encodeSgl(two, [], b)],
    ["encodePrdt", (b) => encodePrdt(two, ring, b)],
    ["encodeIovec", (b) => encodeIovec(two, ring, b)],
    ["encodePageList", (b) => encodePageList(two, ring, b)],
    ["encodeVirtioSplit", (b) => encodeVirtioSplit({ readable: two }, ring, [0, 1], b)],
    ["encodeVirtioPacked", (b) => encodeVirtioPacked({ readable: two }, ring, start, 0, b)],
  ])("%s takes no bytes in the place of its options", (_, call) => {
    for (const value of [new Uint8Array(8192), new Uint8Array(0)]) {
      refuses(() => call(any(value)), notType("options"));
    }
    expect(ring).toEqual(new Uint8Array(256));
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["encodePrdt", "target", (b) => encodePrdt(two, b)],
    ["decodePrdt", "source", (b) => decodePrdt(b, 0)],
    ["encodeIovec", "target", (b) => encodeIovec(two, b)],
    ["decodeIovec", "source", (b) => decodeIovec(b, 0)],
    ["encodePageList", "target", (b) => encodePageList(two, b)],
    ["decodePageList", "source", (b) => decodePageList(b, { count: 0, firstOffset: 0, byteLength: 0 })],
    ["decodeSgl", "sgl1", (b) => decodeSgl(b)],
    ["encodeVirtioSplit", "ring", (b) => encodeVirtioSplit({ readable: two }, b, [0])],
    ["decodeVirtioSplit", "ring", (b) => decodeVirtioSplit(b, 0)],
    ["encodeVirtioPacked", "ring", (b) => encodeVirtioPacked({ readable: two }, b, start, 0)],
    ["decodeVirtioPacked", "ring", (b) => decodeVirtioPacked(b, start)],
    ["writeUsedPacked", "ring", (b) => writeUsedPacked(b, start, 0, 0)],
    ["readUsedPacked", "ring", (b) => readUsedPacked(b, start)],
  ])("%s takes %s as a Uint8Array", (_, name, call) => {
    for (const value of [undefined, null, 5, [], new ArrayBuffer(64), new DataView(new ArrayBuffer(64))]) {
      refuses(() => call(any(value)), notType(name));
    }
  });

  it.each<[string, string, number, number, (value: never) => unknown]>([
    ["encodePrp", "pageBytes", 4096, 2 ** 27, (v) => encodePrp(two, undefined, { pageBytes: v })],
    [
      "decodePrp",
      "pageBytes",
      4096,
      2 ** 27,
      (v) => decodePrp({ prp1: 0, prp2: 0, byteLength: 1 }, undefined, { pageBytes: v }),
    ],
    [
      "decodePrp",
      "byteLength",
      1,
      2 ** 53 - 1,
      (v) => decodePrp({ prp1: 0, prp2: 0, byteLength: v }, undefined, { pageBytes: 2 ** 27, maxEntries: 2 ** 24 }),
    ],
    [
      "decodePrp",
      "maxEntries",
      1,
      2 ** 24,
      (v) => decodePrp({ prp1: 0, prp2: 0, byteLength: 1 }, undefined, { maxEntries: v }),
    ],
    ["decodeSgl", "maxDescriptors", 1, 2 ** 24, (v) => decodeSgl(new Uint8Array(16), undefined, { maxDescriptors: v })],
    ["chooseNvme", "pageBytes", 4096, 2 ** 27, (v) => chooseNvme(two, { sgl: true, pageBytes: v })],
    ["decodePrdt", "count", 0, 65535, (v) => decodePrdt(ring, v)],
    ["decodeIovec", "count", 0, 1024, (v) => decodeIovec(ring, v)],
    ["decodeIovec", "count", 0, 7, (v) => decodeIovec(ring, v, { maxElements: 7 })],
    ["decodeIovec", "maxElements", 1, 2 ** 24, (v) => decodeIovec(ring, 0, { maxElements: v })],
    ["decodeIovec", "maxSegments", 1, 2 ** 28, (v) => decodeIovec(ring, 0, { maxSegments: v })],
    ["encodeIovec", "maxElements", 1, 2 ** 24, (v) => encodeIovec(two, ring, { maxElements: v })],
    ["decodePageList", "count", 0, 2 ** 28, (v) => decodePageList(ring, { count: v, firstOffset: 0, byteLength: 0 })],
    [
      "decodePageList",
      "firstOffset",
      0,
      4095,
      (v) => decodePageList(ring, { count: 0, firstOffset: v, byteLength: 0 }),
    ],
    ["decodeChain", "count", 0, 2 ** 32 - 1, (v) => decodeChain(0, [], v)],
    ["decodeVirtioSplit", "head", 0, 65535, (v) => decodeVirtioSplit(ring, v)],
    [
      "decodeVirtioSplit",
      "maxDescriptors",
      1,
      2 ** 24,
      (v) => decodeVirtioSplit(ring, 0, undefined, { maxDescriptors: v }),
    ],
    ["encodeVirtioSplit", "slots[1]", 0, 15, (v) => encodeVirtioSplit({ readable: two }, ring, [3, v])],
    ["encodeVirtioPacked", "id", 0, 65535, (v) => encodeVirtioPacked({ readable: two }, ring, start, v)],
    ["decodeVirtioPacked", "position.slot", 0, 15, (v) => decodeVirtioPacked(ring, { slot: v, wrap: 1 })],
    ["decodeVirtioPacked", "position.wrap", 0, 1, (v) => decodeVirtioPacked(ring, { slot: 0, wrap: v })],
    [
      "decodeVirtioPacked",
      "maxDescriptors",
      1,
      2 ** 24,
      (v) => decodeVirtioPacked(ring, start, undefined, { maxDescriptors: v }),
    ],
    ["writeUsedPacked", "id", 0, 65535, (v) => writeUsedPacked(ring, start, v, 0)],
    ["writeUsedPacked", "written", 0, 2 ** 32 - 1, (v) => writeUsedPacked(ring, start, 0, v)],
    ["writeUsedPacked", "position.wrap", 0, 1, (v) => writeUsedPacked(ring, { slot: 0, wrap: v }, 0, 0)],
    ["readUsedPacked", "position.slot", 0, 15, (v) => readUsedPacked(ring, { slot: v, wrap: 1 })],
    ["advancePacked", "queueSize", 1, 32768, (v) => advancePacked(start, 0, v)],
    ["advancePacked", "used", 0, 16, (v) => advancePacked(start, v, 16)],
    ["advancePacked", "position.slot", 0, 15, (v) => advancePacked({ slot: v, wrap: 1 }, 0, 16)],
    ["advancePacked", "position.wrap", 0, 1, (v) => advancePacked({ slot: 0, wrap: v }, 0, 16)],
  ])("%s takes %s from %d to %d", (_, name, min, max, call) => {
    for (const value of [null, "1", 1n, {}]) refuses(() => call(any(value)), notType(name));
    for (const value of [min - 1, max + 1, min + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      refuses(() => call(any(value)), notIn(name));
    }
    expect(ring.every((byte) => byte === 0)).toBe(true);
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["decodePrp", "prp1", (v) => decodePrp({ prp1: v, prp2: 0, byteLength: 1 })],
    ["decodePrp", "prp2", (v) => decodePrp({ prp1: 0, prp2: v, byteLength: 1 })],
    ["decodeChain", "addr", (v) => decodeChain(v, [])],
    ["decodePageList", "byteLength", (v) => decodePageList(ring, { count: 0, firstOffset: 0, byteLength: v })],
    ["encodePageList", "pageBytes", (v) => encodePageList(two, ring, { pageBytes: v })],
    ["chooseNvme", "thresholdBytes", (v) => chooseNvme(two, { sgl: true, thresholdBytes: v })],
  ])("%s takes %s as a u64", (_, name, call) => {
    for (const value of [null, "1", {}]) refuses(() => call(any(value)), notType(name));
    for (const value of [-1, -1n, TOP, 0.5]) {
      refuses(() => call(any(value)), notIn(name));
    }
    refuses(() => call(any(2 ** 53)), notIn(name));
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["encodeVirtioSplit", "slots", (v) => encodeVirtioSplit({ readable: two }, ring, v)],
  ])("%s takes %s as an array", (_, name, call) => {
    for (const value of [undefined, null, 5, "0"]) refuses(() => call(any(value)), notType(name));
  });

  it.each<[string, string, (value: never) => unknown]>([
    ["decodePrp", "prp", (v) => decodePrp(v)],
    ["decodePageList", "list", (v) => decodePageList(ring, v)],
    ["encodeVirtioPacked", "position", (v) => encodeVirtioPacked({ readable: two }, ring, v, 0)],
    ["decodeVirtioPacked", "position", (v) => decodeVirtioPacked(ring, v)],
    ["writeUsedPacked", "position", (v) => writeUsedPacked(ring, v, 0, 0)],
    ["readUsedPacked", "position", (v) => readUsedPacked(ring, v)],
    ["advancePacked", "position", (v) => advancePacked(v, 0, 16)],
  ])("%s takes %s as an object", (_, name, call) => {
    for (const value of [undefined, null, 5, "0", true, () => 0]) {
      refuses(() => call(any(value)), notType(name));
    }
  });

  const list = { count: 0, firstOffset: 0, byteLength: 0 };
  it.each<[string, string, string, unknown[], unknown[], (value: never) => unknown]>([
    [
      "encodeSgl",
      "alignmentBytes",
      "1 or 4",
      ["4", 4n],
      [0, 2, 1.5, Number.NaN],
      (v) => encodeSgl(two, undefined, { alignmentBytes: v }),
    ],
    [
      "chooseNvme",
      "alignmentBytes",
      "1 or 4",
      ["1", 1n],
      [0, 2, 8],
      (v) => chooseNvme(two, { sgl: true, alignmentBytes: v }),
    ],
    ["encodePrdt", "addressBits", "32 or 64", ["64", 64n], [0, 48], (v) => encodePrdt(two, ring, { addressBits: v })],
    ["encodeIovec", "pointerBytes", "4 or 8", ["8", 8n], [0, 16], (v) => encodeIovec(two, ring, { pointerBytes: v })],
    ["decodeIovec", "pointerBytes", "4 or 8", ["8", 8n], [0, 16], (v) => decodeIovec(ring, 0, { pointerBytes: v })],
    [
      "encodePageList",
      "byteOrder",
      '"little" or "big"',
      [0, 1n],
      ["", "native", "BIG"],
      (v) => encodePageList(two, ring, { byteOrder: v }),
    ],
    [
      "decodePageList",
      "byteOrder",
      '"little" or "big"',
      [0, 1n],
      ["", "native", "BIG"],
      (v) => decodePageList(ring, list, { byteOrder: v }),
    ],
    [
      "decodeVirtioSplit",
      "indirectNext",
      '"refuse", "follow" or "ignore"',
      [0, 1n],
      ["", "keep"],
      (v) => decodeVirtioSplit(ring, 0, undefined, { indirectNext: v }),
    ],
  ])(
    "%s takes %s as %s: a TypeError for another type, a RangeError for another value",
    (_, name, _what, types, values, call) => {
      for (const value of [null, true, {}, [], ...types]) refuses(() => call(any(value)), notType(name));
      for (const value of values) refuses(() => call(any(value)), notIn(name));
      expect(ring.every((byte) => byte === 0)).toBe(true);
    },
  );

  it.each<[string, string, (memory: never) => unknown]>([
    ["encodePrp", "memory", (m) => encodePrp(tableOf(seg(0x1000, 0x3000)), m)],
    ["encodeSgl", "memory", (m) => encodeSgl(two, m)],
    ["encodeChain", "memory", (m) => encodeChain(two, m)],
  ])("%s takes no pieces of %s that overlap", (_, name, call) => {
    const { bytes, addr } = memoryAt(0x5000_0000n, 16384);
    const piece = (from: number, byteLength: number, at: bigint) => ({
      bytes: bytes.subarray(from, from + byteLength),
      addr: at,
    });
    const found = blames(RangeError, name);
    // By address, whichever comes first: the same one, one inside another, and one that starts in another's last page.
    for (const [a, b] of [
      [piece(0, 4096, addr), piece(4096, 4096, addr)],
      [piece(0, 8192, addr), piece(8192, 4096, addr + 4096n)],
      [piece(0, 4097, addr), piece(8192, 4096, addr + 4096n)],
    ] as const) {
      refuses(() => call(any([a, b])), found);
      refuses(() => call(any([b, a])), found);
      refuses(() => call(any([b, piece(12288, 0, addr), piece(12288, 4096, addr + 0x9000n), a])), found);
    }
    // By the bytes of one buffer.
    for (const [from, byteLength] of [
      [0, 4096],
      [4095, 4096],
      [4000, 16],
    ] as const) {
      const [a, b] = [piece(0, 4096, addr), piece(from, byteLength, addr + 0x10_0000n)];
      refuses(() => call(any([a, b])), found);
      refuses(() => call(any([b, a])), found);
    }
    expect(bytes.every((byte) => byte === CANARY)).toBe(true);
    // Side by side, in a buffer and in addresses, and the same offsets in two buffers.
    call(any([piece(0, 4096, addr), piece(4096, 4096, addr + 4096n)]));
    call(any([piece(4096, 4096, addr), memoryAt(addr + 4096n, 4096)]));
  });

  it("no indirect table overlaps the ring, and nothing is written where one does", () => {
    const chain = { readable: two };
    for (const encode of [
      (bytes: Uint8Array, indirect: MemoryAt) => encodeVirtioSplit(chain, bytes, [0], { indirect }),
      (bytes: Uint8Array, indirect: MemoryAt) => encodeVirtioPacked(chain, bytes, start, 0, { indirect }),
    ]) {
      const { bytes } = memoryAt(0n, 256);
      const middle = bytes.subarray(64, 128);
      const at = (from: number, byteLength = 32) => ({ bytes: bytes.subarray(from, from + byteLength), addr: 0x9000n });
      for (const from of [33, 64, 80, 96, 127]) {
        refuses(() => encode(middle, at(from)), blames(RangeError, "indirect"));
      }
      expect(isUntouched({ bytes })).toBe(true);
      // What counts are the bytes that the table needs: 32.
      for (const place of [at(32), at(128), at(0, 256), at(32, 90)]) encode(middle, place);
    }
  });
});

describe("what decoders may be asked for is bounded", () => {
  it("decodeIovec: maxSegments counts those of all elements, and none for empty ones", () => {
    const { bytes } = valuesAt(0n, 64, [0x1000n, 1n << 33n, 0n, 0n, 0x2000n, 1n, 0x3000n, (1n << 32n) + 1n]);
    expect(decodeIovec(bytes, 4, { maxSegments: 5 }).length).toBe(5);
    refuses(() => decodeIovec(bytes, 4, { maxSegments: 4 }), bad(3));
    refuses(() => decodeIovec(bytes, 4, { maxSegments: 1 }), bad(0));
    // More than by default, where it is asked for.
    const large = valuesAt(0n, 16, [0n, (1n << 48n) + 1n]).bytes;
    expect(decodeIovec(large, 1, { maxSegments: 65537 }).totalBytes).toBe((1n << 48n) + 1n);
    // 1024 hostile elements end at the first.
    const all = new Uint8Array(1024 * 16).fill(255);
    for (let at = 0; at < all.length; at += 16) all.fill(0, at, at + 8);
    expect(thrownBy(() => decodeIovec(all, 1024, { maxSegments: 2 ** 28 }))).toMatchObject({
      code: "BAD_DESCRIPTOR",
      index: 0,
    });
  });

  it("decodePageList: 2^48 bytes, whatever the pages are", () => {
    const pageBytes = 1n << 52n;
    const { bytes } = valuesAt(0n, 8, [3n << 52n]);
    const list = { count: 1, firstOffset: 4096, byteLength: 1n << 48n };
    const table = decodePageList(bytes, list, { pageBytes });
    expect([table.length, table.addr(0), table.totalBytes]).toEqual([65536, (3n << 52n) + 4096n, 1n << 48n]);
    expect(decodePageList(bytes, { ...list, byteLength: 2 ** 48 }, { pageBytes }).length).toBe(65536);
    for (const byteLength of [(1n << 48n) + 1n, 2 ** 48 + 1, TOP - 1n]) {
      refuses(() => decodePageList(bytes, { ...list, byteLength }, { pageBytes }), notIn("byteLength"));
    }
  });

  it("decodePrp: 8 GiB with maxEntries 2^21, there and back; not by default", () => {
    const table = tableOf(seg(1n << 40n, GIB4), seg(1n << 50n, GIB4 - 4096), seg(0x1000, 4096));
    // 2^21 - 1 entries after PRP1, 511 in each list but the last.
    const memory = memoryAt(0x5000_0000n, Math.ceil((2 ** 21 - 2) / 511) * 4096);
    const { prp1, prp2, listEntries } = encodePrp(table, memory);
    expect([prp1, prp2, listEntries]).toEqual([1n << 40n, memory.addr, 2 ** 21 - 1]);
    const prp = { prp1, prp2, byteLength: 2 ** 33 };
    expectBytes(decodePrp(prp, memory, { maxEntries: 2 ** 21 }).bytes, table.bytes);
    refuses(() => decodePrp(prp, memory), notIn("byteLength"));
    refuses(() => decodePrp(prp, memory, { maxEntries: 2 ** 21 - 1 }), notIn("byteLength"));
    // Large pages: what counts are pages.
    const huge = { prp1: 0n, prp2: 1n << 40n, byteLength: 2 ** 28 };
    expect(decodePrp(huge, undefined, { pageBytes: 2 ** 27, maxEntries: 2 }).totalBytes).toBe(1n << 28n);
    refuses(
      () => decodePrp({ ...huge, byteLength: 2 ** 53 - 1 }, undefined, { pageBytes: 2 ** 27, maxEntries: 2 ** 24 }),
      notIn("byteLength"),
    );
  });
});

describe("memory in pieces, some of which are empty", () => {
  const FIRST = 0x5000_0000n;
  const SECOND = 0x7000_0000n;
  const nothing = { bytes: new Uint8Array(0), addr: 0x6000_0000n };
  /** Two pieces, and an empty one first, in the middle, last, everywhere. */
  const places = (byteLength: number): [where: string, pieces: MemoryAt[], first: MemoryAt, second: MemoryAt][] =>
    ["first", "middle", "last", "everywhere"].map((where) => {
      const [first, second] = [memoryAt(FIRST, byteLength), memoryAt(SECOND, byteLength)];
      const at = (some: string) => (where === some || where === "everywhere" ? [nothing] : []);
      return [where, [...at("first"), first, ...at("middle"), second, ...at("last")], first, second];
    });

  it.each(places(4096))("PRP, %s: PRP2 and the link name lists that are there", (_, memory, first, second) => {
    const table = tableOf(seg(0x10_0000, 514 * 4096));
    const encoded = encodePrp(table, memory);
    expect(encoded).toEqual({ prp1: 0x10_0000n, prp2: FIRST, listEntries: 513, listPages: 2 });
    expect(u64sOf(first.bytes, 512).at(-1)).toBe(SECOND);
    expect(isUntouched(second, 16)).toBe(true);
    expectBytes(decodePrp({ ...encoded, byteLength: 514 * 4096 }, memory).bytes, table.bytes);
    expect(encodePrp(tableOf(seg(0x1000, 0x3000)), memory).prp2).toBe(FIRST);
  });

  it.each(places(32))("SGL, %s: each segment leads to the next that is there", (_, memory, first, second) => {
    const table = tableOf(seg(0x1000, 1), seg(0x2000, 2), seg(0x3000, 3));
    const { sgl1, descriptors, segments } = encodeSgl(table, memory);
    expect([descriptors, segments]).toEqual([4, 2]);
    expect([u64sOf(sgl1, 1), u64sOf(first.bytes, 4)[2]]).toEqual([[FIRST], SECOND]);
    expect([isUntouched(first, 32), isUntouched(second, 32)]).toEqual([true, true]);
    expectBytes(decodeSgl(sgl1, memory).table.bytes, table.bytes);
  });

  it.each(places(4096))("chained pages, %s: the link names the next page that is there", (_, memory, first, second) => {
    const table = tableOf(...Array.from({ length: 257 }, (__, at) => seg(at * 8192, 1)));
    expect(encodeChain(table, memory)).toEqual({ addr: FIRST, pages: 2 });
    expect(u64sOf(first.bytes, 512)[510]).toBe(SECOND);
    expect(isUntouched(second, 4096)).toBe(true);
    expectBytes(decodeChain(FIRST, memory).bytes, table.bytes);
  });

  it("an indirect table is in one piece, empty ones apart; none at all is none", () => {
    const chain = { readable: two };
    for (const [, pieces, , second] of places(32)) {
      const one = pieces.filter((piece) => piece !== second);
      const ring = new Uint8Array(64);
      encodeVirtioSplit(chain, ring, [0], { indirect: any(one) });
      expect(u64sOf(ring, 1)).toEqual([FIRST]);
      expect(decodeVirtioSplit(ring, 0, one).descriptors).toBe(3);
    }
    for (const memory of [nothing, [nothing, nothing]]) {
      refuses(() => encodePrp(tableOf(seg(0x1000, 0x3000)), memory), blames(RangeError, "memory"));
      refuses(
        () => encodeVirtioSplit(chain, new Uint8Array(64), [0], { indirect: any(memory) }),
        blames(RangeError, "indirect"),
      );
    }
    // What is left out is checked all the same, but for its alignment.
    refuses(() => encodePrp(two, { bytes: new Uint8Array(0), addr: -1 }), notIn("memory.addr"));
    expect(encodePrp(two, { bytes: new Uint8Array(0), addr: 1 }).prp2).toBe(0x5000n);
  });
});
