/** Windows between addresses of a CPU and of a bus, against a model that cuts at every border. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { type TranslationWindow, translate, untranslate } from "../../src/devices/translate.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check, share } from "../support/check.js";
import { Random } from "../support/random.js";
import { EDGES, FOUR_GIB, least } from "../support/ranges.js";
import { either, tableOf } from "../support/tables.js";

const SPACE = 1n << 64n;
const BUS = 4;
const NOMERGE = 2;
const TAG = 0xffff_ff00;

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
      const room = random.once(6) ? SPACE - at : end - at;
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
    expect(outside).toBeGreaterThan(share(120));
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
