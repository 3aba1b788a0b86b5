/** Tables for people: one unit a column, plain bytes, colours. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { SizeColumn, sizeIn, unitOf } from "../../src/cli/size-column.js";
import { UNITS } from "../../src/core/sizes.js";
import { pageFrames } from "../../src/index.js";
import { says } from "../support/blame.js";
import { cli } from "./support.js";

const pin = (byteLength: number) => ({
  frames: pageFrames(BigUint64Array.of(1n, 9n, 5n), { byteLength }),
  readMilliseconds: 2,
});

/** Lines of ranges that do not touch. */
const csv = (sizes: readonly (number | bigint)[]) =>
  sizes.map((size, index) => `${BigInt(index) << 36n},${size}\n`).join("");

/** The sizes of a table, and its head. */
async function sizesOf(words: readonly string[], stdin: string): Promise<[head: string, sizes: string[]]> {
  const { code, stdout, stderr } = await cli(words, { stdin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [head = "", ...rows] = stdout.split("\n");
  const sizes = rows.filter((row) => row.startsWith("0x")).map((row) => row.trim().split(/ +/)[1] as string);
  return [/size (\w+)/.exec(head)?.[1] as string, sizes];
}

describe("the size column", () => {
  test.each([
    [[4096, 8192], "KiB", ["4", "8"]],
    [[4096, 2 ** 30], "KiB", ["4", "1048576"]],
    [[4096, 8191], "B", ["4096", "8191"]],
    [[2 ** 20, 2 ** 32], "MiB", ["1", "4096"]],
    [[2 ** 30, 2 ** 32], "GiB", ["1", "4"]],
    [[], "B", []],
  ])("of %j is in %s", async (sizes, unit, shown) => {
    expect(await sizesOf(["map"], csv(sizes))).toEqual([unit, shown]);
    expect(await sizesOf(["union"], csv(sizes))).toEqual([unit, shown]);
  });

  it("keeps the unit of the first 1000 rows, and writes all decimals of later sizes", async () => {
    const [head, sizes] = await sizesOf(["map"], csv([...Array(1000).fill(2 ** 30), 2 ** 29, 1]));
    expect(head).toBe("GiB");
    expect(sizes.slice(998)).toEqual(["1", "1", "0.5", "0.000000000931322574615478515625"]);
    expect((await sizesOf(["map"], csv([...Array(999).fill(2 ** 30), 2 ** 29, 1])))[0]).toBe("MiB");
  });

  it("does not depend on how the input is cut", async () => {
    const text = csv([...Array(1500).keys()].map((index) => (index < 1200 ? 4096 : 4096 + index)));
    const whole = await cli(["map"], { stdin: text });
    async function* cut(length: number) {
      for (let from = 0; from < text.length; from += length) yield Buffer.from(text.slice(from, from + length));
    }
    for (const length of [7, 100, 9000]) expect(await cli(["map"], { stdin: cut(length) })).toEqual(whole);
    expect(whole.stdout.split("\n")[0]).toContain("size KiB");
  });

  it("is in plain bytes with --bytes, in every command that shows sizes", async () => {
    const stdin = csv([4096, 8192]);
    for (const words of [
      ["map"],
      ["union"],
      ["requests"],
      ["plan", "--cap", "1GiB"],
      ["plan", "--cap", "1GiB", "--inputs"],
    ]) {
      const { stdout } = await cli([...words, "--bytes"], { stdin });
      expect([words, stdout]).toEqual([words, expect.stringMatching(/size B/)]);
      expect([words, stdout]).toEqual([words, expect.not.stringMatching(/[KMG]iB/)]);
      expect((await cli(words, { stdin })).stdout).toMatch(/size KiB/);
    }
    const info = await cli(["info", "--bytes"], { stdin });
    expect(info.stdout).toMatch(/^bytes {6}12288 B\n[\s\S]*alignment {2}4096 B,[\s\S]*at most 4294967296 B each/m);
    expect(info.stdout).not.toMatch(/[KMG]iB/);
    const { stdout } = await cli(["pin", "--bytes", "--size", "12KiB"], { pin });
    expect(stdout).toMatch(/^memory {11}12288 B of .*\npages in {9}3 of 4096 B\n/);
    expect(stdout).not.toMatch(/[KMG]iB/);
  });

  test.each(["map", "info", "requests", "pin"])("%s --bytes means nothing for programs", async (command) => {
    const { code, stderr } = await cli([command, "--to", "csv", "--bytes"], { stdin: "0,1\n", pin });
    expect({ code, stderr }).toEqual({ code: 2, stderr: says("--bytes", "csv") });
  });

  it("is exact: the digits of a size times its unit are the bytes", () => {
    const size = fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n }));
    fc.assert(
      fc.property(size, fc.integer({ min: 0, max: 3 }), (bytes, unit) => {
        const [whole = "", decimals = ""] = sizeIn(bytes, unit).split(".");
        const scale = 10n ** BigInt(decimals.length);
        expect((BigInt(whole) * scale + BigInt(decimals || "0")) << BigInt(10 * unit)).toBe(BigInt(bytes) * scale);
        expect(decimals.endsWith("0")).toBe(false);
      }),
    );
  });

  it("has the largest unit in which all sizes are whole", () => {
    const size = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.constantFrom(0, 10, 20, 30, 40));
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 5 }), (list) => {
        const sizes = list.map(([count, shift]) => BigInt(count) << BigInt(shift));
        const whole = (unit: number) => sizes.every((one) => one % 1024n ** BigInt(unit) === 0n);
        const unit = unitOf(sizes);
        expect(whole(unit)).toBe(true);
        expect(unit === 3 || !whole(unit + 1)).toBe(true);
        const column = new SizeColumn((head) => head, false);
        const text = sizes.map((one) => column.add(one, (shown) => shown)).join("") + column.end();
        expect(text.split("\n")[0]).toBe(`size ${UNITS[unit]}`);
      }),
    );
  });
});

