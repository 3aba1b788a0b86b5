/** Requests of a device, limits of two devices, and what `validate` finds, against models that try every length. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DeviceLimits, stackLimits } from "../../src/core/device-limits.js";
import { SegringError } from "../../src/core/errors.js";
import type { U64 } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import * as presets from "../../src/devices/presets.js";
import { type RequestOptions, requests } from "../../src/devices/requests.js";
import { validate } from "../../src/devices/validate.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { type OracleRange, pack, totalBytes } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check, share } from "../support/check.js";
import { Random } from "../support/random.js";
import { EDGES, FOUR_GIB, least } from "../support/ranges.js";
import { sliceOf, startsOf } from "../table-model.js";

const SPACE = 1n << 64n;
const NOMERGE = 2;
const BUS = 4;

const tableOf = (ranges: readonly OracleRange[]) => SegmentTable.fromBytes(pack(ranges));
const either = (value: bigint, random: Random): U64 =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && random.once(2) ? Number(value) : value;

interface ModelLimits {
  maxSegments: bigint;
  maxBytes: bigint;
  virtualBoundary: bigint;
  block: bigint;
  start: bigint;
  /** 0n for none. */
  stripe: bigint;
}

/** Whether bytes `offset` to `offset + length` of the table are a request. */
function isRequest(ranges: readonly OracleRange[], offset: bigint, length: bigint, limits: ModelLimits): boolean {
  const { maxSegments, maxBytes, virtualBoundary, block, start, stripe } = limits;
  const part = sliceOf(ranges, offset, length);
  const first = start + offset;
  return (
    length % block === 0n &&
    length <= maxBytes &&
    BigInt(part.length) <= maxSegments &&
    (stripe === 0n || first / stripe === (first + length - 1n) / stripe) &&
    part.every(
      ({ addr, length: bytes }, i) =>
        (i === 0 || addr % virtualBoundary === 0n) &&
        (i === part.length - 1 || (addr + bytes) % virtualBoundary === 0n),
    )
  );
}

/** Their lengths; -1n after the last where no block fits. A block is added for as long as there is one. */
function requestsOf(ranges: readonly OracleRange[], limits: ModelLimits): bigint[] {
  const total = totalBytes(ranges);
  const lengths: bigint[] = [];
  for (let offset = 0n; offset < total; ) {
    let length = 0n;
    while (offset + length < total && isRequest(ranges, offset, length + limits.block, limits)) length += limits.block;
    lengths.push(length === 0n ? -1n : length);
    if (length === 0n) break;
    offset += length;
  }
  return lengths;
}

/** Small tables of whole blocks, and limits that cut them; times `unit`, in which all numbers are. */
const anyJob = fc.record({
  parts: fc.array(
    fc.record({
      start: fc.constantFrom("join", "join", "page", "page", "any"),
      at: fc.integer({ min: 0, max: 60 }),
      length: fc.oneof(fc.constantFrom(4, 8, 16), fc.integer({ min: 1, max: 20 })),
      flags: fc.constantFrom(0, 0, 0x100, NOMERGE, BUS),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  edge: fc.constantFrom(...EDGES),
  unit: fc.constantFrom(1n, 1n, 512n, 4096n, 1n << 27n),
  maxSegments: fc.constantFrom(0, 0, 1, 2, 3, 5),
  maxBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 70 })),
  /** -2: 0, which is none; -1: not given. */
  virtualShift: fc.constantFrom(-2, -1, -1, 0, 1, 2, 3, 4),
  block: fc.constantFrom(1, 1, 2, 3, 4, 8),
  start: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 })),
  stripe: fc.constantFrom(0, 0, 1, 2, 3, 5),
  seed: fc.integer(),
});
type Job = typeof anyJob extends fc.Arbitrary<infer T> ? T : never;

