/** The built files for people without a bundler: they hold what the entries export, and import nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createContext, runInContext, Script } from "node:vm";
import { Worker } from "node:worker_threads";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { REPOSITORY } from "../support/bundle.js";

const manifest = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
const FILES = ["segring.min.js", "segring.global.js", "segring.worker.js"] as const;
const CLASSIC = FILES.slice(1);
const pathOf = (file: string) => join(REPOSITORY, "dist", file);
const textOf = (file: string) => readFileSync(pathOf(file), "utf8");

/** One engine each, with the names of the root, and Node's. Text and drawings stay out: the files would grow for pages without them. */
const NOWHERE = /^\.\/(js|wasm|node|text|draw|ring\/worker|pool|pool\/worker|segring\..*)$/;
/** The classic script has what a page needs most. */
const NOT_GLOBAL = /^\.\/(devices|descriptors|ring)$/;

/** What the entries export that run in a browser; the names of no two entries mean different things. */
async function entryValues(isLeftOut: (entry: string) => boolean): Promise<Map<string, unknown>> {
  const values = new Map<string, unknown>();
  for (const [entry, target] of Object.entries<string | { default: string }>(manifest.exports)) {
    if (typeof target === "string" || !target.default.endsWith(".js")) continue;
    if (isLeftOut(entry)) continue;
    for (const [name, value] of Object.entries(await import(pathToFileURL(join(REPOSITORY, target.default)).href))) {
      if (values.has(name)) expect(values.get(name)).toBe(value);
      values.set(name, value);
    }
  }
  return values;
}
const wanted = await entryValues((entry) => NOWHERE.test(entry));
const wantedGlobally = await entryValues((entry) => NOWHERE.test(entry) || NOT_GLOBAL.test(entry));
const kindsOf = (values: Iterable<[string, unknown]>) =>
  Object.fromEntries([...values].map(([name, value]) => [name, typeof value]));

describe.each(FILES)("%s", (file) => {
  it("is one file: it imports nothing", () => {
    const { metafile } = buildSync({ entryPoints: [pathOf(file)], bundle: true, write: false, metafile: true });
    expect(Object.values(metafile.inputs).flatMap(({ imports }) => imports)).toEqual([]);
    // Of a name that is only known at run time, or of the source map that is not there.
    expect(textOf(file).match(/\b(import|require|importScripts)\s*\(|sourceMappingURL/g) ?? []).toEqual([]);
  });

  it("says in its first line what it is", () => {
    const [first] = textOf(file).split("\n");
    expect(first).toMatch(/^\/\*! segring (\S+) \| MIT \| Copyright \(c\) .* \*\/$/);
    expect(first).toContain(` ${manifest.version} `);
  });

  it("is an entry", () => {
    expect(manifest.exports[`./${file}`].default).toBe(`./dist/${file}`);
  });
});

describe.each(CLASSIC)("%s, a classic script", (file) => {
  it("is ASCII, whatever the charset of the page", () => {
    expect([...readFileSync(pathOf(file))].findIndex((byte) => byte > 0x7e)).toBe(-1);
  });

  it("exports nothing, and is strict as modules are", () => {
    expect(new Script(textOf(file))).toBeInstanceOf(Script);
    expect(textOf(file).split("\n")[1]?.slice(0, 13)).toBe('"use strict";');
  });
});

it("segring.min.js exports what all entries export, and works", async () => {
  const min = await import(pathToFileURL(pathOf("segring.min.js")).href);
  expect(wanted.size).toBeGreaterThan(50);
  expect(kindsOf(Object.entries(min))).toEqual(kindsOf(wanted));
  const table = (await min.createMapper()).coalesce([{ addr: 0, length: 2 ** 33 }]);
  expect([table.length, min.slice(table, 4096).totalBytes]).toEqual([2, 2n ** 33n - 4096n]);
});

it("segring.global.js defines one global with what the root, tables and plans export", () => {
  const page = createContext({ atob, performance });
  const before = new Set(runInContext("Object.getOwnPropertyNames(globalThis)", page));
  runInContext(textOf("segring.global.js"), page);
  const after: string[] = runInContext("Object.getOwnPropertyNames(globalThis)", page);
  expect(after.filter((name) => !before.has(name))).toEqual(["segring"]);
  expect(wantedGlobally.size).toBeGreaterThan(30);
  expect(kindsOf(Object.entries(page.segring as object))).toEqual(kindsOf(wantedGlobally));
  expect(runInContext("segring.createMapperSync().coalesce([{ addr: 0, length: 2 ** 33 }]).length", page)).toBe(2);
});

it("unpkg and jsdelivr give a script tag the classic script", () => {
  expect([manifest.unpkg, manifest.jsdelivr]).toEqual(Array(2).fill("./dist/segring.global.js"));
});

describe("segring.worker.js answers a pair", () => {
  it.each([
    ["as a module", () => new Worker(pathOf("segring.worker.js"))],
    ["as a classic script", () => new Worker(textOf("segring.worker.js"), { eval: true })],
  ])("%s", async (_name, start) => {
    const { createPair } = await import(pathToFileURL(pathOf("segring.min.js")).href);
    const worker = start();
    const pair = await createPair({ worker, shared: true });
    pair.producer.push(0x1000, 4096);
    pair.producer.push(0x2000, 2 ** 33);
    pair.producer.close();
    const lengths: number[] = [];
    for await (const { length } of pair.consumer) lengths.push(length);
    await pair.ended;
    expect(lengths).toEqual([2 ** 32, 2 ** 32, 4096]);
    await worker.terminate();
  });
});
