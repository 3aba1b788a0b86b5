/** Results that are larger than what may be held: refused by arithmetic, before memory is filled. */
import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/core/errors.js";
import { packedRecords } from "../../src/core/input.js";
import { checkLimits } from "../../src/core/limits.js";
import { PACKAGE } from "../../src/core/package-key.js";
import { countPieces } from "../../src/core/pieces.js";
import { NOMERGE, type Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { mapIova, requests, translate } from "../../src/devices/index.js";
import { columns } from "../../src/engine/columns.js";
import type { Engine } from "../../src/engine/engine.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import type { RangeInput } from "../../src/engine/range-input.js";
import { createMapperSync } from "../../src/index.js";
import { SegmentMapper } from "../../src/mapper/mapper.js";
import { planReads } from "../../src/plan/index.js";
import { intersect, subtract } from "../../src/table/index.js";
import { cut, type OracleLimits } from "../oracle.js";
import { builds, engines, newCoalescer, newEngine, toLimits } from "../support/engines.js";

const SPACE = 1n << 64n;
const MIB = 2 ** 20;

/** What a call throws. */
function thrownBy(call: () => unknown): SegringError {
  try {
    call();
  } catch (error) {
    return error as SegringError;
  }
  throw new Error("nothing was thrown");
}

/** An engine that says how many bytes were taken of it. */
function counted(engine: Engine): { engine: Engine; bytes(): number } {
  let taken = 0;
  const counting: Engine = Object.create(engine, {
    allocate: {
      value: (byteLength: number) => {
        taken += byteLength;
        return engine.allocate(byteLength);
      },
    },
  });
  return { engine: counting, bytes: () => taken };
}

/** Limits in which boundaries, alignments and maxima get in each other's way. */
const LIMITS: OracleLimits[] = [];
for (const boundary of [0n, 4n, 16n, 64n]) {
  for (const alignment of [1n, 2n, 4n]) {
    for (const max of [1n, 3n, 4n, 7n, 16n, 19n, 100n]) {
      if (alignment <= max && (boundary === 0n || alignment <= boundary)) LIMITS.push({ max, boundary, alignment });
    }
  }
}

describe("countPieces", () => {
  it("is what the cuts make, at any start and length, up to 2^64", () => {
    for (const limits of LIMITS) {
      const checked = checkLimits(toLimits(limits));
      for (let first = 0n; first < 70n; first += 5n) {
        for (let length = 1n; length < 200n; length += 11n) {
          for (const addr of [first, SPACE - length - first]) {
            const pieces = BigInt(cut({ addr, length, flags: 0 }, limits).length);
            const counted = countPieces(checked, addr, addr + length - 1n);
            // One of 100 000: an assertion each would take longer than all else.
            if (counted !== pieces) expect({ limits, addr, length, counted }).toEqual(pieces);
          }
        }
      }
    }
  });

  it("is exact for runs that nobody could cut", () => {
    expect(countPieces(checkLimits({}), 0n, SPACE - 1n)).toBe(1n << 32n);
    expect(countPieces(checkLimits({ maxSegmentBytes: 1 }), 0n, SPACE - 1n)).toBe(SPACE);
    expect(countPieces(checkLimits({ maxSegmentBytes: 3, alignmentBytes: 2 }), 1n, SPACE - 1n)).toBe((1n << 63n) - 1n);
    expect(countPieces(checkLimits({ boundaryBytes: 16 }), 15n, SPACE - 1n)).toBe(1n << 60n);
    expect(countPieces(checkLimits({ boundaryBytes: 1n << 63n }), 1n, SPACE - 1n)).toBe(1n << 32n);
  });
});

describe.each(engines)("a coalescer of $name", ({ name }) => {
  it("knows how many segments the run that it holds back makes, in the middle of it too", () => {
    const engine = newEngine(name);
    for (const limits of LIMITS) {
      const coalescer = newCoalescer(engine, limits);
      const block = engine.allocate(16 * 256);
      const output = { block, at: 0, room: 256 };
      expect(coalescer.heldSegments).toBe(0);
      const table = SegmentTable.from([{ addr: SPACE - 101n, length: 101 }]);
      coalescer.records(table.bytes, 0, 1, output);
      for (let left = cut({ addr: SPACE - 101n, length: 101n, flags: 0 }, limits).length; left > 0; left--) {
        expect(coalescer.heldSegments).toBe(left);
        output.room = 1;
        coalescer.flush(output);
      }
      expect(coalescer.heldSegments).toBe(0);
      block.free();
      coalescer.free();
    }
  });
});

describe.each(builds)("$name", ({ name }) => {
  /** A mapper, and how many bytes of memory its calls take. */
  function newMapper(maxSegmentBytes: number): { mapper: SegmentMapper; bytes(): number } {
    const main = counted(newEngine(name === "js" ? "js" : "wasm"));
    const small = name === "auto" ? counted(newEngine("js")) : undefined;
    const parts = small === undefined ? { main: main.engine } : { main: main.engine, small: small.engine };
    const limits = checkLimits({ maxSegmentBytes });
    return { mapper: new SegmentMapper(PACKAGE, parts, limits), bytes: () => main.bytes() + (small?.bytes() ?? 0) };
  }

  /** A thousand ranges of 1 GiB, none of which is too much by itself. */
  const thousand = (flags: number): Range[] =>
    Array.from({ length: 1000 }, (_, index) => ({ addr: BigInt(index) << 40n, length: 2 ** 30, flags }));
  const asColumns = (ranges: readonly Range[]) =>
    columns({
      addr: BigUint64Array.from(ranges, ({ addr }) => BigInt(addr)),
      length: Float64Array.from(ranges, ({ length }) => Number(length)),
      flags: Uint32Array.from(ranges, ({ flags = 0 }) => flags),
    });
  /** Bytes that are not aligned. */
  const unaligned = ({ bytes }: SegmentTable): Uint8Array => {
    const copy = new Uint8Array(bytes.byteLength + 1);
    copy.set(bytes, 1);
    return copy.subarray(1);
  };
  const forms: [string, (flags: number) => RangeInput][] = [
    ["one range", (flags) => [{ addr: 0, length: 1n << 60n, flags }]],
    ["one range after small ones", (flags) => [...thousandSmall(flags), { addr: 1n << 62n, length: 1n << 60n, flags }]],
    ["one range of an iterator", (flags) => [{ addr: 5, length: SPACE - 5n, flags }].values()],
    ["ranges", thousand],
    ["columns", (flags) => asColumns(thousand(flags))],
    ["one row of columns", (flags) => asColumns([{ addr: 0, length: 2 ** 52, flags }])],
    ["a table", (flags) => SegmentTable.from(thousand(flags))],
    ["packed records", (flags) => packedRecords(SegmentTable.from(thousand(flags)).bytes)],
    ["packed records that are not aligned", (flags) => packedRecords(unaligned(SegmentTable.from(thousand(flags))))],
    [
      "page frames",
      (flags) =>
        pageFrames(
          Array.from({ length: 1000 }, (_, index) => 2 * index),
          { pageBytes: 2 ** 30, flags },
        ),
    ],
    ["one page frame", (flags) => pageFrames([3], { pageBytes: 2 ** 52, firstOffset: 1, flags })],
  ];
  function thousandSmall(flags: number): Range[] {
    return Array.from({ length: 1000 }, (_, index) => ({ addr: index * 64, length: 32, flags }));
  }

  describe.each(forms)("%s", (_, input) => {
    it.each([
      ["coalesce", 0],
      ["coalesce", NOMERGE],
      ["union", 0],
      ["union", NOMERGE],
    ] as const)("%s, flags %d: OUT_OF_MEMORY before memory is filled", (call, flags) => {
      const { mapper, bytes } = newMapper(16);
      const before = bytes();
      const error = thrownBy(() => mapper[call](input(flags)));
      expect(error).toMatchObject({ name: "SegringError", code: "OUT_OF_MEMORY" });
      expect(error.message).toMatch(
        /^the result has \d+ segments or more, 16 bytes each: maxMemoryBytes leaves \d+ for /,
      );
      expect(bytes() - before).toBeLessThan(8 * MIB);
      // Nothing is held back, and all memory is free again.
      expect(mapper[call]([{ addr: 0, length: 48, flags }]).length).toBe(3);
      mapper.close();
    });
  });

  it("a result that fits is made, however long", () => {
    const { mapper } = newMapper(1);
    for (const call of ["coalesce", "union"] as const) {
      const table = mapper[call]([{ addr: SPACE - 1_000_000n, length: 1_000_000 }]);
      expect([table.length, table.totalBytes, table.addr(999_999)]).toEqual([1_000_000, 1_000_000n, SPACE - 1n]);
      expect(
        mapper[call](
          asColumns([
            { addr: 7, length: 600_000 },
            { addr: 0, length: 1 },
          ]),
        ).length,
      ).toBe(600_001);
    }
    mapper.close();
  });

  it("a mapper of 8 MiB makes 400 000 segments, and says at once that 600 000 are too many", () => {
    const engine = newEngine(name === "js" ? "js" : "wasm", 8 * MIB);
    const mapper = new SegmentMapper(PACKAGE, { main: engine }, checkLimits({ maxSegmentBytes: 1 }));
    for (let turn = 0; turn < 5; turn++) {
      expect(mapper.coalesce([{ addr: 0, length: 400_000 }]).length).toBe(400_000);
      expect(thrownBy(() => mapper.coalesce([{ addr: 0, length: 600_000 }])).code).toBe("OUT_OF_MEMORY");
      const ranges = Array.from({ length: 6 }, (_, index) => ({ addr: index * 200_000, length: 100_000 }));
      expect(thrownBy(() => mapper.union(ranges)).message).toMatch(/^the result has 599999 segments or more/);
      expect(mapper.union(ranges.slice(0, 4)).length).toBe(400_000);
    }
    mapper.close();
  });

  it("a record that is not valid ends what is counted", () => {
    const { mapper } = newMapper(16);
    const table = SegmentTable.from(thousand(0));
    const words = table.words.slice();
    // The second of them: what comes before it fits.
    words[7] = 0x80;
    words[2] = 16 * 300_000;
    const error = thrownBy(() => mapper.coalesce(packedRecords(new Uint8Array(words.buffer))));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^record 1: /);
    const frozen = thrownBy(() =>
      mapper.coalesce([{ addr: 0, length: 16 * 300_000 }, null as unknown as Range, { addr: 0, length: SPACE - 1n }]),
    );
    expect(frozen).toBeInstanceOf(TypeError);
    expect(frozen).not.toBeInstanceOf(SegringError);
    mapper.close();
  });
});