function draw({ parts, edge, unit, ...job }: Job) {
  const random = new Random(job.seed);
  const block = BigInt(job.block) * unit;
  const pageBytes = 4n * unit;
  const from = edge === SPACE ? SPACE - 80n * unit : edge;
  const ranges: OracleRange[] = [];
  let next = from;
  for (const { start, at, length, flags } of parts) {
    if (start === "page") next = ((from + BigInt(at) * unit) / pageBytes) * pageBytes;
    if (start === "any") next = from + BigInt(at) * unit;
    if (next + BigInt(length) * unit > SPACE) next = from;
    ranges.push({ addr: next, length: BigInt(length) * unit, flags });
    next += BigInt(length) * unit;
  }
  // Whole blocks, by bytes taken off the last segments.
  for (let odd = totalBytes(ranges) % block; odd > 0n; ) {
    const last = ranges.pop() as OracleRange;
    const off = least(odd, last.length);
    if (off < last.length) ranges.push({ ...last, length: last.length - off });
    odd -= off;
  }
  const maxBytes = BigInt(Math.max(job.maxBytes, job.block)) * unit;
  const limits: ModelLimits = {
    maxSegments: job.maxSegments === 0 ? FOUR_GIB : BigInt(job.maxSegments),
    maxBytes: job.maxBytes === 0 ? SPACE : maxBytes,
    virtualBoundary: job.virtualShift < 0 ? 1n : (1n << BigInt(job.virtualShift)) * unit,
    block,
    start: BigInt(job.start) * block,
    stripe: BigInt(job.stripe) * block,
  };
  const options: RequestOptions = {};
  if (job.maxSegments !== 0) options.maxSegments = job.maxSegments;
  if (job.maxBytes !== 0) options.maxBytes = either(limits.maxBytes, random);
  if (job.virtualShift === -2) options.virtualBoundaryBytes = either(0n, random);
  if (job.virtualShift >= 0) options.virtualBoundaryBytes = either(limits.virtualBoundary, random);
  if (block !== 1n) options.blockBytes = either(block, random);
  if (job.start !== 0) options.offset = either(limits.start, random);
  if (job.stripe !== 0 || random.once(2)) options.stripeBytes = either(limits.stripe, random);
  return { ranges, limits, options };
}

