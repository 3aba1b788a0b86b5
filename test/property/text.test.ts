/** segring/text against an oracle in BigInt: what is written is read again, exactly, wherever the text is cut. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMapperSync, type Range, SegmentTable } from "../../src/index.js";
import { formatRecords, parseRecords, RecordParser } from "../../src/text/index.js";
import { check } from "../support/check.js";

const FORMATS = ["csv", "ndjson"] as const;
type Format = (typeof FORMATS)[number];
const TOP = 1n << 64n;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

interface Exact {
  addr: bigint;
  length: bigint;
  flags: number;
}

/** Near the places where numbers, records and the address space end. */
const edge = fc
  .tuple(fc.constantFrom(0n, 1n << 32n, 1n << 53n, 1n << 63n, TOP), fc.bigInt({ min: -3n, max: 3n }))
  .map(([at, by]) => at + by);
const u64 = fc.oneof(edge, fc.bigInt({ min: 0n, max: TOP - 1n }), fc.bigInt({ min: 0n, max: 100_000n }));
const tag = fc.integer({ min: 0, max: 2 ** 24 - 1 });
const range: fc.Arbitrary<Exact> = fc
  .tuple(u64, u64, fc.oneof(fc.constant(0), tag), fc.constantFrom(0, 2, 4, 6), fc.boolean())
  .map(([at, bytes, number, bits, toTop]) => {
    const addr = at < 0n ? 0n : at > TOP - 1n ? TOP - 1n : at;
    const room = TOP - addr > TOP - 1n ? TOP - 1n : TOP - addr;
    const length = toTop || bytes > room ? room : bytes < 1n ? 1n : bytes;
    return { addr, length, flags: ((number << 8) | bits) >>> 0 };
  });
const ranges = fc.array(range, { maxLength: 40 });

type Form = "exact" | "numbers" | "hex";
const OPTIONS = { exact: {}, numbers: { numbers: true }, hex: { hex: true } } as const;

const hex = (value: bigint | number) => `0x${value.toString(16)}`;
/** A line in each form. */
const CSV_LINE: Record<Form, (range: Exact) => string> = {
  exact: ({ addr, length, flags }) => `${hex(addr)},${length},${hex(flags)}`,
  numbers: ({ addr, length, flags }) => `${addr},${length},${flags}`,
  hex: ({ addr, length, flags }) => `${hex(addr)},${hex(length)},${hex(flags)}`,
};
const JSON_VALUE: Record<Form, (name: string, value: bigint | number) => string> = {
  exact: (name, value) => (name === "addr" || value > SAFE ? `"${value}"` : `${value}`),
  numbers: (_name, value) => `${value}`,
  hex: (_name, value) => `"${hex(value)}"`,
};

