/** Bytes moved between tables and buffers, over memories of every kind, against a map of bytes by address. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { U64 } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { copy, fill, gather, scatter } from "../../src/table/bytes.js";
import type { BytesSource } from "../../src/table/memory.js";
import { type OracleRange, pack, totalBytes } from "../oracle.js";
import { blames } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";
import { check, share } from "../support/check.js";
import { Random } from "../support/random.js";

const SPACE = 1n << 64n;
const BASES = [0n, 1n, 4096n, 1n << 32n, (1n << 32n) - 100n, 1n << 53n, (1n << 63n) - 100n, 1n << 63n, SPACE - 300n];

const kinds = [
  "ArrayBuffer",
  "SharedArrayBuffer",
  "WebAssembly.Memory",
  "Uint8Array",
  "DataView",
  "Uint32Array",
] as const;
type Kind = (typeof kinds)[number];

const tableOf = (ranges: readonly OracleRange[]) => SegmentTable.fromBytes(pack(ranges));
const either = (value: bigint, random: Random): U64 =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && random.once(2) ? Number(value) : value;

/** A memory, and all bytes of its buffer: those round a view must stay. */
class Bytes {
  readonly memory: BytesSource;
  readonly all: Uint8Array;
  readonly from: number;
  readonly length: number;

  constructor(kind: Kind, length: number, random: Random) {
    let buffer: ArrayBufferLike;
    if (kind === "WebAssembly.Memory") {
      const memory = new WebAssembly.Memory({ initial: 1 });
      this.memory = memory;
      buffer = memory.buffer;
      this.from = 0;
      this.length = 65536;
    } else if (kind === "ArrayBuffer" || kind === "SharedArrayBuffer") {
      const isShared = kind === "SharedArrayBuffer" && typeof SharedArrayBuffer === "function";
      buffer = isShared ? new SharedArrayBuffer(length) : new ArrayBuffer(length);
      this.memory = buffer;
      this.from = 0;
      this.length = length;
    } else {
      this.from = kind === "Uint32Array" ? 12 : 7;
      this.length = length & ~3;
      buffer = new ArrayBuffer(length + 40);
      this.memory =
        kind === "DataView"
          ? new DataView(buffer, this.from, this.length)
          : kind === "Uint32Array"
            ? new Uint32Array(buffer, this.from, this.length / 4)
            : new Uint8Array(buffer, this.from, this.length);
    }
    this.all = new Uint8Array(buffer);
    // Of a large one only what is used; the rest stays 0.
    for (let i = 0; i < Math.min(this.all.length, 600); i++) this.all[i] = random.integer(0, 255);
  }

  /** Its bytes by address. */
  at(base: bigint): Map<bigint, number> {
    const bytes = new Map<bigint, number>();
    for (let i = 0; i < Math.min(this.length, 600); i++) bytes.set(base + BigInt(i), this.all[this.from + i] as number);
    return bytes;
  }

  /** Expects what a map says, and all other bytes as they were. */
  expectBytes(base: bigint, bytes: ReadonlyMap<bigint, number>, before: Uint8Array): void {
    const expected = before.slice();
    for (const [addr, byte] of bytes) expected[this.from + Number(addr - base)] = byte;
    const odd = this.all.findIndex((byte, i) => byte !== expected[i]);
    if (odd >= 0) expect.fail(`byte ${odd - this.from} is ${this.all[odd]}, expected ${expected[odd]}`);
  }
}

/** Addresses of a table's bytes, in order. */
function* addressesOf(ranges: readonly OracleRange[], skip: bigint): Generator<bigint> {
  let passed = 0n;
  for (const { addr, length } of ranges) {
    for (let i = 0n; i < length; i++) if (passed++ >= skip) yield addr + i;
  }
}

