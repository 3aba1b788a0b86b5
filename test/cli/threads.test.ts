/** Pieces of files, as threads read them: wherever a file is cut, the pieces give the ranges of the whole. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Io } from "../../src/cli/io.js";
import { withThreads } from "../../src/cli/options.js";
import { openRanges, type ReadingOptions } from "../../src/cli/ranges.js";
import { type CutInput, cutInput } from "../../src/cli/threads/cut.js";
import type { FilePiece } from "../../src/cli/threads/piece.js";
import { readPiece } from "../../src/cli/threads/read-piece.js";
import { createMapperSync } from "../../src/mapper/create.js";
import type { ParsedRecords } from "../../src/text/parsed-records.js";
import { parseRecords } from "../../src/text/parser.js";
import { runs, seed } from "../support/check.js";
import { Random } from "../support/random.js";
import { cli, frames, temporaryFolder } from "./support.js";

const folder = temporaryFolder();
const open: number[] = [];
afterAll(() => {
  for (const descriptor of open) closeSync(descriptor);
});

function opened(name: string, content: string | Uint8Array): number {
  writeFileSync(join(folder, name), content);
  const descriptor = openSync(join(folder, name), "r");
  open.push(descriptor);
  return descriptor;
}

const OPTIONS = { pageBytes: 4096, columns: undefined, skipEmpty: false, engine: "auto" } as const;

describe("a text", () => {
  it("is the same ranges, however it is cut", () => {
    const random = new Random(seed);
    for (let round = 0; round < runs(40); round++) {
      const end = random.pick(["\n", "\r\n"]);
      const header = random.pick(["addr,length,flags", "length;addr", "# first", "0x5000,77"]);
      const isSemicolon = header.includes(";");
      const lines = [header];
      for (let count = random.integer(0, 12); count > 0; count--) {
        const addr = random.pick(["0x", ""]) + random.integer(0, 10 ** random.integer(0, 8));
        lines.push(
          random.pick([
            isSemicolon ? `9;${addr}` : `${addr},9`,
            isSemicolon ? `"9";${addr}` : ` ${addr} , 9`,
            "",
            "#x",
          ]),
        );
      }
      const text = (random.once(3) ? "\ufeff" : "") + lines.join(end) + random.pick(["", end]);
      const bytes = new TextEncoder().encode(text);
      const descriptor = opened(`${round}.csv`, bytes);
      const whole = [...parseRecords(bytes, { format: "csv" })];
      // Up to the first line that is none of the comments.
      const first = lines.findIndex((line) => line !== "" && !line.startsWith("#"));
      const head = bytes.subarray(0, new TextEncoder().encode(lines.slice(0, first + 1).join(end) + end).length + 3);
      if (first < 0) continue;
      const headEnd = bytes.indexOf(0x0a, head.length - 4) + 1 || bytes.length;
      for (let cut = 1; cut < bytes.length; cut++) {
        const pieces = [0, cut, random.integer(cut, bytes.length), bytes.length];
        const found = pieces.slice(1).flatMap((until, index) => {
          const from = pieces[index] as number;
          if (from === until) return [];
          const piece: FilePiece = {
            ...OPTIONS,
            descriptor,
            format: "csv",
            head: bytes.subarray(0, headEnd),
            from,
            end: until,
          };
          return [...(readPiece(piece) as ParsedRecords)];
        });
        expect(found, `${JSON.stringify(text)} cut at ${pieces}`).toEqual(whole);
      }
    }
  });

  it("that no thread can cut is known: no first line in 64 KiB, no end of that line", async () => {
    const cutOf = async (name: string, content: string | Uint8Array, options: Partial<ReadingOptions> = {}) => {
      writeFileSync(join(folder, name), content);
      const reading = { from: "auto", gzip: true, ...options } as ReadingOptions;
      const source = await openRanges(join(folder, name), reading, { stdinIsTerminal: false } as Io);
      try {
        return await cutInput(source, reading);
      } finally {
        source.input.close();
      }
    };
    expect(await cutOf("comments.csv", "# x\n".repeat(40_000))).toBe("alone");
    expect(await cutOf("short.csv", "0,1")).toBe("alone");
    expect(await cutOf("odd.pfn64", new Uint8Array(9))).toBe("alone");
    expect(await cutOf("some.maps", "0-1 r--p 0 0:0 0\n")).toBe(undefined);
    expect(await cutOf("empty", "")).toBe("alone");
    expect(await cutOf("empty.csv", "")).toBe("alone");
    const cut = (await cutOf("many.csv", "0,1\n".repeat(9000))) as CutInput;
    const pieces = [...cut.pieces(2)];
    expect([pieces.length, pieces[0]?.from, pieces.at(-1)?.end]).toEqual([8, 0, 36_000]);
  });
});

it("frames and records are read at their places", () => {
  const mapper = createMapperSync();
  const descriptor = opened("some.pfn64", frames(1n, 2n, 7n, 9n));
  const piece: FilePiece = { ...OPTIONS, descriptor, format: "pfn64", head: new Uint8Array(0), from: 8, end: 24 };
  expect(
    mapper
      .coalesce(readPiece(piece))
      .toJSON()
      .map(({ addr }) => addr),
  ).toEqual(["8192", "28672"]);
  expect(() => readPiece({ ...piece, end: 48 })).toThrow("expected 48 bytes");
});

describe("--threads", () => {
  it("alone never takes the next word, and behind -- it is a file", () => {
    expect(withThreads(["map", "--threads", "a.csv", "--", "--threads"])).toEqual([
      "map",
      "--threads=auto",
      "a.csv",
      "--",
      "--threads",
    ]);
  });

  it("is for whole numbers from 1 to 64", async () => {
    writeFileSync(join(folder, "a.csv"), "0,1\n");
    for (const count of ["0", "65", "-1", "many", ""]) {
      const { code, stderr } = await cli(["map", join(folder, "a.csv"), `--threads=${count}`]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^segring: .*--threads/)]);
    }
    for (const words of [["--threads"], ["--threads=1"]]) {
      const { code, stdout } = await cli(["map", ...words, join(folder, "a.csv"), "--to", "csv"]);
      expect([code, stdout]).toEqual([0, "addr,length,flags\n0x0,1,0x0\n"]);
    }
  });
});
