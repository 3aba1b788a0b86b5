/** The binary interface of the union's kernel, and what its steps may write. */
import { describe, expect, it } from "vitest";
import assemblyLayout from "../../assembly/union-layout.ts?raw";
import { checkLimits } from "../../src/core/limits.js";
import { LINK } from "../../src/core/record.js";
import type { Block, Runs } from "../../src/engine/engine.js";
import * as layout from "../../src/engine/layout.generated.js";
import { type OracleRange, pack, union } from "../oracle.js";
import { constants } from "../support/binary.js";
import { expectBytes } from "../support/bytes.js";
import { CANARY } from "../support/drive.js";
import { engines, newEngine } from "../support/engines.js";
import { Random } from "../support/random.js";

describe("the layout of the union's work block", () => {
  const inAssembly = constants(assemblyLayout);

  it("ends where it is drawn", () => {
    const [, end] = /^ \* {3}(0x[\dA-F]+) +end$/m.exec(assemblyLayout) ?? [];
    expect(Number(end)).toBe(layout.UNION_WORK_BYTES);
    expect(layout.UNION_WORK_BYTES - layout.COUNTERS).toBe(4 * 2 ** 11);
    expect(layout.WIDE).toBe(LINK);
  });

  it("goes on where a coalescer's ends, each field at a multiple of its size", () => {
    const drawn = [...assemblyLayout.matchAll(/^ \* {3}(0x[\dA-F]+) +u(\d\d) ([A-Z_]+) /gm)];
    expect(drawn.map(([, , , name]) => name)).toEqual([
      "GAP",
      "VARYING_ADDR",
      "VARYING_WORD",
      "ANY_WORD",
      "SHAPE",
      "SEEN",
      "PREVIOUS",
    ]);
    for (const [, at, bits, name] of drawn) {
      expect(Number(inAssembly.get(name as string))).toBe(Number(at));
      expect(Number(at) % (Number(bits) / 8)).toBe(0);
    }
    expect(layout.GAP).toBe(layout.UNCUT + 4);
    // A vector of 16 bytes lies there.
    expect(Number(inAssembly.get("PREVIOUS")) % 16).toBe(0);
  });
});

