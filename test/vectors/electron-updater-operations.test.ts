/** electron-updater-operations.json: in order, adjacent and of equal kind, the rule of coalesce exactly. */
import { describe, expect, it } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { pack } from "../oracle.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/electron-updater-operations.json" with { type: "json" };

const KINDS: Record<string, number> = { COPY: 0x100, DOWNLOAD: 0x200 };
const nameOf = (flags: number) => Object.entries(KINDS).find(([, kind]) => kind === flags)?.[0];

it("all 7 cases are here", () => {
  expect(file.cases.length).toBe(7);
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(file.cases)("$name", ({ input, expected }) => {
    using mapper = makeMapper();
    const ranges = input.map(([start, length, kind]) => ({
      addr: BigInt(start as number),
      length: BigInt(length as number),
      flags: KINDS[kind as string] as number,
    }));
    for (const given of [ranges, packedRecords(pack(ranges))]) {
      const operations = [...mapper.coalesce(given)].map(({ addr, length, flags }) => [
        Number(addr),
        Number(addr) + length,
        nameOf(flags),
      ]);
      expect(operations).toEqual(expected);
    }
  });
});
