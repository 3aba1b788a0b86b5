import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { type FilefragOptions, parseFilefrag } from "../../src/node/index.js";
import { blamedBy, blames } from "../support/blame.js";
import { ODD_CHARACTERS, recorded, thrown } from "./machine.js";

const COLUMNS = " ext:     logical_offset:        physical_offset: length:   expected: flags:";

/** The output for one file around these rows; 100 blocks of 4096 bytes. */
function output(
  rows: readonly string[],
  { name = "a", size = 409600, blockBytes = 4096, found = rows.length } = {},
): string {
  return [
    "Filesystem type is: ef53",
    `File size of ${name} is ${size} (${Math.ceil(size / blockBytes)} blocks of ${blockBytes} bytes)`,
    COLUMNS,
    ...rows,
    `${name}: ${found} ${found === 1 ? "extent" : "extents"} found`,
    "",
  ].join("\n");
}

// Rows of filefrag 1.47.0 on ext4.
const WRITTEN = "   0:        0..       4:    5998080..   5998084:      5:            ";
const UNWRITTEN = "   1:      512..     767:    5997568..   5997823:    256:    5998592: last,unwritten";
const DELALLOC = "   0:        0..       4:          0..         0:      0:             last,unknown_loc,delalloc,eof";
const PREALLOCATED = output([WRITTEN, UNWRITTEN], { name: "b", size: 10485760 });

