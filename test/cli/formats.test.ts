import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMapperSync, packedRecords, pageFrames, type Range, SegmentTable } from "../../src/index.js";
import { parseFilefrag, parseIomem, parseMaps } from "../../src/node/index.js";
import { says } from "../support/blame.js";
import { cli, DATA, frames, records, SAMPLE } from "./support.js";

const TOP = 2n ** 64n;
/** Ranges at every width of number: small, above 2^32, above 2^53, and the last byte there is. */
const WIDE: Range[] = [
  { addr: 0n, length: 1n },
  { addr: 4096n, length: 2n ** 32n, flags: 4 },
  { addr: 2n ** 53n - 1n, length: 1n },
  { addr: 2n ** 53n + 1n, length: 4096n, flags: 0x100 },
  { addr: 0xffffffffff600000n, length: 4096n },
  { addr: TOP - 2n, length: 1n, flags: 2 },
  { addr: TOP - 1n, length: 1n, flags: 0xffffff06 },
];

/** What the library makes of them. */
function mapped(ranges: Iterable<Range>, options = {}): Buffer {
  return Buffer.from(createMapperSync(options).coalesce(ranges).bytes);
}

/** `map --to records`, which must succeed. */
async function mapRecords(words: readonly string[], stdin: string | Uint8Array = ""): Promise<Buffer> {
  const { code, stderr, bytes } = await cli(["map", ...words, "--to", "records"], { stdin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return bytes;
}

describe("pfn64", () => {
  test.each([
    [SAMPLE, 318],
    [join(DATA, "mixed14-1g.pfn64.gz"), 38037],
    [join(DATA, "mixed45-1g.pfn64.gz"), 119267],
    [join(DATA, "scattered-1g.pfn64.gz"), 260288],
    [join(DATA, "isolated-512m.pfn64.gz"), 131072],
  ])("%s: %d runs, by every engine, as the library has them", async (file, runs) => {
    const unpacked = gunzipSync(readFileSync(file));
    const pfns = new BigUint64Array(unpacked.buffer, unpacked.byteOffset, unpacked.length / 8);
    const expected = createMapperSync().coalesce(pageFrames(pfns));
    expect(expected.length).toBe(runs);
    for (const engine of ["auto", "wasm", "js"]) {
      const bytes = await mapRecords([file, "--engine", engine]);
      expect(bytes.equals(expected.bytes)).toBe(true);
    }
    const table = await cli(["map", file]);
    expect(table.stdout.split("\n").at(-2)).toBe(`${runs} segments, ${pfns.length === 262144 ? "1 GiB" : "512 MiB"}`);
    expect(table.stdout.split("\n").length).toBe(runs + 3);
  });

  test.each([0, 1, 9, 12, 21, 30, 31])("pages of 2^%d bytes are those of pageFrames, up to the last", async (shift) => {
    const pageBytes = 2 ** shift;
    const last = (TOP >> BigInt(shift)) - 1n;
    const pfns = BigUint64Array.from([
      ...[0n, 1n, 2n, last - 1n, last, 5n, 6n, 0x1234567n, 0x1234568n],
      ...[0x7fffffffn, 0x80000000n, 0xffffffffn, 0x100000000n, last >> 1n].map((pfn) => pfn & last),
    ]);
    const expected = createMapperSync().coalesce(pageFrames(pfns, { pageBytes }));
    const bytes = await mapRecords(["--from", "pfn64", "--page-bytes", String(pageBytes)], frames(...pfns));
    expect(bytes).toEqual(Buffer.from(expected.bytes));
  });

  test("a frame whose page is past 2^64 is refused with its number, also in a later batch", async () => {
    const many = new BigUint64Array(20000).fill(7n);
    many[19999] = 2n ** 52n;
    const { code, stderr } = await cli(["map", "--from", "pfn64"], { stdin: frames(...many) });
    expect(stderr).toEqual(says("stdin: record 20000"));
    expect(code).toBe(1);
  });

  test.each([
    [1, 1],
    [8 * 300 + 7, 7],
  ])("%d bytes are %d over", async (size, over) => {
    const { code, stderr, stdout } = await cli(["map", "--from", "pfn64"], { stdin: new Uint8Array(size) });
    expect(stderr).toEqual(says("stdin", `${size} bytes`, `${over} over`));
    expect({ code, over: stdout.includes("segments,") }).toEqual({ code: 1, over: false });
  });

  test("chunks that lie anywhere in their memory give the same", async () => {
    const pfns = frames(7n, 8n, 9n, 2n ** 40n);
    const expected = await mapRecords(["--from", "pfn64"], pfns);
    for (const offset of [1, 4, 8]) {
      async function* shifted() {
        yield new Uint8Array(Buffer.concat([Buffer.alloc(offset), pfns])).subarray(offset);
      }
      const { bytes } = await cli(["map", "--from", "pfn64", "--to", "records"], { stdin: shifted() });
      expect(bytes).toEqual(expected);
    }
  });

  test("chunks of any size give the same", async () => {
    const unpacked = gunzipSync(readFileSync(SAMPLE)).subarray(0, 80_000);
    async function* pieces() {
      for (let from = 0, size = 1; from < unpacked.length; from += size, size = (size % 1000) + 1) {
        yield unpacked.subarray(from, from + size);
      }
    }
    const { bytes } = await cli(["map", "--from", "pfn64", "--to", "records"], { stdin: pieces() });
    expect(bytes).toEqual(await mapRecords(["--from", "pfn64"], unpacked));
  });
});

describe("records", () => {
  test("are mapped under the limits", async () => {
    const input = records([0n, 0, 1], [0x1_0000_0000n, 4096], [0x1_0000_1000n, 4096, 4], [TOP - 4096n, 4096]);
    for (const [words, limits] of [
      [[], {}],
      [["--max", "1GiB"], { maxSegmentBytes: 2 ** 30 }],
      [["--max", "0xFFFFF000", "--align", "4096"], { maxSegmentBytes: 0xfffff000, alignmentBytes: 4096 }],
      [["--boundary", "64MiB"], { boundaryBytes: 2n ** 26n }],
      [["--boundary", "8EiB"], { boundaryBytes: 2n ** 63n }],
    ] as const) {
      const expected = createMapperSync(limits).coalesce(packedRecords(input));
      expect(await mapRecords(["--from", "records", ...words], input)).toEqual(Buffer.from(expected.bytes));
    }
  });

  test.each([1, 15, 17, 4096 * 16 + 8])("%d bytes are refused with the count", async (size) => {
    const input = Buffer.alloc(size);
    for (let at = 8; at + 8 <= size; at += 16) input.writeUInt32LE(1, at);
    const { code, stderr } = await cli(["map", "--from", "records"], { stdin: input });
    expect(stderr).toEqual(says("stdin", `${size} bytes`, `${size % 16} over`));
    expect(code).toBe(1);
  });

  test.each([
    ["a zeroed one", [0n, 0, 0], "length"],
    ["reserved flags", [0n, 1, 0x20], "flags"],
    ["FULL with a len", [0n, 1, 1], "len"],
    ["an end past 2^64", [TOP - 1n, 2, 0], "addr + length"],
  ] as const)("%s is refused with its number, counted from the start of the file", async (_name, bad, fault) => {
    const good = Buffer.alloc(30_000 * 16, records([4096n, 4096]));
    const { code, stderr } = await cli(["map", "--from", "records"], {
      stdin: Buffer.concat([good, records(bad), good]),
    });
    expect(stderr).toEqual(says(`stdin: record 30001: ${fault}`));
    expect(code).toBe(1);
  });

  test("--skip-empty passes over records of length 0, and over nothing else", async () => {
    const good = [0x1000n, 4096, 0x100] as const;
    const input = records([0n, 0], good, [0x9999n, 0, 6], [0x2000n, 0, 1], [5n, 0]);
    const expected = mapped([
      { addr: 0x1000n, length: 4096, flags: 0x100 },
      { addr: 0x2000n, length: 2 ** 32 },
    ]);
    expect(await mapRecords(["--from", "records", "--skip-empty"], input)).toEqual(expected);
    const { stderr } = await cli(["map", "--from", "records", "--skip-empty"], {
      stdin: Buffer.concat([input, records([1n, 0, 0x80])]),
    });
    expect(stderr).toEqual(says("stdin: record 6: flags"));
  });
});

describe("text round trips", () => {
  test.each(["csv", "ndjson", "json"])("%s: what is written reads back exactly", async (format) => {
    const expected = mapped(WIDE);
    const { stdout, code } = await cli(["map", "--from", "records", "--to", format], { stdin: expected });
    expect(code).toBe(0);
    expect(await mapRecords(["--from", format], stdout)).toEqual(expected);
    // By content, too.
    expect(await mapRecords([], stdout)).toEqual(expected);
    const again = await cli(["map", "--from", format, "--to", format], { stdin: stdout });
    expect(again.stdout).toBe(stdout);
  });

  test("the text itself", async () => {
    const stdin = mapped(WIDE);
    const csv = await cli(["map", "--from", "records", "--to", "csv"], { stdin });
    expect(csv.stdout).toBe(`addr,length,flags
0x0,1,0x0
0x1000,4294967296,0x4
0x1fffffffffffff,1,0x0
0x20000000000001,4096,0x100
0xffffffffff600000,4096,0x0
0xfffffffffffffffe,1,0x2
0xffffffffffffffff,1,0xffffff06
`);
    const ndjson = await cli(["map", "--from", "records", "--to", "ndjson"], { stdin });
    expect(ndjson.stdout).toBe(`{"addr":"0","length":1}
{"addr":"4096","length":4294967296,"flags":4}
{"addr":"9007199254740991","length":1}
{"addr":"9007199254740993","length":4096,"flags":256}
{"addr":"18446744073699065856","length":4096}
{"addr":"18446744073709551614","length":1,"flags":2}
{"addr":"18446744073709551615","length":1,"flags":4294967046}
`);
    const json = await cli(["map", "--from", "records", "--to", "json"], { stdin });
    expect(json.stdout).toBe(`[\n${ndjson.stdout.trim().replaceAll("\n", ",\n")}\n]\n`);
    expect(JSON.parse(json.stdout)).toHaveLength(7);
    const table = await cli(["map", "--from", "records", "--to", "table"], { stdin });
    expect(table.stdout).toBe(`address                   size B  flags
0x0000000000000000             1  -
0x0000000000001000    4294967296  BUS
0x001fffffffffffff             1  -
0x0020000000000001          4096  tag 0x1
0xffffffffff600000          4096  -
0xfffffffffffffffe             1  NOMERGE
0xffffffffffffffff             1  NOMERGE BUS tag 0xffffff
7 segments, 4 GiB (4294975492 bytes)
`);
  });

  test("any ranges, decimal or hexadecimal, number or string, give what the library gives", async () => {
    const u64 = fc.oneof(
      fc.bigInt({ min: 0n, max: 64n }),
      fc.bigInt({ min: 2n ** 32n - 4n, max: 2n ** 32n + 4n }),
      fc.bigInt({ min: 2n ** 53n - 4n, max: 2n ** 53n + 4n }),
      fc.bigInt({ min: 0n, max: TOP - 1n }),
    );
    const range = fc
      .record({ addr: u64, length: u64, flags: fc.constantFrom(0, 2, 4, 6, 0x100, 0xffffff00), hex: fc.boolean() })
      .map(({ addr, length, ...rest }) => {
        const most = TOP - addr;
        // Not so long that the list of segments is.
        const short = length % 2n ** 34n || 1n;
        return { addr, length: short < most ? short : most, ...rest };
      });
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 20 }), async (ranges) => {
        const text = (value: bigint | number, hex: boolean) => (hex ? `0x${value.toString(16)}` : String(value));
        const json = (value: bigint, hex: boolean) =>
          value < 2n ** 53n && !hex ? String(value) : JSON.stringify(text(value, hex));
        const csv = ranges.map(
          ({ addr, length, flags, hex }) => `${text(addr, hex)},${text(length, !hex)},${text(flags, hex)}\n`,
        );
        const objects = ranges.map(
          ({ addr, length, flags, hex }) =>
            `{"addr":${json(addr, hex)},"flags":${flags}, "length" : ${json(length, !hex)}}`,
        );
        const expected = mapped(ranges.map(({ addr, length, flags }) => ({ addr, length, flags })));
        expect(await mapRecords(["--from", "csv"], csv.join(""))).toEqual(expected);
        expect(await mapRecords(["--from", "ndjson"], objects.join("\n"))).toEqual(expected);
        expect(await mapRecords(["--from", "json"], `[${objects.join(",")}]`)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test("text in pieces of one byte gives the same", async () => {
    const stdin = mapped(WIDE);
    for (const format of ["csv", "ndjson", "json"]) {
      const { bytes } = await cli(["map", "--from", "records", "--to", format], { stdin });
      async function* pieces() {
        for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
      }
      const again = await cli(["map", "--from", format, "--to", "records"], { stdin: pieces() });
      expect(again.bytes).toEqual(stdin);
    }
  });
});

describe("csv", () => {
  test.each([
    ["no header", "4096,8192\n"],
    ["a header", "addr,length\n4096,8192\n"],
    ["a header of three", "addr,length,flags\n4096,8192,0\n"],
    ["capitals and spaces", " Addr , Length \n 0X1000 ,\t8192 \n"],
    ["CRLF", "addr,length\r\n4096,8192\r\n"],
    ["no last newline", "4096,8192"],
    ["blank lines", "\n\n  \naddr,length\n\n4096,8192\n\n"],
    ["a byte order mark", "\ufeffaddr,length\n4096,8192\n"],
    ["an empty last field", "addr,length,flags\n4096,8192,\n"],
    ["leading zeros", "00000000000000000000004096,0x00000000000000000000002000\n"],
  ])("%s", async (_name, text) => {
    expect(await mapRecords(["--from", "csv"], text)).toEqual(mapped([{ addr: 4096, length: 8192 }]));
  });

  test.each([
    ["0,1\nhello\n", "line 2"],
    ["0,1\n\n2,3,0,4\n", "line 3"],
    ["0,1\naddr,length\n", "line 2: addr"],
    ["0,4KiB\n", "line 1: length"],
    ["0,\n", "line 1: length"],
    ["-1,1\n", "line 1: addr"],
    ["1.5,1\n", "line 1: addr"],
    ["1e3,1\n", "line 1: addr"],
    ["0x,1\n", "line 1: addr"],
    ["0xfg,1\n", "line 1: addr"],
    ["ff,1\n", "line 1: addr"],
    ["1:,1\n", "line 1: addr"],
    ["0x1:,1\n", "line 1: addr"],
    ["18446744073709551616,1\n", "line 1: addr"],
    ["0,0x10000000000000000\n", "line 1: length"],
    ["0,1,x\n", "line 1: flags"],
    ["0,1,1\n", "line 1: flags"],
    ["0,1,0x20\n", "line 1: flags"],
    ["0,1,0x100000000\n", "line 1: flags"],
    ["0,1\n5,0\n", "line 2: length"],
    ["0xffffffffffffffff,2\n", "line 1: addr + length"],
    [`0,1\n${"x".repeat(200)}\n`, "line 2"],
    [`0,1\n${"1".repeat(70_000)}\n`, "line 2"],
    [`0,1\n${"1".repeat(400_000)}`, "line 2"],
  ])("%j", async (text, message) => {
    const { code, stderr, stdout } = await cli(["map", "--from", "csv", "--to", "csv"], { stdin: text });
    expect(stderr).toEqual(says(placed("stdin", message)));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });

  test("lines are counted over all pieces", async () => {
    const text = `${"0,1\n".repeat(100_000)}oops\n`;
    const { stderr } = await cli(["map", "--from", "csv", "--to", "csv"], { stdin: text });
    expect(stderr).toEqual(says("stdin: line 100001"));
  });

  test("--skip-empty", async () => {
    const bytes = await mapRecords(
      ["--from", "csv", "--skip-empty"],
      "5,0\n4096,4096\n0xffffffffffffffff,0\n8192,4096\n",
    );
    expect(bytes).toEqual(mapped([{ addr: 4096, length: 8192 }]));
  });
});

/** A place in an input, and the field of it that is to blame, if any. */
const placed = (place: string, field: string) => (field === "" ? place : `${place}: ${field}`);

describe("ndjson and json", () => {
  test.each([
    ['{"addr":9007199254740992,"length":1}', "addr"],
    ['{"addr":9007199254740993,"length":1}', "addr"],
    ['{"addr":18446744073709547520,"length":1}', "addr"],
    ['{"addr":0,"length":9007199254740992}', "length"],
    // These are safe integers once JSON.parse has rounded them.
    ['{"addr":4503599627370497.5,"length":1}', "addr"],
    ['{"addr":0.99999999999999999999,"length":1}', "addr"],
    ['{"addr":1e3,"length":1}', "addr"],
    ['{"addr":1.0,"length":1}', "addr"],
    ['{"addr":-0,"length":1}', "addr"],
    ['{"addr":-1,"length":1}', "addr"],
    ['{"addr":007,"length":1}', "addr"],
    ['{"addr":"9007199254740993x","length":1}', "addr"],
    ['{"addr":"","length":1}', "addr"],
    ['{"addr":"0x10000000000000000","length":1}', "addr"],
    ['{"addr":0,"length":0}', "length"],
    ['{"addr":"0xffffffffffffffff","length":2}', "addr + length"],
    ['{"addr":0,"length":1,"flags":8}', "flags"],
    ['{"addr":0,"length":1,"flag":4}', ""],
    ['{"addr":0,"addr":1,"length":1}', ""],
    ['{"addr":0}', ""],
    ["{}", ""],
    ['{"addr":null,"length":1}', ""],
    ['{"addr":0,"length":1,}', ""],
  ])("%s", async (object, message) => {
    const good = '{"addr":0,"length":1}';
    const lines = await cli(["map", "--from", "ndjson"], { stdin: `${good}\n\n${object}\n` });
    expect(lines.stderr).toEqual(says(placed("stdin: line 3", message)));
    expect(lines.code).toBe(1);
    const array = await cli(["map", "--from", "json"], { stdin: `[${good}, ${object}]` });
    expect(array.stderr).toEqual(says(placed("stdin: line 1", message)));
    expect(array.code).toBe(1);
  });

  test.each([
    ["hello", "line 1"],
    ['{"addr":0,"length":1} x', "line 1"],
    ['x {"addr":0,"length":1}', "line 1"],
    ['{"addr":0,"length":1', "line 1"],
    ["[1,2]", "line 1"],
  ])("ndjson %s", async (stdin, message) => {
    const { code, stderr } = await cli(["map", "--from", "ndjson"], { stdin });
    expect({ code, stderr }).toEqual({ code: 1, stderr: says(placed("stdin", message)) });
  });

  test.each([
    ["[", "line 1"],
    ["{}", "line 1"],
    ["[1]", "line 1"],
    ['[\u00a0{"addr":0,"length":1}]', "line 1"],
    ["[]]", "line 1"],
    ['[{"addr":0,"length":1}', "line 1"],
    ['[{"addr":0,"length":1},]', "line 1"],
    ['[{"addr":0,"length":1} {', "line 1"],
    ['[{"addr":0,"length":', "line 1"],
    ['[{"addr":{"x":1},"length":1}]', "line 1"],
  ])("json %s", async (stdin, message) => {
    const { code, stderr } = await cli(["map", "--from", "json"], { stdin });
    expect({ code, stderr }).toEqual({ code: 1, stderr: says(placed("stdin", message)) });
  });

  test("json: an object without end does not fill the memory", async () => {
    async function* endless() {
      yield Buffer.from('[{"addr":');
      for (;;) yield Buffer.alloc(65536, " ");
    }
    const { code, stderr } = await cli(["map", "--from", "json"], { stdin: endless() });
    expect(stderr).toEqual(says("stdin: line 1"));
    expect(code).toBe(1);
  });

  test("json laid out over lines, empty, and with a byte order mark", async () => {
    const pretty = `\ufeff${JSON.stringify(
      [
        { addr: 4096, length: 4096 },
        { addr: "8192", length: "0x1000" },
      ],
      null,
      2,
    )}`;
    expect(await mapRecords(["--from", "json"], pretty)).toEqual(mapped([{ addr: 4096, length: 8192 }]));
    expect(await mapRecords(["--from", "json"], " [ ] \n")).toHaveLength(0);
    const { stdout } = await cli(["map", "--from", "json", "--to", "json"], { stdin: "[]" });
    expect(stdout).toBe("[]\n");
  });
});

describe("what the system prints", () => {
  const file = (name: string) => join(DATA, name);
  const text = (name: string) => readFileSync(file(name), "utf8");

  test("iomem: in its order, PCI windows as BUS", async () => {
    const expected = mapped(parseIomem(text("iomem.txt")));
    expect(await mapRecords([file("iomem.txt")])).toEqual(expected);
    expect(await mapRecords(["--from", "iomem"], text("iomem.txt"))).toEqual(expected);
    const flags = SegmentTable.fromBytes(expected).toColumns().flags;
    expect(flags.filter((flag) => flag === 4)).toHaveLength(65);
  });

  test("maps: to the vsyscall page, and back through every format", async () => {
    const expected = mapped(parseMaps(text("maps.txt")));
    const bytes = await mapRecords([file("maps.txt")]);
    expect(bytes).toEqual(expected);
    expect(SegmentTable.fromBytes(bytes).at(-1)).toEqual({ addr: 0xffffffffff600000n, length: 4096, flags: 0 });
    for (const format of ["csv", "ndjson", "json"]) {
      const { stdout } = await cli(["map", file("maps.txt"), "--to", format]);
      expect(await mapRecords(["--from", format], stdout)).toEqual(expected);
    }
  });

  test("filefrag: in the order of the file", async () => {
    const expected = mapped(parseFilefrag(text("filefrag.txt")));
    expect(await mapRecords([file("filefrag.txt")])).toEqual(expected);
    expect(SegmentTable.fromBytes(expected).at(0)).toEqual({ addr: 3050112n * 4096n, length: 30080 * 4096, flags: 0 });
  });

  test("filefrag: policies for extents without data or address, and the radix", async () => {
    const of = (word: string) => text("filefrag.txt").replace("30080:            ", `30080:             ${word}`);
    const second = mapped(parseFilefrag(text("filefrag.txt")).slice(1));
    const refused = await cli(["map"], { stdin: of("unwritten") });
    expect(refused.stderr).toEqual(says("stdin: line 4"));
    expect(refused.code).toBe(1);
    expect(await mapRecords(["--unwritten", "skip"], of("unwritten"))).toEqual(second);
    expect(await mapRecords(["--unwritten", "keep"], of("unwritten"))).toEqual(
      mapped(parseFilefrag(text("filefrag.txt"))),
    );
    const inline = await cli(["map"], { stdin: of("inline") });
    expect(inline.stderr).toEqual(says("stdin: line 4"));
    expect(await mapRecords(["--unaddressed", "skip"], of("inline"))).toEqual(second);
    const hexadecimal = await cli(["map", file("filefrag.txt"), "--radix", "16"]);
    expect(hexadecimal.stderr).toEqual(says(`${file("filefrag.txt")}: line 4`));
  });

  test.each(["iomem", "maps", "filefrag"])("%s with lines that end in CR LF, by its first line too", async (format) => {
    const expected = await mapRecords([file(`${format}.txt`)]);
    const returns = text(`${format}.txt`).replaceAll("\n", "\r\n");
    expect(await mapRecords([], returns)).toEqual(expected);
    expect(await mapRecords([], `\ufeff\r\n\n${returns}`)).toEqual(expected);
    // Some of the lines only, as where texts were put together.
    expect(await mapRecords([], text(`${format}.txt`).replace("\n", "\r\n"))).toEqual(expected);
  });

  test.each([
    ["iomem", (odd: string) => `00001000-00001fff : a${odd}b${odd}\n`],
    ["maps", (odd: string) => `00001000-00002000 rw-p 00000000 00:00 0 /a${odd}b${odd}\n`],
    [
      "filefrag",
      (odd: string) =>
        `File size of ${odd}b${odd} is 1 (1 block of 4096 bytes)\n   0: 0..0: 1..1: 1: last,eof\n${odd}b${odd}: 1 extent found\n`,
    ],
  ])("%s with a name of odd characters, by its first line too", async (_, line) => {
    for (const odd of ["\r", "\v", "\f", "\u0085", "\u2028", "\u2029", "\u00a0", "\ufeff", "\u001b"]) {
      expect(await mapRecords([], line(odd))).toEqual(records([4096n, 4096]));
    }
    // What is no UTF-8 reads as U+FFFD.
    expect(await mapRecords([], Buffer.from(line("\xff"), "latin1"))).toEqual(records([4096n, 4096]));
  });

  test.each([
    ["iomem", "00000000-00000fff : Reserved\nhello\n", "stdin: line 2"],
    ["maps", "hello\n", "stdin: line 1"],
    ["filefrag", "hello\n", "stdin: line 1"],
    ["iomem", "00000000-00000000 : Reserved\n", "stdin"],
    ["iomem", "00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n", "stdin"],
  ])("%s that is none", async (format, stdin, message) => {
    const { code, stderr } = await cli(["map", "--from", format], { stdin });
    expect(stderr).toEqual(says(message as string));
    expect(code).toBe(1);
  });
});

describe("records and lines count from 1, in every format", () => {
  test.each([
    ["records", records([0n, 0]), "record 1: length"],
    ["records", records([0n, 1], [0n, 1, 0x80]), "record 2: flags"],
    ["pfn64", frames(1n << 60n), "record 1"],
    ["json", '[{"addr":0,"length":0}]', "line 1: length"],
    ["json", '[\n{"addr":0,"length":1},\n{"addr":0}]', "line 3"],
    ["ndjson", '{"addr":0,"length":0}\n', "line 1: length"],
    ["csv", "0,0\n", "line 1: length"],
    ["csv", "addr,length\n0,0\n", "line 2: length"],
    ["iomem", "x\n", "line 1"],
    ["maps", "x\n", "line 1"],
    ["filefrag", "x\n", "line 1"],
  ])("%s: %j", async (format, stdin, message) => {
    const commands = [["map"], ["info"], ["union"], ["requests"], ["plan", "--cap", "4096"]];
    for (const words of [...commands, ["descriptors", "--format", "iovec"]]) {
      const { code, stdout, stderr } = await cli([...words, "--from", format], { stdin });
      expect(stderr).toEqual(says(`stdin: ${message}`));
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    }
  });

  test("with --skip-empty the empty ones count too", async () => {
    const stdin = records([0n, 0], [0n, 1, 0x80]);
    const { stderr } = await cli(["map", "--from", "records", "--skip-empty"], { stdin });
    expect(stderr).toEqual(says("stdin: record 2: flags"));
  });
});

describe("an empty input is no ranges, in any format", () => {
  test.each(["auto", "pfn64", "records", "csv", "ndjson", "json", "iomem", "maps", "filefrag"])(
    "%s",
    async (format) => {
      for (const [to, text] of [
        ["table", "address                   size B  flags\n0 segments, 0 B\n"],
        ["csv", "addr,length,flags\n"],
        ["ndjson", ""],
        ["json", "[]\n"],
        ["records", ""],
      ] as const) {
        const { code, stdout, stderr } = await cli(["map", "--from", format, "--to", to]);
        expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: text, stderr: "" });
      }
    },
  );
});
