import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SegmentTable } from "../../src/core/segment-table.js";
import { type Mapping, parseMaps, readMaps } from "../../src/node/index.js";
import { blamedBy, blames } from "../support/blame.js";
import { linux, ODD_CHARACTERS, recorded, thrown } from "./machine.js";

/** The line the kernel would print (fs/proc/task_mmu.c: show_vma_header_prefix), without the padding before the path. */
function print({ addr, length, permissions, offset, device, inode, path }: Mapping): string {
  const wide = (value: bigint) => value.toString(16).padStart(8, "0");
  return `${wide(addr)}-${wide(addr + length)} ${permissions} ${wide(offset)} ${device} ${inode} ${path}`;
}

const VSYSCALL = "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";

describe("parseMaps", () => {
  it("reads every line of the recorded text", () => {
    const mappings = parseMaps(recorded("maps.txt"));
    expect(mappings).toHaveLength(53);
    expect(mappings[1]).toEqual({
      addr: 0x55e83a807000n,
      length: 0x14000n,
      permissions: "r-xp",
      offset: 0x3000n,
      device: "fe:00",
      inode: 260850n,
      path: "/usr/bin/sed",
    });
    expect(mappings.filter(({ path }) => path === "")).toHaveLength(4);
    expect(mappings.reduce((sum, { length }) => sum + length, 0n)).toBe(0x3c1000n);
  });

  it("loses nothing but the padding", () => {
    const text = recorded("maps.txt");
    const unpadded = text.replace(/^((?:\S+ ){4}\S+) +/gm, "$1 ");
    expect(`${parseMaps(text).map(print).join("\n")}\n`).toBe(unpadded);
  });

  it("keeps the highest page exactly", () => {
    expect(parseMaps(VSYSCALL)).toEqual([
      {
        addr: 0xffffffffff600000n,
        length: 4096n,
        permissions: "--xp",
        offset: 0n,
        device: "00:00",
        inode: 0n,
        path: "[vsyscall]",
      },
    ]);
    const last = parseMaps(
      "fffffffffffff000-ffffffffffffffff rw-s ffffffffffffffff 103:1f 18446744073709551615 /a\n",
    )[0];
    expect(last).toMatchObject({ length: 4095n, offset: 2n ** 64n - 1n, device: "103:1f", inode: 2n ** 64n - 1n });
  });

  it.each([
    ["/tmp/two  spaces (deleted)", "/tmp/two  spaces (deleted)"],
    ["/tmp/a\\012b", "/tmp/a\\012b"],
    ["/tmp/trailing ", "/tmp/trailing "],
    ["", ""],
  ])("takes the path %j as it is", (printed, path) => {
    expect(parseMaps(`1000-2000 rw-p 00000000 00:00 0     ${printed}\n`)[0]?.path).toBe(path);
  });

  it.each(ODD_CHARACTERS)("takes %j for a character of a path", (odd) => {
    const paths = [`/tmp/a${odd}b`, `/tmp/a${odd}`, `/${odd}${odd}[heap]`];
    const text = paths.map((path) => `1000-2000 rw-p 00000000 00:00 0     ${path}\n`).join("");
    expect(parseMaps(text).map(({ path }) => path)).toEqual(paths);
    expect(parseMaps(`${VSYSCALL}${text}`).map(({ path }) => path)).toEqual(["[vsyscall]", ...paths]);
  });

  it("reads lines that end in CR LF, if all do", () => {
    const text = recorded("maps.txt");
    const returns = text.replaceAll("\n", "\r\n");
    expect(parseMaps(returns)).toEqual(parseMaps(text));
    expect(parseMaps(`${returns}\r\n${returns.slice(0, -1)}`)).toEqual([...parseMaps(text), ...parseMaps(text)]);
    expect(parseMaps(`${returns}\n`).map(({ path }) => path)).toEqual(parseMaps(text).map(({ path }) => `${path}\r`));
    const named = "1000-2000 rw-p 00000000 00:00 0 /a\r\n";
    expect(parseMaps(named)[0]?.path).toBe("/a");
    expect(parseMaps(`${named}2000-3000 rw-p 00000000 00:00 0 \n`).map(({ path }) => path)).toEqual(["/a\r", ""]);
    expect(thrown(() => parseMaps(`${named.repeat(2)}oops\r\n`)).message).toMatch(/^line 3 .*, got "oops"$/);
  });

  it("reads a line without a path that lost its last space, and a text without its last newline", () => {
    expect(parseMaps("00001000-00002000 rw-p 00000000 00:00 0")).toHaveLength(1);
    expect(parseMaps("")).toEqual([]);
  });

  it("gives ranges", () => {
    const table = SegmentTable.from(parseMaps(recorded("maps.txt")));
    expect(table.addr(52)).toBe(0xffffffffff600000n);
  });

  it.each([
    ["an end that wrapped", "fffffffffffff000-00000000 rw-p 00000000 00:00 0"],
    ["an end that is the start", "00001000-00001000 rw-p 00000000 00:00 0"],
    ["an end of 2^64", "fffffffffffff000-10000000000000000 rw-p 00000000 00:00 0"],
    ["a permission that is none", "00001000-00002000 rwzp 00000000 00:00 0"],
    ["a number that is none", "00001000-00002000 rw-p 00000000 00:00 100000000000000000000"],
    ["another file", "root:x:0:0:root:/root:/bin/bash"],
  ])("refuses %s, with its line", (_, line) => {
    const error = thrown(() => parseMaps(`${VSYSCALL}\n${line}\n`));
    expect(error).toMatchObject({ name: "SegringError", code: "BAD_TEXT", index: 3 });
    expect(blamedBy(error.message)).toBe("line 3");
    expect(error.message).toContain(`, got ${JSON.stringify(line)}`);
  });

  it("shortens a long line in the message", () => {
    const { message } = thrown(() => parseMaps("x".repeat(100_000)));
    expect(blamedBy(message)).toBe("line 1");
    expect(message.length).toBeLessThan(200);
  });

  it("refuses what is no text", () => {
    expect(() => parseMaps(new Uint8Array(3) as never)).toThrow(blames(TypeError, "text"));
  });
});

describe("readMaps", () => {
  it("reads this process", () => {
    if (!linux) {
      expect(() => readMaps()).toThrow(blames(Error, "/proc/self/maps"));
      return;
    }
    const mappings = readMaps();
    expect(mappings.some(({ path }) => path === "[stack]")).toBe(true);
    // The text changes between two reads only where memory is mapped meanwhile: the program's own lines stay.
    const own = (text: string) => text.split("\n").filter((line) => line.includes("r-xp") && line.includes("/"));
    expect(own(`${mappings.map(print).join("\n")}\n`)).toEqual(
      own(readFileSync("/proc/self/maps", "utf8").replace(/^((?:\S+ ){4}\S+) +/gm, "$1 ")),
    );
    expect(readMaps(process.pid).find(({ path }) => path === "[stack]")?.addr).toBe(
      mappings.find(({ path }) => path === "[stack]")?.addr,
    );
  });

  it("names a process that is not there, with the system's error as its cause", () => {
    const error = thrown(() => readMaps(2 ** 31 - 1));
    expect(error.message).toContain('"/proc/2147483647/maps"');
    expect(error.cause).toMatchObject({ code: "ENOENT" });
  });

  it.each([0, -1, 1.5, 2 ** 31, Number.NaN])("refuses process number %d", (pid) => {
    expect(() => readMaps(pid)).toThrow(blames(RangeError, "pid"));
  });

  it("refuses a process that is no number", () => {
    expect(() => readMaps("../1" as never)).toThrow(TypeError);
  });
});
