import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RangeStatistics } from "../../src/cli/statistics.js";
import { says } from "../support/blame.js";
import { cli, DATA, records } from "./support.js";

/** The report of a CSV. */
async function report(lines: readonly string[], ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(["info", ...words], { stdin: lines.map((line) => `${line}\n`).join("") });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("info", () => {
  test("of recorded frames", async () => {
    const file = join(DATA, "mixed14-1g.pfn64.gz");
    const { stdout } = await cli(["info", file]);
    expect(stdout).toBe(`input      ${file} (pfn64, gzip)
records    262144
bytes      1 GiB
largest    4 KiB
smallest   4 KiB
breaks     38036 between 262143 neighbours (14.51 %)
flags      none
alignment  4 KiB, addresses and lengths
segments   38037, at most 4 GiB each
largest    332 KiB
smallest   4 KiB

  from size KiB     segments
              4         6039 ########################
              8        10161 ########################################
             16         9579 ######################################
             32         8025 ################################
             64         3674 ###############
            128          550 ###
            256            9 #
`);
  });

  test("of ranges of all kinds, as text and packed", async () => {
    const expected = `records    9
bytes      8 GiB (8589971456 bytes)
largest    4 GiB
smallest   4 KiB
breaks     6 between 8 neighbours (75.00 %)
flags      BUS 3, NOMERGE 3, tag 0x1 1, tag 0xff 2
alignment  4 KiB, addresses and lengths
segments   8, at most 4 GiB each
largest    4 GiB
smallest   4 KiB

  from size KiB     segments
              4            3 ########################################
              8            3 ########################################
             16            0
             32            0
             64            0
            128            0
            256            0
            512            0
           1024            0
           2048            0
           4096            0
           8192            0
          16384            0
          32768            0
          65536            0
         131072            0
         262144            0
         524288            0
        1048576            0
        2097152            0
        4194304            2 ###########################
`;
    const rows = [
      [0x1000n, 4096, 0],
      [0x2000n, 4096, 0], // joins
      [0x3000n, 8192, 4], // not: another kind
      [0x5000n, 4096, 2], // not: NOMERGE
      [0x6000n, 4096, 2], // not: NOMERGE
      [0x8000n, 4096, 0x106], // not: a gap
      [0x1_0000_0000n, 0x1_0000_0000, 0xff00],
      [0x2_0000_0000n, 0x1_0000_0000, 0xff00], // joins, and is cut again
      [0xffff_ffff_ffff_e000n, 8192, 4],
    ] as const;
    const text = await report(rows.map((row) => row.join(",")));
    expect(text).toBe(`input      stdin (csv)\n${expected}`);
    const packed = records(
      ...rows.map(([addr, length, flags]) => [addr, length % 2 ** 32, length === 2 ** 32 ? flags | 1 : flags] as const),
    );
    const { stdout } = await cli(["info", "--from", "records"], { stdin: packed });
    expect(stdout).toBe(`input      stdin (records)\n${expected}`);
  });

  test("one range has no neighbours, an empty input has nothing", async () => {
    expect(await report(["1,3"])).toBe(`input      stdin (csv)
records    1
bytes      3 B
largest    3 B
smallest   3 B
breaks     0 between 0 neighbours
flags      none
alignment  1 B, addresses and lengths
segments   1, at most 4 GiB each
largest    3 B
smallest   3 B

    from size B     segments
              2            1 ########################################
`);
    expect(await report([])).toBe("input      stdin (empty)\nrecords    0\nbytes      0 B\n");
    expect(await report(["addr,length"])).toBe("input      stdin (csv)\nrecords    0\nbytes      0 B\n");
  });

  test("the end of the address space touches nothing", async () => {
    const text = await report(["0xfffffffffffff000,4096", "0,4096"]);
    expect(text).toContain("breaks     1 between 1 neighbours (100.00 %)\n");
    expect(text).toContain("segments   2,");
  });

  test("neighbours touch across a multiple of 4 GiB", async () => {
    const text = await report([
      "0xfffff000,4096",
      "0x100000000,4294963200",
      "0x1fffff000,0x200001000",
      "0x400000000,1",
    ]);
    expect(text).toContain("breaks     0 between 3 neighbours (0.00 %)\n");
    expect(text).toContain("segments   4,");
  });

  test("numbers above 2^53 are exact", async () => {
    const text = await report(["0,9007199254740993", "9007199254740993,2", "1,3377699720527872"]);
    expect(text).toContain("bytes      11 PiB (12384898975268867 bytes)\n");
    expect(text).toContain("largest    8 PiB (9007199254740993 bytes)\n");
    expect(text).toContain("smallest   2 B\n");
    expect(text).toContain("breaks     1 between 2 neighbours (50.00 %)\n");
    // 2^21 and 5 records of 4 GiB and one of a byte.
    const full = Buffer.alloc((2 ** 21 + 5) * 16, records([0n, 0, 1]));
    const { stdout } = await cli(["info", "--from", "records"], { stdin: Buffer.concat([full, records([0n, 1])]) });
    expect(stdout).toContain("bytes      8 PiB (9007220729577473 bytes)\n");
  });

  test.each([
    [["0,0x200000", "0x40000000,0x600000"], "2 MiB"],
    [["0x100000000,0x100000000"], "4 GiB"],
    [["0x80000000,0x80000000"], "2 GiB"],
    [["0,4096", "512,4096"], "512 B"],
  ])("alignment of %j is %s", async (lines, alignment) => {
    expect(await report(lines)).toContain(`alignment  ${alignment}, addresses and lengths\n`);
  });

  test("alignment up to 2^63", () => {
    const statistics = new RangeStatistics();
    statistics.add([{ addr: 2n ** 63n, length: 2n ** 63n }]);
    expect(statistics.alignment).toBe(2n ** 63n);
  });

  test("many tags are counted up to a point", async () => {
    const tagged = (count: number) =>
      Array.from({ length: count }, (_, tag) => `${tag * 8192},4096,${(tag + 1) * 256}`);
    expect(await report(tagged(3))).toContain("flags      tag 0x1 1, tag 0x2 1, tag 0x3 1\n");
    expect(await report(tagged(10))).toContain("tag 0x8 1, 10 tags in all\n");
    expect(await report(tagged(300))).toContain("tag 0x8 1, more than 256 tags in all\n");
  });

  test("--skip-empty, and bad data without it", async () => {
    expect(await report(["0,0", "0,4096"], "--skip-empty")).toContain("records    1\n");
    expect(await cli(["info"], { stdin: "0,0\n" })).toMatchObject({
      code: 1,
      stderr: says("stdin: line 1: length"),
      stdout: "",
    });
    expect(await cli(["info", "--from", "records"], { stdin: Buffer.alloc(16) })).toMatchObject({
      code: 1,
      stderr: says("stdin: record 1: length"),
      stdout: "",
    });
  });
});
