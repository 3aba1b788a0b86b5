import { constants } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { says } from "../support/blame.js";
import { cli, REPOSITORY, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const FORMATS = "pfn64, records, csv, ndjson, json, iomem, maps, filefrag";
const POWER = "";

describe("mistakes in the command line: exit 2, one line, nothing written", () => {
  test.each([
    [[], ""],
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["map", "--frobnicate"], "unknown option '--frobnicate'"],
    [["map", "a", "b"], "too many arguments for 'map'. Expected 1 argument but got 2."],
    [["map", "--from"], "option '--from <format>' argument missing"],
    [["map", "--from", "xml"], "--from"],
    [["map", "--from", "CSV"], "--from"],
    [["map", "--to", "xml"], "--to"],
    [["map", "--engine", "gpu"], "--engine"],
    [["map", "--max", "4K"], "--max"],
    [["map", "--max", "0"], "--max"],
    [["map", "--max", "5GiB"], "--max"],
    [["map", "--max", "18446744073709551617"], "--max"],
    [["map", "--align", "3"], `--align ${POWER} 4294967296, got 3`],
    [["map", "--align", "8KiB", "--max", "4KiB"], "--align"],
    [["map", "--boundary", "3"], "--boundary"],
    [["map", "--boundary", "16EiB"], "--boundary"],
    [["map", "--boundary", "2", "--align", "4"], "--boundary"],
    [["map", "--from", "pfn64", "--page-bytes", "0"], `--page-bytes ${POWER} 2147483648, got 0`],
    [["map", "--from", "pfn64", "--page-bytes", "3000"], `--page-bytes ${POWER} 2147483648, got 3000`],
    [["map", "--from", "pfn64", "--page-bytes", "4GiB"], `--page-bytes ${POWER} 2147483648, got 4294967296`],
    [["map", "--from", "csv", "--page-bytes", "4096"], "--page-bytes is for pfn64, the input is csv"],
    [["info", "--from", "csv", "--unwritten", "skip"], "--unwritten is for filefrag, the input is csv"],
    [["info", "--from", "maps", "--unaddressed", "skip"], "--unaddressed is for filefrag, the input is maps"],
    [["info", "--from", "csv", "--radix", "16"], "--radix is for filefrag, the input is csv"],
    [["map", "--radix", "8"], "--radix"],
    [["map", "--unwritten", "maybe"], "--unwritten"],
    [["map", "--unaddressed", "keep"], "--unaddressed"],
    [["map", "-o", ""], "-o"],
    [["map", "-o", "out.csv.gz"], "out.csv.gz: gzip is not written; leave -o out and pipe into gzip"],
    [["map", "-o", "out.csv.GZ"], "out.csv.GZ: gzip is not written; leave -o out and pipe into gzip"],
    [["union", "-o", "out.csv.zst"], "out.csv.zst: zstd is not written; leave -o out and pipe into zstd"],
    [["plan", "--cap", "1", "-o", "a.xz"], "a.xz: xz is not written; leave -o out and pipe into xz"],
    [["requests", "-o", "out.csv.gz"], "out.csv.gz: gzip is not written; leave -o out and pipe into gzip"],
    [
      ["descriptors", "--format", "ahci", "-o", "a.bz2"],
      "a.bz2: bzip2 is not written; leave -o out and pipe into bzip2",
    ],
    [["pin", "--rows", "1.5"], "--rows"],
    [["map", "-o", "out.pfn64"], "out.pfn64: pfn64 is not written: say --to table, csv, ndjson, json, records"],
    [["pin", "--bytes", "1G"], "--bytes"],
    [["pin", "--bytes", "0"], "--bytes"],
    [["pin", "--rows", "-1"], "--rows"],
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
      expect(stderr).toEqual(says(""));
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
