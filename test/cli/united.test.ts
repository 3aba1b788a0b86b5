/** What `segring union` writes piece by piece is what a mapper's union is. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runsApart, streamRuns } from "../../src/cli/united.js";
import { BUS, NOMERGE, type Range } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { createMapperSync } from "../../src/index.js";
import { check, checkAsync, share } from "../support/check.js";
import { cli } from "./support.js";

const SPACE = 1n << 64n;

/** Ranges near each other, some above 4 GiB, at both ends of the address space and in between. */
const ranges = fc.array(
  fc
    .record({
      start: fc.constantFrom(0n, 1n << 32n, 1n << 40n, SPACE - (1n << 36n)),
      at: fc.bigInt(0n, 40n),
      step: fc.constantFrom(1n, 1n << 30n),
      length: fc.oneof(fc.bigInt(1n, 12n), fc.bigInt(1n << 32n, 1n << 34n)),
      flags: fc.constantFrom(0, 0, 0, BUS, NOMERGE, 0x100),
    })
    .map(({ start, at, step, length, flags }): Range => ({ addr: start + at * step, length, flags })),
  { maxLength: 8 },
);
const limits = fc.constantFrom(
  {},
  { maxSegmentBytes: 3 * 2 ** 20 + 5, alignmentBytes: 4096 },
  { maxSegmentBytes: 2 ** 30, boundaryBytes: 2 ** 29 },
  { maxSegmentBytes: 0xffff_f000 },
);

async function streamed(given: readonly Range[], gap: bigint, mapper: ReturnType<typeof createMapperSync>) {
  const runs = runsApart(given, gap);
  if (runs === undefined) return undefined;
  const parts: Buffer[] = [];
  await streamRuns(mapper, runs, async (table) => void parts.push(Buffer.from(table.bytes)));
  return Buffer.concat(parts);
}

describe("a union in pieces", () => {
  it("is the mapper's, wherever no run lies over another", async () => {
    let apart = 0;
    await checkAsync(
      300,
      fc.tuple(ranges, limits, fc.constantFrom(0n, 1n, 5n, 1n << 31n)),
      async ([given, by, gap]) => {
        using mapper = createMapperSync(by);
        const pieces = await streamed(given, gap, mapper);
        if (pieces === undefined) return;
        apart++;
        expect(Buffer.compare(pieces, mapper.union(given, { gapBytes: gap }).bytes)).toBe(0);
      },
    );
    expect(apart).toBeGreaterThan(share(20));
  });

  it("is none where runs lie over one another: their segments would be mixed", () => {
    check(300, ranges, (given) => {
      const kinds = SegmentTable.from(
        given.map(({ addr, flags }) => ({ addr, length: 1, flags: flags === NOMERGE ? 0 : flags })),
      );
      const runs = runsApart(kinds, 0n);
      const starts = new Set([...kinds].map(({ addr, flags }) => `${addr} ${flags}`));
      const addresses = new Set([...kinds].map(({ addr }) => addr));
      expect(runs === undefined).toBe(starts.size !== addresses.size);
    });
  });

  it("has all 2^64 bytes", async () => {
    using mapper = createMapperSync({ maxSegmentBytes: 2 ** 32, boundaryBytes: 0 });
    const runs = runsApart(
      [
        { addr: 0, length: 1n << 63n },
        { addr: 1n << 62n, length: 3n << 62n },
      ],
      0n,
    );
    expect(runs).toEqual([{ first: 0n, last: SPACE - 1n, flags: 0 }]);
    let bytes = 0n;
    const enough = new Error("enough");
    const take = async (table: SegmentTable) => {
      expect(table.addr(0)).toBe(bytes);
      bytes += table.totalBytes;
      if (bytes > 1n << 48n) throw enough;
    };
    await expect(streamRuns(mapper, runs ?? [], take)).rejects.toBe(enough);
  });

  it("of ranges above 4 GiB, cut by limits once: NOMERGE too, in any format", async () => {
    const stdin = "0,0x200000000,2\n0x400000000,0x180000000\n0x500000000,0x200000000\n7,1\n";
    const { stdout } = await cli(["union", "--max", "3GiB", "--to", "csv"], { stdin });
    using mapper = createMapperSync({ maxSegmentBytes: 3 * 2 ** 30 });
    const table = mapper.union([
      { addr: 0, length: 2 ** 33, flags: NOMERGE },
      { addr: 2 ** 34, length: 0x180000000 },
      { addr: 0x500000000, length: 2 ** 33 },
      { addr: 7, length: 1 },
    ]);
    const rows = [...table].map(({ addr, length, flags }) => `0x${addr.toString(16)},${length},0x${flags}\n`);
    expect(stdout).toBe(`addr,length,flags\n${rows.join("")}`);
  });
});
