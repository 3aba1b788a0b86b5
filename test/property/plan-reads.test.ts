/** Plans of reads against the model, on real bytes, and on shapes that a careless sweep or sort gets wrong. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byFirstUse, type PlanOptions, planReads, type ReadPlan } from "../../src/plan/index.js";
import { type ModelRange, modelBytes, modelPlan } from "../plan-model.js";
import { check } from "../support/check.js";
import { Random } from "../support/random.js";

const MAX = Number.MAX_SAFE_INTEGER;
interface Job {
  ranges: { offset: number; length: number }[];
  options: PlanOptions;
}

const toModel = (ranges: readonly { offset: number; length: number }[]): ModelRange[] =>
  ranges.map(({ offset, length }) => ({ offset: BigInt(offset), length: BigInt(length) }));

function expectPlan(plan: ReadPlan, { ranges, options }: Job): void {
  const model = modelPlan(toModel(ranges), {
    maxBytes: BigInt(options.maxBytes),
    gapBytes: BigInt(options.gapBytes ?? 0),
    alignmentBytes: BigInt(options.alignmentBytes ?? 1),
    resourceBytes: BigInt(options.resourceBytes ?? MAX),
  });
  expect(toModel([...plan])).toEqual(model);
  expect(plan.requestCount).toBe(model.length);
  expect(plan.inputCount).toBe(ranges.length);
  expect(BigInt(plan.wantedBytes)).toBe(modelBytes(toModel(ranges)));
  expect(BigInt(plan.coveredBytes)).toBe(model.reduce((sum, { length }) => sum + length, 0n));
}

/** A file of some hundred bytes: everything touches, overlaps and spans. */
const anySmallJob: fc.Arbitrary<Job> = fc
  .record({
    ranges: fc.array(fc.record({ offset: fc.integer({ min: 0, max: 300 }), length: fc.integer({ min: 0, max: 60 }) }), {
      maxLength: 24,
    }),
    cap: fc.integer({ min: 1, max: 30 }),
    gapBytes: fc.integer({ min: 0, max: 12 }),
    alignmentBytes: fc.constantFrom(1, 1, 2, 3, 7, 16, 100),
    size: fc.option(fc.integer({ min: 0, max: 40 })),
  })
  .map(({ ranges, cap, gapBytes, alignmentBytes, size }) => {
    const end = ranges.reduce((most, { offset, length }) => Math.max(most, offset + length), 0);
    const options: PlanOptions = { maxBytes: cap * alignmentBytes, gapBytes, alignmentBytes };
    if (size !== null) options.resourceBytes = end + size;
    return { ranges, options };
  });

/** Offsets anywhere up to 2^53 - 1. */
const anyWideJob: fc.Arbitrary<Job> = fc
  .record({
    count: fc.constantFrom(0, 1, 2, 7, 8, 9, 17, 511, 512, 513, 1025),
    bits: fc.integer({ min: 1, max: 53 }),
    low: fc.constantFrom(0, 0, 4, 12, 31),
    lengthBits: fc.integer({ min: 1, max: 30 }),
    near: fc.constantFrom(0, 0, 2 ** 31, 2 ** 32, 2 ** 52),
    gapBits: fc.integer({ min: 0, max: 52 }),
    alignmentBytes: fc.constantFrom(1, 1, 4096, 1000),
    seed: fc.integer(),
  })
  .map(({ count, bits, low, lengthBits, near, gapBits, alignmentBytes, seed }) => {
    const random = new Random(seed);
    const ranges = Array.from({ length: count }, () => {
      const drawn = Number((random.u64() >> BigInt(64 - bits)) & ~((1n << BigInt(low)) - 1n));
      const length = random.u32() % 2 ** lengthBits;
      return { offset: Math.min(near + drawn, MAX - length), length };
    });
    const gapBytes = random.integer(0, 3) === 0 ? 2 ** gapBits : 0;
    const maxBytes = alignmentBytes * random.pick([2 ** 20, 2 ** 31, 2 ** 39]);
    return { ranges, options: { maxBytes, gapBytes, alignmentBytes } };
  });

