/** AHCI, struct iovec and page lists, byte by byte. */

import { describe, expect, it } from "vitest";
import { BUS, NOMERGE } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import {
  decodeIovec,
  decodePageList,
  decodePrdt,
  encodeIovec,
  encodePageList,
  encodePrdt,
} from "../../src/descriptors/index.js";
import { pack } from "../oracle.js";
import type { Blame } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import {
  any,
  bad,
  bytesOf,
  empty,
  GIB4,
  hexOf,
  notIn,
  notType,
  piecesOf,
  refusals,
  refuses,
  seg,
  shape,
  TOP,
  tableOf,
  two,
  valuesAt,
} from "../support/descriptor-cases.js";
import { coveredBy, isUntouched, memoryAt, pagesOf, rangesOf, u64sOf } from "../support/descriptors.js";

describe("AHCI PRDT", () => {
  it("byte by byte", () => {
    const target = memoryAt(0n, 64);
    const table = tableOf(seg(0x1122_3344_5566_7788n, 2), seg(0x1000, 0x40_0000));
    expect(encodePrdt(table, target.bytes)).toBe(2);
    expect(hexOf(target.bytes.subarray(0, 32))).toBe(
      bytesOf("8877665544332211", "00000000", "01000000", "0010000000000000", "00000000", "ffff3f00"),
    );
    expect(isUntouched(target, 32)).toBe(true);
    encodePrdt(table, target.bytes, { interrupt: true });
    expect(hexOf(target.bytes.subarray(12, 16)) + hexOf(target.bytes.subarray(28, 32))).toBe("01000000ffff3f80");
    expectBytes(decodePrdt(target.bytes, 2).bytes, table.bytes);
    expect(decodePrdt(target.bytes, 0).length).toBe(0);
    expect(encodePrdt(tableOf(seg(GIB4 - 2, 2)), target.bytes, { addressBits: 32 })).toBe(1);
  });

  refusals([
    ["an empty table", ({ target }) => encodePrdt(empty, target), shape()],
    [
      "65536 segments",
      ({ target }) => encodePrdt(tableOf(...Array.from({ length: 65536 }, () => seg(0, 2))), target),
      shape(65535),
    ],
    ["more than 4 MiB", ({ target }) => encodePrdt(tableOf(seg(0, 2), seg(0, 0x40_0002)), target), shape(1)],
    ["an odd address", ({ target }) => encodePrdt(tableOf(seg(0, 2), seg(3, 2)), target), shape(1)],
    ["an odd length", ({ target }) => encodePrdt(tableOf(seg(0, 3)), target), shape(0)],
    [
      "an address above 32 bits",
      ({ target }) => encodePrdt(tableOf(seg(0, 2), seg(GIB4 - 2, 4)), target, { addressBits: 32 }),
      shape(1),
    ],
    ["a short target", ({ target }) => encodePrdt(two, target.subarray(0, 31)), notIn("target.byteLength")],
    ["interrupt", ({ target }) => encodePrdt(two, target, { interrupt: any(1) }), notType("interrupt")],
    ["addressBits", ({ target }) => encodePrdt(two, target, { addressBits: any(48) }), notIn("addressBits")],
  ]);

  it.each<[string, number, number]>([
    ["an odd address", 0, 1],
    ["an odd length", 12, 2],
    ["a reserved word", 8, 1],
    ["reserved bits", 14, 0x40],
    ["the bit below I", 15, 0x40],
  ])("decode refuses %s", (_, at, value) => {
    const source = new Uint8Array(32);
    source[12] = 1;
    source[28] = 1;
    source[16 + at] = value;
    refuses(() => decodePrdt(source, 2), bad(1));
    expect(decodePrdt(source, 1).totalBytes).toBe(2n);
    refuses(() => decodePrdt(source, 3), notIn("source.byteLength"));
  });

  it("decode refuses bytes past 2^64", () => {
    const source = new Uint8Array(16).fill(255, 0, 8);
    source[0] = 254;
    source[12] = 3;
    refuses(() => decodePrdt(source, 1), bad(0));
  });
});

