/** Several files: their ranges one after the other, in every command. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { says } from "../support/blame.js";
import { cli, records, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const A = file("a.csv", "0x1000,4096\n0x2000,4096\n");
/** Begins where A ends. */
const B = file("b.records", records([0x3000n, 4096], [0x900000n, 8192]));
const C = file("c.ndjson", '{"addr":"0x902000","length":4096}\n');
const ALL = file("all.csv", "0x1000,4096\n0x2000,4096\n0x3000,4096\n0x900000,8192\n0x902000,4096\n");

const COMMANDS = [
  ["map", "--to", "csv"],
  ["map"],
  ["union", "--to", "json"],
  ["plan", "--cap", "8KiB", "--to", "csv"],
  ["plan", "--cap", "8KiB", "--inputs"],
  ["requests", "--preset", "nvmePrp"],
  ["descriptors", "--format", "iovec"],
  ["plot", "--title", "one"],
  ["info", "--to", "csv"],
];

describe.each(COMMANDS)("%s %s %s %s", (...words) => {
  it("gives what one file with all ranges gives", async () => {
    const one = await cli([...words, ALL]);
    expect(one).toMatchObject({ code: 0 });
    const several = await cli([...words, A, B, C]);
    const lines = (text: string) => text.split("\n").filter((line) => !line.startsWith("inputs."));
    expect({ ...several, stdout: lines(several.stdout), bytes: 0 }).toEqual({
      ...one,
      stdout: lines(one.stdout),
      bytes: 0,
    });
    const piped = await cli([...words, A, "-", C, "--from", "auto"], {
      stdin: "0x3000,4096\n0x900000,8192\n",
    });
    expect(lines(piped.stdout)).toEqual(lines(one.stdout));
  });

  it("takes standard input once", async () => {
    const { code, stdout, stderr } = await cli([...words, "-", A, "-"], { stdin: "0,1\n" });
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: says("", "(-)") });
  });

  it("names the file at fault, and counts in that file", async () => {
    const output = join(folder, "never");
    const badText = file("bad.csv", "1,1\n2,2\noops\n");
    const badRecords = file("bad.records", records([0n, 16], [16n, 0]));
    for (const [bad, place] of [
      [badText, "line 3"],
      [badRecords, "record 2"],
      [join(folder, "missing.csv"), ""],
    ] as const) {
      const { code, stdout, stderr } = await cli([...words, A, B, bad, "-o", output]);
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: says(bad, place) });
    }
  });
});

it("map joins the end of a file with the start of the next", async () => {
  expect((await cli(["map", A, B, C, "--to", "csv"])).stdout).toBe(
    "addr,length,flags\n0x1000,12288,0x0\n0x900000,12288,0x0\n",
  );
  expect((await cli(["map", B, A, "--to", "csv"])).stdout).toBe(
    "addr,length,flags\n0x3000,4096,0x0\n0x900000,8192,0x0\n0x1000,8192,0x0\n",
  );
});

it("plan counts the ranges of a file, and numbers those of all files", async () => {
  const late = file("late.csv", "1,1\n100,100\n");
  const { stderr } = await cli(["plan", "--cap", "1KiB", "--size", "150", file("few.csv", "0,1\n2,1\n"), late]);
  expect(stderr).toEqual(says(`${late}: range 2`));
  const { stdout } = await cli(["plan", "--cap", "8KiB", "--inputs", "--to", "csv", A, B]);
  expect(stdout).toBe("input,request,offsetIn,length\n0,0,0,4096\n1,0,4096,4096\n2,1,0,4096\n3,2,0,8192\n");
});

it("info names each file", async () => {
  const { stdout } = await cli(["info", A, B]);
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    `input      ${A} (csv)`,
    `input      ${B} (records)`,
    "records    4",
  ]);
  const { inputs } = JSON.parse((await cli(["info", A, B, "--to", "json"])).stdout);
  expect(inputs).toEqual([
    { name: A, format: "csv", gzip: false },
    { name: B, format: "records", gzip: false },
  ]);
});

it("plot is headed by the first file, and how many more there are", async () => {
  expect((await cli(["plot", A, B, C])).stdout).toContain("a.csv and 2 more");
});

test("map --threads=2 refuses standard input among files", async () => {
  const { code, stderr } = await cli(["map", A, "-", "--threads=2"], { stdin: "0,1\n" });
  expect({ code, stderr }).toEqual({ code: 2, stderr: says("--threads=2", "stdin") });
});
