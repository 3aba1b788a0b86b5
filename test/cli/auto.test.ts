import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { says } from "../support/blame.js";
import { cli, DATA, frames, records, SAMPLE, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const ONE = "0x1000,4096\n";

/** What `info` takes it for. */
async function kindOf(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  writeFileSync(file, content);
  const { stdout, stderr } = await cli(["info", file]);
  return stderr || (/^input +.* \((.*)\)\n/.exec(stdout)?.[1] ?? "");
}

describe("by content", () => {
  const text = (name: string) => readFileSync(join(DATA, name), "utf8");
  test.each([
    ["csv", "1,2\n"],
    ["csv", "0xFF, 0X10\n"],
    ["csv", "1,2,4\n"],
    ["csv", "1,2"],
    ["csv", "\n\n  addr , length\n1,2\n"],
    ["csv", "addr,length,flags\r\n1,2,0\r\n"],
    ["csv", "\ufeff1,2\n"],
    ["csv", "\n\n"],
    ["ndjson", ' {"addr":0,"length":1}\n'],
    ["json", '\n [\n{"addr":0,"length":1}]'],
    ["json", "[]"],
    ["iomem", text("iomem.txt")],
    ["maps", text("maps.txt")],
    ["filefrag", text("filefrag.txt")],
    ["filefrag", text("filefrag.txt").split("\n").slice(1).join("\n")],
  ])("%s: %j", async (format, content) => {
    expect(await kindOf("input", content)).toBe(format);
    expect(await kindOf("input.txt", content)).toBe(format);
    expect(await kindOf("input.gz", gzipSync(content))).toBe(`${format}, gzip`);
    const { stdout } = await cli(["info"], { stdin: content });
    expect(stdout).toContain(`input      stdin (${format})\n`);
  });
});

describe("by extension, which goes before content", () => {
  test.each([
    ["pfn64", frames(1n, 2n)],
    ["records", records([0n, 4096])],
    ["csv", ONE],
    ["ndjson", '{"addr":0,"length":1}'],
    ["json", "[]"],
    ["iomem", "00000000-00000fff : Reserved\n"],
    ["maps", "1000-2000 r--p 00000000 00:00 0\n"],
    ["filefrag", ""],
  ])("%s", async (format, content) => {
    expect(await kindOf(`a.${format}`, content)).toBe(format);
    expect(await kindOf(`b.${format}.gz`, gzipSync(content))).toBe(`${format}, gzip`);
    expect(await kindOf(`c.${format.toUpperCase()}`, content)).toBe(format);
    // Unpacked on the way, as a web server does it.
    if (content.length >= 4) expect(await kindOf(`d.${format}.gz`, content)).toBe(format);
  });

  test(".jsonl is ndjson", async () => {
    expect(await kindOf("a.jsonl", '{"addr":0,"length":1}')).toBe("ndjson");
  });

  test("the name is believed: other content is bad data", async () => {
    const file = join(folder, "wrong.csv");
    writeFileSync(file, '{"addr":0,"length":1}\n');
    const { code, stderr } = await cli(["map", file]);
    expect(stderr).toMatch(/^segring: .*wrong\.csv: line 1, column \d+: /);
    expect(code).toBe(1);
  });

  test("names that only look like one are not", async () => {
    for (const name of ["csv", "constructor", "x.constructor", "x.toString"])
      expect(await kindOf(name, ONE)).toBe("csv");
  });
});

describe("binary data is never guessed at", () => {
  test.each([
    ["pfn64", frames(1n, 2n)],
    ["frames of the sample", gunzipSync(readFileSync(SAMPLE))],
    ["records", records([0n, 4096], [4096n, 4096])],
    ["zeros", Buffer.alloc(100)],
    ["text with a zero", Buffer.from("1,2\n\0")],
  ])("%s", async (_name, content) => {
    const file = join(folder, "binary");
    for (const data of [content, gzipSync(content)]) {
      writeFileSync(file, data);
      const { code, stderr, stdout } = await cli(["map", file]);
      expect(stderr).toEqual(says(file, "--from pfn64", "--from records"));
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    }
  });

  test("nor is other text", async () => {
    for (const stdin of ["hello\n", "a,b\n", "%PDF-1.7\n", "12\n", "x".repeat(10_000)]) {
      const { code, stderr } = await cli(["map"], { stdin });
      expect(stderr).toEqual(says("stdin", "--from"));
      expect(code).toBe(2);
    }
  });
});

describe("gzip", () => {
  const packed = gzipSync(ONE);
  const map = (stdin: Uint8Array, ...words: string[]) => cli(["map", "--to", "csv", ...words], { stdin });
  const DONE = { code: 0, stdout: "addr,length,flags\n0x1000,4096,0x0\n", stderr: "", signal: null };

  test("by content, in a file and on standard input, whatever it is called", async () => {
    expect(await map(packed)).toMatchObject(DONE);
    const file = join(folder, "misnamed.csv");
    writeFileSync(file, packed);
    expect(await cli(["map", file, "--to", "csv"])).toMatchObject(DONE);
    copyFileSync(SAMPLE, join(folder, "sample.pfn64.bin"));
    const sample = await cli(["map", join(folder, "sample.pfn64.bin"), "--from", "pfn64"]);
    expect(sample.stdout).toContain("\n318 segments, 1 GiB\n");
  });

  test("members one after the other, empty ones among them", async () => {
    const members = Buffer.concat([gzipSync("0x1000,"), gzipSync(""), gzipSync("409"), gzipSync("6\n")]);
    expect(await map(members)).toMatchObject(DONE);
    async function* bytes() {
      for (let at = 0; at < members.length; at++) yield members.subarray(at, at + 1);
    }
    expect(await cli(["map", "--to", "csv"], { stdin: bytes() })).toMatchObject(DONE);
    expect((await map(Buffer.alloc(3000 * packed.length, packed), "--from", "csv")).stdout.split("\n")).toHaveLength(
      3002,
    );
  });

  test("zeros at the end are padding", async () => {
    for (const zeros of [1, 512, 100_000])
      expect(await map(Buffer.concat([packed, Buffer.alloc(zeros)]))).toMatchObject(DONE);
  });

  test.each([
    ["text", Buffer.from("hello")],
    ["zeros and then more", Buffer.concat([Buffer.alloc(512), Buffer.from("x")])],
    ["many zeros and then more", Buffer.concat([Buffer.alloc(100_000), Buffer.from("x")])],
    ["zeros and then a member", Buffer.concat([Buffer.alloc(512), packed])],
  ])("garbage at the end: %s", async (_name, garbage) => {
    expect(await map(Buffer.concat([packed, garbage]))).toMatchObject({
      code: 1,
      stderr: says("stdin"),
    });
  });

  test("cut off anywhere", async () => {
    const twice = Buffer.concat([packed, packed]);
    for (let size = 4; size < twice.length; size++) {
      if (size === packed.length) continue;
      expect(await map(twice.subarray(0, size), "--from", "csv")).toMatchObject({
        code: 1,
        stderr: says("stdin: gzip data is cut off"),
      });
    }
    const sample = readFileSync(SAMPLE);
    expect(await map(sample.subarray(0, 200_000), "--from", "pfn64")).toMatchObject({
      code: 1,
      stderr: says("stdin: gzip data is cut off"),
    });
  });

  test("cut off so early that the name alone says what it was", async () => {
    for (const size of [0, 1, 2, 3]) {
      const file = join(folder, `cut${size}.csv.gz`);
      writeFileSync(file, packed.subarray(0, size));
      expect(await cli(["map", file])).toMatchObject({
        code: 1,
        stderr: says(`${file}: gzip data is cut off`),
      });
    }
  });

  test("damaged", async () => {
    for (const [at, reason] of [
      [packed.length - 5, "incorrect data check"],
      [packed.length - 1, "incorrect length check"],
      [10, "invalid "],
    ] as const) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      expect(await map(damaged, "--from", "csv")).toMatchObject({
        code: 1,
        stderr: says("stdin", reason, "--no-gzip"),
      });
    }
  });

  test("frames that begin like gzip are refused, and read with --no-gzip", async () => {
    const stdin = frames(0x088b1fn, 0x088b20n, 0x088b21n);
    const refused = await map(stdin, "--from", "pfn64");
    expect(refused.stderr).toEqual(says("stdin", "gzip", "--no-gzip"));
    expect(refused.code).toBe(1);
    expect((await map(stdin, "--from", "pfn64", "--no-gzip")).stdout).toBe("addr,length,flags\n0x88b1f000,12288,0x0\n");
  });
});
