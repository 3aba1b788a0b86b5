/** What must hold, by name: the edges of the address space, of a segment and of the numbers of JavaScript. */

import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { Fields } from "../../src/core/range-fields.js";
import { BUS, FULL, NOMERGE } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { coalesce, NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes } from "../support/bytes.js";
import { builds, engines, mapperFactory, newCoalescer, newEngine } from "../support/engines.js";

const SPACE = 1n << 64n;
const GIB4 = 2 ** 32;
const wide = (value: number) => BigInt(value);

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("limits cut runs of page frames in blocks that are full of runs", () => {
    // Three frames, then a gap.
    const frames = Array.from({ length: 3000 }, (_, i) => Math.floor(i / 3) * 4 + (i % 3));
    const ranges = frames.map((frame) => ({ addr: wide(frame) * 4096n, length: 4096n, flags: 0 }));
    for (const limit of [{ max: 8192n }, { max: 12287n }, { max: 12288n }, { boundary: 8192n }]) {
      const limits = { ...NO_LIMITS, ...limit };
      using mapper = makeMapper(limits);
      const wanted = pack(coalesce(ranges, limits));
      expectBytes(mapper.coalesce(pageFrames(BigUint64Array.from(frames, wide))).bytes, wanted);
    }
  });

  it("limits cut runs of records in blocks that are full of runs, of one kind and of several", () => {
    const lengths = { page: 4096n, "1/512 of 4 GiB": 1n << 23n, "one byte more": (1n << 23n) + 1n, "2 GiB": 1n << 31n };
    for (const [named, length] of Object.entries(lengths)) {
      for (const together of [1, 3, 400]) {
        for (const kinds of [1, 2]) {
          const ranges = Array.from({ length: 2500 }, (_, i) => ({
            addr: wide(i + Math.floor(i / together)) * length,
            length,
            flags: i % 7 < kinds - 1 ? BUS : 0,
          }));
          for (const limit of [{}, { max: 2n * length }, { max: 3n * length - 1n }, { boundary: 1n << 33n }]) {
            const limits = { ...NO_LIMITS, ...limit };
            if (limits.max > 1n << 32n) continue;
            using mapper = makeMapper(limits);
            const wanted = pack(coalesce(ranges, limits));
            expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, wanted, `${named}, ${together}, ${kinds}`);
          }
        }
      }
    }
  });

  it("a limit cuts a run of all records of a block but the first, or just does not", () => {
    for (const length of [4096n, 1n << 23n, (1n << 23n) + 1n]) {
      for (const flags of [[0], [0, BUS]]) {
        // The kernel compares 512 neighbours at a time: a run ends with each of them.
        for (const run of [509, 510, 511, 512, 1024]) {
          const ranges = Array.from({ length: 2200 }, (_, i) => ({
            addr: wide(i + Math.floor((i + run - 2) / run)) * length,
            length,
            flags: flags[Math.floor((i + run - 2) / run) % flags.length] as number,
          }));
          for (const max of [511n * length - 1n, 511n * length, 512n * length - 1n, 1n << 32n]) {
            if (max > 1n << 32n) continue;
            const limits = { ...NO_LIMITS, max };
            using mapper = makeMapper(limits);
            const wanted = pack(coalesce(ranges, limits));
            expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, wanted, `${length}, ${run}, ${max}`);
          }
        }
      }
    }
  });

  it("records that start again after 2^64, among records that join, are two runs", () => {
    const records = Array.from({ length: 2500 }, (_, i) => ({ addr: wide(i) * 4096n, length: 4096n, flags: 0 }));
    for (const at of [511, 512, 513, 700, 1022, 1023, 1024, 1025, 2000]) {
      for (const before of [1, 2, 100]) {
        const hostile = [...records];
        for (let i = 0; i < before; i++) {
          hostile[at - i] = { addr: SPACE - wide(i + 1) * 4096n, length: 4096n, flags: 0 };
        }
        for (let i = at + 1; i < hostile.length; i++) {
          hostile[i] = { addr: wide(i - at - 1) * 4096n, length: 4096n, flags: 0 };
        }
        using mapper = makeMapper();
        expectBytes(mapper.coalesce(packedRecords(pack(hostile))).bytes, pack(coalesce(hostile)), `${at}, ${before}`);
        const frames = BigUint64Array.from(hostile, ({ addr }) => addr / 4096n);
        expectBytes(mapper.coalesce(pageFrames(frames)).bytes, pack(coalesce(hostile)), `frames, ${at}, ${before}`);
      }
    }
  });

  it("records that start again after 2^64, in blocks that are full of runs, are two runs", () => {
    for (const flags of [[0], [0, BUS]]) {
      const ranges = Array.from({ length: 2000 }, (_, i) => ({
        addr: wide(3 * i),
        length: 1n,
        flags: flags[Math.floor(i / 100) % flags.length] as number,
      }));
      for (const at of [0, 1, 300, 510, 511, 512, 1500, 1997]) {
        const hostile = ranges
          .with(at, { addr: SPACE - 2n, length: 2n, flags: 0 })
          .with(at + 1, { ...(ranges[0] as OracleRange), addr: 0n });
        using mapper = makeMapper();
        expectBytes(mapper.coalesce(packedRecords(pack(hostile))).bytes, pack(coalesce(hostile)), `${at}`);
      }
    }
  });

  it("each frame a run, of pages of every size, up to the last page", () => {
    for (let shift = 0; shift < 33; shift++) {
      const last = (SPACE >> wide(shift)) - 1n;
      const starts = { 0: 5n, middle: last / 2n - 1500n, last: last - 3000n };
      for (const [named, start] of Object.entries(starts)) {
        const frames = BigUint64Array.from({ length: 1501 }, (_, i) => start + 2n * wide(i));
        const length = 1n << wide(shift);
        const ranges = Array.from(frames, (frame) => ({ addr: frame * length, length, flags: 0x4200 }));
        using mapper = makeMapper();
        const table = mapper.coalesce(pageFrames(frames, { pageBytes: 2 ** shift, flags: 0x4200 }));
        expectBytes(table.bytes, pack(ranges), `${shift} bits, ${named}`);
      }
    }
  });

  it("frames of one byte that start again after 2^64 - 1, in blocks that are full of runs, are two runs", () => {
    const frames = BigUint64Array.from({ length: 2000 }, (_, i) => wide(3 * i));
    for (const at of [0, 1, 300, 510, 511, 512, 1500]) {
      frames.set([SPACE - 1n, 0n, 1n], at);
      const ranges = Array.from(frames, (addr) => ({ addr, length: 1n, flags: 0 }));
      using mapper = makeMapper();
      expectBytes(mapper.coalesce(pageFrames(frames, { pageBytes: 1 })).bytes, pack(coalesce(ranges)), `${at}`);
      frames.set([wide(3 * at), wide(3 * at + 3), wide(3 * at + 6)], at);
    }
  });

  it("a run of exactly 4 GiB has FULL: whole or in halves, mapped, united or streamed", () => {
    using mapper = makeMapper();
    for (const addr of [0n, 1n << 40n, SPACE - wide(GIB4)]) {
      for (const flags of [0, BUS | 0x4200]) {
        const whole = { addr, length: wide(GIB4), flags };
        const half = { addr, length: wide(GIB4 / 2), flags };
        const halves = [half, { ...half, addr: addr + half.length }];
        const wanted = pack([whole]);
        for (const input of [[whole], halves]) {
          expectBytes(mapper.coalesce(input).bytes, wanted);
          expectBytes(mapper.coalesce(packedRecords(pack(input))).bytes, wanted);
          expectBytes(mapper.union(input).bytes, wanted);
          expectBytes(mapper.union([...input].reverse()).bytes, wanted);
          using stream = mapper.stream();
          for (const range of input) stream.push(range);
          stream.flush();
          expectBytes(stream.drain().bytes, wanted);
        }
      }
    }
  });

  it("maps 1 TiB from one range to 256 records: exactly 4096 bytes", () => {
    using mapper = makeMapper();
    for (const input of [
      [{ addr: 0x40_0000_0000, length: 2 ** 40 }],
      columns({ addr: Float64Array.of(0x40_0000_0000), length: Float64Array.of(2 ** 40) }),
      pageFrames([1], { pageBytes: 2 ** 40 }),
    ]) {
      const table = mapper.coalesce(input);
      expect(table.length).toBe(256);
      expect(table.bytes.byteLength).toBe(4096);
      expect(table.totalBytes).toBe(1n << 40n);
      for (const { length, flags } of table) expect([length, flags]).toEqual([GIB4, 0]);
      for (let index = 0; index < 256; index++) {
        expect(table.words[index * 4 + 2]).toBe(0);
        expect(table.words[index * 4 + 3]).toBe(FULL);
      }
    }
  });

  it("maps 1 TiB from 256 ranges of 4 GiB, and from 2^18 of 4 MiB, to the same 256 records", () => {
    using mapper = makeMapper();
    const one = mapper.coalesce([{ addr: 0, length: 2 ** 40 }]).bytes;
    const full = Array.from({ length: 256 }, (_, index) => ({ addr: index * GIB4, length: GIB4 }));
    expectBytes(mapper.coalesce(full).bytes, one);
    expectBytes(mapper.coalesce(SegmentTable.from(full)).bytes, one);
    const small = Float64Array.from({ length: 2 ** 18 }, (_, index) => index);
    expectBytes(mapper.coalesce(pageFrames(small, { pageBytes: 2 ** 22 })).bytes, one);
  });

  it("[2^64 - 4096, 2^64) then address 0 does not join", () => {
    using mapper = makeMapper();
    const ranges = [
      { addr: SPACE - 4096n, length: 4096n, flags: 0 },
      { addr: 0n, length: 4096n, flags: 0 },
    ];
    for (const input of [
      ranges,
      packedRecords(pack(ranges)),
      columns({ addr: BigUint64Array.of(SPACE - 4096n, 0n), length: Uint32Array.of(4096, 4096) }),
      pageFrames(BigUint64Array.of((1n << 52n) - 1n, 0n)),
      pageFrames([2 ** 52 - 1, 0]),
    ]) {
      expectBytes(mapper.coalesce(input).bytes, pack(ranges));
    }
    using stream = mapper.stream();
    for (const range of ranges) expect(stream.push(range)).toBe(true);
    expect(stream.flush()).toBe(true);
    expectBytes(stream.drain().bytes, pack(ranges));
  });

  it("frame 2^64 - 1 of one byte then frame 0 does not join", () => {
    using mapper = makeMapper();
    for (const around of [0, 1, 5, 600]) {
      const pfns = [
        ...Array.from({ length: around }, (_, index) => SPACE - BigInt(around + 1 - index)),
        SPACE - 1n,
        ...Array.from({ length: around + 1 }, (_, index) => BigInt(index)),
      ];
      const table = mapper.coalesce(pageFrames(BigUint64Array.from(pfns), { pageBytes: 1 }));
      expect([...table]).toEqual([
        { addr: SPACE - BigInt(around + 1), length: around + 1, flags: 0 },
        { addr: 0n, length: around + 1, flags: 0 },
      ]);
    }
  });

  it("[0, 2^63) and [2^63, 2^64) are one run of 2^64 bytes", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 4 });
    expect(stream.push({ addr: 0, length: 1n << 63n, flags: BUS })).toBe(true);
    expect(stream.push({ addr: 1n << 63n, length: 1n << 63n, flags: BUS })).toBe(true);
    // Nothing is emitted: the run is not over.
    expect(stream.drain().length).toBe(0);
    // It is now, and goes on for 2^32 segments.
    for (let turn = 0; turn < 3; turn++) {
      expect(stream.flush()).toBe(false);
      const ready = stream.drain();
      expect([...ready]).toEqual(
        [0, 1, 2, 3].map((index) => ({ addr: BigInt(turn * 4 + index) << 32n, length: GIB4, flags: BUS })),
      );
    }
    // What touches its start does not follow its end.
    expect(stream.push({ addr: 0, length: 1, flags: BUS })).toBe(true);
    expect(stream.flush()).toBe(false);
  });

  it("[0, 2^64 - 1) and the last byte are one run, and nothing follows it", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 2 });
    expect(stream.push({ addr: 0, length: SPACE - 1n })).toBe(true);
    expect(stream.push({ addr: SPACE - 1n, length: 1 })).toBe(true);
    expect(stream.drain().length).toBe(0);
    expect(stream.push({ addr: 0, length: 1 })).toBe(true);
    expect(stream.drain().length).toBe(2);
  });

  it("a run from 0 to 2^64 ends there, though what follows touches its start", () => {
    using mapper = makeMapper();
    for (const count of [2, 5, 40, 600, 1100]) {
      // Half of the records lie before 2^64, the others go on from 0.
      const half = count >> 1;
      const records = Array.from({ length: count }, (_, index) => ({
        addr: (SPACE + BigInt((index - half) * 16)) % SPACE,
        length: 16n,
        flags: 0,
      }));
      using stream = mapper.stream({ capacity: 1200 });
      expect(stream.push({ addr: 0, length: SPACE - BigInt(half * 16) })).toBe(true);
      expect(stream.pushRecords(pack(records))).toBe(count);
      // Were it taken for a run of a few bytes, it could be flushed.
      expect(stream.flush()).toBe(false);
      const ready = stream.drain();
      expect(ready.length).toBe(1200);
      expect([...ready].every(({ addr, length }, index) => addr === BigInt(index) << 32n && length === GIB4)).toBe(
        true,
      );
    }
  });

  it("cuts under an odd maximum go on across 2^63, and to 2^64", () => {
    for (const max of [0xffff_fffdn, 4097n, 0x8000_0001n]) {
      using mapper = makeMapper({ ...NO_LIMITS, max });
      const half = { addr: (1n << 63n) - 10n * max - 5n, length: 10n * max + 5n, flags: 0 };
      const other = { addr: 1n << 63n, length: 10n * max, flags: 0 };
      const last = { addr: SPACE - 7n * max - 3n, length: 7n * max + 3n, flags: 0 };
      const table = mapper.coalesce([half, other, last]);
      expect(table.length).toBe(21 + 8);
      for (let index = 0; index < 20; index++) {
        expect(table.at(index)).toEqual({ addr: half.addr + BigInt(index) * max, length: Number(max), flags: 0 });
      }
      expect(table.at(20)).toEqual({ addr: half.addr + 20n * max, length: 5, flags: 0 });
      expect(table.at(-1)).toEqual({ addr: SPACE - 3n, length: 3, flags: 0 });
      expectBytes(mapper.coalesce(table).bytes, table.bytes);
    }
  });

  it("2^64 - 4096 to 2^64 maps, whatever the limits", () => {
    for (const limits of [
      NO_LIMITS,
      { max: 4096n, boundary: 1n << 63n, alignment: 4096n },
      { max: 1000n, boundary: 4096n, alignment: 512n },
      { max: 1n << 32n, boundary: 1n << 63n, alignment: 1n << 32n },
    ]) {
      using mapper = makeMapper(limits);
      const range = { addr: SPACE - 4096n, length: 4096n, flags: 0x100 };
      expectBytes(mapper.coalesce([range]).bytes, pack(coalesce([range], limits)));
      expectBytes(mapper.coalesce(packedRecords(pack([range]))).bytes, pack(coalesce([range], limits)));
      expectBytes(
        mapper.coalesce(pageFrames(BigUint64Array.of((1n << 52n) - 1n), { flags: 0x100 })).bytes,
        pack(coalesce([range], limits)),
      );
    }
  });

  it("the last 4 GiB of the address space are one segment", () => {
    using mapper = makeMapper();
    const range = { addr: SPACE - (1n << 32n), length: 1n << 32n, flags: 0 };
    for (const input of [[range], packedRecords(pack([range])), pageFrames([GIB4 - 1], { pageBytes: GIB4 })]) {
      expect([...mapper.coalesce(input)]).toEqual([{ addr: range.addr, length: GIB4, flags: 0 }]);
    }
  });

  it("addresses above 2^53 are exact", () => {
    using mapper = makeMapper();
    for (const addr of [(1n << 53n) + 1n, (1n << 53n) + 3n, 0x8000_0000_0000_0001n, 0xffff_ffff_ffff_fff1n]) {
      expect(mapper.coalesce([{ addr, length: 3 }]).addr(0)).toBe(addr);
      expect(mapper.coalesce(columns({ addr: BigUint64Array.of(addr), length: Uint32Array.of(3) })).addr(0)).toBe(addr);
      expect(mapper.coalesce(pageFrames(BigUint64Array.of(addr), { pageBytes: 1 })).addr(0)).toBe(addr);
    }
    // One byte apart, which a double cannot tell: they touch, and with one more byte they do not.
    const touching = [
      { addr: (1n << 60n) + 1n, length: 1n },
      { addr: (1n << 60n) + 2n, length: 1n },
      { addr: (1n << 60n) + 4n, length: 1n },
    ];
    expect([...mapper.coalesce(touching)]).toEqual([
      { addr: (1n << 60n) + 1n, length: 2, flags: 0 },
      { addr: (1n << 60n) + 4n, length: 1, flags: 0 },
    ]);
  });

  it("2^53 - 1 is the last address a number says, and ranges go on from there", () => {
    using mapper = makeMapper();
    const addr = Number.MAX_SAFE_INTEGER;
    const expected = pack([{ addr: wide(addr), length: 8n, flags: 0 }]);
    expectBytes(
      mapper.coalesce([
        { addr, length: 1 },
        { addr: 1n << 53n, length: 7 },
      ]).bytes,
      expected,
    );
    const source = columns({ addr: Float64Array.of(addr), length: Float64Array.of(8) });
    expectBytes(mapper.coalesce(source).bytes, expected);
    // addr + length is above 2^53 though neither is.
    const long = columns({ addr: Float64Array.of(addr), length: Float64Array.of(3 * GIB4 + 1) });
    expectBytes(
      mapper.coalesce(long).bytes,
      pack(coalesce([{ addr: wide(addr), length: wide(3 * GIB4 + 1), flags: 0 }])),
    );
  });

  it("a number above 2^53 - 1 is refused, never rounded", () => {
    using mapper = makeMapper();
    for (const value of [2 ** 53, 2 ** 60, 2 ** 64, Number.MAX_VALUE]) {
      const refused = blames(RangeError, "[0].addr");
      expect(() => mapper.coalesce([{ addr: value, length: 1 }])).toThrow(refused);
      expect(() => mapper.coalesce(columns({ addr: Float64Array.of(value), length: Float64Array.of(1) }))).toThrow(
        refused,
      );
      expect(() => mapper.coalesce([{ addr: 0, length: value }])).toThrow(blames(RangeError, "[0].length"));
      expect(() => SegmentTable.from([{ addr: value, length: 1 }])).toThrow(blames(RangeError, "segments[0].addr"));
      expect(() => mapper.coalesce(pageFrames([value], { pageBytes: 1 }))).toThrow(RangeError);
    }
  });

  it("the last byte of the address space is reachable", () => {
    using mapper = makeMapper();
    const last = [{ addr: SPACE - 1n, length: 1, flags: 0 }];
    for (const input of [
      last,
      packedRecords(pack([{ addr: SPACE - 1n, length: 1n, flags: 0 }])),
      columns({ addr: BigUint64Array.of(SPACE - 1n), length: Uint32Array.of(1) }),
      pageFrames(BigUint64Array.of(SPACE - 1n), { pageBytes: 1 }),
      pageFrames(BigUint64Array.of((1n << 52n) - 1n), { firstOffset: 4095 }),
      pageFrames([4095], { pageBytes: 2 ** 52, firstOffset: 2 ** 52 - 1 }),
    ]) {
      expect([...mapper.coalesce(input)]).toEqual(last);
    }
  });

  it("4 GiB is one segment, and one byte more is two", () => {
    using mapper = makeMapper();
    for (const [length, expected] of [
      [GIB4 - 1, [GIB4 - 1]],
      [GIB4, [GIB4]],
      [GIB4 + 1, [GIB4, 1]],
      [2 * GIB4, [GIB4, GIB4]],
      [2 * GIB4 + 4096, [GIB4, GIB4, 4096]],
    ] as const) {
      expect([...mapper.coalesce([{ addr: 7, length }])].map((segment) => segment.length)).toEqual(expected);
    }
  });

  it("a power-of-two cut keeps 2 MiB and 1 GiB alignment; 0xFFFFF000 is what a plain u32 gets", () => {
    using mapper = makeMapper();
    for (const { addr } of mapper.coalesce([{ addr: 2 ** 30, length: 2 ** 36 }])) expect(addr % (1n << 30n)).toBe(0n);
    using plain = makeMapper({ ...NO_LIMITS, max: 0xffff_f000n });
    const table = plain.coalesce([{ addr: 0, length: 2 ** 36 }]);
    for (let at = 3; at < table.words.length; at += 4) expect(table.words[at]).toBe(0);
    for (const { addr, length } of table) expect([addr % 4096n, length % 4096]).toEqual([0n, 0]);
  });

  it("order is kept, overlap is not contiguity, and equal ranges stay as many as they are", () => {
    using mapper = makeMapper();
    const ranges = [
      { addr: 8192n, length: 4096n, flags: 0 },
      { addr: 4096n, length: 4096n, flags: 0 },
      { addr: 4096n, length: 4096n, flags: 0 },
      { addr: 8191n, length: 4096n, flags: 0 },
      { addr: 8193n, length: 4096n, flags: 0 },
      { addr: 0n, length: 4096n, flags: 0 },
    ];
    for (const input of [ranges, packedRecords(pack(ranges))]) {
      expectBytes(mapper.coalesce(input).bytes, pack(ranges));
    }
  });

  it("flags decide what joins: BUS and tags are kinds, NOMERGE keeps apart, FULL is no kind", () => {
    using mapper = makeMapper();
    const flagsOf = (first: number, second: number) =>
      mapper.coalesce([
        { addr: 0, length: 4096, flags: first },
        { addr: 4096, length: 4096, flags: second },
      ]).length;
    for (const flags of [0, BUS, 0x100, 0xffff_ff00, 0xffff_ff04]) expect(flagsOf(flags, flags)).toBe(1);
    for (const [first, second] of [
      [0, BUS],
      [BUS, 0],
      [0, 0x100],
      [0x8000_0000, 0],
      [0x100, 0x200],
      [NOMERGE, 0],
      [0, NOMERGE],
      [NOMERGE, NOMERGE],
      [NOMERGE | BUS, NOMERGE | BUS],
    ] as const) {
      expect(flagsOf(first, second)).toBe(2);
    }
    // A FULL record and a shorter one of the same kind join.
    const ranges = [
      { addr: 0n, length: 1n << 32n, flags: 0x4204 },
      { addr: 1n << 32n, length: 16n, flags: 0x4204 },
      { addr: (1n << 32n) + 16n, length: 1n << 32n, flags: 0x4204 },
    ];
    for (const input of [ranges, packedRecords(pack(ranges))]) {
      expectBytes(mapper.coalesce(input).bytes, pack(coalesce(ranges)));
      expect(mapper.coalesce(input).length).toBe(3);
    }
    using small = makeMapper({ ...NO_LIMITS, max: 1n << 31n });
    for (const input of [ranges, packedRecords(pack(ranges))]) {
      const table = small.coalesce(input);
      expect(table.length).toBe(5);
      for (let at = 3; at < table.words.length; at += 4) expect(table.words[at]).toBe(0x4204);
    }
  });

  it("cut pieces keep their flags, NOMERGE included, and stay apart when coalesced again", () => {
    using mapper = makeMapper();
    const table = mapper.coalesce([{ addr: 0, length: 3 * GIB4, flags: NOMERGE | 0x4200 }]);
    expect([...table]).toEqual(
      [0n, 1n, 2n].map((index) => ({ addr: index << 32n, length: GIB4, flags: NOMERGE | 0x4200 })),
    );
    expectBytes(mapper.coalesce(table).bytes, table.bytes);
  });

  it("a zeroed record never reads as a segment", () => {
    using mapper = makeMapper();
    expect(() => mapper.coalesce(mapper.input(1))).toThrow(blames(RangeError, "record 0: length"));
    expect(() => mapper.coalesce(packedRecords(new Uint8Array(16 * 600)))).toThrow(
      blames(RangeError, "record 0: length"),
    );
  });
});

