/** Operations on byte sets against a model that asks, stretch by stretch, who has it. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import type { Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { kindSetsOf } from "../../src/table/byte-set.js";
import { complement, contains, intersect, overlaps, subtract } from "../../src/table/sets.js";
import { slice } from "../../src/table/slice.js";
import { type OracleRange, pack, union } from "../oracle.js";
import { throws } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { check } from "../support/check.js";
import { EDGES, FOUR_GIB, least } from "../support/ranges.js";

const NOMERGE = 2;
const UNCUT = { max: 1n << 65n, boundary: 0n, alignment: 1n };
const SPACE = 1n << 64n;

const covers = (set: readonly OracleRange[], byte: bigint) =>
  set.some(({ addr, length }) => addr <= byte && byte < addr + length);

/** The stretches of each set of `a` (its kinds, its NOMERGE ranges) whose first byte `keep` wants, joined. */
function model(a: readonly OracleRange[], b: readonly OracleRange[], keep: (inB: boolean) => boolean): OracleRange[] {
  const ends = [...a, ...b].flatMap(({ addr, length }) => [addr, addr + length]);
  const points = [...new Set(ends)].sort((x, y) => (x < y ? -1 : 1));
  const found: OracleRange[] = [];
  for (const { addr, length, flags } of union(a, 0n, UNCUT)) {
    let open: OracleRange | undefined;
    for (const [index, point] of points.entries()) {
      const next = points[index + 1] as bigint;
      if (point < addr || point >= addr + length) continue;
      if (!keep(covers(b, point))) open = undefined;
      else if (open !== undefined) open.length += next - point;
      else {
        open = { addr: point, length: next - point, flags };
        found.push(open);
      }
    }
  }
  return found;
}

/** The segments of these stretches: cut every 4 GiB. */
function segmentsOf(stretches: readonly OracleRange[]): OracleRange[] {
  return stretches
    .flatMap((range) => pieces(range))
    .sort((x, y) => Number(x.addr - y.addr) || x.flags - y.flags || Number(x.length - y.length));
}

function pieces({ addr, length, flags }: OracleRange): OracleRange[] {
  return Array.from({ length: Number((length + FOUR_GIB - 1n) / FOUR_GIB) }, (_, index) => {
    const first = addr + BigInt(index) * FOUR_GIB;
    return { addr: first, length: least(FOUR_GIB, addr + length - first), flags };
  });
}

/** The table of these stretches, or OUT_OF_MEMORY where it would have more than 2^24 segments. */
function expectSet(call: () => SegmentTable, stretches: readonly OracleRange[]): void {
  const count = stretches.reduce((sum, { length }) => sum + (length + FOUR_GIB - 1n) / FOUR_GIB, 0n);
  if (count > 1n << 24n) expect(thrownBy(call)).toMatchObject({ code: "OUT_OF_MEMORY" });
  else expectBytes(call().bytes, pack(segmentsOf(stretches)));
}

const anyRange = fc
  .record({
    base: fc.oneof(fc.constant(0n), fc.constantFrom(...EDGES)),
    at: fc.integer({ min: -12, max: 12 }),
    length: fc.oneof(
      fc.integer({ min: 1, max: 8 }).map(BigInt),
      fc.integer({ min: 1, max: 8 }).map(BigInt),
      fc.constantFrom(1n << 32n, (1n << 33n) + 1n),
      fc.constantFrom(1n << 32n, (1n << 34n) + 1n, 1n << 63n),
    ),
    flags: fc.constantFrom(0, 0, 0, 4, 0x100, NOMERGE),
  })
  .map(({ base, at, length, flags }): OracleRange => {
    const addr = base + BigInt(at) < 0n ? 0n : base + BigInt(at);
    const first = addr >= SPACE ? SPACE - 3n : addr;
    return { addr: first, length: first + length > SPACE ? SPACE - first : length, flags };
  });
const anySet = fc.array(anyRange, { maxLength: 12 });
const short = ({ length }: OracleRange) => length <= 1n << 32n;
/** As ranges, or as a table, which holds no more than 4 GiB a segment. */
const anyOperand = fc
  .record({ set: anySet, asTable: fc.boolean() })
  .map(({ set, asTable }) =>
    asTable
      ? { set: set.filter(short), operand: SegmentTable.fromBytes(pack(set.filter(short))) }
      : { set, operand: set as Iterable<Range> },
  );

