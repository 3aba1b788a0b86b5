/**
 * dpdk-user-maps-derived.json: DPDK's registry of memory that is mapped for devices. A map has two addresses (virtual and
 * IOVA) and a chunk; a record has one address, here the IOVA, and the chunk is its tag.
 */
import { describe, expect, it } from "vitest";
import { TAG_SHIFT } from "../../src/core/record.js";
import { translate } from "../../src/devices/translate.js";
import { subtract } from "../../src/table/sets.js";
import { cut, NO_LIMITS, type OracleRange, pack } from "../oracle.js";
import { expectBytes } from "../support/bytes.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/dpdk-user-maps-derived.json" with { type: "json" };

interface UserMap {
  va: string;
  iova: string;
  len: string;
  chunk: string;
}

const sideOf = (maps: readonly UserMap[], side: "iova" | "va"): OracleRange[] =>
  maps.map(({ len, chunk, ...map }) => ({
    addr: BigInt(map[side]),
    length: BigInt(len),
    flags: (Number(chunk) / 4096) << TAG_SHIFT,
  }));
/** What is longer than a record is several of them. */
const packed = (maps: readonly UserMap[]) => pack(sideOf(maps, "iova").flatMap((run) => cut(run, NO_LIMITS)));

/** What one address cannot show. */
const declined: Record<string, string> = {
  "iova touches, va does not": "two maps must touch in both of their addresses to be one; a record has one address",
};
/** The two lowest maps are not looked at as neighbours. */
const nativeMisses = ["two adjacent", "three adjacent", "unsorted three", "above 4 GiB"];

it("all 7 and 5 rows are here; native misses a merge in 4, and one takes two addresses", () => {
  expect([file.compact.length, file.partial_unmap.length]).toEqual([7, 5]);
  expect(file.compact.filter(({ native_misses_merge }) => native_misses_merge).map(({ name }) => name)).toEqual(
    nativeMisses,
  );
  // Neighbours by IOVA that touch there, and there alone.
  const isTouching = (side: "iova" | "va", maps: readonly UserMap[], index: number) => {
    const [map, next] = [maps[index], maps[index + 1]] as [UserMap, UserMap | undefined];
    return next !== undefined && BigInt(map[side]) + BigInt(map.len) === BigInt(next[side]);
  };
  const twoAddresses = file.compact.filter(({ maps }) => {
    const sorted = [...maps].sort((a, b) => Number(a.iova) - Number(b.iova));
    return sorted.some((_, index) => isTouching("iova", sorted, index) !== isTouching("va", sorted, index));
  });
  expect(twoAddresses.map(({ name }) => name)).toEqual(Object.keys(declined));
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  describe("compact: the union by IOVA", () => {
    const rows = file.compact.map((row) => ({
      ...row,
      native: row.native_misses_merge ? "misses a merge" : "is right",
    }));

    it.each(rows.filter(({ name }) => !(name in declined)))("$name (native $native)", (row) => {
      using mapper = makeMapper();
      const native = file.compact.find(({ name }) => name === row.name)?.native ?? [];
      const table = mapper.union(sideOf(row.maps, "iova"));
      expectBytes(table.bytes, packed(row.expected));
      // The same in any order, and of what native made of it.
      expectBytes(mapper.union(sideOf(row.maps, "iova").reverse()).bytes, table.bytes);
      expectBytes(mapper.union(sideOf(native, "iova")).bytes, table.bytes);
      if (nativeMisses.includes(row.name)) expect(native.length).toBeGreaterThan(row.expected.length);
      else expect(native).toEqual(row.expected);
    });

    it.each(file.compact.filter(({ name }) => name in declined).map((row) => ({ ...row, why: declined[row.name] })))(
      "$name is declined: $why",
      ({ maps, expected, native }) => {
        using mapper = makeMapper();
        expect(native).toEqual(expected);
        // By IOVA they are one, by virtual address two.
        expect(mapper.union(sideOf(maps, "iova")).length).toBe(1);
        expect(mapper.union(sideOf(maps, "va")).length).toBe(expected.length);
      },
    );
  });
});

describe("partial_unmap: the difference, by IOVA", () => {
  it.each(file.partial_unmap)("$name", ({ maps, unmap_va, unmap_len, kept }) => {
    const [{ va, iova } = { va: 0, iova: 0 }] = maps;
    const offset = BigInt(iova) - BigInt(va);
    for (const map of [...maps, ...kept] as UserMap[]) expect(BigInt(map.iova) - BigInt(map.va)).toBe(offset);
    const hole = { addr: BigInt(unmap_va) + offset, length: BigInt(unmap_len) };
    const left = subtract(sideOf(maps, "iova"), [hole]);
    expectBytes(left.bytes, packed(kept));
    expect(left.length).toBeLessThanOrEqual(2);
    // The other address is a window away.
    const byVa = subtract(sideOf(maps, "va"), [{ addr: BigInt(unmap_va), length: BigInt(unmap_len) }]);
    const windows = maps.map((map) => ({ addr: BigInt(map.va), length: BigInt(map.len), offset }));
    expectBytes(translate(byVa, windows).bytes, packed(kept));
  });
});
