/** `--threads` of the built package: byte for byte what one thread gives. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DATA, frames, REPOSITORY, records, result, SAMPLE, start, temporaryFolder } from "../cli/support.js";
import { seed } from "../support/check.js";
import { recordRows } from "../support/pairs.js";
import { Random } from "../support/random.js";

const folder = temporaryFolder();
const MAIN = join(REPOSITORY, "dist/cli/main.js");
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const segring = async (...words: string[]) => {
  const child = start([process.execPath, MAIN, ...words]);
  child.stdin?.end();
  return result(child);
};
/** What one thread reads alone: threads that are asked for by number refuse it, and others are not started. */
const ALONE = /\.(?:gz|txt|json)$/;
/** Runs a command with and without threads, side by side. */
const both = async (...words: string[]) => {
  const option = words.some((word) => ALONE.test(word)) ? "--threads" : "--threads=3";
  const [plain, threaded] = await Promise.all([segring(...words), segring(...words, option)]);
  return { plain, threaded };
};
const TOP = (1n << 64n) - 1n;

/** Lines of every kind, so long that threads part them. */
function manyLines(count: number): string {
  const random = new Random(seed);
  const lines = ["# a comment", "", "name;length;start"];
  for (let index = 0; index < count; index++) {
    const start = index * 8192 + (random.once(3) ? 0 : 4096);
    lines.push(random.once(50) ? "# another" : `"a;b";${random.pick(["4096", "0x1000", "8192"])};${start}`);
  }
  return lines.join(random.pick(["\n", "\r\n"]));
}

describe("gives the same bytes", () => {
  const manyRows = recordRows(1_000_000, 9);
  const cases: [string, () => string[]][] = [
    ["page frames, gzip", () => [SAMPLE, "--to", "csv"]],
    [
      "page frames, limits",
      () => [SAMPLE, "--to", "ndjson", "--max", "64KiB", "--boundary", "64KiB", "--align", "4KiB"],
    ],
    ["page frames of 2 MiB", () => [file("f.pfn64", frames(1n, 2n, 9n)), "--page-bytes", "2MiB", "--to", "csv"]],
    ["records", () => [file("a.records", new Uint8Array(manyRows.buffer)), "--to", "records"]],
    [
      "records, some empty",
      () => [
        file("e.records", records([0n, 16], [16n, 0], [16n, 16, 0x500], [TOP - 15n, 16])),
        "--skip-empty",
        "--to",
        "json",
      ],
    ],
    [
      "csv, columns",
      () => [file("c.csv", "x,4096,8192\nx,8192,16384\n"), "--columns", "name,start,end", "--to", "csv"],
    ],
    [
      "csv, gzip",
      () => [
        file("r.csv.gz", gzipSync("addr,length,flags\n0x1000,4096\n0x2000,4096,2\n18446744073709551615,1,4\n")),
        "--to",
        "csv",
      ],
    ],
    [
      "ranges longer than the ring",
      () => [
        // More than 8192 records of 4 GiB, and what joins them.
        file("w.csv", `4096,${9000n * 2n ** 32n + 5n}\n${4096n + 9000n * 2n ** 32n + 5n},11\n`),
        "--to",
        "csv",
      ],
    ],
    [
      "NOMERGE ranges longer than 4 GiB",
      () => [
        file("n.csv", `4097,${2n ** 33n + 9n},2\n0,${5n * 2n ** 32n},6\n7,9\n16,9\n`),
        "--to",
        "csv",
        "--max",
        "1GiB",
        "--boundary",
        "512MiB",
        "--align",
        "4KiB",
      ],
    ],
    [
      "ndjson",
      () => [file("r.ndjson", '{"addr":"0x10","length":16}\n{"addr":32,"length":16,"flags":4}\n'), "--to", "table"],
    ],
    ["json", () => [file("r.json", '[{"addr":0,"length":1},{"addr":1,"length":1}]'), "--to", "json"]],
    [
      "records under limits",
      () => [file("l.records", new Uint8Array(manyRows.buffer)), "--max", "4KiB", "--to", "csv"],
    ],
    ["csv without an end of line", () => [file("e.csv", "0,4096"), "--to", "csv"]],
    ["csv of many lines", () => [file("many.csv", manyLines(100_000)), "--to", "csv"]],
    ["iomem", () => [join(DATA, "iomem.txt"), "--to", "csv"]],
    ["maps", () => [join(DATA, "maps.txt"), "--to", "csv"]],
    ["nothing", () => [file("empty.csv", ""), "--to", "csv"]],
    [
      "several files, which join",
      () => [file("1.csv", "0,16\n"), file("2.records", records([16n, 16])), SAMPLE, "--to", "table"],
    ],
  ];
  it.each(cases)("%s", async (_name, words) => {
    const { plain, threaded } = await both("map", ...words());
    expect(plain.code).toBe(0);
    // By the bytes themselves: toEqual takes half a minute for 16 MB.
    expect(threaded.bytes.equals(plain.bytes)).toBe(true);
    expect([threaded.code, threaded.signal, threaded.stderr]).toEqual([plain.code, plain.signal, plain.stderr]);
  });

  it.each(["union", "requests", "descriptors"])("%s", async (command) => {
    const more = {
      union: ["--gap", "4096"],
      requests: ["--max-segments", "9"],
      descriptors: ["--format", "chain", "--at", "4096"],
    }[command];
    const words = [file("two.records", new Uint8Array(manyRows.buffer)), file("many2.csv", manyLines(40_000))];
    const { plain, threaded } = await both(command, ...words, ...(more as string[]));
    expect([plain.code, plain.stderr]).toEqual([0, ""]);
    expect(threaded.bytes.equals(plain.bytes)).toBe(true);
    expect([threaded.code, threaded.stderr]).toEqual([0, ""]);
  });

  it("into a file", async () => {
    const [one, two] = [join(folder, "one.csv"), join(folder, "two.csv")];
    expect((await segring("map", SAMPLE, "-o", one)).code).toBe(0);
    expect((await segring("map", SAMPLE, "--threads", "-o", two)).code).toBe(0);
    expect(readFileSync(two).equals(readFileSync(one))).toBe(true);
  });
});