describe("struct iovec", () => {
  it("of both pointers, byte by byte", () => {
    const target = memoryAt(0n, 64);
    const table = tableOf(seg(0x1122_3344_5566_7788n, GIB4), seg(0x1000, 0x800));
    expect(encodeIovec(table, target.bytes)).toBe(2);
    expect(hexOf(target.bytes.subarray(0, 32))).toBe(
      bytesOf("8877665544332211", "0000000001000000", "0010000000000000", "0008000000000000"),
    );
    expect(isUntouched(target, 32)).toBe(true);
    expectBytes(decodeIovec(target.bytes, 2).bytes, table.bytes);
    const narrow = memoryAt(0n, 64);
    // SSIZE_MAX of a 32-bit process in all, and the last byte of its address space.
    const low = tableOf(seg(0x1000, 0x800), seg(GIB4 / 2 + 0x801, GIB4 / 2 - 0x801));
    expect(encodeIovec(low, narrow.bytes, { pointerBytes: 4 })).toBe(2);
    expect(hexOf(narrow.bytes.subarray(0, 16))).toBe(bytesOf("00100000", "00080000", "01080080", "fff7ff7f"));
    expect(isUntouched(narrow, 16)).toBe(true);
    expectBytes(decodeIovec(narrow.bytes, 2, { pointerBytes: 4 }).bytes, low.bytes);
    expect([encodeIovec(empty, new Uint8Array(0)), decodeIovec(new Uint8Array(0), 0).length]).toEqual([0, 0]);
  });

  it("decode leaves out what is empty, and cuts what is longer than 4 GiB", () => {
    const most = decodeIovec(valuesAt(0n, 16, [4096n, 1n << 48n]).bytes, 1);
    expect([most.length, most.totalBytes]).toEqual([65536, 1n << 48n]);
    const { bytes } = valuesAt(0n, 64, [0x1000n, 0n, 0x2000n, 2n ** 33n + 1n, 0xffff_ffff_ffff_ffffn, 0n, 0x9000n, 5n]);
    expectBytes(
      decodeIovec(bytes, 4).bytes,
      tableOf(seg(0x2000, GIB4), seg(0x1_0000_2000, GIB4), seg(0x2_0000_2000, 1), seg(0x9000, 5)).bytes,
    );
  });

  refusals([
    [
      "more than a call takes",
      ({ target }) => encodeIovec(tableOf(...Array.from({ length: 1025 }, () => seg(0, 1))), target),
      shape(1024),
    ],
    ["more than asked for", ({ target }) => encodeIovec(two, target, { maxElements: 1 }), shape(1)],
    [
      "4 GiB for 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(0, 1), seg(0, GIB4)), target, { pointerBytes: 4 }),
      shape(),
    ],
    [
      "a byte more than SSIZE_MAX for 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(0, GIB4 / 2 - 1), seg(0, 1)), target, { pointerBytes: 4 }),
      shape(),
    ],
    [
      "an address above 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(0, 1), seg(GIB4, 1)), target, { pointerBytes: 4 }),
      shape(1),
    ],
    [
      "an address for 32 bits",
      ({ target }) => encodeIovec(tableOf(seg(GIB4 - 1, 2)), target, { pointerBytes: 4 }),
      shape(0),
    ],
    ["a short target", ({ target }) => encodeIovec(two, target.subarray(0, 31)), notIn("target.byteLength")],
    [
      "a short target of 32 bits",
      ({ target }) => encodeIovec(two, target.subarray(0, 15), { pointerBytes: 4 }),
      notIn("target.byteLength"),
    ],
    ["pointerBytes", ({ target }) => encodeIovec(two, target, { pointerBytes: any(16) }), notIn("pointerBytes")],
  ]);

  it.each<[string, bigint[], 4 | 8, Blame]>([
    ["past 2^64", [0n, 1n, TOP - 1n, 2n], 8, bad(1)],
    ["past 2^32", [1n | (1n << 32n), 0xffff_ffffn | (2n << 32n)], 4, bad(1)],
    ["of more than 65536 segments", [0n, (1n << 48n) + 1n], 8, bad(0)],
    ["of more than 65536 segments in all", [0n, 1n << 48n, 5n, 1n], 8, bad(1)],
    ["of the whole address space", [1n, TOP - 1n], 8, bad(0)],
  ])("decode refuses bytes %s", (_, values, pointerBytes, error) => {
    const { bytes } = valuesAt(0n, 32, values);
    refuses(() => decodeIovec(bytes, (values.length * 4) / pointerBytes, { pointerBytes }), error);
    refuses(() => decodeIovec(bytes, 5, { pointerBytes }), notIn("source.byteLength"));
  });
});

