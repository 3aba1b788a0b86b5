import { constants } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, REPOSITORY, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const FORMATS = "pfn64, records, csv, ndjson, json, iomem, maps, filefrag";
const POWER = "expected a power of two from 1 to";

describe("mistakes in the command line: exit 2, one line, nothing written", () => {
  test.each([
    [[], "expected a command: pin, map, union, plan, requests, descriptors or info (segring --help)"],
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["map", "--frobnicate"], "unknown option '--frobnicate'"],
    [["map", "a", "b"], "too many arguments for 'map'. Expected 1 argument but got 2."],
    [["map", "--from"], "option '--from <format>' argument missing"],
    [["map", "--from", "xml"], `--from expected auto, ${FORMATS}, got "xml"`],
    [["map", "--from", "CSV"], `--from expected auto, ${FORMATS}, got "CSV"`],
    [["map", "--to", "xml"], '--to expected table, csv, ndjson, json, records, got "xml"'],
    [["map", "--engine", "gpu"], '--engine expected auto, wasm, js, got "gpu"'],
    [
      ["map", "--max", "4K"],
      '--max expected bytes such as 4096, 0x1000, 64KiB or 4GiB (KiB, MiB, GiB, TiB, PiB, EiB), got "4K"',
    ],
    [["map", "--max", "0"], "--max expected 1 to 4294967296, got 0"],
    [["map", "--max", "5GiB"], "--max expected 1 to 4294967296, got 5368709120"],
    [["map", "--max", "18446744073709551617"], "--max expected 1 to 4294967296, got 18446744073709551617"],
    [["map", "--align", "3"], `--align ${POWER} 4294967296, got 3`],
    [["map", "--align", "8KiB", "--max", "4KiB"], "--align expected at most --max (4096), got 8192"],
    [["map", "--boundary", "3"], "--boundary expected 0 or a power of two up to 2^63, got 3"],
    [["map", "--boundary", "16EiB"], "--boundary expected an integer from 0 to 2^64 - 1, got 18446744073709551616"],
    [["map", "--boundary", "2", "--align", "4"], "--boundary expected 0 or at least --align (4), got 2"],
    [["map", "--from", "pfn64", "--page-bytes", "0"], `--page-bytes ${POWER} 2147483648, got 0`],
    [["map", "--from", "pfn64", "--page-bytes", "3000"], `--page-bytes ${POWER} 2147483648, got 3000`],
    [["map", "--from", "pfn64", "--page-bytes", "4GiB"], `--page-bytes ${POWER} 2147483648, got 4294967296`],
    [["map", "--from", "csv", "--page-bytes", "4096"], "--page-bytes is for pfn64, the input is csv"],
    [["info", "--from", "csv", "--unwritten", "skip"], "--unwritten is for filefrag, the input is csv"],
    [["info", "--from", "maps", "--unaddressed", "skip"], "--unaddressed is for filefrag, the input is maps"],
    [["info", "--from", "csv", "--radix", "16"], "--radix is for filefrag, the input is csv"],
    [["map", "--radix", "8"], '--radix expected 10, 16, got "8"'],
    [["map", "--unwritten", "maybe"], '--unwritten expected refuse, keep, skip, got "maybe"'],
    [["map", "--unaddressed", "keep"], '--unaddressed expected refuse, skip, got "keep"'],
    [["map", "-o", ""], '-o expected a file name, got ""'],
    [["map", "-o", "out.csv.gz"], "out.csv.gz: gzip is not written; leave -o out and pipe into gzip"],
    [["map", "-o", "out.csv.GZ"], "out.csv.GZ: gzip is not written; leave -o out and pipe into gzip"],
    [["union", "-o", "out.csv.zst"], "out.csv.zst: zstd is not written; leave -o out and pipe into zstd"],
    [["plan", "--cap", "1", "-o", "a.xz"], "a.xz: xz is not written; leave -o out and pipe into xz"],
    [["requests", "-o", "out.csv.gz"], "out.csv.gz: gzip is not written; leave -o out and pipe into gzip"],
    [
      ["descriptors", "--format", "ahci", "-o", "a.bz2"],
      "a.bz2: bzip2 is not written; leave -o out and pipe into bzip2",
    ],
    [["pin", "--rows", "1.5"], '--rows expected a number of segments, in digits, got "1.5"'],
    [["map", "-o", "out.pfn64"], "out.pfn64: pfn64 is not written: say --to table, csv, ndjson, json, records"],
    [
      ["pin", "--bytes", "1G"],
      '--bytes expected bytes such as 4096, 0x1000, 64KiB or 4GiB (KiB, MiB, GiB, TiB, PiB, EiB), got "1G"',
    ],
    [["pin", "--bytes", "0"], `--bytes expected 1 to ${constants.MAX_LENGTH}, got 0`],
    [["pin", "--rows", "-1"], '--rows expected a number of segments, in digits, got "-1"'],
    [["pin", "file"], "too many arguments for 'pin'. Expected 0 arguments but got 1."],
    [["info", "--max", "1"], "unknown option '--max'"],
  ])("%j", async (words, message) => {
    const { code, stdout, stderr } = await cli(words as string[]);
    expect(stderr).toBe(`segring: ${message}\n`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("an option for another format is noticed when the input is known", async () => {
    const { code, stderr } = await cli(["map", "--page-bytes", "4096"], { stdin: "0,1\n" });
    expect(stderr).toBe("segring: --page-bytes is for pfn64, the input is csv\n");
    expect(code).toBe(2);
  });

  test("records do not go to a terminal", async () => {
    const { code, stdout, stderr } = await cli(["map", "--to", "records"], { stdin: "0,1\n", terminals: ["stdout"] });
    expect(stderr).toBe("segring: records are binary, not for a terminal: use -o or a pipe\n");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("no FILE at a terminal does not wait for someone to type, - does", async () => {
    const stdin = "0,1\n";
    for (const command of ["map", "info"]) {
      const { code, stderr } = await cli([command], { stdin, terminals: ["stdin"] });
      expect(stderr).toBe("segring: expected a FILE, or input in a pipe (- reads the terminal)\n");
      expect(code).toBe(2);
      expect(await cli([command, "-"], { stdin, terminals: ["stdin"] })).toMatchObject({ code: 0, stderr: "" });
    }
  });
});

describe("files that cannot be read: exit 1", () => {
  test.each(["map", "info"])("%s", async (command) => {
    const missing = join(folder, "missing.csv");
    expect(await cli([command, missing])).toMatchObject({
      code: 1,
      stderr: `segring: ${missing}: no such file or directory\n`,
      stdout: "",
    });
    expect(await cli([command, folder])).toMatchObject({
      code: 1,
      stderr: `segring: ${folder}: is a directory\n`,
      stdout: "",
    });
    const inside = join(folder, "file", "x.csv");
    writeFileSync(join(folder, "file"), "");
    expect(await cli([command, inside])).toMatchObject({ code: 1, stderr: `segring: ${inside}: not a directory\n` });
  });
});

describe("help and version: exit 0", () => {
  test("--version", async () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
    expect(await cli(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each([
    [["--help"], ["pin", "map", "info"]],
    [["help"], ["pin", "map", "info"]],
    [
      ["map", "--help"],
      ["--from", "--max", "--boundary", "--align", "--engine", "--to", "-o, --output", "--page-bytes"],
    ],
    [
      ["help", "map"],
      ["--skip-empty", "--unwritten", "--unaddressed", "--radix", "--no-gzip"],
    ],
    [
      ["info", "--help"],
      ["--from", "--page-bytes", "--skip-empty"],
    ],
    [
      ["pin", "--help"],
      ["--bytes", "--max", "--boundary", "--align", "--engine", "--rows", "1GiB"],
    ],
  ])("%j", async (words, names) => {
    const { code, stdout, stderr } = await cli(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of names) expect(stdout).toContain(name);
  });
});