describe("fails with the same message and exit code", () => {
  const big = Buffer.concat([new Uint8Array(recordRows(300_000, 1).buffer), records([0n, 0])]);
  const cases: [string, () => string[], RegExp][] = [
    ["a missing file", () => [join(folder, "none.csv")], /no such file/],
    ["a bad line", () => [file("b.csv", "0x1000,4096\n12,x\n")], /line 2, column 4: length expected/],
    [
      "a bad record at the end",
      () => [file("b.records", big)],
      /record 300001: length expected 1 to 4294967296, got 0/,
    ],
    [
      "FLUSH in a file",
      () => [file("fl.records", records([0n, 16], [16n, 16, 8]))],
      /record 2: flags expected without FLUSH/,
    ],
    ["a bad line in the second file", () => [SAMPLE, file("b2.csv", "0x1000,4096\n12,x\n")], /b2.csv: line 2/],
    ["cut off gzip", () => [file("c.pfn64.gz", gzipSync(frames(1n, 2n, 3n)).subarray(0, 15))], /gzip data is cut off/],
    ["a frame past 2^64", () => [file("p.pfn64", frames(1n, 1n << 52n))], /record 2: expected a page frame number/],
    [
      "an option for another format",
      () => [file("o.csv", "0,1\n"), "--page-bytes", "4096"],
      /--page-bytes is for pfn64/,
    ],
  ];
  it.each(cases)("%s", async (_name, words, message) => {
    const output = join(folder, "out.ndjson");
    const { plain, threaded } = await both("map", ...words(), "-o", output);
    expect(plain.stderr).toMatch(message);
    expect([threaded.code, threaded.stderr]).toEqual([plain.code, plain.stderr]);
    // Complete or not there.
    expect(existsSync(output)).toBe(false);
  });

  it("what only one thread can read, where a number of threads is asked for", async () => {
    for (const name of [SAMPLE, join(DATA, "maps.txt")]) {
      const { code, stderr } = await segring("map", name, "--threads=2");
      expect([code, stderr.split(", got ")[0]]).toEqual([
        2,
        "segring: --threads=2 expected a regular file, not packed, of records, pfn64, csv or ndjson",
      ]);
    }
    for (const count of ["0", "65", "x", "1.5"])
      expect((await segring("map", SAMPLE, `--threads=${count}`)).code).toBe(2);
    const sorted = await segring("union", file("s.csv", "0,1\n"), "--sorted", "--threads=2");
    expect([sorted.code, sorted.stderr]).toEqual([2, expect.stringContaining("not for --sorted")]);
  });

  it("a reader that has gone is no fault", async () => {
    const child = start([
      "/bin/bash",
      "-c",
      `'${process.execPath}' '${MAIN}' map '${SAMPLE}' --to csv --threads | head -1`,
    ]);
    child.stdin?.end();
    const { stdout, stderr, code } = await result(child);
    expect([code, stderr, stdout]).toEqual([0, "", "addr,length,flags\n"]);
  });
});
