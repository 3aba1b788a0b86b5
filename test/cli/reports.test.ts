/** info and pin for programs: the same report as JSON, as a line of JSON and as CSV. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { pageFrames } from "../../src/index.js";
import { says } from "../support/blame.js";
import { cli, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const STDIN = "0x1000,4096\n0x2000,4096\n0x900000,8192,0x104\n0xfffffffff0000000,4096,2\n";
const pin = (byteLength: number) => ({
  frames: pageFrames(BigUint64Array.of(1n, 2n, 2n ** 45n), { byteLength }),
  readMilliseconds: 2,
});

async function written(words: readonly string[], stdin = STDIN): Promise<string> {
  const { code, stdout, stderr } = await cli(words, { stdin, pin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

const INFO = {
  inputs: [{ name: "stdin", format: "csv", gzip: false }],
  ranges: {
    count: 4,
    bytes: 20480,
    largest: 8192,
    smallest: 4096,
    alignment: 4096,
    breaks: 2,
    flags: { nomerge: 1, bus: 1, tags: { "0x1": 1 }, tagsLeftOut: false },
  },
  segments: {
    count: 3,
    largest: 8192,
    smallest: 4096,
    sizes: [
      { from: 4096, count: 1 },
      { from: 8192, count: 2 },
    ],
  },
};

describe("info", () => {
  it("is one object, in many lines or in one", async () => {
    const json = await written(["info", "--to", "json"]);
    expect(JSON.parse(json)).toEqual(INFO);
    expect(json).toMatch(/^\{\n {2}"inputs": \[\n[\s\S]*\}\n$/);
    const line = await written(["info", "--to", "ndjson"]);
    expect(line).toBe(`${JSON.stringify(JSON.parse(json))}\n`);
  });

  it("is a value in each line of CSV, by the way into the object", async () => {
    const lines = (await written(["info", "--to", "csv"])).split("\n");
    expect(lines).toEqual([
      "name,value",
      "inputs.0.name,stdin",
      "inputs.0.format,csv",
      "inputs.0.gzip,false",
      "ranges.count,4",
      "ranges.bytes,20480",
      "ranges.largest,8192",
      "ranges.smallest,4096",
      "ranges.alignment,4096",
      "ranges.breaks,2",
      "ranges.flags.nomerge,1",
      "ranges.flags.bus,1",
      "ranges.flags.tags.0x1,1",
      "ranges.flags.tagsLeftOut,false",
      "segments.count,3",
      "segments.largest,8192",
      "segments.smallest,4096",
      "segments.sizes.0.from,4096",
      "segments.sizes.0.count,1",
      "segments.sizes.1.from,8192",
      "segments.sizes.1.count,2",
      "",
    ]);
  });

  it("of nothing has no sizes", async () => {
    expect(JSON.parse(await written(["info", "--to", "json"], ""))).toEqual({
      inputs: [{ name: "stdin", format: "empty", gzip: false }],
      ranges: { count: 0, bytes: 0 },
      segments: { count: 0 },
    });
  });

  it("has sizes by the rules for lengths", async () => {
    const wide = `0,${2n ** 53n}\n`;
    expect(JSON.parse(await written(["info", "--to", "json"], wide)).ranges).toMatchObject({
      count: 1,
      bytes: "9007199254740992",
      alignment: "9007199254740992",
    });
    expect(JSON.parse(await written(["info", "--to", "ndjson", "--hex"], wide)).ranges).toMatchObject({
      count: 1,
      bytes: "0x20000000000000",
    });
    expect(await written(["info", "--to", "csv", "--numbers"], wide)).toContain("ranges.bytes,9007199254740992\n");
    const { code, stdout, stderr } = await cli(["info", "--to", "json", "--numbers"], { stdin: wide });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: says("ranges.bytes", "9007199254740992", "--numbers"),
    });
  });

  it("goes to a file, whose extension says the format", async () => {
    for (const [name, to] of [
      ["a.json", "json"],
      ["a.jsonl", "ndjson"],
      ["a.csv", "csv"],
      ["a.txt", "table"],
    ] as const) {
      const output = join(folder, name);
      expect(await written(["info", "-o", output])).toBe("");
      expect(readFileSync(output, "utf8")).toBe(await written(["info", "--to", to]));
    }
  });

  it("quotes what CSV would take for its own", async () => {
    const odd = join(folder, 'a "b", c.csv');
    await written(["map", "--to", "csv", "-o", odd]);
    expect(await written(["info", odd, "--to", "csv"])).toContain(`inputs.0.name,"${odd.replaceAll('"', '""')}"\n`);
    expect(JSON.parse(await written(["info", odd, "--to", "json"])).inputs[0].name).toBe(odd);
  });
});

describe("pin", () => {
  const words = ["pin", "--size", "12KiB"];

  it("is one object with the first segments", async () => {
    const report = JSON.parse(await written([...words, "--to", "json"]));
    expect(report).toEqual({
      memory: { bytes: 12288, recorded: false },
      pages: { count: 3, bytes: 4096 },
      milliseconds: { read: 2, firstMapping: expect.any(Number), mapping: expect.any(Number) },
      segments: { count: 2, largest: 8192 },
      records: { bytes: 32, pages: 1 },
      first: [
        { addr: "4096", length: 8192 },
        { addr: String(2n ** 57n), length: 4096 },
      ],
    });
    const line = await written([...words, "--to", "ndjson", "--rows", "0"]);
    expect(line).toMatch(/^\{.*"first":\[\]\}\n$/);
  });

  it("has segments in CSV as CSV has them elsewhere", async () => {
    const csv = await written([...words, "--to", "csv"]);
    expect(csv).toContain("\nfirst.0.addr,0x1000\nfirst.0.length,8192\nfirst.0.flags,0x0\n");
    expect(csv).toContain("\nmemory.bytes,12288\nmemory.recorded,false\n");
  });

  it("says so where the frames were recorded", async () => {
    const hidden = () => {
      throw new Error("no frames here");
    };
    const { code, stdout, stderr } = await cli([...words, "--to", "json"], { pin: hidden });
    expect({ code, stderr }).toEqual({ code: 0, stderr: says("", "no frames here") });
    expect(JSON.parse(stdout)).toMatchObject({ memory: { recorded: true }, milliseconds: { read: null } });
  });

  test("--numbers refuses an address that JSON rounds", async () => {
    const { code, stdout, stderr } = await cli([...words, "--to", "json", "--numbers"], { pin });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: says("segment 2", "--numbers") });
    expect(JSON.parse(await written([...words, "--to", "json", "--hex"])).first[0]).toEqual({
      addr: "0x1000",
      length: "0x2000",
    });
  });
});
