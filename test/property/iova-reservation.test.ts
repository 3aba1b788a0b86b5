/** Stretches of IOVAs that are linked piece by piece, against a map of granules. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SegmentTable } from "../../src/core/segment-table.js";
import { IovaSpace } from "../../src/devices/iova-space.js";
import type { IovaReservation } from "../../src/devices/reservation.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check, share } from "../support/check.js";
import { down, expectMappings, same, up } from "../support/iova.js";
import { Random } from "../support/random.js";
import { FOUR_GIB } from "../support/ranges.js";
import { either, tableOf } from "../support/tables.js";

const SPACE = 1n << 64n;
const BUS = 4;
const NOMERGE = 2;

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
        reserved.release();
        expect(space.fragmentation).toEqual(before);
        for (const call of [
          () => reserved.link(0, tableOf([])),
          () => reserved.unlink(0, 4096),
          () => reserved.lookup(iova),
          () => reserved.entries(),
          () => reserved.mappings,
        ]) {
          expect(thrownBy(call)).toMatchObject({ name: "SegringError", code: "CLOSED" });
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
      expect(reserved.entries([4096, MIB2])).toEqual([{ iova, addr: 1n << 40n, pageBytes: MIB2, count: 1 }]);
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
