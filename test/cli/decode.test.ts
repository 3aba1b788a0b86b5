/** `segring decode`: the inverse of `segring descriptors`, and what it refuses. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, test } from "vitest";
import { says } from "../support/blame.js";
import { Random } from "../support/random.js";
import { cli, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const FORMATS = {
  "nvme-prp": [],
  "nvme-sgl": [],
  "virtio-split": [],
  "virtio-packed": ["--writable"],
  ahci: ["--max", "4MiB"],
  iovec: [],
  rdma: ["--page", "8KiB", "--big-endian"],
  chain: [],
} as const;
type Format = keyof typeof FORMATS;

/** Options that descriptors alone take. */
const LIMITS = new Set(["--max", "4MiB"]);
const DECODED = new Set(["--page", "8KiB", "--big-endian"]);

/** Whole pages, in any order, most of them apart. */
function randomRanges(random: Random, count: number): string {
  const lines = Array.from({ length: count }, () => {
    const addr = BigInt(random.integer(1, 2 ** 40)) * 8192n;
    return `0x${addr.toString(16)},${random.integer(1, 40) * 8192}\n`;
  });
  return lines.join("");
}

/** Words of the fields that `descriptors --to binary` says on standard error. */
function fieldWords(stderr: string): string[] {
  return stderr
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => ["--field", line.replace(/ +/, "=")]);
}

async function written(words: readonly string[], stdin: string | Uint8Array = "") {
  const result = await cli(words, { stdin });
  expect({ code: result.code, words, stderr: result.code === 0 ? "" : result.stderr }).toEqual({
    code: 0,
    words,
    stderr: "",
  });
  return result;
}

describe.each(Object.keys(FORMATS) as Format[])("%s", (format) => {
  const options = FORMATS[format];
  const limits = options.filter((word) => LIMITS.has(word));
  const decoding = options.filter((word) => DECODED.has(word));

  test.each([1, 2, 3, 40, 700])("random segments are what was encoded: %i ranges", async (count) => {
    const random = new Random(count * 31 + format.length);
    for (let round = 0; round < 3; round++) {
      const ranges = randomRanges(random, count);
      const { stdout: expected } = await written(["map", "--to", "csv", ...limits], ranges);
      for (const to of ["text", "json", "binary"]) {
        const words = ["--format", format, "--at", "0x70000000"];
        const dump = await written(["descriptors", ...words, ...options, "--to", to], ranges);
        const fields = to === "binary" ? [...words.slice(2), ...fieldWords(dump.stderr)] : [];
        const again = await cli(["decode", "--format", format, ...decoding, ...fields, "--to", "csv"], {
          stdin: to === "binary" ? dump.bytes : dump.stdout,
        });
        expect({ to, ...again, bytes: undefined }).toMatchObject({ to, code: 0, stderr: "", stdout: expected });
      }
    }
  });
});

const PRP =
  "prp1  0x1000\nprp2  0xd0000000\nlength  0x4000\n0xd0000000  0x0000000000002000  0x0000000000900000\n0xd0000010  0x0000000000901000\n";

