/**
 * What is not valid: a RangeError names exactly the first bad element, wherever it lies in a block and whatever lies
 * round it, and nothing has changed: the next call on the same mapper gives the right answer.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy, unaligned } from "../support/bytes.js";
import { check } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { Random } from "../support/random.js";
import { anyCount, anyJob } from "../support/ranges.js";

const SPACE = 1n << 64n;
const GIB4 = 1n << 32n;

/** A range that no rule allows, and what its record's fault is called. */
interface Fault {
  what: string;
  range: OracleRange;
  /** With `skipEmpty` it is passed over. */
  empty?: boolean;
}
const faults: Fault[] = [
  { what: "length", range: { addr: 64n, length: 0n, flags: 0 }, empty: true },
  { what: "length", range: { addr: 64n, length: 0n, flags: 0x4206 }, empty: true },
  {
    what: "addr + length",
    range: { addr: SPACE - 1n, length: 2n, flags: 0 },
  },
  {
    what: "addr + length",
    range: { addr: SPACE - GIB4 + 1n, length: GIB4, flags: 0 },
  },
  { what: "len", range: { addr: 0n, length: GIB4 + 1n, flags: 0 } },
  { what: "len", range: { addr: 0n, length: 2n * GIB4 - 1n, flags: 0x102 } },
  ...[8, 0x10, 0x20, 0x40, 0x80].flatMap((flag): Fault[] => {
    return [
      { what: "flags", range: { addr: 0n, length: 16n, flags: flag } },
      { what: "flags", range: { addr: 16n, length: 16n, flags: 0xabcd_ef06 + flag } },
      // Not even skipEmpty passes over an empty one.
      { what: "flags", range: { addr: 0n, length: 0n, flags: flag } },
    ];
  }),
];

/** Blocks of every character: all join, none does, some do, high addresses, mixed kinds, a wrap at 2^64. */
const grounds: Record<string, (index: number) => OracleRange> = {
  "all join": (index) => ({ addr: BigInt(index) * 4096n, length: 4096n, flags: 0x4200 }),
  "none joins": (index) => ({ addr: BigInt(index) * 8192n, length: 4096n, flags: 0 }),
  "none joins, above 2^63": (index) => ({ addr: (1n << 63n) + BigInt(index) * 8192n, length: 4096n, flags: 4 }),
  "few breaks": (index) => ({ addr: BigInt(index + (index >> 6)) * 4096n, length: 4096n, flags: 0 }),
  "mixed kinds": (index) => ({ addr: BigInt(index) * 16n, length: 16n, flags: (index % 5 === 0 ? 2 : 0) + 4 }),
  "all NOMERGE": (index) => ({ addr: BigInt(index) * 16n, length: 16n, flags: 2 }),
  "long ones": (index) => ({ addr: BigInt(index) * GIB4, length: GIB4, flags: 0 }),
  "across 2^64": (index) => ({ addr: (SPACE - 256n * 16n + BigInt(index) * 16n) % SPACE, length: 16n, flags: 0 }),
};

