import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { cli, command, REPOSITORY, result, start, temporaryFolder } from "../cli/support.js";

const folder = temporaryFolder();

/** MiB of heap for a child. Whatever holds a long text as a whole, or its lines, aborts in it. */
const HEAP = "--max-old-space-size=40";
const SPACE_BYTES = 4 * 2 ** 20;
const LONG_BYTES = 12 * 2 ** 20;
/** What hangs is found; what is slow is not at fault. */
const GUARD_MS = 300_000;

/** `map` of a file to CSV, in a heap that holds no long text. */
async function mapInLittleMemory(file: string, ...words: string[]) {
  const child = start(command(["map", join(folder, file), "--to", "csv", ...words], [HEAP]));
  child.stdin?.end();
  const { code, signal, stdout, stderr } = await result(child);
  return { code, signal, stderr, stdout };
}

function mapped(...rows: string[]) {
  return { code: 0, signal: null, stderr: "", stdout: `${["addr,length,flags", ...rows].join("\n")}\n` };
}

describe("a text of newlines fits into little memory", { timeout: GUARD_MS }, () => {
  beforeAll(() => {
    writeFileSync(join(folder, "newlines.gz"), gzipSync(Buffer.alloc(SPACE_BYTES, "\n")));
    writeFileSync(join(folder, "returns"), Buffer.alloc(SPACE_BYTES, "\r\n"));
  });

  test.each(["maps", "iomem", "filefrag", "csv", "ndjson", "json"])("%s", async (format) => {
    expect(await mapInLittleMemory("newlines.gz", "--from", format)).toEqual(mapped());
    expect(await mapInLittleMemory("returns", "--from", format)).toEqual(mapped());
  });

  test("json, before, in and after the array", async () => {
    const space = Buffer.alloc(SPACE_BYTES, "\n");
    const parts = ["", "[", '{"addr":0,"length":1}', ",", '{"addr":1,"length":1}', "]"];
    writeFileSync(
      join(folder, "array.json.gz"),
      gzipSync(Buffer.concat(parts.flatMap((part) => [Buffer.from(part), space]))),
    );
    expect(await mapInLittleMemory("array.json.gz")).toEqual(mapped("0x0,2,0x0"));
  });

  test("parseMaps, parseIomem, parseFilefrag", () => {
    const module = new URL("../../src/node/index.ts", import.meta.url).href;
    const script = `
      import { parseFilefrag, parseIomem, parseMaps } from ${JSON.stringify(module)};
      for (const end of ["\\n", "\\r\\n"]) {
        const text = Buffer.alloc(${SPACE_BYTES}, end).toString("latin1");
        console.log(parseMaps(text).length, parseIomem(text).length, parseFilefrag(text).length);
      }`;
    const words = [HEAP, "--import", "tsx", "--input-type=module", "-e", script];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: REPOSITORY, encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "0 0 0\n0 0 0\n", stderr: "" });
  });
});

describe("a long text fits into little memory", { timeout: GUARD_MS }, () => {
  const MAPPING = "00001000-00002000 rw-p 00000000 00:00 0                          /tmp/a\n";
  /** Two levels, 128 bytes together. */
  const entries = (index: number) => {
    const page = index.toString(16).padStart(13, "0");
    return `${page}000-${page}fff : Reserved by the firmware for what\n  ${page}000-${page}0ff : a device that has a name\n`;
  };
  const FILE = [
    "File size of a is 4096 (1 block of 4096 bytes)",
    " ext:     logical_offset:        physical_offset: length:   expected: flags:",
    "   0:        0..       0:      34816..     34816:      1:             last,eof",
    "a: 1 extent found\n",
  ].join("\n");
  const repeated = (text: string) => text.repeat(Math.ceil(LONG_BYTES / text.length));

  test.each([
    ["maps", () => repeated(MAPPING), "0x1000"],
    ["iomem", () => Array.from({ length: LONG_BYTES / 128 }, (_, index) => entries(index)).join(""), "0x0"],
    ["filefrag", () => repeated(FILE), "0x8800000"],
  ])("%s", async (format, text, address) => {
    writeFileSync(join(folder, `long.${format}.gz`), gzipSync(text(), { level: 1 }));
    const { stdout, ...rest } = await mapInLittleMemory(`long.${format}.gz`);
    expect(rest).toEqual({ code: 0, signal: null, stderr: "" });
    expect(stdout).toContain(`\n${address},`);
  });
});

