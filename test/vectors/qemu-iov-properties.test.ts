/**
 * qemu-iov-properties.json: properties of QEMU's iovec functions. Lists of 3 to 7 elements of 5 to 19 bytes, drawn from a
 * fixed seed. How each is said here:
 * - discard_front and discard_back: `slice`; a discard of more than there is, which `slice` refuses, is clamped by the caller;
 * - undo: a table never changes, so what it was is at hand;
 * - to_from_buf: `gather` and `scatter`;
 * - dma_aligned_pow2_mask: `bestPages` of the range mapped to itself; the mask is the page less one.
 */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { bestPages } from "../../src/devices/page-table.js";
import { gather, scatter } from "../../src/table/bytes.js";
import { slice } from "../../src/table/slice.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy } from "../support/bytes.js";
import { Random } from "../support/random.js";
import file from "./data/qemu-iov-properties.json" with { type: "json" };

const CANARY = 0xc5;

/** Elements apart from each other, and a memory whose first byte is at `base`. */
function makeList(random: Random) {
  const base = 0x7f_0000_0000n;
  let at = 0;
  const ranges = Array.from({ length: random.integer(3, 7) }, () => {
    const length = random.integer(5, 19);
    const addr = base + BigInt(at + random.integer(1, 9));
    at = Number(addr - base) + length;
    return { addr, length };
  });
  const table = SegmentTable.from(ranges);
  const places = ranges.flatMap(({ addr, length }) => Array.from({ length }, (_, byte) => Number(addr - base) + byte));
  return { table, base, places, memory: new Uint8Array(at + 9).fill(CANARY), size: Number(table.totalBytes) };
}

const random = new Random(20_260_926);
const lists = Array.from({ length: 40 }, () => makeList(random));

const discardFront = (table: SegmentTable, bytes: bigint): SegmentTable =>
  slice(table, bytes < table.totalBytes ? bytes : table.totalBytes);
const discardBack = (table: SegmentTable, bytes: bigint): SegmentTable =>
  slice(table, 0, bytes < table.totalBytes ? table.totalBytes - bytes : 0);

/** How many bytes each case may discard, of an end element and the one next to it. */
const cases: Record<string, (size: number, end: number, second: number) => number[]> = {
  "0 bytes": () => [0],
  "size+1": (size) => [size + 1],
  size: (size) => [size],
  "within end": (_, end) => numbers(1, end - 1),
  "entire end": (_, end) => [end],
  "within second": (_, end, second) => numbers(end + 1, end + second - 1),
};
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A row in numbers: the bytes to try, what each returns, and how many elements are gone then. */
function readRow(row: { case: string; ret: string | number; cnt?: string | number }, size: number, ends: number[]) {
  // The file has other names for the same case at the front and at the back.
  const bytesOf = cases[row.case.replace(/second to last$/, "second").replace(/(first|last)$/, "end")];
  const [end = 0, second = 0] = ends;
  const returned: Record<string, number> = { "0": 0, size, len: end, len0: end };
  return {
    tries: bytesOf?.(size, end, second).map((bytes) => ({ bytes, ret: returned[row.ret] ?? bytes })) ?? [],
    // Where the file says nothing of the count, nothing changes.
    gone: row.cnt === 0 ? undefined : row.cnt === "cnt-1" ? 1 : 0,
  };
}

it("all rows are here", () => {
  expect(file.discard_front.map((row) => row.case)).toEqual([
    "0 bytes",
    "size+1",
    "size",
    "within first",
    "entire first",
    "within second",
  ]);
  expect(file.discard_back.map((row) => row.case)).toEqual([
    "0 bytes",
    "size+1",
    "size",
    "within last",
    "entire last",
    "within second to last",
  ]);
  expect(file.undo).toContain("in all six cases");
  expect(file.to_from_buf).toContain("for every offset i in 0..=size and every end j in i..=size");
  expect(file.dma_aligned_pow2_mask.length).toBe(10);
});

it.each(file.discard_front)("discard_front, and undo: $case", (row) => {
  for (const { table, size } of lists) {
    const before = table.bytes.slice();
    const { tries, gone = table.length } = readRow(row, size, [table.size(0), table.size(1)]);
    expect(tries.length).toBeGreaterThan(0);
    for (const { bytes, ret } of tries) {
      const rest = discardFront(table, BigInt(bytes));
      expect(table.totalBytes - rest.totalBytes).toBe(BigInt(ret));
      expect(rest.length).toBe(table.length - gone);
      if (rest.length > 0) {
        const skipped = bytes - (gone === 1 ? table.size(0) : 0);
        expect([rest.addr(0), rest.size(0)]).toEqual([table.addr(gone) + BigInt(skipped), table.size(gone) - skipped]);
        expectBytes(rest.bytes.subarray(16), table.bytes.subarray((gone + 1) * 16));
      }
      expectBytes(table.bytes, before);
    }
  }
});

