/** Spaces that IOVAs come from, against a model that looks at every granule. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { U64 } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import { mapIova } from "../../src/devices/map-iova.js";
import type { IovaReservation } from "../../src/devices/reservation.js";
import { pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check, share } from "../support/check.js";
import { anyMapJob, down, expectMap, iovaModel, type MapJob, optionsOf, same, up } from "../support/iova.js";
import { Random } from "../support/random.js";
import { least } from "../support/ranges.js";
import { either, tableOf } from "../support/tables.js";

const SPACE = 1n << 64n;
const BUS = 4;

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
              expect(thrownBy(() => space.free(either(iova, random)))).toEqual(blames(RangeError, "iova"));
            } else if (holder.reservation) {
              refusedReservations++;
              expect(thrownBy(() => space.free(either(iova, random)))).toEqual(blames(RangeError, "iova"));
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
              // It gives back nothing that another has by now: what is free is compared below.
              reservation.release();
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