describe("a dump", () => {
  it("in text gives segments in every format of map", async () => {
    const words = ["decode", "--format", "nvme-prp"];
    expect((await written(words, PRP)).stdout).toBe(
      "address                 size KiB  flags\n" +
        "0x0000000000001000             8  -\n0x0000000000900000             8  -\n2 segments, 16 KiB\n",
    );
    const json = '{"addr":"4096","length":8192}\n{"addr":"9437184","length":8192}\n';
    expect((await written([...words, "--to", "ndjson"], PRP)).stdout).toBe(json);
    const output = join(folder, "out.records");
    await written([...words, "-o", output], PRP);
    expect((await written(["map", output, "--to", "ndjson"])).stdout).toBe(json);
  });

  it("may be CRLF text, packed by gzip, in a file", async () => {
    const text = file("prp.txt", gzipSync(PRP.replaceAll("\n", "\r\n")));
    const words = ["decode", "--format", "nvme-prp", text, "--to", "csv"];
    expect((await written(words)).stdout).toContain("0x1000,8192,0x0");
    expect(await cli([...words, "--no-gzip"])).toMatchObject({ code: 1 });
  });

  it("in binary takes fields in any base, and the defaults of what is left out", async () => {
    const iovec = new Uint8Array(BigUint64Array.of(0x1000n, 64n, 0x9000n, 5n).buffer);
    const words = ["decode", "--format", "iovec", "--to", "csv"];
    const head = "addr,length,flags\n";
    expect((await written(words, iovec)).stdout).toBe(`${head}0x1000,64,0x0\n0x9000,5,0x0\n`);
    expect((await written([...words, "--field", "iovcnt=0x1"], iovec)).stdout).toBe(`${head}0x1000,64,0x0\n`);
    const pages = new Uint8Array(BigUint64Array.of(0x1000n, 0x9000n).buffer);
    const rdma = ["decode", "--format", "rdma", "--to", "csv", "--field", "first_offset=2048"];
    expect((await written(rdma, pages)).stdout).toBe(`${head}0x1800,2048,0x0\n0x9000,4096,0x0\n`);
  });

  it("of a queue begins at the head, and has what is read before what is written", async () => {
    const ring = new Uint8Array(64);
    const view = new DataView(ring.buffer);
    // Slot 1 leads to slot 3, which the device writes to.
    view.setBigUint64(16, 0x5000n, true);
    view.setUint32(24, 16, true);
    view.setUint16(28, 1, true);
    view.setUint16(30, 3, true);
    view.setBigUint64(48, 0x1000n, true);
    view.setUint32(56, 512, true);
    view.setUint16(60, 2, true);
    const { stdout } = await written(["decode", "--format", "virtio-split", "--field", "head=1", "--to", "csv"], ring);
    expect(stdout).toBe("addr,length,flags\n0x5000,16,0x0\n0x1000,512,0x0\n");
  });

  it("of an SGL with bit buckets says what they were", async () => {
    const sgl = ["--field", "sgl1_addr=0", "--field", `sgl1_word=0x${((0x10n << 56n) | 512n).toString(16)}`];
    const { stdout, stderr } = await cli(["decode", "--format", "nvme-sgl", ...sgl, "--to", "csv"]);
    expect({ stdout, stderr }).toEqual({
      stdout: "addr,length,flags\n",
      stderr: "segring: stdin: left out bit buckets of 512 bytes\n",
    });
  });

  it("that looks like text is bytes where --from says so", async () => {
    const text = "prp1  0x1000\n\n\n\n".padEnd(32, "\0");
    const { code, stderr } = await cli(["decode", "--format", "ahci", "--from", "binary"], { stdin: text });
    expect({ code, stderr }).toEqual({ code: 1, stderr: says("stdin: descriptor 1") });
  });
});

