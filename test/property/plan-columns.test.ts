/** Plans over columns, and of lists of copies: against planReads, a model in BigInt, and real bytes. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import { type CopyOptions, planColumns, planCopies } from "../../src/plan/columns.js";
import { planReads } from "../../src/plan/index.js";
import { blames, segringError, throws } from "../support/blame.js";
import { check } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { Random } from "../support/random.js";

interface Copy {
  source: bigint;
  length: bigint;
}

/** What planCopies must give: the requests, each with its first copy. Joins are decided gap by gap, smallest first, where there is a budget. */
function model(copies: readonly Copy[], { maxBytes, gapBytes = 0, overfetchBytes }: CopyOptions) {
  const max = BigInt(maxBytes);
  const list = copies.map((copy, index) => ({ ...copy, index })).filter(({ length }) => length > 0n);
  const gapBefore = (k: number) => {
    const before = list[k - 1];
    return before === undefined ? -1n : (list[k] as Copy).source - before.source - before.length;
  };
  let allowed = (k: number) => gapBefore(k) >= 0n && gapBefore(k) <= BigInt(gapBytes);
  if (overfetchBytes !== undefined) {
    const joined = new Set<number>();
    const spanWith = (k: number) => {
      let first = k - 1;
      let last = k;
      while (joined.has(first)) first--;
      while (joined.has(last + 1)) last++;
      const end = list[last] as Copy;
      return end.source + end.length - (list[first] as Copy).source;
    };
    let left = BigInt(overfetchBytes);
    const gaps = list.map((_, k) => k).filter((k) => gapBefore(k) >= 0n);
    for (const k of gaps.sort((a, b) => Number(gapBefore(a) - gapBefore(b)) || a - b)) {
      if (gapBefore(k) > left) break;
      if (spanWith(k) > max) continue;
      joined.add(k);
      left -= gapBefore(k);
    }
    allowed = (k) => joined.has(k);
  }
  const requests: { offset: bigint; end: bigint; first: number }[] = [];
  for (const [k, { source, length, index }] of list.entries()) {
    const open = requests.at(-1);
    const end = source + length;
    if (open !== undefined && allowed(k) && end - open.offset <= max) {
      open.end = end;
      continue;
    }
    for (let offset = source; offset < end; offset += max) {
      requests.push({ offset, end: offset + max < end ? offset + max : end, first: index });
    }
  }
  return requests.map(({ offset, end, first }) => ({ offset: Number(offset), length: Number(end - offset), first }));
}

const FILE = 600;
const anyCopies = fc
  .record({
    steps: fc.array(
      fc.record({
        step: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }) }, fc.integer({ min: -40, max: 40 })),
        length: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.integer({ min: 0, max: 90 })),
      }),
      { maxLength: 40 },
    ),
    maxBytes: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(1000)),
    gap: fc.integer({ min: 0, max: 12 }),
    budget: fc.option(fc.integer({ min: 0, max: 120 })),
  })
  .map(({ steps, maxBytes, gap, budget }) => {
    let at = 0;
    const list = steps.map(({ step, length }) => {
      const source = Math.min(Math.max(at + step, 0), FILE - length);
      at = source + length;
      return { source, length };
    });
    const options: CopyOptions = budget === null ? { maxBytes, gapBytes: gap } : { maxBytes, overfetchBytes: budget };
    return { list, options };
  });