describe("sets of bytes", () => {
  it("intersect is the bytes of a that are in b, with a's flags", () => {
    check(600, fc.tuple(anyOperand, anyOperand), ([a, b]) => {
      expectSet(
        () => intersect(a.operand, b.operand),
        model(a.set, b.set, (inB) => inB),
      );
    });
  });

  it("subtract is the bytes of a that are not in b, with a's flags", () => {
    check(600, fc.tuple(anyOperand, anyOperand), ([a, b]) => {
      expectSet(
        () => subtract(a.operand, b.operand),
        model(a.set, b.set, (inB) => !inB),
      );
    });
  });

  it("complement is the bytes of a window that are in no range, with the window's flags", () => {
    check(400, fc.tuple(anyOperand, anyRange), ([a, window]) => {
      expectSet(
        () => complement(a.operand, window),
        model([window], a.set, (inB) => !inB),
      );
    });
  });

  it("contains says whether all bytes are there, overlaps whether any is", () => {
    check(600, fc.tuple(anyOperand, anyRange, anyOperand), ([a, range, b]) => {
      const missing = model([{ ...range, flags: 0 }], a.set, (inB) => !inB);
      const common = model([{ ...range, flags: 0 }], a.set, (inB) => inB);
      expect(contains(a.operand, range)).toBe(missing.length === 0);
      expect(overlaps(a.operand, range)).toBe(common.length > 0);
      expect(contains(a.operand, range.addr)).toBe(covers(a.set, range.addr));
      expect(overlaps(a.operand, b.operand)).toBe(model(a.set, b.set, (inB) => inB).length > 0);
    });
  });

  it("what intersect and subtract give is the first operand again", () => {
    const mapper = createMapperSync();
    const some = anySet.map((set) => set.filter(short).filter(({ flags }) => flags !== NOMERGE));
    check(200, fc.tuple(some, anyOperand), ([a, b]) => {
      const parts = [...intersect(a, b.operand), ...subtract(a, b.operand)];
      expect([...mapper.union(parts)]).toEqual([...mapper.union(packedRecords(pack(a)))]);
    });
  });
});

describe("sets of bytes, by name", () => {
  it("all 2^64 bytes are an operand, and too many segments for a result", () => {
    const all = [0n, SPACE / 2n].map((addr) => ({ addr, length: SPACE / 2n }));
    expect(thrownBy(() => intersect(all, all))).toMatchObject({ code: "OUT_OF_MEMORY" });
    expect([...intersect(all, [{ addr: SPACE - 5n, length: 5 }])]).toEqual([{ addr: SPACE - 5n, length: 5, flags: 0 }]);
    expect([...subtract([{ addr: 0, length: 8 }], all)]).toEqual([]);
    expect(contains(all, { addr: 0, length: SPACE - 1n })).toBe(true);
    expect(contains(all, SPACE - 1n)).toBe(true);
    expect([...complement(all, { addr: 1, length: SPACE - 1n })]).toEqual([]);
  });

  it("the sets of kinds join over a gap in any order, and NOMERGE ranges never", () => {
    const ranges = [
      { addr: 100, length: 10 },
      { addr: 115, length: 5, flags: NOMERGE },
      { addr: 15, length: 5 },
      { addr: 0, length: 10 },
      { addr: 25, length: 75, flags: 0x100 },
    ];
    expect(kindSetsOf(ranges, 5n)).toEqual([
      { first: 0n, last: 19n, flags: 0 },
      { first: 100n, last: 109n, flags: 0 },
      { first: 25n, last: 99n, flags: 0x100 },
      { first: 115n, last: 119n, flags: NOMERGE },
    ]);
  });

  it("results are input again, and joined as far as they go", () => {
    const left = subtract([{ addr: 0, length: 2n ** 40n }], [{ addr: 2n ** 39n, length: 4096 }]);
    expect([left.length, left.addr(128), left.size(128)]).toEqual([256, 2n ** 39n + 4096n, 2 ** 32]);
    expect(intersect(left, left).equals(left)).toBe(true);
    expect([...slice(left, 2n ** 39n - 1n, 2)].map(({ addr }) => addr)).toEqual([2n ** 39n - 1n, 2n ** 39n + 4096n]);
    expect(createMapperSync().union(left).totalBytes).toBe(2n ** 40n - 4096n);
  });

  it("NOMERGE ranges of the first operand stay apart, duplicates too", () => {
    const page = { addr: 4096n, length: 4096n, flags: NOMERGE };
    expect([...intersect([page, page], [{ addr: 0, length: 2 ** 20 }])]).toEqual(
      [page, page].map((one) => ({ ...one, length: 4096 })),
    );
  });

  it("of the second operand flags do not count", () => {
    const a = [{ addr: 0, length: 8 }];
    const b = [
      { addr: 0, length: 4, flags: 4 },
      { addr: 4, length: 4, flags: NOMERGE },
    ];
    expect([...intersect(a, b)]).toEqual([{ addr: 0n, length: 8, flags: 0 }]);
  });

  it("a table is sorted once, however often it is asked", () => {
    const count = 200_000;
    const words = new Uint32Array(4 * count);
    for (let i = 0; i < count; i++) words.set([(count - i) * 16, 0, 8, 0], 4 * i);
    const table = SegmentTable.fromBytes(new Uint8Array(words.buffer));
    let found = 0;
    for (let i = 0; i < count; i++) if (contains(table, i * 16 + 7)) found++;
    expect(found).toBe(count - 1);
  });

  it("an operand that is none, or a range that is not valid, is refused by name", () => {
    const messageOf = (call: () => unknown) => {
      const error = thrownBy(call) as Error;
      return `${error.name}: ${error.message}`;
    };
    const none = undefined as unknown as SegmentTable;
    throws(() => intersect(none, []), TypeError, "a");
    throws(() => subtract([], 5 as unknown as SegmentTable), TypeError, "b");
    throws(() => intersect([], [null as unknown as Range]), TypeError, "[0].range");
    throws(() => contains([], { addr: 0, length: 0 }), RangeError, "length");
    throws(() => contains([], 2n ** 64n), RangeError, "addr");
    throws(() => contains([], "5" as unknown as Range), TypeError, "range");
    throws(() => overlaps([], { addr: -1, length: 1 }), RangeError, "addr");
    expect(messageOf(() => complement([], { addr: 2n ** 63n, length: 2n ** 63n + 1n }))).toMatch(/2\^64/);
  });
});
