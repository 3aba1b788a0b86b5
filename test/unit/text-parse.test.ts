/** segring/text, reading: single lines, the ends of pieces, and what a parser does after it has refused a line. */
import { describe, expect, it } from "vitest";
import { columns, createMapperSync, NOMERGE } from "../../src/index.js";
import { parseRecords, RecordParser, type TextFormat } from "../../src/text/index.js";
import { any } from "../support/arguments.js";
import { blames, segringError } from "../support/blame.js";
import { thrownBy } from "../support/bytes.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (format: TextFormat, text: string, skipEmpty = false) => [
  ...parseRecords(bytesOf(text), { format, skipEmpty }),
];
const one = { addr: 0x1000n, length: 512n, flags: 0 };
const LONGEST = 65536;

describe("csv", () => {
  it.each([
    "0x1000,512",
    "4096,0x200",
    "4096,512,",
    "4096,512,0",
    " 4096\t, 512 ,0x0 ",
    "\ufeff4096,512\r\n",
    "\n\r\n \naddr,length\n\n4096,512",
    "ADDR , Length,flags\r\n4096,512,0\r\n",
    "0X1000,000512\n",
  ])("%j is one range", (text) => {
    expect(read("csv", text)).toEqual([one]);
  });

  it.each([
    ["4096", 1],
    ["4096,512\naddr,length\n", 2],
    ["addr,length\naddr,length\n", 2],
    ["\n\n4096,512,0,0", 3],
    ["4096,-1", 1],
    ["4096,512,1", 1],
    ["4096,512,8", 1],
    ["4096,512,0x100000000", 1],
    ["4096,18446744073709551616", 1],
    ["1,2\n0xffffffffffffffff,2\n3,4", 2],
    ["4096,0", 1],
    ["1,2\n4096;512", 2],
    ["1,2\r\r\n", 1],
    ["1,2\r\n3,\u0000\n", 2],
  ])("%j is refused at line %i", (text, line) => {
    expect(thrownBy(() => read("csv", text))).toEqual(segringError("BAD_TEXT", line));
  });
});

describe("ndjson", () => {
  it.each([
    '{"addr":4096,"length":512}',
    '{"length":"0x200","addr":"4096","flags":0}\r\n',
    '\n \n\ufeff{"addr":4096,"length":512}'.slice(3),
    ' { "addr" : 4096 ,\t"length" : 512 } \n\n',
  ])("%j is one range", (text) => {
    expect(read("ndjson", text)).toEqual([one]);
  });

  it.each([
    ['{"addr":4096}', 1],
    ['\n{"addr":9007199254740992,"length":1}', 2],
    ['{"addr":1,"length":2}\n{"addr":1,"length":2}x', 2],
    ['{"addr":1,"length":2,"more":3}', 1],
    ["[]", 1],
  ])("%j is refused at line %i", (text, line) => {
    expect(thrownBy(() => read("ndjson", text))).toEqual(segringError("BAD_TEXT", line));
  });
});

describe("ranges", () => {
  it("of no bytes are passed over where the call says so, and are valid but for that", () => {
    expect(read("csv", "0,0\n4096,512\n0xffffffffffffffff,0\n", true)).toEqual([one]);
    expect(thrownBy(() => read("csv", "0,0,1\n", true))).toEqual(segringError("BAD_TEXT", 1));
  });

  it("of nothing: an empty text, and a header alone", () => {
    for (const text of ["", "\n", "addr,length", "\ufeff"]) {
      const records = parseRecords(bytesOf(text), { format: "csv" });
      expect([records.count, records.parts, [...records]]).toEqual([0, [], []]);
    }
  });

  it("above 4 GiB are whole, between packed ones, and exact", () => {
    const text = "1,1\n0,4294967296,2\n0,4294967297,2\n1,18446744073709551615\n2,2\n";
    const records = parseRecords(bytesOf(text), { format: "csv" });
    expect(records.parts.map((part) => (part instanceof Uint8Array ? part.length : part.length))).toEqual([
      32,
      4294967297n,
      18446744073709551615n,
      16,
    ]);
    expect([...records].map(({ length }) => length)).toEqual([1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 64n - 1n, 2n]);
    expect(records.toColumns().flags).toEqual(Uint32Array.of(0, 2, 2, 0, 0));
  });

  it("that never join are cut as one, not piece by piece", () => {
    const records = parseRecords(bytesOf(`0,${10 * 2 ** 30},${NOMERGE}\n`), { format: "csv" });
    using mapper = createMapperSync({ maxSegmentBytes: 3 * 2 ** 30 });
    const sizes = [3, 3, 3, 1].map((size) => size * 2 ** 30);
    expect([...mapper.coalesce(records)].map(({ length }) => length)).toEqual(sizes);
    expect([...mapper.coalesce(columns(records.toColumns()))].map(({ length }) => length)).toEqual(sizes);
  });

  it("that no memory holds are refused at once", () => {
    const records = parseRecords(bytesOf("1,1\n4096,0xfffffffffffff000\n"), { format: "csv" });
    using mapper = createMapperSync({ maxSegmentBytes: 4096 });
    expect(thrownBy(() => mapper.coalesce(records))).toEqual(segringError("OUT_OF_MEMORY"));
  });

  it("of many lines come in several parts, in order", () => {
    const count = 200_000;
    const text = Array.from({ length: count }, (_, index) => `${index},1`).join("\n");
    const records = parseRecords(bytesOf(text), { format: "csv" });
    expect(records.count).toBe(count);
    let next = 0n;
    for (const { addr } of records) if (addr !== next++) expect.fail(`expected ${next - 1n}, got ${addr}`);
    expect(next).toBe(BigInt(count));
  });
});

