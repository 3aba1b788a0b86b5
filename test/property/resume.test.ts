/**
 * Resume: whatever the output's room and wherever the input is cut, nothing is lost, nothing repeated, and the segments
 * are the same. Through the engines' own interface, where rooms of 0 and 1 can be had.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fields } from "../../src/core/range-fields.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { coalesce, framesToRanges, type OracleLimits, type OracleRange, pack } from "../oracle.js";
import { expectBytes, unaligned } from "../support/bytes.js";
import { check } from "../support/check.js";
import { Driver } from "../support/drive.js";
import { type Engine, engines, newCoalescer, newEngine, type Output } from "../support/engines.js";
import { anyFrames, FRAME_TYPES, toFrames } from "../support/frames.js";
import { anyCount, anyJob, fewCount, type RangeOptions } from "../support/ranges.js";

/** One room for all calls, or rooms in turn, with none now and then. */
const anyRooms = fc.oneof(
  fc.integer({ min: 1, max: 9 }).map((room) => [room]),
  fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 }).map((rooms) => [...rooms, 1]),
  fc
    .array(fc.constantFrom(0, 1, 3, 64, 509, 511, 512, 513, 1024), { minLength: 1, maxLength: 4 })
    .map((r) => [...r, 2]),
);
/** Where an input is cut, as parts of its length. */
const anyCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });

function cutAt(cuts: readonly number[], count: number): number[] {
  return [...cuts.map((cut) => Math.round(cut * count)), count].sort((a, b) => a - b);
}

/** Takes ranges by some form of input. */
type Form = (
  engine: Engine,
  ranges: readonly OracleRange[],
) => {
  take(driver: Driver, at: number, end: number, output: Output): number;
  free(): void;
};

const forms: Record<string, Form> = {
  "records in place": (engine, ranges) => {
    const block = engine.allocate(ranges.length * 16);
    block.bytes.set(pack(ranges));
    return {
      take: ({ coalescer }, at, end, output) => coalescer.records(block, at, end, output),
      free: () => block.free(),
    };
  },
  "records elsewhere": (engine, ranges) => {
    const given = unaligned(pack(ranges));
    const bytes = engine.mustCopy(given) ? new Uint8Array(given) : given;
    return { take: ({ coalescer }, at, end, output) => coalescer.records(bytes, at, end, output), free: () => {} };
  },
  columns: (_, ranges) => {
    const source = columns({
      addr: BigUint64Array.from(ranges, ({ addr }) => addr),
      length: BigUint64Array.from(ranges, ({ length }) => length),
      flags: Uint32Array.from(ranges, ({ flags }) => flags),
    });
    return { take: ({ coalescer }, at, end, output) => coalescer.columns(source, at, end, output), free: () => {} };
  },
  ranges: (_, ranges) => {
    const fields = new Fields();
    return {
      take: ({ coalescer }, at, __, output) => {
        fields.read(ranges[at] as OracleRange);
        return coalescer.range(fields, output) ? 1 : 0;
      },
      free: () => {},
    };
  },
};