describe("planReads", () => {
  it("is the model's sweep, in a small file", () => {
    check(3000, anySmallJob, (job) => expectPlan(planReads(job.ranges, job.options), job));
  });

  it("is the model's sweep, up to 2^53 - 1", () => {
    check(400, anyWideJob, (job) => expectPlan(planReads(job.ranges, job.options), job));
  });

  it("gives each input exactly its bytes, a view where one request has them all", () => {
    const random = new Random(3);
    const file = Uint8Array.from({ length: 600 }, () => random.u32());
    check(1500, anySmallJob, ({ ranges, options }) => {
      const plan = planReads(ranges, options);
      const fetched = [...plan].map(({ offset, length }) => file.slice(offset, offset + length));
      for (const [i, { offset, length }] of ranges.entries()) {
        const bytes = plan.slice(i, fetched);
        expect(bytes).toEqual(file.slice(offset, offset + length));
        const first = plan.firstRequest[i] as number;
        if (plan.requestSpan[i] === 1) {
          expect(bytes.buffer).toBe(fetched[first]?.buffer);
          expect(bytes.byteOffset).toBe(plan.offsetIn[i]);
        }
        if (length === 0) expect([first, plan.requestSpan[i], plan.offsetIn[i]]).toEqual([0, 0, 0]);
      }
    });
  });

  it("no request is longer than the cap, starts or ends in a hole, or overlaps another", () => {
    check(1500, anySmallJob, ({ ranges, options }) => {
      const { maxBytes, alignmentBytes = 1, resourceBytes = MAX } = options;
      const down = (byte: number) => byte - (byte % alignmentBytes);
      const wanted = ranges.filter(({ length }) => length > 0);
      const inRange = (byte: number) =>
        wanted.some(
          ({ offset, length }) =>
            down(offset) <= byte && byte < Math.ceil((offset + length) / alignmentBytes) * alignmentBytes,
        );
      let before = -1;
      for (const { offset, length } of planReads(ranges, options)) {
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(maxBytes);
        expect(offset).toBeGreaterThanOrEqual(before);
        before = offset + length;
        expect(inRange(offset) && inRange(before - 1)).toBe(true);
        expect(offset % alignmentBytes).toBe(0);
        expect(before % alignmentBytes === 0 || before === resourceBytes).toBe(true);
      }
    });
  });

  it("an input spans several requests only if it is longer than the cap, or overlaps another", () => {
    check(1000, anySmallJob, ({ ranges, options }) => {
      const plan = planReads(ranges, options);
      const { maxBytes, alignmentBytes = 1 } = options;
      const rounded = ranges.map(({ offset, length }) => ({
        start: offset - (offset % alignmentBytes),
        end: length === 0 ? 0 : Math.ceil((offset + length) / alignmentBytes) * alignmentBytes,
      }));
      for (const [i, span] of plan.requestSpan.entries()) {
        if (span <= 1) continue;
        const { start, end } = rounded[i] as { start: number; end: number };
        const overlaps = rounded.some((other, j) => j !== i && other.start < end && start < other.end);
        expect(end - start > maxBytes || overlaps).toBe(true);
      }
    });
  });

  it("does not depend on the order of the inputs", () => {
    check(600, fc.tuple(anySmallJob, fc.integer()), ([{ ranges, options }, seed]) => {
      const random = new Random(seed);
      const mixed = ranges.map((range) => ({ range, key: random.u32() })).sort((a, b) => a.key - b.key);
      const plan = planReads(
        mixed.map(({ range }) => range),
        options,
      );
      expect([...plan]).toEqual([...planReads(ranges, options)]);
    });
  });

  it("is the same from objects, an iterable and columns of any kind", () => {
    check(300, anySmallJob, ({ ranges, options }) => {
      const wanted = [...planReads(ranges, options)];
      function* iterable() {
        yield* ranges;
      }
      expect([...planReads(iterable(), options)]).toEqual(wanted);
      expect([...planReads(new Set(ranges.map((range) => ({ ...range }))), options)]).toEqual(wanted);
      const offset = ranges.map((range) => range.offset);
      const length = ranges.map((range) => range.length);
      expect([...planReads({ offset, length }, options)]).toEqual(wanted);
      const typed = { offset: Float64Array.from(offset), length: Uint32Array.from(length) };
      expect([...planReads(typed, options)]).toEqual(wanted);
    });
  });

  it("byFirstUse has each request once, where the first input that needs it comes", () => {
    check(1000, anySmallJob, ({ ranges, options }) => {
      const plan = planReads(ranges, options);
      const seen = new Set<number>();
      for (let i = 0; i < ranges.length; i++) {
        const first = plan.firstRequest[i] as number;
        for (let j = first; j < first + (plan.requestSpan[i] as number); j++) seen.add(j);
      }
      expect([...byFirstUse(plan)]).toEqual([...seen]);
      expect(seen.size).toBe(plan.requestCount);
    });
  });
});

describe("planReads on hostile ranges", () => {
  const count = 3000;
  const shapes: Record<string, (i: number) => { offset: number; length: number }> = {
    "all equal": () => ({ offset: 4096, length: 100 }),
    "all nested": (i) => ({ offset: i, length: 2 * (count - i) }),
    "nested, outermost last": (i) => ({ offset: count - i, length: 2 * i + 1 }),
    "alternating extremes": (i) => ({ offset: i % 2 === 0 ? 0 : MAX - 1, length: 1 }),
    "all empty": (i) => ({ offset: count - i, length: 0 }),
    "each one longer than the cap": (i) => ({ offset: 10 * (count - i), length: 90 }),
    ...Object.fromEntries(
      Array.from({ length: 7 }, (_, byte) => [
        `byte ${byte} differs`,
        (i: number) => ({ offset: ((i * 37) & (byte === 6 ? 15 : 255)) * 256 ** byte, length: 1 + (i & 7) }),
      ]),
    ),
  };
  it.each(Object.entries(shapes))("%s", (_, rangeOf) => {
    const ranges = Array.from({ length: count }, (_, i) => rangeOf(i));
    for (const options of [
      { maxBytes: 64 },
      { maxBytes: 2 ** 20, gapBytes: 2 ** 16 },
      { maxBytes: 4096, alignmentBytes: 16 },
    ]) {
      expectPlan(planReads(ranges, options), { ranges, options });
    }
  });

  it("many inputs over very many requests find their places, and the order of first use, in time", () => {
    const ranges = Array.from({ length: 20_000 }, (_, i) => ({ offset: i, length: 2_000_000 }));
    const plan = planReads(ranges.reverse(), { maxBytes: 16 });
    expect(plan.requestCount).toBe(Math.ceil((2_000_000 + 19_999) / 16));
    expect(plan.requestSpan[0]).toBe(125_001);
    expect(byFirstUse(plan).length).toBe(plan.requestCount);
  });
});