describe.each(engines)("$name, by its coalescer", ({ name }) => {
  it("takes of records, columns and frames those that lie before 2^64, where a run from 0 fills all space up to there", () => {
    const engine = newEngine(name);
    const coalescer = newCoalescer(engine);
    const block = engine.allocate(8 * 16);
    for (const count of [1, 2, 3, 20, 300, 513, 600]) {
      const addr = BigUint64Array.from({ length: 2 * count }, (_, index) => (SPACE + BigInt(index - count)) % SPACE);
      const ranges = Array.from(addr, (first) => ({ addr: first, length: 1n, flags: 0 }));
      const records = engine.allocate(2 * count * 16);
      records.bytes.set(pack(ranges));
      const source = columns({ addr, length: new Uint32Array(2 * count).fill(1) });
      const frames = pageFrames(addr, { pageBytes: 1 });
      for (const room of [0, 3]) {
        const output = () => ({ block, at: 0, room });
        const takers: ((at: number) => number)[] = [
          (at) => coalescer.records(records, at, 2 * count, output()),
          (at) => coalescer.columns(source, at, 2 * count, output()),
          (at) => coalescer.frames(frames, at, 2 * count, output()),
        ];
        for (const take of takers) {
          coalescer.reset();
          const fields = new Fields();
          fields.read({ addr: 0, length: SPACE - BigInt(count) });
          expect(coalescer.range(fields, output())).toBe(true);
          let taken = 0;
          // What joins needs no room. The next one would end the run, for whose segments there is too little.
          for (let more = take(0); more > 0; more = take(taken)) taken += more;
          expect([taken, coalescer.held, coalescer.bad]).toEqual([count, true, false]);
        }
      }
      coalescer.reset();
      records.free();
    }
  });
});
