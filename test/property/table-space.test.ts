/** Operations in the byte-offset space of a table against a model that walks segments with BigInt. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PACKAGE } from "../../src/core/package-key.js";
import type { U64 } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { cursor } from "../../src/table/cursor.js";
import { find } from "../../src/table/find.js";
import { locate, segmentCount } from "../../src/table/offsets.js";
import { pieceCount } from "../../src/table/pages.js";
import { concat, slice, split } from "../../src/table/slice.js";
import { coalesce, NO_LIMITS, type OracleRange, pack, unpack } from "../oracle.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check } from "../support/check.js";
import { Random } from "../support/random.js";
import { anyRanges, EDGES, FOUR_GIB } from "../support/ranges.js";
import { findOf, sliceOf, startsOf } from "../table-model.js";

const NOMERGE = 2;
const SPACE = 1n << 64n;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

const count = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 3, arbitrary: fc.integer({ min: 10, max: 140 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 2500 }) },
);
const anyTableRanges = anyRanges(NO_LIMITS, { count, segments: 2 ** 30 });
const fewTableRanges = anyRanges(NO_LIMITS, { count: fc.integer({ min: 1, max: 8 }), segments: 2 ** 30 });
/** A table, and the seed of what is asked. */
const anyJob = fc.record({ ranges: anyTableRanges, seed: fc.integer() });

const tableOf = (ranges: readonly OracleRange[]) => SegmentTable.fromBytes(pack(ranges));
const withoutNomerge = (ranges: readonly OracleRange[]) =>
  ranges.map((range) => ({ ...range, flags: range.flags & ~NOMERGE }));

/** As a number where it is one, every other time. */
function either(value: bigint, random: Random): U64 {
  return value <= MAX_SAFE && random.once(2) ? Number(value) : value;
}

/** An offset from 0 to the end, often at a border or next to one. */
function anyOffset(starts: readonly bigint[], random: Random): bigint {
  const end = starts.at(-1) as bigint;
  const near = random.pick(starts) + BigInt(random.pick([0, 0, -1, 1]));
  const offset = random.once(4) ? random.u64() % (end + 1n) : near;
  return offset < 0n ? 0n : offset > end ? end : offset;
}

function placeIn(starts: readonly bigint[], offset: bigint): { index: number; offset: number } {
  const index = starts.findIndex((_, i) => offset < (starts[i + 1] as bigint));
  return { index, offset: Number(offset - (starts[index] as bigint)) };
}

describe("slice", () => {
  it("gives the bytes asked for, trimmed and with their flags", () => {
    check(300, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      const starts = startsOf(ranges);
      const end = starts.at(-1) as bigint;
      for (let i = 0; i < 8; i++) {
        const [a, b] = [anyOffset(starts, random), anyOffset(starts, random)];
        const [from, to] = a < b ? [a, b] : [b, a];
        const part = slice(table, either(from, random), either(to - from, random));
        expectBytes(part.bytes, pack(sliceOf(ranges, from, to - from)), `${from} to ${to}`);
        expectBytes(slice(table, either(from, random)).bytes, pack(sliceOf(ranges, from, end - from)), `from ${from}`);
        // A table of its own, even where it is the whole.
        expect(part.words.buffer).not.toBe(table.words.buffer);
      }
      expectBytes(table.bytes, pack(ranges), "the table itself");
    });
  });

  it("of nothing is an empty table, wherever it lies", () => {
    check(100, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      const starts = startsOf(ranges);
      for (const offset of [anyOffset(starts, random), 0n, starts.at(-1) as bigint]) {
        expect(slice(table, offset, 0).length).toBe(0);
      }
      expect(slice(table, table.totalBytes).length).toBe(0);
      expect(slice(slice(table, 0, 0), 0).length).toBe(0);
    });
  });

  it("of one byte of a segment of 4 GiB, from the inside and from both of its ends", () => {
    for (const edge of EDGES) {
      const addr = edge >= FOUR_GIB ? edge - FOUR_GIB : edge;
      const range = { addr, length: FOUR_GIB, flags: 0x100 };
      const table = tableOf([range]);
      for (const offset of [0n, 1n, 0x7fff_ffffn, 1n << 31n, FOUR_GIB - 1n]) {
        expect(unpack(slice(table, offset, 1).bytes)).toEqual([{ addr: addr + offset, length: 1n, flags: 0x100 }]);
        const rest = FOUR_GIB - offset;
        expect(unpack(slice(table, offset).bytes)).toEqual([{ addr: addr + offset, length: rest, flags: 0x100 }]);
      }
    }
  });
});