describe("RecordParser", () => {
  it("takes memory that threads share, and keeps none of a piece", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(10));
    shared.set(bytesOf("4096,512\n1"));
    const parser = new RecordParser({ format: "csv" });
    expect([...parser.push(shared)]).toEqual([one]);
    shared.fill(0);
    expect([...parser.push(bytesOf("0,7"))]).toEqual([]);
    expect([...parser.end()]).toEqual([{ addr: 10n, length: 7n, flags: 0 }]);
  });

  it("gives records that later pieces, and whoever transfers them, leave alone", () => {
    const parser = new RecordParser({ format: "csv" });
    const [first] = parser.push(bytesOf("4096,512\n")).parts as Uint8Array<ArrayBuffer>[];
    structuredClone(first?.buffer, { transfer: [first?.buffer as ArrayBuffer] });
    expect([...parser.push(bytesOf("4096,512\n"))]).toEqual([one]);
  });

  it("says the first bad line again and again, and takes no more", () => {
    const parser = new RecordParser({ format: "csv" });
    parser.push(bytesOf("1,1\n"));
    const fault = thrownBy(() => parser.push(bytesOf("2,2\nx\ny\n")));
    expect(fault).toEqual(segringError("BAD_TEXT", 3));
    expect(thrownBy(() => parser.push(bytesOf("4,4\n")))).toBe(fault);
    expect(thrownBy(() => parser.end())).toBe(fault);
  });

  it("goes on after what is no piece", () => {
    const parser = new RecordParser({ format: "csv" });
    parser.push(bytesOf("4096,"));
    for (const wrong of ["512", undefined, [53], new Uint16Array(1)]) {
      expect(thrownBy(() => parser.push(any(wrong)))).toEqual(blames(TypeError, "piece"));
    }
    parser.push(bytesOf("512"));
    expect([...parser.end()]).toEqual([one]);
  });

  it("is closed after the end", () => {
    const parser = new RecordParser({ format: "ndjson" });
    parser.end();
    for (const call of [() => parser.push(bytesOf("")), () => parser.end()]) {
      expect(thrownBy(call)).toEqual(segringError("CLOSED"));
    }
  });

  it.each([1, 7, LONGEST - 1, LONGEST, 2 ** 20])(
    "refuses a line of more than 65536 characters after the bad line before it, in pieces of %i",
    (size) => {
      const faultOf = (text: string) => {
        const bytes = bytesOf(text);
        const parser = new RecordParser({ format: "csv" });
        try {
          for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
          parser.end();
          return undefined;
        } catch (error) {
          return error;
        }
      };
      const long = `1,${"0".repeat(LONGEST - 3)}1`;
      expect(faultOf(`1,1\n${long}\n`)).toBe(undefined);
      expect(faultOf(`1,1\n0${long}\n`)).toEqual(segringError("BAD_TEXT", 2));
      expect(faultOf(`1,1\n0${long}`)).toEqual(segringError("BAD_TEXT", 2));
      expect(faultOf(`bad\n0${long}\n`)).toEqual(segringError("BAD_TEXT", 1));
    },
  );

  it.each(["jsn", "CSV", "", "toString"])("knows no format %j", (format) => {
    expect(thrownBy(() => new RecordParser({ format: any(format) }))).toEqual(blames(RangeError, "format"));
    expect(thrownBy(() => parseRecords(bytesOf(""), { format: any(5) }))).toEqual(blames(TypeError, "format"));
  });
});
