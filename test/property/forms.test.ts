/** Every form of input gives the bytes of the oracle, on every build. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Column, packedRecords } from "../../src/core/input.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { columns } from "../../src/engine/columns.js";
import { coalesce, type OracleRange, pack } from "../oracle.js";
import { expectBytes, unaligned } from "../support/bytes.js";
import { check } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { anyJob, fewCount, type RangeOptions } from "../support/ranges.js";

const WIDE: RangeOptions = { longest: (1n << 64n) - 1n };
const TYPES = ["BigUint64Array", "Float64Array", "Uint32Array"] as const;
type TypeName = (typeof TYPES)[number];
/** What an address or length of this column type stays below. */
const BELOW: Record<TypeName, bigint> = {
  BigUint64Array: 1n << 64n,
  Float64Array: 1n << 53n,
  Uint32Array: 1n << 32n,
};

describe.each(builds)("$name gives what the oracle gives", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("for objects, of number and bigint fields", () => {
    check(120, anyJob(WIDE), ({ limits, ranges }) => {
      using mapper = makeMapper(limits);
      const expected = pack(coalesce(ranges, limits));
      expectBytes(mapper.coalesce(ranges).bytes, expected);
      expectBytes(mapper.coalesce(withNumbers(ranges)).bytes, expected, "from numbers");
    });
  });

  it("for packed records, aligned or not", () => {
    check(160, fc.tuple(anyJob(), fc.integer({ min: 1, max: 15 })), ([{ limits, ranges }, offset]) => {
      using mapper = makeMapper(limits);
      const expected = pack(coalesce(ranges, limits));
      expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, expected);
      expectBytes(mapper.coalesce(packedRecords(unaligned(pack(ranges), offset))).bytes, expected, `at ${offset}`);
    });
  });

  it("for a table", () => {
    check(100, anyJob(), ({ limits, ranges }) => {
      using mapper = makeMapper(limits);
      expectBytes(mapper.coalesce(SegmentTable.fromBytes(pack(ranges))).bytes, pack(coalesce(ranges, limits)));
    });
  });

  it("for records written in place", () => {
    check(100, anyJob(), ({ limits, ranges }) => {
      using mapper = makeMapper(limits);
      const expected = pack(coalesce(ranges, limits));
      const input = mapper.input(ranges.length);
      expect(input.bytes.every((byte) => byte === 0)).toBe(true);
      input.bytes.set(pack(ranges));
      expectBytes(mapper.coalesce(input).bytes, expected);
      expectBytes(input.bytes, pack(ranges), "the input afterwards");
      expectBytes(mapper.coalesce(input).bytes, expected, "once more");
    });
  });

  it("for records of another mapper's memory", () => {
    const other = mapperFactory(name)();
    check(30, anyJob({ count: fewCount }), ({ limits, ranges }) => {
      using mapper = makeMapper(limits);
      const input = other.input(ranges.length);
      input.bytes.set(pack(ranges));
      expectBytes(mapper.coalesce(input).bytes, pack(coalesce(ranges, limits)));
    });
  });

  describe("for columns", () => {
    for (const addrType of TYPES) {
      for (const lengthType of TYPES) {
        it(`of ${addrType} and ${lengthType}`, () => {
          // An end of 2^53 or 2^32 keeps addr + length in the range of a Float64Array or Uint32Array address.
          const job = anyJob({ end: BELOW[addrType], longest: BELOW[lengthType] - 1n });
          check(50, fc.tuple(job, fc.boolean()), ([{ limits, ranges }, withFlags]) => {
            using mapper = makeMapper(limits);
            const used = withFlags ? ranges : ranges.map((range) => ({ ...range, flags: 0 }));
            const source = columns({
              addr: column(
                addrType,
                used.map(({ addr }) => addr),
              ),
              length: column(
                lengthType,
                used.map(({ length }) => length),
              ),
              flags: withFlags ? Uint32Array.from(used, ({ flags }) => flags) : undefined,
            });
            expectBytes(mapper.coalesce(source).bytes, pack(coalesce(used, limits)));
          });
        });
      }
    }

    it("that lie in the middle of other arrays", () => {
      check(40, fc.tuple(anyJob(WIDE), fc.integer({ min: 1, max: 3 })), ([{ limits, ranges }, skip]) => {
        using mapper = makeMapper(limits);
        const source = columns({
          addr: BigUint64Array.from([...Array(skip).fill(7n), ...ranges.map(({ addr }) => addr)]).subarray(skip),
          length: BigUint64Array.from([...Array(skip).fill(7n), ...ranges.map(({ length }) => length)]).subarray(skip),
          flags: Uint32Array.from([...Array(skip).fill(1), ...ranges.map(({ flags }) => flags)]).subarray(skip),
        });
        expectBytes(mapper.coalesce(source).bytes, pack(coalesce(ranges, limits)));
      });
    });
  });

  it("with empties among them, where the call says skipEmpty", () => {
    check(120, anyJob({ ...WIDE, empties: true }), ({ limits, ranges }) => {
      using mapper = makeMapper(limits);
      const expected = pack(coalesce(ranges, limits));
      const skip = { skipEmpty: true };
      expectBytes(mapper.coalesce(ranges, skip).bytes, expected, "objects");
      expectBytes(mapper.coalesce(toColumns(ranges), skip).bytes, expected, "columns");
    });
    check(120, anyJob({ empties: true }), ({ limits, ranges }) => {
      using mapper = makeMapper(limits);
      const expected = pack(coalesce(ranges, limits));
      const skip = { skipEmpty: true };
      expectBytes(mapper.coalesce(packedRecords(pack(ranges)), skip).bytes, expected, "packed");
      expectBytes(mapper.coalesce(packedRecords(unaligned(pack(ranges))), skip).bytes, expected, "unaligned");
      const input = mapper.input(ranges.length);
      input.bytes.set(pack(ranges));
      expectBytes(mapper.coalesce(input, skip).bytes, expected, "in place");
    });
  });

  it("where they are more than one kernel call takes, and more than one output block holds", () => {
    using mapper = makeMapper();
    const count = 150_000;
    for (const joinIn of [1, 3, 1000]) {
      const ranges = Array.from({ length: count }, (_, index) => ({
        addr: BigInt(index) * 4096n,
        length: index % joinIn === 0 ? 2048n : 4096n,
        flags: 0x4200,
      }));
      const expected = pack(coalesce(ranges));
      const packed = pack(ranges);
      const input = mapper.input(count);
      input.bytes.set(packed);
      expectBytes(mapper.coalesce(input).bytes, expected, "in place");
      expectBytes(mapper.coalesce(packedRecords(packed)).bytes, expected, "packed");
      expectBytes(mapper.coalesce(toColumns(ranges)).bytes, expected, "columns");
      expectBytes(mapper.coalesce(withNumbers(ranges)).bytes, expected, "objects");
    }
  });

  it("where all are empty: no segments", () => {
    using mapper = makeMapper();
    for (const count of [0, 1, 4, 5, 512, 513, 1100]) {
      const empties = Array.from({ length: count }, (_, index) => ({ addr: BigInt(index), length: 0n, flags: 0 }));
      for (const input of [empties, packedRecords(pack(empties)), toColumns(empties)]) {
        expect(mapper.coalesce(input, { skipEmpty: true }).length).toBe(0);
      }
    }
  });

  it("for what a generator yields, and for nothing at all", () => {
    using mapper = makeMapper();
    const generated = mapper.coalesce(
      (function* () {
        for (let page = 0; page < 3000; page++) yield { addr: page * 8192, length: 4096 };
      })(),
    );
    const ranges = Array.from({ length: 3000 }, (_, page) => ({ addr: BigInt(page * 8192), length: 4096n, flags: 0 }));
    expectBytes(generated.bytes, pack(ranges));
    for (const none of [[], packedRecords(new Uint8Array(0)), toColumns([]), SegmentTable.from([])]) {
      expect(mapper.coalesce(none).bytes.byteLength).toBe(0);
    }
  });
});

/** Numbers where they are exact. */
function withNumbers(ranges: readonly OracleRange[]) {
  const exact = (value: bigint) => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value);
  return ranges.map(({ addr, length, flags }) => ({
    addr: exact(addr),
    length: exact(length),
    ...(flags === 0 ? {} : { flags }),
  }));
}

function column(type: TypeName, values: readonly bigint[]): Column {
  if (type === "BigUint64Array") return BigUint64Array.from(values);
  return type === "Float64Array" ? Float64Array.from(values, Number) : Uint32Array.from(values, Number);
}

function toColumns(ranges: readonly OracleRange[]) {
  return columns({
    addr: BigUint64Array.from(ranges, ({ addr }) => addr),
    length: BigUint64Array.from(ranges, ({ length }) => length),
    flags: Uint32Array.from(ranges, ({ flags }) => flags),
  });
}