describe("split and concat", () => {
  it("split gives consecutive slices, of size 0 too, and leaves out what is past the sum", () => {
    check(300, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      const starts = startsOf(ranges);
      const cuts = Array.from({ length: random.integer(1, 9) }, () => anyOffset(starts, random));
      if (random.once(3)) cuts.push(cuts[0] as bigint);
      cuts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const [skip, ...ends] = cuts as [bigint, ...bigint[]];
      const sizes = ends.map((end, i) => end - (cuts[i] as bigint));
      const skips = skip === 0n && random.once(2) ? [] : [either(skip, random)];
      const parts = split(
        table,
        sizes.map((size) => either(size, random)),
        ...skips,
      );
      expect(parts.length).toBe(sizes.length);
      for (const [i, part] of parts.entries()) {
        const what = `part ${i}`;
        expectBytes(part.bytes, pack(sliceOf(ranges, cuts[i] as bigint, sizes[i] as bigint)), what);
      }
      expectBytes(table.bytes, pack(ranges), "the table itself");
    });
  });

  it("concat has all segments of all tables, in order and not joined", () => {
    check(200, fc.array(fc.oneof(fc.constant([]), fewTableRanges), { maxLength: 6 }), (lists) => {
      const tables = lists.map(tableOf);
      expectBytes(concat(...tables).bytes, pack(lists.flat()));
      for (const [i, table] of tables.entries())
        expectBytes(table.bytes, pack(lists[i] as OracleRange[]), `table ${i}`);
    });
    expect(concat().length).toBe(0);
  });

  it("split, concat, then coalesce is coalesce", () => {
    using mapper = createMapperSync();
    check(200, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      // A cut inside a NOMERGE segment stays: those are cut between segments only.
      for (const nomerge of [false, true]) {
        const all = nomerge ? ranges : withoutNomerge(ranges);
        const table = tableOf(all);
        const starts = startsOf(all);
        const offsetOf = () => (nomerge ? random.pick(starts) : anyOffset(starts, random));
        const cuts = [0n, ...Array.from({ length: random.integer(0, 6) }, offsetOf), starts.at(-1) as bigint];
        cuts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        const parts = split(
          table,
          cuts.slice(1).map((cut, i) => cut - (cuts[i] as bigint)),
        );
        const joined = concat(...parts);
        expect(joined.totalBytes).toBe(table.totalBytes);
        expectBytes(mapper.coalesce(joined).bytes, mapper.coalesce(table).bytes);
        expectBytes(mapper.coalesce(joined).bytes, pack(coalesce(all)));
      }
    });
  });
});

