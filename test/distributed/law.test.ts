/** The law on which all ways to many machines rest, with the options that docs/scale.md allows for the first run. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, temporaryFolder } from "../cli/support.js";
import { Random } from "../support/random.js";
import { hardRecords, SHAPES } from "./inputs.js";

const folder = temporaryFolder();
const LIMITS = [
  [],
  ["--max", "123457000"],
  ["--boundary", "1GiB"],
  ["--max", "100000000", "--boundary", "256MiB", "--align", "64KiB"],
];
const GAPS = [[], ["--gap", "1"], ["--gap", "5000"], ["--gap", "100000000"]];

async function segring(command: string, words: readonly string[], stdin: string | Uint8Array, from = "records") {
  const { bytes, stderr } = await cli([command, "--from", from, "--no-gzip", "--to", "records", ...words], { stdin });
  expect(stderr).toBe("");
  return bytes;
}

/** The first run on blocks, and the last run on what they gave. */
async function inBlocks(command: string, blocks: readonly (string | Uint8Array)[], first: string[], last: string[]) {
  const parts: Buffer[] = [];
  for (const block of blocks)
    parts.push(await segring(command, first, block, typeof block === "string" ? "csv" : undefined));
  const joined = await segring(command, last, Buffer.concat(parts));
  if (command === "union") {
    const paths = parts.map((part, index) => {
      const path = join(folder, `${index}.records`);
      writeFileSync(path, part);
      return path;
    });
    const merged = await cli([command, "--sorted", "--no-gzip", "--to", "records", ...last, ...paths]);
    expect(merged.bytes.equals(joined)).toBe(true);
  }
  return joined;
}

describe("a run on blocks, and a run on what they gave, are one run", () => {
  const cases = [];
  for (const shape of Object.keys(SHAPES))
    for (const command of ["map", "union"]) cases.push([shape, command] as const);

  it.each(cases)("records, %s: %s, first without limits or with those of the last run", async (shape, command) => {
    const random = new Random(command.length + shape.length);
    for (let round = 0; round < 12; round++) {
      const input = hardRecords(random, 300, SHAPES[shape] as (typeof SHAPES)[string]);
      const limits = random.pick(LIMITS);
      const gap = command === "union" ? random.pick(GAPS) : [];
      const blocks: Buffer[] = [];
      for (let at = 0; at < input.length; ) {
        const bytes = 16 * random.integer(1, 150);
        blocks.push(input.subarray(at, at + bytes));
        at += bytes;
      }
      const one = await segring(command, [...gap, ...limits], input);
      for (const first of [[], limits, gap, [...gap, ...limits]]) {
        const many = await inBlocks(command, blocks, first, [...gap, ...limits]);
        expect(many.equals(one), `${round}: ${first} before ${[...gap, ...limits]}`).toBe(true);
      }
    }
  });

  const NOMERGE = "0,6000000000,2\n7000000000,5000000000,0\n";
  const other = "12000000000,9000000000,0\n3,20000000000,2\n";

  it.each(["map", "union"])("lines: %s, first with the limits of the last run", async (command) => {
    const limits = ["--max", "7000000"];
    const one = await segring(command, limits, NOMERGE + other, "csv");
    expect((await inBlocks(command, [NOMERGE, other], limits, limits)).equals(one)).toBe(true);
    // A NOMERGE range above 4 GiB was cut at 4 GiB, which is no multiple of the limit.
    expect((await inBlocks(command, [NOMERGE, other], [], limits)).equals(one)).toBe(false);
  });

  it.each([
    ["map", ["--max", "4096"], ["--max", "3000"], "NOMERGE pieces keep the cuts of the first run"],
    ["union", ["--gap", "1000"], [], "bytes of a larger gap stay"],
  ] as const)("%s: not with %s before %s: %s", async (command, first, last, _why) => {
    const ranges = "0,20000,2\n30000,10,0\n30100,10,0\n";
    const one = await segring(command, last, ranges, "csv");
    expect((await inBlocks(command, [ranges], [...first], [...last])).equals(one)).toBe(false);
  });
});
