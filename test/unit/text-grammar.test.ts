/** The grammar of texts: which column is what, how fields are separated and quoted, and the place of what is refused. */
import { describe, expect, it } from "vitest";
import { SegringError } from "../../src/index.js";
import { type ParseOptions, parseRecords, RecordParser } from "../../src/text/index.js";
import { throws } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";

const encode = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options: Partial<ParseOptions> = {}) =>
  [...parseRecords(encode(text), { format: "csv", ...options })].map(({ addr, length, flags }) => [
    addr,
    length,
    flags,
  ]);
/** Where a text is refused, and of what the message begins. */
const refused = (bytes: Uint8Array | string, options: Partial<ParseOptions> = {}) => {
  const text = typeof bytes === "string" ? encode(bytes) : bytes;
  const error = thrownBy(() => parseRecords(text, { format: "csv", ...options }));
  expect(error).toBeInstanceOf(SegringError);
  expect((error as SegringError).code).toBe("BAD_TEXT");
  const [, line, column, message] = /^line (\d+), column (\d+): (.*)$/s.exec((error as Error).message) ?? [];
  expect((error as SegringError).index).toBe(Number(line));
  return [Number(line), Number(column), message];
};
const range = [4096n, 512n, 0];

describe("headers", () => {
  it.each([
    "addr,length\n4096,512",
    "offset,length\n4096,512",
    "address,size\n4096,512",
    "start,len\n4096,512",
    "start,end\n4096,4608",
    "END,Start\n4608,4096",
    "flags,length,start\n0,512,4096",
    "name,start,kind,length\nram,4096,x,512",
    "name,start,length,comment\nram,4096,512",
    "start;length;name\n4096;512;a,b",
    "chrom\tstart\tend\nchr1\t4096\t4608",
    '"start","end"\n"4096","4608"',
    'name,start,end\n"a, ""b"", c",4096,4608',
    "# made by hand\n\n \t\n# start,end\nstart,end\n# in between\n4096,4608\n",
    "\ufeffstart,end\r\n4096,4608\r\n\r\n",
    " start , end \n 4096 ,\t4608 ",
  ])("%j", (text) => {
    expect(read(text)).toEqual([range]);
    expect(read(text, { engine: "wasm" })).toEqual([range]);
  });

  it("an end may be 2^64, and the last byte is inside", () => {
    const last = 2n ** 64n - 1n;
    for (const end of ["18446744073709551616", "0x10000000000000000"]) {
      expect(read(`start,end\n${last},${end}\n1,${end}`)).toEqual([
        [last, 1n, 0],
        [1n, last, 0],
      ]);
    }
  });

  it.each([
    ["length,flags\n1,2", 1, 1, "expected a column addr, address, offset or start"],
    ["start,flags\n1,2", 1, 1, "expected a column length, len, size or end"],
    ["start,offset,length\n1,2,3", 1, 7, 'expected one column for addr, got "offset"'],
    ["start,length,end\n1,2,3", 1, 14, 'expected either a length or an end, got "end"'],
    ["addr,length\n1,2,4", 2, 5, "expected addr,length, got"],
    ["start,end\n5,4", 2, 3, "end expected addr or more, got 4 with addr 5"],
    ["start,end\n0,0", 2, 3, "length expected 1 or more"],
    ["start,end\n0,18446744073709551616", 2, 3, "length expected up to 2^64 - 1"],
    ["start,end\n1,18446744073709551617", 2, 3, "end expected an integer from 0 to 2^64"],
    ["name,start,end\nx,1", 2, 1, "expected name,start,end, got"],
    ["start,end\n\n1,9\n 2 , x", 4, 6, 'end expected an integer from 0 to 2^64, decimal or 0x…, got "x"'],
    ["start,end\nstart,end", 2, 1, "addr expected"],
  ])("%j is refused at line %i, column %i", (text, line, column, message) => {
    for (const engine of ["wasm", "js"] as const) {
      expect(refused(text, { engine })).toEqual([line, column, expect.stringContaining(message)]);
    }
  });
});

describe("columns that the caller names", () => {
  it.each([
    ["start,end", "4096,4608"],
    ["name,start,end", "chr1\t4096\t4608"],
    ["length,start", "512,4096"],
    ["start;end", "4096,4608"],
    ["chrom,start,end", "chrom\tchromStart\tchromEnd\nchr1\t4096\t4608"],
    ["start,end,flags", "start,length,x\n4096,4608,0"],
  ])("%s: %j", (columns, text) => {
    expect(read(text, { columns })).toEqual([range]);
  });

  it("makes no range, or is of another format: an error before anything is read", () => {
    const parse = (columns: unknown, format = "csv") => new RecordParser({ format, columns } as ParseOptions);
    throws(() => parse("start"), RangeError, "columns");
    throws(() => parse("name,end"), RangeError, "columns");
    throws(() => parse("start,start,end"), RangeError, "columns");
    throws(() => parse(3), TypeError, "columns");
    expect(thrownBy(() => parse("start,end", "ndjson"))).toBeInstanceOf(RangeError);
  });
});

describe("quotes", () => {
  it.each([
    ['"1,2', 1, 1, "expected a closing quote"],
    ['1,"2', 1, 3, "expected a closing quote"],
    ['1,"2"3', 1, 6, 'expected "," or the end of the line'],
    ['1,"2"",3', 1, 3, "expected a closing quote"],
    ['1,"2\n3"', 1, 3, "expected a closing quote"],
  ])("%j is refused at line %i, column %i", (text, line, column, message) => {
    expect(refused(text)).toEqual([line, column, expect.stringContaining(message)]);
  });
});