/** Segments inside a memory of `room` bytes; overlapping ones and duplicates among them. */
function anySegments(random: Random, base: bigint, room: number, most = 8): OracleRange[] {
  const end = base + BigInt(room) > SPACE ? Number(SPACE - base) : room;
  return Array.from({ length: random.integer(0, most) }, () => {
    const from = random.integer(0, end - 1);
    const length = random.integer(1, Math.min(40, end - from));
    return { addr: base + BigInt(from), length: BigInt(length), flags: random.pick([0, 4, 2, 0x100]) };
  });
}

function anySkip(ranges: readonly OracleRange[], random: Random): bigint {
  const total = totalBytes(ranges);
  const border = ranges.slice(0, random.integer(0, ranges.length)).reduce((sum, { length }) => sum + length, 0n);
  return random.pick([0n, 0n, border, border + 1n, total, total + 1n, SPACE - 1n, random.u64() % (total + 1n)]);
}

const anyJob = fc.record({
  kind: fc.constantFrom(...kinds),
  base: fc.oneof(fc.constantFrom(...BASES), fc.bigInt(0n, SPACE - 600n)),
  length: fc.integer({ min: 40, max: 300 }),
  seed: fc.integer(),
});

describe("gather, scatter and fill", () => {
  it("gather copies a table's bytes, in order, into a buffer", () => {
    check(500, anyJob, ({ kind, base, length, seed }) => {
      const random = new Random(seed);
      const bytes = new Bytes(kind, length, random);
      const before = bytes.all.slice();
      const ranges = anySegments(random, base, Math.min(bytes.length, 600));
      const skip = anySkip(ranges, random);
      const wanted = [...addressesOf(ranges, skip)].map((addr) => bytes.at(base).get(addr) as number);
      const size = random.pick([0, 1, wanted.length, wanted.length + 9, random.integer(0, 200)]);
      const around = new Uint8Array(size + 16).fill(0xc5);
      const target = around.subarray(8, 8 + size);
      const skips: [offset?: U64] = skip === 0n && random.once(2) ? [] : [either(skip, random)];
      const memory = { bytes: bytes.memory, addr: either(base, random) };
      const copied = gather(tableOf(ranges), memory, target, ...skips);
      expect(copied).toBe(Math.min(size, wanted.length));
      const rest = Array.from({ length: size - copied + 8 }, () => 0xc5);
      expect([...around]).toEqual([...Array(8).fill(0xc5), ...wanted.slice(0, copied), ...rest]);
      bytes.expectBytes(base, new Map(), before);
    });
  });

  it("scatter copies a buffer into a table's bytes: of two for one address the last stays", () => {
    check(500, anyJob, ({ kind, base, length, seed }) => {
      const random = new Random(seed);
      const bytes = new Bytes(kind, length, random);
      const before = bytes.all.slice();
      const ranges = anySegments(random, base, Math.min(bytes.length, 600));
      const skip = anySkip(ranges, random);
      const source = Uint8Array.from({ length: random.integer(0, 250) }, () => random.integer(0, 255));
      const kept = source.slice();
      const expected = new Map<bigint, number>();
      const addresses = [...addressesOf(ranges, skip)].slice(0, source.length);
      for (const [i, addr] of addresses.entries()) expected.set(addr, source[i] as number);
      const copied = scatter(
        tableOf(ranges),
        { bytes: bytes.memory, addr: either(base, random) },
        source,
        either(skip, random),
      );
      expect(copied).toBe(addresses.length);
      bytes.expectBytes(base, expected, before);
      expect(source).toEqual(kept);
    });
  });

  it("gather gives back what scatter stored, where no two bytes share an address", () => {
    check(200, anyJob, ({ kind, base, length, seed }) => {
      const random = new Random(seed);
      const bytes = new Bytes(kind, length, random);
      // Descending, with and without gaps.
      const ranges: OracleRange[] = [];
      let top = base + BigInt(Math.min(bytes.length, 600));
      if (top > SPACE) top = SPACE;
      while (ranges.length < 6 && top - base > 20n) {
        const size = BigInt(random.integer(1, 15));
        ranges.push({ addr: top - size, length: size, flags: 0 });
        top -= size + BigInt(random.integer(0, 3));
      }
      const table = tableOf(ranges);
      const source = Uint8Array.from({ length: Number(table.totalBytes) }, () => random.integer(0, 255));
      // In parts of any size.
      for (let at = 0; at < source.length; ) {
        at += scatter(table, { bytes: bytes.memory, addr: base }, source.subarray(at, at + random.integer(1, 20)), at);
      }
      const back = new Uint8Array(source.length);
      for (let at = 0; at < back.length; ) {
        at += gather(table, { bytes: bytes.memory, addr: base }, back.subarray(at, at + random.integer(1, 20)), at);
      }
      expect(back).toEqual(source);
    });
  });

  it("fill sets the bytes asked for", () => {
    check(400, anyJob, ({ kind, base, length, seed }) => {
      const random = new Random(seed);
      const bytes = new Bytes(kind, length, random);
      const before = bytes.all.slice();
      const ranges = anySegments(random, base, Math.min(bytes.length, 600));
      const table = tableOf(ranges);
      const skip = anySkip(ranges, random);
      const addresses = [...addressesOf(ranges, skip)];
      const value = random.pick([0, 0xff, 0x80, random.integer(0, 255)]);
      const count = random.pick([undefined, 0, addresses.length, random.integer(0, addresses.length)]);
      const args: [value: number, skip?: U64, byteLength?: U64] = [value];
      if (skip !== 0n || count !== undefined) args.push(either(skip, random));
      if (count !== undefined) args.push(either(BigInt(count), random));
      expect(fill(table, { bytes: bytes.memory, addr: either(base, random) }, ...args)).toBe(count ?? addresses.length);
      bytes.expectBytes(base, new Map(addresses.slice(0, count).map((addr) => [addr, value])), before);
    });
  });

  it("writes nothing where a byte is outside, whichever segment has it", () => {
    check(400, anyJob, ({ kind, base: drawn, length, seed }) => {
      const random = new Random(seed);
      const bytes = new Bytes(kind, length, random);
      const base = drawn > 100n && drawn < SPACE - 70000n ? drawn : 1n << 40n;
      const before = bytes.all.slice();
      const end = base + BigInt(bytes.length);
      const ranges = anySegments(random, base, Math.min(bytes.length, 600));
      const outside: OracleRange = random.pick([
        { addr: base - 1n, length: 1n, flags: 0 },
        { addr: base - 1n, length: 3n, flags: 0 },
        { addr: end - 1n, length: 2n, flags: 0 },
        { addr: end, length: 1n, flags: 0 },
        { addr: base ^ (1n << 63n), length: 4n, flags: 0 },
        { addr: base ^ (1n << 32n), length: 4n, flags: 0 },
        { addr: base, length: 1n << 32n, flags: 0 },
      ]);
      const index = random.integer(0, ranges.length);
      ranges.splice(index, 0, outside);
      const table = tableOf(ranges);
      const room = Number(ranges.slice(0, index).reduce((sum, { length: size }) => sum + size, 0n));
      // As much as reaches that segment, and no less.
      const wide = new Uint8Array(room + 5).fill(0xc5);
      const bad = outside.addr < base || outside.addr >= end ? 1 : Number(end - outside.addr) + 1;
      const reach = new Uint8Array(Math.min(room + bad, 70_000 + room)).fill(0xc5);
      for (const call of [
        () => gather(table, { bytes: bytes.memory, addr: base }, reach),
        () => scatter(table, { bytes: bytes.memory, addr: base }, reach),
        () => fill(table, { bytes: bytes.memory, addr: base }, 1),
        () => fill(table, { bytes: bytes.memory, addr: base }, 1, 0, reach.length),
      ]) {
        expect(thrownBy(call)).toEqual(blames(RangeError, "memory"));
        bytes.expectBytes(base, new Map(), before);
        expect(reach.every((byte) => byte === 0xc5)).toBe(true);
      }
      const short = wide.subarray(0, room);
      expect(scatter(table, { bytes: bytes.memory, addr: base }, short)).toBe(room);
      expect(gather(table, { bytes: bytes.memory, addr: base }, short)).toBe(room);
    });
  });

  it("a table of gigabytes is copied as far as the buffer goes, from anywhere", () => {
    const memory = new Uint8Array(64).map((_, i) => i);
    const base = SPACE - 64n;
    // 4 GiB that no memory has come first: they are passed over, and not asked for.
    const table = tableOf([
      { addr: 0n, length: 1n << 32n, flags: 0 },
      { addr: SPACE - 64n, length: 64n, flags: 0 },
      { addr: 1n << 40n, length: 1n << 32n, flags: 0 },
    ]);
    const target = new Uint8Array(10);
    expect(gather(table, { bytes: memory, addr: base }, target, 2 ** 32 + 54)).toBe(10);
    expect([...target]).toEqual([54, 55, 56, 57, 58, 59, 60, 61, 62, 63]);
    expect(() => gather(table, { bytes: memory, addr: base }, target, 2 ** 32 + 55)).toThrow(RangeError);
    expect(() => gather(table, { bytes: memory, addr: base }, target, 2 ** 32 - 1)).toThrow(RangeError);
    expect(fill(table, { bytes: memory, addr: base }, 9, 2 ** 32, 64)).toBe(64);
    expect(memory.every((byte) => byte === 9)).toBe(true);
  });

  it("a memory that has grown is read as it is now", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    const table = tableOf([{ addr: 65534n, length: 4n, flags: 0 }]);
    expect(() => fill(table, { bytes: memory, addr: 0 }, 7)).toThrow(RangeError);
    memory.grow(1);
    expect(fill(table, { bytes: memory, addr: 0 }, 7)).toBe(4);
    expect([...new Uint8Array(memory.buffer, 65533, 6)]).toEqual([0, 7, 7, 7, 7, 0]);
  });

  it("a shared WebAssembly.Memory too", () => {
    if (typeof SharedArrayBuffer !== "function") return;
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const table = tableOf([{ addr: (1n << 63n) + 3n, length: 4n, flags: 0 }]);
    expect(scatter(table, { bytes: memory, addr: 1n << 63n }, Uint8Array.of(1, 2, 3, 4, 5))).toBe(4);
    expect([...new Uint8Array(memory.buffer, 2, 6)]).toEqual([0, 1, 2, 3, 4, 0]);
  });
});

