/** `segring requests` and `segring descriptors`. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { decodeChain, decodePrp } from "../../src/descriptors/index.js";
import { nvmePrp } from "../../src/devices/presets.js";
import { requests } from "../../src/devices/requests.js";
import { createMapperSync } from "../../src/js.js";
import { says } from "../support/blame.js";
import { cli, DATA, records, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
/** Three elements apart, 1024 bytes. */
const RANGES = file("ranges.csv", "addr,length\n0x10000,300\n0x20000,300\n0x30000,424\n");
const PAGES = file("pages.csv", "addr,length\n0x100800,6144\n0x900000,8192\n");

describe("segring requests", () => {
  it("prints requests of whole blocks, with where on the device each belongs", async () => {
    const { code, stdout, stderr } = await cli([
      "requests",
      RANGES,
      "--max-segments",
      "2",
      "--block",
      "512",
      "--start",
      "1KiB",
      "--to",
      "csv",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      "request,offset,addr,length,flags\n0,0x400,0x10000,300,0x0\n0,0x400,0x20000,212,0x0\n" +
        "1,0x600,0x200d4,88,0x0\n1,0x600,0x30000,424,0x0\n",
    );
  });

  it("as a table with its sums, and as lines of JSON", async () => {
    const words = ["requests", RANGES, "--max-bytes", "512", "--block", "512"];
    const table = await cli(words);
    expect(table.stdout).toMatch(/^request {2}offset .*\n {6}0 {2}0x0 +0x0000000000010000 +300 {2}-\n/);
    expect(table.stdout).toMatch(/\n2 requests, 4 segments, 1 KiB\n$/);
    const { stdout } = await cli([...words, "--start", "0x20000000000000", "--to", "ndjson"]);
    expect(stdout.split("\n")[0]).toBe('{"request":0,"offset":"9007199254740992","addr":"65536","length":300}');
  });

  it("takes the limits of a preset where no option says another", async () => {
    const input = join(DATA, "mixed14-1g.pfn64.gz");
    const { stdout, code } = await cli(["requests", input, "--preset", "nvmePrp", "--to", "csv"]);
    expect(code).toBe(0);
    const rows = stdout.trim().split("\n").slice(1);
    const { bytes } = await cli(["map", input, "--to", "records"]);
    using mapper = createMapperSync();
    const table = SegmentTable.fromBytes(new Uint8Array(bytes));
    const cut = requests(table, nvmePrp);
    expect(rows.length).toBe(cut.reduce((sum, { segments }) => sum + segments.length, 0));
    expect(rows.at(-1)?.split(",")[0]).toBe(String(cut.length - 1));
    const more = await cli(["requests", input, "--preset", "nvmePrp", "--max-segments", "1", "--to", "csv"]);
    expect(
      new Set(
        more.stdout
          .trim()
          .split("\n")
          .slice(1)
          .map((row) => row.split(",")[0]),
      ).size,
    ).toBeGreaterThan(cut.length);
    expect(mapper.coalesce(table).totalBytes).toBe(1n << 30n);
  });

  it.each([
    [["--max-bytes", "1", "--block", "512"], 2, "--max-bytes"],
    [["--max-segments", "0"], 2, "--max-segments"],
    [["--max-segments", "18446744073709551617"], 2, "--max-segments"],
    [["--max-segments", "1.5"], 2, "--max-segments"],
    [["--max-segments", "4KiB"], 2, "--max-segments"],
    [["--max-segments", "-1"], 2, "--max-segments"],
    [["--virtual-boundary", "3"], 2, "--virtual-boundary"],
    [["--stripe", "100", "--block", "512"], 2, "--stripe"],
    [["--start", "1", "--block", "512"], 2, "--start"],
    [["--preset", "floppy"], 2, "--preset"],
    [["--block", "1000"], 1, "the ranges"],
    [["--block", "512", "--max-segments", "1"], 1, "a request from segment 1 (0x10000, 300 bytes)"],
  ])("%j is refused, and nothing is written", async (words, code, message) => {
    const output = join(folder, "never.csv");
    const result = await cli(["requests", RANGES, ...words, "-o", output, "--to", "csv"]);
    expect(result).toMatchObject({ code, stdout: "", stderr: says(message) });
    expect(existsSync(output)).toBe(false);
  });
});

it("a stripe and a virtual boundary of 0 are none", async () => {
  const words = ["requests", RANGES, "--max-bytes", "512", "--block", "512", "--to", "csv"];
  const { stdout } = await cli(words);
  const none = await cli([...words, "--stripe", "0", "--virtual-boundary", "0"]);
  expect(none).toMatchObject({ code: 0, stderr: "", stdout });
  // Of a preset's boundary too.
  const gaps = await cli(["requests", RANGES, "--preset", "nvmePrp", "--virtual-boundary", "0", "--to", "csv"]);
  expect(
    gaps.stdout
      .trim()
      .split("\n")
      .map((row) => row.split(",")[0]),
  ).toEqual(["request", "0", "0", "0"]);
});

describe("segring descriptors", () => {
  it("prints PRP entries, the command's own first", async () => {
    const { code, stdout } = await cli(["descriptors", PAGES, "--format", "nvme-prp", "--at", "0xd0000000"]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      "prp1  0x100800\nprp2  0xd0000000\nlength  0x3800\n" +
        "0xd0000000  0x0000000000101000  0x0000000000900000\n0xd0000010  0x0000000000901000\n",
    );
  });

  it("writes them as JSON and as bytes, which are descriptors again", async () => {
    const { stdout } = await cli(["descriptors", PAGES, "--format", "nvme-sgl", "--at", "0x1000", "--to", "json"]);
    expect(JSON.parse(stdout)).toEqual({
      format: "nvme-sgl",
      fields: { sgl1_addr: "0x1000", sgl1_word: "0x3000000000000020" },
      at: "0x1000",
      words: ["0x100800", "0x1800", "0x900000", "0x2000"],
    });
    const input = join(DATA, "isolated-512m.pfn64.gz");
    const output = join(folder, "lists.bin");
    const words = ["descriptors", input, "--format", "nvme-prp", "--at", "4KiB", "--to", "binary", "-o", output];
    const { code, stderr } = await cli(words);
    expect(code).toBe(0);
    const [, prp1 = "", prp2 = ""] = /^prp1 {2}(\S+)\nprp2 {2}(\S+)\nlength {2}0x20000000\n$/.exec(stderr) ?? [];
    const memory = { bytes: new Uint8Array(readFileSync(output)), addr: 4096 };
    const table = decodePrp({ prp1: BigInt(prp1), prp2: BigInt(prp2), byteLength: 2 ** 29 }, memory);
    const { bytes } = await cli(["map", input, "--to", "records"]);
    expect(Buffer.compare(Buffer.from(table.bytes), bytes)).toBe(0);
  });

  it("makes each format", async () => {
    const expected: Record<string, string> = {
      ahci: "prdtl  0x2\n0x0  0x0000000000100800  0x000017ff00000000\n0x10  0x0000000000900000  0x00001fff00000000\n",
      iovec: "iovcnt  0x2\n0x0  0x0000000000100800  0x0000000000001800\n0x10  0x0000000000900000  0x0000000000002000\n",
      "virtio-split":
        "head  0x0\n0x0  0x0000000000100800  0x0001000100001800\n0x10  0x0000000000900000  0x0000000000002000\n",
      "virtio-packed": "0x0  0x0000000000100800  0x0081000000001800\n0x10  0x0000000000900000  0x0080000000002000\n",
      rdma: "first_offset  0x800\nlength  0x3800\n0x0  0x0000000000100000  0x0000000000101000\n0x10  0x0000000000900000  0x0000000000901000\n",
      chain:
        "first_page  0x0\nrecords  0x2\n0x0  0x0000000000100800  0x0000000000001800\n0x10  0x0000000000900000  0x0000000000002000\n",
    };
    for (const [format, text] of Object.entries(expected)) {
      const at = format === "chain" ? ["--at", "0"] : [];
      const { stdout, stderr } = await cli(["descriptors", PAGES, "--format", format, ...at]);
      expect([format, stderr, stdout]).toEqual([format, "", text]);
    }
    const writable = await cli(["descriptors", PAGES, "--format", "virtio-split", "--writable"]);
    expect(writable.stdout).toContain("0x0001000300001800");
    const big = await cli(["descriptors", PAGES, "--format", "rdma", "--big-endian"]);
    expect(big.stdout).toContain("0x0  0x0000100000000000  0x0010100000000000\n");
  });

  it("chains pages, and reads them back", async () => {
    const many = file(
      "many.records",
      records(...Array.from({ length: 600 }, (_, index) => [BigInt(index) * 8192n, 4096] as const)),
    );
    const { bytes, stderr } = await cli(["descriptors", many, "--format", "chain", "--at", "8KiB", "--to", "binary"]);
    expect(stderr).toBe("first_page  0x2000\nrecords  0x258\n");
    expect(decodeChain(0x2000, { bytes: new Uint8Array(bytes), addr: 0x2000 }, 600).length).toBe(600);
  });

  it.each([
    [["--format", "nvme-prp"], 1, "segment 1 ends at 0x1012c: PRP needs page-aligned ends before the last"],
    [["--format", "rdma"], 1, "segment 1 ends at 0x1012c: a page list needs page-aligned ends before the last"],
    [["--format", "tape"], 2, "--format"],
    [[], 2, "required option '--format <name>' not specified"],
    [["--format", "ahci", "--writable"], 2, "--writable is for virtio-split and virtio-packed"],
    [["--format", "ahci", "--big-endian"], 2, "--big-endian is for rdma"],
    [["--format", "ahci", "--at", "5"], 2, "--at"],
    [["--format", "ahci", "--page", "4096"], 2, "--page is for nvme-prp and rdma"],
    [["--format", "nvme-sgl", "--page", "4096"], 2, "--page is for nvme-prp and rdma"],
    [["--format", "virtio-split", "--page", "8192"], 2, "--page is for nvme-prp and rdma"],
    [["--format", "virtio-packed", "--page", "8192"], 2, "--page is for nvme-prp and rdma"],
    [["--format", "iovec", "--page", "0"], 2, "--page is for nvme-prp and rdma"],
    [["--format", "chain", "--page", "64KiB"], 2, "--page is for nvme-prp and rdma"],
    [["--format", "nvme-prp", "--page", "0"], 2, "--page"],
    [["--format", "rdma", "--page", "512"], 2, "--page"],
  ])("%j is refused, and nothing is written", async (words, code, message) => {
    const output = join(folder, "never.bin");
    const result = await cli(["descriptors", RANGES, ...words, "-o", output]);
    expect(result).toMatchObject({ code, stdout: "", stderr: says(message) });
    expect(existsSync(output)).toBe(false);
  });

  it.each([
    ["nvme-prp", PAGES, 24, []],
    ["nvme-prp", PAGES, 24, ["--to", "json"]],
    ["nvme-prp", PAGES, 24, ["--to", "binary"]],
    ["nvme-sgl", PAGES, 32, []],
    ["chain", PAGES, 32, []],
  ] as const)("%s that points at descriptors asks for their address: %s %i %j", async (format, input, bytes, words) => {
    const output = join(folder, `unaddressed-${format}-${words.join("")}.bin`);
    const command = ["descriptors", input, "--format", format, ...words, "-o", output];
    expect(await cli(command)).toEqual({
      ...{ code: 2, signal: null, stdout: "", bytes: Buffer.alloc(0) },
      stderr: says("", "--at", `${bytes} bytes`, format),
    });
    expect(existsSync(output)).toBe(false);
    // 0 is an address where it is said.
    expect(await cli([...command, "--at", "0"])).toMatchObject({ code: 0 });
  });

  it.each(["nvme-prp", "nvme-sgl"])("%s that the command alone holds needs no address", async (format) => {
    const one = file("one.csv", "addr,length\n0x102000,8192\n");
    const { code, stderr } = await cli(["descriptors", one, "--format", format]);
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("nothing at all is pointed at by nothing", async () => {
    expect(await cli(["descriptors", "--format", "chain"])).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    ["--at", "0x1000", 2, "--at"],
    ["--at", "0xffffffffffffe000", 1, "--at"],
  ])("an address is spoken of as --at: %s %s", async (flag, at, code, message) => {
    const words = ["descriptors", PAGES, "--format", "nvme-prp", "--page", "8KiB", flag, at];
    expect(await cli(words)).toMatchObject({ code, stdout: "", stderr: says(message) });
  });

  it("pages of another size, where a format has pages, and 4096 bytes where nothing is said", async () => {
    const aligned = file("aligned.csv", "addr,length\n0x102000,8192\n0x900000,8192\n");
    const text = async (...words: string[]) => {
      const { code, stdout, stderr } = await cli(["descriptors", aligned, "--format", ...words]);
      expect([code, stderr]).toEqual([0, ""]);
      return stdout;
    };
    expect(await text("rdma", "--page", "8KiB")).toBe(
      "first_offset  0x0\nlength  0x4000\n0x0  0x0000000000102000  0x0000000000900000\n",
    );
    expect(await text("rdma", "--page", "4096")).toBe(await text("rdma"));
    expect(await text("nvme-prp", "--page", "8KiB")).toBe("prp1  0x102000\nprp2  0x900000\nlength  0x4000\n");
    expect(await text("nvme-prp", "--page", "4096", "--at", "0")).toBe(await text("nvme-prp", "--at", "0"));
    expect(await text("nvme-prp", "--at", "0")).toBe(
      "prp1  0x102000\nprp2  0x0\nlength  0x4000\n0x0  0x0000000000103000  0x0000000000900000\n0x10  0x0000000000901000\n",
    );
  });

  // 64 KiB are 4096 elements of two words, or 8192 of one: as many, one less, one more, and many.
  it.each([
    ["ahci", 4095],
    ["ahci", 4096],
    ["ahci", 4097],
    ["ahci", 8192],
    ["nvme-sgl", 20_001],
    ["rdma", 8191],
    ["rdma", 8192],
    ["rdma", 8193],
    ["rdma", 16_384],
    ["rdma", 16_385],
    ["nvme-prp", 30_000],
  ] as const)("%s of %i pages: text and JSON of any length are those of its words", async (format, count) => {
    const input = file(
      `${format}-${count}.records`,
      records(...Array.from({ length: count }, (_, index) => [BigInt(index) * 8192n + (1n << 33n), 4096] as const)),
    );
    const words = ["descriptors", input, "--format", format, "--at", "0xfffffff000"];
    const { bytes, stderr: fields } = await cli([...words, "--to", "binary"]);
    const list = Array.from({ length: bytes.byteLength / 8 }, (_, index) => bytes.readBigUInt64LE(8 * index));
    expect(list.length).toBeGreaterThanOrEqual(count - 1);
    const wide = (word: bigint) => `0x${word.toString(16).padStart(16, "0")}`;
    let expected = fields;
    for (let index = 0; index < list.length; index += 2) {
      const row = list
        .slice(index, index + 2)
        .map(wide)
        .join("  ");
      expected += `0x${(0xfffffff000n + BigInt(8 * index)).toString(16)}  ${row}\n`;
    }
    const text = await cli([...words, "--to", "text"]);
    expect([text.code, text.stderr, text.stdout === expected]).toEqual([0, "", true]);
    const output = join(folder, "long.txt");
    await cli([...words, "-o", output]);
    expect(readFileSync(output, "utf8") === expected).toBe(true);
    const json = await cli([...words, "--to", "json"]);
    const named = fields
      .trim()
      .split("\n")
      .map((line) => line.split("  "));
    const whole = {
      format,
      fields: Object.fromEntries(named),
      at: "0xfffffff000",
      words: list.map((word) => `0x${word.toString(16)}`),
    };
    expect(json.stdout === `${JSON.stringify(whole)}\n`).toBe(true);
    expect(JSON.parse(json.stdout).words.length).toBe(list.length);
  });

  it("a list of no words is text and JSON too", async () => {
    const one = file("one.csv", "addr,length\n0x102000,4096\n");
    const words = ["descriptors", one, "--format", "nvme-prp", "--at", "0x5000"];
    expect((await cli(words)).stdout).toBe("prp1  0x102000\nprp2  0x0\nlength  0x1000\n");
    expect((await cli([...words, "--to", "json"])).stdout).toBe(
      '{"format":"nvme-prp","fields":{"prp1":"0x102000","prp2":"0x0","length":"0x1000"},"at":"0x5000","words":[]}\n',
    );
  });

  it("does not print bytes to a terminal, nor a table that no request holds", async () => {
    const terminal = await cli(["descriptors", PAGES, "--format", "ahci", "--to", "binary"], { terminals: ["stdout"] });
    expect(terminal).toMatchObject({ code: 2, stdout: "" });
    const odd = await cli(["descriptors", file("odd.csv", "addr,length\n0x1000,2147483648\n"), "--format", "ahci"]);
    expect(odd).toMatchObject({
      code: 1,
      stderr: says("segment 1", "--preset ahci"),
    });
    const fits = await cli([
      "descriptors",
      file("odd.csv", "addr,length\n0x1000,8388608\n"),
      "--format",
      "ahci",
      "--preset",
      "ahci",
    ]);
    expect([fits.code, fits.stdout.split("\n")[0]]).toEqual([0, "prdtl  0x2"]);
  });
});