describe("locate and segmentCount", () => {
  it("locate says which segment has a byte, at every border and beside it", () => {
    check(100, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      const starts = startsOf(ranges);
      const end = starts.at(-1) as bigint;
      const step = Math.ceil(ranges.length / 500);
      for (let i = 0; i < ranges.length; i += step) {
        const [start, next] = [starts[i] as bigint, starts[i + 1] as bigint];
        const last = Number(next - start - 1n);
        expect(locate(table, either(start, random))).toEqual({ index: i, offset: 0 });
        expect(locate(table, either(next - 1n, random))).toEqual({ index: i, offset: last });
      }
      for (let i = 0; i < 20; i++) {
        const offset = random.u64() % end;
        const place = locate(table, either(offset, random));
        expect(place).toEqual(placeIn(starts, offset));
        // The inverse.
        expect((starts[place.index] as bigint) + BigInt(place.offset)).toBe(offset);
      }
    });
  });

  it("locate of -0 is at 0, and not at -0", () => {
    const small = tableOf([{ addr: 5n, length: 3n, flags: 0 }]);
    const many = new SegmentTable(PACKAGE, new Uint32Array(4 * (2 ** 21 + 1)));
    for (let at = 3; at < many.words.length; at += 4) many.words[at] = 1;
    for (const table of [small, many]) {
      const { index, offset } = locate(table, -0);
      expect([Object.is(index, 0), Object.is(offset, 0)]).toEqual([true, true]);
      expect(locate(table, -0)).toEqual(locate(table, 0n));
      expect(Object.is(segmentCount(table, -0), 0)).toBe(true);
      const walker = cursor(table, -0);
      expect([walker.offset, Object.is(walker.index, 0)]).toEqual([0n, true]);
      expectBytes(slice(table, -0, 1).bytes, slice(table, 0n, 1n).bytes);
    }
  });

  it("find of -0 is at 0 too", () => {
    const apart = [{ addr: 0n, length: 3n, flags: 0 }];
    for (const ranges of [apart, [...apart, ...apart]]) {
      expect(Object.is(find(tableOf(ranges), -0)?.offset, 0)).toBe(true);
    }
  });

  it("segmentCount says how many segments have so many bytes", () => {
    check(200, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      const starts = startsOf(ranges);
      for (let i = 0; i < 20; i++) {
        const bytes = anyOffset(starts, random);
        const needed = starts.findIndex((start) => start >= bytes);
        expect(segmentCount(table, either(bytes, random))).toBe(needed);
        expect(slice(table, 0, bytes).length).toBe(needed);
      }
      expect(segmentCount(table, 0)).toBe(0);
      expect(segmentCount(table, table.totalBytes)).toBe(ranges.length);
    });
    expect(segmentCount(tableOf([]), 0n)).toBe(0);
  });

  it("at exactly 2^53 - 1, 2^53 and 2^53 + 1 bytes, and far past them", () => {
    const FULLS = 2 ** 21 - 1;
    for (const [tail, more] of [
      [2 ** 32 - 1, 0],
      [2 ** 32, 0],
      [1, 2 ** 32 - 1],
      [2 ** 32, 1],
      [2 ** 32, 5000],
    ] as const) {
      const extra = more === 5000 ? 5000 : more === 0 ? 0 : 1;
      const words = new Uint32Array(4 * (FULLS + 1 + extra));
      // Word by word: an array for each of two million takes a second.
      const set = (i: number, addr: number, length: number) => {
        words[4 * i] = addr;
        words[4 * i + 1] = i;
        words[4 * i + 2] = length;
        words[4 * i + 3] = length === 2 ** 32 ? 1 : 0;
      };
      for (let i = 0; i < FULLS; i++) set(i, 0, 2 ** 32);
      set(FULLS, 0, tail);
      // Those at the end are 7 bytes each, or one of `more` bytes.
      for (let i = 0; i < extra; i++) set(FULLS + 1 + i, i, extra === 5000 ? 7 : more);
      const table = new SegmentTable(PACKAGE, words);
      const lengthOf = (i: number) => (i < FULLS ? FOUR_GIB : BigInt(i === FULLS ? tail : extra === 5000 ? 7 : more));
      const startOf = (i: number) =>
        i <= FULLS
          ? BigInt(i) * FOUR_GIB
          : BigInt(FULLS) * FOUR_GIB + BigInt(tail) + BigInt(i - FULLS - 1) * lengthOf(FULLS + 1);
      const total = startOf(table.length - 1) + lengthOf(table.length - 1);
      expect(table.totalBytes).toBe(total);
      const indices = [0, 1, 12345, FULLS - 1, FULLS, FULLS + 1, FULLS + 2500, table.length - 1];
      for (const i of indices.filter((index) => index < table.length)) {
        const [start, length] = [startOf(i), lengthOf(i)];
        for (const offset of [0n, 1n, length / 2n, length - 1n].filter((o) => o < length)) {
          const place = { index: i, offset: Number(offset) };
          expect(locate(table, start + offset)).toEqual(place);
          if (start + offset <= MAX_SAFE) expect(locate(table, Number(start + offset))).toEqual(place);
          expect(segmentCount(table, start + offset + 1n)).toBe(i + 1);
        }
      }
      for (const back of [0n, 1n, 6n, 7n, 8n, 36n, FOUR_GIB]) {
        const part = unpack(slice(table, total - back).bytes);
        expect(part.reduce((sum, { length }) => sum + length, 0n)).toBe(back);
      }
      const at = cursor(table, total - FOUR_GIB - 3n);
      expect(at.offset).toBe(total - FOUR_GIB - 3n);
      at.advance(FOUR_GIB);
      expect(at.remaining).toBe(3n);
      expect(at.take(3).totalBytes).toBe(3n);
      expect(at.done).toBe(true);
      expect(split(table, [1n, total - 2n, 1]).map(({ totalBytes }) => totalBytes)).toEqual([1n, total - 2n, 1n]);
      if (total <= MAX_SAFE) expect(pieceCount(table, 1)).toBe(Number(total));
      else expect(thrownBy(() => pieceCount(table, 1))).toBeInstanceOf(RangeError);
    }
  });
});

