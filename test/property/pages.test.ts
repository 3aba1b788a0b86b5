/** Pages and blocks of tables on every engine, against models that list pages with BigInt. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PACKAGE } from "../../src/core/package-key.js";
import type { U64 } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { OVERRUN } from "../../src/engine/layout.generated.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { blocks, type PageList, pages } from "../../src/table/pages.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check } from "../support/check.js";
import { CANARY } from "../support/drive.js";
import { builds, engines, mapperFactory, newEngine } from "../support/engines.js";
import { framesOf } from "../support/frames-of.js";
import { Random } from "../support/random.js";
import { EDGES, FOUR_GIB, least } from "../support/ranges.js";
import { anyTableRanges, either, tableOf } from "../support/tables.js";
import { pageCountOf, pageNumbersOf, pageSumOf, touchingRunsOf } from "../table-model.js";

const SPACE = 1n << 64n;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const BUS = 4;
const NOMERGE = 2;
/** Elements that stay as they are on both sides of a target. */
const GUARD = 4;
const UNTOUCHED = 0xc5c5_c5c5_c5c5_c5c5n;

const anyJob = fc.record({
  ranges: anyTableRanges,
  shift: fc.oneof(fc.constantFrom(0, 1, 12, 21, 30, 31, 32, 33, 52, 53, 62, 63), fc.integer({ min: 0, max: 63 })),
  seed: fc.integer(),
});

/** The same with so few pages that all of them can be listed: what is too long is cut short. */
const anyFew = anyJob.map(({ ranges, shift, seed }) => {
  const most = (4000n / BigInt(ranges.length)) << BigInt(shift);
  return { ranges: ranges.map((range) => ({ ...range, length: least(range.length, most) })), shift, seed };
});

/** A target of `room` numbers inside an array of canaries, and what is wrong with it after `written` of them were. */
function guarded(room: number) {
  const all = new BigUint64Array(room + 2 * GUARD).fill(UNTOUCHED);
  const target = all.subarray(GUARD, GUARD + room);
  const expectWritten = (part: BigUint64Array, numbers: readonly bigint[]) => {
    expect([part.buffer === all.buffer, part.byteOffset]).toEqual([true, target.byteOffset]);
    expect([...part]).toEqual(numbers);
    const around = [...all.subarray(0, GUARD), ...all.subarray(GUARD + numbers.length)];
    expect(around.every((value) => value === UNTOUCHED)).toBe(true);
  };
  return { target, expectWritten };
}

/** From the first or the last page on, or from one between, often where a segment's pages start. */
function anyFrom(ranges: readonly OracleRange[], pageBytes: bigint, random: Random): bigint {
  const all = pageSumOf(ranges, pageBytes);
  const before = pageSumOf(ranges.slice(0, random.integer(0, ranges.length)), pageBytes);
  const from = random.pick([0n, 1n, before, before - 1n, before + 1n, random.u64() % (all + 1n), all]);
  return from < 0n ? 0n : least(from, all);
}

/** What lists pages: a mapper, with and without a target. */
type Lister = (options: { target?: BigUint64Array; offset?: U64; addresses: boolean }) => BigUint64Array;

function expectPages(list: Lister, ranges: readonly OracleRange[], shift: number, random: Random, few: boolean): void {
  const pageBytes = 1n << BigInt(shift);
  const all = pageSumOf(ranges, pageBytes);
  for (const addresses of [false, true]) {
    const scaled = (numbers: readonly bigint[]) =>
      addresses ? numbers.map((number) => number << BigInt(shift)) : numbers;
    if (few) {
      expect([...list({ addresses })]).toEqual(scaled(pageNumbersOf(ranges, pageBytes)));
      const from = anyFrom(ranges, pageBytes, random);
      expect([...list({ addresses, offset: either(from, random) })]).toEqual(
        scaled(pageNumbersOf(ranges, pageBytes, from)),
      );
    }
    for (let i = 0; i < 3; i++) {
      const from = anyFrom(ranges, pageBytes, random);
      const left = all - from;
      const exact = left < 3000n ? Number(left) : 3000;
      const room = random.pick([
        0,
        1,
        2,
        3,
        exact,
        exact + 1,
        exact + 40,
        Math.max(0, exact - 1),
        random.integer(1, 200),
      ]);
      const { target, expectWritten } = guarded(room);
      const part = list({ target, offset: either(from, random), addresses });
      expectWritten(part, scaled(pageNumbersOf(ranges, pageBytes, from, room)));
    }
  }
}

