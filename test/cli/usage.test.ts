import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { says } from "../support/blame.js";
import { cli, REPOSITORY, temporaryFolder } from "./support.js";

const folder = temporaryFolder();

describe("mistakes in the command line: exit 2, one line, nothing written", () => {
  test.each([
    [[], "command"],
    [["frobnicate"], "frobnicate"],
    [["map", "--frobnicate"], "--frobnicate"],
    [["map", "--from"], "--from"],
    [["map", "--from", "xml"], "--from"],
    [["map", "--from", "CSV"], "--from"],
    [["map", "--to", "xml"], "--to"],
    [["map", "--engine", "gpu"], "--engine"],
    [["map", "--max", "4K"], "--max"],
    [["map", "--max", "0"], "--max"],
    [["map", "--max", "5GiB"], "--max"],
    [["map", "--max", "18446744073709551617"], "--max"],
    [["map", "--align", "3"], "--align"],
    [["map", "--align", "8KiB", "--max", "4KiB"], "--align"],
    [["map", "--boundary", "3"], "--boundary"],
    [["map", "--boundary", "16EiB"], "--boundary"],
    [["map", "--boundary", "2", "--align", "4"], "--boundary"],
    [["map", "--from", "pfn64", "--page-bytes", "0"], "--page-bytes"],
    [["map", "--from", "pfn64", "--page-bytes", "3000"], "--page-bytes"],
    [["map", "--from", "pfn64", "--page-bytes", "4GiB"], "--page-bytes"],
    [["map", "--from", "csv", "--page-bytes", "4096"], "--page-bytes"],
    [["info", "--from", "csv", "--unwritten", "skip"], "--unwritten"],
    [["info", "--from", "maps", "--unaddressed", "skip"], "--unaddressed"],
    [["info", "--from", "csv", "--radix", "16"], "--radix"],
    [["map", "--radix", "8"], "--radix"],
    [["map", "--unwritten", "maybe"], "--unwritten"],
    [["map", "--unaddressed", "keep"], "--unaddressed"],
    [["map", "-o", ""], "-o"],
    [["map", "-o", "out.csv.gz"], "out.csv.gz"],
    [["map", "-o", "out.csv.GZ"], "out.csv.GZ"],
    [["union", "-o", "out.csv.zst"], "out.csv.zst"],
    [["plan", "--cap", "1", "-o", "a.xz"], "a.xz"],
    [["requests", "-o", "out.csv.gz"], "out.csv.gz"],
    [["descriptors", "--format", "ahci", "-o", "a.bz2"], "a.bz2"],
    [["plot", "-o", "a.svg.gz"], "a.svg.gz"],
    [["plot", "--theme", "blue"], "--theme"],
    [["plot", "--width", "599"], "--width"],
    [["plot", "--width", "99999999999999999999"], "--width"],
    [["plot", "--width", "1KiB"], "--width"],
    [["plot", "--addr", "0"], "--addr"],
    [["plot", "--length", "1"], "--addr"],
    [["plot", "--addr", "16EiB", "--length", "1"], "--addr"],
    [["plot", "--addr", "1", "--length", "16EiB"], "--length"],
    [["plot", "--addr", "1", "--length", "0"], "--length"],
    [["plot", "--title", "x".repeat(1001)], "--title"],
    [["pin", "--rows", "1.5"], "--rows"],
    [["map", "-o", "out.pfn64"], "out.pfn64"],
    [["pin", "--size", "1G"], "--size"],
    [["pin", "--size", "0"], "--size"],
    [["pin", "--rows", "-1"], "--rows"],
    [["pin", "file"], "'pin'"],
    [["info", "--max", "1"], "--max"],
  ])("%j", async (words, named) => {
    const { code, stdout, stderr } = await cli(words as string[]);
    expect(stderr).toEqual(says("", named as string));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("an option for another format is noticed when the input is known", async () => {
    const { code, stderr } = await cli(["map", "--page-bytes", "4096"], { stdin: "0,1\n" });
    expect(stderr).toEqual(says("--page-bytes"));
    expect(code).toBe(2);
  });

  test("records do not go to a terminal", async () => {
    const { code, stdout, stderr } = await cli(["map", "--to", "records"], { stdin: "0,1\n", terminals: ["stdout"] });
    expect(stderr).toEqual(says("records"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("no FILE at a terminal does not wait for someone to type, - does", async () => {
    const stdin = "0,1\n";
    for (const command of ["map", "info"]) {
      const { code, stderr } = await cli([command], { stdin, terminals: ["stdin"] });
      expect(stderr).toEqual(says("", "FILE"));
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
      stderr: says(missing),
      stdout: "",
    });
    expect(await cli([command, folder])).toMatchObject({
      code: 1,
      stderr: says(folder),
      stdout: "",
    });
    const inside = join(folder, "file", "x.csv");
    writeFileSync(join(folder, "file"), "");
    expect(await cli([command, inside])).toMatchObject({ code: 1, stderr: says(inside) });
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
      ["--from", "--max", "--boundary", "--align", "--engine", "--to", "-o, --output", "help formats"],
    ],
    [["help", "map"], ["--skip-empty"]],
    [
      ["info", "--help"],
      ["--from", "--skip-empty"],
    ],
    [
      ["pin", "--help"],
      ["--size", "--max", "--boundary", "--align", "--engine", "--rows", "1GiB"],
    ],
  ])("%j", async (words, names) => {
    const { code, stdout, stderr } = await cli(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of names) expect(stdout).toContain(name);
  });
});
