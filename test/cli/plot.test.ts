/** `segring plot`. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { svgOfTable } from "../../src/draw/index.js";
import { createMapperSync, packedRecords, pageFrames, SegmentTable } from "../../src/js.js";
import { says } from "../support/blame.js";
import { Random } from "../support/random.js";
import { cli, DATA, REPOSITORY, records, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe("segring plot", () => {
  it("draws the ranges and their segments, as svgOfTable does", async () => {
    const input = [
      { addr: 0x1000, length: 4096 },
      { addr: 0x2000, length: 4096 },
      { addr: 2n ** 40n, length: 5 * 2 ** 30, flags: 4 },
    ];
    const csv = file(
      "a.csv",
      `addr,length,flags\n${input
        .map((one) => Object.values({ flags: 0, ...one }))
        .map(([f, a, l]) => `${a},${l},${f}`)
        .join("\n")}\n`,
    );
    const { code, stdout, stderr } = await cli(["plot", csv, "--max", "1GiB", "--width", "700", "--theme", "dark"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    using mapper = createMapperSync({ maxSegmentBytes: 2 ** 30 });
    // The command reads a range above 4 GiB last, which no drawing tells.
    expect(stdout).toBe(svgOfTable(mapper.coalesce(input), { input, width: 700, theme: "dark", title: "a.csv" }));
    expect(stdout).toContain("Marked: 1 join, 4 cuts.");
  });

  it("takes records and page frames, gzip too, and standard input", async () => {
    using mapper = createMapperSync();
    const sample = join(REPOSITORY, "samples/thp-1g.records.gz");
    const bytes = new Uint8Array(gunzipSync(readFileSync(sample)));
    const input = SegmentTable.fromBytes(bytes);
    const drawn = svgOfTable(mapper.coalesce(packedRecords(bytes)), { input, title: "standard input" });
    expect((await cli(["plot", "--from", "records"], { stdin: readFileSync(sample) })).stdout).toBe(drawn);

    const scattered = join(DATA, "scattered-1g.pfn64.gz");
    const pfns = new BigUint64Array(new Uint8Array(gunzipSync(readFileSync(scattered))).buffer);
    const pages = Array.from(pfns, (pfn) => ({ addr: pfn * 4096n, length: 4096 }));
    const { stdout } = await cli(["plot", scattered, "--title", "<pages>"]);
    expect(stdout).toBe(svgOfTable(mapper.coalesce(pageFrames(pfns)), { input: pages, title: "<pages>" }));
  });

  it("shows the window that was asked for", async () => {
    const { stdout } = await cli(["plot", "--addr", "0x1ff0", "--length", "32"], { stdin: "0x1000,4096\n" });
    expect(stdout).toContain("The strip shows the 32 bytes from 0x1ff0 up to and without 0x2010");
    expect(stdout).toContain("input 16 bytes, output 16 bytes");
  });

  it("writes 2 MB at most, whatever lies in all cells", async () => {
    const random = new Random(11);
    const words = new Uint32Array(4 * 300_000);
    // Every cell of a region of 1 GiB has another coverage and another kind.
    for (let at = 0; at < words.length; at += 4) {
      const flags = random.pick([0, 2, 4, 6, 0x100, 0x104]);
      words.set([random.integer(0, 2 ** 30 - 4096), 0, random.integer(1, 4095), flags], at);
    }
    words.set([0, 0, 1, 0, 2 ** 30 - 1, 0, 1, 0], 0);
    const noise = file("noise.records", new Uint8Array(words.buffer));
    const out = join(folder, "noise.svg");
    expect(await cli(["plot", noise, "-o", out, "--width", "2048"])).toMatchObject({ code: 0, stderr: "", stdout: "" });
    const { length } = readFileSync(out);
    expect(length).toBeGreaterThan(200_000);
    expect(length).toBeLessThan(2_000_000);
  });

  it("a title of others is no markup, and no hidden character is in it", async () => {
    const { stdout } = await cli(["plot", "--title", '<script>"&\u0007\u202e\ufffe'], { stdin: "0,1\n" });
    expect(stdout).not.toContain("<script");
    expect(stdout).toContain("&#60;script&#62;&#34;&#38;\\u0007\\u202e\ufffd");
  });

  it("a command that fails leaves no file, and the old one as it was", async () => {
    const out = join(folder, "kept.svg");
    writeFileSync(out, "old");
    const bad = file("bad.records", records([0x1000n, 4096], [0n, 0]));
    for (const words of [
      ["plot", bad, "-o", out],
      ["plot", bad, "-o", join(folder, "new.svg")],
    ]) {
      const { code, stderr } = await cli(words);
      expect(stderr).toEqual(says(`${bad}: record 2`, "length"));
      expect(code).toBe(1);
    }
    expect(readFileSync(out, "utf8")).toBe("old");
    expect(existsSync(join(folder, "new.svg"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("of no ranges is a drawing too", async () => {
    const { code, stdout } = await cli(["plot"], { stdin: "" });
    expect(code).toBe(0);
    expect(stdout).toContain("0 segments with 0 bytes");
  });
});
