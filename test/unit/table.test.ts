/** SegmentTable: what it holds, how it is read, and what it refuses. */

import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import type { Segment } from "../../src/core/record.js";
import { SegmentTable } from "../../src/core/segment-table.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { type OracleRange, pack, totalBytes } from "../oracle.js";
import { blames } from "../support/blame.js";
import { expectBytes, thrownBy, unaligned } from "../support/bytes.js";

const SPACE = 1n << 64n;
const GIB4 = 2 ** 32;

const segments: Segment[] = [
  { addr: 0x1234_5678_9abc_def0n, length: 1, flags: 0 },
  { addr: 0n, length: GIB4, flags: 0xffff_ff06 },
  { addr: SPACE - 1n, length: 1, flags: 2 },
  { addr: SPACE - (1n << 32n), length: GIB4, flags: 4 },
  { addr: (1n << 53n) - 1n, length: GIB4 - 1, flags: 0x8000_0000 },
  { addr: 1n << 53n, length: 2 ** 31, flags: 0x100 },
];
const packed = pack(segments.map(({ addr, length, flags }) => ({ addr, length: BigInt(length), flags })));
const tables: [string, () => SegmentTable][] = [
  ["from", () => SegmentTable.from(segments)],
  ["fromBytes", () => SegmentTable.fromBytes(packed)],
  ["fromBytes, unaligned", () => SegmentTable.fromBytes(unaligned(packed, 3))],
];

