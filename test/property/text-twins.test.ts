/**
 * The readers of text against each other: the kernel, its twin in JavaScript and the grammar alone, line by line, give the
 * same ranges and the same first fault, message and place, wherever the text is cut. The writers give the same bytes.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SegmentTable, SegringError } from "../../src/index.js";
import { RangeFault } from "../../src/text/fault.js";
import { grammarOf } from "../../src/text/grammars.js";
import { formatRecords, RecordParser } from "../../src/text/index.js";
import { decodeLine, decodeStart } from "../../src/text/line-text.js";
import { hasBytes } from "../../src/text/range.js";
import { RecordText } from "../../src/text/record-text.js";
import { check, runs, seed } from "../support/check.js";
import { Random } from "../support/random.js";
import { type MadeText, makeText } from "../support/text-lines.js";

type Options = Pick<MadeText, "format" | "columns"> & { readonly skipEmpty: boolean };

/** The ranges, a line each, and the message of the first fault as the last. */
function read(bytes: Uint8Array, options: Options, engine: "wasm" | "js", cuts: readonly number[]): string[] {
  const found: string[] = [];
  const take = (ranges: Iterable<{ addr: bigint; length: bigint; flags: number }>) => {
    for (const { addr, length, flags } of ranges) found.push(`${addr},${length},${flags}`);
  };
  try {
    const parser = new RecordParser({ ...options, engine });
    let from = 0;
    for (const end of [...cuts, bytes.length]) {
      take(parser.push(bytes.subarray(from, end)));
      from = end;
    }
    take(parser.end());
  } catch (error) {
    if (!(error instanceof SegringError)) throw error;
    found.push(error.message);
  }
  return found;
}

/** The same by the grammar alone: each line as text. */
function readLines(bytes: Uint8Array, { format, columns, skipEmpty }: Options): string[] {
  const grammar = grammarOf(format, columns);
  const found: string[] = [];
  let number = 0;
  for (let from = 0; from < bytes.length; ) {
    const lf = bytes.indexOf(0x0a, from);
    const next = lf < 0 ? bytes.length : lf + 1;
    const end = lf < 0 ? bytes.length : lf;
    const line = bytes.subarray(from, end > from && bytes[end - 1] === 0x0d ? end - 1 : end);
    from = next;
    number++;
    try {
      const range = grammar.parse(number === 1 ? decodeStart(line) : decodeLine(line));
      if (range !== undefined && hasBytes(range, skipEmpty)) {
        found.push(`${BigInt(range.addr)},${BigInt(range.length)},${range.flags}`);
      }
    } catch (error) {
      if (!(error instanceof RangeFault)) throw error;
      found.push(`line ${number}, column ${error.at + 1}: ${error.message}`);
      return found;
    }
  }
  return found;
}

const isFault = (line: string | undefined) => line?.startsWith("line ") ?? false;

it("reads like its twin and like the grammar (10^6 lines in npm run test:heavy), and all refuse the same first line", () => {
  const random = new Random(seed);
  // A tenth of the runs would take as long as all other suites.
  const wanted = runs(100) < 100 ? runs(100_000) : 1_000_000;
  let [lines, faults] = [0, 0];
  const isValid = (head: string, line: string, text: Pick<MadeText, "format" | "columns">) =>
    !isFault(readLines(new TextEncoder().encode(`${head}\n${line}`), { ...text, skipEmpty: false }).at(-1));
  while (lines < wanted) {
    const text = makeText(random, isValid, 8);
    const options = { format: text.format, columns: text.columns, skipEmpty: random.once(4) };
    const all = readLines(text.bytes, options);
    const cuts = Array.from({ length: random.integer(0, 3) }, () => random.integer(0, text.bytes.length));
    cuts.sort((a, b) => a - b);
    for (const engine of ["wasm", "js"] as const) {
      for (const found of [read(text.bytes, options, engine, []), read(text.bytes, options, engine, cuts)]) {
        // Of a piece in which a line is refused nothing is given.
        const given = isFault(all.at(-1)) ? [...all.slice(0, found.length - 1), all.at(-1)] : all;
        if (found.join("\n") === given.join("\n")) continue;
        expect(found, JSON.stringify({ ...options, text: new TextDecoder().decode(text.bytes) })).toEqual(given);
      }
    }
    lines += text.lines;
    if (isFault(all.at(-1))) faults++;
  }
  expect(faults).toBeGreaterThan(wanted / 600);
});

describe("writes like its twin", () => {
  const word = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 100n }), powers());
  const record = fc.record({
    addr: word,
    length: fc.oneof(fc.integer({ min: 1, max: 2 ** 32 }), fc.constantFrom(1, 9, 10, 99_999_999, 100_000_000, 2 ** 32)),
    flags: fc.oneof(
      fc.constant(0),
      fc.constantFrom(2, 4, 6, 0xffff_ff06),
      fc.integer({ min: 0, max: 255 }).map((n) => n << 8),
    ),
  });
  const tables = fc.array(record, { maxLength: 60 }).map((list) =>
    SegmentTable.from(
      list.map(({ addr, length, flags }) => ({
        addr: addr > 2n ** 64n - BigInt(length) ? 2n ** 64n - BigInt(length) : addr,
        length,
        flags: flags >>> 0,
      })),
    ),
  );
  const forms = ["exact", "numbers", "hex"] as const;

  it.each(forms)("CSV and NDJSON, %s", (form) => {
    check(300, tables, (table) => {
      for (const [format, comma] of [
        ["csv", false],
        ["ndjson", false],
        ["ndjson", true],
      ] as const) {
        const made = (["wasm", "js"] as const).map((engine) => {
          try {
            return new TextDecoder().decode(new RecordText(format, form, engine, comma).bytes(table.words));
          } catch (error) {
            return (error as SegringError).message;
          }
        });
        expect(made[0]).toBe(made[1]);
      }
    });
  });

  it("any number of records, whose text is read again", () => {
    for (const count of [0, 1, 383, 384, 385, 8191, 8192, 8193, 20_000]) {
      const table = SegmentTable.from(Array.from({ length: count }, (_, at) => ({ addr: at * 8192, length: 4096 })));
      for (const format of ["csv", "ndjson"] as const) {
        const text = textOf(formatRecords(table, { format, engine: "wasm" }));
        expect(text).toBe(textOf(formatRecords(table, { format, engine: "js" })));
        const head = format === "csv" ? "addr,length,flags\n" : "";
        expect(head + textOf([new RecordText(format, "exact", "wasm").bytes(table.words)])).toBe(text);
        const parser = new RecordParser({ format, engine: "wasm" });
        const ranges = [...parser.push(new TextEncoder().encode(text)), ...parser.end()];
        expect(SegmentTable.from(ranges).words.join()).toBe(table.words.join());
      }
    }
  });
});

function textOf(pieces: Iterable<Uint8Array>): string {
  const decoder = new TextDecoder();
  return [...pieces].map((piece) => decoder.decode(piece, { stream: true })).join("");
}

/** Numbers where the digits become more. */
function powers(): fc.Arbitrary<bigint> {
  return fc
    .tuple(fc.constantFrom(2n, 10n, 16n), fc.integer({ min: 0, max: 63 }), fc.bigInt({ min: -1n, max: 1n }))
    .map(([base, exponent, by]) => {
      const value = base ** BigInt(exponent) + by;
      return value < 0n ? 0n : value > 2n ** 64n - 1n ? 2n ** 64n - 1n : value;
    });
}
