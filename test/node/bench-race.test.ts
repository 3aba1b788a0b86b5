/** What `npm run bench -- race` compares with, and what it prints; no time is measured here. */
import { describe, expect, it } from "vitest";
import { type RaceRow, raceAnswer, raceTable } from "../../bench/race-table.js";
import { coalesceBigUint64, coalesceObjects } from "../../site/rooms/race/loops.js";
import { createMapperSync, packedRecords, type Range } from "../../src/index.js";

const TIB = 2 ** 40;
const INPUTS: Record<string, Range[]> = {
  "one range": [{ addr: 0, length: 1 }],
  "ranges that touch, and that do not": [
    { addr: 0, length: 4096 },
    { addr: 4096, length: 4096 },
    { addr: 12288, length: 4096 },
    { addr: 0, length: 4096 },
  ],
  "a run of a little more than a TiB": [
    { addr: 4096, length: TIB },
    { addr: 4096 + TIB, length: 1 },
  ],
  "exactly 4 GiB": [{ addr: TIB, length: 2 ** 32 }],
};
const FLAGGED: Record<string, Range[]> = {
  "flags that differ, and that do not": [
    { addr: 0, length: 8, flags: 4 },
    { addr: 8, length: 8, flags: 4 },
    { addr: 16, length: 8 },
  ],
  NOMERGE: [
    { addr: 0, length: 8, flags: 2 },
    { addr: 8, length: 8, flags: 2 },
    { addr: 16, length: 8 },
  ],
  "the end of the address space and its start": [
    { addr: 2n ** 64n - 8n, length: 8 },
    { addr: 0, length: 8 },
  ],
};

describe("the loops of the race give the segments that segring gives", () => {
  it.each(Object.entries({ ...INPUTS, ...FLAGGED }))("over a BigUint64Array: %s", (_, ranges) => {
    const mapper = createMapperSync({ engine: "js" });
    // Records of 1 GiB at most: the loop must join them.
    const cut = createMapperSync({ engine: "js", maxSegmentBytes: 2 ** 30 }).coalesce(ranges);
    const output = new BigUint64Array(2 * cut.length);
    const count = coalesceBigUint64(new BigUint64Array(cut.bytes.slice().buffer), output);
    const expected = mapper.coalesce(packedRecords(cut.bytes));
    expect([...new Uint32Array(output.buffer, 0, 4 * count)]).toEqual([...expected.words]);
  });

  it("over a BigUint64Array of no record", () => {
    expect(coalesceBigUint64(new BigUint64Array(0), new BigUint64Array(0))).toBe(0);
  });

  it.each(Object.entries(INPUTS))("over objects: %s", (_, ranges) => {
    const plain = ranges.map(({ addr, length }) => ({ addr: Number(addr), length: Number(length) }));
    const table = createMapperSync({ engine: "js" }).coalesce(ranges);
    const expected = [...table].map(({ addr, length }) => ({ addr: Number(addr), length }));
    expect(coalesceObjects(plain)).toEqual(expected);
    expect(coalesceObjects([])).toEqual([]);
  });
});

function row(count: number, times: readonly [wasm: number, engine: number, loop: number], more?: Partial<RaceRow>) {
  const [wasm, engine, loop] = times;
  return { form: "packed records", count, breaks: 1, wasm, engine, loop, ...more } as RaceRow;
}

describe("the table of the race", () => {
  it("has the rows that wasm loses first, the worst on top, then the others in their order", () => {
    const rows = [
      row(1, [30, 20, 10]),
      row(10, [40, 50, 10]),
      row(100, [10, 30, 20]),
      row(10_000_000, [250, 750, 1000], { form: "objects", breaks: 50 }),
    ];
    expect(raceTable(rows)).toEqual([
      "  input              N  breaks   wasm  segring/js  BigUint64Array  object loop  wasm / best JS",
      "  packed records    10     1 %  40.00       50.00           10.00            -      4.00 loses",
      "  packed records     1     1 %  30.00       20.00           10.00            -      3.00 loses",
      "  packed records   100     1 %  10.00       30.00           20.00            -            0.50",
      "  objects         10^7    50 %    250         750               -         1000            0.33",
    ]);
  });

  it.each<[string, RaceRow[], string]>([
    ["all won", [row(1, [1, 2, 3]), row(10, [1, 4, 5])], "yes at every N, 2.0 to 4.0 times as fast as the best JS"],
    ["all lost", [row(1, [4, 2, 3]), row(10, [2, 1, 5])], "no, at no N: 2.0 times as long as the best JS"],
    [
      "small ones lost",
      [row(1, [4, 2, 3]), row(10, [2, 1, 5]), row(100, [1, 2, 3]), row(1000, [1, 3, 4])],
      "yes from N = 100 on, 2.0 to 3.0 times as fast as the best JS",
    ],
    [
      "one between lost",
      [row(1, [1, 2, 3]), row(10, [2, 1, 5]), row(1000, [1, 2, 3])],
      "at N = 1, 10^3 alone, 2.0 times as fast as the best JS",
    ],
  ])("answers in one sentence: %s", (_, rows, answer) => {
    expect(raceAnswer(rows)).toBe(`Does wasm beat JS here? Of packed records with 1 % breaks ${answer}.`);
  });

  it("answers for each form and density by itself", () => {
    const rows = [row(1, [1, 2, 3]), row(1, [2, 1, 3], { breaks: 50 }), row(1, [2, 1, 1], { form: "objects" })];
    expect(raceAnswer(rows)).toBe(
      "Does wasm beat JS here? Of packed records with 1 % breaks yes at every N, 2.0 times as fast as the best JS; " +
        "of packed records with 50 % breaks no, at no N: 2.0 times as long as the best JS; " +
        "of objects with 1 % breaks no, at no N: 2.0 times as long as the best JS.",
    );
  });
});