/** A count, or an error where a number does not hold it. */
function expectCount(list: PageList, count: bigint): void {
  if (count <= MAX_SAFE) expect(list.count).toBe(Number(count));
  else expect(thrownBy(() => list.count)).toBeInstanceOf(RangeError);
}

describe("pages and blocks", () => {
  it("pages lists those of each segment", () => {
    check(100, anyFew, ({ ranges, shift }) => {
      const list = pages(tableOf(ranges), 1n << BigInt(shift));
      const pageBytes = 1n << BigInt(shift);
      expect(list.pageBytes).toBe(pageBytes);
      expect([...list]).toEqual(pageNumbersOf(ranges, pageBytes).map((number) => number * pageBytes));
      expectCount(list, pageSumOf(ranges, pageBytes));
    });
  });

  it("blocks lists those of each run of touching segments", () => {
    check(100, anyFew, ({ ranges, shift }) => {
      const list = blocks(tableOf(ranges), 1n << BigInt(shift));
      const pageBytes = 1n << BigInt(shift);
      const runs = touchingRunsOf(ranges);
      expect([...list]).toEqual(pageNumbersOf(runs, pageBytes).map((number) => number * pageBytes));
      expectCount(list, pageSumOf(runs, pageBytes));
    });
  });

  it("of tables with pages without number: counted where a number counts them", () => {
    check(100, anyJob, ({ ranges, shift, seed }) => {
      const table = tableOf(ranges);
      const pageBytes = 1n << BigInt(shift);
      const random = new Random(seed);
      expectCount(pages(table, pageBytes), pageSumOf(ranges, pageBytes));
      expectCount(blocks(table, either(pageBytes, random)), pageSumOf(touchingRunsOf(ranges), pageBytes));
    });
  });

  it("blocks cross what touches whatever its tag, but neither the end of the space nor into BUS", () => {
    const table = SegmentTable.from([
      { addr: 0x1800, length: 0x1000 },
      { addr: 0x2800, length: 0x1000, flags: 0x100 },
      { addr: 0x3800, length: 0x900, flags: NOMERGE },
      { addr: 0x4100, length: 0x1000, flags: BUS },
      { addr: SPACE - 1n, length: 1 },
      { addr: 0, length: 1 },
    ]);
    const expected = [0x1000n, 0x2000n, 0x3000n, 0x4000n, 0x4000n, 0x5000n, SPACE - 4096n, 0n];
    expect([...blocks(table, 4096)]).toEqual(expected);
    expect(blocks(table, 4096).count).toBe(8);
    expect(pages(table, 4096).count).toBe(2 + 2 + 2 + 2 + 1 + 1);
  });

  it("the last page of the space, and a page that is half of it", () => {
    for (let shift = 0; shift < 64; shift++) {
      const pageBytes = 1n << BigInt(shift);
      const table = tableOf([{ addr: SPACE - 1n, length: 1n, flags: 0 }]);
      const last = (SPACE - 1n) >> BigInt(shift);
      for (const list of [pages(table, pageBytes), blocks(table, pageBytes)]) {
        expect([...list]).toEqual([last << BigInt(shift)]);
      }
    }
  });

  it("of an empty table there are none", () => {
    for (const list of [pages(tableOf([]), 4096), blocks(tableOf([]), 1)]) {
      expect([list.count, [...list]]).toEqual([0, []]);
    }
  });

  it("and frames of a mapper: from 2^53 on, and up to it", () => {
    const segments = 2 ** 21 + 3;
    const words = new Uint32Array(4 * segments);
    for (let i = 0; i < segments; i++) {
      words[4 * i] = i;
      words[4 * i + 1] = i;
      words[4 * i + 3] = 1;
    }
    const table = new SegmentTable(PACKAGE, words);
    const mapper = mapperFactory("auto")();
    const all = BigInt(segments) * FOUR_GIB;
    // More than a number counts.
    expect(thrownBy(() => pages(table, 1).count)).toBeInstanceOf(RangeError);
    const target = new BigUint64Array(4);
    const byteAt = (offset: bigint) => (offset / FOUR_GIB) * (FOUR_GIB + 1n) + (offset % FOUR_GIB);
    for (const from of [
      MAX_SAFE - 1n,
      MAX_SAFE,
      MAX_SAFE + 1n,
      MAX_SAFE,
      7n,
      MAX_SAFE + FOUR_GIB - 1n,
      all - 2n,
      MAX_SAFE - 1n,
      all,
    ]) {
      const left = all - from < 4n ? Number(all - from) : 4;
      const expected = Array.from({ length: left }, (_, i) => byteAt(from + BigInt(i)));
      expect([from, [...framesOf(mapper, table, { pageBytes: 1, offset: from, target })]]).toEqual([from, expected]);
      expect([from, [...mapper.frames(table, { pageBytes: 1, maxCount: 4, offset: from })]]).toEqual([from, expected]);
    }
    for (const from of [all + 1n, SPACE - 1n]) {
      expect(thrownBy(() => framesOf(mapper, table, { pageBytes: 1, offset: from, target }))).toEqual(
        blames(RangeError, "offset"),
      );
    }
  });
});