describe.each(builds)("$name refuses", ({ name }) => {
  const makeMapper = mapperFactory(name);

  function refuses(mapper: SegmentMapper, call: () => unknown, argument: string, why: string): void {
    const error = thrownBy(call);
    if (!blames(RangeError, argument).asymmetricMatch(error)) {
      expect.fail(`${why}: expected a RangeError about ${argument}, got ${error}`);
    }
    // Nothing is held back from it: this range would join what came before.
    expect(mapper.coalesce(packedRecords(pack([{ addr: 4096n, length: 1n, flags: 0x4200 }]))).length).toBe(1);
  }

  describe.each(Object.keys(grounds))("among records where %s", (ground) => {
    const rangeAt = grounds[ground] as (index: number) => OracleRange;

    it("a record that is not valid, at every place of a block", () => {
      using mapper = makeMapper();
      const count = 523;
      const ranges = Array.from({ length: count }, (_, index) => rangeAt(index));
      const good = pack(ranges);
      const expected = pack(coalesce(ranges));
      for (let badAt = 0; badAt < count; badAt++) {
        const { what, range } = faults[badAt % faults.length] as Fault;
        const bytes = good.slice();
        bytes.set(pack([range]), badAt * 16);
        refuses(mapper, () => mapper.coalesce(packedRecords(bytes)), `record ${badAt}: ${what}`, `at ${badAt}`);
      }
      expectBytes(mapper.coalesce(packedRecords(good)).bytes, expected, "afterwards");
    });

    it("every kind of fault, at the borders of groups and blocks", () => {
      using mapper = makeMapper();
      const count = 1100;
      const ranges = Array.from({ length: count }, (_, index) => rangeAt(index));
      const good = pack(ranges);
      const input = mapper.input(count);
      for (const { what, range, empty = false } of faults) {
        for (const badAt of [0, 1, 2, 3, 4, 5, 63, 64, 65, 511, 512, 513, 514, 1024, 1025, 1098, 1099]) {
          const bytes = good.slice();
          bytes.set(pack([range]), badAt * 16);
          // A second one later is not named.
          bytes.set(pack([{ addr: 0n, length: 0n, flags: 8 }]), 1099 * 16);
          const why = `${what} at ${badAt}`;
          refuses(
            mapper,
            () => mapper.coalesce(packedRecords(bytes)),
            `record ${badAt}: ${badAt === 1099 ? "flags" : what}`,
            why,
          );
          refuses(
            mapper,
            () => mapper.coalesce(packedRecords(unaligned(bytes))),
            `record ${badAt}: ${badAt === 1099 ? "flags" : what}`,
            `${why}, unaligned`,
          );
          input.bytes.set(bytes);
          refuses(
            mapper,
            () => mapper.coalesce(input),
            `record ${badAt}: ${badAt === 1099 ? "flags" : what}`,
            `${why}, in place`,
          );
          if (!empty) {
            const skip = { skipEmpty: true };
            refuses(
              mapper,
              () => mapper.coalesce(packedRecords(bytes), skip),
              `record ${badAt}: ${badAt === 1099 ? "flags" : what}`,
              `${why}, with skipEmpty`,
            );
          }
        }
      }
      input.bytes.set(good);
      expectBytes(mapper.coalesce(input).bytes, pack(coalesce(ranges)), "afterwards");
    });
  });

  /**
   * Pages of one kind in a row, where the number at `oddAt` reads as another length: the next one lies where an odd
   * word, taken for a length of that kind, would end.
   */
  function forged(count: number, kind: number, oddAt: number, odd: { length: bigint; flags: number }): OracleRange[] {
    const ranges: OracleRange[] = [];
    let addr = 0n;
    for (let index = 0; index < count; index++) {
      const range = { addr, length: 4096n, flags: kind, ...(index === oddAt ? odd : {}) };
      ranges.push(range);
      addr = BigInt.asUintN(64, addr + (BigInt(range.flags) << 32n) + range.length - (BigInt(kind) << 32n));
    }
    return ranges;
  }

  it("a record that is not valid though its word, as a number, leads to the next one", () => {
    using mapper = makeMapper();
    const count = 525;
    for (const kind of [0, 0x4200, 4]) {
      for (let oddAt = 0; oddAt < count; oddAt++) {
        const [odd, what] = [
          [{ length: 0n, flags: kind }, "length"],
          [{ length: GIB4 + 4096n, flags: kind }, "len"],
          [{ length: 4096n, flags: kind + 8 }, "flags"],
          [{ length: 4096n, flags: kind + 0x80 }, "flags"],
        ][oddAt % 4] as [{ length: bigint; flags: number }, string];
        const ranges = forged(count, kind, oddAt, odd);
        const source = packedRecords(pack(ranges));
        refuses(mapper, () => mapper.coalesce(source), `record ${oddAt}: ${what}`, `kind ${kind}, ${oddAt}`);
      }
    }
  });

  it("nothing of another kind whose word, as a number, leads to the next one: it joins neither", () => {
    using mapper = makeMapper();
    const count = 525;
    for (const kind of [0, 0x4200, 4, 0xffff_ff00]) {
      for (let oddAt = 0; oddAt < count; oddAt++) {
        const flags = [0x4300, 2, 0x4202, 6, 0x8000_0000, 0xffff_ff04][oddAt % 6] as number;
        const ranges = forged(count, kind, oddAt, { length: 4096n, flags });
        // What would end past 2^64 is refused, rightly.
        if (ranges.some(({ addr, length }) => addr + length > SPACE)) continue;
        expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, pack(coalesce(ranges)), `${kind}, ${oddAt}`);
      }
    }
  });

  it("a record that is not valid in any job, and nothing has changed", () => {
    const drawn = fc.tuple(anyJob(), fc.nat(), fc.constantFrom(...faults), anyJob({ segments: 500 }));
    check(150, drawn, ([{ limits, ranges }, place, { what, range }, next]) => {
      using mapper = makeMapper(limits);
      using other = makeMapper(next.limits);
      const badAt = place % ranges.length;
      const bytes = pack(ranges);
      bytes.set(pack([range]), badAt * 16);
      refuses(mapper, () => mapper.coalesce(packedRecords(bytes)), `record ${badAt}: ${what}`, `at ${badAt}`);
      expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, pack(coalesce(ranges, limits)), "afterwards");
      expectBytes(
        other.coalesce(packedRecords(pack(next.ranges))).bytes,
        pack(coalesce(next.ranges, next.limits)),
        "another mapper on the same memory",
      );
    });
  });

  it("an object that is not valid at any place: the message names the field and the index", () => {
    using mapper = makeMapper();
    for (const count of [1, 5, 1023, 1024, 1025, 1500]) {
      for (const badAt of [0, 1, count >> 1, 1022, 1023, 1024, count - 1]) {
        if (badAt >= count) continue;
        const ranges: { addr: number | bigint; length: number | bigint; flags?: number }[] = Array.from(
          { length: count },
          (_, index) => ({ addr: 4096 * index, length: 4096, flags: 0x4200 }),
        );
        const refused = (bad: { addr: number | bigint; length: number | bigint; flags?: number }, argument: string) => {
          ranges[badAt] = bad;
          refuses(mapper, () => mapper.coalesce(ranges), argument, `${count}, ${badAt}`);
        };
        refused({ addr: 0, length: 0 }, `[${badAt}].length`);
        refused({ addr: 0, length: 1, flags: 16 }, `[${badAt}].flags`);
        refused({ addr: SPACE - 1n, length: 2 }, `[${badAt}].addr + length`);
        refused({ addr: -1, length: 2 }, `[${badAt}].addr`);
      }
    }
  });

  it("a column element that is not valid, at every place", () => {
    using mapper = makeMapper();
    const count = 1100;
    for (const step of [16, 32]) {
      const addr = Float64Array.from({ length: count }, (_, index) => index * step);
      const length = new Float64Array(count).fill(16);
      const flags = new Uint32Array(count).fill(0x4200);
      const source = columns({ addr, length, flags });
      const good = mapper.coalesce(source).bytes;
      for (let badAt = 0; badAt < count; badAt += badAt < 20 || (badAt > 500 && badAt < 530) || badAt > 1010 ? 1 : 13) {
        const refused = (column: Float64Array | Uint32Array, bad: number, field: string) => {
          const before = column[badAt] as number;
          column[badAt] = bad;
          refuses(mapper, () => mapper.coalesce(source), `[${badAt}].${field}`, `${bad} at ${badAt}`);
          column[badAt] = before;
        };
        refused(addr, 0.5, "addr");
        refused(length, -1, "length");
        refused(length, 0, "length");
        refused(flags, 32, "flags");
      }
      expectBytes(mapper.coalesce(source).bytes, good, "afterwards");
    }
  });

  it("every number that is no exact unsigned integer, in a Float64Array of any of its three places", () => {
    using mapper = makeMapper();
    const wrong = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1,
      -Number.MIN_VALUE,
      0.5,
      2 ** 31 + 0.5,
      2 ** 52 - 0.5,
      2 ** 53,
      2 ** 64,
    ];
    for (const bad of wrong) {
      for (const count of [1, 3, 40, 600]) {
        for (const badAt of [0, count - 1]) {
          const fine = Float64Array.from({ length: count }, (_, index) => 1 + index * 4096);
          const odd = fine.slice();
          odd[badAt] = bad;
          const why = `${bad} at ${badAt} of ${count}`;
          refuses(mapper, () => mapper.coalesce(columns({ addr: odd, length: fine })), `[${badAt}].addr`, why);
          refuses(mapper, () => mapper.coalesce(columns({ addr: fine, length: odd })), `[${badAt}].length`, why);
          refuses(mapper, () => mapper.coalesce(pageFrames(odd)), `pfns[${badAt}]`, why);
          refuses(mapper, () => mapper.coalesce(pageFrames([...odd], { firstOffset: 1 })), `pfns[${badAt}]`, why);
          refuses(
            mapper,
            () => mapper.coalesce(pageFrames(odd, { byteLength: count * 4096 - 1 })),
            `pfns[${badAt}]`,
            `${why}, used in part`,
          );
        }
      }
    }
    // Zero is zero with either sign.
    expectBytes(
      mapper.coalesce(columns({ addr: Float64Array.of(-0), length: Float64Array.of(1) })).bytes,
      pack([{ addr: 0n, length: 1n, flags: 0 }]),
    );
    expectBytes(mapper.coalesce(pageFrames([-0])).bytes, pack([{ addr: 0n, length: 4096n, flags: 0 }]));
  });

  it("columns whose range ends past 2^64, by one byte and by as much as can be", () => {
    using mapper = makeMapper();
    const pairs: [bigint, bigint][] = [
      [SPACE - 1n, 2n],
      [SPACE - 1n, SPACE - 1n],
      [2n, SPACE - 1n],
      [1n << 63n, (1n << 63n) + 1n],
      [SPACE - GIB4, GIB4 + 1n],
      [SPACE - 0xffff_ffffn, GIB4],
      [(SPACE >> 1n) + 5n, SPACE - 5n],
    ];
    for (const [addr, length] of pairs) {
      for (const before of [0, 3, 600]) {
        const source = columns({
          addr: BigUint64Array.from({ length: before + 1 }, (_, index) =>
            index === before ? addr : BigInt(index) * 64n,
          ),
          length: BigUint64Array.from({ length: before + 1 }, (_, index) => (index === before ? length : 32n)),
        });
        if (addr + length <= SPACE) expect.fail(`${addr} + ${length} fits`);
        refuses(mapper, () => mapper.coalesce(source), `[${before}].addr + length`, `${addr} + ${length}`);
      }
    }
  });

  it("frames whose page ends past 2^64, of every page size and at every place of a block", () => {
    using mapper = makeMapper();
    for (let pageShift = 1; pageShift <= 52; pageShift++) {
      const pageBytes = 2 ** pageShift;
      const above = 1n << (64n - BigInt(pageShift));
      for (const bad of [above, above + 1n, SPACE - 1n, above | (above >> 1n)]) {
        for (const pfns of [[bad], [above - 1n, bad], [0n, above - 2n, above - 1n, bad, 0n, 1n, 2n, 3n]]) {
          const frames = BigUint64Array.from(pfns);
          const badAt = pfns.indexOf(bad);
          // Pages too long to emit stay held back until the fault is met.
          const source = pageFrames(frames, { pageBytes, firstOffset: pfns.length === 1 ? 1 : 0 });
          if (pfns.length > 2 && pageShift > 40) continue;
          refuses(mapper, () => mapper.coalesce(source), `pfns[${badAt}]`, `2^${pageShift} ${bad}`);
        }
      }
    }
    const count = 1045;
    for (const contiguous of [true, false]) {
      for (let badAt = 0; badAt < count; badAt++) {
        const frames = BigUint64Array.from({ length: count }, (_, index) => BigInt(contiguous ? index : index * 2));
        frames[badAt] = 1n << 52n;
        refuses(mapper, () => mapper.coalesce(pageFrames(frames)), `pfns[${badAt}]`, `${badAt}`);
        if (badAt % 7 === 0) {
          const odd = Float64Array.from(frames, Number);
          refuses(mapper, () => mapper.coalesce(pageFrames(odd)), `pfns[${badAt}]`, `${badAt}, float`);
        }
      }
    }
  });

  it("any bytes that are no records, and takes any that are", () => {
    // Words with many zeros: some records are valid by chance.
    check(150, fc.tuple(anyCount, fc.integer(), fc.constantFrom(0, 1, 2, 40)), ([count, seed, wrongIn]) => {
      using mapper = makeMapper({ max: GIB4, boundary: 0n, alignment: 1n });
      const random = new Random(seed);
      const words = new Uint32Array(count * 4);
      for (let at = 0; at < words.length; at += 4) {
        words[at] = random.u32();
        words[at + 1] = random.u32() >>> random.pick([0, 0, 8, 31]);
        words[at + 2] = random.once(4) ? 0 : random.u32();
        words[at + 3] = ((random.u32() & 0xffff_ff06) | (words[at + 2] === 0 ? 1 : 0)) >>> 0;
        if (random.once(wrongIn)) words[at + 3] = random.u32();
      }
      const bytes = new Uint8Array(words.buffer);
      const badAt = firstInvalid(bytes);
      if (badAt < 0) {
        expectBytes(mapper.coalesce(packedRecords(bytes)).bytes, pack(coalesce(readRecords(bytes))));
        return;
      }
      const error = thrownBy(() => mapper.coalesce(packedRecords(bytes)));
      if (!(error instanceof RangeError) || !error.message.startsWith(`record ${badAt}: `)) {
        expect.fail(`expected record ${badAt}, got ${error}`);
      }
    });
  });
});

/** The record as design.md, section 2 has it. */
function readRecords(bytes: Uint8Array): OracleRange[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 16 }, (_, index) => {
    const flags = view.getUint32(index * 16 + 12, true);
    return {
      addr: view.getBigUint64(index * 16, true),
      length: BigInt(view.getUint32(index * 16 + 8, true)) + (flags % 2 === 1 ? GIB4 : 0n),
      flags: flags - (flags % 2),
    };
  });
}

function firstInvalid(bytes: Uint8Array): number {
  return readRecords(bytes).findIndex(
    ({ addr, length, flags }) => length === 0n || length > GIB4 || (flags & 0xf8) !== 0 || addr + length > SPACE,
  );
}