describe.each(tables)("a table %s", (_, make) => {
  const table = make();

  it("holds the records", () => {
    expect(table.length).toBe(6);
    expectBytes(table.bytes, packed);
    expect(table.words).toEqual(new Uint32Array(packed.buffer));
    expect(table.bytes.buffer).toBe(table.words.buffer);
    expect(table.bytes.buffer.byteLength).toBe(96);
    expect([table.words[4 * 1 + 2], table.words[4 * 1 + 3]]).toEqual([0, 0xffff_ff07]);
  });

  it("at() is Array.at", () => {
    for (let index = -8; index <= 8; index++) expect(table.at(index)).toEqual(segments.at(index));
    for (const index of [1.9, -1.9, Number.NaN, -0, "1", null, undefined, 2 ** 53, -(2 ** 53), Infinity, -Infinity]) {
      expect(table.at(index as never)).toEqual(segments.at(index as never));
    }
  });

  it("addr, size and flags", () => {
    for (const [index, { addr, length, flags }] of segments.entries()) {
      expect([table.addr(index), table.size(index), table.flags(index)]).toEqual([addr, length, flags]);
    }
  });

  it("addrNumber, up to 2^53 - 1", () => {
    expect(table.addrNumber(1)).toBe(0);
    expect(table.addrNumber(4)).toBe(Number.MAX_SAFE_INTEGER);
    for (const index of [0, 2, 3, 5]) {
      expect(thrownBy(() => table.addrNumber(index))).toEqual(blames(RangeError, `addrNumber(${index})`));
    }
  });

  it.each(["addr", "addrNumber", "size", "flags"] as const)("%s refuses an index outside", (name) => {
    for (const index of [-1, 6, 2 ** 32, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(thrownBy(() => table[name](index))).toEqual(blames(RangeError, "index"));
    }
    for (const index of ["0", 0n, undefined]) {
      expect(thrownBy(() => table[name](index as never))).toEqual(blames(TypeError, "index"));
    }
    expect(thrownBy(() => SegmentTable.from([])[name](0))).toEqual(blames(RangeError, "index"));
  });

  it("forEach", () => {
    const seen: unknown[] = [];
    expect(table.forEach((...row) => void seen.push(row))).toBe(undefined);
    expect(seen).toEqual(
      segments.map(({ addr, length, flags }, index) => [
        Number(addr & 0xffff_ffffn),
        Number(addr >> 32n),
        length,
        flags,
        index,
      ]),
    );
    expect(thrownBy(() => table.forEach(5 as never))).toEqual(blames(TypeError, "callback"));
  });

  it("toColumns, as copies", () => {
    const columns = table.toColumns();
    expect(columns.addr).toEqual(BigUint64Array.from(segments, ({ addr }) => addr));
    expect(columns.length).toEqual(Float64Array.from(segments, ({ length }) => length));
    expect(columns.flags).toEqual(Uint32Array.from(segments, ({ flags }) => flags));
    columns.addr.fill(1n);
    columns.length.fill(1);
    columns.flags.fill(0);
    expectBytes(table.bytes, packed);
  });

  it("is iterable, more than once, and by hand", () => {
    expect([...table]).toEqual(segments);
    expect([...table]).toEqual(segments);
    const iterator = table[Symbol.iterator]();
    expect(iterator[Symbol.iterator]()).toBe(iterator);
    expect(iterator.next()).toEqual({ value: segments[0], done: false });
    expect([...iterator]).toEqual(segments.slice(1));
    expect(iterator.next()).toEqual({ value: undefined, done: true });
    // Each segment is an object of its own.
    const [first] = table;
    if (first !== undefined) first.length = 77;
    expect(table.at(0)).toEqual(segments[0]);
  });

  it("is what from() takes: ranges in, segments out", () => {
    expectBytes(SegmentTable.from(table).bytes, packed);
  });

  it("totalBytes", () => {
    expect(table.totalBytes).toBe(1n + (1n << 32n) + 1n + (1n << 32n) + (1n << 32n) - 1n + (1n << 31n));
    expect(table.totalBytes).toBe(table.totalBytes);
  });
});

describe("a table", () => {
  it("is empty of nothing", () => {
    for (const table of [SegmentTable.from([]), SegmentTable.fromBytes(new Uint8Array(0))]) {
      expect([table.length, table.totalBytes, [...table], table.at(0), table.at(-1)]).toEqual([
        0,
        0n,
        [],
        undefined,
        undefined,
      ]);
      expect(() => table.addr(0)).toThrow(RangeError);
      expect(table.toColumns().addr.length).toBe(0);
    }
  });

  it("copies what it is made from", () => {
    const bytes = packed.slice();
    const table = SegmentTable.fromBytes(bytes);
    bytes.fill(0);
    expectBytes(table.bytes, packed);
  });

  it("sums beyond 2^53", () => {
    // 2^21 segments of 4 GiB are 2^53 bytes; one byte more is lost in a double.
    const count = 2 ** 21;
    const words = new Uint32Array((count + 3) * 4);
    for (let index = 0; index < count; index++) words[index * 4 + 3] = 1;
    words[count * 4 + 2] = 1;
    words[(count + 1) * 4 + 3] = 1;
    words[(count + 2) * 4 + 2] = 1;
    const table = SegmentTable.fromBytes(new Uint8Array(words.buffer));
    expect(table.totalBytes).toBe((1n << 53n) + (1n << 32n) + 2n);
    // Few, long and odd ones.
    const odd: OracleRange[] = Array.from({ length: 1000 }, (_, index) => ({
      addr: 0n,
      length: (1n << 32n) - BigInt(index),
      flags: 0,
    }));
    expect(SegmentTable.fromBytes(pack(odd)).totalBytes).toBe(totalBytes(odd));
  });

  it("of a mapper stays as it was, whatever the mapper does next", () => {
    const mapper = createMapperSync({ engine: "wasm" });
    const table = mapper.coalesce(packedRecords(packed));
    const before = table.bytes.slice();
    expect(table.bytes.buffer.byteLength).toBe(table.length * 16);
    mapper.input(100_000).bytes.fill(0xff);
    mapper.coalesce([{ addr: 0, length: 1n << 44n }]);
    mapper.close();
    expectBytes(table.bytes, before);
  });

  it("from() refuses what is no segment, by its index", () => {
    const fine = { addr: 0, length: 1 };
    const cases: [unknown, new (message: string) => Error, string][] = [
      [{ addr: "0", length: 1 }, TypeError, "segments[1].addr"],
      [{ addr: 0 }, TypeError, "segments[1].length"],
      [{ addr: 0, length: 1, flags: null }, TypeError, "segments[1].flags"],
      [{ addr: -1, length: 1 }, RangeError, "segments[1].addr"],
      [{ addr: 0, length: 0 }, RangeError, "segments[1].length"],
      [{ addr: 0, length: 0n }, RangeError, "segments[1].length"],
      [{ addr: 0, length: GIB4 + 1 }, RangeError, "segments[1].length"],
      [{ addr: 0, length: 1, flags: 1 }, RangeError, "segments[1].flags"],
      [{ addr: 0, length: 1, flags: -256 }, RangeError, "segments[1].flags"],
    ];
    for (const [segment, type, message] of cases) {
      const error = thrownBy(() => SegmentTable.from([fine, segment as never])) as Error;
      expect(error).toEqual(blames(type, message));
    }
    for (const [addr, length] of [
      [SPACE - 1n, 2],
      [SPACE - (1n << 32n) + 1n, 1n << 32n],
    ] as const) {
      expect(thrownBy(() => SegmentTable.from([fine, { addr, length }]))).toEqual(blames(RangeError, "segments[1]"));
    }
    for (const wrong of [5, null, {}, [null], [5]]) {
      expect(() => SegmentTable.from(wrong as never)).toThrow(TypeError);
    }
  });

  it("fromBytes() refuses what is no record, by its index", () => {
    const cases: [OracleRange, string][] = [
      [{ addr: 0n, length: 0n, flags: 0 }, "length"],
      [{ addr: 0n, length: (1n << 32n) + 1n, flags: 0 }, "len"],
      [{ addr: 0n, length: 1n, flags: 8 }, "flags"],
      [{ addr: 0n, length: 1n, flags: 0x4290 }, "flags"],
      [{ addr: SPACE - 1n, length: 2n, flags: 0 }, "addr + length"],
      [{ addr: SPACE - (1n << 32n) + 1n, length: 1n << 32n, flags: 4 }, "addr + length"],
    ];
    for (const [record, field] of cases) {
      for (let index = 0; index < 6; index++) {
        const bytes = packed.slice();
        bytes.set(pack([record]), index * 16);
        expect(thrownBy(() => SegmentTable.fromBytes(bytes))).toEqual(blames(RangeError, `record ${index}: ${field}`));
        expect(thrownBy(() => SegmentTable.fromBytes(unaligned(bytes)))).toEqual(
          blames(RangeError, `record ${index}: ${field}`),
        );
      }
    }
  });
});