describe("cursor", () => {
  it("moves over the table's bytes in steps of any size", () => {
    check(300, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      const starts = startsOf(ranges);
      const end = starts.at(-1) as bigint;
      let at = random.once(2) ? 0n : anyOffset(starts, random);
      const walker = at === 0n && random.once(2) ? cursor(table) : cursor(table, either(at, random));
      for (let step = 0; step < 30; step++) {
        expect([walker.offset, walker.remaining, walker.done]).toEqual([at, end - at, at === end]);
        if (at === end) break;
        const place = placeIn(starts, at);
        const range = ranges[place.index] as OracleRange;
        expect(walker.index).toBe(place.index);
        expect(walker.addr).toBe(range.addr + BigInt(place.offset));
        expect(walker.length).toBe(Number(range.length) - place.offset);
        expect(walker.flags).toBe(range.flags);
        const here = BigInt(walker.length);
        const far = random.u64() % (end - at + 1n);
        const wanted = random.pick([0n, 1n, here - 1n, here, here + 1n, here + 1n, far, 4096n]);
        const bytes = wanted > end - at ? end - at : wanted;
        if (random.once(2)) walker.advance(either(bytes, random));
        else {
          const part = walker.take(either(bytes, random));
          expectBytes(part.bytes, pack(sliceOf(ranges, at, bytes)), `${bytes} from ${at}`);
        }
        at += bytes;
      }
      if (at < end) walker.advance(end - at);
      expect([walker.done, walker.index, walker.length, walker.remaining]).toEqual([true, ranges.length, 0, 0n]);
      walker.advance(0);
      expect(walker.take(0n).length).toBe(0);
      expect(walker.offset).toBe(end);
    });
  });

  it("of an empty table, or from the end on, is done", () => {
    for (const ranges of [[], [{ addr: 0n, length: FOUR_GIB, flags: 0 }]]) {
      const table = tableOf(ranges);
      const walker = cursor(table, table.totalBytes);
      expect([walker.done, walker.index, walker.offset]).toEqual([true, ranges.length, table.totalBytes]);
      expect(walker.take(0).length).toBe(0);
    }
  });

  it("goes on by whole segments as the table does", () => {
    check(60, anyJob, ({ ranges }) => {
      const walker = cursor(tableOf(ranges));
      for (const [index, { addr, length, flags }] of ranges.entries()) {
        const found = [walker.index, walker.addr, walker.length, walker.flags];
        const wanted = [index, addr, Number(length), flags];
        if (found.some((value, i) => value !== wanted[i])) expect(found).toEqual(wanted);
        walker.advance(walker.length);
      }
      expect(walker.done).toBe(true);
    });
  });
});