describe("requests", () => {
  it("are the longest that the limits allow, one after the other, or none", () => {
    let impossible = 0;
    check(1500, anyJob, (job) => {
      const { ranges, limits, options } = draw(job);
      const table = tableOf(ranges);
      const lengths = requestsOf(ranges, limits);
      if (lengths.at(-1) === -1n) {
        impossible++;
        const error = thrownBy(() => requests(table, options)) as SegringError;
        expect(error).toBeInstanceOf(SegringError);
        expect(error.code).toBe("NOT_EXPRESSIBLE");
        const done = lengths.slice(0, -1).reduce((sum, length) => sum + length, 0n);
        expect(error.index).toBe(startsOf(ranges).findLastIndex((start) => start <= done));
        expect(error.message).toMatch(new RegExp(`^a request from segment ${error.index} .*`));
        return;
      }
      const found = requests(table, options);
      let offset = 0n;
      for (const [i, request] of found.entries()) {
        expect(request.offset).toBe(limits.start + offset);
        expectBytes(request.segments.bytes, pack(sliceOf(ranges, offset, lengths[i] as bigint)), `request ${i}`);
        const { stripeBytes, offset: _, ...itsLimits } = options;
        expect(validate(request.segments, itsLimits)).toBeUndefined();
        offset += request.segments.totalBytes;
      }
      expect(found.length).toBe(lengths.length);
      expect(offset).toBe(table.totalBytes);
      expectBytes(table.bytes, pack(ranges), "the table itself");
    });
    expect(impossible).toBeGreaterThan(share(20));
  });

  it("of a table that was mapped under segment limits are within all limits", () => {
    const job = fc.record({
      job: anyJob,
      max: fc.integer({ min: 1, max: 40 }),
      boundaryShift: fc.integer({ min: -1, max: 6 }),
      alignmentShift: fc.integer({ min: 0, max: 3 }),
    });
    let seen = 0;
    check(400, job, ({ job, max, boundaryShift, alignmentShift }) => {
      const { ranges, limits, options } = draw({ ...job, unit: least(job.unit, 4096n) });
      const { unit } = job;
      const scale = Number(least(unit, 4096n));
      const alignmentBytes = Math.min(2 ** alignmentShift, 2 ** Math.floor(Math.log2(max))) * scale;
      const boundary = boundaryShift < 0 ? 0 : Math.max(2 ** boundaryShift * scale, alignmentBytes);
      const segment = { maxSegmentBytes: max * scale, boundaryBytes: boundary, alignmentBytes };
      using mapper = createMapperSync({ engine: "js", ...segment });
      const table = mapper.coalesce(ranges);
      // Segments are cut where requests end: at blocks, so what asks for an alignment of cuts sees inner borders alone.
      const { stripeBytes, offset: _, ...itsLimits } = options;
      let found: ReturnType<typeof requests>;
      try {
        found = requests(table, options);
      } catch (error) {
        expect((error as SegringError).code).toBe("NOT_EXPRESSIBLE");
        return;
      }
      seen++;
      for (const { segments } of found) expect(validate(segments, { ...segment, ...itsLimits })).toBeUndefined();
      expect(found.reduce((sum, { segments }) => sum + segments.totalBytes, 0n)).toBe(table.totalBytes);
      expect(limits.block).toBeGreaterThan(0n);
    });
    expect(seen).toBeGreaterThan(share(100));
  });

  it("of an empty table are none", () => {
    expect(requests(tableOf([]), { maxBytes: 512, blockBytes: 512 })).toEqual([]);
    expect(requests(tableOf([]), {})).toEqual([]);
  });

  it("are one without limits, of more than 4 GiB too, that may end at 2^64 on the device", () => {
    const ranges = [0n, 1n, 2n].map((i) => ({ addr: SPACE - (i + 1n) * FOUR_GIB, length: FOUR_GIB, flags: 0 }));
    const [request, ...rest] = requests(tableOf(ranges), { offset: SPACE - 3n * FOUR_GIB });
    expect([request?.offset, request?.segments.length, rest]).toEqual([SPACE - 3n * FOUR_GIB, 3, []]);
  });

  it("a stripe and a virtual boundary of 0 are none", () => {
    const ranges = [
      { addr: 3n, length: 700n, flags: 0 },
      { addr: 9001n, length: 324n, flags: 0 },
    ];
    for (const none of [0, 0n, -0]) {
      const options = { stripeBytes: none, virtualBoundaryBytes: none, blockBytes: 512, offset: 512 };
      const [request, ...rest] = requests(tableOf(ranges), options);
      expectBytes((request as { segments: SegmentTable }).segments.bytes, pack(ranges));
      expect([request?.offset, rest]).toEqual([512n, []]);
    }
  });

  it("cut segments of 4 GiB at every multiple of a stripe", () => {
    const ranges = [{ addr: SPACE - FOUR_GIB, length: FOUR_GIB, flags: 0x100 }];
    const found = requests(tableOf(ranges), {
      stripeBytes: 1n << 31n,
      offset: (1n << 63n) + 512n,
      blockBytes: 512,
    });
    expect(found.map(({ offset, segments }) => [offset, segments.totalBytes])).toEqual([
      [(1n << 63n) + 512n, (1n << 31n) - 512n],
      [(1n << 63n) + (1n << 31n), 1n << 31n],
      [(1n << 63n) + (1n << 32n), 512n],
    ]);
  });
});