it.each(file.discard_back)("discard_back, and undo: $case", (row) => {
  for (const { table, size } of lists) {
    const before = table.bytes.slice();
    const end = table.size(table.length - 1);
    const { tries, gone = table.length } = readRow(row, size, [end, table.size(table.length - 2)]);
    expect(tries.length).toBeGreaterThan(0);
    for (const { bytes, ret } of tries) {
      const rest = discardBack(table, BigInt(bytes));
      expect(table.totalBytes - rest.totalBytes).toBe(BigInt(ret));
      expect(rest.length).toBe(table.length - gone);
      if (rest.length > 0) {
        const last = rest.length - 1;
        const skipped = bytes - (gone === 1 ? end : 0);
        expect([rest.addr(last), rest.size(last)]).toEqual([table.addr(last), table.size(last) - skipped]);
        expectBytes(rest.bytes.subarray(0, last * 16), table.bytes.subarray(0, last * 16));
      }
      expectBytes(table.bytes, before);
    }
  }
});

it("a discard of more than there is, not clamped, is a RangeError", () => {
  for (const { table, size } of lists) {
    expect(thrownBy(() => slice(table, size + 1))).toEqual(blames(RangeError, "offset"));
    expect(() => slice(table, 0, size + 1)).toThrow(RangeError);
  }
});

describe("to_from_buf: every offset and end", () => {
  it.each(lists.slice(0, 12))("a list of $size bytes", (list) => {
    const { table, base, places, size } = list;
    const data = Uint8Array.from({ length: size }, (_, index) => index + 1);
    const full = list.memory.slice();
    for (const [index, place] of places.entries()) full[place] = data[index] as number;
    for (let i = 0; i <= size; i++) {
      for (let j = i; j <= size; j++) {
        // To the list: only [i, j) is written.
        const memory = list.memory.slice();
        const written = memory.slice();
        for (let byte = i; byte < j; byte++) written[places[byte] as number] = data[byte] as number;
        const isScattered =
          scatter(table, { bytes: memory, addr: base }, data.subarray(i, j), i) === j - i && isEqual(memory, written);
        // From it: only [i, j) of the buffer is.
        const buffer = new Uint8Array(size).fill(CANARY);
        const read = buffer.slice();
        read.set(data.subarray(i, j), i);
        const isGathered =
          gather(table, { bytes: full, addr: base }, buffer.subarray(i, j), i) === j - i && isEqual(buffer, read);
        if (!isScattered || !isGathered) expect.fail(`${i} to ${j}: scatter ${isScattered}, gather ${isGathered}`);
      }
      const one = Number(i < size);
      expect(scatter(table, { bytes: list.memory.slice(), addr: base }, Uint8Array.of(1), i)).toBe(one);
      expect(gather(table, { bytes: full, addr: base }, new Uint8Array(1), i)).toBe(one);
    }
  });
});

const isEqual = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, index) => byte === b[index]);

describe("dma_aligned_pow2_mask", () => {
  const rows = file.dma_aligned_pow2_mask;
  const sizesOf = ({ max_bits }: (typeof rows)[number]) =>
    Array.from({ length: Math.min(max_bits, 63) + 1 }, (_, shift) => 1n << BigInt(shift));
  const bytesOf = ({ start, end }: (typeof rows)[number]) => BigInt(end) - BigInt(start) + 1n;
  const nameOf = ({ start, end }: (typeof rows)[number]) => `${start} to ${end}`;

  /** What a u64 does not hold. */
  const declined: Record<string, string> = {
    "0x0 to 0xffffffffffffffff": "2^64 bytes, and a page of as many",
  };

  it("what is declined is exactly what does not fit a u64", () => {
    expect(rows.filter((row) => bytesOf(row) >= 1n << 64n).map(nameOf)).toEqual(Object.keys(declined));
  });

  it.each(rows.filter((row) => !(nameOf(row) in declined)))("$start to $end, $max_bits bits", (row) => {
    const start = BigInt(row.start);
    const best = bestPages({ addr: start, length: bytesOf(row) }, sizesOf(row), start);
    expect((best?.pageBytes ?? 0n) - 1n).toBe(BigInt(row.mask));
  });

  it.each(rows.filter((row) => nameOf(row) in declined))("$start to $end is two pages of 2^63", (row) => {
    const half = 1n << 63n;
    expect(thrownBy(() => bestPages({ addr: 0, length: bytesOf(row) }, sizesOf(row), 0))).toEqual(
      blames(RangeError, "mapping.length"),
    );
    expect(() => bestPages({ addr: 0, length: half }, [1n << 64n], 0)).toThrow(RangeError);
    for (const start of [0n, half]) {
      expect(bestPages({ addr: start, length: half }, sizesOf(row), start)).toEqual({ pageBytes: half, count: 1 });
    }
    // The longest that there is has one of them, from 0 on.
    expect(bestPages({ addr: 0, length: (1n << 64n) - 1n }, sizesOf(row), 0)).toEqual({ pageBytes: half, count: 1 });
  });
});
