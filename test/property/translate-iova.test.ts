/** Windows, maps of IOVAs and the spaces they come from, against models that cut at every border and look at every granule. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import type { U64 } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { type IovaMap, mapIova } from "../../src/devices/map-iova.js";
import { bestPages, type IovaMapping, type PageTableEntries } from "../../src/devices/page-table.js";
import type { IovaReservation } from "../../src/devices/reservation.js";
import { type TranslationWindow, translate, untranslate } from "../../src/devices/translate.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { coalesce, NO_LIMITS, type OracleRange, pack, totalBytes, unpack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check, share } from "../support/check.js";
import { Random } from "../support/random.js";
import { anyRanges, EDGES, FOUR_GIB, least } from "../support/ranges.js";

const SPACE = 1n << 64n;
const NOMERGE = 2;
const BUS = 4;
const TAG = 0xffff_ff00;

const tableOf = (ranges: readonly OracleRange[]) => SegmentTable.fromBytes(pack(ranges));
const either = (value: bigint, random: Random): U64 =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && random.once(2) ? Number(value) : value;
/** A cheap `expect(found).toBe(wanted)`, for what is asked a million times. */
const same = (found: unknown, wanted: unknown, what: string) => {
  if (found !== wanted) expect.fail(`${what}: got ${found}, expected ${wanted}`);
};
const up = (value: bigint, unit: bigint) => ((value + unit - 1n) / unit) * unit;
const down = (value: bigint, unit: bigint) => (value / unit) * unit;

interface ModelWindow {
  first: bigint;
  /** Exclusive. */
  end: bigint;
  offset: bigint;
  flags: number;
  merge: boolean;
}