describe("find", () => {
  /** Every address where the answer may change, and some others. */
  const addressesOf = (ranges: readonly OracleRange[]) => {
    const near = ranges.flatMap(({ addr, length }) => [addr, addr + length / 2n, addr + length]);
    const all = [0n, ...near, ...EDGES, SPACE - 1n].flatMap((addr) => [addr - 1n, addr, addr + 1n]);
    return [...new Set(all)].filter((addr) => addr >= 0n && addr < SPACE);
  };
  const expectFound = (ranges: readonly OracleRange[], random: Random) => {
    const table = tableOf(ranges);
    for (const addr of addressesOf(ranges)) {
      expect([addr, find(table, either(addr, random))]).toEqual([addr, findOf(ranges, addr)]);
    }
  };

  it("the first segment in order that has the byte, in tables of all kinds", () => {
    check(400, fc.record({ ranges: fewTableRanges, seed: fc.integer() }), ({ ranges, seed }) => {
      expectFound(ranges, new Random(seed));
    });
  });

  /** Segments of a few bytes round an edge: overlapping, nested and equal ones are the rule. */
  const dense = fc.record({
    edge: fc.constantFrom(...EDGES),
    parts: fc.array(fc.record({ at: fc.integer({ min: -20, max: 20 }), length: fc.integer({ min: 1, max: 24 }) }), {
      minLength: 1,
      maxLength: 20,
    }),
    long: fc.boolean(),
    seed: fc.integer(),
  });
  const denseRanges = ({
    edge,
    parts,
    long,
  }: {
    edge: bigint;
    parts: { at: number; length: number }[];
    long: boolean;
  }) =>
    parts.map(({ at, length }, i): OracleRange => {
      const start = edge + BigInt(at);
      const addr = start < 0n ? 0n : start > SPACE - 1n ? SPACE - 1n : start;
      const bytes = long && i % 3 === 0 ? FOUR_GIB : BigInt(length);
      return { addr, length: addr + bytes > SPACE ? SPACE - addr : bytes, flags: i % 4 === 0 ? 0x100 : 0 };
    });

  it("among segments that overlap, nest, repeat and touch", () => {
    check(600, dense, (job) => {
      const ranges = denseRanges(job);
      for (let i = 0; i < ranges.length; i += 3) ranges.push({ ...(ranges[i] as OracleRange) });
      expectFound(ranges, new Random(job.seed));
    });
  });

  it("the same in order of address, and with the first two exchanged", () => {
    check(200, dense, (job) => {
      const ranges = denseRanges(job).sort((a, b) => (a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : 0));
      const apart: OracleRange[] = [];
      for (const range of ranges) {
        const last = apart.at(-1);
        if (last === undefined || last.addr + last.length <= range.addr) apart.push(range);
      }
      const random = new Random(job.seed);
      expectFound(ranges, random);
      expectFound(apart, random);
      const [first, second, ...rest] = apart;
      if (first !== undefined && second !== undefined) expectFound([second, first, ...rest], random);
    });
  });

  it("in large tables, at borders", () => {
    const many = anyRanges(NO_LIMITS, { count: fc.integer({ min: 1000, max: 2500 }), segments: 2 ** 30 });
    check(8, fc.record({ ranges: many, seed: fc.integer() }), ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      for (let i = 0; i < 150; i++) {
        const { addr, length } = random.pick(ranges);
        const byte = random.pick([addr - 1n, addr, addr + length / 2n, addr + length - 1n, addr + length]);
        if (byte < 0n || byte >= SPACE) continue;
        expect([byte, find(table, either(byte, random))]).toEqual([byte, findOf(ranges, byte)]);
      }
    });
  });

  it("in a table of 70 000 segments that descend, each over half of the one before", () => {
    const length = 70_000;
    const words = new Uint32Array(4 * length);
    for (let i = 0; i < length; i++) words.set([(length - i) * 16, 7, 24, 0], 4 * i);
    const table = SegmentTable.fromBytes(new Uint8Array(words.buffer));
    for (const i of [0, 1, 2, 32_767, 32_768, 32_769, 65_535, 65_536, 69_998, 69_999]) {
      const addr = 7n * 2n ** 32n + BigInt((length - i) * 16);
      // The first half of a segment is the second half of the one after it, which comes later.
      expect(find(table, addr + 9n)).toEqual({ index: i, offset: 9 });
      expect(find(table, addr + 20n)).toEqual(i === 0 ? { index: 0, offset: 20 } : { index: i - 1, offset: 4 });
    }
    expect(find(table, 7n * 2n ** 32n + 15n)).toBeUndefined();
  });

  it("in any order, where many start at one address and many end at one, 2^64 most often", () => {
    const crowd = fc.record({
      starts: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
      ends: fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 3 }),
      edge: fc.constantFrom(SPACE, SPACE, SPACE, FOUR_GIB, 2n * FOUR_GIB, 1n << 63n),
      count: fc.oneof(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 100, max: 300 })),
      seed: fc.integer(),
    });
    check(400, crowd, ({ starts, ends, edge, count, seed }) => {
      const random = new Random(seed);
      const ranges = Array.from({ length: count }, (): OracleRange => {
        // Up to the edge, or some of the 4 GiB before it that are as long as a segment can be.
        const end = edge - BigInt(random.pick([0, 0, ...ends]));
        const back = BigInt(random.pick(starts));
        const length = random.once(9) && end >= FOUR_GIB ? FOUR_GIB : back;
        return { addr: end - length, length, flags: random.pick([0, 0, 0x100, NOMERGE, 4]) };
      });
      for (let i = ranges.length - 1; i > 0; i--) {
        const j = random.integer(0, i);
        [ranges[i], ranges[j]] = [ranges[j] as OracleRange, ranges[i] as OracleRange];
      }
      const table = tableOf(ranges);
      const near = Array.from({ length: 125 }, (_, i) => edge + 1n - BigInt(i));
      for (const addr of [
        ...near,
        edge - FOUR_GIB - 1n,
        edge - FOUR_GIB,
        edge - FOUR_GIB + 1n,
        edge - FOUR_GIB / 2n,
        0n,
      ]) {
        if (addr < 0n || addr >= SPACE) continue;
        expect([addr, find(table, either(addr, random))]).toEqual([addr, findOf(ranges, addr)]);
      }
    });
  });

  it("in a table of 300 000 segments of which none is where it belongs, and all end at 2^64", () => {
    const length = 300_000;
    const words = new Uint32Array(4 * length);
    const placeOf = (i: number) => (i * 104_729) % length;
    // The one of rank r starts r + 1 quarters of a KiB before 2^64.
    for (let i = 0; i < length; i++) {
      const bytes = (placeOf(i) + 1) * 256;
      words.set([2 ** 32 - bytes, 2 ** 32 - 1, bytes, 0], 4 * i);
    }
    const table = SegmentTable.fromBytes(new Uint8Array(words.buffer));
    const firstOf = (rank: number) => {
      for (let i = 0; i < length; i++) if (placeOf(i) >= rank) return i;
      return -1;
    };
    for (const rank of [0, 1, 2, 1000, 150_000, 299_990, 299_998, 299_999]) {
      const index = firstOf(rank);
      const offset = (placeOf(index) - rank) * 256;
      const addr = SPACE - BigInt(rank + 1) * 256n;
      expect(find(table, addr)).toEqual({ index, offset });
      expect(find(table, addr + 255n)).toEqual({ index, offset: offset + 255 });
    }
    expect(find(table, SPACE - BigInt(length) * 256n - 1n)).toBeUndefined();
  });

  it("nothing in an empty table", () => {
    for (const addr of [0, SPACE - 1n]) expect(find(tableOf([]), addr)).toBeUndefined();
  });

  it("through ten thousand nested segments, the outermost first and last", () => {
    const nested = Array.from({ length: 10_000 }, (_, i): OracleRange => {
      const inset = BigInt(i);
      return { addr: (1n << 63n) - 20_000n + inset, length: 40_000n - 2n * inset, flags: 0 };
    });
    for (const ranges of [nested, nested.toReversed()]) {
      const table = tableOf(ranges);
      const random = new Random(7);
      for (let i = 0; i < 60; i++) {
        const addr = (1n << 63n) - 20_002n + BigInt(random.integer(0, 40_004));
        expect([addr, find(table, addr)]).toEqual([addr, findOf(ranges, addr)]);
      }
    }
  });
});

describe("pieceCount", () => {
  it("is the sum of the pieces of each segment", () => {
    check(200, anyJob, ({ ranges, seed }) => {
      const random = new Random(seed);
      const table = tableOf(ranges);
      for (const max of [
        1n,
        2n,
        3n,
        4096n,
        0xffff_f000n,
        FOUR_GIB - 1n,
        FOUR_GIB,
        FOUR_GIB + 1n,
        SPACE - 1n,
        random.pick(ranges).length,
        (random.u64() >> BigInt(random.integer(0, 63))) + 1n,
      ]) {
        if (max >= SPACE) continue;
        const pieces = ranges.reduce((sum, { length }) => sum + (length + max - 1n) / max, 0n);
        expect([max, pieceCount(table, either(max, random))]).toEqual([max, Number(pieces)]);
      }
    });
    expect(pieceCount(tableOf([]), 1)).toBe(0);
  });
});
