/** union, by name: its rule, its options, its memory, its errors, and the policies that forbid its kernel. */

import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { packedRecords } from "../../src/core/input.js";
import { BUS, NOMERGE, type Range, type U64 } from "../../src/core/record.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { coalesce, NO_LIMITS, pack, union } from "../oracle.js";
import { blames, throws } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import { withoutCompiling } from "../support/policy.js";

const SPACE = 1n << 64n;
const list = (table: Iterable<{ addr: bigint; length: number; flags: number }>) =>
  [...table].map(({ addr, length, flags }) => (flags === 0 ? [addr, length] : [addr, length, flags]));

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("joins what overlaps, touches or lies inside, in any order", () => {
    using mapper = makeMapper();
    const ranges = [
      { addr: 30, length: 10 },
      { addr: 0, length: 10 },
      { addr: 5, length: 10 },
      { addr: 15, length: 1 },
      { addr: 31, length: 2 },
    ];
    expect(list(mapper.union(ranges))).toEqual([
      [0n, 16],
      [30n, 10],
    ]);
  });

  it("gapBytes joins ranges exactly so far apart, and no further", () => {
    using mapper = makeMapper();
    const ranges = [
      { addr: 0, length: 10 },
      { addr: 14, length: 1 },
    ];
    expect(mapper.union(ranges, { gapBytes: 3 }).length).toBe(2);
    expect(list(mapper.union(ranges, { gapBytes: 4n }))).toEqual([[0n, 15]]);
    const far = [
      { addr: SPACE - 1n, length: 1 },
      { addr: SPACE - 2n ** 40n, length: 1 },
    ];
    expect(mapper.union(far, { gapBytes: 2n ** 40n - 3n }).length).toBe(2);
    expect(mapper.union(far, { gapBytes: 2n ** 40n - 2n }).totalBytes).toBe(2n ** 40n);
    expect(mapper.union(far, { gapBytes: SPACE - 1n }).totalBytes).toBe(2n ** 40n);
  });

  it("a boundary alone cuts what is joined", () => {
    using mapper = makeMapper({ max: 1n << 32n, boundary: 4096n, alignment: 1n });
    const ranges = [
      { addr: 4000, length: 200 },
      { addr: 100, length: 4000 },
    ];
    expect(list(mapper.union(ranges))).toEqual([
      [100n, 3996],
      [4096n, 104],
    ]);
  });

  it("what ends at 2^64 and what starts at 0 do not join, whatever the gap", () => {
    using mapper = makeMapper({ max: 1n << 32n, boundary: 0n, alignment: 1n });
    const ends = [
      { addr: SPACE - 4096n, length: 4096 },
      { addr: 0, length: 4096 },
    ];
    for (const gapBytes of [0, 2 ** 40]) expect(mapper.union(ends, { gapBytes }).length).toBe(2);
  });

  it("kinds are separate sets, ordered by address, flags, length after cutting", () => {
    using mapper = makeMapper({ max: 4n, boundary: 0n, alignment: 1n });
    const ranges = [
      { addr: 0, length: 8, flags: 0x200 },
      { addr: 2, length: 6, flags: 0x100 },
      { addr: 0, length: 3, flags: 0x100 },
      { addr: 4, length: 4, flags: BUS },
    ];
    expect(list(mapper.union(ranges))).toEqual([
      [0n, 4, 0x100],
      [0n, 4, 0x200],
      [4n, 4, BUS],
      [4n, 4, 0x100],
      [4n, 4, 0x200],
    ]);
  });

  it("NOMERGE ranges pass through, duplicates too, and are only cut", () => {
    using mapper = makeMapper({ max: 4n, boundary: 0n, alignment: 1n });
    const ranges = [
      { addr: 4, length: 6, flags: NOMERGE },
      { addr: 0, length: 4, flags: NOMERGE },
      { addr: 0, length: 2, flags: NOMERGE },
      { addr: 0, length: 4, flags: NOMERGE },
    ];
    expect(list(mapper.union(ranges, { gapBytes: 100 }))).toEqual([
      [0n, 2, NOMERGE],
      [0n, 4, NOMERGE],
      [0n, 4, NOMERGE],
      [4n, 4, NOMERGE],
      [8n, 2, NOMERGE],
    ]);
  });

  it("a NOMERGE range above 4 GiB is cut from its own start, not where 4 GiB end", () => {
    using mapper = makeMapper({ max: 3n << 30n, boundary: 0n, alignment: 1n });
    const length = 9n << 30n;
    for (const ranges of [
      [{ addr: 4096n, length, flags: NOMERGE }],
      [
        { addr: 1n << 40n, length: 1n, flags: 0 },
        { addr: 4096n, length, flags: NOMERGE },
      ],
    ]) {
      expect(list(mapper.union(ranges)).slice(0, 3)).toEqual(
        [0n, 1n, 2n].map((i) => [4096n + i * (3n << 30n), 3 * 2 ** 30, NOMERGE]),
      );
      expect(mapper.union(ranges).length).toBe(ranges.length + 2);
    }
  });

  it("addresses on both sides of 2^63 are in order as they are unsigned", () => {
    using mapper = makeMapper();
    const low = Array.from({ length: 9 }, (_, i) => ({ addr: BigInt(i + 1) << 20n, length: 16n, flags: 0 }));
    const high = low.map((range) => ({ ...range, addr: range.addr + (1n << 63n) }));
    for (const ranges of [
      [...low, ...high],
      [...high, ...low],
      [...high.slice(0, 5), ...low, ...high.slice(5)],
    ]) {
      expectBytes(mapper.union(packedRecords(pack(ranges))).bytes, pack([...low, ...high]));
    }
  });

  it("above 2^53 nothing is merged across a hole, rounded or dropped", () => {
    using mapper = makeMapper();
    const s = 1n << 53n;
    // The inputs on which drange, multi-integer-range and ranges-merge fill the hole or lose a byte.
    for (const base of [s, s - 4n, (1n << 63n) - 2n, SPACE - 5n]) {
      const apart = [
        { addr: base + 3n, length: 2n, flags: 0 },
        { addr: base, length: 2n, flags: 0 },
      ];
      expect(list(mapper.union(apart))).toEqual([
        [base, 2],
        [base + 3n, 2],
      ]);
      expect(list(mapper.union(apart, { gapBytes: 1 }))).toEqual([[base, 5]]);
      const touching = [{ addr: base + 2n, length: 1n, flags: 0 }, ...apart];
      expect(list(mapper.union(touching))).toEqual([[base, 5]]);
    }
    expect(() => mapper.union([{ addr: 2 ** 53, length: 1 }])).toThrow(blames(RangeError, "[0].addr"));
    const many = Array.from({ length: 1000 }, (_, i) => ({ addr: SPACE - 2n * BigInt(i) - 1n, length: 1n, flags: 0 }));
    expectBytes(mapper.union(packedRecords(pack(many))).bytes, pack([...many].reverse()));
  });

  it("any gap from 2^63 on joins whatever there is", () => {
    using mapper = makeMapper();
    const sorted = Array.from({ length: 9 }, (_, i) => ({ addr: BigInt(i) << 13n, length: 4096n, flags: 0 }));
    for (const gapBytes of [SPACE / 2n - 1n, SPACE / 2n, SPACE - 1n]) {
      for (const ranges of [sorted, [...sorted].reverse()]) {
        expect(list(mapper.union(packedRecords(pack(ranges)), { gapBytes }))).toEqual([[0n, 17 * 4096]]);
      }
    }
    // The first is further away than the gap, the others are not.
    const far = [
      { addr: 0n, length: 1n, flags: 0 },
      ...sorted.map((range) => ({ ...range, addr: range.addr + SPACE / 2n + 4096n })),
    ];
    expect(list(mapper.union(packedRecords(pack(far)), { gapBytes: SPACE / 2n }))).toEqual([
      [0n, 1],
      [SPACE / 2n + 4096n, 17 * 4096],
    ]);
  });

  it("many copies of a long range cost no more than one: what is too long is cut last", () => {
    using mapper = makeMapper();
    const copies = Array.from({ length: 5000 }, (_, i) => ({ addr: i, length: 2 ** 42 }));
    expect(mapper.union(copies).totalBytes).toBe(2n ** 42n + 4999n);
    using small = makeMapper({ max: 65536n, boundary: 0n, alignment: 1n });
    const records = pack(copies.map(({ addr }) => ({ addr: BigInt(addr), length: 1n << 32n, flags: 0 })));
    expect(small.union(packedRecords(records)).length).toBe(65537);
  });

  it("units of 4 GiB, and what is left of them, meet again behind a sort", () => {
    using mapper = makeMapper({ max: 3n << 30n, boundary: 0n, alignment: 1n });
    const ranges = [5n, 4n, 1n].map((units) => ({ addr: 0x1234n, length: (units << 32n) + units, flags: 0 }));
    const others = [{ addr: 0n, length: 1n, flags: 0 }, ...ranges, { addr: 0x1000n, length: 9n << 32n, flags: 0x100 }];
    expectBytes(mapper.union(others).bytes, pack(union(others, 0n, { max: 3n << 30n, boundary: 0n, alignment: 1n })));
  });

  it("pages in any order, as frames and as columns", () => {
    using mapper = makeMapper();
    const frames = [9, 3, 4, 8, 3, 5];
    const expected = [
      [0x3000n, 0x3000],
      [0x8000n, 0x2000],
    ];
    expect(list(mapper.union(pageFrames(frames)))).toEqual(expected);
    const addr = Float64Array.from(frames, (frame) => frame * 4096);
    const length = new Uint32Array(frames.length).fill(4096);
    expect(list(mapper.union(columns({ addr, length })))).toEqual(expected);
    expect(list(mapper.union(pageFrames([7, 6], { firstOffset: 1, byteLength: 4097 })))).toEqual([
      [0x6000n, 2],
      [0x7001n, 4095],
    ]);
  });

  it("nothing in, nothing out; empty ranges are refused, or passed over", () => {
    using mapper = makeMapper();
    expect(mapper.union([]).length).toBe(0);
    expect(() => mapper.union([{ addr: 1, length: 0 }])).toThrow(blames(RangeError, "[0].length"));
    expect(
      list(
        mapper.union(
          [
            { addr: 9, length: 0 },
            { addr: 1, length: 1 },
          ],
          { skipEmpty: true },
        ),
      ),
    ).toEqual([[1n, 1]]);
  });

  it("wrong options and inputs are refused in the words of coalesce", () => {
    using mapper = makeMapper();
    throws(() => mapper.union([], { gapBytes: -1 }), RangeError, "gapBytes");
    throws(() => mapper.union([], { gapBytes: SPACE }), RangeError, "gapBytes");
    throws(() => mapper.union([], { gapBytes: 0.5 }), RangeError, "gapBytes");
    throws(() => mapper.union([], { gapBytes: 2 ** 53 }), RangeError, "gapBytes");
    throws(() => mapper.union([], { gapBytes: "1" as unknown as U64 }), TypeError, "gapBytes");
    throws(() => mapper.union([], { skipEmpty: 1 as unknown as boolean }), TypeError, "skipEmpty");
    throws(() => mapper.union(5 as unknown as Range[]), TypeError, "input");
    const three = [
      { addr: 5, length: 1 },
      { addr: 0, length: 1 },
      { addr: SPACE - 1n, length: 2 },
    ];
    throws(() => mapper.union(three), RangeError, "[2].addr + length");
    const records = pack([
      { addr: 0n, length: 1n, flags: 0 },
      { addr: 0n, length: 0n, flags: 0 },
    ]);
    throws(() => mapper.union(packedRecords(records)), RangeError, "record 1: length");
    // It works as before.
    expect(mapper.union(three.slice(0, 2)).length).toBe(2);
  });

  it("an iterable may call the mapper while it is read", () => {
    using mapper = makeMapper();
    function* ranges(): Generator<Range> {
      yield { addr: 8, length: 8 };
      expect(
        list(
          mapper.union([
            { addr: 3, length: 1 },
            { addr: 1, length: 2 },
          ]),
        ),
      ).toEqual([[1n, 3]]);
      expect(mapper.coalesce([{ addr: 3, length: 1 }]).length).toBe(1);
      yield { addr: 0, length: 8 };
    }
    expect(list(mapper.union(ranges()))).toEqual([[0n, 16]]);
  });

  it("leaves coalesce as it was: what is too long is cut again", () => {
    using mapper = makeMapper({ max: 4096n, boundary: 0n, alignment: 1n });
    const ranges = [{ addr: 0n, length: 10000n, flags: 0 }];
    expect(mapper.union(ranges).length).toBe(3);
    expectBytes(mapper.coalesce(ranges).bytes, pack(coalesce(ranges, { ...NO_LIMITS, max: 4096n })));
    using stream = mapper.stream();
    stream.push({ addr: 0, length: 10000 });
    expect(stream.flush()).toBe(true);
    expect(stream.drain().length).toBe(3);
  });

  it("is closed with the mapper", () => {
    const mapper = makeMapper();
    mapper.close();
    expect((thrownBy(() => mapper.union([])) as SegringError).code).toBe("CLOSED");
  });
});

