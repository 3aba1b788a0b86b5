/** What the command line says, as people read it. Elsewhere a test asks for the exit code, and what is named. */
import { constants } from "node:buffer";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, frames, records, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const FORMATS = "pfn64, records, csv, ndjson, json, iomem, maps, filefrag";
const POWER = "expected a power of two from 1 to";

const OBJECT = 'expected {"addr": …, "length": …, "flags": …}, got';
const INTEGER = "expected an integer from 0 to 2^64 - 1, decimal or 0x…, got";
const NUMBER = "expected a number up to 2^53 - 1 or a string (JSON readers round larger numbers), got";

describe("mistakes in the command line", () => {
  test.each<[string[], string]>([
    [[], "expected a command: pin, map, union, plan, requests, descriptors, decode, plot or info (segring --help)"],
    [["frobnicate"], "unknown command 'frobnicate'"],
    [["map", "--frobnicate"], "unknown option '--frobnicate'"],
    [["map", "--from"], "option '--from <format>' argument missing"],
    [["map", "--from", "xml"], `--from expected auto, ${FORMATS}, got "xml"`],
    [["map", "--from", "CSV"], `--from expected auto, ${FORMATS}, got "CSV"`],
    [["map", "--to", "xml"], '--to expected table, csv, ndjson, json, records, got "xml"'],
    [["map", "--engine", "gpu"], '--engine expected auto, wasm, js, got "gpu"'],
    [
      ["map", "--max", "4K"],
      '--max expected bytes such as 4096, 0x1000, 64KiB or 4GiB (KiB, MiB, GiB, TiB, PiB, EiB), got "4K"',
    ],
    [["map", "--max", "0"], "--max expected 1 to 4294967296, got 0"],
    [["map", "--max", "5GiB"], "--max expected 1 to 4294967296, got 5368709120"],
    [["map", "--max", "18446744073709551617"], "--max expected 1 to 4294967296, got 18446744073709551617"],
    [["map", "--align", "3"], `--align ${POWER} 4294967296, got 3`],
    [["map", "--align", "8KiB", "--max", "4KiB"], "--align expected at most --max (4096), got 8192"],
    [["map", "--boundary", "3"], "--boundary expected 0 or a power of two up to 2^63, got 3"],
    [["map", "--boundary", "16EiB"], "--boundary expected an integer from 0 to 2^64 - 1, got 18446744073709551616"],
    [["map", "--boundary", "2", "--align", "4"], "--boundary expected 0 or at least --align (4), got 2"],
    [["map", "--from", "pfn64", "--page-bytes", "0"], `--page-bytes ${POWER} 2147483648, got 0`],
    [["map", "--from", "pfn64", "--page-bytes", "3000"], `--page-bytes ${POWER} 2147483648, got 3000`],
    [["map", "--from", "pfn64", "--page-bytes", "4GiB"], `--page-bytes ${POWER} 2147483648, got 4294967296`],
    [["map", "--from", "csv", "--page-bytes", "4096"], "--page-bytes is for pfn64, the input is csv"],
    [["info", "--from", "csv", "--unwritten", "skip"], "--unwritten is for filefrag, the input is csv"],
    [["info", "--from", "maps", "--unaddressed", "skip"], "--unaddressed is for filefrag, the input is maps"],
    [["info", "--from", "csv", "--radix", "16"], "--radix is for filefrag, the input is csv"],
    [["map", "--radix", "8"], '--radix expected 10, 16, got "8"'],
    [["map", "--unwritten", "maybe"], '--unwritten expected refuse, keep, skip, got "maybe"'],
    [["map", "--unaddressed", "keep"], '--unaddressed expected refuse, skip, got "keep"'],
    [["map", "-o", ""], '-o expected a file name, got ""'],
    [["map", "-o", "out.csv.gz"], "out.csv.gz: gzip is not written; leave -o out and pipe into gzip"],
    [["map", "-o", "out.csv.GZ"], "out.csv.GZ: gzip is not written; leave -o out and pipe into gzip"],
    [["union", "-o", "out.csv.zst"], "out.csv.zst: zstd is not written; leave -o out and pipe into zstd"],
    [["plan", "--cap", "1", "-o", "a.xz"], "a.xz: xz is not written; leave -o out and pipe into xz"],
    [["requests", "-o", "out.csv.gz"], "out.csv.gz: gzip is not written; leave -o out and pipe into gzip"],
    [
      ["descriptors", "--format", "ahci", "-o", "a.bz2"],
      "a.bz2: bzip2 is not written; leave -o out and pipe into bzip2",
    ],
    [["pin", "--rows", "1.5"], '--rows expected a number of segments, in digits, got "1.5"'],
    [["map", "-o", "out.pfn64"], "out.pfn64: pfn64 is not written: say --to table, csv, ndjson, json, records"],
    [
      ["pin", "--size", "1G"],
      '--size expected bytes such as 4096, 0x1000, 64KiB or 4GiB (KiB, MiB, GiB, TiB, PiB, EiB), got "1G"',
    ],
    [["pin", "--size", "0"], `--size expected 1 to ${constants.MAX_LENGTH}, got 0`],
    [["pin", "--rows", "-1"], '--rows expected a number of segments, in digits, got "-1"'],
    [["pin", "file"], "too many arguments for 'pin'. Expected 0 arguments but got 1."],
    [["info", "--max", "1"], "unknown option '--max'"],
    [["requests", "--max-bytes", "1", "--block", "512"], "--max-bytes expected at least --block (512), got 1"],
    [["requests", "--max-segments", "0"], "--max-segments expected 1 to 4294967296, got 0"],
    [["requests", "--max-segments", "1.5"], '--max-segments expected a number of segments, in digits, got "1.5"'],
    [["requests", "--virtual-boundary", "3"], "--virtual-boundary expected 0 or a power of two, got 3"],
    [["requests", "--stripe", "100", "--block", "512"], "--stripe expected 0 or a multiple of --block (512), got 100"],
    [
      ["requests", "--preset", "floppy"],
      '--preset expected linuxDefault, nvmePrp, ahci, virtioBlk, rdma, got "floppy"',
    ],
    [
      ["descriptors", "--format", "tape"],
      '--format expected nvme-prp, nvme-sgl, virtio-split, virtio-packed, ahci, iovec, rdma, chain, got "tape"',
    ],
    [
      ["descriptors", "--format", "ahci", "--at", "5"],
      "--at expected an address below 2^64 and a multiple of 4096, got 5",
    ],
    [
      ["descriptors", "--format", "rdma", "--page", "512"],
      "--page expected a power of two from 4096 to 134217728, got 512",
    ],
    [["decode", "--format", "ahci", "--field", "prp1=5"], "--field of ahci expected prdtl, got prp1"],
    [
      ["decode", "--format", "ahci", "--field", "prdtl"],
      '--field expected a name and a value such as prp1=0x1000, got "prdtl"',
    ],
    [
      ["decode", "--format", "nvme-prp", "--field", "prp1=0"],
      "expected --field length=…, which nvme-prp needs and the dump does not say",
    ],
    [["union", "-", "-"], "expected standard input (-) once"],
    [["map", "--to", "csv", "--numbers", "--hex"], "--numbers and --hex exclude each other"],
    [["map", "--bytes", "--to", "csv"], "--bytes is for table, not for csv"],
    [["plan", "--cap", "1", "--inputs", "--to", "records"], "--inputs writes no segments, which records hold"],
    [["info", "-o", "a.records"], "a.records: records is not written: say --to table, csv, ndjson, json"],
    [["map", "--hex"], "--hex is for csv, ndjson and json, not for table"],
    [["union", "--to", "records", "--numbers"], "--numbers is for csv, ndjson and json, not for records"],
    [["plan", "--cap", "0"], "--cap expected 1 to 4294967296 bytes, got 0"],
  ])("%j", async (words, message) => {
    expect(await cli(words)).toMatchObject({ code: 2, stdout: "", stderr: `segring: ${message}\n` });
  });
});

