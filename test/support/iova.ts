/** Tables that are laid out in IOVAs: what is drawn, the model, and what is looked at. */
import fc from "fast-check";
import { expect } from "vitest";
import type { IovaMap } from "../../src/devices/map-iova.js";
import type { IovaMapping, PageTableEntries } from "../../src/devices/page-table.js";
import { type OracleRange, pack, totalBytes, unpack } from "../oracle.js";
import { expectBytes } from "./bytes.js";
import { Random } from "./random.js";
import { EDGES, FOUR_GIB, least } from "./ranges.js";
import { either } from "./tables.js";

const SPACE = 1n << 64n;
const NOMERGE = 2;
const BUS = 4;

/** A cheap `expect(found).toBe(wanted)`, for what is asked a million times. */
export const same = (found: unknown, wanted: unknown, what: string) => {
  if (found !== wanted) expect.fail(`${what}: got ${found}, expected ${wanted}`);
};
/** To a multiple of the unit. */
export const up = (value: bigint, unit: bigint) => ((value + unit - 1n) / unit) * unit;
export const down = (value: bigint, unit: bigint) => (value / unit) * unit;

export interface MapJob {
  ranges: OracleRange[];
  base: bigint;
  granule: bigint;
  boundary: bigint;
  max: bigint;
  pageBytes: bigint[] | undefined;
  seed: number;
}

