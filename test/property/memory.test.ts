/** What a kernel may touch: the records it says it wrote, and its own work block. All other memory stays as it was. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { checkLimits } from "../../src/core/limits.js";
import { PACKAGE } from "../../src/core/package-key.js";
import { columns } from "../../src/engine/columns.js";
import { pageFrames } from "../../src/engine/page-frames.js";
import { SegmentMapper } from "../../src/mapper/mapper.js";
import { coalesce, NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { check } from "../support/check.js";
import { CANARY } from "../support/drive.js";
import { type Block, engines, newCoalescer, newEngine, type Output, toLimits } from "../support/engines.js";
import { anyFrames, toFrames } from "../support/frames.js";
import { anyCount, anyJob, anyRanges, fewCount } from "../support/ranges.js";

describe("the wasm engine", () => {
  const engine = newEngine("wasm");
  // First fit: in a memory that is new, one block follows the other, so these two enclose a coalescer's own memory.
  const input = engine.allocate(1200 * 16);
  const guardBefore = engine.allocate(512);
  const output = engine.allocate(1300 * 16);
  const guardAfter = engine.allocate(512);
  // A work block begins at a multiple of 1024: this one ends there, so that no gap is left.
  const small = engine.allocate(64 + ((1024 - ((guardAfter.bytes.byteOffset + 512 + 64) % 1024)) % 1024));
  const whole = () => new Uint8Array(input.bytes.buffer);

  /** Runs `work` on an output in the middle of a block and compares all of the memory with what it was. */
  function watch(room: number, work: (target: Output) => void, mine: { from: number; to: number }): Uint8Array {
    for (const block of [guardBefore, output, guardAfter, small]) block.bytes.fill(CANARY);
    const before = whole().slice();
    const target = { block: output, at: 1, room };
    work(target);
    const written = { from: output.bytes.byteOffset + 16, to: output.bytes.byteOffset + target.at * 16 };
    const after = whole();
    expect(after.byteLength).toBe(before.byteLength);
    for (let at = 0; at < after.byteLength; at++) {
      if (after[at] === before[at]) continue;
      if (at >= written.from && at < written.to) continue;
      if (at >= mine.from && at < mine.to) continue;
      expect.fail(
        `byte ${at} changed: the output is ${written.from} to ${written.to}, the work block ${mine.from} to ${mine.to}`,
      );
    }
    return after.slice(written.from, written.to);
  }

  function withCoalescer(
    limits: Parameters<typeof newCoalescer>[1],
    run: (coalescer: ReturnType<typeof newCoalescer>, mine: { from: number; to: number }) => void,
  ): void {
    const coalescer = newCoalescer(engine, limits);
    const next = engine.allocate(16);
    const mine = { from: small.bytes.byteOffset + small.byteLength, to: next.bytes.byteOffset };
    expect(mine.to - mine.from).toBeLessThan(64 * 1024);
    run(coalescer, mine);
    next.free();
    coalescer.free();
  }

  it("changes nothing else for records", () => {
    const job = anyJob({
      segments: 800,
      stretches: 2,
      count: fc.oneof(
        fewCount,
        anyCount.map((n) => Math.min(n, 590)),
      ),
    });
    check(40, fc.tuple(job, fc.integer({ min: 0, max: 1290 })), ([{ limits, ranges }, room]) => {
      input.bytes.fill(CANARY);
      input.bytes.set(pack(ranges));
      const expected = pack(coalesce(ranges, limits));
      withCoalescer(limits, (coalescer, mine) => {
        const written = watch(room, (target) => coalescer.records(input, 0, ranges.length, target), mine);
        expectBytes(written, expected.slice(0, written.byteLength), `room ${room}`);
      });
    });
  });

  it("changes nothing else for columns and frames", () => {
    const job = anyJob({ segments: 800, stretches: 2, count: fewCount, longest: 1n << 60n });
    check(25, fc.tuple(job, anyFrames("Float64Array", fewCount), fc.integer({ min: 0, max: 1290 })), (drawn) => {
      const [{ limits, ranges }, frames, room] = drawn;
      const source = columns({
        addr: BigUint64Array.from(ranges, ({ addr }) => addr),
        length: BigUint64Array.from(ranges, ({ length }) => length),
        flags: Uint32Array.from(ranges, ({ flags }) => flags),
      });
      withCoalescer(limits, (coalescer, mine) => {
        watch(room, (target) => coalescer.columns(source, 0, ranges.length, target), mine);
        watch(room, (target) => coalescer.flush(target), mine);
      });
      const pages = pageFrames(toFrames("Float64Array", frames.pfns), {
        pageBytes: 2 ** frames.pageShift,
        flags: frames.flags,
      });
      withCoalescer(frames.limits, (coalescer, mine) => {
        watch(room, (target) => coalescer.frames(pages, 0, frames.pfns.length, target), mine);
        watch(room, (target) => coalescer.flush(target), mine);
      });
    });
  });

  it("writes nothing outside the room, and not the input, where a record is not valid", () => {
    withCoalescer(NO_LIMITS, (coalescer, mine) => {
      for (const high of [0n, 1n << 63n]) {
        for (const badAt of [0, 1, 3, 4, 5, 63, 64, 511, 512, 513, 514, 599]) {
          const ranges = isolated(600, high);
          ranges[badAt] = { addr: (1n << 64n) - 10n, length: 11n, flags: 0 };
          input.bytes.set(pack(ranges));
          for (const room of [0, 1, badAt, 700]) {
            const roomBytes = { from: output.bytes.byteOffset + 16, to: output.bytes.byteOffset + 16 + room * 16 };
            output.bytes.fill(CANARY);
            const before = whole().slice();
            const target = { block: output, at: 1, room };
            const taken = coalescer.records(input, 0, 600, target);
            const after = whole();
            for (let at = 0; at < after.byteLength; at++) {
              if (after[at] === before[at]) continue;
              // Inside its room a kernel may have tried before it saw the record.
              if (at >= roomBytes.from && at < roomBytes.to) continue;
              if (at >= mine.from && at < mine.to) continue;
              expect.fail(`byte ${at} changed`);
            }
            expect(taken).toBe(Math.min(badAt, room + 1));
            if (coalescer.bad) expect(taken).toBe(badAt);
            else expect(target.room).toBe(0);
            // Given room, it goes on to the record and names it.
            let at = taken;
            while (!coalescer.bad) at += coalescer.records(input, at, 600, { block: output, at: 0, room: 8 });
            expect(at).toBe(badAt);
            coalescer.reset();
          }
        }
      }
    });
  });

  it("reads nothing past the end of memory", () => {
    // One page of memory, filled to its end: what is read past the input would trap.
    for (let count = 1; count <= 600; count += count < 140 ? 1 : 23) {
      const tight = newEngine("wasm", 65536);
      const coalescer = newCoalescer(tight);
      const target = tight.allocate(16 * 16);
      const rest = 65536 - (target.bytes.byteOffset + target.byteLength);
      const filler = tight.allocate(rest - count * 16);
      const block = tight.allocate(count * 16);
      expect(block.bytes.byteOffset + block.byteLength).toBe(65536);
      for (const step of [16n, 32n]) {
        const ranges = Array.from({ length: count }, (_, index) => ({
          addr: BigInt(index) * step,
          length: 16n,
          flags: 0,
        }));
        block.bytes.set(pack(ranges));
        expect(coalescer.countValid(block, 0, count)).toBe(count);
        const outputs: Uint8Array[] = [];
        for (let at = 0; at < count || coalescer.held; ) {
          const output = { block: target, at: 0, room: 16 };
          if (at < count) at += coalescer.records(block, at, count, output);
          else coalescer.flush(output);
          outputs.push(target.bytes.slice(0, output.at * 16));
        }
        const joined = new Uint8Array(outputs.reduce((sum, part) => sum + part.byteLength, 0));
        let to = 0;
        for (const part of outputs) {
          joined.set(part, to);
          to += part.byteLength;
        }
        expectBytes(joined, pack(coalesce(ranges)), `${count} records`);
      }
      expect(filler.byteLength + block.byteLength).toBe(rest);
    }
  });
});