describe("planCopies", () => {
  it("is what the model says, with a gap and with a budget", () => {
    check(1500, anyCopies, ({ list, options }) => {
      const source = list.map((copy) => copy.source);
      const length = list.map((copy) => copy.length);
      const plan = planCopies({ source, destination: source, length }, options);
      const found = [...plan].map((request, j) => ({ ...request, first: plan.firstCopy[j] }));
      expect(found).toEqual(
        model(
          list.map((c) => ({ source: BigInt(c.source), length: BigInt(c.length) })),
          options,
        ),
      );
      const covered = found.reduce((sum, request) => sum + request.length, 0);
      expect(plan.coveredBytes).toBe(covered);
      expect(plan.wantedBytes).toBe(length.reduce((sum, bytes) => sum + bytes, 0));
      if (options.overfetchBytes !== undefined) {
        expect(covered - plan.wantedBytes).toBeLessThanOrEqual(options.overfetchBytes);
      }
    });
  });

  it("delivers exactly the bytes of each copy to its place, request by request", () => {
    const random = new Random(1);
    const file = Uint8Array.from({ length: FILE }, () => random.u32());
    check(800, anyCopies, ({ list, options }) => {
      let end = 0;
      const destination = list.map(({ length }) => {
        end += length + 3;
        return end - length;
      });
      const source = Uint32Array.from(list, (copy) => copy.source);
      const plan = planCopies({ source, destination, length: list.map((copy) => copy.length) }, options);
      const target = new Uint8Array(end + 3).fill(0xc5);
      for (const [j, { offset, length }] of [...plan].entries()) {
        plan.deliver(j, file.slice(offset, offset + length), target);
      }
      const expected = new Uint8Array(end + 3).fill(0xc5);
      for (const [i, copy] of list.entries()) {
        expected.set(file.subarray(copy.source, copy.source + copy.length), destination[i]);
      }
      expect(target).toEqual(expected);
    });
  });

  it("refuses what it cannot do, and writes nothing then", () => {
    const copies = { source: [0, 8], destination: [0, 4], length: [4, 4] };
    throws(() => planCopies(copies, { maxBytes: 8, gapBytes: 0, overfetchBytes: 0 }), RangeError, "gapBytes");
    throws(() => planCopies(copies, { maxBytes: 8, resourceBytes: 11 }), RangeError, "[1]");
    expect(() => planCopies({ ...copies, length: [4] }, { maxBytes: 8 })).toThrow(TypeError);
    expect(() => planCopies(copies, { maxBytes: 1, maxRequests: 7 })).toThrow(segringError("TOO_MANY_REQUESTS"));
    const plan = planCopies(copies, { maxBytes: 12, gapBytes: 4 });
    expect([...plan]).toEqual([{ offset: 0, length: 12 }]);
    expect(plan.rangeHeader(0)).toBe("bytes=0-11");
    const target = new Uint8Array(7);
    throws(() => plan.deliver(0, new Uint8Array(12).fill(1), target), RangeError, "target.byteLength");
    throws(() => plan.deliver(0, new Uint8Array(11), target), RangeError, "fetched.byteLength");
    expect(target).toEqual(new Uint8Array(7));
    throws(() => plan.request(1), RangeError, "request");
  });
});

describe.each(builds)("planColumns, sorted by $name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("is planReads of the same ranges", () => {
    const anyReads = fc.record({
      count: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 500, max: 5000 })),
      bits: fc.integer({ min: 1, max: 53 }),
      low: fc.integer({ min: 0, max: 30 }),
      gapBytes: fc.constantFrom(0, 100, 2 ** 40),
      seed: fc.integer(),
    });
    const mapper = makeMapper();
    check(120, anyReads, ({ count, bits, low, gapBytes, seed }) => {
      const random = new Random(seed);
      const any = () => Number((random.u64() >> BigInt(64 - bits)) & ~((1n << BigInt(Math.min(low, bits - 1))) - 1n));
      const offset = Float64Array.from({ length: count }, () => Math.min(any(), Number.MAX_SAFE_INTEGER - 4096));
      const length = Uint32Array.from({ length: count }, () => random.integer(0, 4096));
      const options = { maxBytes: 2 ** 45, gapBytes };
      const plan = planColumns(mapper, { offset, length }, options);
      const other = planReads({ offset, length }, options);
      expect([...plan]).toEqual([...other]);
      for (const column of ["firstRequest", "requestSpan", "offsetIn"] as const)
        expect(plan[column]).toEqual(other[column]);
    });
  });

  it("takes a mapper, and says so", () => {
    expect(() => planColumns({} as SegmentMapper, { offset: [], length: [] }, { maxBytes: 1 })).toThrow(
      blames(TypeError, "mapper"),
    );
  });
});
