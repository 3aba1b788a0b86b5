/** Inputs that are packed in a way that the command does not undo: it names the command that does. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openInput } from "../../src/cli/input.js";
import type { Io } from "../../src/cli/io.js";
import { says } from "../support/blame.js";
import { cli, frames, records, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** "0x1000,4096\n" as each program packs it, or the start of that. */
const PACKED = [
  ["zstd", ".zst", "28b52ffd240c6100003078313030302c343039360a6b0f4f4a"],
  ["zstd", ".zstd", "502a4d18040000000000000028b52ffd240c610000"],
  ["xz", ".xz", "fd377a585a000004e6d6b4460200210116000000742fe5a3"],
  ["bzip2", ".bz2", "425a683931415926535903d5a5b1000002dd00000410"],
  ["bzip2", ".bz2", "425a683917724538509000000000"],
  ["lz4", ".lz4", "04224d186440a70c0000803078313030302c343039360a00000000"],
  ["lz4", ".lz4", "02214c180e000000c03078313030302c343039360a"],
  ["lzip", ".lz", "4c5a4950010c0018"],
] as const;

describe.each(PACKED)("%s, %s, %s", (name, extension, hex) => {
  const bytes = Buffer.from(hex, "hex");

  test("by its first bytes, whatever it is called and wherever it comes from", async () => {
    for (const command of ["map", "info", "union"]) {
      const path = file("input.csv", bytes);
      expect(await cli([command, path])).toMatchObject({
        ...{ code: 2, stdout: "" },
        stderr: says(path, `${name} -dc ${path} |`, "--from csv"),
      });
    }
    for (const words of [["map"], ["map", "-"], ["plan", "--cap", "1KiB", "--from", "csv"]]) {
      expect(await cli(words, { stdin: bytes })).toMatchObject({
        ...{ code: 2, stdout: "" },
        stderr: says("stdin", `${name} -dc |`),
      });
    }
  });

  test("in pieces of a byte", async () => {
    async function* pieces() {
      for (const byte of bytes) yield Uint8Array.of(byte);
    }
    const { code, stderr } = await cli(["map"], { stdin: pieces() });
    expect(stderr).toEqual(says("stdin", `${name} -dc |`));
    expect(code).toBe(2);
  });

  test("by its name, whatever is in it", async () => {
    for (const content of ["", "0x1000,4096\n"]) {
      for (const ending of [extension, extension.toUpperCase()]) {
        const path = file(`frames.pfn64${ending}`, content);
        const { code, stdout, stderr } = await cli(["map", path]);
        expect(stderr).toEqual(says(path, `${name} -dc ${path} |`, "--from pfn64"));
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      }
    }
    const path = file(`ranges.csv${extension}`, "0x1000,4096\n");
    expect(await cli(["map", path, "--no-gzip", "--to", "csv"])).toMatchObject({ code: 0, stderr: "" });
  });
});

test("a name is given as a shell takes it", async () => {
  const path = file("it's here $HOME.zst", "");
  expect((await cli(["map", path])).stderr).toEqual(says(path, `zstd -dc '${folder}/it'\\''s here $HOME.zst' |`));
});

test("records and frames that only look alike are read: a byte more tells", async () => {
  // BZh9 and lz4's magic number as the low half of a page frame number.
  for (const pfn of [0x39685a42n, 0x184d2204n]) {
    const { code, bytes } = await cli(["map", "--from", "pfn64", "--to", "records"], { stdin: frames(pfn) });
    expect(code).toBe(0);
    expect(bytes).toEqual(records([pfn * 4096n, 4096]));
  }
  // zstd's has nothing more: the option says so.
  const zstd = await cli(["map", "--from", "pfn64", "--no-gzip", "--to", "records"], { stdin: frames(0xfd2fb528n) });
  expect(zstd).toMatchObject({ code: 0, bytes: records([0xfd2fb528n * 4096n, 4096]) });
});

test("gzip is still unpacked, by its name and by its first bytes", async () => {
  for (const name of ["a.csv.gz", "a.csv"]) {
    const { code, stdout } = await cli(["map", file(name, gzipSync("0x1000,4096\n")), "--to", "csv"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "addr,length,flags\n0x1000,4096,0x0\n" });
  }
});

test.each(["0", "B", "BZ", "\x1f"])(
  "a pipe that has given %j is not waited for, unless that may be a packing",
  async (first) => {
    const { promise: waited, resolve: more } = deferred();
    async function* slow() {
      yield Buffer.from(first, "latin1");
      await waited;
      yield Buffer.from(",1\n");
    }
    const io = { stdin: () => Readable.from(slow()), stdinStat: undefined } as unknown as Io;
    const opened = openInput("-", true, io);
    if (first !== "0") more();
    const input = await opened;
    more();
    const parts: Uint8Array[] = [];
    for await (const part of input.bytes) parts.push(part);
    expect([input.isGzip, Buffer.concat(parts).toString("latin1")]).toEqual([false, `${first},1\n`]);
  },
);

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