describe("the wasm engine above 2 GiB, where addresses are negative for those who take them as signed", () => {
  it("gives what the oracle gives, across 2^31 too", () => {
    const engine = newEngine("wasm");
    // Nobody writes there, so the system need not have that much.
    const low = engine.allocate(2 ** 31 - 100_000);
    for (const far of [0, 2 ** 30]) {
      const middle = engine.allocate(far);
      const blocks: Block[] = [];
      const coalescers = Array.from({ length: 4 }, () => {
        const coalescer = newCoalescer(engine);
        blocks.push(engine.allocate(600 * 16), engine.allocate(600 * 16));
        return coalescer;
      });
      for (const [index, coalescer] of coalescers.entries()) {
        const [input, output] = blocks.slice(2 * index) as [Block, Block];
        check(15, anyRanges(NO_LIMITS, { stretches: 1, segments: 500 }), (drawn) => {
          const ranges = drawn.slice(0, 590);
          input.bytes.set(pack(ranges));
          const target = { block: output, at: 0, room: 600 };
          for (let at = 0; at < ranges.length; ) at += coalescer.records(input, at, ranges.length, target);
          coalescer.flush(target);
          expectBytes(output.bytes.slice(0, target.at * 16), pack(coalesce(ranges)));
          const pfns = ranges.map(({ addr }) => addr >> 12n);
          const frames = pageFrames(BigUint64Array.from(pfns));
          const pages = { block: output, at: 0, room: 600 };
          for (let at = 0; at < pfns.length; ) at += coalescer.frames(frames, at, pfns.length, pages);
          coalescer.flush(pages);
          const expected = coalesce(pfns.map((pfn) => ({ addr: pfn << 12n, length: 4096n, flags: 0 })));
          expectBytes(output.bytes.slice(0, pages.at * 16), pack(expected), "frames");
        });
      }
      const addresses = blocks.map(({ bytes }) => bytes.byteOffset);
      expect(Math.max(...addresses)).toBeGreaterThan(2 ** 31 + far);
      expect(far > 0 || Math.min(...addresses) < 2 ** 31).toBe(true);
      for (const block of [...blocks, middle]) block.free();
      for (const coalescer of coalescers) coalescer.free();
    }
    expect(low.byteLength).toBeGreaterThan(2 ** 30);
  });
});

