/** Chained pages of records. */

import { describe, expect, it, vi } from "vitest";
import { NOMERGE } from "../../src/core/record.js";
import type { SegmentTable } from "../../src/core/segment-table.js";
import { decodeChain, encodeChain } from "../../src/descriptors/index.js";
import { type Blame, blames } from "../support/blame.js";
import { expectBytes } from "../support/bytes.js";
import { badRecord, empty, GIB4, notIn, refusals, refuses, seg, tableOf, two } from "../support/descriptor-cases.js";
import { isUntouched, memoryAt, setU64 } from "../support/descriptors.js";

describe("chained pages", () => {
  const recordsOf = (count: number) =>
    tableOf(
      ...Array.from({ length: count }, (_, at) =>
        seg(BigInt(at) << 33n, at % 7 === 0 ? GIB4 : at + 1, at % 5 ? 0x100 : NOMERGE),
      ),
    );
  const pagesFor = (count: number) => memoryAt(0x5000_0000n, Math.max(1, Math.ceil((count - 1) / 255)) * 4096);

  it.each([
    [0, 0],
    [1, 1],
    [255, 1],
    [256, 1],
    [257, 2],
    [510, 2],
    [511, 2],
    [512, 3],
    [766, 3],
    [767, 4],
  ])("%d records are %d pages", (count, pages) => {
    const table = recordsOf(count);
    const memory = pagesFor(count);
    expect(encodeChain(table, memory)).toEqual({ addr: pages === 0 ? 0n : memory.addr, pages });
    let left = count;
    for (let page = 0; page < pages; page++) {
      const bytes = memory.bytes.subarray(page * 4096, page * 4096 + 4096);
      const isLast = page === pages - 1;
      const records = isLast ? left : 255;
      const from = (count - left) * 16;
      expectBytes(bytes.subarray(0, records * 16), table.bytes.subarray(from, from + records * 16));
      left -= records;
      // The last slot of a page is a link where more follow; 256 records use no link.
      if (isLast) continue;
      const link = new DataView(bytes.buffer, bytes.byteOffset + 4080, 16);
      expect(link.getBigUint64(0, true)).toBe(memory.addr + BigInt(page + 1) * 4096n);
      expect([link.getUint32(8, true), link.getUint32(12, true)]).toEqual([left, 16]);
    }
    const written = pages === 0 ? 0 : (pages - 1) * 4096 + (count - (pages - 1) * 255) * 16;
    // What is not used of the last page becomes zeros.
    const end = pages * 4096;
    expect(memory.bytes.subarray(written, end).every((byte) => byte === 0)).toBe(true);
    expect(isUntouched(memory, end)).toBe(true);
    expectBytes(decodeChain(memory.addr, memory, count).bytes, table.bytes);
    // Without a count: up to a record of zeros, or the page's end. Of an empty table there is no page.
    if (count === 0) memory.bytes.fill(0);
    expectBytes(decodeChain(memory.addr, memory).bytes, table.bytes);
    // A page for fewer, and a last page that has no more than its records.
    if (count === 0) return;
    const exact = memory.bytes.subarray(0, written);
    expectBytes(decodeChain(memory.addr, { bytes: exact, addr: memory.addr }).bytes, table.bytes);
    const short = { bytes: exact.subarray(0, written - 1), addr: memory.addr };
    const before = exact.slice();
    refuses(() => encodeChain(table, short), blames(RangeError, "memory"));
    expect(exact).toEqual(before);
  });

  refusals([
    ["no memory", () => encodeChain(two, []), blames(RangeError, "memory")],
    ["too few pages", ({ memory }) => encodeChain(recordsOf(512), memory), blames(RangeError, "memory")],
    [
      "an inner page that is too short",
      ({ memory: { bytes, addr } }) =>
        encodeChain(recordsOf(257), [
          { bytes: bytes.subarray(0, 4080), addr },
          { bytes: bytes.subarray(4096), addr: addr + 4096n },
        ]),
      blames(RangeError, "memory"),
    ],
    [
      "memory that is no pages",
      ({ memory }) => encodeChain(two, { ...memory, addr: 0x5000_0010n }),
      notIn("memory.addr"),
    ],
  ]);

  /** 600 records in three pages, and what is done to them. */
  const damaged = (damage: (view: DataView) => void) => {
    const memory = pagesFor(600);
    encodeChain(recordsOf(600), memory);
    damage(new DataView(memory.bytes.buffer, memory.bytes.byteOffset));
    return memory;
  };
  const link = 4080;

  it.each<[string, (view: DataView) => void, Blame]>([
    ["a loop of a page", (v) => v.setBigUint64(link, 0x5000_0000n, true), badRecord(510, "len")],
    ["a link that says less", (v) => v.setUint32(link + 8, 344, true), badRecord(510, "len")],
    ["a link that says more", (v) => v.setUint32(4096 + link + 8, 91, true), badRecord(510, "len")],
    ["a link that says nothing", (v) => v.setUint32(link + 8, 0, true), badRecord(255, "len")],
    ["a page that is no page", (v) => v.setBigUint64(link, 0x5000_1010n, true), badRecord(255)],
    ["a page in no memory", (v) => v.setBigUint64(link, 0x5000_3000n, true), badRecord(255)],
    ["a page below all memory", (v) => v.setBigUint64(4096 + link, 0n, true), badRecord(510)],
    ["a link that is none", (v) => v.setUint32(4096 + link + 12, 0x100, true), badRecord(511)],
    ["a link in another slot", (v) => v.setUint32(100 * 16 + 12, 16, true), badRecord(100, "flags")],
    [
      "a record of zeros where a link says how many follow",
      (v) => [0, 8].map((at) => v.setBigUint64(4096 + 160 + at, 0n, true)),
      badRecord(265, "length"),
    ],
    ["a record of the last page", (v) => v.setUint32(8192 + 5 * 16 + 12, 8, true), badRecord(515, "flags")],
  ])("decode refuses %s", (_, damage, error) => {
    const memory = damaged(damage);
    refuses(() => decodeChain(memory.addr, memory), error);
  });

  it("decode refuses a page without a link to the one record that is missing", () => {
    const memory = pagesFor(256);
    encodeChain(recordsOf(256), memory);
    expect(decodeChain(memory.addr, memory, 256).length).toBe(256);
    refuses(() => decodeChain(memory.addr, memory, 257), badRecord(256));
  });

  it("decode refuses another count, and a first page that is not there", () => {
    const memory = damaged(() => {});
    expect(decodeChain(memory.addr, memory, 600).length).toBe(600);
    refuses(() => decodeChain(memory.addr, memory, 601), badRecord(255, "len"));
    refuses(() => decodeChain(memory.addr, memory, 599), badRecord(255, "len"));
    refuses(() => decodeChain(0x5000_0800n, memory), badRecord(0));
    refuses(() => decodeChain(0, memory, 1), badRecord(0));
    refuses(() => decodeChain(0x5000_2000n, memory, 91), badRecord(90, "length"));
    const { bytes } = memory;
    refuses(
      () => decodeChain(0x5000_2000n, { bytes: bytes.subarray(8192, 8192 + 80 * 16), addr: 0x5000_2000n }, 90),
      badRecord(80),
    );
    expect(decodeChain(memory.addr, [], 0).length).toBe(0);
  });
});

