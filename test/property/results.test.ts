/** Where results go: into memory of the caller, lent by the mapper, or to a table of their own. Always the same bytes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import type { RangeInput } from "../../src/engine/range-input.js";
import { coalesce, pack, union } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { check } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { anyJob } from "../support/ranges.js";

/** Words around a target that stay as they are. */
const GUARD = 8;
const CANARY = 0xc5c5_c5c5;

/** A target inside an array of canaries, with more room than there are segments. */
function guarded(words: number, more: number, isShared: boolean) {
  const bytes = 4 * (2 * GUARD + words + more);
  const all = new Uint32Array(isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)).fill(CANARY);
  const target = all.subarray(GUARD, GUARD + words + more);
  const expectKept = () => {
    const kept = [...all.subarray(0, GUARD), ...all.subarray(GUARD + words)];
    expect(kept.every((word) => word === CANARY)).toBe(true);
  };
  return { target, expectKept };
}

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);
  const anyTarget = fc.record({ job: anyJob(), more: fc.integer({ min: 0, max: 9 }), isShared: fc.boolean() });

  it("coalesceInto and unionInto write what the tables hold, and nothing behind it", () => {
    check(150, anyTarget, ({ job: { limits, ranges }, more, isShared }) => {
      using mapper = makeMapper(limits);
      const records = pack(ranges);
      const placed = mapper.input(ranges.length);
      placed.bytes.set(records);
      const inputs: RangeInput[] = [ranges, packedRecords(records), SegmentTable.fromBytes(records), placed];
      for (const [expected, call] of [
        [pack(coalesce(ranges, limits)), mapper.coalesceInto.bind(mapper)],
        [pack(union(ranges, 0n, limits)), mapper.unionInto.bind(mapper)],
      ] as const) {
        for (const input of inputs) {
          const { target, expectKept } = guarded(expected.byteLength / 4, more, isShared);
          const count = call(input, target);
          expect(count).toBe(expected.byteLength / 16);
          expectBytes(SegmentTable.view(target, count).bytes, expected);
          expectKept();
        }
      }
    });
  });

  it("a lent table holds what its own does, whatever was lent before", () => {
    const mapper = makeMapper();
    check(150, anyJob(), ({ ranges }) => {
      const records = packedRecords(pack(ranges));
      const placed = mapper.input(ranges.length);
      placed.bytes.set(pack(ranges));
      for (const input of [ranges, records, placed]) {
        expectBytes(mapper.coalesce(input, { borrow: true }).bytes, pack(coalesce(ranges)));
        expectBytes(mapper.union(input, { borrow: true }).bytes, pack(union(ranges)));
      }
    });
    mapper.close();
  });

  it("a stream gives by take what it gives by drain", () => {
    check(
      100,
      fc.record({ job: anyJob(), room: fc.integer({ min: 1, max: 40 }) }),
      ({ job: { limits, ranges }, room }) => {
        using mapper = makeMapper(limits);
        const stream = mapper.stream({ capacity: 8 });
        const parts: number[] = [];
        const { target, expectKept } = guarded(4 * room + (room % 4), 0, room % 2 === 1);
        const takeAll = () => {
          for (let count = -1; count !== 0; ) {
            count = stream.take(target);
            expect(count).toBeLessThanOrEqual(room + 1);
            parts.push(...target.subarray(0, 4 * count));
            expectKept();
          }
        };
        for (const range of ranges) while (!stream.push(range)) takeAll();
        while (!stream.flush()) takeAll();
        takeAll();
        expectBytes(new Uint8Array(Uint32Array.from(parts).buffer), pack(coalesce(ranges, limits)));
      },
    );
  });
});