/** Everything in a table that is against limits, in the words of `DeviceLimits`. */
function violations(ranges: readonly OracleRange[], limits: DeviceLimits): { index: number; limit: string }[] {
  const value = (key: keyof DeviceLimits, otherwise: bigint) => BigInt(limits[key] ?? otherwise);
  /** 0 is none. */
  const alignment = (key: keyof DeviceLimits) => value(key, 0n) || 1n;
  const found: { index: number; limit: string }[] = [];
  const note = (index: number, limit: keyof DeviceLimits, is: boolean) => void (is && found.push({ index, limit }));
  const boundary = value("boundaryBytes", 0n);
  const dma = alignment("dmaAlignmentBytes");
  const virtual = alignment("virtualBoundaryBytes");
  const block = value("blockBytes", 1n);
  const maxBytes = (value("maxBytes", SPACE) / block) * block;
  let sum = 0n;
  for (const [index, { addr, length, flags }] of ranges.entries()) {
    const end = addr + length;
    sum += length;
    note(index, "maxSegmentBytes", length > value("maxSegmentBytes", FOUR_GIB));
    note(index, "boundaryBytes", boundary !== 0n && addr / boundary !== (end - 1n) / boundary);
    note(index, "dmaAlignmentBytes", addr % dma !== 0n || length % dma !== 0n);
    note(index, "maxSegments", BigInt(index) >= value("maxSegments", FOUR_GIB));
    note(index, "maxBytes", sum > maxBytes);
    const before = ranges[index - 1];
    if (before === undefined) continue;
    const endBefore = before.addr + before.length;
    const isCut = endBefore === addr && before.flags === flags && (flags & NOMERGE) === 0;
    note(index, "alignmentBytes", isCut && addr % value("alignmentBytes", 1n) !== 0n);
    note(index, "virtualBoundaryBytes", endBefore % virtual !== 0n || addr % virtual !== 0n);
  }
  note(ranges.length - 1, "blockBytes", sum % block !== 0n);
  return found;
}

/** Limits of a device, each of them given or not; in units. */
const anyLimits = fc.record(
  {
    maxSegmentBytes: fc.integer({ min: 8, max: 64 }),
    boundaryBytes: fc.constantFrom(0, 8, 16, 32, 64, 128),
    alignmentBytes: fc.constantFrom(1, 2, 4, 8),
    maxSegments: fc.integer({ min: 1, max: 12 }),
    maxBytes: fc.integer({ min: 8, max: 300 }),
    virtualBoundaryBytes: fc.constantFrom(0, 1, 2, 4, 8, 16),
    blockBytes: fc.constantFrom(1, 2, 3, 4, 6, 8),
    dmaAlignmentBytes: fc.constantFrom(0, 1, 1, 2, 4),
  },
  { requiredKeys: [] },
);

const anySmall = fc.array(
  fc.record({
    jump: fc.constantFrom(0, 0, 0, 8, 16, 3),
    length: fc.constantFrom(1, 4, 8, 8, 16, 24, 32),
    flags: fc.constantFrom(0, 0, 0, 0x100, NOMERGE, BUS),
  }),
  { minLength: 1, maxLength: 8 },
);
/** Their ranges from an edge on. */
function smallRanges(parts: readonly { jump: number; length: number; flags: number }[], from: bigint): OracleRange[] {
  let next = from;
  return parts.map(({ jump, length, flags }) => {
    const addr = next + BigInt(jump);
    next = addr + BigInt(length);
    return { addr, length: BigInt(length), flags };
  });
}

describe("validate", () => {
  it("finds a violation iff there is one, and one that is", () => {
    const job = fc.record({ parts: anySmall, limits: anyLimits, edge: fc.constantFrom(0n, 1n << 32n, 1n << 63n) });
    let clean = 0;
    check(1500, job, ({ parts, limits, edge }) => {
      const from = edge === 0n ? 0n : edge - 32n;
      const ranges = smallRanges(parts, from);
      const table = tableOf(ranges);
      const all = violations(ranges, limits);
      const found = validate(table, limits);
      if (all.length === 0) {
        clean++;
        expect(found).toBeUndefined();
      } else {
        expect(all).toContainEqual({ index: found?.index, limit: found?.limit });
        // The first segment that has one, but for what is said of the whole.
        expect(found?.index).toBe(all.reduce((least, { index }) => Math.min(least, index), ranges.length));
        expect(found?.message).toMatch(new RegExp(`^segment ${found?.index} .*`));
      }
      expectBytes(table.bytes, pack(ranges), "the table itself");
    });
    expect(clean).toBeGreaterThan(share(30));
  });

  it("finds nothing without limits, whatever the table, and nothing in an empty one", () => {
    const ranges = [
      { addr: SPACE - FOUR_GIB, length: FOUR_GIB, flags: BUS },
      { addr: 0n, length: FOUR_GIB, flags: BUS },
      { addr: 5n, length: 1n, flags: 0 },
    ];
    expect(validate(tableOf(ranges), {})).toBeUndefined();
    for (const preset of Object.values(presets)) expect(validate(tableOf([]), preset)).toBeUndefined();
  });

  it("a boundary of 2^63 and a segment that ends at 2^64", () => {
    const end = tableOf([{ addr: SPACE - 4096n, length: 4096n, flags: 0 }]);
    expect(validate(end, { boundaryBytes: 1n << 63n })).toBeUndefined();
    const across = tableOf([{ addr: (1n << 63n) - 1n, length: 2n, flags: 0 }]);
    expect(validate(across, { boundaryBytes: 1n << 63n })?.limit).toBe("boundaryBytes");
  });
});

