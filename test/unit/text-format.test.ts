/** segring/text, writing: headers, pieces, and ranges that are refused. */
import { describe, expect, it } from "vitest";
import { type Range, SegmentTable } from "../../src/index.js";
import { type FormatOptions, formatRecords, parseRecords } from "../../src/text/index.js";
import { any } from "../support/arguments.js";
import { blames } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";

const textOf = (pieces: Iterable<Uint8Array>) => [...pieces].map((piece) => new TextDecoder().decode(piece)).join("");
const range = { addr: 4096, length: 512, flags: 4 };

it("CSV has a header where it is not left out; NDJSON has none", () => {
  expect(textOf(formatRecords([range], { format: "csv" }))).toBe("addr,length,flags\n0x1000,512,0x4\n");
  expect(textOf(formatRecords([range], { format: "csv", header: false }))).toBe("0x1000,512,0x4\n");
  for (const header of [true, false, undefined]) {
    const text = textOf(formatRecords([range], { format: "ndjson", header }));
    expect(text).toBe('{"addr":"4096","length":512,"flags":4}\n');
  }
});

it("no ranges are a header, or no piece at all", () => {
  for (const nothing of [[], SegmentTable.from([]), parseRecords(new Uint8Array(0), { format: "csv" })]) {
    expect(textOf(formatRecords(nothing, { format: "csv" }))).toBe("addr,length,flags\n");
    expect([...formatRecords(nothing, { format: "csv", header: false })]).toEqual([]);
    expect([...formatRecords(nothing, { format: "ndjson" })]).toEqual([]);
  }
});

describe("numbers", () => {
  const wide = { addr: 2n ** 53n, length: 2n ** 53n };
  const safe = { addr: 2 ** 53 - 1, length: 2 ** 53 - 1, flags: 2 };
  const write = (list: readonly Range[], options: FormatOptions) =>
    textOf(formatRecords(list, { header: false, ...options }));

  it("addresses are strings in NDJSON, as are lengths above 2^53 - 1; CSV has digits", () => {
    expect(write([wide, safe], { format: "ndjson" })).toBe(
      '{"addr":"9007199254740992","length":"9007199254740992"}\n' +
        '{"addr":"9007199254740991","length":9007199254740991,"flags":2}\n',
    );
    expect(write([wide, safe], { format: "csv" })).toBe(
      "0x20000000000000,9007199254740992,0x0\n0x1fffffffffffff,9007199254740991,0x2\n",
    );
  });

  it("hex writes all of them as 0x…", () => {
    expect(write([wide, safe], { format: "ndjson", hex: true })).toBe(
      '{"addr":"0x20000000000000","length":"0x20000000000000"}\n' +
        '{"addr":"0x1fffffffffffff","length":"0x1fffffffffffff","flags":"0x2"}\n',
    );
    expect(write([wide, safe], { format: "csv", hex: true })).toBe(
      "0x20000000000000,0x20000000000000,0x0\n0x1fffffffffffff,0x1fffffffffffff,0x2\n",
    );
  });

  it("numbers writes all of them in decimal, which CSV does at any size", () => {
    expect(write([safe], { format: "ndjson", numbers: true })).toBe(
      '{"addr":9007199254740991,"length":9007199254740991,"flags":2}\n',
    );
    expect(write([wide, safe], { format: "csv", numbers: true })).toBe(
      "9007199254740992,9007199254740992,0\n9007199254740991,9007199254740991,2\n",
    );
  });

  it.each([
    ["addr", { addr: 2n ** 53n, length: 1 }],
    ["length", { addr: 1, length: 2n ** 53n }],
  ])("numbers refuses the first %s that JSON rounds, by its index", (name, bad) => {
    const error = thrownBy(() => [...formatRecords([safe, safe, bad], { format: "ndjson", numbers: true })]);
    expect(error).toMatchObject({ code: "NOT_EXPRESSIBLE", index: 2 });
    expect((error as Error).message).toContain(`segment 2: ${name} `);
    expect((error as Error).message).toContain("9007199254740992");
  });

  it("numbers and hex exclude each other", () => {
    expect(thrownBy(() => formatRecords([], { format: "csv", numbers: true, hex: true }))).toEqual(
      blames(RangeError, "hex"),
    );
    expect(thrownBy(() => formatRecords([], { format: "csv", numbers: any(1) }))).toEqual(blames(TypeError, "numbers"));
  });
});

describe.each(["csv", "ndjson"] as const)("pieces of %s", (format) => {
  it("have whole lines, and at most 64 KiB, for the longest lines too", () => {
    const longest = { addr: 2n ** 63n, length: 2n ** 63n, flags: 0xffff_ff06 };
    const pieces = [...formatRecords(Array(5000).fill(longest), { format })];
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(65536);
      expect(piece.at(-1)).toBe(10);
    }
    expect(textOf(pieces).split("\n").length).toBe(5001 + (format === "csv" ? 1 : 0));
  });
});

describe("what is refused", () => {
  it.each([undefined, null, 5, "0,1", {}])("%j is no iterable of ranges", (ranges) => {
    expect(thrownBy(() => formatRecords(any(ranges), { format: "csv" }))).toEqual(blames(TypeError, "ranges"));
  });

  it("a format that there is not, before any piece is asked for", () => {
    expect(thrownBy(() => formatRecords([], { format: any("table") }))).toEqual(blames(RangeError, "format"));
    expect(thrownBy(() => formatRecords([], { format: "csv", header: any(1) }))).toEqual(blames(TypeError, "header"));
  });

  it("a range that is not valid or is empty, by its index", () => {
    const fault = (bad: unknown) => thrownBy(() => [...formatRecords([range, any(bad)], { format: "csv" })]);
    expect(fault({ addr: -1, length: 1 })).toEqual(blames(RangeError, "[1].addr"));
    expect(fault({ addr: 1, length: 0 })).toEqual(blames(RangeError, "[1].length"));
    expect(fault(5)).toEqual(blames(TypeError, "[1].range"));
  });
});
