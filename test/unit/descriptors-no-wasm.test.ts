/** PRP lists where WebAssembly may not run: a page's policy forbids it, or there is no SIMD. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodePrp, encodePrp } from "../../src/descriptors/nvme-prp.js";
import { pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import {
  checkTouching,
  coveredBy,
  drawHalves,
  drawTouching,
  isUntouched,
  laterPages,
  memoryAt,
  rangesOf,
  u64sOf,
} from "../support/descriptors.js";
import { Random } from "../support/random.js";

beforeAll(() => {
  class Refused {
    constructor() {
      throw new WebAssembly.CompileError("not here");
    }
  }
  vi.spyOn(WebAssembly, "Module").mockImplementation(Refused as never);
});

afterAll(() => {
  expect(WebAssembly.Module).toHaveBeenCalledTimes(1);
  vi.restoreAllMocks();
});

it.each([4096, 65536])("the same lists, of pages of %d bytes", (pageBytes) => {
  const random = new Random(7);
  const slots = pageBytes / 8;
  for (const pages of [3, slots, slots + 1, slots + 2, 2 * slots, 2 * slots + 1, 2 * slots + 2]) {
    // Runs of one to three pages, some of which touch.
    const ranges: { addr: bigint; length: number }[] = [];
    for (let left = pages; left > 0; ) {
      const run = Math.min(left, random.integer(1, 3));
      const before = ranges.at(-1);
      const touches = before !== undefined && random.once(3);
      const addr = touches ? before.addr + BigInt(before.length) : BigInt(random.u32()) * BigInt(pageBytes);
      ranges.push({ addr, length: run * pageBytes });
      left -= run;
    }
    const table = SegmentTable.from(ranges);
    const memory = memoryAt(0x5000_0000n, 3 * pageBytes);
    const { prp1, prp2, listEntries, listPages } = encodePrp(table, memory, { pageBytes });
    const wanted = laterPages(rangesOf(table), BigInt(pageBytes));
    for (let link = slots - 1, page = 1; wanted.length > link + 1; link += slots, page++) {
      wanted.splice(link, 0, memory.addr + BigInt(page * pageBytes));
    }
    expect([prp2, listEntries, listPages]).toEqual([memory.addr, pages - 1, Math.ceil(wanted.length / slots)]);
    expect(u64sOf(memory.bytes, wanted.length)).toEqual(wanted);
    expect(isUntouched(memory, wanted.length * 8)).toBe(true);
    const decoded = decodePrp({ prp1, prp2, byteLength: pages * pageBytes }, memory, { pageBytes });
    expectBytes(decoded.bytes, pack(coveredBy(table)));
  }
});

it.each([4096, 8192, 16384, 32768, 65536])("touching pieces of any size, in pages of %d bytes", (pageBytes) => {
  const page = BigInt(pageBytes);
  const found = { yes: 0, no: 0 };
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed * 65536 + pageBytes);
    const ranges = drawTouching(random, page, 5000n * page, random.pick([4n, 4n, 1n]), random.pick([0, 0, 2]));
    found[checkTouching(ranges, pageBytes).expressible ? "yes" : "no"]++;
  }
  expect([found.yes > 20, found.no > 2]).toEqual([true, true]);
});

it.each([4096, 65536])("thousands of pages of %d bytes, each in two pieces", (pageBytes) => {
  expect(checkTouching(drawHalves(new Random(5), BigInt(pageBytes), 5000), pageBytes)).toEqual({ expressible: true });
});

it("touching pieces of more than 4 GiB, the first of which starts inside a page", () => {
  for (const [offset, last] of [
    [4n, 1n],
    [65532n, 4n],
    [65532n, 5n],
    [0x8000n, 0x8000n],
  ] as const) {
    const addr = (1n << 40n) + offset;
    const lengths = [1n << 32n, 1n << 32n, 4095n, last];
    const ranges = lengths.map((length, index) => ({
      addr: addr + lengths.slice(0, index).reduce((sum, some) => sum + some, 0n),
      length,
      flags: 0,
    }));
    expect(checkTouching(ranges, 65536)).toEqual({ expressible: true });
  }
});
