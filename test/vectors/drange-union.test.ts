/** drange-union.json: sets of integers, as unions and differences of byte ranges. Its ranges are inclusive. */
import { describe, expect, it } from "vitest";
import { subtract } from "../../src/table/sets.js";
import { builds, mapperFactory } from "../support/engines.js";
import file from "./data/drange-union.json" with { type: "json" };

interface Step {
  add?: number[];
  add_all?: number[][];
  subtract?: number[];
  after?: number[][];
  count?: number;
}

const toRange = ([low = 0, high = 0]: readonly number[]) => ({ addr: low, length: high - low + 1 });

it("all 8 sequences are here", () => {
  expect(file.sequences.length).toBe(8);
});

describe.each(builds)("$name", ({ name }) => {
  const makeMapper = mapperFactory(name);

  it.each(file.sequences)("$name", ({ steps }) => {
    using mapper = makeMapper();
    let table = mapper.union([]);
    let asserted = 0;
    for (const step of steps as readonly Step[]) {
      const added = [step.add ?? [], ...(step.add_all ?? [])].filter((range) => range.length > 0);
      table = mapper.union([...table, ...added.map(toRange)]);
      if (step.subtract !== undefined) table = mapper.union(subtract(table, [toRange(step.subtract)]));
      if (step.after !== undefined) {
        const found = [...table].map(({ addr, length }) => [Number(addr), Number(addr) + length - 1]);
        expect(found).toEqual(step.after);
        asserted++;
      }
      if (step.count !== undefined) expect(table.totalBytes).toBe(BigInt(step.count));
    }
    expect(asserted).toBeGreaterThan(0);
  });
});