describe("separators", () => {
  it("are those of the first line", () => {
    expect(read("1\t2\n3\t4")).toEqual(read("1;2\n3;4"));
    expect(refused("1\t2\n3,4")[0]).toBe(2);
    expect(refused("1,2\n3;4")[0]).toBe(2);
    // A tab next to another separator is a blank.
    expect(read(" 1\t,\t2\n3,4")).toEqual(read("1,2\n3,4"));
  });
});

describe("what is no text of ranges is refused at its first such character", () => {
  it.each([
    ["a NUL", encode("1,2\n3,4\0\n"), 2, 4, "expected text, got a NUL byte"],
    ["a NUL in a comment", encode("1,2\n# \0\n"), 2, 3, "NUL"],
    ["UTF-16 with its mark", Uint8Array.of(0xff, 0xfe, 0x31, 0, 0x2c, 0, 0x32, 0), 1, 1, "UTF-16"],
    ["UTF-16, the other way", Uint8Array.of(0xfe, 0xff, 0, 0x31, 0, 0x2c), 1, 1, "UTF-16"],
    ["UTF-16 without a mark", Uint8Array.of(0x31, 0, 0x2c, 0, 0x32, 0, 0x0a, 0), 1, 2, "NUL"],
    ["bytes that are no UTF-8", Uint8Array.of(0x31, 0x2c, 0x32, 0x0a, 0x23, 0xc3, 0xa9, 0xff, 0x0a), 2, 3, "0xff"],
    ["a character that is cut off", Uint8Array.of(0x23, 0x20, 0xe2, 0x82), 1, 3, "0xe2"],
    ["a character that is cut off by another", Uint8Array.of(0x23, 0xe2, 0x82, 0x41, 0x0a), 1, 2, "0xe2"],
    ["a surrogate", Uint8Array.of(0x23, 0xed, 0xa0, 0x80, 0x0a), 1, 2, "0xed"],
  ])("%s", (_name, bytes, line, column, message) => {
    for (const engine of ["wasm", "js"] as const) {
      expect(refused(bytes, { engine })).toEqual([line, column, expect.stringContaining(message)]);
    }
  });

  it.each(["1", " ", "#", "\0", "é", "x"])(
    "a line without end of %j, after one piece more than a line may have",
    (filler) => {
      for (const format of ["csv", "ndjson"] as const) {
        const piece = encode(filler.repeat(32_768));
        const parser = new RecordParser({ format });
        let given = 0;
        const error = thrownBy(() => {
          // 4 GiB, if nobody refused them.
          for (; given < 2 ** 32; given += piece.byteLength) parser.push(piece);
        });
        expect((error as Error).message).toBe("line 1, column 65537: expected at most 65536 bytes, got more");
        expect(given).toBeLessThanOrEqual(65_536);
      }
    },
  );

  it("a line has up to 65536 bytes, with either end, and wherever it is cut", () => {
    const line = `${"0".repeat(65_531)}1,4096`;
    expect(line).toHaveLength(65_536 + 1);
    for (const engine of ["wasm", "js"] as const) {
      for (const end of ["\n", "\r\n", ""]) {
        expect(read(`1,2\n${line.slice(1)}${end}`, { engine })).toHaveLength(2);
        expect(refused(`1,2\n${line}${end}`, { engine }).slice(0, 2)).toEqual([2, 65_537]);
      }
      const parser = new RecordParser({ format: "csv", engine });
      const bytes = encode(`${line.slice(1)}\r\n7,8\n`);
      const ranges = [65_535, 65_536, 65_537, 65_538].reduce((count, end, index, ends) => {
        return count + parser.push(bytes.subarray(index === 0 ? 0 : ends[index - 1], end)).count;
      }, 0);
      expect(ranges + parser.push(bytes.subarray(65_538)).count).toBe(2);
    }
  });
});

it("numbers whose end lies just behind the bytes that a kernel looks at", () => {
  for (let addr = 1; addr <= 20; addr++) {
    for (let length = 1; length <= 40; length++) {
      const line = `${"0".repeat(addr - 1)}7,${"0".repeat(length - 1)}9`;
      for (const end of ["\n", "\r\n", ",2\n", ",0x2\n"]) {
        const text = `1,2\n${line}${end}5,6\n`;
        const flags = end.includes("2") ? 2 : 0;
        expect(read(text, { engine: "wasm" })).toEqual([
          [1n, 2n, 0],
          [7n, 9n, flags],
          [5n, 6n, 0],
        ]);
      }
    }
  }
});

it("many lines in one piece, and lines of both ways in turn", () => {
  const lines = Array.from(
    { length: 50_000 },
    (_, at) => `${at * 8192},${at % 3 === 0 ? " 4096 " : "4096"}${at % 5 === 0 ? ",0x200" : ""}`,
  );
  lines[20_000] = "0,8589934592";
  lines[30_000] = "# a comment";
  const text = lines.join("\n");
  const [wasm, js] = [read(text, { engine: "wasm" }), read(text, { engine: "js" })];
  expect(wasm.length).toBe(49_999);
  expect(wasm[20_000]).toEqual([0n, 8_589_934_592n, 0]);
  expect(wasm.join("\n")).toBe(js.join("\n"));
});
