/** Unions against the BigInt model, and the laws of sets: over every engine, with gaps, cuts and kinds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { columns } from "../../src/engine/columns.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import { type OracleLimits, type OracleRange, pack, totalBytes, union } from "../oracle.js";
import { expectBytes, join, unaligned } from "../support/bytes.js";
import { check } from "../support/check.js";
import { mapperFactory, unionBuilds } from "../support/engines.js";
import { Random } from "../support/random.js";
import { anyJob, anyLimits, anyRanges, EDGES, pieceBytes } from "../support/ranges.js";

const anyGap = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0n) },
  { weight: 2, arbitrary: fc.constantFrom(1n, 2n, 4096n, (1n << 32n) - 1n, 1n << 32n, 1n << 63n, (1n << 64n) - 1n) },
  fc.bigInt(0n, (1n << 64n) - 1n),
);

/** As much of a gap as leaves the union some thousand segments: a gap is filled, and cut with the rest. */
function fitting(gap: bigint, ranges: readonly OracleRange[], limits: OracleLimits): bigint {
  for (let fits = gap; fits > 0n; fits >>= 4n) {
    const uncut = union(ranges, fits, { max: 1n << 65n, boundary: 0n, alignment: 1n });
    if (totalBytes(uncut) / pieceBytes(limits) < 8000n) return fits;
  }
  return 0n;
}

/** A job whose ranges come in another order. */
function shuffled(ranges: readonly OracleRange[], seed: number): OracleRange[] {
  const random = new Random(seed);
  const mixed = [...ranges];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [mixed[i], mixed[j]] = [mixed[j] as OracleRange, mixed[i] as OracleRange];
  }
  return mixed;
}

const anyUnion = fc
  .record({ job: anyJob({ segments: 2000 }), gap: anyGap, seed: fc.integer(), mix: fc.boolean() })
  .map(({ job, gap, ...rest }) => ({ job, gap: fitting(gap, job.ranges, job.limits), ...rest }));
const anySets = anyLimits
  .chain((limits) =>
    fc.record({
      limits: fc.constant(limits),
      gap: anyGap,
      seed: fc.integer(),
      sets: fc.array(anyRanges(limits, { segments: 800, stretches: 2 }), { minLength: 3, maxLength: 3 }),
    }),
  )
  .map(({ gap, ...rest }) => ({ ...rest, gap: fitting(gap, rest.sets.flat(), rest.limits) }));

