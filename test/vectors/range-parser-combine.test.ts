/** range-parser-combine.json: combined ranges, inclusive, in the order of the first input that each holds: `byFirstUse`. */
import { describe, expect, it } from "vitest";
import { byFirstUse, planReads } from "../../src/plan/index.js";
import file from "./data/range-parser-combine.json" with { type: "json" };

/** What range-parser reads from a header: ranges of the resource, those outside left out. It is the test's own: a plan takes ranges. */
function parse(header: string, size: number): { offset: number; length: number }[] {
  return header
    .slice("bytes=".length)
    .split(",")
    .flatMap((text) => {
      const [from = "", to = ""] = text.trim().split("-");
      const start = from === "" ? size - Number(to) : Number(from);
      const end = Math.min(from === "" || to === "" ? size - 1 : Number(to), size - 1);
      return start > end || start < 0 ? [] : [{ offset: start, length: end - start + 1 }];
    });
}

it("both cases of combine are here, and 17 that only parse", () => {
  expect([file.combine.length, file.parse_only.length]).toEqual([2, 17]);
});

describe("combine", () => {
  it.each(file.combine)("$name", ({ size, header, expected }) => {
    const plan = planReads(parse(header, size), { maxBytes: size, resourceBytes: size });
    const found = [...byFirstUse(plan)].map((j) => {
      const { offset, length } = plan.request(j);
      return [offset, offset + length - 1];
    });
    expect(found).toEqual(expected);
  });
});

describe("parse only", () => {
  const valid = file.parse_only.filter(({ expected }) => Array.isArray(expected));

  it.each(valid)("$header: as ranges, each is planned by itself", ({ size, header, expected }) => {
    const ranges = parse(header, size);
    const plan = planReads(ranges, { maxBytes: size });
    const inputs = ranges.map(({ length }, i) => {
      const start = plan.request(plan.firstRequest[i] as number).offset + (plan.offsetIn[i] as number);
      return [start, start + length - 1];
    });
    expect(inputs).toEqual(expected);
  });

  it("declined: a header that is malformed or asks for nothing there is; a plan parses none", () => {
    expect(file.parse_only.filter(({ expected }) => !Array.isArray(expected)).map(({ header }) => header)).toEqual([
      "bytes=500-600",
      "bytes=500-20",
      "bytes=500-999,1000-1499",
      "malformed",
      "bytes=x-100",
      "bytes=100--200",
    ]);
    expect(() => planReads([{ offset: 500, length: 101 }], { maxBytes: 200, resourceBytes: 200 })).toThrow(RangeError);
  });
});