describe("what operations on tables make", () => {
  const tebibyte = SegmentTable.from(
    Array.from({ length: 256 }, (_, index) => ({ addr: index * 2 ** 32, length: 2 ** 32 })),
  );
  const ranges = (count: number): Range[] =>
    Array.from({ length: count }, (_, index) => ({ addr: index * 2 ** 16, length: 2 ** 15 }));
  const bytes = (count: number): SegmentTable => {
    const words = new Uint32Array(4 * count);
    for (let at = 2; at < words.length; at += 4) words[at] = 1;
    return new SegmentTable(PACKAGE, words);
  };
  const layers = (count: number): Range[] =>
    Array.from({ length: count }, (_, index) => ({ addr: 0, length: 2 ** 32, flags: (index + 1) * 256 }));

  it.each([
    ["mapIova, cut by maxSegmentBytes", () => mapIova(tebibyte, { base: 0, maxSegmentBytes: 1 })],
    ["mapIova, cut by boundaryBytes", () => mapIova(tebibyte, { base: 0, granuleBytes: 1, boundaryBytes: 1 })],
    [
      "translate, where segments lie over one another",
      () =>
        translate(
          SegmentTable.from(layers(2 ** 15)),
          Array.from({ length: 2 ** 17 }, (_, index) => ({ addr: index * 2 ** 15, length: 2 ** 15 })),
        ),
    ],
    ["requests of few bytes", () => requests(tebibyte, { maxBytes: 4096 })],
    ["requests of a stripe", () => requests(tebibyte, { stripeBytes: 512 })],
    ["requests of a segment", () => requests(bytes(2 ** 22 + 1), { maxSegments: 1 })],
    ["intersect, where kinds lie over one another", () => intersect(layers(2 ** 14), ranges(2 ** 14))],
    ["subtract, where kinds lie over one another", () => subtract(layers(2 ** 14), ranges(2 ** 14))],
    ["intersect, of 2^57 bytes", () => intersect([{ addr: 0, length: 2n ** 57n }], [{ addr: 0, length: 2n ** 57n }])],
  ])("%s: OUT_OF_MEMORY before memory is filled", (_, call) => {
    expect(thrownBy(call)).toMatchObject({ name: "SegringError", code: "OUT_OF_MEMORY" });
  });

  it.each(builds)("frames of a mapper of $name", ({ name }) => {
    const mapper = createMapperSync({ engine: name });
    expect(thrownBy(() => mapper.frames(tebibyte, { pageBytes: 1 }))).toMatchObject({ code: "OUT_OF_MEMORY" });
    mapper.close();
  });

  it("a plan says TOO_MANY_REQUESTS", () => {
    const plan = () => planReads([{ offset: 0, length: 2 ** 50 }], { maxBytes: 1 });
    expect(thrownBy(plan)).toMatchObject({ code: "TOO_MANY_REQUESTS" });
  });

  it("what fits is made", () => {
    const one = SegmentTable.from([{ addr: 0, length: 2 ** 18, flags: 0 }]);
    expect(mapIova(one, { base: 0, maxSegmentBytes: 1 }).segments.length).toBe(2 ** 18);
    expect(requests(one, { maxBytes: 2 }).length).toBe(2 ** 17);
    const layer = SegmentTable.from(layers(2 ** 6));
    const windows = Array.from({ length: 2 ** 12 }, (_, index) => ({ addr: index * 2 ** 20, length: 2 ** 20 }));
    expect(translate(layer, windows).length).toBe(2 ** 18);
    expect(translate(layer, windows).at(-1)).toEqual({ addr: 2n ** 32n - 2n ** 20n, length: 2 ** 20, flags: 64 * 256 });
    expect(intersect(layers(2 ** 6), ranges(2 ** 10)).length).toBe(2 ** 16);
  });
});