describe("inputs", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["csv", "0,1\nhello\n", 'line 2, column 1: expected addr,length[,flags], got "hello"'],
    ["csv", "0,4KiB\n", `line 1, column 3: length ${INTEGER} "4KiB"`],
    ["csv", "0,1,1\n", "line 1, column 5: flags expected only NOMERGE (2), BUS (4) and the tag in bits 8-31, got 0x1"],
    ["csv", "5,0\n", "line 1, column 3: length expected 1 or more, got 0 (--skip-empty passes over it)"],
    [
      "csv",
      "0xffffffffffffffff,2\n",
      "line 1, column 20: addr + length expected up to 2^64, got 18446744073709551615 + 2",
    ],
    ["csv", `${"x".repeat(200)},1,1,1\n`, `line 1, column 206: expected addr,length[,flags], got "${"x".repeat(80)}…"`],
    ["csv", `0,1\n${"1".repeat(70_000)}\n`, "line 2, column 65537: expected at most 65536 bytes, got more"],
    ["ndjson", "hello\n", `line 1, column 1: ${OBJECT} "hello"`],
    ["ndjson", '{"addr":9007199254740992,"length":1}', `line 1, column 9: addr ${NUMBER} 9007199254740992`],
    ["ndjson", '{"addr":1e3,"length":1}', 'line 1, column 9: addr expected an integer from 0 on, in digits, got "1e3"'],
    [
      "ndjson",
      '{"addr":0,"length":1,"flag":4}',
      'line 1, column 22: expected only addr, length or end, and flags, got "flag"',
    ],
    ["ndjson", '{"addr":0,"addr":1,"length":1}', "line 1, column 11: expected one addr, got two"],
    ["json", "{}", 'line 1, column 1: expected "[", got "{}"'],
    ["json", "[", 'line 1, column 2: expected an object or "]", got the end'],
    ["json", "[]]", 'line 1, column 3: expected the end after "]", got "]"'],
    ["json", '[{"addr":0,"length":1} {', 'line 1, column 24: expected "," or "]", got "{"'],
    ["records", records([0n, 1]).subarray(0, 15), "expected records of 16 bytes each, got 15 bytes, which is 15 over"],
    ["records", records([0n, 0]), "record 1: length expected 1 to 4294967296, got 0"],
    ["records", records([0n, 1, 0x20]), "record 1: flags expected without FLUSH, LINK and bits 5-7, got 0x20"],
    ["pfn64", new Uint8Array(9), "expected page frame numbers of 8 bytes each, got 9 bytes, which is 1 over"],
    [
      "pfn64",
      frames(1n << 52n),
      "record 1: expected a page frame number with (pfn + 1) * 4096 up to 2^64, got 0x10000000000000",
    ],
  ])("%s %j", async (format, stdin, message) => {
    const result = await cli(["map", "--from", format, "--to", "records"], { stdin });
    expect(result).toMatchObject({ code: 1, stderr: `segring: stdin: ${message}\n` });
  });

  test.each([
    [
      "last,encoded,eof",
      "an extent with a usable address (its bytes there are compressed or encoded, sync does not change that; --unaddressed skip leaves such extents out)",
    ],
    ["last,unwritten,eof", "an extent with data (--unwritten keep or skip takes the others)"],
  ])("filefrag: an option is called as on the command line: %s", async (words, what) => {
    const row = `   0: 0..0: 1..1: 1: ${words}`;
    const stdin = `File size of f is 1 (1 block of 4096 bytes)\n${row}\nf: 1 extent found\n`;
    const { stderr } = await cli(["map", "--from", "filefrag"], { stdin });
    expect(stderr).toBe(`segring: stdin: line 2 expected ${what}, got ${JSON.stringify(row)}\n`);
  });
});