describe("a buffer in the memory itself", () => {
  it("may touch the table's bytes, but not lie where they are", () => {
    let [apart, refused] = [0, 0];
    check(2400, fc.record({ seed: fc.integer(), base: fc.constantFrom(...BASES) }), ({ seed, base: drawn }) => {
      const random = new Random(seed);
      const base = drawn > SPACE - 400n ? drawn - 400n : drawn;
      const buffer = new ArrayBuffer(160);
      const all = new Uint8Array(buffer);
      for (let i = 0; i < 160; i++) all[i] = i + 1;
      const from = random.pick([0, 16]);
      const view = new Uint8Array(buffer, from, 120);
      const memory = from === 0 && random.once(2) ? buffer : view;
      const ranges = anySegments(random, base, 120, 4);
      const skip = anySkip(ranges, random);
      const size = random.integer(0, 30);
      const start = random.integer(0, 160 - size);
      const inside = new Uint8Array(buffer, start, size);
      const addresses = [...addressesOf(ranges, skip)].slice(0, size);
      const used = new Set(addresses.map((addr) => from + Number(addr - base)));
      const overlaps = addresses.some((_, i) => used.has(start + i));
      const table = tableOf(ranges);
      for (const [name, run] of [
        ["target", () => gather(table, { bytes: memory, addr: base }, inside, skip)],
        ["source", () => scatter(table, { bytes: memory, addr: base }, inside, skip)],
      ] as const) {
        const before = all.slice();
        if (overlaps) {
          refused++;
          expect(thrownBy(run)).toEqual(blames(RangeError, name));
          expect(all).toEqual(before);
        } else {
          apart++;
          expect(run()).toBe(addresses.length);
          const expected = before.slice();
          for (const [i, addr] of addresses.entries()) {
            const at = from + Number(addr - base);
            if (name === "target") expected[start + i] = before[at] as number;
            else expected[at] = before[start + i] as number;
          }
          expect(all).toEqual(expected);
        }
      }
    });
    expect(Math.min(apart, refused)).toBeGreaterThan(share(50));
  });
});