describe("translate", () => {
  interface Job {
    windows: ModelWindow[];
    ranges: OracleRange[];
    seed: number;
  }

  const anyWindows = fc.record({
    parts: fc.array(
      fc.record({
        gap: fc.constantFrom(0n, 0n, 0n, 1n, 5n, 1n << 33n),
        length: fc.constantFrom(1n, 2n, 16n, 4096n, FOUR_GIB - 1n, FOUR_GIB, 1n << 40n),
        flags: fc.constantFrom(0, 0, BUS, BUS, 0x100, BUS | 0x4200),
        merge: fc.constantFrom(undefined, undefined, true, false),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    edge: fc.constantFrom(...EDGES),
    picks: fc.array(
      fc.record({
        kind: fc.constantFrom(0, 0, 0, BUS, 0x300, NOMERGE),
        length: fc.constantFrom(1n, 3n, 16n, 4096n, 4097n, FOUR_GIB),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    seed: fc.integer(),
  });

  /** Windows round an edge, at places of their own on the bus, and segments that start in one of them. */
  function draw({ parts, edge, picks, seed }: typeof anyWindows extends fc.Arbitrary<infer T> ? T : never): Job {
    const random = new Random(seed);
    const span = parts.reduce((sum, { gap, length }) => sum + gap + length, 0n);
    let next = edge - (span / 2n) * BigInt(random.integer(0, 2));
    if (next < 0n || random.once(8)) next = 0n;
    if (next + span > SPACE) next = SPACE - span;
    const windows = parts.map(({ gap, length, flags, merge }): ModelWindow => {
      const first = next + gap;
      next = first + length;
      return { first, end: next, offset: 0n, flags, merge: merge ?? (flags & BUS) === 0 };
    });
    // On the bus in another order, sometimes without a byte between them, sometimes up to 2^64.
    let bus = random.pick([0n, 1n << 32n, 1n << 63n, SPACE - span]);
    if (bus + span > SPACE) bus = SPACE - span;
    const order = windows.map((window) => ({ window, key: random.u32() })).sort((a, b) => a.key - b.key);
    for (const { window } of random.once(3) ? [] : order) {
      window.offset = bus - window.first;
      bus += window.end - window.first;
    }
    const ranges = picks.map(({ kind, length }): OracleRange => {
      const window = random.pick(windows);
      const at = random.pick([window.first, window.end - 1n, window.first + (window.end - window.first) / 2n]);
      // Up to the end of what windows without a gap have, or now and then past it.
      let end = window.end;
      for (const other of windows) if (other.first === end) end = other.end;
      const room = random.once(12) ? SPACE - at : end - at;
      return { addr: at, length: least(length, room), flags: kind };
    });
    return { windows, ranges, seed };
  }

  const toWindows = (windows: readonly ModelWindow[], random: Random): TranslationWindow[] =>
    windows.map(({ first, end, offset, flags, merge }) => ({
      addr: either(first, random),
      length: either(end - first, random),
      ...(offset === 0n
        ? {}
        : {
            offset:
              random.once(2) && offset === BigInt(Number(offset)) && Number.isSafeInteger(Number(offset))
                ? Number(offset)
                : offset,
          }),
      ...(flags === 0 && random.once(2) ? {} : { flags }),
      ...(merge === ((flags & BUS) === 0) ? {} : { merge }),
    }));

  /** Pieces between the borders of windows; the address and segment without a window where there is one. */
  function model(
    ranges: readonly OracleRange[],
    windows: readonly ModelWindow[],
  ): OracleRange[] | { index: number; addr: bigint } {
    const moved: OracleRange[] = [];
    for (const [index, range] of ranges.entries()) {
      const end = range.addr + range.length;
      for (let at = range.addr; at < end; ) {
        const window = windows.find(({ first, end }) => first <= at && at < end);
        if (window === undefined) return { index, addr: at };
        const stop = least(end, window.end);
        let flags = (range.flags & ~BUS) | (window.flags & BUS);
        if (!window.merge) flags |= NOMERGE;
        if ((window.flags & TAG) !== 0) flags = (flags & 0xff) | (window.flags & TAG);
        moved.push({ addr: at + window.offset, length: stop - at, flags: flags >>> 0 });
        at = stop;
      }
    }
    return moved;
  }

  it("moves every byte by its window's offset, and sets its flags", () => {
    let outside = 0;
    check(800, anyWindows, (drawn) => {
      const { windows, ranges, seed } = draw(drawn);
      const random = new Random(seed);
      const table = tableOf(ranges);
      const expected = model(ranges, windows);
      const given = toWindows(windows, random);
      const before = given.map((window) => ({ ...window }));
      if (Array.isArray(expected)) expectBytes(translate(table, given).bytes, pack(expected));
      else {
        outside++;
        const error = thrownBy(() => translate(table, given)) as SegringError;
        expect([error.code, error.index]).toEqual(["NO_WINDOW", expected.index]);
        expect(error.message.endsWith(`found none for 0x${expected.addr.toString(16)}`)).toBe(true);
      }
      expect(given).toEqual(before);
      expectBytes(table.bytes, pack(ranges), "the table itself");
    });
    expect(outside).toBeGreaterThan(5);
  });

  it("untranslate gives back what windows without tags made of segments without NOMERGE", () => {
    using mapper = createMapperSync();
    check(800, anyWindows, (drawn) => {
      const { windows, ranges: some, seed } = draw(drawn);
      for (const window of windows) window.flags &= BUS;
      // BUS is what the window says; of a segment it does not come back.
      const ranges = some.map((range) => ({ ...range, flags: range.flags & ~NOMERGE }));
      const expected = model(ranges, windows);
      if (!Array.isArray(expected)) return;
      const given = toWindows(windows, new Random(seed));
      const back = untranslate(translate(tableOf(ranges), given), given);
      const without = ranges.map((range) => ({ ...range, flags: range.flags & ~BUS }));
      expectBytes(mapper.coalesce(back).bytes, pack(coalesce(without)));
    });
  });

  it("untranslate takes the window of the segment's own kind where two have its address", () => {
    const windows = [
      { addr: 0x1000, length: 0x1000 },
      { addr: 0x8000, length: 0x1000, offset: -0x7000, flags: BUS },
    ];
    const table = SegmentTable.from([
      { addr: 0x1800, length: 16 },
      { addr: 0x1800, length: 16, flags: BUS | NOMERGE },
    ]);
    expect([...untranslate(table, windows)]).toEqual([
      { addr: 0x1800n, length: 16, flags: 0 },
      { addr: 0x8800n, length: 16, flags: 0 },
    ]);
    const none = thrownBy(() => untranslate(SegmentTable.from([{ addr: 0x8800, length: 1 }]), windows)) as SegringError;
    expect([none.code, none.index]).toEqual(["NO_WINDOW", 0]);
  });

  it("rows grow: one segment over many windows, each of them a piece, the longest of 4 GiB", () => {
    for (const count of [1, 15, 16, 17, 31, 32, 33, 64, 65, 200]) {
      const length = FOUR_GIB / 256n;
      // Every other one moves elsewhere: neighbours are never one run again.
      const windows = Array.from({ length: count }, (_, i) => ({
        addr: BigInt(i) * length,
        length,
        offset: BigInt(i % 2) << 40n,
        flags: i % 2 === 0 ? 0 : BUS,
      }));
      const range = { addr: 7n, length: BigInt(count) * length - 7n, flags: 0x4200 };
      const expected = windows.map(({ addr, offset, flags }, i): OracleRange => {
        const head = i === 0 ? 7n : 0n;
        return { addr: addr + offset + head, length: length - head, flags: 0x4200 | (flags === 0 ? 0 : BUS | NOMERGE) };
      });
      const table = tableOf([range, { addr: 0n, length: 7n, flags: 0 }]);
      const moved = translate(table, windows);
      expectBytes(moved.bytes, pack([...expected, { addr: 0n, length: 7n, flags: 0 }]));
      const back = untranslate(moved, windows);
      expect([back.length, back.totalBytes]).toEqual([count + 1, table.totalBytes]);
    }
    const whole = [{ addr: 0n, length: 1n << 33n, offset: 1n << 34n, flags: 0xffff_ff00 }];
    const full = [0n, 1n].map((i) => ({ addr: i * FOUR_GIB, length: FOUR_GIB, flags: 0 }));
    expectBytes(
      translate(tableOf(full), whole).bytes,
      pack(full.map(({ addr, length }) => ({ addr: addr + (1n << 34n), length, flags: 0xffff_ff00 }))),
    );
  });

  it("of many segments and many windows, and of none", () => {
    const windows = Array.from({ length: 500 }, (_, i) => ({
      addr: i * 8192,
      length: 4096 + (i % 2) * 4096,
      offset: i,
    }));
    const random = new Random(3);
    const ranges = Array.from({ length: 3000 }, (): OracleRange => {
      const window = random.integer(0, 499);
      return { addr: BigInt(window * 8192 + random.integer(0, 4000)), length: BigInt(random.integer(1, 96)), flags: 0 };
    });
    const expected = ranges.map((range) => ({ ...range, addr: range.addr + range.addr / 8192n }));
    expectBytes(translate(tableOf(ranges), windows).bytes, pack(expected));
    expectBytes(untranslate(tableOf(expected), windows).bytes, pack(ranges));
    expect(translate(tableOf([]), []).length).toBe(0);
    expect(untranslate(tableOf([]), windows).length).toBe(0);
  });
});

interface MapJob {
  ranges: OracleRange[];
  base: bigint;
  granule: bigint;
  boundary: bigint;
  max: bigint;
  pageBytes: bigint[] | undefined;
  seed: number;
}

const anyMapJob: fc.Arbitrary<MapJob> = fc
  .record({
    granuleShift: fc.constantFrom(0, 1, 9, 12, 12, 12, 16),
    boundaryShift: fc.constantFrom(-1, -1, 0, 1, 3, 10, 20, 40),
    max: fc.oneof(
      fc.constantFrom(FOUR_GIB, FOUR_GIB, FOUR_GIB, 0xffff_f000n, 65536n, 4096n),
      fc.integer({ min: 1, max: 100_000 }).map(BigInt),
    ),
    base: fc.oneof(fc.constantFrom(0n, 1n << 32n, 1n << 63n, SPACE - (1n << 34n)), fc.bigInt(0n, SPACE - 1n)),
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

function optionsOf({ base, granule, boundary, max, pageBytes, seed }: MapJob) {
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
function iovaModel({ ranges, base, granule, boundary, max }: MapJob) {
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
function expectMappings(
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
    const bytes = pageBytes * count;
    same(count > 0n && bytes <= mapping.length, true, "an entry inside its mapping");
    if (bytes === mapping.length) left = left.slice(1);
    else left[0] = { iova: iova + bytes, addr: addr + bytes, length: mapping.length - bytes };
  }
  expect(left).toEqual([]);
}

function expectMap(map: IovaMap, job: MapJob): void {
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

describe("mapIova", () => {
  it("lays segments one after the other, joined and cut as it says, and maps what they use", () => {
    let refused = 0;
    check(600, anyMapJob, (job) => {
      const table = tableOf(job.ranges);
      const model = iovaModel(job);
      if (model.placed === undefined) {
        refused++;
        const error = thrownBy(() => mapIova(table, optionsOf(job))) as SegringError;
        expect(error).toBeInstanceOf(SegringError);
        expect([error.code, error.index]).toEqual(["NO_IOVA", model.failsAt]);
        return;
      }
      expectMap(mapIova(table, optionsOf(job)), job);
      expectBytes(table.bytes, pack(job.ranges), "the table itself");
    });
    expect(refused).toBeGreaterThan(0);
  });

  it("of ranges of every kind, as they come", () => {
    const anyInput = fc.record({
      ranges: anyRanges(NO_LIMITS, { count: fc.integer({ min: 1, max: 12 }), segments: 2 ** 30 }),
      granuleShift: fc.integer({ min: 0, max: 20 }),
      seed: fc.integer(),
    });
    check(300, anyInput, ({ ranges, granuleShift, seed }) => {
      const granule = 1n << BigInt(granuleShift);
      const base = granule * 3n;
      const job = { ranges, base, granule, boundary: 0n, max: FOUR_GIB, pageBytes: undefined, seed };
      expectMap(mapIova(tableOf(ranges), optionsOf(job)), job);
    });
  });

  it("scattered pages are one segment of 1 TiB's first 4 GiB pieces, and end at 2^64", () => {
    const count = 3000;
    const ranges = Array.from({ length: count }, (_, i): OracleRange => {
      return { addr: BigInt((i * 7919) % count) * 8192n, length: 4096n, flags: 0 };
    });
    const base = SPACE - BigInt(count) * 4096n;
    const map = mapIova(tableOf(ranges), { base });
    expect([...map.segments]).toEqual([{ addr: base, length: count * 4096, flags: 0 }]);
    for (let i = 0; i < count; i += 37) {
      const range = ranges[i] as OracleRange;
      expect(map.lookup(base + BigInt(i) * 4096n + 5n)).toBe(range.addr + 5n);
    }
    expect(map.lookup(base - 1n)).toBeUndefined();
    expect(map.lookup(SPACE - 1n)).toBe((ranges.at(-1) as OracleRange).addr + 4095n);
    expect(thrownBy(() => mapIova(tableOf(ranges), { base: base + 4096n }))).toMatchObject({
      code: "NO_IOVA",
      index: count - 1,
    });
  });

  it("joined to exactly 4 GiB are a segment of 4 GiB, and one byte more is the next", () => {
    const halves = [0n, 1n, 2n, 3n, 4n].map((i) => ({ addr: i << 40n, length: 1n << 31n, flags: 0x300 }));
    for (const [count, lengths] of [
      [1, [2 ** 31]],
      [2, [2 ** 32]],
      [3, [2 ** 32, 2 ** 31]],
      [4, [2 ** 32, 2 ** 32]],
      [5, [2 ** 32, 2 ** 32, 2 ** 31]],
    ] as const) {
      const ranges = halves.slice(0, count);
      const map = mapIova(tableOf(ranges), { base: 1n << 33n });
      let addr = 1n << 33n;
      const expected = lengths.map((length) => {
        addr += BigInt(length);
        return { addr: addr - BigInt(length), length, flags: 0x300 };
      });
      expect([...map.segments]).toEqual(expected);
      // Valid records: 4 GiB has the flag FULL and a length word of 0.
      expectBytes(
        map.segments.bytes,
        pack(expected.map((segment) => ({ ...segment, length: BigInt(segment.length) }))),
      );
      expectBytes(SegmentTable.fromBytes(map.segments.bytes).bytes, map.segments.bytes);
    }
    const odd = [...halves.slice(0, 1), { addr: 1n << 50n, length: (1n << 31n) + 1n, flags: 0x300 }];
    expect([...mapIova(tableOf(odd), { base: 0 }).segments].map(({ length }) => length)).toEqual([
      2 ** 31,
      2 ** 31 + 1,
    ]);
    // One that is 4 GiB itself takes none, and one of NOMERGE too.
    const full = [
      { addr: 0n, length: FOUR_GIB, flags: 0 },
      ...halves.slice(1, 3).map((half) => ({ ...half, flags: 0 })),
    ];
    expect([...mapIova(tableOf(full), { base: 0 }).segments].map(({ length }) => length)).toEqual([2 ** 32, 2 ** 32]);
    const kept = halves.map((half) => ({ ...half, flags: NOMERGE }));
    expect(mapIova(tableOf(kept), { base: 0 }).segments.length).toBe(5);
  });

  it("rows grow: of any number of segments around powers of two, the last of which joins to 4 GiB", () => {
    for (const count of [1, 2, 14, 15, 16, 17, 18, 30, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000]) {
      const ranges = Array.from({ length: count }, (_, i): OracleRange => {
        return { addr: BigInt(i) << 34n, length: 4096n, flags: i % 3 === 0 ? BUS : NOMERGE };
      });
      for (const flags of [0, 0x100]) {
        const halves = [1n, 2n].map((i) => ({ addr: (1n << 60n) + (i << 40n), length: 1n << 31n, flags }));
        const job = { granule: 4096n, boundary: 0n, max: FOUR_GIB, pageBytes: undefined, seed: count };
        const all = { ...job, ranges: [...ranges, ...halves], base: 1n << 40n };
        const map = mapIova(tableOf(all.ranges), optionsOf(all));
        expectMap(map, all);
        expect(map.segments.length).toBe(count + 1);
        expect(map.segments.at(-1)).toMatchObject({ length: 2 ** 32, flags });
        // And one segment that is cut into as many.
        const cut = { ...job, ranges: [{ addr: 0n, length: BigInt(count) * 4096n, flags: 0 }], base: 0n, max: 4096n };
        const pieces = mapIova(tableOf(cut.ranges), optionsOf(cut));
        expectMap(pieces, cut);
        expect(pieces.segments.length).toBe(count);
      }
    }
  });

  it("of an empty table is nothing", () => {
    const map = mapIova(tableOf([]), { base: 0 });
    expect([map.segments.length, map.byteLength, map.mappings, map.entries, map.lookup(0)]).toEqual([
      0,
      0n,
      [],
      [],
      undefined,
    ]);
  });
});

describe("bestPages", () => {
  it("is the largest size that fits, until a larger one does", () => {
    const job = fc.record({
      shifts: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 5 }),
      iova: fc.integer({ min: 0, max: 1500 }),
      addr: fc.oneof(fc.integer({ min: 0, max: 1500 }), fc.constant(-1)),
      length: fc.integer({ min: 1, max: 1500 }),
      edge: fc.constantFrom(0n, 1n << 32n, 1n << 63n),
      seed: fc.integer(),
    });
    check(1500, job, ({ shifts, iova: i, addr: a, length: l, edge, seed }) => {
      const random = new Random(seed);
      const sizes = shifts.map((shift) => 1n << BigInt(shift)).sort((x, y) => Number(x - y));
      const [iova, length] = [edge + BigInt(i), BigInt(l)];
      const addr = a < 0 ? BigInt(i) : BigInt(a);
      const largestAt = (done: bigint) =>
        sizes.findLast((size) => (iova + done) % size === 0n && (addr + done) % size === 0n && size <= length - done);
      const size = largestAt(0n);
      const found = bestPages(
        either(iova, random),
        either(addr, random),
        either(length, random),
        shifts.map((shift) => either(1n << BigInt(shift), random)),
      );
      if (size === undefined) {
        expect(found).toBeUndefined();
        return;
      }
      let count = 0n;
      while (largestAt(count * size) === size) count++;
      expect(found).toEqual({ pageBytes: size, count });
    });
  });
});

describe("IovaSpace", () => {
  const GRANULES = 40;

  /** What a space aligns a map to: its size up to a power of two, or the boundary where that is smaller. */
  function alignmentOf(job: MapJob): bigint {
    const { byteLength } = iovaModel({ ...job, base: 0n });
    if (byteLength === undefined) throw new Error("the model expects NO_IOVA");
    let size = job.granule;
    while (size < byteLength) size *= 2n;
    return job.boundary === 0n ? job.granule : least(size, job.boundary);
  }
  const seedIsOdd = ({ seed }: MapJob) => (seed & 1) === 1;

  it("hands out the first stretch that fits, and takes it back", () => {
    const job = fc.record({
      granuleShift: fc.constantFrom(0, 12, 12, 30),
      base: fc.oneof(fc.constantFrom(0n, 1n << 32n, 1n << 63n), fc.constant(SPACE), fc.bigInt(0n, SPACE - 1n)),
      seed: fc.integer(),
    });
    let full = 0;
    check(150, job, ({ granuleShift, base: wanted, seed }) => {
      const random = new Random(seed);
      const granule = 1n << BigInt(granuleShift);
      const byteLength = BigInt(GRANULES) * granule;
      const base = down(least(wanted, SPACE - byteLength), granule);
      const space = new IovaSpace({
        base: either(base, random),
        byteLength: either(byteLength, random),
        ...(granule === 4096n && random.once(2) ? {} : { granuleBytes: either(granule, random) }),
      });
      expect([space.base, space.byteLength, space.granuleBytes]).toEqual([base, byteLength, granule]);
      /** Who has a granule: an allocation, or nobody. */
      const owner: (bigint | undefined)[] = Array.from({ length: GRANULES });
      const lengths = new Map<bigint, number>();
      const freed: bigint[] = [];
      for (let step = 0; step < 60; step++) {
        const starts = [...lengths.keys()];
        if (random.once(2) || starts.length === 0) {
          const needed = random.pick([1, 1, 2, 3, 5, 8, random.integer(1, GRANULES + 2)]);
          const bytes = BigInt(needed) * granule - (random.once(3) ? random.u64() % granule : 0n);
          const align = random.once(2) ? 1n : 1n << BigInt(random.integer(0, granuleShift + 4));
          const alignment = align > granule ? align : granule;
          let at = -1;
          for (let i = 0; i + needed <= GRANULES && at < 0; i++) {
            const free = owner.slice(i, i + needed).every((who) => who === undefined);
            if (free && (base + BigInt(i) * granule) % alignment === 0n) at = i;
          }
          const call = () =>
            align === 1n && random.once(2)
              ? space.allocate(either(bytes, random))
              : space.allocate(either(bytes, random), either(align, random));
          if (at < 0) {
            full++;
            expect(thrownBy(call)).toMatchObject({ code: "NO_IOVA" });
          } else {
            const iova = base + BigInt(at) * granule;
            expect(call()).toBe(iova);
            for (let i = at; i < at + needed; i++) owner[i] = iova;
            lengths.set(iova, needed);
          }
        } else {
          const iova = random.pick(starts);
          space.free(either(iova, random));
          for (let i = 0; i < GRANULES; i++) if (owner[i] === iova) owner[i] = undefined;
          lengths.delete(iova);
          freed.push(iova);
        }
        const bad = random.pick([...freed, base + (random.u64() % byteLength)]);
        if (!lengths.has(bad)) expect(() => space.free(bad)).toThrow(RangeError);
        // Free stretches, as runs of granules.
        const runs =
          owner
            .map((who) => (who === undefined ? "." : "x"))
            .join("")
            .match(/\.+/g) ?? [];
        const sizes = runs.map(({ length }) => BigInt(length) * granule);
        const freeBytes = sizes.reduce((sum, size) => sum + size, 0n);
        const largestFree = sizes.reduce((most, size) => (size > most ? size : most), 0n);
        const { ratio, ...rest } = space.fragmentation;
        expect(rest).toEqual({ freeBytes, largestFree, pieces: runs.length });
        expect(ratio).toBeCloseTo(freeBytes === 0n ? 0 : 1 - Number(largestFree) / Number(freeBytes), 5);
      }
      for (const iova of lengths.keys()) space.free(iova);
      expect(space.fragmentation).toEqual({ freeBytes: byteLength, largestFree: byteLength, pieces: 1, ratio: 0 });
      expect(space.allocate(byteLength)).toBe(base);
      expect(space.fragmentation).toEqual({ freeBytes: 0n, largestFree: 0n, pieces: 0, ratio: 0 });
    });
    expect(full).toBeGreaterThan(share(20));
  });

  it("may be all 2^64 bytes but a granule, and end at 2^64", () => {
    const space = new IovaSpace({ base: 4096, byteLength: SPACE - 4096n });
    expect(space.allocate(1n << 63n, 1n << 63n)).toBe(1n << 63n);
    expect(thrownBy(() => space.allocate(1n << 63n))).toMatchObject({ code: "NO_IOVA" });
    expect(space.allocate((1n << 63n) - 4096n)).toBe(4096n);
    expect(space.fragmentation.pieces).toBe(0);
    space.free(1n << 63n);
    expect(space.fragmentation).toEqual({ freeBytes: 1n << 63n, largestFree: 1n << 63n, pieces: 1, ratio: 0 });
  });

  it("maps a table from the first stretch that holds it, and gives it back", () => {
    check(200, anyMapJob, (job) => {
      const { granule, ranges } = job;
      const base = granule * 5n;
      const space = new IovaSpace({ base, byteLength: down(SPACE - base, granule), granuleBytes: granule });
      const taken = space.allocate(granule * 3n);
      const { base: _, granuleBytes: __, ...options } = optionsOf(job) as { base: U64; granuleBytes?: U64 };
      const before = space.fragmentation;
      const map = space.map(tableOf(ranges), options);
      const memory = ranges.some(({ flags }) => (flags & BUS) === 0);
      expect(map.base !== undefined).toBe(memory);
      if (map.base === undefined) {
        expect([map.byteLength, map.mappings]).toEqual([0n, []]);
        expectBytes(map.segments.bytes, pack(ranges));
      } else {
        expect(map.base).toBe(up(taken + granule * 3n, alignmentOf(job)));
        expectMap(map, { ...job, base: map.base });
        expect(before.freeBytes - space.fragmentation.freeBytes).toBe(map.byteLength);
      }
      if (map.base !== undefined && seedIsOdd(job)) space.free(map.base);
      else space.unmap(map);
      expect(space.fragmentation).toEqual(before);
    });
  });

  it("maps many tables apart, each as mapIova lays it at its base, whatever was taken before", () => {
    const anySpaceJob = fc.record({
      jobs: fc.array(anyMapJob, { minLength: 1, maxLength: 6 }),
      base: fc.oneof(fc.constantFrom(0n, 1n << 31n, 1n << 32n, 1n << 63n), fc.bigInt(0n, SPACE - 1n)),
      seed: fc.integer(),
    });
    let [mapped, inside] = [0, 0];
    check(150, anySpaceJob, ({ jobs, base: wanted, seed }) => {
      const random = new Random(seed);
      const granule = (jobs[0] as MapJob).granule;
      // With up to 6 maps of 12 segments; not to be full for want of it.
      const byteLength = granule << 48n < SPACE ? granule << 44n : 1n << 60n;
      const base = down(least(wanted, SPACE - byteLength), granule);
      const space = new IovaSpace({ base, byteLength, granuleBytes: granule });
      const taken: { start: bigint; end: bigint }[] = [];
      const take = (start: bigint, bytes: bigint) => {
        const end = start + bytes;
        for (const other of taken) same(end <= other.start || other.end <= start, true, `${start} to ${end} apart`);
        same(start >= base && end <= base + byteLength, true, "inside the space");
        taken.push({ start, end });
      };
      for (const drawn of jobs) {
        const holes = Array.from({ length: random.integer(0, 3) }, () => BigInt(random.integer(1, 9)) * granule);
        const starts = holes.map((bytes) => space.allocate(bytes));
        for (const [i, start] of starts.entries()) {
          if (random.once(2)) space.free(start);
          else take(start, holes[i] as bigint);
        }
        const boundary = drawn.boundary !== 0n && drawn.boundary < granule ? granule : drawn.boundary;
        const job = { ...drawn, granule, boundary, pageBytes: undefined, base: 0n };
        if (iovaModel(job).placed === undefined) continue;
        const { base: _, granuleBytes: __, ...options } = optionsOf(job) as { base: U64; granuleBytes?: U64 };
        const table = tableOf(job.ranges);
        const map = space.map(table, options);
        if (map.base === undefined) continue;
        mapped++;
        take(map.base, map.byteLength);
        expectMap(map, { ...job, base: map.base });
        // As at its base, and as long as at a boundary: nothing is cut that need not be.
        const there = mapIova(table, { ...optionsOf(job), base: map.base, granuleBytes: granule });
        expectBytes(map.segments.bytes, there.segments.bytes);
        expect([map.mappings, map.byteLength]).toEqual([there.mappings, there.byteLength]);
        same(
          map.byteLength,
          mapIova(table, { ...optionsOf(job), base: 0, granuleBytes: granule }).byteLength,
          "as at 0",
        );
        same(map.base % alignmentOf(job), 0n, "the alignment of its size");
        if (boundary !== 0n && map.byteLength <= boundary && map.base % boundary !== 0n) {
          inside++;
          same(map.base / boundary, (map.base + map.byteLength - 1n) / boundary, "across no boundary");
        }
      }
    });
    expect(mapped).toBeGreaterThan(share(100));
    expect(inside).toBeGreaterThan(share(10));
  });

  const twoPages = SegmentTable.from([
    { addr: 0x7000, length: 4096 },
    { addr: 0x3000, length: 4096 },
  ]);

  it("maps two pages under a boundary of 4 GiB into a GiB that has none", () => {
    const space = new IovaSpace({ base: 0x8000_0000, byteLength: 2 ** 30 });
    for (const boundaryBytes of [2 ** 32, 1n << 63n]) {
      const map = space.map(twoPages, { boundaryBytes });
      expect([map.base, map.byteLength, map.segments.length]).toEqual([0x8000_0000n, 8192n, 1]);
      space.unmap(map);
    }
    // A page is taken: the next multiple of 8 KiB.
    space.allocate(4096);
    const map = space.map(twoPages, { boundaryBytes: 2 ** 32 });
    expect(map.base).toBe(0x8000_2000n);
    space.unmap(map);
    expect(space.fragmentation.freeBytes).toBe(2n ** 30n - 4096n);
  });

  it("maps two pages thousands of times into 64 GiB, with a boundary of 4 GiB", () => {
    const space = new IovaSpace({ base: 1n << 36n, byteLength: 1n << 36n });
    const maps = Array.from({ length: 3000 }, () => space.map(twoPages, { boundaryBytes: 2 ** 32 }));
    expect(maps.map(({ base }) => base)).toEqual(maps.map((_, i) => (1n << 36n) + BigInt(i) * 8192n));
    expect(space.fragmentation.pieces).toBe(1);
    for (const map of maps) space.unmap(map);
    expect(space.fragmentation).toEqual({ freeBytes: 1n << 36n, largestFree: 1n << 36n, pieces: 1, ratio: 0 });
  });

  it("aligns what is longer than a boundary to the boundary alone", () => {
    const space = new IovaSpace({ base: 65536, byteLength: 2 ** 30 });
    const five = SegmentTable.from([{ addr: 0x7000, length: 5 * 65536 }]);
    const map = space.map(five, { boundaryBytes: 65536 });
    expect(map.base).toBe(65536n);
    expect(map.segments.length).toBe(5);
    const next = space.map(five, { boundaryBytes: 2 ** 20 });
    expect([next.base, next.segments.length]).toEqual([2n ** 19n, 1]);
    // Without a boundary it needs no more than a granule: the first place behind the first map.
    expect(space.map(SegmentTable.from([{ addr: 0, length: 65536 }])).base).toBe(6n * 65536n);
  });

  it("hands out nothing twice, whatever is freed, released, unmapped or asked for again", () => {
    const SIZE = 24;
    let [stale, refusedReservations, reused] = [0, 0, 0];
    check(
      250,
      fc.record({ base: fc.constantFrom(4096n, 1n << 32n, SPACE - 24n * 4096n), seed: fc.integer() }),
      ({ base, seed }) => {
        const random = new Random(seed);
        const space = new IovaSpace({ base, byteLength: BigInt(SIZE) * 4096n });
        /** Who has a granule: the number of a handle, or nobody. */
        const owner: (number | undefined)[] = Array.from({ length: SIZE });
        interface Handle {
          iova: bigint;
          reservation: IovaReservation | undefined;
          live: boolean;
        }
        const handles: Handle[] = [];
        const holderAt = (iova: bigint) => handles.find((handle) => handle.live && handle.iova === iova);
        const drop = (handle: Handle) => {
          handle.live = false;
          const id = handles.indexOf(handle);
          for (let i = 0; i < SIZE; i++) if (owner[i] === id) owner[i] = undefined;
        };
        for (let step = 0; step < 80; step++) {
          const kind = random.pick([
            "allocate",
            "reserve",
            "reserve",
            "map",
            "free",
            "free",
            "release",
            "release",
            "giveBack",
          ]);
          if (kind === "allocate" || kind === "reserve" || kind === "map") {
            const needed = random.integer(1, 6);
            const bytes = BigInt(needed) * 4096n;
            let at = 0;
            while (at + needed <= SIZE && owner.slice(at, at + needed).some((who) => who !== undefined)) at++;
            const call = () => {
              if (kind === "allocate") return { iova: space.allocate(bytes), reservation: undefined };
              if (kind === "map")
                return {
                  iova: space.map(tableOf([{ addr: 0n, length: bytes, flags: 0 }])).base as bigint,
                  reservation: undefined,
                };
              const reservation = space.reserve(bytes);
              same(reservation.byteLength, bytes, "the reservation's bytes");
              return { iova: reservation.iova, reservation };
            };
            if (at + needed > SIZE) expect(thrownBy(call)).toMatchObject({ code: "NO_IOVA" });
            else {
              const found = call();
              same(found.iova, base + BigInt(at) * 4096n, "the first stretch that is free");
              if (handles.some(({ iova, live, reservation }) => !live && reservation && iova === found.iova)) reused++;
              for (let i = at; i < at + needed; i++) {
                same(owner[i], undefined, `granule ${i} is handed out once`);
                owner[i] = handles.length;
              }
              handles.push({ ...found, live: true });
            }
          } else if (kind === "free") {
            // Of any handle there ever was, a reservation's too.
            const iova =
              handles.length > 0 && !random.once(5)
                ? random.pick(handles).iova
                : base + BigInt(random.integer(0, SIZE - 1)) * 4096n;
            const holder = holderAt(iova);
            if (holder === undefined) {
              expect(thrownBy(() => space.free(either(iova, random)))).toEqual(
                new RangeError(
                  `"iova" expected the start of an allocation, got 0x${iova.toString(16)}: freed already, or never allocated`,
                ),
              );
            } else if (holder.reservation) {
              refusedReservations++;
              expect(thrownBy(() => space.free(either(iova, random)))).toEqual(
                new RangeError(
                  `"iova" expected an allocation, got 0x${iova.toString(16)}: a reservation, which release() gives back`,
                ),
              );
            } else {
              space.free(either(iova, random));
              drop(holder);
            }
          } else {
            const handle = random.pick([undefined, ...handles]);
            if (handle?.reservation === undefined) continue;
            const { reservation } = handle;
            if (handle.live && kind === "release") {
              reservation.release();
              drop(handle);
            } else if (!handle.live) {
              stale++;
              expect(thrownBy(() => reservation.release())).toBeInstanceOf(RangeError);
            }
          }
          const free = owner.filter((who) => who === undefined).length;
          same(space.fragmentation.freeBytes, BigInt(free) * 4096n, "what is free");
        }
        for (const handle of handles) {
          if (!handle.live) continue;
          if (handle.reservation) handle.reservation.release();
          else space.free(handle.iova);
        }
        expect(space.fragmentation.pieces).toBe(1);
        expect(space.allocate(space.byteLength)).toBe(base);
      },
    );
    for (const count of [stale, refusedReservations, reused]) expect(count).toBeGreaterThan(share(100));
  });

  it("takes nothing for a table that does not fit", () => {
    const space = new IovaSpace({ base: 0, byteLength: 65536 });
    const table = tableOf([{ addr: 0n, length: 65537n, flags: 0 }]);
    expect(thrownBy(() => space.map(table))).toMatchObject({ code: "NO_IOVA" });
    expect(space.fragmentation.freeBytes).toBe(65536n);
  });
});

describe("IovaReservation", () => {
  const GRANULE = 4096n;
  const GRANULES = 24;

  /** What link does: the granules of the table, and what the device is given; or the reason why not. */
  function linkModel(ranges: readonly OracleRange[], start: bigint, iova: bigint) {
    const granules: bigint[] = [];
    const device: OracleRange[] = [];
    for (const [index, { addr, length, flags }] of ranges.entries()) {
      const odd = addr % GRANULE !== 0n && (index !== 0 || start !== 0n);
      const short = (addr + length) % GRANULE !== 0n && index !== ranges.length - 1;
      if (flags & BUS || odd || short) return { failsAt: index };
      const first = down(addr, GRANULE);
      device.push({ addr: iova + start + BigInt(granules.length) * GRANULE + (addr - first), length, flags });
      for (let at = first; at < addr + length; at += GRANULE) granules.push(at);
    }
    return { granules, device: coalesce(device) };
  }

  it("links, unlinks and looks up as a map of granules does", () => {
    const results = { linked: 0, refused: 0, inexpressible: 0, unlinked: 0 };
    check(
      200,
      fc.record({ seed: fc.integer(), base: fc.constantFrom(GRANULE, 1n << 32n, SPACE - 64n * GRANULE) }),
      ({ seed, base }) => {
        const random = new Random(seed);
        const space = new IovaSpace({ base, byteLength: 64n * GRANULE });
        if (random.once(2)) space.allocate(GRANULE * 7n);
        const before = space.fragmentation;
        const reserved: IovaReservation = space.reserve(BigInt(GRANULES) * GRANULE - (random.once(2) ? 100n : 0n));
        const { iova } = reserved;
        expect(reserved.byteLength).toBe(BigInt(GRANULES) * GRANULE);
        /** The address behind each granule. */
        const model = new Map<number, bigint>();
        for (let step = 0; step < 25; step++) {
          const at = random.integer(0, GRANULES - 1);
          const start = BigInt(at) * GRANULE;
          const snapshot = [...reserved.mappings];
          if (random.once(3)) {
            const count = random.integer(1, 6);
            const call = () => reserved.unlink(either(start, random), either(BigInt(count) * GRANULE, random));
            const granules = Array.from({ length: count }, (_, i) => at + i);
            if (granules.every((granule) => model.has(granule))) {
              results.unlinked++;
              call();
              for (const granule of granules) model.delete(granule);
            } else {
              expect(thrownBy(call)).toBeInstanceOf(RangeError);
              expect(reserved.mappings).toEqual(snapshot);
            }
          } else {
            const ranges: OracleRange[] = [];
            let next = BigInt(random.integer(0, 50)) * GRANULE + (random.once(4) ? 100n : 0n);
            const count = random.integer(1, 4);
            for (let i = 0; i < count; i++) {
              if (random.once(3)) next = (random.u64() >> 4n) & ~0xfffn;
              const end = up(next + 1n, GRANULE) + BigInt(random.integer(0, 2)) * GRANULE;
              const odd = random.once(i === count - 1 ? 3 : 12) ? 7n : 0n;
              ranges.push({
                addr: next,
                length: end - next - odd,
                flags: random.once(15) ? BUS : random.pick([0, 0, 0, 0x100, NOMERGE]),
              });
              next = end;
            }
            const call = () => reserved.link(either(start, random), tableOf(ranges));
            const linked = linkModel(ranges, start, iova);
            if (linked.granules === undefined) {
              results.inexpressible++;
              expect(thrownBy(call)).toMatchObject({ code: "NOT_EXPRESSIBLE", index: linked.failsAt });
              expect(reserved.mappings).toEqual(snapshot);
            } else {
              const { granules, device } = linked;
              const fits = granules.every((_, i) => at + i < GRANULES && !model.has(at + i));
              if (fits) {
                results.linked++;
                expectBytes(call().bytes, pack(device));
                for (const [i, addr] of granules.entries()) model.set(at + i, addr);
              } else {
                results.refused++;
                expect(thrownBy(call)).toBeInstanceOf(RangeError);
                expect(reserved.mappings).toEqual(snapshot);
              }
            }
          }
          for (let granule = -1; granule <= GRANULES; granule++) {
            const addr = model.get(granule);
            for (const byte of [0n, 4095n]) {
              const asked = iova + BigInt(granule) * GRANULE + byte;
              if (asked < 0n || asked >= SPACE) continue;
              same(
                reserved.lookup(either(asked, random)),
                addr === undefined ? undefined : addr + byte,
                `behind ${asked}`,
              );
            }
          }
          // Each run in both spaces is one mapping, however it came about.
          const runs: { iova: bigint; addr: bigint; length: bigint }[] = [];
          for (const [granule, addr] of [...model].sort(([a], [b]) => a - b)) {
            const at = iova + BigInt(granule) * GRANULE;
            const last = runs.at(-1);
            if (last && last.iova + last.length === at && last.addr + last.length === addr) last.length += GRANULE;
            else runs.push({ iova: at, addr, length: GRANULE });
          }
          expect(reserved.mappings).toEqual(runs);
          const sizes = [GRANULE, GRANULE * 4n];
          expectMappings(reserved.mappings, reserved.entries(), GRANULE, [GRANULE]);
          expectMappings(reserved.mappings, reserved.entries(sizes), GRANULE, sizes);
          expect(reserved.mappings.reduce((sum, { length }) => sum + length, 0n)).toBe(BigInt(model.size) * GRANULE);
        }
        reserved.release();
        expect(space.fragmentation).toEqual(before);
        expect([reserved.mappings, reserved.lookup(iova)]).toEqual([[], undefined]);
        const released = `the reservation at 0x${iova.toString(16)} expected to be in use, it was released`;
        for (const call of [
          () => reserved.link(0, tableOf([])),
          () => reserved.unlink(0, 4096),
          () => reserved.release(),
        ]) {
          expect(thrownBy(call)).toEqual(new RangeError(released));
        }
      },
    );
    for (const count of Object.values(results)) expect(count).toBeGreaterThan(share(30));
  });

  const page = (addr: bigint, pages = 1) => tableOf([{ addr, length: BigInt(pages) * GRANULE, flags: 0 }]);
  const shuffled = (count: number, seed: number) => {
    const random = new Random(seed);
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = random.integer(0, i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return order;
  };

  it("joins what goes on in both spaces, so that 512 pages linked one by one are one of 2 MiB", () => {
    const MIB2 = 2n ** 21n;
    const forwards = Array.from({ length: 512 }, (_, i) => i);
    for (const order of [forwards, forwards.toReversed(), shuffled(512, 3), shuffled(512, 4)]) {
      const space = new IovaSpace({ base: 1n << 30n, byteLength: 1n << 30n });
      space.allocate(GRANULE);
      const reserved = space.reserve(MIB2, MIB2);
      expect(reserved.iova).toBe((1n << 30n) + MIB2);
      for (const i of order) {
        const device = reserved.link(BigInt(i) * GRANULE, page((1n << 40n) + BigInt(i) * GRANULE));
        expect([...device]).toEqual([{ addr: reserved.iova + BigInt(i) * GRANULE, length: 4096, flags: 0 }]);
      }
      const { iova } = reserved;
      expect(reserved.mappings).toEqual([{ iova, addr: 1n << 40n, length: MIB2 }]);
      expect(reserved.entries([4096, MIB2])).toEqual([{ iova, addr: 1n << 40n, pageBytes: MIB2, count: 1n }]);
      // Taken out of the middle it is two, and put back one again.
      reserved.unlink(100n * GRANULE, 3n * GRANULE);
      const [before, after] = [100n * GRANULE, 103n * GRANULE];
      expect(reserved.mappings).toEqual([
        { iova, addr: 1n << 40n, length: before },
        { iova: iova + after, addr: (1n << 40n) + after, length: MIB2 - after },
      ]);
      expect(reserved.entries([4096, MIB2]).every(({ pageBytes }) => pageBytes === 4096n)).toBe(true);
      expect([reserved.lookup(iova + before), reserved.lookup(iova + after - 1n)]).toEqual([undefined, undefined]);
      expect(reserved.lookup(iova + after)).toBe((1n << 40n) + after);
      reserved.link(before, page((1n << 40n) + before, 3));
      expect(reserved.entries([4096, MIB2]).length).toBe(1);
      // From either end.
      reserved.unlink(0, GRANULE);
      reserved.unlink(511n * GRANULE, GRANULE);
      expect(reserved.mappings).toEqual([
        { iova: iova + GRANULE, addr: (1n << 40n) + GRANULE, length: MIB2 - 2n * GRANULE },
      ]);
      reserved.unlink(GRANULE, 510n * GRANULE);
      expect(reserved.mappings).toEqual([]);
    }
  });

  it("joins with the one before, with the one behind, with both, and with none that only one space continues", () => {
    const at = (granule: number) => BigInt(granule) * GRANULE;
    const base = 1n << 20n;
    /** Granules 0 and 2 at their place; between them what is linked. */
    const withBetween = (left: number | undefined, right: number | undefined, middle: SegmentTable) => {
      const reserved = new IovaSpace({ base, byteLength: 2 ** 20 }).reserve(at(8));
      if (left !== undefined) reserved.link(at(2), page(at(left)));
      if (right !== undefined) reserved.link(at(5), page(at(right)));
      reserved.link(at(3), middle);
      return reserved.mappings.map(({ iova, addr, length }) =>
        [iova - base, addr, length].map((bytes) => Number(bytes / GRANULE)),
      );
    };
    expect(withBetween(52, 55, page(at(53), 2))).toEqual([[2, 52, 4]]);
    expect(withBetween(52, 99, page(at(53), 2))).toEqual([
      [2, 52, 3],
      [5, 99, 1],
    ]);
    expect(withBetween(7, 55, page(at(53), 2))).toEqual([
      [2, 7, 1],
      [3, 53, 3],
    ]);
    expect(withBetween(7, 99, page(at(53), 2))).toEqual([
      [2, 7, 1],
      [3, 53, 2],
      [5, 99, 1],
    ]);
    // Behind in memory, but not in IOVA, and the other way round.
    expect(withBetween(55, 52, page(at(53), 2))).toEqual([
      [2, 55, 1],
      [3, 53, 2],
      [5, 52, 1],
    ]);
    expect(withBetween(52, 55, page(at(53)))).toEqual([
      [2, 52, 2],
      [5, 55, 1],
    ]);
    const apart = tableOf([
      { addr: at(53), length: GRANULE, flags: 0 },
      { addr: at(54), length: GRANULE, flags: NOMERGE },
    ]);
    expect(withBetween(52, 55, apart)).toEqual([[2, 52, 4]]);
    const two = tableOf([
      { addr: at(53), length: GRANULE, flags: 0 },
      { addr: at(10), length: GRANULE, flags: 0 },
    ]);
    expect(withBetween(52, 11, two)).toEqual([
      [2, 52, 2],
      [4, 10, 2],
    ]);
    // What is refused joins nothing.
    const reserved = new IovaSpace({ base, byteLength: 2 ** 20 }).reserve(at(8));
    reserved.link(0, page(at(50)));
    reserved.link(at(2), page(at(52)));
    const before = [...reserved.mappings];
    expect(thrownBy(() => reserved.link(at(1), page(at(51), 2)))).toBeInstanceOf(RangeError);
    expect(reserved.mappings).toEqual(before);
  });

  it("20 000 pages that join none, linked one by one in any order, and unlinked again", () => {
    const count = 20_000;
    const place = (i: number) => BigInt((i * 7919) % count) * 2n * GRANULE;
    const forwards = Array.from({ length: count }, (_, i) => i);
    for (const order of [forwards, forwards.toReversed(), shuffled(count, 5)]) {
      const space = new IovaSpace({ base: 1n << 32n, byteLength: 1n << 30n });
      const reserved = space.reserve(BigInt(count) * GRANULE);
      for (const i of order) reserved.link(BigInt(i) * GRANULE, page(place(i)));
      expect(reserved.mappings.length).toBe(count);
      const wrong = reserved.mappings.findIndex(
        ({ iova, addr, length }, i) =>
          iova !== reserved.iova + BigInt(i) * GRANULE || addr !== place(i) || length !== GRANULE,
      );
      expect(wrong).toBe(-1);
      for (const i of order.slice(0, count - 2)) reserved.unlink(BigInt(i) * GRANULE, GRANULE);
      expect(reserved.mappings.map(({ addr }) => addr)).toEqual(
        order
          .slice(count - 2)
          .sort((a, b) => a - b)
          .map(place),
      );
      reserved.release();
      expect(space.fragmentation.pieces).toBe(1);
    }
  });

  it("gives the device segments of 4 GiB where what it links joins to as much", () => {
    const space = new IovaSpace({ base: 1n << 32n, byteLength: 1n << 40n });
    for (const [lengths, device] of [
      [[2n ** 31n, 2n ** 31n], [2 ** 32]],
      [
        [2n ** 31n, 2n ** 31n, GRANULE],
        [2 ** 32, 4096],
      ],
      [
        [FOUR_GIB, FOUR_GIB],
        [2 ** 32, 2 ** 32],
      ],
      [
        [FOUR_GIB - GRANULE, 2n * GRANULE],
        [2 ** 32, 4096],
      ],
    ] as const) {
      const reserved = space.reserve(1n << 34n);
      const ranges = lengths.map((length, i) => ({ addr: BigInt(i) << 40n, length, flags: 0x4200 }));
      const segments = [...reserved.link(0, tableOf(ranges))];
      expect(segments.map(({ length, flags }) => [length, flags])).toEqual(device.map((length) => [length, 0x4200]));
      reserved.release();
    }
  });

  it("links nothing where the table is empty, whatever is linked there", () => {
    const space = new IovaSpace({ base: 65536, byteLength: 65536 });
    const reserved = space.reserve(32768);
    reserved.link(0, tableOf([{ addr: 4096n, length: 16384n, flags: 0 }]));
    const before = [...reserved.mappings];
    for (const offset of [0, 4096, 16384, 20480]) {
      expect(reserved.link(offset, tableOf([])).length).toBe(0);
      expect(reserved.mappings).toEqual(before);
    }
  });
});