describe("chained pages in memory that was used before", () => {
  const recordsOf = (count: number, from: bigint) =>
    tableOf(...Array.from({ length: count }, (_, at) => seg(from + BigInt(at) * 8192n, at + 1, 0x100)));

  it.each([
    [600, 10],
    [600, 255],
    [600, 256],
    [600, 257],
    [600, 300],
    [600, 510],
    [600, 511],
    [600, 512],
    [257, 256],
    [600, 599],
  ])("%d records, and then %d: those are what is read, with a count and without", (before, after) => {
    const memory = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(before, 0n), memory);
    const table = recordsOf(after, 1n << 40n);
    const { addr, pages } = encodeChain(table, memory);
    expectBytes(decodeChain(addr, memory, after).bytes, table.bytes);
    expectBytes(decodeChain(addr, memory).bytes, table.bytes);
    const used = after - (pages - 1) * 255;
    const last = memory.bytes.subarray((pages - 1) * 4096 + used * 16, pages * 4096);
    expect(last.every((byte) => byte === 0)).toBe(true);
  });

  it("zeros go as far as there is memory, and no further", () => {
    const around = memoryAt(0x5000_0000n, 4096);
    const memory = { bytes: around.bytes.subarray(0, 101), addr: around.addr };
    const table = recordsOf(3, 0n);
    encodeChain(table, memory);
    expect(memory.bytes.subarray(48).every((byte) => byte === 0)).toBe(true);
    expect(isUntouched(around, 101)).toBe(true);
    expectBytes(decodeChain(around.addr, memory).bytes, table.bytes);
    // Pages behind the last are not those of this list.
    const pages = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(256, 0n), pages);
    expect(isUntouched(pages, 4096)).toBe(true);
    const none = memoryAt(0n, 4096);
    encodeChain(empty, none);
    expect(isUntouched(none)).toBe(true);
  });

  it("a link counts only where more than a page follows, or nobody knows how much does", () => {
    // An encoder that does not clear its pages: an old link behind 10 records.
    const memory = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(600, 0n), memory);
    const old = recordsOf(600, 0n);
    for (const count of [1, 10, 255]) {
      expectBytes(decodeChain(memory.addr, memory, count).bytes, old.bytes.subarray(0, count * 16));
    }
    // The 256th record would be the link.
    refuses(() => decodeChain(memory.addr, memory, 256), badRecord(255, "flags"));
    // A link back: what it says is read there, and that is the end.
    setU64(memory.bytes, (4096 + 4080) / 8, memory.addr);
    const found = decodeChain(memory.addr, memory);
    expectBytes(found.bytes.subarray(510 * 16), old.bytes.subarray(0, 90 * 16));
    expect(found.length).toBe(600);
  });

  it("a record of zeros ends a page of which no count is known, before its link too", () => {
    const memory = memoryAt(0x5000_0000n, 3 * 4096);
    encodeChain(recordsOf(600, 0n), memory);
    memory.bytes.fill(0, 7 * 16, 8 * 16);
    expectBytes(decodeChain(memory.addr, memory).bytes, recordsOf(7, 0n).bytes);
    refuses(() => decodeChain(memory.addr, memory, 600), badRecord(7, "length"));
    memory.bytes.fill(0, 0, 16);
    expect(decodeChain(memory.addr, memory).length).toBe(0);
  });

  it("each page is copied before it is looked at: who writes to it from then on changes nothing", () => {
    const memory = memoryAt(0x5000_0000n, 4096);
    const table = recordsOf(20, 0n);
    const { DataView: View } = globalThis;
    let views = 0;
    for (const count of [20, undefined]) {
      encodeChain(table, memory);
      // Another thread, that writes as soon as the decoder looks at anything.
      class Late extends View<ArrayBufferLike> {
        constructor(buffer: ArrayBufferLike, from?: number, length?: number) {
          super(buffer, from, length);
          views++;
          memory.bytes.fill(0xff);
        }
      }
      vi.stubGlobal("DataView", Late);
      let decoded: SegmentTable;
      try {
        decoded = decodeChain(memory.addr, memory, count);
      } finally {
        vi.unstubAllGlobals();
      }
      expectBytes(decoded.bytes, table.bytes);
    }
    expect(views).toBeGreaterThan(0);
  });
});
