/** `segring union` and `segring plan`. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { createMapperSync } from "../../src/js.js";
import { type OracleRange, pack, union } from "../oracle.js";
import { says } from "../support/blame.js";
import { Random } from "../support/random.js";
import { cli, DATA, frames, records, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const A = file("a.csv", "addr,length\n0x1000,4096\n0x5000,100\n0x2000,4096\n0x0,10\n");
const B = file("b.csv", "addr,length,flags\n0x1800,4096,4\n0x3000,5,0\n");

describe("segring union", () => {
  it("unites files of any format, kinds apart, by address", async () => {
    const pages = file("c.pfn64", frames(9n, 8n, 1n));
    const { code, stdout, stderr } = await cli(["union", A, B, pages, "--to", "csv"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      "addr,length,flags\n0x0,10,0x0\n0x1000,8197,0x0\n0x1800,4096,0x4\n0x5000,100,0x0\n0x8000,8192,0x0\n",
    );
  });

  it("joins over --gap, cuts at --max", async () => {
    const gap = await cli(["union", A, "--gap", "8KiB", "--max", "16KiB", "--to", "ndjson"]);
    expect(gap.stdout).toBe('{"addr":"0","length":16384}\n{"addr":"16384","length":4196}\n');
  });

  it("reads standard input, once, and joins what is read with what is in files", async () => {
    const { stdout } = await cli(["union", A, "-", "--from", "csv", "--to", "csv"], {
      stdin: "addr,length\n10,0xff6\n",
    });
    expect(stdout).toBe("addr,length,flags\n0x0,12288,0x0\n0x5000,100,0x0\n");
    const twice = await cli(["union", "-", "-"]);
    expect(twice).toMatchObject({ code: 2, stdout: "", stderr: says("", "(-)") });
  });

  it("is the model's union of random records, with both engines", async () => {
    const random = new Random(5);
    const ranges: OracleRange[] = Array.from({ length: 20_000 }, () => ({
      addr: random.u64() >> BigInt(random.integer(0, 40)),
      length: BigInt(random.integer(1, 5000)),
      flags: random.pick([0, 0, 4, 0x300]),
    })).map((range) => (range.addr + range.length > 1n << 64n ? { ...range, addr: 0n } : range));
    const input = file("random.records", pack(ranges));
    for (const engine of ["wasm", "js"]) {
      const { bytes } = await cli(["union", input, "--to", "records", "--engine", engine]);
      expect(Buffer.compare(bytes, pack(union(ranges)))).toBe(0);
    }
  });

  it("of real page frames twice is the same as once", async () => {
    const real = join(DATA, "mixed14-1g.pfn64.gz");
    const { bytes } = await cli(["union", real, real, "--to", "records"]);
    const pfns = new BigUint64Array(new Uint8Array(gunzipSync(readFileSync(real))).buffer);
    const pages = Array.from(pfns, (pfn) => ({ addr: pfn * 4096n, length: 4096n, flags: 0 }));
    using mapper = createMapperSync();
    expect(Buffer.compare(bytes, mapper.union(packedRecords(pack(pages))).bytes)).toBe(0);
  });

  it("names the file and the record that is not valid, and writes nothing", async () => {
    const bad = file("bad.records", records([0n, 16], [16n, 0]));
    const output = join(folder, "never.csv");
    const { code, stdout, stderr } = await cli(["union", A, bad, "-o", output]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toEqual(says(`${bad}: record 2: length`));
    expect(existsSync(output)).toBe(false);
    const missing = await cli(["union", A, join(folder, "no such file")]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/no such file/);
  });

  it("may replace one of its inputs", async () => {
    const own = file("own.csv", "addr,length\n4096,4096\n0,4096\n");
    const { code } = await cli(["union", own, "-o", own]);
    expect([code, readFileSync(own, "utf8")]).toEqual([0, "addr,length,flags\n0x0,8192,0x0\n"]);
  });
});

describe("segring plan", () => {
  it("prints requests, and what they save", async () => {
    const { code, stdout, stderr } = await cli(["plan", A, "--cap", "8KiB", "--gap", "4KiB"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "request  address                   size B    inputs     first      last",
      "      0  0x0000000000000000          8192         2         0         3",
      "      1  0x0000000000002000          4096         1         2         2",
      "      2  0x0000000000005000           100         1         1         1",
      "before  4 ranges, 8302 B wanted",
      "after   3 requests, 12388 B; over-fetch 4086 B, 49.22 %",
      "",
    ]);
  });

  it("for programs: requests alone on standard output, or in a file", async () => {
    const options = ["--cap", "20KiB", "--gap", "4KiB", "--align", "4KiB"];
    const { stdout, stderr } = await cli(["plan", A, ...options, "--to", "csv"]);
    expect(stdout).toBe("request,addr,length,inputs,first,last\n0,0x0,12288,3,0,3\n1,0x5000,4096,1,1,1\n");
    expect(stderr).toBe("before  4 ranges, 8302 B wanted\nafter   2 requests, 16 KiB; over-fetch 8082 B, 97.35 %\n");
    const output = join(folder, "requests.json");
    await cli(["plan", A, "--cap", "8KiB", "-o", output]);
    expect(JSON.parse(readFileSync(output, "utf8"))).toEqual([
      { request: 0, addr: "0", length: 10, inputs: 1, first: 3, last: 3 },
      { request: 1, addr: "4096", length: 8192, inputs: 2, first: 0, last: 2 },
      { request: 2, addr: "20480", length: 100, inputs: 1, first: 1, last: 1 },
    ]);
  });

  it("reads packed records, with duplicates and zeros passed over", async () => {
    const input = file("p.records", records([64n, 8], [0n, 4], [64n, 8]));
    const { stdout } = await cli(["plan", input, "--cap", "1KiB", "--to", "ndjson"]);
    expect(stdout).toBe(
      '{"request":0,"addr":"0","length":4,"inputs":1,"first":1,"last":1}\n' +
        '{"request":1,"addr":"64","length":8,"inputs":2,"first":0,"last":2}\n',
    );
    const empty = file("empty.csv", "addr,length\n5,0\n");
    expect((await cli(["plan", empty, "--cap", "1", "--skip-empty"])).stdout).toMatch(/before {2}0 ranges/);
  });

  test.each([
    [["plan", A], "required option '--cap <size>' not specified"],
    [["plan", A, "--cap", "0"], "--cap"],
    [["plan", A, "--cap", "5GiB"], "--cap"],
    [["plan", A, "--cap", "1KiB", "--align", "3"], "--cap"],
    [["plan", A, "--cap", "1KiB", "--align", "0"], "--align"],
    [["plan", A, "--cap", "1KiB", "--gap", "16EiB"], "--gap"],
    [["union", A, "--gap", "16EiB"], "--gap"],
    [
      ["union", A, "--to", "records", "-o", "x.csv.gz"],
      "x.csv.gz: gzip is not written; leave -o out and pipe into gzip",
    ],
  ])("%j: exit 2", async (words, message) => {
    expect(await cli(words)).toMatchObject({ code: 2, stdout: "", stderr: says("", message) });
  });

  test.each([
    [["--size", "0x5000"], "range 2"],
    [["--size", "10"], "range 1"],
  ])("a range past the resource is bad data: %j", async (options, message) => {
    const { code, stderr, stdout } = await cli(["plan", A, "--cap", "8KiB", ...options]);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: says(A, message) });
  });

  it("an address above 2^53 - 1 is bad data, and union is named", async () => {
    const high = file("high.csv", "addr,length\n0xffffffffffff0000,1\n");
    expect((await cli(["plan", high, "--cap", "1KiB"])).stderr).toEqual(says(`${high}: range 1`));
    const bad = file("flags.records", records([0n, 16], [0n, 16, 8]));
    expect((await cli(["plan", bad, "--cap", "1KiB"])).stderr).toEqual(says(`${bad}: record 2: flags`));
    const many = file("many.csv", `addr,length\n0,${2n ** 40n}\n`);
    expect((await cli(["plan", many, "--cap", "1"])).stderr).toEqual(says("", "--gap", "--cap"));
  });
});