/** The text by another way than the package: digit by digit from bigints. */
function textOf(format: Format, list: readonly Exact[], form: Form = "exact"): string {
  const json = (range: Exact) =>
    (["addr", "length", "flags"] as const)
      .filter((name) => name !== "flags" || range.flags !== 0)
      .map((name) => `"${name}":${JSON_VALUE[form](name, range[name])}`)
      .join(",");
  const lines = list.map((range) => (format === "csv" ? CSV_LINE[form](range) : `{${json(range)}}`));
  return [...(format === "csv" ? ["addr,length,flags"] : []), ...lines].map((line) => `${line}\n`).join("");
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const joinedText = (pieces: Iterable<Uint8Array>) =>
  [...pieces].map((piece) => new TextDecoder().decode(piece)).join("");

/** What a call throws, if it does. */
function faultOf(call: () => unknown): Error | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The ranges that come until the end, or until a line is refused, and what is said of that line. */
function outcome(format: Format, pieces: Iterable<Uint8Array>) {
  const parser = new RecordParser({ format });
  const found: Exact[] = [];
  const fault = faultOf(() => {
    for (const piece of pieces) found.push(...parser.push(piece));
    found.push(...parser.end());
  });
  return { found, fault };
}

function* cut(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  const places = [0, ...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let index = 1; index < places.length; index++) yield bytes.slice(places[index - 1], places[index]);
}

describe.each(FORMATS)("%s", (format) => {
  it("is written as the oracle writes it, and read as it was", () => {
    check(500, ranges, (list) => {
      const text = joinedText(formatRecords(list, { format }));
      expect(text).toBe(textOf(format, list));
      const records = parseRecords(bytesOf(text), { format });
      expect([...records]).toEqual(list);
      expect(records.count).toBe(list.length);
      expect(joinedText(formatRecords(records, { format }))).toBe(text);
      const { addr, length, flags } = records.toColumns();
      expect([...addr].map((at, index) => ({ addr: at, length: length[index], flags: flags[index] }))).toEqual(list);
    });
  });

  it("is written in each form as the oracle writes it, and read as it was", () => {
    check(300, fc.tuple(ranges, fc.constantFrom("numbers", "hex")), ([list, form]: [Exact[], Form]) => {
      const bad = list.findIndex(({ addr, length }) => addr > SAFE || length > SAFE);
      if (format === "ndjson" && form === "numbers" && bad >= 0) {
        const fault = faultOf(() => joinedText(formatRecords(list, { format, numbers: true })));
        expect(fault).toMatchObject({ code: "NOT_EXPRESSIBLE", index: bad });
        return;
      }
      const text = joinedText(formatRecords(list, { format, ...OPTIONS[form] }));
      expect(text).toBe(textOf(format, list, form));
      expect([...parseRecords(bytesOf(text), { format })]).toEqual(list);
    });
  });

  it("a table is written as its segments are", () => {
    const short = ranges.map((list) => list.filter(({ length }) => length <= 2n ** 32n));
    check(200, short, (list) => {
      const table = SegmentTable.from(list);
      expect(joinedText(formatRecords(table, { format }))).toBe(textOf(format, list));
      const [part = new Uint8Array(0), ...more] = parseRecords(bytesOf(textOf(format, list)), { format }).parts;
      expect(part).toEqual(list.length === 0 ? new Uint8Array(0) : new Uint8Array(table.bytes));
      expect(more).toEqual([]);
    });
  });

  it("gives a mapper what the ranges give it as objects", () => {
    const some = ranges.map((list) => list.map((one) => ({ ...one, length: (one.length % 2n ** 36n) + 1n })));
    check(200, some, (list) => {
      const valid: Range[] = list.filter(({ addr, length }) => addr + length <= TOP);
      const records = parseRecords(bytesOf(textOf(format, valid as Exact[])), { format });
      const mapper = createMapperSync({ maxSegmentBytes: 3 * 2 ** 30 });
      expect(mapper.coalesce(records).equals(mapper.coalesce(valid))).toBe(true);
      expect(mapper.union(records).equals(mapper.union(valid))).toBe(true);
      mapper.close();
    });
  });

  it("is read alike wherever it is cut", () => {
    const ends = fc.constantFrom("\n", "\r\n", "\n\n", " \n");
    const pieces = fc.array(fc.nat(), { maxLength: 12 });
    check(500, fc.tuple(ranges, ends, fc.boolean(), fc.boolean(), pieces), ([list, end, isMarked, isOpen, cuts]) => {
      const lines = textOf(format, list).replaceAll("\n", end);
      const text = (isMarked ? "\ufeff" : "") + (isOpen ? lines.trimEnd() : lines);
      expect(outcome(format, cut(bytesOf(text), cuts))).toEqual({ found: list, fault: undefined });
    });
  });

  it("a bad line is named with its text, and nothing before it is lost, wherever the text is cut", () => {
    const bad = fc.constantFrom("hello", "1;2", '{"addr":1}', "é🙂,1", "0x1g,1", "1,2,3,4", "18446744073709551615,2");
    const place = fc.tuple(ranges, bad, fc.nat(), fc.array(fc.nat(), { maxLength: 12 }));
    check(500, place, ([list, line, at, cuts]) => {
      const lines = textOf(format, list).split("\n").slice(0, -1);
      const index = lines.length === 0 ? 0 : 1 + (at % lines.length);
      const bytes = bytesOf([...lines.slice(0, index), line, ...lines.slice(index)].join("\n"));
      const before = list.slice(0, Math.max(0, format === "csv" ? index - 1 : index));
      const whole = outcome(format, [bytes]);
      const { found, fault } = outcome(format, cut(bytes, cuts));
      expect(fault).toMatchObject({ code: "BAD_TEXT", index: index + 1, message: whole.fault?.message });
      // What comes in the piece of the bad line goes with the piece.
      expect(before.slice(0, found.length)).toEqual(found);
      expect(
        outcome(
          format,
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
        ),
      ).toEqual({ found: before, fault });
    });
  });
});

it("mutated text gives the same outcome whole and cut", () => {
  const seeds = fc.tuple(fc.constantFrom(...FORMATS), ranges);
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
  check(500, fc.tuple(seeds, changes, fc.array(fc.nat(), { maxLength: 8 })), ([[format, list], mutations, cuts]) => {
    const bytes = bytesOf(textOf(format, list));
    for (const [at, byte] of mutations) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    const whole = outcome(format, [bytes]);
    const { fault, found } = outcome(format, cut(bytes, cuts));
    expect(fault?.message).toBe(whole.fault?.message);
    if (fault === undefined) expect(found).toEqual(whole.found);
    const oneShot = faultOf(() => parseRecords(bytes, { format }));
    expect(oneShot?.message).toBe(fault?.message);
  });
});