describe("colours", () => {
  const stdin = "0x1000,8192,0x4\n0x900000,8192\n";
  const terminals = ["stdout"] as const;
  const ESC = "\u001b";

  it("on a terminal: the head is bold, flags and marks are coloured, columns stay", async () => {
    const { stdout } = await cli(["map"], { stdin, terminals });
    expect(stdout).toBe(
      `${ESC}[1maddress                 size KiB  flags${ESC}[22m\n` +
        `0x0000000000001000             8  ${ESC}[33mBUS${ESC}[39m\n` +
        "0x0000000000900000             8  -\n2 segments, 16 KiB\n",
    );
    const info = (await cli(["info"], { stdin, terminals })).stdout;
    expect(info).toContain(`${ESC}[33mBUS 1${ESC}[39m`);
    expect(info).toContain(`${ESC}[36m${"#".repeat(40)}${ESC}[39m`);
    const pinned = (await cli(["pin", "--size", "12KiB", "--rows", "1"], { pin, terminals })).stdout;
    expect(pinned).toContain(`${ESC}[36m… and 2 more${ESC}[39m`);
  });

  test.each([
    ["map"],
    ["union"],
    ["requests"],
    ["info"],
    ["plan", "--cap", "1GiB"],
    ["plan", "--cap", "1GiB", "--inputs"],
  ])("%s %s %s %s: without the codes the text is that of a pipe", async (...words) => {
    const plain = await cli(words, { stdin });
    expect(plain.stdout).not.toContain(ESC);
    const coloured = await cli(words, { stdin, terminals });
    expect(coloured.stdout).toContain(ESC);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(coloured.stdout.replace(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      expect((await cli(words, { stdin, terminals, env })).stdout).toBe(plain.stdout);
    }
    for (const env of [{ NO_COLOR: "" }, { TERM: "xterm" }]) {
      expect((await cli(words, { stdin, terminals, env })).stdout).toBe(coloured.stdout);
    }
  });

  test.each(["csv", "ndjson", "json"])("never in %s", async (to) => {
    for (const command of ["map", "info"]) {
      const { stdout } = await cli([command, "--to", to], { stdin, terminals });
      expect(stdout).toBe((await cli([command, "--to", to], { stdin })).stdout);
    }
  });
});