describe("what has no end is refused", () => {
  async function* endless(start: string, more: string) {
    yield Buffer.from(start);
    for (;;) yield Buffer.from(more.repeat(4096));
  }

  test.each([
    ["maps", "\n\n", "x", 3],
    ["iomem", "0-1 : ", "x", 1],
    ["filefrag", "Filesystem type is: ef53\n", "a", 2],
    ["csv", "0,1\n", "0", 2],
    ["ndjson", '{"addr":0,"length":1}\n', " ", 2],
  ])("%s: a line", async (format, first, more, line) => {
    const { code, stderr } = await cli(["map", "--from", format], { stdin: endless(first, more) });
    const isOurs = format === "csv" || format === "ndjson";
    const [column, unit] = isOurs ? [", column 65537", "bytes"] : ["", "characters"];
    expect(stderr).toBe(`segring: stdin: line ${line}${column}: expected at most 65536 ${unit}, got more\n`);
    expect(code).toBe(1);
  });

  test("filefrag: a name", async () => {
    const { code, stderr } = await cli(["map", "--from", "filefrag"], { stdin: endless("File size of ", "a\n") });
    expect(stderr).toBe(
      'segring: stdin: line 1 expected "File size of … is … (… blocks of … bytes)", as filefrag -v prints first, got "File size of a"\n',
    );
    expect(code).toBe(1);
  });

  test("iomem: entries in each other", async () => {
    const { code, stderr } = await cli(["map", "--from", "iomem"], {
      stdin: endless(
        ["", "  ", "    ", "      ", "        "].map((indent) => `${indent}0-f : a\n`).join(""),
        "          0-f : a\n",
      ),
    });
    expect(stderr).toBe('segring: stdin: line 301 expected an entry in at most 299 others, got "          0-f : a"\n');
    expect(code).toBe(1);
  });

  test.each([
    ["before any array", "[".repeat(20), "[", 'line 1, column 2: expected an object or "]", got "[['],
    [
      "in an object",
      '[{"addr":',
      '{"a":',
      'line 1, column 2: expected an object of at most 65536 characters or "]", got "{\\"addr\\":{',
    ],
  ])("json: nesting %s", async (_, first, more, message) => {
    const { code, stderr } = await cli(["map", "--from", "json"], { stdin: endless(first, more) });
    expect(stderr.slice(0, `segring: stdin: ${message}`.length)).toBe(`segring: stdin: ${message}`);
    expect(code).toBe(1);
  });

  test("json: an object of 65536 characters is the longest, in pieces of any size", async () => {
    const object = (length: number) => `{"addr":0,"length":1${" ".repeat(length - 21)}}`;
    async function* pieces(text: string, size: number) {
      for (let from = 0; from < text.length; from += size) yield Buffer.from(text.slice(from, from + size));
    }
    for (const size of [1000, 65536, 1 << 20]) {
      const good = await cli(["map", "--from", "json", "--to", "csv"], { stdin: pieces(`[${object(65536)}]`, size) });
      expect(good).toMatchObject({ code: 0, stdout: "addr,length,flags\n0x0,1,0x0\n" });
      const long = await cli(["map", "--from", "json"], { stdin: pieces(`[${object(65537)}]`, size) });
      expect(long).toMatchObject({ code: 1 });
      expect(long.stderr).toMatch(
        /^segring: stdin: line 1, column 2: expected an object of at most 65536 characters or "\]", got "\{\\"addr\\":0,/,
      );
    }
  });
});
