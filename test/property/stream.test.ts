/** Streams: at any capacity, in any pieces, several on one mapper, they give what one call gives. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import type { SegmentMapper } from "../../src/mapper/mapper.js";
import type { SegmentStream } from "../../src/mapper/stream.js";
import { coalesce, type OracleLimits, type OracleRange, pack } from "../oracle.js";
import { segringError } from "../support/blame.js";
import { expectBytes, join, unaligned } from "../support/bytes.js";
import { check } from "../support/check.js";
import { builds, mapperFactory } from "../support/engines.js";
import { Random } from "../support/random.js";
import { anyCount, anyJob, fewCount } from "../support/ranges.js";

const FOUR_GIB = 1n << 32n;

/** A user of a stream: pushes when there is room, drains when there is none, and counts what comes. */
class Client {
  readonly stream: SegmentStream;
  readonly #capacity: number;
  readonly #parts: Uint8Array[] = [];

  constructor(mapper: SegmentMapper, capacity: number) {
    this.stream = mapper.stream({ capacity });
    this.#capacity = capacity;
  }

  get bytes(): Uint8Array {
    return join(this.#parts);
  }

  drain(): number {
    const table = this.stream.drain();
    if (table.length > this.#capacity) expect.fail(`${table.length} segments from a ring of ${this.#capacity}`);
    this.#parts.push(table.bytes);
    return table.length;
  }

  /** What pushes back must have something to take. */
  #makeRoom(why: string): void {
    if (this.drain() === 0) expect.fail(`${why}, but there is nothing to drain`);
  }

  push(range: OracleRange): void {
    // A ring may be drained twice at most: the records in it, then what the range drives out.
    while (!this.stream.push(range)) this.#makeRoom("push has no room");
  }

  pushAll(ranges: readonly OracleRange[], aligned = true): void {
    let rest: Uint8Array = aligned ? pack(ranges) : unaligned(pack(ranges));
    while (rest.byteLength > 0) {
      const taken = this.stream.pushRecords(rest);
      const most = Math.min(this.#capacity, rest.byteLength / 16);
      if (!Number.isInteger(taken) || taken < 0 || taken > most) expect.fail(`${taken} of ${most} taken`);
      rest = rest.subarray(taken * 16);
      if (taken === 0) this.#makeRoom("pushRecords takes nothing");
    }
  }

  flush(): void {
    while (!this.stream.flush()) this.#makeRoom("flush has no room");
  }

  finish(): Uint8Array {
    this.flush();
    while (this.drain() !== 0);
    // Nothing is left, however often it is asked for.
    expect(this.stream.flush()).toBe(true);
    expect(this.stream.drain().length).toBe(0);
    this.stream.close();
    return this.bytes;
  }
}

/** Ranges, in the pieces between two flushes. */
function expectedOf(pieces: readonly (readonly OracleRange[])[], limits: OracleLimits): Uint8Array {
  return join(pieces.map((piece) => pack(coalesce(piece, limits))));
}

const anyCapacity = fc.oneof(
  fc.integer({ min: 2, max: 9 }),
  fc.constantFrom(16, 63, 64, 65, 512, 513, 517, 1100, 8192),
);

describe.each(builds)("$name streams", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("give what one call gives, at any capacity, pushed and drained in any way", () => {
    const job = anyJob({ segments: 1500, stretches: 3 });
    check(120, fc.tuple(job, anyCapacity, fc.integer()), ([{ limits, ranges }, capacity, seed]) => {
      using mapper = makeMapper(limits);
      const random = new Random(seed);
      const client = new Client(mapper, capacity);
      const flushIn = random.pick([0, 0, 20, 200]);
      const drainIn = random.pick([0, 1, 3, 50]);
      const longest = random.pick([1, 3, 64, 2000]);
      const pieces: OracleRange[][] = [[]];
      for (let at = 0; at < ranges.length; ) {
        const some = ranges.slice(at, at + random.integer(1, longest));
        if (random.once(2)) for (const range of some) client.push(range);
        else client.pushAll(some, random.once(2));
        pieces.at(-1)?.push(...some);
        at += some.length;
        if (random.once(drainIn)) client.drain();
        if (random.once(flushIn)) {
          client.flush();
          pieces.push([]);
        }
      }
      expectBytes(client.finish(), expectedOf(pieces, limits), `capacity ${capacity}`);
    });
  });

  it("take ranges longer than a record, in order with all others", () => {
    const job = anyJob({ longest: (1n << 64n) - 1n, segments: 600, count: fewCount, stretches: 6 });
    check(150, fc.tuple(job, fc.integer({ min: 2, max: 9 }), fc.integer()), ([{ limits, ranges }, capacity, seed]) => {
      using mapper = makeMapper(limits);
      const random = new Random(seed);
      const client = new Client(mapper, capacity);
      for (const range of ranges) {
        if (range.length > FOUR_GIB || random.once(2)) client.push(range);
        else client.pushAll([range]);
        if (random.once(5)) client.drain();
      }
      expectBytes(client.finish(), pack(coalesce(ranges, limits)), `capacity ${capacity}`);
    });
  });

  it("give the same wherever the input is cut", () => {
    const job = anyJob({ count: fc.integer({ min: 1, max: 24 }), segments: 100, stretches: 2 });
    check(8, fc.tuple(job, fc.integer({ min: 2, max: 5 })), ([{ limits, ranges }, capacity]) => {
      using mapper = makeMapper(limits);
      const expected = pack(coalesce(ranges, limits));
      for (let at = 0; at <= ranges.length; at++) {
        for (const drains of [true, false]) {
          const client = new Client(mapper, capacity);
          client.pushAll(ranges.slice(0, at));
          if (drains) client.drain();
          client.pushAll(ranges.slice(at));
          expectBytes(client.finish(), expected, `cut at ${at}, capacity ${capacity}`);
        }
      }
    });
  });

  it("lose and repeat nothing at every small capacity", () => {
    const job = anyJob({ count: fc.integer({ min: 1, max: 40 }), segments: 300, stretches: 2 });
    check(20, job, ({ limits, ranges }) => {
      using mapper = makeMapper(limits);
      const expected = pack(coalesce(ranges, limits));
      for (let capacity = 2; capacity <= 24; capacity++) {
        const packed = new Client(mapper, capacity);
        packed.pushAll(ranges);
        expectBytes(packed.finish(), expected, `records at capacity ${capacity}`);
        const objects = new Client(mapper, capacity);
        for (const range of ranges) objects.push(range);
        expectBytes(objects.finish(), expected, `ranges at capacity ${capacity}`);
      }
    });
  });

  it("do not affect each other, nor calls of the same mapper", () => {
    const jobs = fc.array(anyJob({ segments: 400, count: fc.integer({ min: 1, max: 90 }), stretches: 2 }), {
      minLength: 2,
      maxLength: 5,
    });
    check(60, fc.tuple(jobs, fc.integer()), ([drawn, seed]) => {
      const random = new Random(seed);
      // One mapper has one set of limits: the ranges of each job were drawn for others, so some are left out.
      const limits = (drawn[0] as (typeof drawn)[number]).limits;
      using mapper = makeMapper(limits);
      const share = limits.max > 1n ? limits.max * 20n : 20n;
      const clients = drawn.map(({ ranges }) => {
        const boundary = limits.boundary === 0n ? share : limits.boundary * 20n;
        const fitting = ranges.filter(({ length }) => length <= share && length <= boundary);
        const client = new Client(mapper, random.integer(2, 12));
        return { client, ranges: fitting, at: 0 };
      });
      const input = mapper.input(8);
      for (let turn = 0; clients.some(({ at, ranges }) => at < ranges.length); turn++) {
        const one = random.pick(clients);
        const some = one.ranges.slice(one.at, one.at + random.integer(1, 30));
        if (random.once(2)) for (const range of some) one.client.push(range);
        else one.client.pushAll(some);
        one.at += some.length;
        if (turn % 5 === 0) {
          const other = random.pick(clients).ranges.slice(0, 8);
          expectBytes(mapper.coalesce(packedRecords(pack(other))).bytes, pack(coalesce(other, limits)), "a call");
          expectBytes(mapper.coalesce(other).bytes, pack(coalesce(other, limits)), "a call with objects");
        }
        if (turn % 7 === 0 && drawn[0] !== undefined && drawn[0].ranges.length >= 8) {
          const placed = clients[0]?.ranges.slice(0, 8) ?? [];
          if (placed.length === 8) {
            input.bytes.set(pack(placed));
            expectBytes(mapper.coalesce(input).bytes, pack(coalesce(placed, limits)), "a call in place");
          }
        }
      }
      for (const { client, ranges } of clients) {
        expectBytes(client.finish(), pack(coalesce(ranges, limits)), "a stream among others");
      }
    });
  });

  it("refuse a record that is not valid, at any place of the ring, and take nothing", () => {
    const job = anyJob({ segments: 400, count: fc.integer({ min: 1, max: 70 }), stretches: 2 });
    check(80, fc.tuple(job, fc.integer({ min: 2, max: 80 }), fc.integer()), ([{ limits, ranges }, capacity, seed]) => {
      using mapper = makeMapper(limits);
      const random = new Random(seed);
      const client = new Client(mapper, capacity);
      for (let at = 0; at < ranges.length; ) {
        const some = ranges.slice(at, at + random.integer(1, 20));
        if (random.once(2)) {
          const bad = random.integer(0, some.length - 1);
          const bytes = pack(some);
          bytes.set(pack([{ addr: 0n, length: 16n, flags: 0x80 }]), bad * 16);
          let error: unknown;
          let taken = 0;
          // The records before it may fit without it: then it is not looked at yet.
          try {
            taken = client.stream.pushRecords(bytes);
          } catch (thrown) {
            error = thrown;
          }
          if (error === undefined && taken > bad) expect.fail(`${taken} taken, record ${bad} is not valid`);
          if (error !== undefined) {
            expect(error).toEqual(segringError("BAD_RECORD", bad, "flags"));
          }
          at += taken;
        } else {
          client.pushAll(some);
          at += some.length;
        }
        if (random.once(3)) client.drain();
      }
      expectBytes(client.finish(), pack(coalesce(ranges, limits)), `capacity ${capacity}`);
    });
  });

  it("give what is ready when drained: all runs that are over", () => {
    check(60, anyJob({ segments: 300, count: anyCount.map((n) => Math.min(n, 100)), stretches: 2 }), (drawn) => {
      const { limits, ranges } = drawn;
      using mapper = makeMapper(limits);
      const client = new Client(mapper, 4096);
      client.pushAll(ranges);
      client.drain();
      // The last run, and nothing else, is held back.
      const all = coalesce(ranges, limits);
      const held = heldBack(ranges, limits);
      expectBytes(client.bytes, pack(all.slice(0, all.length - held)), "before flush");
      expectBytes(client.finish(), pack(all), "after flush");
    });
  });
});

/** Segments of the last run. */
function heldBack(ranges: readonly OracleRange[], limits: OracleLimits): number {
  for (let from = ranges.length - 1; ; from--) {
    const run = coalesce(ranges.slice(from), { max: 1n << 65n, boundary: 0n, alignment: 1n });
    if (run.length > 1) return coalesce(ranges.slice(from + 1), limits).length;
    if (from === 0) return coalesce(ranges, limits).length;
  }
}
