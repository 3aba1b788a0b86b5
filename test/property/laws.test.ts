/** What must hold for all input whatever the engine: the laws of design.md, section 3. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { type OracleLimits, type OracleRange, pack, unpack } from "../oracle.js";
import { expectBytes, join } from "../support/bytes.js";
import { check } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { anyJob, anyLimits, anyRanges, least } from "../support/ranges.js";

const SPACE = 1n << 64n;

/** Limits, and two inputs for them. */
const anyTwo = anyLimits.chain((limits) =>
  fc.record({
    limits: fc.constant(limits),
    a: anyRanges(limits, { segments: 2000, stretches: 3 }),
    b: anyRanges(limits, { segments: 2000, stretches: 3 }),
  }),
);

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const run = (ranges: readonly OracleRange[] | Uint8Array, limits: OracleLimits): Uint8Array => {
    using mapper = makeMapper(limits);
    return mapper.coalesce(packedRecords(ranges instanceof Uint8Array ? ranges : pack(ranges))).bytes;
  };

  it("covers the bytes of the input, in their order", () => {
    check(200, anyJob(), ({ limits, ranges }) => {
      const left = unpack(run(ranges, limits));
      let index = 0;
      let segment = left[0];
      for (const range of ranges) {
        let { addr, length } = range;
        while (length > 0n) {
          // What is left of the segment starts with what is left of the range.
          if (segment === undefined) return expect.fail(`the bytes end before ${addr}`);
          if (segment.addr !== addr || segment.flags !== range.flags) {
            expect.fail(`expected ${addr} of kind ${range.flags}, got ${segment.addr} of kind ${segment.flags}`);
          }
          const step = least(segment.length, length);
          addr += step;
          length -= step;
          segment.addr += step;
          segment.length -= step;
          if (segment.length === 0n) segment = left[++index];
        }
      }
      expect(index).toBe(left.length);
    });
  });

  it("makes no segment that a limit forbids, and no two that could have been one", () => {
    check(200, anyJob(), ({ limits, ranges }) => {
      const segments = unpack(run(ranges, limits));
      const { max, boundary, alignment } = limits;
      const crosses = (first: bigint, last: bigint) => boundary !== 0n && first / boundary !== last / boundary;
      for (const [index, { addr, length, flags }] of segments.entries()) {
        const end = addr + length;
        const what = `segment ${index}, ${addr} + ${length}`;
        if (length < 1n || length > max || end > SPACE) expect.fail(`${what}: too long`);
        if (crosses(addr, end - 1n)) expect.fail(`${what}: crosses a boundary`);
        const next = segments[index + 1];
        if (next === undefined || next.addr !== end || next.flags !== flags || (flags & 2) !== 0) continue;
        // They touch, so a cut lies between them: it is aligned, …
        if (end % alignment !== 0n) expect.fail(`${what}: the cut after it is not aligned`);
        // … and it could not lie later: the next place for one is out of reach, or the end of what follows is.
        const later = least(next.length, alignment);
        if (length + later <= max && !crosses(addr, end + later - 1n)) expect.fail(`${what}: could be longer`);
      }
    });
  });

  it("coalesce(coalesce(A) ++ coalesce(B)) is coalesce(A ++ B)", () => {
    check(150, anyTwo, ({ limits, a, b }) => {
      const stitched = run(join([run(a, limits), run(b, limits)]), limits);
      expectBytes(stitched, run([...a, ...b], limits), "stitched");
    });
  });

  it("the same wherever a job is cut", () => {
    check(12, anyJob({ stretches: 2, count: fc.integer({ min: 1, max: 40 }) }), ({ limits, ranges }) => {
      const whole = run(ranges, limits);
      for (let at = 0; at <= ranges.length; at++) {
        const parts = [run(ranges.slice(0, at), limits), run(ranges.slice(at), limits)];
        expectBytes(run(join(parts), limits), whole, `cut at ${at}`);
      }
    });
  });

  it("is idempotent", () => {
    check(150, anyJob(), ({ limits, ranges }) => {
      const once = run(ranges, limits);
      expectBytes(run(once, limits), once, "twice");
    });
  });

  it("gives what was coalesced without limits the same cuts as the input itself", () => {
    check(100, anyJob(), ({ limits, ranges }) => {
      const unlimited = run(ranges, { max: 1n << 32n, boundary: 0n, alignment: 1n });
      expectBytes(run(unlimited, limits), run(ranges, limits), "in two steps");
    });
  });
});

describe("the builds", () => {
  const [wasm, js, auto] = builds.map(({ name }) => mapperFactory(name));

  it("give the same bytes", () => {
    check(150, anyJob({ stretches: 6, segments: 8000 }), ({ limits, ranges }) => {
      const outputs = [wasm, js, auto].map((makeMapper) => {
        using mapper = (makeMapper as NonNullable<typeof makeMapper>)(limits);
        return mapper.coalesce(packedRecords(pack(ranges))).bytes;
      });
      const first = outputs[0] as Uint8Array;
      for (const other of outputs) expectBytes(other, first);
    });
  });
});