describe.each(builds)("frames of the $name mapper", ({ name }) => {
  const mapper = mapperFactory(name)();

  it("are the pages of each segment, in memory of the mapper and in targets", () => {
    check(100, anyFew, ({ ranges, shift, seed }) => {
      const table = tableOf(ranges);
      const pageBytes = 1n << BigInt(shift);
      expectPages(
        (options) => framesOf(mapper, table, { pageBytes, ...options }),
        ranges,
        shift,
        new Random(seed),
        true,
      );
    });
  });

  it("of tables with pages without number, in pieces from anywhere", () => {
    check(100, anyJob, ({ ranges, shift, seed }) => {
      const table = tableOf(ranges);
      const pageBytes = 1n << BigInt(shift);
      expectPages(
        (options) => framesOf(mapper, table, { pageBytes, ...options }),
        ranges,
        shift,
        new Random(seed),
        false,
      );
    });
  });

  it("of more records than a stage holds, each of one page or a few", () => {
    const random = new Random(11);
    for (const most of [1, 2, 3, 40]) {
      const ranges = Array.from({ length: 3000 }, (): OracleRange => {
        const length = random.once(3) ? 4096n * BigInt(random.integer(1, most)) : BigInt(random.integer(1, 4096));
        return { addr: (random.u64() >> BigInt(random.integer(0, 40))) & ~0xfffffn, length, flags: 0 };
      });
      const table = tableOf(ranges);
      const expected = pageNumbersOf(ranges, 4096n);
      expect([...mapper.frames(table)]).toEqual(expected);
      expect([...framesOf(mapper, table, { target: new BigUint64Array(expected.length + 3) })]).toEqual(expected);
      for (const from of [1, 1023, 1024, 1025, 2048, expected.length - 1, expected.length]) {
        expect([...mapper.frames(table, { offset: from })]).toEqual(expected.slice(from));
      }
      // In pieces of a fixed size, as a reader takes a long list.
      const target = new BigUint64Array(700);
      const collected: bigint[] = [];
      for (let from = 0; ; ) {
        const part = framesOf(mapper, table, { target, offset: from });
        collected.push(...part);
        from += part.length;
        if (part.length < target.length) break;
      }
      expect(collected).toEqual(expected);
    }
  });

  it("maxCount of them at most, wherever they start and wherever they go", () => {
    check(100, anyFew, ({ ranges, shift, seed }) => {
      const random = new Random(seed);
      const pageBytes = 1n << BigInt(shift);
      const table = tableOf(ranges);
      const all = Number(pageSumOf(ranges, pageBytes));
      for (let i = 0; i < 6; i++) {
        const from = anyFrom(ranges, pageBytes, random);
        const left = all - Number(from);
        const maxCount = random.pick([
          0,
          1,
          2,
          3,
          left,
          left + 1,
          Math.max(0, left - 1),
          random.integer(0, 100),
          2 ** 29,
        ]);
        const addresses = random.once(2);
        const options = { pageBytes, offset: either(from, random), maxCount, addresses };
        const expected = pageNumbersOf(ranges, pageBytes, from, maxCount).map((number) =>
          addresses ? number << BigInt(shift) : number,
        );
        expect([...framesOf(mapper, table, options)]).toEqual(expected);
        const room = random.pick([0, 1, maxCount % 5000, left, left + 7]);
        const { target, expectWritten } = guarded(room);
        expectWritten(framesOf(mapper, table, { ...options, target }), expected.slice(0, room));
      }
    });
  });

  it("the last of many, and the first few of many, take little memory", () => {
    using small = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 24 });
    const ranges = [0n, 1n, 2n, 3n].map((i): OracleRange => {
      return { addr: (i << 40n) + 2048n, length: FOUR_GIB, flags: 0 };
    });
    const table = tableOf(ranges);
    for (const pageBytes of [1, 64, 4096]) {
      const { count } = pages(table, pageBytes);
      const last = (most: bigint) => pageNumbersOf(ranges.slice(3), BigInt(pageBytes), countOfLast - most);
      const countOfLast = pageCountOf(ranges[3] as OracleRange, BigInt(pageBytes));
      expect(count).toBe(Number(pageSumOf(ranges, BigInt(pageBytes))));
      expect([...small.frames(table, { pageBytes, offset: BigInt(count) - 10n })]).toEqual(last(10n));
      expect([...small.frames(table, { pageBytes, maxCount: 3, offset: count - 10 })]).toEqual(last(10n).slice(0, 3));
      expect([...small.frames(table, { pageBytes, offset: count })]).toEqual([]);
      expect([...small.frames(table, { pageBytes, maxCount: 2 })]).toEqual(
        pageNumbersOf(ranges, BigInt(pageBytes), 0n, 2),
      );
      expect([...small.frames(table, { pageBytes, maxCount: 0 })]).toEqual([]);
      // Across the border of two segments.
      const from = countOfLast - 2n;
      expect([...small.frames(table, { pageBytes, maxCount: 4, offset: from })]).toEqual(
        pageNumbersOf(ranges, BigInt(pageBytes), from, 4),
      );
      expect(thrownBy(() => small.frames(table, { pageBytes, offset: 1 }))).toMatchObject({ code: "OUT_OF_MEMORY" });
      expect(thrownBy(() => small.frames(table, { pageBytes, maxCount: 2 ** 21 }))).toMatchObject({
        code: "OUT_OF_MEMORY",
      });
      expect(small.frames(table, { pageBytes, maxCount: 2 ** 20, offset: 5 }).length).toBe(2 ** 20);
    }
  });

  it("in pieces from the front, a hundred thousand pages of as many segments, and of one", () => {
    const scattered = Array.from({ length: 100_000 }, (_, i): OracleRange => {
      return { addr: BigInt((i * 7919) % 100_000) << 13n, length: 4096n, flags: 0 };
    });
    for (const ranges of [scattered, [{ addr: 5n, length: 400_000_000n, flags: 0 }]]) {
      const table = tableOf(ranges);
      const expected = pageNumbersOf(ranges, 4096n);
      const target = new BigUint64Array(10);
      let from = 0;
      while (from < expected.length) {
        const part = framesOf(mapper, table, { offset: from, target });
        // Compared without a list of each.
        for (let i = 0; i < 10; i++) {
          const number = expected[from + i];
          if (number !== part[i]) expect.fail(`page ${from + i}: ${part[i]}, ${number}`);
        }
        from += part.length;
      }
      expect(from).toBe(expected.length);
    }
  });

  it("from anywhere in any order, of several tables and page sizes in turn", () => {
    const jobs = fc.record({
      tables: fc.array(anyTableRanges, { minLength: 1, maxLength: 3 }),
      shifts: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 }),
      way: fc.constantFrom("forwards", "backwards", "random", "mixed"),
      seed: fc.integer(),
    });
    check(150, jobs, ({ tables, shifts, way, seed }) => {
      const random = new Random(seed);
      const lists = tables.flatMap((ranges) => {
        const table = tableOf(ranges);
        return shifts.map((shift) => {
          const pageBytes = 1n << BigInt(shift);
          const all = pageSumOf(ranges, pageBytes);
          return { ranges, table, pageBytes, all, list: pages(table, pageBytes), next: way === "backwards" ? all : 0n };
        });
      });
      for (let step = 0; step < 40; step++) {
        const one = random.pick(lists);
        const { ranges, table, pageBytes, all } = one;
        const room = random.integer(0, 12);
        const isRandom = way === "random" || (way === "mixed" && random.once(3));
        const from = isRandom ? anyFrom(ranges, pageBytes, random) : one.next;
        const expected = pageNumbersOf(ranges, pageBytes, from, room);
        const options = { pageBytes, offset: either(from, random), target: new BigUint64Array(room) };
        expect([...framesOf(mapper, table, options)]).toEqual(expected);
        if (way === "backwards") one.next = from < BigInt(room) ? 0n : from - BigInt(random.integer(0, room));
        else one.next = from + BigInt(expected.length);
        // Past the end nothing is remembered.
        if (random.once(5))
          expect(thrownBy(() => mapper.frames(table, { pageBytes, offset: all + 1n }))).toBeInstanceOf(RangeError);
      }
    });
  });

  it("are 4096 bytes each unless said otherwise, and give the segments again", () => {
    const table = tableOf([{ addr: 0x1fffn, length: 2n, flags: 0 }]);
    expect([...mapper.frames(table)]).toEqual([1n, 2n]);
    expect([...mapper.frames(table, { addresses: true })]).toEqual([0x1000n, 0x2000n]);
    expect(mapper.frames(tableOf([])).length).toBe(0);
    expect(mapper.frames(table, { offset: 2 }).length).toBe(0);
    expect(framesOf(mapper, table, { target: new BigUint64Array(0) }).length).toBe(0);
  });

  it("a million pages of one segment, and the last of 2^32 pages", () => {
    const table = tableOf([{ addr: (1n << 32n) - 2048n, length: FOUR_GIB, flags: 0 }]);
    const frames = mapper.frames(table);
    expect(frames.length).toBe(2 ** 20 + 1);
    let next = (1n << 20n) - 1n;
    expect(frames.every((frame) => frame === next++)).toBe(true);
    const bytes = tableOf([{ addr: SPACE - FOUR_GIB, length: FOUR_GIB, flags: 0 }]);
    const { target, expectWritten } = guarded(10);
    const part = framesOf(mapper, bytes, { pageBytes: 1, target, offset: 2 ** 32 - 3 });
    expectWritten(part, [SPACE - 3n, SPACE - 2n, SPACE - 1n]);
  });

  it("go into shared memory where there is any", () => {
    if (typeof SharedArrayBuffer !== "function") return;
    const target = new BigUint64Array(new SharedArrayBuffer(80), 16, 4);
    const table = tableOf([{ addr: 0x5000n, length: 0x3000n, flags: 0 }]);
    expect([...framesOf(mapper, table, { target })]).toEqual([5n, 6n, 7n]);
    expect([...target]).toEqual([5n, 6n, 7n, 0n]);
  });

  /** A table whose inner borders are at pages, of one kind. */
  const anyAligned = fc
    .record({
      shift: fc.oneof(fc.constantFrom(0, 12, 12, 21, 30, 32, 52), fc.integer({ min: 0, max: 52 })),
      parts: fc.array(
        fc.record({
          start: fc.constantFrom("join", "join", "edge", "random"),
          edge: fc.constantFrom(...EDGES),
          pages: fc.integer({ min: 1, max: 40 }),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      head: fc.integer({ min: 0, max: 8 }),
      tail: fc.integer({ min: 0, max: 8 }),
      flags: fc.constantFrom(0, 0, BUS, 0x4200, NOMERGE),
      seed: fc.integer(),
    })
    .map(({ shift, parts, head, tail, flags, seed }) => {
      const random = new Random(seed);
      const pageBytes = 1n << BigInt(shift);
      const longest = pageBytes > FOUR_GIB ? FOUR_GIB : (FOUR_GIB / pageBytes) * pageBytes;
      const ranges: OracleRange[] = [];
      let next = 0n;
      for (const { start, edge, pages: count } of parts) {
        // A segment holds 4 GiB at most, so a larger page is used in part: only where it is the only one.
        const length = least(longest, flags & NOMERGE ? pageBytes : BigInt(count) * pageBytes);
        if (start !== "join") next = ((start === "edge" ? edge : random.u64()) / pageBytes) * pageBytes;
        if (next + (length > pageBytes ? length : pageBytes) > SPACE) next = 0n;
        ranges.push({ addr: next, length, flags });
        next += length;
        if (pageBytes > FOUR_GIB) break;
      }
      const first = ranges[0] as OracleRange;
      const cutHead = least((pageBytes * BigInt(head)) / 9n, first.length - 1n);
      ranges[0] = { ...first, addr: first.addr + cutHead, length: first.length - cutHead };
      const last = ranges.at(-1) as OracleRange;
      const cutTail = least((pageBytes * BigInt(tail)) / 9n, last.length - 1n);
      ranges[ranges.length - 1] = { ...last, length: last.length - cutTail };
      return { ranges, shift, flags };
    });

  it("round trip: pageFrames of them are the table", () => {
    check(200, anyAligned, ({ ranges, shift, flags }) => {
      const table = tableOf(ranges);
      const pageBytes = 2 ** shift;
      const firstOffset = Number((ranges[0] as OracleRange).addr % BigInt(pageBytes));
      const options = { pageBytes, firstOffset, byteLength: table.totalBytes, flags };
      const expected = pack(coalesce(ranges));
      // Straight from the mapper's memory, from a list, and from an array elsewhere.
      expectBytes(mapper.coalesce(pageFrames(mapper.frames(table, { pageBytes }), options)).bytes, expected, "memory");
      expectBytes(
        mapper.coalesce(
          pageFrames(
            BigUint64Array.from(pages(table, pageBytes), (page) => page / BigInt(pageBytes)),
            options,
          ),
        ).bytes,
        expected,
        "list",
      );
      expectBytes(mapper.coalesce(table).bytes, expected, "table");
    });
  });
});

describe.each(engines)("an expansion by the $name engine", ({ name }) => {
  it(`writes nothing but its numbers and ${OVERRUN} bytes behind them, and goes on anywhere`, () => {
    const engine = newEngine(name);
    const most = 3000;
    const blocksAround = Array.from({ length: 3 }, () => engine.allocate(8 * (most + 60) + OVERRUN + 512));
    const expander = engine.expander(0);
    check(100, anyJob, ({ ranges, shift, seed }) => {
      const random = new Random(seed);
      const [before, target, behind] = blocksAround as [
        (typeof blocksAround)[0],
        (typeof blocksAround)[0],
        (typeof blocksAround)[0],
      ];
      const records = tableOf(ranges).words;
      const pageBytes = 1n << BigInt(shift);
      const scale = random.pick([0, shift]);
      const place = { record: 0, done: 0 };
      let from = 0n;
      for (let call = 0; call < 6; call++) {
        const room = random.pick([0, 1, 2, 3, 7, 8, 9, random.integer(0, 200), most]);
        for (const block of blocksAround) block.bytes.fill(CANARY);
        const at = random.pick([0, 0, 1, 2, random.integer(0, 60)]);
        const written = expander.expand(records, place, { shift, scale }, { target, at, room });
        const expected = pageNumbersOf(ranges, pageBytes, from, room).map((number) => number << BigInt(scale));
        const { bytes } = target;
        expect([...new BigUint64Array(bytes.buffer, bytes.byteOffset + 8 * at, written)]).toEqual(expected);
        const overrun = name === "js" ? 0 : OVERRUN;
        const kept = [bytes.subarray(0, 8 * at), bytes.subarray(8 * (at + written) + overrun)];
        for (const part of [...kept, before.bytes, behind.bytes]) {
          expect(part.every((byte) => byte === CANARY)).toBe(true);
        }
        from += BigInt(written);
        const segmentsDone = pageSumOf(ranges.slice(0, place.record), pageBytes);
        expect(segmentsDone + BigInt(place.done)).toBe(from);
        if (place.record === ranges.length) break;
      }
    });
    expander.free();
  });
});
