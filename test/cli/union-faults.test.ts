/** What goes wrong while `segring union` merges files, or writes ranges to disk: what is said, and that nothing is left. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { afterWriting } from "../../src/cli/spill/run-file.js";
import { Random } from "../support/random.js";
import { cli, shell, shellCommand, temporaryFolder } from "./support.js";

const root = temporaryFolder();
let folders = 0;
function newFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

/** More ranges than a run has, in no order, that do not touch. */
function shuffledCsv(count: number, flags = [0]): string {
  const random = new Random(3);
  const lines = Array.from({ length: count }, (_, i) => `${8192 * i},4096,${random.pick(flags)}\n`);
  for (let i = lines.length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [lines[i], lines[j]] = [lines[j] as string, lines[i] as string];
  }
  return lines.join("");
}
const MANY = shuffledCsv(12_000);
const KINDS = shuffledCsv(12_000, [0, 4]).replaceAll(",4096,", ",9000,");

/** The words of a union that writes to disk. */
function spilling(folder: string, ...more: readonly string[]): string[] {
  return ["union", "--memory", "1", "--temporary-directory", folder, "--to", "records", ...more];
}

afterEach(() => afterWriting.clear());

describe("a run that is damaged", () => {
  const faults: Record<string, (path: string, size: number, random: Random) => void> = {
    "a bit": (path, size, random) => {
      const descriptor = openSync(path, "r+");
      const at = random.integer(0, size - 1);
      const bytes = Buffer.alloc(1);
      // Whatever the byte was: one of the two is another.
      bytes[0] = random.integer(0, 255);
      writeSync(descriptor, bytes, 0, 1, at);
      bytes[0] ^= 1 << random.integer(0, 7);
      writeSync(descriptor, bytes, 0, 1, at);
      closeSync(descriptor);
    },
    "its end": (path, size, random) => truncateSync(path, random.integer(0, size - 1)),
    "a block of zeros": (path, size, random) => {
      const descriptor = openSync(path, "r+");
      const at = random.integer(0, size - 64);
      writeSync(descriptor, Buffer.alloc(64), 0, 64, at);
      closeSync(descriptor);
    },
  };

  it.each(Object.entries(faults))("%s is refused, or made no difference, and nothing is left", async (_, fault) => {
    const random = new Random(9);
    const whole = new Map<string, Buffer>();
    for (const stdin of [MANY, KINDS]) whole.set(stdin, (await cli(["union", "--to", "records"], { stdin })).bytes);
    let refused = 0;
    for (let round = 0; round < 12; round++) {
      const folder = newFolder();
      afterWriting.clear();
      let left = random.integer(0, 1);
      afterWriting.add((_descriptor, path) => {
        if (left-- === 0) fault(path, statSync(path).size, random);
      });
      const stdin = round % 2 === 0 ? MANY : KINDS;
      const { code, stderr, bytes } = await cli(spilling(folder), { stdin });
      if (code === 0) expect(bytes.equals(whole.get(stdin) as Buffer)).toBe(true);
      else {
        refused++;
        expect(stderr).toMatch(/^segring: [^\n]*segring-union-\d+-[0-9a-f]+\/\d+: damaged: [^\n]*\n$/);
      }
      expect(readdirSync(folder)).toEqual([]);
    }
    expect(refused).toBeGreaterThan(4);
  });
});