describe("stackLimits", () => {
  const asBigInts = (limits: DeviceLimits) =>
    Object.fromEntries(Object.entries(limits).map(([key, value]) => [key, BigInt(value as U64)]));
  const stackedOf = (a: DeviceLimits, b: DeviceLimits): DeviceLimits | string => {
    try {
      return stackLimits(a, b);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      return (error as Error).message;
    }
  };

  it("what satisfies both at once satisfies each, in either order", () => {
    // Blocks whose least common multiple, 24 bytes, is longer than a request may be: left to chance, four pairs in a
    // hundred exclude each other.
    const tooFew = fc.record({ maxBytes: fc.integer({ min: 8, max: 23 }), blockBytes: fc.constant(8) });
    const excluding = fc.tuple(
      tooFew,
      anyLimits.map((limits) => ({ ...limits, blockBytes: 3 })),
    );
    const pair = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(anyLimits, anyLimits) },
      { weight: 1, arbitrary: excluding },
    );
    const job = fc.record({ parts: anySmall, pair, edge: fc.constantFrom(0n, 1n << 33n) });
    let [kept, refused] = [0, 0];
    check(1500, job, ({ parts, pair: [a, b], edge }) => {
      const [before, beforeB] = [{ ...a }, { ...b }];
      const stacked = stackedOf(a, b);
      const other = stackedOf(b, a);
      expect([a, b]).toEqual([before, beforeB]);
      if (typeof stacked === "string") {
        refused++;
        expect(other).toBe(stacked);
        return;
      }
      expect(typeof other).toBe("object");
      expect(asBigInts(other as DeviceLimits)).toEqual(asBigInts(stacked));
      expect(Object.keys(stacked).sort()).toEqual([...new Set([...Object.keys(a), ...Object.keys(b)])].sort());
      // Mapped under them and cut into their requests, it satisfies them more often than not.
      const { maxSegmentBytes, boundaryBytes, alignmentBytes, ...request } = stacked;
      const { dmaAlignmentBytes: _, ...requestLimits } = request;
      using mapper = createMapperSync({ engine: "js", maxSegmentBytes, boundaryBytes, alignmentBytes });
      const tables = [tableOf(smallRanges(parts, edge)), mapper.coalesce(smallRanges(parts, edge))];
      try {
        tables.push(...requests(tables[1] as SegmentTable, requestLimits).map(({ segments }) => segments));
      } catch {
        // No whole blocks, or a gap: the tables themselves are tried all the same.
      }
      for (const table of tables) {
        if (validate(table, stacked) !== undefined) continue;
        kept++;
        for (const limits of [a, b]) expect(validate(table, limits)).toBeUndefined();
      }
    });
    expect(kept).toBeGreaterThan(share(200));
    expect(refused).toBeGreaterThan(share(100));
  });

  it("of a device and itself, or one without limits, are its own", () => {
    check(300, anyLimits, (limits) => {
      if (typeof stackedOf(limits, {}) === "string") return;
      for (const stacked of [stackLimits(limits, limits), stackLimits(limits, {}), stackLimits({}, limits)]) {
        expect(asBigInts(stacked)).toEqual(asBigInts(limits));
      }
    });
    expect(stackLimits({}, {})).toEqual({});
  });

  it("a virtual boundary and an alignment for DMA of 0 are none", () => {
    for (const key of ["virtualBoundaryBytes", "dmaAlignmentBytes"] as const) {
      for (const [none, some] of [
        [0, 4096],
        [0n, 4096n],
        [0, 1],
      ] as const) {
        expect(stackLimits({ [key]: none }, { [key]: some })).toEqual({ [key]: some });
        expect(stackLimits({ [key]: some }, { [key]: none })).toEqual({ [key]: some });
      }
      expect(stackLimits({ [key]: 0 }, {})).toEqual({ [key]: 0 });
      expect(stackLimits({ [key]: 0 }, { [key]: 0 })).toEqual({ [key]: 0 });
      const odd = tableOf([
        { addr: 1n, length: 1n, flags: 0 },
        { addr: 5n, length: 1n, flags: 0 },
      ]);
      expect(validate(odd, { [key]: 0 })).toBeUndefined();
      expect(validate(odd, { [key]: 2 })?.limit).toBe(key);
    }
  });

  it("a boundary of 0 is none", () => {
    expect(stackLimits({ boundaryBytes: 0 }, { boundaryBytes: 4096 })).toEqual({ boundaryBytes: 4096 });
    expect(stackLimits({ boundaryBytes: 4096n }, { boundaryBytes: 0n })).toEqual({ boundaryBytes: 4096n });
    expect(stackLimits({ boundaryBytes: 0 }, {})).toEqual({ boundaryBytes: 0 });
  });

  it("blocks are the least common multiple, of any two sizes", () => {
    expect(stackLimits({ blockBytes: 512 }, { blockBytes: 520 })).toEqual({ blockBytes: 33280 });
    expect(stackLimits({ blockBytes: 1n << 63n }, { blockBytes: 512 })).toEqual({ blockBytes: 1n << 63n });
    expect(() => stackLimits({ blockBytes: 1n << 63n }, { blockBytes: 3 })).toThrow(blames(RangeError, "blockBytes"));
    expect(stackLimits({ blockBytes: 1n << 63n }, { blockBytes: 1n << 62n })).toEqual({ blockBytes: 1n << 63n });
  });
});