describe.each(engines)("$name", ({ name }) => {
  const engine = newEngine(name);

  it("leaves every input as it was", () => {
    check(40, anyJob({ segments: 800 }), ({ limits, ranges }) => {
      const coalescer = newCoalescer(engine, limits);
      const target = engine.allocate(1000 * 16);
      const output = () => ({ block: target, at: 0, room: 1000 });
      const packed = pack(ranges);
      const block: Block = engine.allocate(packed.byteLength);
      block.bytes.set(packed);
      const elsewhere = packed.slice();
      const source = {
        addr: BigUint64Array.from(ranges, ({ addr }) => addr),
        length: BigUint64Array.from(ranges, ({ length }) => length),
        flags: Uint32Array.from(ranges, ({ flags }) => flags),
      };
      coalescer.records(block, 0, ranges.length, output());
      coalescer.records(elsewhere, 0, ranges.length, output());
      coalescer.columns(columns(source), 0, ranges.length, output());
      coalescer.frames(pageFrames(source.addr, { pageBytes: 1 }), 0, ranges.length, output());
      expectBytes(block.bytes, packed, "the records in place");
      expectBytes(elsewhere, packed, "the records elsewhere");
      expect(source.addr).toEqual(BigUint64Array.from(ranges, ({ addr }) => addr));
      expect(source.length).toEqual(BigUint64Array.from(ranges, ({ length }) => length));
      expect(source.flags).toEqual(Uint32Array.from(ranges, ({ flags }) => flags));
      block.free();
      target.free();
      coalescer.free();
    });
  });

  it("counts valid records, from any record on, up to the first that is not", () => {
    const valid: OracleRange[] = [...isolated(20, 0n), ...isolated(20, 1n << 63n)];
    valid[7] = { addr: (1n << 64n) - 5n, length: 5n, flags: 2 };
    valid[9] = { addr: (1n << 64n) - (1n << 32n), length: 1n << 32n, flags: 0xffff_ff06 };
    const block = engine.allocate(40 * 16);
    const coalescer = newCoalescer(engine);
    for (let from = 0; from < 40; from++) {
      for (let count = 0; from + count <= 40; count++) {
        block.bytes.set(pack(valid));
        expect(coalescer.countValid(block, from, count)).toBe(count);
      }
    }
    for (const fault of faults) {
      for (let badAt = 0; badAt < 40; badAt++) {
        block.bytes.set(pack(valid));
        block.bytes.set(fault, badAt * 16);
        for (let from = 0; from <= badAt; from += 1 + (badAt & 3)) {
          expect(coalescer.countValid(block, from, 40 - from)).toBe(badAt - from);
          expect(coalescer.countValid(block, from, badAt - from)).toBe(badAt - from);
        }
      }
    }
    block.free();
    coalescer.free();
  });
});

