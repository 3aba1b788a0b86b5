/**
 * linux-iommu-map-sg-oracle.json: a list laid out in IOVAs (`iommu_dma_map_sg`). All rows apply. How each is said here:
 * - pages of a peer's BAR: a window of `translate`. BUS_ADDR: a BUS window at `bus_offset`. THRU_HOST_BRIDGE: a window like
 *   system memory. NOT_SUPPORTED: no window;
 * - flag 1, SG_DMA_BUS_ADDRESS: BUS and NOMERGE;
 * - `iommu_map_calls` are `mappings`, but for the padding of a boundary: `padded` below;
 * - a row with `expected_out` has a defect in the native code: that is asserted, and that it is not `native_out`.
 */
import { describe, expect, it } from "vitest";
import { BUS, NOMERGE } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { type IovaMap, mapIova } from "../../src/devices/map-iova.js";
import { type TranslationWindow, translate, untranslate } from "../../src/devices/translate.js";
import { pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { toRange, toRanges } from "../support/vectors.js";
import file from "./data/linux-iommu-map-sg-oracle.json" with { type: "json" };

type Row = (typeof file.vectors)[number];

const PAGE = 4096n;
const BUS_ADDR = 3;
const NOT_SUPPORTED = 2;
const NATIVE_BUS = 1;

/**
 * Before a boundary the kernel makes the entry longer up to it, and so maps the memory behind the entry: the device can
 * reach that. Segring leaves those IOVAs unmapped. Name, and bytes that the kernel maps too many.
 */
const padded: Record<string, bigint> = { "boundary-64k": 0x4000n };

/** All addresses but the last: system memory, and the pages of peers in it. */
function windowsOf(row: Row): TranslationWindow[] {
  const windows: TranslationWindow[] = [];
  let next = 0n;
  const upTo = (end: bigint) => {
    if (next < end) windows.push({ addr: next, length: end - next });
  };
  for (const [low, high, type] of row.pages_pfn_lo_hi_maptype ?? []) {
    const [addr, end] = [BigInt(low as number) * PAGE, BigInt((high as number) + 1) * PAGE];
    upTo(addr);
    if (type === BUS_ADDR) windows.push({ addr, length: end - addr, offset: BigInt(row.bus_offset ?? 0), flags: BUS });
    else if (type !== NOT_SUPPORTED) windows.push({ addr, length: end - addr });
    next = end;
  }
  upTo((1n << 64n) - 1n);
  return windows;
}

const inputOf = (row: Row) => SegmentTable.from(toRanges(row.in));
const boundaryOf = ({ seg_boundary_mask: mask }: Row) => (mask.startsWith("ULONG_MAX") ? 0n : BigInt(mask) + 1n);
const optionsOf = (row: Row) => ({ boundaryBytes: boundaryOf(row), maxSegmentBytes: row.max_seg });
const packOf = (out: Row["native_out"]) =>
  pack(out.map((entry) => toRange(entry, entry.flags === NATIVE_BUS ? BUS | NOMERGE : 0)));
const callsOf = (row: Row) =>
  row.iommu_map_calls.map(({ iova, phys, len }) => ({ iova: BigInt(iova), addr: BigInt(phys), length: BigInt(len) }));

/** Pages of every size: they cover the mappings in order, both addresses are multiples of each, and none fits that is larger. */
function expectEntries({ mappings, entries }: IovaMap): void {
  const rest = [...entries];
  for (const { iova, addr, length } of mappings) {
    for (let done = 0n; done < length; ) {
      const { pageBytes = 0n, count = 0, ...entry } = rest.shift() ?? {};
      expect(entry).toEqual({ iova: iova + done, addr: addr + done });
      const fits = (bytes: bigint, at: bigint) => ((iova + at) | (addr + at)) % bytes === 0n && at + bytes <= length;
      for (let page = 0; page < count; page++) {
        const at = done + BigInt(page) * pageBytes;
        expect([fits(pageBytes, at), fits(pageBytes * 2n, at)]).toEqual([true, false]);
      }
      done += pageBytes * BigInt(count);
    }
  }
  expect(rest).toEqual([]);
}

/** Each mapping is found by its first and last byte, and nothing between mappings and around them. */
function expectLookups(map: IovaMap): void {
  const { mappings } = map;
  const lookup = (iova: bigint) => map.lookup(iova);
  for (const [index, { iova, addr, length }] of mappings.entries()) {
    expect([lookup(iova), lookup(iova + length - 1n)]).toEqual([addr, addr + length - 1n]);
    if (mappings[index + 1]?.iova !== iova + length) expect(lookup(iova + length)).toBeUndefined();
    if (index === 0) expect(lookup(iova - 1n)).toBeUndefined();
  }
}

const mapped = file.vectors.filter(({ native_ret }) => native_ret >= 0);
const refused = file.vectors.filter(({ native_ret }) => native_ret < 0);
const defects = mapped.filter((row) => row.expected_out !== undefined);

it("all 18 rows are here", () => {
  expect([file.vectors.length, mapped.length]).toEqual([18, 17]);
  expect(refused.map(({ id }) => id)).toEqual(["p2p-unsupported"]);
  expect(defects.map(({ id }) => id)).toEqual(["p2p-len-bug", "p2p-len-bug2"]);
});

it("the rows with padding are exactly those whose calls map more than the granules of their list", () => {
  const excess = mapped.map((row) => {
    let bytes = callsOf(row).reduce((sum, { length }) => sum + length, 0n);
    for (const { addr, length, flags } of translate(inputOf(row), windowsOf(row))) {
      const granules = (addr + BigInt(length) + PAGE - 1n) / PAGE - addr / PAGE;
      if ((flags & BUS) === 0) bytes -= granules * PAGE;
    }
    return [row.id, bytes] as const;
  });
  expect(Object.fromEntries(excess.filter(([, bytes]) => bytes !== 0n))).toEqual(padded);
});

describe("iommu_dma_map_sg", () => {
  it.each(mapped)("$id: $why", (row) => {
    const windows = windowsOf(row);
    const table = translate(inputOf(row), windows);
    expectBytes(untranslate(table, windows).bytes, inputOf(row).bytes);
    const options = { ...optionsOf(row), granuleBytes: row.granule, pageBytes: [4096, 2 ** 21] };
    const map = mapIova(table, { base: BigInt(row.iova_base), ...options });
    expectBytes(map.segments.bytes, packOf(row.expected_out ?? row.native_out));
    expect(map.segments.length).toBe(row.native_ret);
    expect(map.byteLength).toBe(BigInt(row.iova_len_allocated));
    expectLookups(map);
    const calls = callsOf(row);
    const excess = padded[row.id] ?? 0n;
    if (excess === 0n) {
      expect(map.mappings).toEqual(calls);
    } else {
      expect(map.mappings.map(({ iova, addr }) => [iova, addr])).toEqual(calls.map(({ iova, addr }) => [iova, addr]));
      const more = calls.map(({ length }, index) => length - (map.mappings[index]?.length ?? 0n));
      expect(more.filter((bytes) => bytes !== 0n)).toEqual([excess]);
    }
    // No row is near 2 MiB: all entries are small pages.
    expect(map.entries).toEqual(
      map.mappings.map(({ iova, addr, length }) => ({ iova, addr, pageBytes: PAGE, count: Number(length / PAGE) })),
    );
  });

  it.each(mapped)("$id, with pages of every size", (row) => {
    const pageBytes = Array.from({ length: 19 }, (_, shift) => 4096 * 2 ** shift);
    const table = translate(inputOf(row), windowsOf(row));
    const map = mapIova(table, { base: BigInt(row.iova_base), ...optionsOf(row), pageBytes });
    expectEntries(map);
    expect(map.entries.length > 0).toBe(row.iova_len_allocated > 0);
  });

  it.each(mapped)("$id, in a space of IOVAs", (row) => {
    const table = translate(inputOf(row), windowsOf(row));
    const base = BigInt(row.iova_base);
    const space = new IovaSpace({ base, byteLength: 2 ** 30, granuleBytes: row.granule });
    const map = space.map(table, optionsOf(row));
    const expected = mapIova(table, { base, granuleBytes: row.granule, ...optionsOf(row) });
    const usesIova = row.iova_len_allocated !== 0;
    expect(map.base).toBe(usesIova ? base : undefined);
    expectBytes(map.segments.bytes, packOf(row.expected_out ?? row.native_out));
    expect([map.byteLength, map.mappings, map.entries]).toEqual([
      expected.byteLength,
      expected.mappings,
      expected.entries,
    ]);
    expectLookups(map);
    expect(space.fragmentation.freeBytes).toBe(2n ** 30n - BigInt(row.iova_len_allocated));
    // Given back, once, the same stretch comes again.
    if (map.base !== undefined) space.free(map.base);
    expect(() => space.free(map.base ?? base)).toThrow(RangeError);
    expect(space.fragmentation).toEqual({ freeBytes: 2n ** 30n, largestFree: 2n ** 30n, pieces: 1, ratio: 0 });
    expect(space.map(table, optionsOf(row)).base).toBe(map.base);
  });

  it.each(defects)("$id: the native answer is wrong: $defect_in_native", (row) => {
    expect(row.native_out).not.toEqual(row.expected_out);
    expect(row.in.map(({ len }) => len)).toEqual(row.expected_out?.map(({ len }) => len));
    const map = mapIova(translate(inputOf(row), windowsOf(row)), { base: BigInt(row.iova_base), ...optionsOf(row) });
    expect(map.segments.bytes).not.toEqual(packOf(row.native_out));
    expect(map.segments.totalBytes).toBe(inputOf(row).totalBytes);
  });

  it.each(refused)("$id: $why: NO_WINDOW", (row) => {
    const error = thrownBy(() => translate(inputOf(row), windowsOf(row)));
    expect(error).toMatchObject({ name: "SegringError", code: "NO_WINDOW", index: 1 });
    expect((error as Error).message).toContain("found none for 0x4000000000");
  });
});
