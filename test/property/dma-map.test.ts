/** `dmaMap`: what a device is given, against the model of each of its steps, and against what it maps byte by byte. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceLimits } from "../../src/core/device-limits.js";
import { dmaMap } from "../../src/devices/dma-map.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { ahci, linuxDefault, nvmePrp, rdma, virtioBlk } from "../../src/devices/presets.js";
import { requests } from "../../src/devices/requests.js";
import { validate } from "../../src/devices/validate.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check } from "../support/check.js";

const PAGE = 4096n;
const OFFSET = 1n << 40n;
const GIB = 1n << 30n;
const devices = { linuxDefault, nvmePrp, ahci, virtioBlk, rdma, none: {} };

/** Whole pages below 1 TiB, so that every preset can take them. */
const anyPages = fc
  .array(fc.record({ page: fc.integer({ min: 0, max: 600 }), pages: fc.integer({ min: 1, max: 40 }) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((parts) =>
    parts.map(({ page, pages }) => ({ addr: BigInt(page) * PAGE, length: BigInt(pages) * PAGE, flags: 0 })),
  );
const anyDevice = fc.constantFrom(...Object.values(devices));

/** The first byte of each 512 bytes of a list, in order: what the device reads. */
function* bytesOf(segments: Iterable<{ addr: bigint; length: number | bigint }>): Generator<bigint> {
  for (const { addr, length } of segments) {
    for (let done = 0n; done < BigInt(length); done += 512n) yield addr + done;
  }
}

describe("dmaMap", () => {
  it("without windows and IOMMU is coalesce and requests", () => {
    check(200, fc.tuple(anyPages, anyDevice), ([ranges, device]) => {
      using mapper = createMapperSync(device);
      const table = mapper.coalesce(ranges);
      const mapping = dmaMap(ranges, device);
      expectBytes(mapping.segments.bytes, table.bytes);
      expect(mapping.requests).toEqual(requests(table, mapper.limits));
      expect(mapping.iova).toBeUndefined();
      mapping.unmap();
    });
  });

  it("gives the device every byte, in order, under its limits, and through windows and IOVAs", () => {
    const job = fc.record({ ranges: anyPages, device: anyDevice, windowed: fc.boolean(), mapped: fc.boolean() });
    check(300, job, ({ ranges, device, windowed, mapped }) => {
      const space = new IovaSpace({ base: GIB, byteLength: GIB });
      const before = space.fragmentation;
      const mapping = dmaMap(ranges, {
        ...device,
        ...(windowed ? { windows: [{ addr: 0, length: OFFSET, offset: OFFSET }] } : {}),
        ...(mapped ? { iova: space } : {}),
      });
      const { segments, requests: all, iova } = mapping;
      const memory = (addr: bigint) => (mapped ? (iova?.lookup(addr) as bigint) : addr) - (windowed ? OFFSET : 0n);
      expect([...bytesOf(segments)].map(memory)).toEqual([...bytesOf(ranges)]);
      expect([...bytesOf(all.flatMap((request) => [...request.segments]))]).toEqual([...bytesOf(segments)]);
      for (const request of all) expect(validate(request.segments, device)).toBeUndefined();
      mapping.unmap();
      mapping.unmap();
      expect(space.fragmentation).toEqual(before);
    });
  });

  it("joins scattered pages into one segment of IOVAs", () => {
    const ranges: OracleRange[] = [9n, 3n, 7n].map((page) => ({ addr: page * PAGE, length: PAGE, flags: 0 }));
    const { segments, iova } = dmaMap(ranges, { iova: { base: 0x8000_0000 } });
    expect([...segments]).toEqual([{ addr: 0x8000_0000n, length: 12288, flags: 0 }]);
    expect(iova?.mappings.map(({ addr }) => addr)).toEqual([0x9000n, 0x3000n, 0x7000n]);
    expectBytes(dmaMap(ranges, {}).segments.bytes, pack(coalesce(ranges)));
  });

  it("takes the limits of a mapper, and a place on the device", () => {
    using mapper = createMapperSync({ ...ahci, maxSegments: 1 });
    const ranges = [
      { addr: 0, length: 512 },
      { addr: 4096, length: 512 },
    ];
    const { requests: all } = dmaMap(ranges, { ...mapper.limits, offset: 1024 });
    expect(all.map(({ offset, segments }) => [offset, segments.length])).toEqual([
      [1024n, 1],
      [1536n, 1],
    ]);
  });

  it("keeps limits in the addresses that the device sees", () => {
    const { segments } = dmaMap([{ addr: 4096, length: 5 * 4096 }], {
      boundaryBytes: 8192,
      iova: { base: 0x8000_0000 },
    });
    expect([...segments].map(({ addr, length }) => [addr, length])).toEqual([
      [0x8000_0000n, 8192],
      [0x8000_2000n, 8192],
      [0x8000_4000n, 4096],
    ]);
  });

  it("a mapper hands on all limits of its device", () => {
    for (const device of Object.values(devices)) {
      using mapper = createMapperSync(device);
      const { maxSegmentBytes = 2 ** 32, boundaryBytes = 0, alignmentBytes = 1, ...others }: DeviceLimits = device;
      expect(mapper.limits).toEqual({
        maxSegmentBytes,
        boundaryBytes: BigInt(boundaryBytes),
        alignmentBytes,
        ...others,
      });
    }
  });

  it("takes nothing from a space where a later step fails", () => {
    const space = new IovaSpace({ base: GIB, byteLength: GIB });
    const before = space.fragmentation;
    const half = [{ addr: 0, length: 4096 + 100 }];
    expect(thrownBy(() => dmaMap(half, { blockBytes: 512, iova: space }))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => dmaMap([{ addr: 0, length: 4096 }], { windows: [], iova: space }))).toMatchObject({
      code: "NO_WINDOW",
    });
    expect(thrownBy(() => dmaMap([{ addr: 0, length: 2n * GIB }], { iova: space }))).toMatchObject({ code: "NO_IOVA" });
    expect(space.fragmentation).toEqual(before);
  });

  it("drops no option of an IOMMU: limits are those of the device", () => {
    for (const iova of [5, null, "0", {}, { base: 0, granule: 4096 }, { base: 0, maxSegmentBytes: 4096 }]) {
      let isRead = false;
      const ranges = {
        *[Symbol.iterator]() {
          isRead = true;
          yield { addr: 0, length: 4096 };
        },
      };
      expect(thrownBy(() => dmaMap(ranges, { iova } as never))).toBeInstanceOf(TypeError);
      // Of what is wrong with the keys nothing is read first.
      if (JSON.stringify(iova) !== "{}") expect(isRead).toBe(false);
    }
  });

  it("asks for an object of options", () => {
    expect(thrownBy(() => dmaMap([], undefined as never))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => dmaMap([], { window: [] } as never))).toBeInstanceOf(TypeError);
  });
});