describe.each(engines)("the steps of the $name engine", ({ name }) => {
  const engine = newEngine(name);
  const random = new Random(42);
  const RECORDS = 700;
  /** Blocks with canaries all round them. */
  const around = Array.from({ length: 5 }, () => engine.allocate(16 * (RECORDS + 2)));
  const runs: Runs = engine.runs(checkLimits({}));
  const guards: Block[] = [0, 2, 4].map((i) => around[i] as Block);
  const [source, target] = [around[1] as Block, around[3] as Block];

  const anyRanges = (count: number): OracleRange[] =>
    Array.from({ length: count }, () => ({
      addr: BigInt(random.integer(0, 5000)) << BigInt(random.pick([0, 0, 20, 50])),
      length: BigInt(random.integer(1, 9)),
      flags: random.pick([0, 0x100, 4]),
    }));

  function place(ranges: readonly OracleRange[]): void {
    for (const block of around) block.bytes.fill(CANARY);
    source.bytes.set(pack(ranges));
  }

  function expectCanaries(used: ReadonlyMap<Block, number>): void {
    for (const guard of guards) expect(guard.bytes.every((byte) => byte === CANARY)).toBe(true);
    for (const [block, records] of used) {
      expect(block.bytes.subarray(records * 16).every((byte) => byte === CANARY)).toBe(true);
    }
  }

  it("sort moves all records, equal digits in their order, and writes nowhere else", () => {
    for (const count of [0, 1, 2, 63, 699, RECORDS]) {
      const ranges = anyRanges(count);
      for (const [word, shift, mask] of [
        [0, 0, 511],
        [0, 27, 255],
        [0, 55, 511],
        [1, 32, 0x106],
        [1, 0, 1],
      ] as const) {
        place(ranges);
        runs.sort([{ block: source, count }], { word, shift, mask }, target);
        const digit = ({ addr, length, flags }: OracleRange) => {
          const key = word === 0 ? addr : (BigInt(flags) << 32n) | length;
          return Number(key >> BigInt(shift)) & mask;
        };
        const sorted = ranges.map((range) => ({ range, key: digit(range) })).sort((a, b) => a.key - b.key);
        expectBytes(target.bytes.subarray(0, count * 16), pack(sorted.map(({ range }) => range)), `${word} ${shift}`);
        expectBytes(source.bytes.subarray(0, count * 16), pack(ranges), "source");
        expectCanaries(
          new Map([
            [source, count],
            [target, count],
          ]),
        );
      }
    }
  });

  it("merge writes no more than it reads, in place and apart, cut into calls anywhere", () => {
    for (let round = 0; round < 60; round++) {
      const count = random.integer(1, RECORDS);
      const flags = random.pick([0, 0x100]);
      const ranges = anyRanges(count)
        .map((range) => ({ ...range, flags }))
        .sort((a, b) => (a.addr < b.addr ? -1 : 1));
      const gap = BigInt(random.pick([0, 0, 3, 1000]));
      const expected = pack(union(ranges, gap));
      for (const output of [target, source]) {
        place(ranges);
        runs.reset(gap);
        let written = runs.merge(source, count, output, 0);
        written += runs.finish(output, written);
        expectBytes(output.bytes.subarray(0, written * 16), expected);
        expectCanaries(
          new Map([
            [output === source ? target : source, output === source ? 0 : count],
            [output, output === source ? count : written],
          ]),
        );
      }
    }
  });

  it("inspect sees what there is, wherever its calls are cut", () => {
    for (let round = 0; round < 300; round++) {
      const count = random.integer(1, 40);
      let ranges = anyRanges(count);
      if (random.once(2)) ranges = ranges.map((range) => ({ ...range, flags: 0 }));
      if (random.once(2)) ranges.sort((a, b) => (a.addr < b.addr ? -1 : 1));
      if (random.once(3)) ranges = ranges.map((range, i) => ({ ...range, addr: (1n << 63n) + BigInt(i * 64) }));
      const gap = BigInt(random.pick([0, 0, 55, 1 << 30]));
      const first = random.integer(0, count);
      place(ranges);
      target.bytes.set(pack(ranges.slice(first)));
      runs.reset(gap);
      runs.inspect(source, first);
      runs.inspect(target, count - first);
      const { descends, near, disorder, varyingAddr, anyFlags } = runs.shape;
      const pairs = ranges.slice(1).map((next, i) => [ranges[i] as OracleRange, next] as const);
      const word = ({ length, flags }: OracleRange) => (BigInt(flags) << 32n) | length;
      expect(descends).toBe(pairs.some(([a, b]) => b.addr < a.addr));
      const isNear = ([a, b]: readonly [OracleRange, OracleRange]) => {
        const between = b.addr - a.addr - a.length;
        return between < 0n || (between <= gap && (gap > 0n || a.flags === b.flags));
      };
      expect(near).toBe(pairs.some(isNear));
      const ordered = ([a, b]: readonly [OracleRange, OracleRange]) =>
        a.addr < b.addr || (a.addr === b.addr && word(a) <= word(b));
      // Of one kind the order of equal addresses does not matter.
      if (new Set(ranges.map(({ flags }) => flags)).size > 1) expect(disorder).toBe(!pairs.every(ordered));
      const varying = ranges.reduce((bits, { addr }) => bits | (addr ^ (ranges[0] as OracleRange).addr), 0n);
      expect((BigInt(varyingAddr.hi >>> 0) << 32n) | BigInt(varyingAddr.lo >>> 0)).toBe(varying);
      expect(anyFlags & ~1).toBe(ranges.reduce((bits, { flags }) => bits | flags, 0));
      expectCanaries(
        new Map([
          [source, count],
          [target, count - first],
        ]),
      );
    }
  });
});