describe("page lists", () => {
  const table = tableOf(seg(0x1800, 0x1000), seg(0x2800, 0x800), seg(0x1122_3344_5566_7000n, 0x10));

  it.each([
    ["little", bytesOf("0010000000000000", "0020000000000000", "0070665544332211")],
    ["big", bytesOf("0000000000001000", "0000000000002000", "1122334455667000")],
  ] as const)("of %s-endian addresses, byte by byte", (byteOrder, wanted) => {
    const target = memoryAt(0n, 64);
    const list = encodePageList(table, target.bytes, { byteOrder });
    expect(list).toEqual({ count: 3, firstOffset: 0x800, byteLength: 0x1810n });
    expect([hexOf(target.bytes.subarray(0, 24)), isUntouched(target, 24)]).toEqual([wanted, true]);
    expectBytes(
      decodePageList(target.bytes, list, { byteOrder }).bytes,
      tableOf(seg(0x1800, 0x1800), seg(0x1122_3344_5566_7000n, 0x10)).bytes,
    );
  });

  it("of pages of a byte and of 2^52, and of no page", () => {
    const target = memoryAt(0n, 64);
    expect(encodePageList(tableOf(seg(5, 3)), target.bytes, { pageBytes: 1 })).toEqual({
      count: 3,
      firstOffset: 0,
      byteLength: 3n,
    });
    expect(u64sOf(target.bytes, 3)).toEqual([5n, 6n, 7n]);
    const large = tableOf(seg((7n << 52n) - 4096n, 8192));
    const list = encodePageList(large, target.bytes, { pageBytes: 1n << 52n });
    expect(list).toEqual({ count: 2, firstOffset: 2 ** 52 - 4096, byteLength: 8192n });
    expectBytes(decodePageList(target.bytes, list, { pageBytes: 1n << 52n }).bytes, large.bytes);
    const none = { count: 0, firstOffset: 0, byteLength: 0n };
    expect(encodePageList(empty, new Uint8Array(0))).toEqual(none);
    expect(decodePageList(new Uint8Array(0), none).length).toBe(0);
  });

  refusals([
    ["an inner end", ({ target }) => encodePageList(tableOf(seg(0, 5), seg(0x9000, 1)), target), shape(0)],
    ["an inner start", ({ target }) => encodePageList(tableOf(seg(0, 4096), seg(0x9001, 1)), target), shape(1)],
    [
      "an inner end in small pages",
      ({ target }) => encodePageList(tableOf(seg(0, 8), seg(0x9000, 1)), target, { pageBytes: 16 }),
      shape(0),
    ],
    [
      "an inner start in pages of 2^40",
      ({ target }) => encodePageList(tableOf(seg((1n << 40n) - 1n, 1), seg(1, 1)), target, { pageBytes: 1n << 40n }),
      shape(1),
    ],
    ["a short target", ({ target }) => encodePageList(table, target.subarray(0, 23)), notIn("target.byteLength")],
    ["pageBytes", ({ target }) => encodePageList(two, target, { pageBytes: 4095 }), notIn("pageBytes")],
    ["pages of 2^53", ({ target }) => encodePageList(two, target, { pageBytes: 1n << 53n }), notIn("pageBytes")],
    ["byteOrder", ({ target }) => encodePageList(two, target, { byteOrder: any("native") }), notIn("byteOrder")],
  ]);

  it.each<[string, () => unknown, Blame]>([
    [
      "an address off its page",
      () => decodePageList(valuesAt(0n, 16, [0x1000n, 0x2800n]).bytes, { count: 2, firstOffset: 0, byteLength: 8192 }),
      bad(1),
    ],
    [
      "too few pages",
      () => decodePageList(new Uint8Array(64), { count: 1, firstOffset: 4095, byteLength: 2 }),
      notIn("count"),
    ],
    [
      "a page for no bytes",
      () => decodePageList(new Uint8Array(64), { count: 1, firstOffset: 0, byteLength: 0n }),
      notIn("count"),
    ],
    [
      "a short source",
      () => decodePageList(new Uint8Array(15), { count: 2, firstOffset: 0, byteLength: 8192 }),
      notIn("source.byteLength"),
    ],
  ])("decode refuses %s", (_, call, error) => refuses(call, error));
});