describe("a folder for runs", () => {
  it("that is not there, or is a file", async () => {
    const folder = newFolder();
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const [path, what] of [
      [join(folder, "nowhere"), "no such file or directory"],
      [file, "not a directory"],
    ] as const) {
      const { code, stdout, stderr } = await cli(spilling(path), { stdin: MANY });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^segring: ${path}: ${what} [^\\n]*--temporary-directory[^\\n]*\\n$`));
    }
    // What memory holds needs none.
    expect(await cli(["union", "--temporary-directory", join(folder, "nowhere")], { stdin: MANY })).toMatchObject({
      code: 0,
    });
  });

  it("that goes in the midst of the work: right all the same, or refused", async () => {
    const whole = (await cli(["union", "--to", "records"], { stdin: KINDS })).bytes;
    const folder = newFolder();
    afterWriting.add((_, path) => rmSync(join(path, "../.."), { recursive: true, force: true }));
    const { code, stderr, bytes } = await cli(spilling(folder), { stdin: KINDS });
    if (code === 0) expect(bytes.equals(whole)).toBe(true);
    else expect(stderr).toMatch(/^segring: [^\n]*: no such file or directory [^\n]*\n$/);
  });

  it("names what a killed union left, once, and keeps it", async () => {
    const folder = newFolder();
    const left = join(folder, `segring-union-${2 ** 22 + 1}-0123456789ab`);
    mkdirSync(left);
    mkdirSync(join(folder, `segring-union-${process.ppid}-0123456789ab`));
    const { code, stderr } = await cli(spilling(folder), { stdin: MANY });
    expect(code).toBe(0);
    expect(stderr).toBe(`segring: left by a union that was killed, and not removed: ${left}\n`);
    expect(readdirSync(folder)).toHaveLength(2);
    expect(await cli(["union", "--temporary-directory", folder], { stdin: MANY })).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  it.runIf(process.platform === "linux")("on a disk that is full", async () => {
    const folder = newFolder();
    const input = join(folder, "in.csv");
    writeFileSync(input, MANY);
    const temporary = newFolder();
    const command = shellCommand(spilling(temporary, input, "-o", join(folder, "out")));
    // In units of 1024 bytes in bash: the first run has 64 KiB.
    const { code, stderr } = await shell(`ulimit -f 40; exec ${command}`, folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^segring: [^\n]*segring-union-\d+-[0-9a-f]+\/0: file too large [^\n]*--temporary-directory[^\n]*\n$/,
    );
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(folder)).toEqual(["in.csv"]);
  });

  it("is removed where nobody reads the output", async () => {
    const folder = newFolder();
    const input = join(folder, "in.csv");
    writeFileSync(input, MANY);
    const temporary = newFolder();
    const command = shellCommand(["union", input, "--memory", "1", "--temporary-directory", temporary, "--to", "csv"]);
    const { stdout, stderr } = await shell(`set -o pipefail; ${command} | head -1; echo $?`, folder);
    expect({ stdout, stderr }).toEqual({ stdout: "addr,length,flags\n0\n", stderr: "" });
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe("--sorted", () => {
  const records = (...list: readonly (readonly [bigint, bigint])[]) => {
    const bytes = Buffer.alloc(16 * list.length);
    for (const [index, [addr, second]] of list.entries()) {
      bytes.writeBigUInt64LE(addr, 16 * index);
      bytes.writeBigUInt64LE(second, 16 * index + 8);
    }
    return bytes;
  };

  it("names the file, and the line or record, that is not sorted", async () => {
    const folder = newFolder();
    const sorted = join(folder, "sorted.csv");
    writeFileSync(sorted, "0,1\n5,1\n");
    const files: Record<string, [string | Buffer, string]> = {
      "a.csv": ["addr,length\n\n0x10,1\n\n16,2\n15,1\n0,1\n", "line 6"],
      "b.ndjson": ['{"addr":8,"length":1}\n\n{"addr":7,"length":9}\n', "line 3"],
      "c.json": ['[{"addr":8,"length":1},{"addr":7,"length":1}]', "record 2"],
      "d.records": [records([1n, 1n], [9n, 1n], [8n, 1n]), "record 3"],
      "e.pfn64": [Buffer.from(BigUint64Array.of(4n, 5n, 1n).buffer), "record 3"],
      "g.csv": ["0,0x300000000\n1,5\n0,1\n", "line 3"],
    };
    for (const [name, [text, place]] of Object.entries(files)) {
      const path = join(folder, name);
      writeFileSync(path, text);
      for (const words of [[path], [sorted, path], [path, sorted, sorted]]) {
        const { code, stderr } = await cli(["union", "--sorted", ...words]);
        expect(stderr).toMatch(
          new RegExp(`^segring: ${path}: ${place}: expected ranges by address, got 0x[^\\n]*\\n$`),
        );
        expect(code).toBe(1);
      }
    }
  });

  it("names a line far down, of a pipe too", async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `${4096 * i},${i % 7 === 0 ? "0x" : ""}100\n`);
    for (const bad of [2, 70_000, 199_999]) {
      const text = [...lines.slice(0, bad), "0,1\n", ...lines.slice(bad)].join("");
      const { stderr } = await cli(["union", "--sorted"], { stdin: `addr,length\n${text}` });
      expect(stderr).toMatch(new RegExp(`^segring: stdin: line ${bad + 2}: expected ranges by address`));
    }
  });

  it("names a line far below a header that is not the first line", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `x,${4096 * i + 100},${4096 * i}\n`);
    const text = `# a comment\n\nname,end,start\n${lines.join("")}y,20,10\n`;
    const { stderr } = await cli(["union", "--sorted"], { stdin: text });
    expect(stderr).toMatch(/^segring: stdin: line 60004: expected ranges by address, got 0xa /);
  });

  it("says what is wrong with a record as without it", async () => {
    const folder = newFolder();
    const path = join(folder, "x.records");
    for (const bad of [
      [5n, 0n],
      [5n, 0x10_0000_0001n],
      [2n ** 64n - 1n, 2n],
    ] as const) {
      writeFileSync(path, records([1n, 1n], bad));
      const plain = await cli(["union", path]);
      expect(plain).toMatchObject({ code: 1, stderr: expect.stringMatching(/: record 2: /) });
      expect((await cli(["union", "--sorted", path, path])).stderr).toBe(plain.stderr);
    }
    writeFileSync(path, Buffer.concat([records([1n, 1n]), Buffer.alloc(5)]));
    expect((await cli(["union", "--sorted", path])).stderr).toBe((await cli(["union", path])).stderr);
  });

  it("of hundreds of files, and of files that are empty", async () => {
    const folder = newFolder();
    const paths = Array.from({ length: 400 }, (_, file) => {
      const path = join(folder, `${file}.csv`);
      writeFileSync(
        path,
        Array.from({ length: file % 5 }, (_, i) => `${(i * 400 + file) * 100},60,${file % 3 === 0 ? 4 : 0}\n`).join(""),
      );
      return path;
    });
    const expected = await cli(["union", ...paths, "--to", "csv", "--gap", "30"]);
    expect(await cli(["union", "--sorted", ...paths, "--to", "csv", "--gap", "30"])).toEqual(expected);
    expect(expected.stdout.length).toBeGreaterThan(1000);
  });

  it("goes to disk where kinds lie over one another, and not where they lie apart", async () => {
    const folder = newFolder();
    const write = (name: string, lines: readonly string[]) => {
      writeFileSync(join(folder, name), lines.join(""));
      return join(folder, name);
    };
    const over = write("over.csv", [
      "0,1000000000,4\n",
      ...Array.from({ length: 20_000 }, (_, i) => `${i * 100},50\n`),
    ]);
    const apart = write(
      "apart.csv",
      Array.from({ length: 20_000 }, (_, i) => `${i * 100},50,${(i % 2) * 4}\n`),
    );
    const nowhere = join(folder, "nowhere");
    const words = (path: string) => [
      "union",
      "--sorted",
      path,
      "--memory",
      "1",
      "--to",
      "csv",
      "--temporary-directory",
      nowhere,
    ];
    expect(await cli(words(over))).toMatchObject({ code: 1, stdout: "" });
    expect((await cli(words(apart))).stdout).toBe((await cli(["union", apart, "--to", "csv"])).stdout);
    expect((await cli([...words(over), "--temporary-directory", folder])).stdout).toBe(
      (await cli(["union", over, "--to", "csv"])).stdout,
    );
  });
});

describe("what no memory holds", () => {
  it("is written piece by piece: kinds over one another, and NOMERGE ranges", async () => {
    for (const [stdin, size] of [
      ["0,1152921504606846976\n5,100,4\n", "16"],
      ["0,1152921504606846976,2\n5,100,4\n0,4096,2\n", "16"],
      ["0,4294967296,2\n", "1"],
    ] as const) {
      const enough = new Error("enough");
      let rows = "";
      const write = async (bytes: Uint8Array) => {
        rows += Buffer.from(bytes).toString();
        if (rows.length > 2_000_000) throw enough;
      };
      const { stderr } = await cli(["union", "--max", size, "--to", "csv"], { stdin, write });
      expect(stderr).toContain("enough");
      const addresses = rows
        .split("\n")
        .slice(1, 1000)
        .map((row) => BigInt(row.split(",")[0] as string));
      expect(addresses).toEqual([...addresses].sort((a, b) => (a < b ? -1 : 1)));
    }
  });

  it("64 NOMERGE ranges of so many segments at most", async () => {
    const stdin = "0,0x1000000000000,2\n".repeat(65);
    const { code, stderr } = await cli(["union", "--max", "1"], { stdin });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("more than 64 NOMERGE ranges") });
  });
});
