/** Faults of tables, devices and IOVAs that were found, each by the test that shows it. */
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { bestPages } from "../../src/devices/page-table.js";
import { requests } from "../../src/devices/requests.js";
import { validate } from "../../src/devices/validate.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { locate } from "../../src/table/offsets.js";
import { thrownBy } from "../support/bytes.js";
import { builds } from "../support/engines.js";

const SPACE = 1n << 64n;

describe("tables and IOVAs", () => {
  const twoPages = SegmentTable.from([
    { addr: 0x7000, length: 4096 },
    { addr: 0x3000, length: 4096 },
  ]);

  it("a reserved stretch that was given to free is not handed out again", () => {
    const space = new IovaSpace({ base: 65536, byteLength: 16384 });
    const reserved = space.reserve(8192);
    expect(() => space.free(reserved.iova)).toThrow(/release\(\)/);
    expect(space.allocate(8192)).toBe(65536n + 8192n);
    expect(thrownBy(() => space.allocate(4096))).toMatchObject({ code: "NO_IOVA" });
    reserved.release();
    expect(space.allocate(8192)).toBe(65536n);
  });

  it("two pages under a boundary of 4 GiB fit a space of 1 GiB that has no multiple of it", () => {
    const space = new IovaSpace({ base: 0x8000_0000, byteLength: 2 ** 30 });
    expect(space.map(twoPages, { boundaryBytes: 2 ** 32 }).base).toBe(0x8000_0000n);
    expect(space.map(twoPages, { boundaryBytes: 2 ** 32 }).base).toBe(0x8000_2000n);
  });

  it("pages linked one by one are one mapping, so that a large page fits", () => {
    const reserved = new IovaSpace({ base: 0, byteLength: 2 ** 21 }).reserve(2 ** 21);
    for (let i = 0; i < 512; i++) reserved.link(i * 4096, SegmentTable.from([{ addr: i * 4096, length: 4096 }]));
    expect(reserved.entries([4096, 2 ** 21])).toEqual([{ iova: 0n, addr: 0n, pageBytes: 1n << 21n, count: 1 }]);
  });

  it("bestPages gives no pages past 2^64", () => {
    expect(() => bestPages({ addr: 0, length: 8192 }, [4096], SPACE - 4096n)).toThrow(RangeError);
    expect(() => bestPages({ addr: SPACE - 4096n, length: 8192 }, [4096], 0)).toThrow(RangeError);
  });

  it("locate of -0 is at 0", () => {
    expect(Object.is(locate(twoPages, -0).offset, 0)).toBe(true);
  });

  it("a stripe and a virtual boundary of 0 are none, as a boundary of 0 is", () => {
    expect(requests(twoPages, { stripeBytes: 0, virtualBoundaryBytes: 0 }).length).toBe(1);
    expect(validate(twoPages, { virtualBoundaryBytes: 0, dmaAlignmentBytes: 0 })).toBeUndefined();
  });

  it("the last pages of many are listed in the memory that they need", () => {
    const vast = SegmentTable.from(Array.from({ length: 4 }, () => ({ addr: 0, length: 2 ** 32 })));
    for (const { name: engine } of builds) {
      using mapper = createMapperSync({ engine, maxMemoryBytes: 2 ** 24 });
      const from = 2n ** 22n - 10n;
      expect([...mapper.frames(vast, { offset: from })]).toEqual(
        Array.from({ length: 10 }, (_, i) => 2n ** 20n - 10n + BigInt(i)),
      );
      expect([...mapper.frames(vast, { maxCount: 2 })]).toEqual([0n, 1n]);
    }
  });
});
