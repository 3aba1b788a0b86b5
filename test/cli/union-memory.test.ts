/** `segring union` gives the same bytes from memory, from disk and from sorted files: those of a mapper's union. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUS, NOMERGE, type Range } from "../../src/core/record.js";
import { createMapperSync } from "../../src/index.js";
import { expectBytes } from "../support/bytes.js";
import { checkAsync, share } from "../support/check.js";
import { Random } from "../support/random.js";
import { cli, temporaryFolder } from "./support.js";

const SPACE = 1n << 64n;
const root = temporaryFolder();
let folders = 0;
function newFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

const LIMITS: readonly (readonly string[])[] = [
  [],
  ["--max", "12KiB", "--align", "4KiB"],
  ["--max", "1000", "--boundary", "512"],
  ["--max", "3GiB"],
  ["--max", "0xfffff000"],
];
const MAPPERS = [
  {},
  { maxSegmentBytes: 12288, alignmentBytes: 4096 },
  { maxSegmentBytes: 1000, boundaryBytes: 512 },
  { maxSegmentBytes: 3 * 2 ** 30 },
  { maxSegmentBytes: 0xffff_f000 },
];

/** Ranges near one another, at both ends of the address space, of some kinds. */
function anyRanges(random: Random, count: number, flags: readonly number[], isWide: boolean): Range[] {
  const places = [0n, (1n << 32n) - 4096n, 1n << 40n, SPACE - (1n << 34n)].slice(0, random.integer(1, 4));
  const step = random.pick([1n, 16n, 5000n]);
  return Array.from({ length: count }, () => {
    const wide = isWide && random.once(40);
    const length = wide ? (1n << 32n) + BigInt(random.u32()) : BigInt(random.integer(1, 40)) * random.pick([1n, step]);
    const addr = random.pick(places) + BigInt(random.integer(0, count)) * step;
    return {
      addr: addr + length > SPACE ? SPACE - length : addr,
      length,
      flags: random.pick(flags),
    };
  });
}

const order = (a: Range, b: Range) => (a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : 0);
const csv = (ranges: readonly Range[]) =>
  `addr,length,flags\n${ranges.map(({ addr, length, flags }) => `${addr},${length},${flags}\n`).join("")}`;

function write(folder: string, files: readonly Range[][]): string[] {
  return files.map((ranges, index) => {
    const path = join(folder, `${index}.csv`);
    writeFileSync(path, csv(ranges));
    return path;
  });
}

const anyCase = fc.record({
  seed: fc.integer(),
  files: fc.constantFrom(1, 2, 3, 9),
  // A run has 4096 records at least, and 8 runs are merged at a time: the last takes two passes.
  count: fc.constantFrom(0, 3, 300, 9000, 9000, 40_000),
  kinds: fc.constantFrom("one", "bus", "many", "nomerge", "all", "very many"),
  limits: fc.nat({ max: LIMITS.length - 1 }),
  gap: fc.constantFrom(0n, 0n, 1n, 100n, 1n << 33n),
  engine: fc.constantFrom("wasm", "wasm", "js"),
  isSorted: fc.boolean(),
});
const KINDS: Record<string, readonly number[]> = {
  one: [0],
  bus: [0, BUS],
  many: [0, 0, BUS, 0x100, 0x200, 0xffff_ff00],
  nomerge: [NOMERGE],
  all: [0, BUS, NOMERGE, NOMERGE + BUS, 0x300],
  "very many": Array.from({ length: 1000 }, (_, tag) => tag << 8),
};

describe("segring union", () => {
  it("is the mapper's union, whatever memory it has, from sorted files too", async () => {
    let spilled = 0;
    await checkAsync(60, anyCase, async ({ seed, files, count, kinds, limits, gap, engine, isSorted }) => {
      const random = new Random(seed);
      const isWide = random.once(2) && kinds !== "nomerge";
      const lists = Array.from({ length: files }, () =>
        anyRanges(random, Math.ceil(count / files), KINDS[kinds] as number[], isWide && limits !== 1 && limits !== 2),
      );
      if (isSorted) for (const list of lists) list.sort(order);
      // A gap that is filled, and cut small, would make more segments than a test has time for.
      const gapBytes = gap > 100n && (limits === 1 || limits === 2) ? 100n : gap;
      using mapper = createMapperSync(MAPPERS[limits]);
      const expected = mapper.union(lists.flat(), { gapBytes }).bytes;
      const folder = newFolder();
      const temporary = newFolder();
      const words = ["union", ...write(folder, lists), "--gap", `${gapBytes}`, "--to", "records", "--engine", engine];
      words.push(...(LIMITS[limits] as string[]), "--temporary-directory", temporary);
      if (isSorted) words.push("--sorted");
      for (const memory of ["1GiB", "1"]) {
        const { code, stderr, bytes } = await cli([...words, "--memory", memory]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expectBytes(bytes, expected, `${memory}, ${words.join(" ")}`);
        expect(readdirSync(temporary)).toEqual([]);
      }
      if (count >= 9000) spilled++;
    });
    // Half of the cases have more than the least memory holds.
    expect(spilled).toBeGreaterThanOrEqual(share(10));
  });
});