describe("copy", () => {
  const anyCopy = fc.record({
    kinds: fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds)),
    bases: fc.tuple(fc.constantFrom(...BASES), fc.constantFrom(...BASES)),
    length: fc.integer({ min: 40, max: 300 }),
    seed: fc.integer(),
  });

  it("moves a table's bytes to those of another, whatever their segments", () => {
    check(600, anyCopy, ({ kinds: [from, to], bases: [sourceBase, targetBase], length, seed }) => {
      const random = new Random(seed);
      const [source, target] = [new Bytes(from, length, random), new Bytes(to, 340 - length, random)];
      const [sourceBefore, targetBefore] = [source.all.slice(), target.all.slice()];
      const reads = anySegments(random, sourceBase, Math.min(source.length, 600));
      const writes = anySegments(random, targetBase, Math.min(target.length, 600));
      const [sourceOffset, targetOffset] = [anySkip(reads, random), anySkip(writes, random)];
      const byteLength = random.pick([undefined, undefined, 0n, 1n, BigInt(random.integer(0, 200)), SPACE - 1n]);
      const into = [...addressesOf(writes, targetOffset)];
      const bytes = [...addressesOf(reads, sourceOffset)].map((addr) => source.at(sourceBase).get(addr) as number);
      const most = byteLength === undefined || byteLength > 1000n ? 1000 : Number(byteLength);
      const count = Math.min(into.length, bytes.length, most);
      const expected = new Map<bigint, number>();
      for (let i = 0; i < count; i++) expected.set(into[i] as bigint, bytes[i] as number);
      const copied = copy(
        { table: tableOf(reads), memory: { bytes: source.memory, addr: either(sourceBase, random) } },
        { table: tableOf(writes), memory: { bytes: target.memory, addr: either(targetBase, random) } },
        {
          ...(sourceOffset === 0n ? {} : { sourceOffset: either(sourceOffset, random) }),
          ...(targetOffset === 0n ? {} : { targetOffset: either(targetOffset, random) }),
          ...(byteLength === undefined ? {} : { byteLength: either(byteLength, random) }),
        },
      );
      expect(copied).toBe(count);
      target.expectBytes(targetBase, expected, targetBefore);
      source.expectBytes(sourceBase, new Map(), sourceBefore);
    });
  });

  it("within one buffer copies what shares no byte, and refuses what does", () => {
    let [apart, refused] = [0, 0];
    check(800, fc.record({ seed: fc.integer(), shared: fc.boolean() }), ({ seed, shared }) => {
      const random = new Random(seed);
      const isShared = shared && typeof SharedArrayBuffer === "function";
      const buffer = isShared ? new SharedArrayBuffer(240) : new ArrayBuffer(240);
      const all = new Uint8Array(buffer);
      for (let i = 0; i < 240; i++) all[i] = i + 1;
      // Two views of one buffer, and bases that have nothing to do with each other.
      const [fromAt, toAt] = [random.pick([0, 0, 30]), random.pick([0, 10, 50, 120])];
      const [sourceBase, targetBase] = [random.pick(BASES.slice(0, 7)), random.pick(BASES.slice(0, 7))];
      const reads = anySegments(random, sourceBase, 100, 5);
      const writes = anySegments(random, targetBase, 100, 5);
      const [sourceOffset, targetOffset] = random.once(2)
        ? [0n, 0n]
        : [anySkip(reads, random), anySkip(writes, random)];
      const places = (ranges: OracleRange[], skip: bigint, base: bigint, at: number) =>
        [...addressesOf(ranges, skip)].map((addr) => at + Number(addr - base));
      const [allReads, allWrites] = [
        places(reads, sourceOffset, sourceBase, fromAt),
        places(writes, targetOffset, targetBase, toAt),
      ];
      const byteLength = random.pick([undefined, random.integer(0, 40)]);
      const count = Math.min(allReads.length, allWrites.length, byteLength ?? 1000);
      const [read, written] = [allReads.slice(0, count), allWrites.slice(0, count)];
      const before = all.slice();
      const call = () =>
        copy(
          { table: tableOf(reads), memory: { bytes: new Uint8Array(buffer, fromAt, 100), addr: sourceBase } },
          { table: tableOf(writes), memory: { bytes: new DataView(buffer, toAt, 100), addr: targetBase } },
          { sourceOffset, targetOffset, byteLength },
        );
      if (read.some((at) => written.includes(at))) {
        refused++;
        expect(thrownBy(call)).toEqual(blames(RangeError, "target"));
        expect(all).toEqual(before);
      } else {
        apart++;
        expect(call()).toBe(count);
        const expected = before.slice();
        for (const [i, at] of written.entries()) expected[at] = before[read[i] as number] as number;
        expect(all).toEqual(expected);
      }
    });
    expect(Math.min(apart, refused)).toBeGreaterThan(share(50));
  });

  it("in parts, with the sum of what was copied as both skips", () => {
    check(150, anyCopy, ({ bases: [sourceBase, targetBase], seed }) => {
      const random = new Random(seed);
      const memory = Uint8Array.from({ length: 200 }, () => random.integer(0, 255));
      const reads = anySegments(random, sourceBase, 200);
      const writes = [0n, 1n, 2n, 3n].map((i) => ({ addr: targetBase + 60n * i, length: 57n - i, flags: 0 }));
      const once = new Uint8Array(240);
      const parts = new Uint8Array(240);
      const source = { table: tableOf(reads), memory: { bytes: memory, addr: sourceBase } };
      const table = tableOf(writes);
      const total = copy(source, { table, memory: { bytes: once, addr: targetBase } });
      let done = 0;
      for (;;) {
        const options = { sourceOffset: done, targetOffset: done, byteLength: random.integer(1, 30) };
        const copied = copy(source, { table, memory: { bytes: parts, addr: targetBase } }, options);
        if (copied === 0) break;
        done += copied;
      }
      expect([done, [...parts]]).toEqual([total, [...once]]);
    });
  });

  it("writes nothing where a byte of either side is outside, and names the side", () => {
    const memory = new Uint8Array(16).fill(1);
    const target = new Uint8Array(16);
    const good = tableOf([{ addr: 0n, length: 8n, flags: 0 }]);
    const bad = tableOf([
      { addr: 0n, length: 4n, flags: 0 },
      { addr: 15n, length: 4n, flags: 0 },
    ]);
    for (const [a, b, name] of [
      [bad, good, "source.memory"],
      [good, bad, "target.memory"],
    ] as const) {
      const call = () =>
        copy({ table: a, memory: { bytes: memory, addr: 0 } }, { table: b, memory: { bytes: target, addr: 0 } });
      expect(thrownBy(call)).toEqual(blames(RangeError, name));
      expect(target.every((byte) => byte === 0)).toBe(true);
    }
    // What is not reached does not count.
    expect(
      copy(
        { table: bad, memory: { bytes: memory, addr: 0 } },
        { table: good, memory: { bytes: target, addr: 0 } },
        { byteLength: 5 },
      ),
    ).toBe(5);
  });
});
