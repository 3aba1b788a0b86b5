/** linux-sg-count-copy-oracle.json: how many entries a length or a maximum needs, and copies from and to a list. */

import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { gather, scatter } from "../../src/table/bytes.js";
import { segmentCount } from "../../src/table/offsets.js";
import { pieceCount } from "../../src/table/pages.js";
import { split } from "../../src/table/slice.js";
import { blames } from "../support/blame.js";
import { expectBytes } from "../support/bytes.js";
import file from "./data/linux-sg-count-copy-oracle.json" with { type: "json" };

/** Segments of these lengths that do not touch. */
const apart = (lens: readonly number[]) =>
  SegmentTable.from(lens.map((length, index) => ({ addr: BigInt(index + 1) << 40n, length, flags: 0 })));

it("all 35 rows are here, and native is wrong in one: a count that an int does not hold", () => {
  const { sg_nents_for_len, sg_nents_for_dma, sg_copy_buffer } = file;
  expect([sg_nents_for_len.length, sg_nents_for_dma.length, sg_copy_buffer.length]).toEqual([17, 9, 9]);
  const wrong = sg_nents_for_dma.filter(({ native, exact }) => native !== exact);
  expect(wrong).toEqual(sg_nents_for_dma.filter(({ truncated_to_int }) => truncated_to_int));
  expect(wrong.map(({ native, exact }) => [native, exact])).toEqual([[-8192, 8589926400]]);
});

describe("sg_nents_for_len", () => {
  it.each(file.sg_nents_for_len)("$lens for $len bytes: $native", ({ lens, len, native }) => {
    const table = apart(lens);
    if (native === file.errno.EINVAL) {
      expect(() => segmentCount(table, len)).toThrow(blames(RangeError, "byteLength"));
      return;
    }
    expect(segmentCount(table, len)).toBe(native);
    expect(segmentCount(table, BigInt(len))).toBe(native);
    // As many as a part of that size has.
    expect(split(table, [len]).map(({ length }) => length)).toEqual([native]);
  });
});

describe("sg_nents_for_dma", () => {
  it.each(file.sg_nents_for_dma)("$lens by $max_len: $exact (native: $native)", ({ lens, max_len, exact }) => {
    expect(pieceCount(apart(lens), max_len)).toBe(exact);
    expect(pieceCount(apart(lens), BigInt(max_len))).toBe(exact);
  });
});

describe("sg_copy_buffer", () => {
  const CANARY = 0xa5;
  const BYTES = 0xb000;
  const byteAt = (addr: number) => (addr * 7 + 3) & 255;

  /** Bytes of addresses `base` to 0xb000, with canaries round them. */
  function memoryFrom(base: number) {
    const around = new Uint8Array(BYTES - base + 32).fill(CANARY);
    const memory = around.subarray(16, 16 + BYTES - base);
    for (let i = 0; i < memory.length; i++) memory[i] = byteAt(base + i);
    return { around, memory };
  }

  it.each(file.sg_copy_buffer)("$lens: $buflen bytes after $skip are $bytes_copied", (row) => {
    const { addr_in_memory, lens, buflen, skip, bytes_copied } = row;
    const addrs = addr_in_memory.map(Number);
    const table = SegmentTable.from(
      lens.map((length, index) => ({ addr: BigInt(addrs[index] as number), length, flags: 0 })),
    );
    const places = lens.flatMap((length, index) => Array.from({ length }, (_, i) => (addrs[index] as number) + i));
    const copied = places.slice(skip, skip + buflen);
    expect(copied.length).toBe(bytes_copied);
    for (const base of [0, 0x801, 0x1000]) {
      const { around, memory } = memoryFrom(base);
      const before = around.slice();

      const buffer = new Uint8Array(buflen + 32).fill(CANARY);
      const wanted = buffer.slice();
      wanted.set(copied.map(byteAt), 16);
      expect(gather(table, { bytes: memory, addr: base }, buffer.subarray(16, 16 + buflen), skip)).toBe(bytes_copied);
      expect(buffer).toEqual(wanted);
      expectBytes(around, before, "memory");

      // None of these bytes is what the memory has there.
      const source = Uint8Array.from({ length: buflen }, (_, i) => ~byteAt(copied[i] ?? 0));
      const kept = source.slice();
      for (const [i, addr] of copied.entries()) before[16 + addr - base] = source[i] as number;
      expect(scatter(table, { bytes: memory, addr: base }, source, BigInt(skip))).toBe(bytes_copied);
      expectBytes(around, before, "memory");
      expect(source).toEqual(kept);
    }
  });
});