describe("page lists of any page", () => {
  it.each([1n << 30n, 1n << 31n, 1n << 32n, 1n << 33n, 1n << 40n])("of %d bytes, both byte orders", (pageBytes) => {
    const top = TOP / pageBytes;
    const small = pageBytes < 1n << 32n ? Number(pageBytes) : GIB4;
    const tables: SegmentTable[] = [
      tableOf(seg(5n * pageBytes, 1)),
      tableOf(seg(6n * pageBytes - 1n, 2)),
      tableOf(seg(6n * pageBytes - 3n, 3), seg(2n * pageBytes, 4096)),
      // Touching inside a page, with other tags, and round its end.
      tableOf(seg(7n * pageBytes - 10n, 4, 0x100), seg(7n * pageBytes - 6n, 3, NOMERGE), seg(7n * pageBytes - 3n, 7)),
      // To the end of the address space, and on at its start.
      tableOf(seg(TOP - 4096n, 4096), seg(0, 1)),
      tableOf(seg((top - 1n) * pageBytes + 1n, 4095), seg((top - 1n) * pageBytes + 4096n, small - 4096)),
      // The same page twice, and a run of three in pieces of any size.
      tableOf(seg(pageBytes * 2n - 1n, 1), seg(pageBytes, 1)),
      piecesOf(9n * pageBytes + 5n, 2n * pageBytes + 11n, [1n, 4096n, (1n << 32n) - 1n, 12_345n]),
    ];
    for (const byteOrder of ["little", "big"] as const) {
      for (const table of tables) {
        const pages = pagesOf(rangesOf(table), pageBytes);
        const target = memoryAt(0n, (pages.length + 1) * 8);
        const list = encodePageList(table, target.bytes, { pageBytes, byteOrder });
        expect(list).toEqual({
          count: pages.length,
          firstOffset: Number(table.addr(0) % pageBytes),
          byteLength: table.totalBytes,
        });
        expect(u64sOf(target.bytes, pages.length, byteOrder === "little")).toEqual(pages);
        expect(isUntouched(target, pages.length * 8)).toBe(true);
        expectBytes(decodePageList(target.bytes, list, { pageBytes, byteOrder }).bytes, pack(coveredBy(table)));
        // All is counted before anything is written.
        const short = memoryAt(0n, pages.length * 8 - 1);
        refuses(() => encodePageList(table, short.bytes, { pageBytes, byteOrder }), notIn("target.byteLength"));
        expect(isUntouched(short)).toBe(true);
      }
      const target = memoryAt(0n, 256);
      for (const [table, index] of [
        [tableOf(seg(0, 1), seg(pageBytes, 1)), 0],
        [tableOf(seg(pageBytes - 1n, 1), seg(pageBytes + 1n, 1)), 1],
        [tableOf(seg(pageBytes - 2n, 1), seg(pageBytes - 1n, 1, BUS)), 0],
      ] as const) {
        expect(thrownBy(() => encodePageList(table, target.bytes, { pageBytes, byteOrder }))).toMatchObject({
          code: "NOT_EXPRESSIBLE",
          index,
        });
      }
      expect(isUntouched(target)).toBe(true);
    }
  });

  it("a page more than there is room for is said before any is written", () => {
    const table = tableOf(seg(0x1000, GIB4), seg(0x2_0000_0000, GIB4));
    const target = memoryAt(0n, 256);
    refuses(() => encodePageList(table, target.bytes), notIn("target.byteLength"));
    refuses(() => encodePageList(table, target.bytes, { pageBytes: 1 }), notIn("target.byteLength"));
    expect(isUntouched(target)).toBe(true);
  });

  it("of a touching run longer than 2^53 bytes that starts inside a page: its length is no number", () => {
    const segments = 2 ** 21 + 1;
    const page = 2 ** 30;
    const words = new Uint32Array(4 * (segments + 1));
    for (let i = 0; i < segments; i++) {
      words[4 * i] = 4;
      words[4 * i + 1] = i + 16;
      words[4 * i + 3] = 1;
    }
    words.set([4, segments + 16, page - 3, 0], 4 * segments);
    const table = SegmentTable.fromBytes(new Uint8Array(words.buffer));
    const count = 4 * segments + 2;
    const target = new Uint8Array(8 * count);
    expect(encodePageList(table, target, { pageBytes: page })).toEqual({
      count,
      firstOffset: 4,
      byteLength: BigInt(segments) * 2n ** 32n + BigInt(page - 3),
    });
    const found = new BigUint64Array(target.buffer);
    expect(found.findIndex((addr, i) => addr !== 2n ** 36n + BigInt(i) * BigInt(page))).toBe(-1);
  });
});