describe("what is refused: exit 1, and nothing is written", () => {
  const WORD = "0x0000000000001000";
  test.each<[string, string, string | Uint8Array, ...string[]]>([
    [
      "an entry that is no page",
      "nvme-prp",
      PRP.replace("0x0000000000901000", "0x0000000000901004"),
      "descriptor 4",
      "0x901004",
    ],
    ["a list that is elsewhere", "nvme-prp", PRP.replace("prp2  0xd0", "prp2  0xe0"), "descriptor 2", "0xe0000000"],
    ["an odd length", "ahci", `prdtl  0x1\n0x0  ${WORD}  0x0000000000000000\n`, "descriptor 1", "1 bytes at 0x1000"],
    ["too few entries", "ahci", `prdtl  0x2\n0x0  ${WORD}  0x0000000100000000\n`, "the dump"],
    ["an unknown type", "nvme-sgl", "sgl1_addr  0x0\nsgl1_word  0x5000000000000000\n", "descriptor 1", "0x50"],
    ["a loop", "virtio-split", `head  0x0\n0x0  ${WORD}  0x0000000100000010\n`, "descriptor"],
    ["no chain", "virtio-packed", `0x0  ${WORD}  0x0000000000000010\n`, "descriptor 1", "slot 0"],
    ["past the end", "iovec", "iovcnt  0x1\n0x0  0xffffffffffffffff  0x0000000000000002\n", "descriptor 1"],
    ["no multiple of the page", "rdma", "0x0  0x0000000000001004\n", "descriptor 1", "0x1004"],
    ["more pages than bytes", "rdma", `length  0x1000\n0x0  ${WORD}  ${WORD}\n`, "the count"],
    [
      "a bad record",
      "chain",
      `first_page  0x7000\nrecords  0x1\n0x7000  ${WORD}  0x0000000800000001\n`,
      "record 1",
      "flags",
    ],
    ["a row elsewhere", "iovec", `0x0  ${WORD}  ${WORD}\n0x20  ${WORD}  ${WORD}\n`, "line 2", "0x10", "0x20"],
    ["another field", "iovec", "prp1  0x1\n", "iovcnt", "prp1"],
    ["a field twice", "iovec", "iovcnt  0x1\niovcnt  0x1\n", "line 2", "iovcnt"],
    ["no row", "iovec", "iovcnt  0x1\nhello\n", "line 2", '"hello"'],
    ["a line too long", "iovec", `iovcnt  0x1\n${"x".repeat(70_000)}`, "line 2"],
    ["a half word", "ahci", new Uint8Array(24), "24 bytes", "8 over"],
    ["JSON of another format", "iovec", '{"format":"ahci","fields":{},"at":"0x0","words":[]}', "iovec", "ahci"],
    ["JSON with a number", "iovec", '{"format":"iovec","fields":{},"at":"0x0","words":[1]}', "word 1", "got 1"],
    ["JSON without words", "iovec", '{"format":"iovec","fields":{},"at":"0x0"}', "words"],
    ["no JSON", "iovec", '{"format":', "JSON"],
    ["JSON of something else", "iovec", '{"a":1}', "iovec"],
  ])("%s", async (_name, format, stdin, ...named) => {
    const output = join(folder, "never.csv");
    const { code, stdout, stderr } = await cli(["decode", "--format", format, "-o", output], { stdin });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: says("stdin", ...named) });
  });
});

describe("mistakes in the command line: exit 2", () => {
  test.each([
    [["decode"], "--format"],
    [["decode", "--format", "tape"], "--format"],
    [["decode", "--format", "ahci", "a", "b"], "'decode'"],
    [["decode", "--format", "ahci", "--page", "4096"], "--page"],
    [["decode", "--format", "nvme-prp", "--at", "5"], "--at"],
    [["decode", "--format", "ahci", "--field", "prp1=5"], "prdtl"],
    [["decode", "--format", "ahci", "--field", "prdtl"], "--field"],
    [["decode", "--format", "ahci", "--field", "prdtl=x"], "--field"],
    [["decode", "--format", "ahci", "--field", "prdtl=1", "--field", "prdtl=1"], "prdtl"],
    [["decode", "--format", "ahci", "--field", "prdtl=16EiB"], "prdtl"],
    [["decode", "--format", "nvme-prp", "--field", "prp1=0"], "length"],
  ])("%j", async (words, named) => {
    const { code, stdout, stderr } = await cli(words);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: says("", named) });
  });

  test("--at is needed for binary lists, and agrees with what a dump says", async () => {
    const bytes = new Uint8Array(16);
    const words = ["decode", "--format", "chain"];
    expect(await cli(words, { stdin: bytes })).toMatchObject({ code: 2, stderr: says("", "--at", "16 bytes") });
    const prp = ["decode", "--format", "nvme-prp", "--at", "0x1000"];
    expect(await cli(prp, { stdin: PRP })).toMatchObject({ code: 2, stderr: says("--at", "0xd0000000") });
  });

  test("at a terminal, without a file", async () => {
    const { code, stderr } = await cli(["decode", "--format", "ahci"], { terminals: ["stdin"] });
    expect({ code, stderr }).toEqual({ code: 2, stderr: says("", "FILE") });
  });
});