export const anyMapJob: fc.Arbitrary<MapJob> = fc
  .record({
    granuleShift: fc.constantFrom(0, 1, 9, 12, 12, 12, 16),
    boundaryShift: fc.constantFrom(-1, -1, 0, 1, 3, 10, 20, 40),
    max: fc.oneof(
      fc.constantFrom(FOUR_GIB, FOUR_GIB, FOUR_GIB, 0xffff_f000n, 65536n, 4096n),
      fc.integer({ min: 1, max: 100_000 }).map(BigInt),
    ),
    base: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0n, 1n << 32n, 1n << 63n, SPACE - (1n << 34n)) },
      { weight: 3, arbitrary: fc.bigInt(0n, SPACE - 1n) },
      // So near the end of the address space that most tables find no room.
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 1 << 16 }).map((before) => SPACE - BigInt(before)) },
    ),
    parts: fc.array(
      fc.record({
        start: fc.constantFrom("join", "join", "page", "page", "any"),
        edge: fc.constantFrom(...EDGES),
        kind: fc.constantFrom(0, 0, 0, 0, 0x100, BUS, NOMERGE),
        pages: fc.integer({ min: 1, max: 9 }),
        size: fc.constantFrom("pages", "pages", "part", "full"),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    sizes: fc.constantFrom(undefined, undefined, [0, 9, 18], [0, 1, 2], [-1, 3], [-4, 0, 4]),
    seed: fc.integer(),
  })
  .map(({ granuleShift, boundaryShift, max, base, parts, sizes, seed }) => {
    const random = new Random(seed);
    const granule = 1n << BigInt(granuleShift);
    const boundary = boundaryShift < 0 ? 0n : granule << BigInt(boundaryShift);
    const ranges: OracleRange[] = [];
    // Few pieces where segments are long and cuts are near.
    const piece = least(max, boundary === 0n ? max : boundary);
    const longest = least(FOUR_GIB, piece * 60n);
    let next = 0n;
    for (const { start, edge, kind, pages, size } of parts) {
      if (start !== "join") next = edge + BigInt(random.integer(0, 40)) * granule;
      if (start === "any") next += random.u64() % granule;
      let length = BigInt(pages) * granule;
      if (size === "part") length = 1n + (random.u64() % length);
      if (size === "full") length = FOUR_GIB;
      length = least(length, longest);
      if (next + length > SPACE) next = SPACE - up(length, granule);
      ranges.push({ addr: next, length, flags: kind });
      next += length;
    }
    const pageBytes = sizes?.map((shift) => 1n << BigInt(Math.max(0, granuleShift + shift)));
    return { ranges, base: down(base, granule), granule, boundary, max, pageBytes, seed };
  });

export function optionsOf({ base, granule, boundary, max, pageBytes, seed }: MapJob) {
  const random = new Random(seed);
  return {
    base: either(base, random),
    ...(granule === 4096n && random.once(2) ? {} : { granuleBytes: either(granule, random) }),
    ...(boundary === 0n ? {} : { boundaryBytes: either(boundary, random) }),
    ...(max === FOUR_GIB ? {} : { maxSegmentBytes: Number(max) }),
    ...(pageBytes === undefined ? {} : { pageBytes: pageBytes.map((size) => either(size, random)) }),
  };
}

/** The rules of mapIova, one after the other. */
export function iovaModel({ ranges, base, granule, boundary, max }: MapJob) {
  const device: OracleRange[] = [];
  const placed: { iova: bigint; range: OracleRange; padded: { from: bigint; length: bigint } }[] = [];
  let next = base;
  let previousIsMemory = false;
  for (const [index, range] of ranges.entries()) {
    if (range.flags & BUS) {
      device.push({ ...range });
      previousIsMemory = false;
      continue;
    }
    const from = down(range.addr, granule);
    const length = up(range.addr + range.length, granule) - from;
    let iova = next;
    const inOneBoundary = boundary === 0n || iova / boundary === (iova + length - 1n) / boundary;
    if (!inOneBoundary) iova = up(iova, boundary);
    if (iova + length > SPACE) return { failsAt: index };
    placed.push({ iova, range, padded: { from, length } });
    const start = iova + (range.addr - from);
    const last = device.at(-1);
    const joins =
      last !== undefined &&
      previousIsMemory &&
      last.addr + last.length === start &&
      start % granule === 0n &&
      (boundary === 0n || start % boundary !== 0n) &&
      last.flags === range.flags &&
      (range.flags & NOMERGE) === 0 &&
      last.length + range.length <= max;
    if (joins) last.length += range.length;
    else {
      for (let at = start; at < start + range.length; ) {
        let stop = least(start + range.length, at + max);
        if (boundary !== 0n) stop = least(stop, (at / boundary + 1n) * boundary);
        device.push({ addr: at, length: stop - at, flags: range.flags });
        at = stop;
      }
    }
    next = iova + length;
    previousIsMemory = true;
  }
  return { device, placed, byteLength: next - base };
}

/** Looks at mappings and entries: in order, whole granules, as few as there can be, and of legal pages. */
export function expectMappings(
  mappings: readonly IovaMapping[],
  entries: readonly PageTableEntries[],
  granule: bigint,
  sizes: readonly bigint[],
) {
  for (const [i, { iova, addr, length }] of mappings.entries()) {
    same((iova | addr | length) % granule, 0n, `mapping ${i} of whole granules`);
    const before = mappings[i - 1];
    same(length > 0n && (before === undefined || before.iova + before.length <= iova), true, `mapping ${i} in order`);
  }
  let left = mappings.map((mapping) => ({ ...mapping }));
  for (const { iova, addr, pageBytes, count } of entries) {
    const mapping = left[0] as { iova: bigint; addr: bigint; length: bigint };
    same(iova, mapping.iova, "an entry's IOVA");
    same(addr, mapping.addr, "an entry's address");
    same(sizes.includes(pageBytes), true, "an entry's size is one of those given");
    same((iova | addr) % pageBytes, 0n, "an entry's alignment");
    // No larger page fits at the start of an entry.
    const larger = sizes.find((size) => size > pageBytes && (iova | addr) % size === 0n && size <= mapping.length);
    same(larger, undefined, "a larger page");
    const bytes = pageBytes * BigInt(count);
    same(count > 0 && bytes <= mapping.length, true, "an entry inside its mapping");
    if (bytes === mapping.length) left = left.slice(1);
    else left[0] = { iova: iova + bytes, addr: addr + bytes, length: mapping.length - bytes };
  }
  expect(left).toEqual([]);
}

export function expectMap(map: IovaMap, job: MapJob): void {
  const model = iovaModel(job);
  if (model.placed === undefined) throw new Error("the model expects NO_IOVA");
  expectBytes(map.segments.bytes, pack(model.device));
  expect(map.byteLength).toBe(model.byteLength);
  const { granule, boundary, max, ranges, pageBytes = [granule] } = job;
  const device = unpack(map.segments.bytes);
  // What the device is given, byte for byte in order.
  expect(totalBytes(device)).toBe(totalBytes(ranges));
  for (const { addr, length, flags } of device) {
    if (flags & BUS) continue;
    same(length <= max, true, `${length} bytes within the maximum`);
    if (boundary !== 0n) same(addr / boundary, (addr + length - 1n) / boundary, `between boundaries from ${addr} on`);
    same(addr >= job.base && addr + length <= job.base + map.byteLength, true, "inside the range");
  }
  // Every border, walked in both lists at once.
  let [i, j, usedIn, usedOut] = [0, 0, 0n, 0n];
  while (i < ranges.length) {
    const [input, output] = [ranges[i] as OracleRange, device[j] as OracleRange];
    const bytes = least(input.length - usedIn, output.length - usedOut);
    const [addr, iova] = [input.addr + usedIn, output.addr + usedOut];
    same(output.flags, input.flags, `flags of segment ${j}`);
    if (input.flags & BUS) same(iova, addr, `the bus address of segment ${j}`);
    else {
      for (const at of [0n, bytes / 2n, bytes - 1n]) same(map.lookup(iova + at), addr + at, `behind ${iova + at}`);
    }
    usedIn += bytes;
    usedOut += bytes;
    if (usedIn === input.length) [i, usedIn] = [i + 1, 0n];
    if (usedOut === output.length) [j, usedOut] = [j + 1, 0n];
  }
  expect(j).toBe(device.length);
  // Granules of the segments are mapped, and nothing else.
  for (const { iova, padded } of model.placed) {
    for (const at of [0n, padded.length - 1n]) expect(map.lookup(iova + at)).toBe(padded.from + at);
    for (const at of [iova - 1n, iova + padded.length]) {
      if (at < 0n || at >= SPACE) continue;
      const holder = model.placed.find((other) => other.iova <= at && at < other.iova + other.padded.length);
      expect(map.lookup(at)).toBe(holder && holder.padded.from + (at - holder.iova));
    }
  }
  const mapped = map.mappings.reduce((sum, { length }) => sum + length, 0n);
  expect(mapped).toBe(model.placed.reduce((sum, { padded }) => sum + padded.length, 0n));
  expectMappings(map.mappings, map.entries, granule, pageBytes);
  for (const [k, { iova, addr }] of map.mappings.entries()) {
    const before = map.mappings[k - 1];
    const continues = before && before.iova + before.length === iova && before.addr + before.length === addr;
    expect(continues ?? false).toBe(false);
  }
}