it("memory that is full of ones changes no segment: the wasm engine reads no scratch that it has not written", () => {
  const engine = newEngine("wasm");
  check(60, anyJob(), ({ limits, ranges }) => {
    const ones = engine.allocate(50_000);
    ones.bytes.fill(0xff);
    ones.free();
    using mapper = new SegmentMapper(PACKAGE, { main: engine }, checkLimits(toLimits(limits)));
    const expected = pack(coalesce(ranges, limits));
    const source = columns({
      addr: BigUint64Array.from(ranges, ({ addr }) => addr),
      length: BigUint64Array.from(ranges, ({ length }) => length),
      flags: Uint32Array.from(ranges, ({ flags }) => flags),
    });
    expectBytes(mapper.coalesce(source).bytes, expected, "columns");
    expectBytes(mapper.coalesce(packedRecords(pack(ranges))).bytes, expected, "records");
    expectBytes(mapper.coalesce(ranges).bytes, expected, "objects");
  });
});

/** Records that do not touch. */
function isolated(count: number, base: bigint): OracleRange[] {
  return Array.from({ length: count }, (_, index) => ({ addr: base + BigInt(index) * 8192n, length: 4096n, flags: 0 }));
}

/** Records that are not valid, by each rule, at the border of what is. */
const faults = [
  { addr: 0n, length: 0n, flags: 0 },
  { addr: (1n << 64n) - 1n, length: 2n, flags: 0 },
  { addr: (1n << 64n) - (1n << 32n) + 1n, length: 1n << 32n, flags: 0 },
  { addr: (1n << 64n) - 0xffff_fffen, length: 0xffff_ffffn, flags: 0 },
  // FULL with a len: 2^32 + 1 bytes.
  { addr: 0n, length: (1n << 32n) + 1n, flags: 0 },
  { addr: 0n, length: (1n << 33n) - 1n, flags: 0 },
  { addr: 0n, length: 16n, flags: 0x08 },
  { addr: 0n, length: 16n, flags: 0x10 },
  { addr: 0n, length: 16n, flags: 0x20 },
  { addr: 0n, length: 16n, flags: 0x40 },
  { addr: 0n, length: 16n, flags: 0x80 },
  { addr: 0n, length: 0n, flags: 0x08 },
  { addr: 0n, length: 1n << 32n, flags: 0x80 },
].map((range) => pack([range]));
