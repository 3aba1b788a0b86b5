/** The bench's medians on a machine whose speed changes. */
import { describe, expect, it } from "vitest";
import { steadied } from "../../bench/turns.js";

const turn = (slow: number, times: Record<string, number>) =>
  new Map(Object.entries(times).map(([name, time]) => [name, time * slow]));

describe("steadied", () => {
  it("gives the times of one turn as they are", () => {
    expect([...steadied([turn(1, { a: 2, b: 8 })])]).toEqual([
      ["a", expect.closeTo(2)],
      ["b", expect.closeTo(8)],
    ]);
  });

  it("takes out that the machine is slower in some turns", () => {
    const found = steadied([1, 2, 1.7, 1, 1.2].map((slow) => turn(slow, { a: 3, b: 5 })));
    expect((found.get("b") as number) / (found.get("a") as number)).toBeCloseTo(5 / 3);
    // As in the turn of median speed.
    expect(found.get("a")).toBeCloseTo(3.6);
  });

  it("is not led astray where one contestant alone is slow in a turn", () => {
    const found = steadied([turn(1, { a: 3, b: 5 }), turn(2, { a: 3, b: 5 }), turn(1, { a: 300, b: 5 })]);
    expect((found.get("b") as number) / (found.get("a") as number)).toBeCloseTo(5 / 3);
  });
});