describe.each(unionBuilds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const unite = (ranges: readonly OracleRange[] | Uint8Array, limits: OracleLimits, gapBytes: bigint): Uint8Array => {
    using mapper = makeMapper(limits);
    const bytes = ranges instanceof Uint8Array ? ranges : pack(ranges);
    return mapper.union(packedRecords(bytes), { gapBytes }).bytes;
  };

  it("is what the model says, sorted or not", () => {
    check(400, anyUnion, ({ job: { limits, ranges }, gap, seed, mix }) => {
      const input = mix ? shuffled(ranges, seed) : ranges;
      expectBytes(unite(input, limits, gap), pack(union(ranges, gap, limits)));
    });
  });

  it("the same from objects, columns, a table, placed records and unaligned bytes", () => {
    check(100, anyUnion, ({ job: { limits, ranges }, gap, seed }) => {
      const input = shuffled(ranges, seed);
      const expected = pack(union(ranges, gap, limits));
      using mapper = makeMapper(limits);
      const options = { gapBytes: gap };
      expectBytes(mapper.union(input, options).bytes, expected, "objects");
      const addr = BigUint64Array.from(input, (range) => range.addr);
      const length = BigUint64Array.from(input, (range) => range.length);
      const flags = Uint32Array.from(input, (range) => range.flags);
      expectBytes(mapper.union(columns({ addr, length, flags }), options).bytes, expected, "columns");
      expectBytes(mapper.union(packedRecords(unaligned(pack(input))), options).bytes, expected, "unaligned");
      expectBytes(place(mapper, input, options), expected, "placed");
      const table = makeMapper().coalesce(packedRecords(pack(input)));
      expectBytes(mapper.union(table, options).bytes, expected, "a table");
    });
  });

  it("is idempotent, with gaps and cuts too", () => {
    check(150, anyUnion, ({ job: { limits, ranges }, gap, seed }) => {
      const once = unite(shuffled(ranges, seed), limits, gap);
      expectBytes(unite(once, limits, gap), once);
    });
  });

  it("does not depend on the order of the input", () => {
    check(150, anyUnion, ({ job: { limits, ranges }, gap, seed }) => {
      expectBytes(unite(shuffled(ranges, seed), limits, gap), unite(ranges, limits, gap));
    });
  });

  it("is associative, with gaps and cuts too", () => {
    check(150, anySets, ({ limits, gap, sets }) => {
      const [a, b, c] = sets as [OracleRange[], OracleRange[], OracleRange[]];
      const whole = unite([...a, ...b, ...c], limits, gap);
      const left = unite(join([unite([...a, ...b], limits, gap), pack(c)]), limits, gap);
      const right = unite(join([pack(a), unite([...b, ...c], limits, gap)]), limits, gap);
      expectBytes(left, whole, "(a b) c");
      expectBytes(right, whole, "a (b c)");
    });
  });

  it("ranges of up to 2^64 bytes, near every edge of 32 and 64 bits", () => {
    check(300, fc.record({ limits: anyLimits, gap: anyGap, seed: fc.integer() }), ({ gap, seed }) => {
      const random = new Random(seed);
      const ranges: OracleRange[] = [];
      for (let i = random.integer(1, 40); i > 0; i--) {
        const edge = random.pick([...EDGES, 0n]) + BigInt(random.integer(-6, 6)) * random.pick([1n, 1n << 32n, 4095n]);
        const length = random.pick([1n, 2n, 1n << 32n, (1n << 32n) + 1n, 5n << 32n, (7n << 32n) - 1n, 1n << 34n]);
        const addr = edge < 0n ? 0n : edge + length > 1n << 64n ? (1n << 64n) - length : edge;
        ranges.push({ addr, length, flags: random.pick([0, 0, 0, 4, 0x700, 2]) });
      }
      const limits = { max: 1n << 32n, boundary: 0n, alignment: 1n };
      const close = fitting(gap, ranges, limits);
      const expected = union(ranges, close, limits);
      using mapper = makeMapper(limits);
      expectBytes(mapper.union(ranges, { gapBytes: close }).bytes, pack(expected));
    });
  });

  it("keeps the input as it was, also where it lies in the mapper's memory", () => {
    check(60, anyUnion, ({ job: { limits, ranges }, gap, seed }) => {
      const input = shuffled(ranges, seed);
      using mapper = makeMapper(limits);
      const records = mapper.input(input.length);
      records.bytes.set(pack(input));
      mapper.union(records, { gapBytes: gap });
      expectBytes(records.bytes, pack(input), "input");
      const bytes = pack(input);
      mapper.union(packedRecords(bytes), { gapBytes: gap });
      expectBytes(bytes, pack(input), "bytes");
    });
  });
});

describe("hostile inputs", () => {
  const shapes: Record<string, (i: number, n: number) => OracleRange> = {
    "all equal": () => ({ addr: 4096n, length: 4096n, flags: 0 }),
    "all nested": (i, n) => ({ addr: BigInt(i), length: BigInt(2 * (n - i)), flags: 0 }),
    "nested, outermost last": (i, n) => ({ addr: BigInt(n - i), length: BigInt(2 * i + 1), flags: 0 }),
    "alternating extremes": (i) => ({ addr: i % 2 === 0 ? 0n : (1n << 64n) - 1n, length: 1n, flags: 0 }),
    "as many kinds as ranges": (i) => ({ addr: BigInt(i % 7), length: 9n, flags: ((i + 1) << 8) >>> 0 }),
    "descending and touching": (i, n) => ({ addr: BigInt(n - i) << 12n, length: 4096n, flags: 0 }),
  };
  for (let byte = 0; byte < 8; byte++) {
    shapes[`only byte ${byte} differs`] = (i) => ({
      addr: BigInt((i * 37) & 255) << BigInt(8 * byte),
      length: 1n,
      flags: 0,
    });
  }
  for (const [shape, rangeOf] of Object.entries(shapes)) {
    it.each(unionBuilds)(`${shape}: $name`, ({ name }) => {
      const n = 3000;
      const ranges = Array.from({ length: n }, (_, i) => rangeOf(i, n));
      using mapper = mapperFactory(name)();
      expectBytes(mapper.union(packedRecords(pack(ranges))).bytes, pack(union(ranges)), shape);
      expect(mapper.union(packedRecords(pack(ranges))).length).toBeGreaterThan(0);
    });
  }
});

function place(mapper: SegmentMapper, ranges: readonly OracleRange[], options: { gapBytes: bigint }): Uint8Array {
  const records = mapper.input(ranges.length);
  records.bytes.set(pack(ranges));
  return mapper.union(records, options).bytes;
}