describe("descriptors", () => {
  const WORD = "0x0000000000001000";
  test.each([
    ["ahci", `0x0  ${WORD}  0x0\n`, "descriptor 1: expected an even address and length, got 1 bytes at 0x1000"],
    ["virtio-packed", `0x0  ${WORD}  0x10\n`, "descriptor 1: slot 0 expected a chain for wrap 1, got none"],
    ["iovec", "hello  0x1\n", "expected only iovcnt, got hello"],
    ["iovec", `0x0  ${WORD}  0x1\nhello\n`, 'line 2: expected "name 0x…" or "0xADDRESS 0xWORD 0xWORD", got "hello"'],
    ["iovec", `0x0  ${WORD}  0x1\n0x8  ${WORD}\n`, "line 2: expected the row at 0x10, got 0x8"],
    ["ahci", `prdtl  0x2\n0x0  ${WORD}  0x0\n`, "the dump expected at least 32, got 16"],
    ["rdma", `length  0x1000\n0x0  ${WORD}  ${WORD}\n`, "the count expected 1 pages for 4096 bytes from 0 on, got 2"],
    [
      "nvme-prp",
      `prp1  0x1000\nprp2  0x5000\nlength  0x4000\n0xd000  ${WORD}\n`,
      "descriptor 2: a PRP list names 24 bytes at 0x5000, which are in no memory given",
    ],
    [
      "ahci",
      '{"format":"iovec","fields":{},"at":"0x0","words":[]}',
      'expected descriptors of ahci, as --format says, got "iovec"',
    ],
    [
      "ahci",
      '{"format":"ahci","fields":{},"at":"0x0","words":["0x1",7]}',
      'word 2 expected a string "0x…" of up to 64 bits, got 7',
    ],
  ])("%s %j", async (format, stdin, message) => {
    const { code, stderr } = await cli(["decode", "--format", format], { stdin });
    expect({ code, stderr }).toEqual({ code: 1, stderr: `segring: stdin: ${message}\n` });
  });
});

describe("files", () => {
  test("that are missing, folders, or of no known format", async () => {
    const missing = join(folder, "missing.csv");
    expect((await cli(["map", missing])).stderr).toBe(`segring: ${missing}: no such file or directory\n`);
    expect((await cli(["map", folder])).stderr).toBe(`segring: ${folder}: is a directory\n`);
    expect((await cli(["map"], { stdin: "hello\n" })).stderr).toBe(
      `segring: stdin: line 1, column 1: format not recognised: say --from ${FORMATS}\n`,
    );
  });
});