describe("presets", () => {
  const all = Object.entries(presets) as [string, DeviceLimits][];

  it("are five devices", () => {
    expect(all.map(([name]) => name).sort()).toEqual(["ahci", "linuxDefault", "nvmePrp", "rdma", "virtioBlk"]);
  });

  it("ahci: no command has more than 65535 sectors", () => {
    expect(presets.ahci.maxBytes).toBe(33_553_920);
    using mapper = createMapperSync(presets.ahci);
    const found = requests(mapper.coalesce([{ addr: 0, length: 2 ** 26 }]), presets.ahci);
    expect(found.map(({ segments }) => segments.totalBytes)).toEqual([33_553_920n, 33_553_920n, 1024n]);
    const table = mapper.coalesce([{ addr: 0, length: 65536 * 512 }]);
    expect(validate(table, presets.ahci)).toMatchObject({ limit: "maxBytes", index: 7 });
  });

  it.each(all)("%s are limits for a mapper, requests, validate and stackLimits, and cannot be changed", (_, preset) => {
    expect(Object.isFrozen(preset)).toBe(true);
    using mapper = createMapperSync(preset);
    const ranges = [
      { addr: FOUR_GIB - 2n ** 20n, length: 2n ** 24n },
      { addr: 2n ** 40n, length: 2n ** 21n },
      { addr: 2n ** 41n + 4096n, length: 4096n },
    ];
    const table = mapper.coalesce(ranges);
    const found = requests(table, preset);
    expect(found.length).toBeGreaterThan(0);
    for (const { segments } of found) expect(validate(segments, preset)).toBeUndefined();
    expect(stackLimits(preset, preset)).toEqual(preset);
    for (const [, other] of all) {
      const stacked = stackLimits(preset, other);
      using both = createMapperSync(stacked);
      for (const { segments } of requests(both.coalesce(ranges), stacked)) {
        expect([validate(segments, stacked), validate(segments, preset), validate(segments, other)]).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
      }
    }
  });
});