describe.each([{ name: "wasm" }, { name: "js" }] as const)("memory of the $name engine", ({ name }) => {
  const shuffled = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ addr: BigInt((i * 7919) % count) * 32n, length: 16n, flags: 0 }));

  it("is given back after each union, one that failed too", () => {
    using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20 });
    const few = packedRecords(pack(shuffled(4001)));
    const many = packedRecords(pack(shuffled(80021)));
    const wanted = mapper.union(few).bytes;
    for (let round = 0; round < 20; round++) {
      expect((thrownBy(() => mapper.union(many)) as SegringError).code).toBe("OUT_OF_MEMORY");
      expectBytes(mapper.union(few).bytes, wanted, `round ${round}`);
      expect(() =>
        mapper.union([
          { addr: 1, length: 1 },
          { addr: -1, length: 1 },
        ]),
      ).toThrow(RangeError);
    }
  });

  it("too many segments are OUT_OF_MEMORY, and records of input() stay as they were", () => {
    using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 20, maxSegmentBytes: 4096 });
    const records = mapper.input(2);
    const bytes = pack([
      { addr: 1n << 33n, length: 1n << 32n, flags: 0 },
      { addr: 0n, length: 1n << 32n, flags: 0 },
    ]);
    records.bytes.set(bytes);
    const error = thrownBy(() => mapper.union(records)) as SegringError;
    expect(error).toBeInstanceOf(SegringError);
    expect(error.code).toBe("OUT_OF_MEMORY");
    expectBytes(records.bytes, bytes, "input");
    expect(mapper.union([{ addr: 0, length: 8192 }]).length).toBe(2);
  });

  it("sorted input needs no more than coalescing it: no copy, no sort", () => {
    using mapper = createMapperSync({ engine: name, maxMemoryBytes: 2 ** 18 });
    const count = 100_000;
    const sorted = Array.from({ length: count }, (_, i) => ({ addr: BigInt(i) * 16n, length: 16n, flags: 0 }));
    expect(mapper.union(packedRecords(pack(sorted))).length).toBe(1);
  });
});

it("a mapper that is made unites and lists frames where a policy forbids compiling from then on", () => {
  const reversed = Array.from({ length: 100 }, (_, i) => ({ addr: 16 * (100 - i), length: 8 }));
  for (const { name } of builds) {
    using mapper = createMapperSync({ engine: name });
    withoutCompiling(() => {
      const table = mapper.union(reversed);
      expect(table.length).toBe(100);
      expect(mapper.frames(table).length).toBe(100);
      const records = mapper.input(2);
      records.words.set([32, 0, 8, 0, 24, 0, 8, 0]);
      expect(list(mapper.union(records))).toEqual([[24n, 16]]);
    });
  }
});
