/** Streams: backpressure, what is taken and what is not, ranges longer than a record. */

import { describe, expect, it } from "vitest";
import type { SegringError } from "../../src/core/errors.js";
import { BUS, NOMERGE } from "../../src/core/record.js";
import type { SegmentStream } from "../../src/mapper/stream.js";
import { coalesce, NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import { segringError } from "../support/blame.js";
import { expectBytes, join, thrownBy } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";

const GIB4 = 2 ** 32;
const SPACE = 1n << 64n;

const isolated = (count: number, from = 0): OracleRange[] =>
  Array.from({ length: count }, (_, index) => ({ addr: BigInt(from + index) * 8192n, length: 4096n, flags: 0 }));

function finish(stream: SegmentStream): Uint8Array {
  const parts: Uint8Array[] = [];
  for (;;) {
    const flushed = stream.flush();
    const { bytes } = stream.drain();
    parts.push(bytes);
    if (flushed && bytes.byteLength === 0) return join(parts);
  }
}

describe.each(builds)("a stream of $name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it("holds back the last run until flush", () => {
    using mapper = makeMapper();
    using stream = mapper.stream();
    stream.push({ addr: 0, length: 4096 });
    expect(stream.drain().length).toBe(0);
    stream.push({ addr: 4096, length: 4096 });
    expect(stream.drain().length).toBe(0);
    stream.push({ addr: 0, length: 1 });
    expect([...stream.drain()]).toEqual([{ addr: 0n, length: 8192, flags: 0 }]);
    expect(stream.flush()).toBe(true);
    expect([...stream.drain()]).toEqual([{ addr: 0n, length: 1, flags: 0 }]);
  });

  it("flush parts what would join", () => {
    using mapper = makeMapper();
    using stream = mapper.stream();
    stream.push({ addr: 0, length: 4096 });
    expect(stream.flush()).toBe(true);
    stream.push({ addr: 4096, length: 4096 });
    expect(stream.flush()).toBe(true);
    expect(stream.drain().length).toBe(2);
  });

  it("pushes back when both rings are full, takes nothing then, and goes on after drain", () => {
    using mapper = makeMapper();
    for (const capacity of [2, 3, 8, 100]) {
      using stream = mapper.stream({ capacity });
      const ranges = isolated(10 * capacity);
      let pushed = 0;
      while (stream.push(ranges[pushed] as OracleRange)) pushed++;
      // A ring of segments, one run held back, a ring of records.
      expect(pushed).toBe(2 * capacity + 1);
      // It stays so.
      for (let again = 0; again < 3; again++) {
        expect(stream.push(ranges[pushed] as OracleRange)).toBe(false);
        expect(stream.pushRecords(pack(ranges.slice(pushed)))).toBe(0);
        expect(stream.flush()).toBe(false);
      }
      const first = stream.drain();
      expectBytes(first.bytes, pack(ranges.slice(0, capacity)));
      expectBytes(join([first.bytes, finish(stream)]), pack(ranges.slice(0, pushed)));
    }
  });

  it("takes at most `capacity` records at a time", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 5 });
    const ranges = isolated(40);
    const bytes = pack(ranges);
    // An empty ring takes what fits; then its records go on, but for those the output has no room for.
    expect(stream.pushRecords(bytes)).toBe(5);
    expect(stream.pushRecords(bytes.subarray(5 * 16))).toBe(5);
    expect(stream.pushRecords(bytes.subarray(10 * 16))).toBe(1);
    expect(stream.pushRecords(bytes.subarray(11 * 16))).toBe(0);
    expect(stream.pushRecords(new Uint8Array(0))).toBe(0);
    expectBytes(finish(stream), pack(ranges.slice(0, 11)));
  });

  it("copies what is pushed", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 8 });
    const bytes = pack(isolated(4));
    expect(stream.pushRecords(bytes)).toBe(4);
    bytes.fill(0xff);
    const range = { addr: 1n << 40n, length: 16n, flags: 0 };
    expect(stream.push(range)).toBe(true);
    range.addr = 0n;
    expectBytes(finish(stream), pack([...isolated(4), { addr: 1n << 40n, length: 16n, flags: 0 }]));
  });

  it("takes a range of 2^64 - 1 bytes at capacity 2, and what follows it", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 2 });
    expect(stream.push({ addr: 5, length: 1 })).toBe(true);
    expect(stream.push({ addr: 1, length: SPACE - 1n, flags: BUS })).toBe(true);
    expect([...stream.drain()]).toEqual([{ addr: 5n, length: 1, flags: 0 }]);
    // It goes on after what the ring takes of it.
    let addr = 1n;
    for (let turn = 0; turn < 4; turn++) {
      expect(stream.flush()).toBe(false);
      for (const segment of stream.drain()) {
        expect(segment).toEqual({ addr, length: GIB4, flags: BUS });
        addr += 1n << 32n;
      }
    }
    expect(addr).toBe(1n + (8n << 32n));
  });

  it("a wide range that finds no room is not taken: pushed again it comes once", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 2 });
    const first = { addr: 0n, length: 5n << 32n, flags: 0 };
    const second = { addr: 1n << 50n, length: (3n << 32n) + 7n, flags: 0 };
    const parts: Uint8Array[] = [];
    expect(stream.push(first)).toBe(true);
    let refused = 0;
    while (!stream.push(second)) {
      refused++;
      parts.push(stream.drain().bytes);
    }
    expect(refused).toBeGreaterThan(0);
    parts.push(finish(stream));
    expectBytes(join(parts), pack(coalesce([first, second])));
  });

  it("a wide range waits for the records before it", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 2 });
    const before = isolated(5);
    for (const range of before) expect(stream.push(range)).toBe(true);
    const wide = { addr: 1n << 50n, length: 5n << 32n, flags: 0 };
    expect(stream.push(wide)).toBe(false);
    const parts: Uint8Array[] = [stream.drain().bytes];
    while (!stream.push(wide)) parts.push(stream.drain().bytes);
    parts.push(finish(stream));
    expectBytes(join(parts), pack(coalesce([...before, wide])));
  });

  it("wide and short ranges join to one run", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 2 });
    const ranges = [
      { addr: 100n, length: 50n, flags: 0x100 },
      { addr: 150n, length: 1n << 33n, flags: 0x100 },
      { addr: 150n + (1n << 33n), length: 1n << 32n, flags: 0x100 },
      { addr: 150n + (3n << 32n), length: 6n, flags: 0x100 },
    ];
    for (const range of ranges) expect(stream.push(range)).toBe(true);
    const expected = coalesce(ranges);
    expect(expected.length).toBe(4);
    expectBytes(finish(stream), pack(expected));
  });

  it("NOMERGE longer than 4 GiB is cut by the limits, each piece NOMERGE, and joins nothing", () => {
    for (const limits of [NO_LIMITS, { max: 3n << 30n, boundary: 1n << 32n, alignment: 4096n }]) {
      using mapper = makeMapper(limits);
      using stream = mapper.stream({ capacity: 2 });
      const ranges = [
        { addr: 4096n, length: 4096n, flags: NOMERGE },
        { addr: 8192n, length: (5n << 32n) + 1n, flags: NOMERGE },
        { addr: 8193n + (5n << 32n), length: (2n << 32n) + 1n, flags: NOMERGE },
        { addr: 8194n + (7n << 32n), length: 4096n, flags: 0 },
      ];
      const parts: Uint8Array[] = [];
      for (const range of ranges) while (!stream.push(range)) parts.push(stream.drain().bytes);
      parts.push(finish(stream));
      expectBytes(join(parts), pack(coalesce(ranges, limits)));
    }
  });

  it("BAD_RECORD names the record and takes nothing", () => {
    using mapper = makeMapper();
    for (const capacity of [2, 4, 5, 16]) {
      using stream = mapper.stream({ capacity });
      const ranges = isolated(capacity);
      for (let bad = 0; bad < capacity; bad++) {
        const bytes = pack(ranges);
        bytes.set(pack([{ addr: SPACE - 1n, length: 2n, flags: 0 }]), bad * 16);
        expect(() => stream.pushRecords(bytes)).toThrow(segringError("BAD_RECORD", bad, "addr + length"));
        // The ring turns on, so that records and the bad one lie across its end.
        expect(stream.push(ranges[bad] as OracleRange)).toBe(true);
        expect(stream.drain().length).toBeLessThanOrEqual(1);
      }
      expect(stream.pushRecords(pack(isolated(1, 1000)))).toBe(1);
      stream.flush();
      expect([...stream.drain()].at(-1)?.addr).toBe(1000n * 8192n);
    }
  });

  it("BAD_RECORD at any place of a long push, whatever the rings hold: what was pushed before is as it was", () => {
    using mapper = makeMapper();
    const joined = (count: number, from: number): OracleRange[] =>
      Array.from({ length: count }, (_, index) => ({ addr: BigInt(from + index) * 4096n, length: 4096n, flags: 0 }));
    for (const make of [joined, isolated]) {
      for (const capacity of [2047, 2048, 2049, 3000, 4500]) {
        for (const before of [0, 1, capacity - 1, capacity, capacity + 1, 2 * capacity]) {
          for (const bad of [0, 1, 2046, 2047, 2048, 2049, 4095, 4096, 4097, capacity - 2, capacity - 1]) {
            if (bad >= capacity) continue;
            using stream = mapper.stream({ capacity });
            let pushed = 0;
            while (pushed < before) {
              const taken = stream.pushRecords(pack(make(before - pushed, pushed)));
              if (taken === 0) break;
              pushed += taken;
            }
            const bytes = pack(make(capacity, pushed));
            const good = bytes.slice();
            bytes[bad * 16 + 12] = 0x20;
            let taken = 0;
            try {
              taken = stream.pushRecords(bytes);
            } catch (error) {
              const { code, index, message } = error as SegringError;
              if (code !== "BAD_RECORD" || index !== bad || !message.startsWith(`record ${bad}: flags `)) throw error;
            }
            if (taken > bad) expect.fail(`${taken} taken, though record ${bad} is not valid`);
            // It goes on with the records that are valid.
            const rest = good.subarray(taken * 16);
            const more = stream.pushRecords(rest.slice(0, 160));
            const all = pushed + taken + more;
            expectBytes(finish(stream), pack(coalesce(make(all, 0))), `${capacity}, ${before}, ${bad}`);
          }
        }
      }
    }
  });

  it("a bad record that finds no room yet is not looked at", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 2 });
    const bytes = pack([...isolated(2), { addr: 0n, length: 0n, flags: 0 }]);
    expect(stream.pushRecords(bytes)).toBe(2);
    const error = thrownBy(() => stream.pushRecords(bytes.subarray(32))) as SegringError;
    expect([error.code, error.index]).toEqual(["BAD_RECORD", 0]);
    expectBytes(finish(stream), pack(isolated(2)));
  });

  it("a range that is refused leaves the stream as it was", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 2 });
    stream.push({ addr: 0, length: 16 });
    for (const range of [
      { addr: 16, length: 0 },
      { addr: 16, length: -1 },
      { addr: SPACE - 1n, length: 5n << 32n },
      { addr: 16, length: 16, flags: 1 },
    ]) {
      expect(() => stream.push(range)).toThrow(RangeError);
    }
    stream.push({ addr: 16, length: 16 });
    expectBytes(finish(stream), pack([{ addr: 0n, length: 32n, flags: 0 }]));
  });

  it("goes on where memory grows under it", () => {
    using mapper = makeMapper();
    using stream = mapper.stream({ capacity: 64 });
    const ranges = isolated(40);
    for (const [index, range] of ranges.entries()) {
      expect(stream.push(range)).toBe(true);
      // Each of these is longer than all before: the memory of the engine grows and is elsewhere.
      if (index % 10 === 5) mapper.input(20_000 * (index + 1));
    }
    expectBytes(finish(stream), pack(ranges));
  });

  it("has capacities from 2 to 2^26, 8192 where none is given", () => {
    using mapper = makeMapper();
    using stream = mapper.stream();
    expect(stream.pushRecords(pack(isolated(9000)))).toBe(8192);
    using same = mapper.stream({ capacity: undefined });
    expect(same.pushRecords(pack(isolated(9000)))).toBe(8192);
  });

  it("is closed with its mapper, and gives back what it has", () => {
    const mapper = makeMapper();
    const stream = mapper.stream();
    mapper.close();
    expect((thrownBy(() => stream.flush()) as SegringError).code).toBe("CLOSED");
    stream.close();
  });

  it("a range whose getter closes the stream is refused: nothing goes into memory that was given back", () => {
    using mapper = makeMapper();
    for (const length of [4096n, 1n << 40n]) {
      const stream = mapper.stream({ capacity: 4 });
      const range = {
        get addr() {
          stream.close();
          return 4096n;
        },
        length,
      };
      expect((thrownBy(() => stream.push(range)) as SegringError).code).toBe("CLOSED");
    }
  });

  it("a drained table is its own", () => {
    using mapper = makeMapper();
    const stream = mapper.stream({ capacity: 2 });
    for (const range of isolated(3)) stream.push(range);
    const table = stream.drain();
    for (const range of isolated(3, 50)) stream.push(range);
    stream.drain();
    stream.close();
    expectBytes(table.bytes, pack(isolated(2)));
  });
});
