/** Tables over memory of the caller, and what tables show of themselves: JSON, equality, the console. */

import { describe, expect, it } from "vitest";
import { BUS, SegmentTable } from "../../src/index.js";
import { blames } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";

const segments = [
  { addr: 0x1000n, length: 4096, flags: 0 },
  { addr: 0xffff_ffff_ffff_f000n, length: 4096, flags: BUS },
  { addr: 1n << 60n, length: 2 ** 32, flags: 0x100 },
];

describe("SegmentTable.view", () => {
  it.each([ArrayBuffer, SharedArrayBuffer])("is a table of words where they lie, on %o", (Buffer) => {
    const all = new Uint32Array(new Buffer(4 * 24)).fill(9);
    all.set(SegmentTable.from(segments).words, 5);
    const words = all.subarray(5, 5 + 14);
    const table = SegmentTable.view(words, 3);
    expect([...table]).toEqual(segments);
    expect([table.words.buffer, table.words.byteOffset, table.words.length]).toEqual([all.buffer, 20, 12]);
    expect([table.bytes.buffer, table.bytes.byteOffset, table.bytes.byteLength]).toEqual([all.buffer, 20, 48]);
    expect(table.totalBytes).toBe(8192n + 2n ** 32n);
    // It is a view: whoever writes to the words answers for them.
    all[7] = 5;
    expect(table.at(0)?.length).toBe(5);
  });

  it("takes all whole records where no count is given, and none of no words", () => {
    const { words } = SegmentTable.from(segments);
    expect(SegmentTable.view(words).length).toBe(3);
    expect(SegmentTable.view(words.subarray(0, 11)).length).toBe(2);
    expect(SegmentTable.view(new Uint32Array(0)).length).toBe(0);
    expect(SegmentTable.view(words, 0).length).toBe(0);
  });

  it("checks every record", () => {
    const valid = SegmentTable.from(Array.from({ length: 40 }, (_, i) => ({ addr: i * 8192, length: 4096 }))).words;
    for (const [word, value] of [
      [2, 0],
      [3, 8],
      [3, 1],
      [1, 0xffff_ffff],
    ] as const) {
      for (const index of [0, 1, 38, 39]) {
        const words = valid.slice();
        words[4 * index + word] = value;
        if (word === 1) words[4 * index] = 0xffff_ffff;
        const error = thrownBy(() => SegmentTable.view(words)) as Error;
        expect(error).toBeInstanceOf(RangeError);
        expect(error.message).toMatch(new RegExp(`^record ${index}: `));
        expect(SegmentTable.view(words, index).length).toBe(index);
      }
    }
    expect(() => SegmentTable.view(new Uint32Array(8))).toThrow(RangeError);
  });

  it("refuses what are no words, and a count past them", () => {
    for (const words of [null, 5, [], new Uint8Array(16), new Int32Array(4), new ArrayBuffer(16)]) {
      expect(() => SegmentTable.view(words as never)).toThrow(blames(TypeError, "words"));
    }
    const { words } = SegmentTable.from(segments);
    for (const count of [-1, 4, 1.5, Number.NaN]) {
      expect(() => SegmentTable.view(words, count)).toThrow(blames(RangeError, "count"));
    }
    expect(() => SegmentTable.view(words, "1" as never)).toThrow(TypeError);
  });
});

it("toJSON gives addresses as decimal strings, so that all of 2^64 is exact", () => {
  expect(JSON.parse(JSON.stringify({ table: SegmentTable.from(segments) }))).toEqual({
    table: [
      { addr: "4096", length: 4096, flags: 0 },
      { addr: "18446744073709547520", length: 4096, flags: 4 },
      { addr: "1152921504606846976", length: 4294967296, flags: 256 },
    ],
  });
});

it("equals compares the segments with their flags", () => {
  const table = SegmentTable.from(segments);
  expect(table.equals(table)).toBe(true);
  expect(table.equals(SegmentTable.view(table.words.slice()))).toBe(true);
  expect(table.equals(SegmentTable.from(segments.slice(0, 2)))).toBe(false);
  expect(SegmentTable.from(segments.slice(0, 2)).equals(table)).toBe(false);
  expect(SegmentTable.from([]).equals(SegmentTable.from([]))).toBe(true);
  for (const change of [{ addr: 0x1001n }, { length: 1 }, { flags: 0x200 }]) {
    const [first, ...others] = segments;
    expect(table.equals(SegmentTable.from([{ ...first, ...change } as (typeof segments)[0], ...others]))).toBe(false);
  }
  expect(() => table.equals({ words: table.words } as never)).toThrow(blames(TypeError, "other"));
});

describe("the console shows", () => {
  const shown = (table: SegmentTable) =>
    (table as unknown as Record<symbol, () => string>)[Symbol.for("nodejs.util.inspect.custom")]?.();

  it("segments, not bytes", () => {
    expect(shown(SegmentTable.from(segments))).toBe(`SegmentTable(3) [
  0x0000000000001000 4096
  0xfffffffffffff000 4096 flags 0x4
  0x1000000000000000 4294967296 flags 0x100
]`);
    expect(shown(SegmentTable.from([]))).toBe("SegmentTable(0) []");
  });

  it("the first 16 of many", () => {
    const lines = shown(SegmentTable.from(Array.from({ length: 1000 }, (_, i) => ({ addr: i * 8192, length: 1 }))));
    expect(lines?.split("\n").slice(-3)).toEqual(["  0x000000000001e000 1", "  … 984 more", "]"]);
  });
});