describe("parseFilefrag", () => {
  it("reads the recorded text", () => {
    const extents = parseFilefrag(recorded("filefrag.txt"));
    expect(extents).toEqual([
      { addr: 3050112n * 4096n, length: 30080n * 4096n, logical: 0n, flags: 0, states: [], file: "disk.img" },
      {
        addr: 3080706n * 4096n,
        length: 8480n * 4096n,
        logical: 30080n * 4096n,
        flags: 0,
        states: ["last", "eof"],
        file: "disk.img",
      },
    ]);
    // 38560 blocks, as the header says; the size is in the last of them.
    expect(extents.reduce((sum, { length }) => sum + length, 0n)).toBe(38560n * 4096n);
    expect(SegmentTable.from(extents).totalBytes).toBe(38560n * 4096n);
  });

  it("gives the same bytes for any block size that filefrag prints without rounding", () => {
    const row = "   0:        0..      99:    8585736..   8585835:    100:             last,eof";
    const small = "   0:        0..     399:   34342944..  34343343:    400:             last,eof";
    const bytes = "   0:        0..  409599: 35167174656..35167584255: 409600:             last,eof";
    const extents = parseFilefrag(output([row]));
    expect(extents).toMatchObject([{ addr: 35167174656n, length: 409600n, logical: 0n }]);
    expect(parseFilefrag(output([small], { blockBytes: 1024 }))).toEqual(extents);
    expect(parseFilefrag(output([bytes], { blockBytes: 1 }))).toEqual(extents);
  });

  it("reads several files, names with spaces and colons, empty files and remarks", () => {
    const name = "sp ace: (x) 2 extents found";
    const text = [
      output(["   0:        0..       0:    5799028..   5799028:      1:             last,eof"], { name, size: 3 }),
      "Filesystem type is: 9123683e\nFile size of empty is 0 (0 blocks of 4096 bytes)\nempty: 0 extents found\n",
      "Filesystem cylinder groups approximately 8\n",
      output(["   0:        0..      99:    8585736..   8585835:    100:             last,merged,shared,eof"]),
    ];
    const extents = parseFilefrag(text.join(""));
    expect(extents.map(({ file }) => file)).toEqual([name, "a"]);
    expect(extents[1]?.states).toEqual(["last", "merged", "shared", "eof"]);
    expect(parseFilefrag("")).toEqual([]);
  });

  const ROW = "   0:        0..       0:      34816..     34816:      1:             last,eof";
  /** Files of these names, a block each, as one call of filefrag prints them. */
  const files = (...names: string[]) => names.map((name) => output([ROW], { name, size: 4096 })).join("");

  it.each(ODD_CHARACTERS)("takes %j for a character of a name", (odd) => {
    const names = [`a${odd}b`, `a${odd}`, odd, `${odd}a`];
    expect(parseFilefrag(files(...names)).map(({ file }) => file)).toEqual(names);
  });

  it("reads names with newlines", () => {
    const names = [
      "a\nb",
      "a\n",
      "\n",
      "\n\n",
      "\na",
      "a\n\nb",
      "a\r\nb",
      "\u2028\n is 5 (1",
      "a",
      "x: 1 extent found\ny",
      "a\n\n",
    ];
    expect(parseFilefrag(files(...names)).map(({ file }) => file)).toEqual(names);
    const long = "a\n".repeat(2047);
    expect(parseFilefrag(files(long, "b")).map(({ file }) => file)).toEqual([long, "b"]);
    const tooLong = thrown(() => parseFilefrag(files("b", "a\n".repeat(2049))));
    expect(tooLong).toMatchObject({ code: "BAD_TEXT", index: 7 });
    expect(blamedBy(tooLong.message)).toBe("line 7");
  });

  it("reads a name that looks as if it had ended", () => {
    const names = [
      "x is 5 (1 block of 4096 bytes)\ny",
      "x is 5 (1 block of 4096 bytes)\ny is 6 (1 block of 1 bytes)\n",
    ];
    expect(parseFilefrag(files(...names)).map(({ file }) => file)).toEqual(names);
  });

  it.each([
    ["extents", `x\n${ROW}`],
    ["an end", "x: 1 extent found\ny"],
    ["an end and a header", "x: 1 extent found, perfection would be 1 extent is 5 (1 block of 4096 bytes)\ny"],
    ["remarks", "Filesystem type is: ef53\nx"],
  ])("reads a name that holds %s", (_, name) => {
    expect(parseFilefrag(files(name, "z"))).toMatchObject([{ file: name }, { file: "z" }]);
  });

  it.each([
    ["a file", `x is 5 (1 block of 4096 bytes)\n${ROW}\nx: 1 extent found\nFile size of y`],
    ["an end and a file", `y: 1 extent found\nFile size of x is 5 (1 block of 4096 bytes)\n${ROW}\nx`],
    ["a line of extents first", `${ROW}\nx`],
  ])("refuses a name that holds %s, for it cannot be told from filefrag's own", (_, name) => {
    expect(thrown(() => parseFilefrag(files(name, "z")))).toMatchObject({ code: "BAD_TEXT" });
  });

  it("passes over blank lines between and after files", () => {
    const text = files("a", "b\n\nc");
    expect(parseFilefrag(`\n\n${files("a")}\n\n${files("b\n\nc")}\n`)).toEqual(parseFilefrag(text));
    expect(thrown(() => parseFilefrag(`\n\n${files("a")}oops`))).toMatchObject({ index: 8 });
  });

  it("reads lines that end in CR LF, if all do", () => {
    const text = `${recorded("filefrag.txt")}${files("a\nb", "c\r d")}`;
    expect(parseFilefrag(text.replaceAll("\n", "\r\n"))).toEqual(parseFilefrag(text));
    expect(thrown(() => parseFilefrag(`${text.replaceAll("\n", "\r\n")}\n`))).toMatchObject({
      code: "BAD_TEXT",
      index: 2,
    });
  });

  it("keeps the order of the file, also where the device's is another", () => {
    const extents = parseFilefrag(PREALLOCATED, { unwritten: "keep" });
    expect(extents.map(({ logical }) => logical)).toEqual([0n, 512n * 4096n]);
    expect(extents[1]).toMatchObject({ addr: 5997568n * 4096n, length: 256n * 4096n, states: ["last", "unwritten"] });
  });

  it("leaves out unwritten extents if asked, and refuses them if not", () => {
    expect(parseFilefrag(PREALLOCATED, { unwritten: "skip" })).toHaveLength(1);
    const refused = [undefined, {}, { unwritten: "refuse" }, { unaddressed: "skip" }] as (
      | FilefragOptions
      | undefined
    )[];
    for (const options of refused) {
      const error = thrown(() => parseFilefrag(PREALLOCATED, options));
      expect(error).toMatchObject({ name: "SegringError", code: "BAD_TEXT", index: 5 });
      expect(blamedBy(error.message)).toBe("line 5");
    }
  });

  // As the kernel sets the flags together (linux/fiemap.h), and as btrfs, ext4 and others do.
  it.each([
    "last,unknown_loc,delalloc,eof",
    "last,unknown_loc,eof",
    "not_aligned,inline",
    "last,not_aligned,tail_packed,eof",
    "last,encoded,eof",
    "encoded,shared",
    "last,encoded,not_aligned,inline,eof",
    "last,encoded,encrypted,shared,eof",
    "last,not_aligned,eof",
    "last,0x4000,eof",
  ])("never gives an address for %s, and says to sync where that helps", (words) => {
    const rows = [WRITTEN, `   1:        5..      99:    5998085..   5998179:     95:             ${words}`];
    const options = [{}, { unwritten: "keep" }, { unwritten: "skip" }] as const;
    for (const option of options) {
      const error = thrown(() => parseFilefrag(output(rows), option));
      expect(error).toMatchObject({ code: "BAD_TEXT", index: 5 });
      expect(blamedBy(error.message)).toBe("line 5");
      expect(/run sync/.test(error.message)).toBe(/unknown_loc|delalloc/.test(words));
    }
    expect(parseFilefrag(output(rows), { unaddressed: "skip" })).toHaveLength(1);
  });

  it("refuses delayed allocation as filefrag prints it, with a way out", () => {
    expect(thrown(() => parseFilefrag(output([DELALLOC], { size: 20480 }))).message).toMatch(/run sync first/);
    expect(parseFilefrag(output([DELALLOC], { size: 20480 }), { unaddressed: "skip" })).toEqual([]);
  });

  it("leaves out the holes of filefrag -E", () => {
    const text = output(
      [
        "   0:          0..         4:    5998080..   5998084:      5:            ",
        "   1:          5..       511:          0..         0:      0:             hole",
        "   2:        512..       767:    5997568..   5997823:    256:        507: unwritten",
        "   3:        768..4294967294:          0..         0:      0:             last,hole,eof",
      ],
      { size: 10485760 },
    ).replace("4096 bytes)", "4096 bytes) -- pre-cached");
    expect(parseFilefrag(text, { unwritten: "keep" })).toHaveLength(2);
    const end = output(["   0:        0..      99:    8585736..   8585835:    100:            ,eof"]);
    expect(parseFilefrag(end)[0]?.states).toEqual(["eof"]);
  });

  it("reads hexadecimal (-X) only when told, and sees most of it when not", () => {
    const hexadecimal = output(["   0:        0..      63:     830208..    83026b:     64:             last,eof"]);
    expect(parseFilefrag(hexadecimal, { radix: 16 })).toEqual(
      parseFilefrag(output(["   0:        0..      99:    8585736..   8585835:    100:             last,eof"])),
    );
    const messages = [
      hexadecimal,
      // No letter, but the ends do not add up, or the file is larger.
      output(["   0:        0..       9:     830208..    830217:     10:             last,eof"], { size: 65536 }),
      output(["   0:        0..       9:     830208..    830217:     10:             last,eof"]),
    ].map((text) => thrown(() => parseFilefrag(text)).message);
    expect(messages).toEqual(Array(3).fill(expect.stringContaining("radix: 16")));
  });

  it("counts in whole blocks up to 2^64", () => {
    const blocks = 2n ** 52n;
    const row = (last: bigint) => `   0: 0..0: ${last}..${last}: 1: last,eof`;
    expect(parseFilefrag(output([row(blocks - 1n)], { size: 1 }))[0]?.addr).toBe(2n ** 64n - 4096n);
    expect(thrown(() => parseFilefrag(output([row(blocks)], { size: 1 }))).message).toMatch(/an end up to 2\^64/);
  });

  it.each([
    ["another text", "PRETTY_NAME=Debian\n", 1, '"File size of … is … (… blocks of … bytes)"'],
    ["the output without -v", "a: 1 extent found\n", 1, "as filefrag -v prints first"],
    ["blocks that filefrag rounds to", output([WRITTEN], { blockBytes: 1048576 }), 2, "blocks of 1 to 65536 bytes"],
    [
      "a length that was rounded to 0",
      output(["   0:        0..       0:      33538..     33538:      0:             last,eof"]),
      4,
      "ends that are the starts + length - 1",
    ],
    [
      "a physical end that does not add up",
      output(["   0:        0..      99:    8585736..   8585836:    100:             last,eof"]),
      4,
      "ends that are the starts + length - 1",
    ],
    [
      "an end of file that is none",
      output(["   0:        0..      98:    8585736..   8585834:     99:             last,eof"]),
      4,
      "an extent that reaches the file's size 409600",
    ],
    [
      "a row past the file's size without eof",
      output(["   0:        0..      99:    8585736..   8585835:    100:             last"]),
      4,
      "an extent that ends before the file's size 409600",
    ],
    ["a number that is no u64", output([`   0: 0..0: ${"9".repeat(21)}..5: 1: `]), 4, '"ext: logical..end'],
    [
      "more after the end",
      `${output([WRITTEN], { found: 1 }).replace(" found", " found, perfection would be 1 extent of x")}`,
      5,
      '"ext: logical..end',
    ],
    ["a length of 0", output(["   0: 5..4: 9..8: 0: "]), 4, "ends that are the starts + length - 1"],
    ["extents that overlap", output([WRITTEN, WRITTEN]), 5, "a logical offset from 5 on"],
    [
      "extents that share a byte",
      output(["   0: 0..4: 10..14: 5: ", "   1: 4..9: 20..25: 6: last,eof"], { blockBytes: 1, size: 10 }),
      5,
      "a logical offset from 5 on",
    ],
    ["a row that is cut off", output(["   0:        0..   300"]), 4, '"ext: logical..end'],
    ["a file that is cut off", output([WRITTEN]).replace(/a: 1 extent found\n/, ""), 2, "the text is cut off"],
    [
      "a file that another interrupts",
      output([WRITTEN]).replace(/a: 1 extent found\n/, "") + output([WRITTEN]),
      6,
      '"a: … extents found" before the next file',
    ],
    ["rows that are missing", output([WRITTEN], { found: 2 }), 5, "2 or more lines of extents before it"],
    [
      "-B, which prints no rows",
      output([], { found: 1 }).replace(COLUMNS, "Discontinuity: Block 5 is at 512 (was 9)"),
      4,
      "1 or more lines of extents before it",
    ],
  ])("refuses %s, with its line", (_, text, index, what) => {
    const error = thrown(() => parseFilefrag(text, { unwritten: "keep" }));
    expect(error).toMatchObject({ name: "SegringError", code: "BAD_TEXT", index });
    expect(blamedBy(error.message)).toBe(`line ${index}`);
    expect(error.message).toContain(what);
  });

  it("refuses options that it does not know", () => {
    expect(() => parseFilefrag("", { unwritten: "drop" as never })).toThrow(blames(RangeError, "unwritten"));
    expect(() => parseFilefrag("", { unaddressed: "keep" as never })).toThrow(RangeError);
    expect(() => parseFilefrag("", { radix: 8 as never })).toThrow(blames(RangeError, "radix"));
    expect(() => parseFilefrag("", { radix: "16" as never })).toThrow(TypeError);
    expect(() => parseFilefrag(7 as never)).toThrow(TypeError);
  });
});
