/** The README's code is run as it stands, against the built package. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const plans = readFileSync(new URL("../../docs/plan.md", import.meta.url), "utf8");
const devices = readFileSync(new URL("../../docs/devices.md", import.meta.url), "utf8");

/** Runs a block of JavaScript; the lines it prints. */
function run(index: number, text = readme): string[] {
  const code = [...text.matchAll(/```js\n([\s\S]*?)```/g)][index]?.[1] as string;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root, encoding: "utf8" });
  return printed.split("\n");
}

it("the usage block runs and prints what it says", () => {
  expect(run(0)).toEqual([
    "1000 8192 0",
    "fffffffffffff000 4096 0",
    "4000000000 4294967296 4",
    "4100000000 1073741824 4",
    "4 5368721408n 64",
    "[ { addr: 0n, length: 4096, flags: 0 } ]",
    "[ { addr: 0n, length: 40, flags: 0 } ] 2 true",
    "{ addr: 4096n, length: 8192, flags: 0 } BigUint64Array(1) [ 4096n ]",
    "",
  ]);
});

it("the block about plans runs and prints what it says", () => {
  expect(run(1)).toEqual(["bytes=0-99", "bytes=4096-4195", "80", ""]);
});

it("the blocks of docs/plan.md run and print what they say", () => {
  expect(run(0, plans)).toEqual([
    "[ { offset: 0, length: 200 }, { offset: 1000000, length: 500 } ]",
    "bytes=0-199 bytes=0-199,1000000-1000499",
    "Uint32Array(2) [ 1, 0 ]",
    "50",
    "50",
    "",
  ]);
  expect(run(1, plans)).toEqual(["2 true", ""]);
});

it("the block about rings runs and prints what it says", () => {
  const printed = run(2);
  expect(printed.slice(0, 2)).toEqual([
    "[ { addr: 4096n, length: 8192, flags: 0 } ]",
    "{ addr: 36864n, length: 4096, flags: 0 }",
  ]);
  expect(printed[2]).toBe("{");
  expect(printed).toContain("  put: 4,");
});

it("the block about devices runs and prints what it says", () => {
  expect(run(3)).toEqual([
    "{ index: 1, offset: 856 } 2",
    "4n BigUint64Array(4) [ 256n, 257n, 2304n, 2305n ]",
    "0n 101000",
    "6144n 901000",
    "2 2",
    "",
  ]);
});

it("the blocks of docs/devices.md run and print what they say", () => {
  expect(run(0, devices)).toEqual([
    'segment 1 (0x900800, 8192 bytes) expected to start, and the one before it to end (0x101800), at a multiple of 4096 ("virtualBoundaryBytes")',
    "0n 1 6144n",
    "6144n 1 8192n",
    "4096",
    "",
  ]);
  expect(run(1, devices)).toEqual([
    "[ { addr: 2147483648n, length: 8292, flags: 0 } ] 1234 3",
    "undefined 8000 1024000n",
    "",
  ]);
  expect(run(2, devices)).toEqual([
    "{ prp1: 16779264n, prp2: 3489660928n, listEntries: 512, listPages: 1 }",
    "[ { addr: 16779264n, length: 2097152, flags: 0 } ]",
    "NOT_EXPRESSIBLE 1 segment 1 starts at 0x3200: PRP needs page-aligned starts after the first",
    "",
  ]);
});

it("every export of the package is named in the README", async () => {
  const names = [
    ...Object.keys(await import("../../src/index.js")),
    ...Object.keys(await import("../../src/node/index.js")),
    ...Object.keys(await import("../../src/ring/index.js")),
    ...Object.keys(await import("../../src/plan/index.js")),
    ...Object.keys(await import("../../src/plan/columns.js")),
    ...Object.keys(await import("../../src/descriptors/index.js")),
  ].filter((name) => !/^PAGE_/.test(name));
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