describe.each(engines)("$name resumes", ({ name }) => {
  const engine = newEngine(name);

  function drive(
    form: Form,
    { limits, ranges }: { limits: OracleLimits; ranges: readonly OracleRange[] },
    rooms: readonly number[],
    ends: readonly number[],
    expected = pack(coalesce(ranges, limits)),
  ): void {
    const coalescer = newCoalescer(engine, limits);
    const driver = new Driver(engine, coalescer, rooms);
    const input = form(engine, ranges);
    let from = 0;
    for (const end of ends) {
      driver.take(from, end, (at, output) => input.take(driver, at, end, output));
      from = end;
    }
    driver.flush();
    expectBytes(driver.bytes, expected, `rooms ${rooms}, cut at ${ends}`);
    input.free();
    driver.free();
    coalescer.free();
  }

  describe.each(Object.keys(forms))("%s", (formName) => {
    const form = forms[formName] as Form;
    const wide: RangeOptions = formName.startsWith("records") ? {} : { longest: (1n << 64n) - 1n };

    it("at any room, wherever the input is cut", () => {
      const job = anyJob({ ...wide, segments: 1200, stretches: 3 });
      check(80, fc.tuple(job, anyRooms, anyCuts), ([{ limits, ranges }, rooms, cuts]) => {
        drive(form, { limits, ranges }, rooms, cutAt(cuts, ranges.length));
      });
    });

    it("at every room with every cut", () => {
      const job = anyJob({ ...wide, count: fewCount, segments: 40, stretches: 3 });
      check(12, job, ({ limits, ranges }) => {
        const segments = coalesce(ranges, limits);
        const expected = pack(segments);
        for (let room = 1; room <= Math.min(segments.length + 1, 6); room++) {
          for (let end = 0; end <= ranges.length; end++) {
            drive(form, { limits, ranges }, [room], [end, ranges.length], expected);
            drive(form, { limits, ranges }, [0, room], [end, ranges.length], expected);
          }
        }
      });
    });
  });

  it("records at every room up to more than a block, of a block that is all breaks or has some", () => {
    const make = (count: number, joinIn: number): OracleRange[] =>
      Array.from({ length: count }, (_, index) => ({
        addr: BigInt(index) * 4096n,
        length: index % joinIn === 0 ? 512n : 4096n,
        flags: 0x4200,
      }));
    for (const [count, joinIn] of [[522, 1] as const, [522, 2] as const, [1040, 64] as const]) {
      const ranges = make(count, joinIn);
      const job = { limits: { max: 1n << 32n, boundary: 0n, alignment: 1n }, ranges };
      const expected = pack(coalesce(ranges, job.limits));
      for (let room = 1; room < 532; room += room < 12 || room > 505 ? 1 : 7) {
        drive(forms["records in place"] as Form, job, [room], [count], expected);
      }
    }
  });

  it.each(FRAME_TYPES)("page frames of type %s at any room, wherever they are cut", (type) => {
    check(60, fc.tuple(anyFrames(type, anyCount), anyRooms, anyCuts), ([job, rooms, cuts]) => {
      const { limits, pageShift, pfns, flags } = job;
      // Whole pages: parts of the first and the last are not the coalescer's business.
      const ranges = framesToRanges(pfns, {
        pageBytes: 1n << BigInt(pageShift),
        firstOffset: 0n,
        byteLength: undefined,
        flags,
      });
      const source = pageFrames(toFrames(type, pfns), { pageBytes: 2 ** pageShift, flags });
      const coalescer = newCoalescer(engine, limits);
      const driver = new Driver(engine, coalescer, rooms);
      let from = 0;
      for (const end of cutAt(cuts, pfns.length)) {
        driver.take(from, end, (at, output) => coalescer.frames(source, at, end, output));
        from = end;
      }
      driver.flush();
      expectBytes(driver.bytes, pack(coalesce(ranges, limits)), `rooms ${rooms}, cut at ${cuts}`);
      driver.free();
      coalescer.free();
    });
  });

  it("after a record that is not valid, at the borders of blocks, as if the record were not there", () => {
    const faults: OracleRange[] = [
      { addr: (1n << 64n) - 1n, length: 2n, flags: 0x4200 },
      { addr: 0n, length: 0n, flags: 0x4200 },
      { addr: 0n, length: 4096n, flags: 0x80 },
    ];
    for (const joinIn of [1, 2, 5, 700]) {
      const ranges = Array.from({ length: 1030 }, (_, index) => ({
        addr: BigInt(index + Math.floor(index / joinIn)) * 4096n,
        length: 4096n,
        flags: joinIn === 2 ? 0 : 0x4200,
      }));
      const input = engine.allocate(ranges.length * 16);
      const block = engine.allocate(ranges.length * 16);
      const places = Array.from(ranges.keys()).filter((place) => place % 512 < 12 || place % 512 > 504);
      for (const badAt of places) {
        input.bytes.set(pack(ranges.with(badAt, faults[badAt % faults.length] as OracleRange)));
        const coalescer = newCoalescer(engine, { max: 1n << 32n, boundary: 0n, alignment: 1n });
        const output = { block, at: 0, room: ranges.length };
        const taken = coalescer.records(input, 0, ranges.length, output);
        expect([taken, coalescer.bad, coalescer.countValid(input, 0, ranges.length)]).toEqual([badAt, true, badAt]);
        for (let at = badAt + 1; at < ranges.length; ) at += coalescer.records(input, at, ranges.length, output);
        coalescer.flush(output);
        const made = block.bytes.slice(0, output.at * 16);
        expectBytes(made, pack(coalesce(ranges.toSpliced(badAt, 1))), `${joinIn}, at ${badAt}`);
        coalescer.free();
      }
      input.free();
      block.free();
    }
  });

  it.each(FRAME_TYPES)("page frames of type %s whose room ends after the first two blocks", (type) => {
    const pfns = Array.from({ length: 2200 }, (_, index) => BigInt(2 * index));
    const source = pageFrames(toFrames(type, pfns), { pageBytes: 4096 });
    const expected = pack(pfns.map((frame) => ({ addr: frame * 4096n, length: 4096n, flags: 0 })));
    for (const room of [1023, 1024, 1025, 1500, 2047, 2048, 2049, 2199]) {
      const coalescer = newCoalescer(engine, { max: 1n << 32n, boundary: 0n, alignment: 1n });
      const driver = new Driver(engine, coalescer, [room]);
      driver.take(0, pfns.length, (at, output) => coalescer.frames(source, at, pfns.length, output));
      driver.flush();
      expectBytes(driver.bytes, expected, `room ${room}`);
      driver.free();
      coalescer.free();
    }
  });

  it("with all forms in turn on one coalescer", () => {
    const job = anyJob({ segments: 600, stretches: 4, count: fewCount });
    check(80, fc.tuple(job, anyRooms, fc.array(fc.constantFrom(...Object.keys(forms)), { minLength: 1 })), (drawn) => {
      const [{ limits, ranges }, rooms, names] = drawn;
      const coalescer = newCoalescer(engine, limits);
      const driver = new Driver(engine, coalescer, rooms);
      const inputs = names.map((form) => (forms[form] as Form)(engine, ranges));
      let at = 0;
      for (let turn = 0; at < ranges.length; turn++) {
        const input = inputs[turn % inputs.length] as ReturnType<Form>;
        const end = Math.min(ranges.length, at + 1 + (turn % 7));
        driver.take(at, end, (from, output) => input.take(driver, from, end, output));
        at = end;
      }
      driver.flush();
      expectBytes(driver.bytes, pack(coalesce(ranges, limits)), `rooms ${rooms}, ${names}`);
      for (const input of inputs) input.free();
      driver.free();
      coalescer.free();
    });
  });
});
