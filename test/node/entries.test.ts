/** How many names there are to learn: values that the entries export. Later entries add to the sum, never to the root. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

interface Manifest {
  exports: Record<string, string | { types: string; default: string }>;
  main: string;
  types: string;
  browser: Record<string, string>;
  typesVersions: Record<string, Record<string, string[]>>;
}
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const { exports } = manifest;

/** The entries that are modules of this package: what their sources export, by the name of the entry. */
async function valuesOf(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const [entry, target] of Object.entries(exports)) {
    const [, file] = /^\.\/dist\/(.+)\.js$/.exec(typeof target === "string" ? target : target.default) ?? [];
    // The script of a worker exports nothing, and serves whoever loads it. Bundles hold what other entries export.
    if (file === undefined || entry.endsWith("/worker") || entry.startsWith("./segring.")) continue;
    found.set(entry, Object.keys(await import(pathToFileURL(resolve(`src/${file}.ts`)).href)));
  }
  return found;
}

describe("the values that the entries export", async () => {
  const values = await valuesOf();

  it("are at most 20 in the root", () => {
    const root = values.get(".") as string[];
    expect(root).toEqual(expect.arrayContaining(["createMapper", "SegmentMapper", "SegmentTable", "SegringError"]));
    expect(root.length).toBeLessThanOrEqual(20);
    for (const entry of ["./js", "./wasm"]) expect(values.get(entry)?.sort()).toEqual(root.sort());
  });

  it("are at most 120 in all, without segring/js and segring/wasm", () => {
    const all = [...values].filter(([entry]) => entry !== "./js" && entry !== "./wasm").flatMap(([, names]) => names);
    expect([...values.keys()].sort()).toEqual(
      [
        ".",
        "./js",
        "./wasm",
        "./table",
        "./devices",
        "./descriptors",
        "./draw",
        "./plan",
        "./plan/columns",
        "./pool",
        "./text",
        "./ring",
        "./node",
      ].sort(),
    );
    // A name that several entries have is one to learn.
    expect(new Set(all).size).toBeLessThanOrEqual(120);
  });
});

describe("what resolvers read that do not read exports", () => {
  const entries = Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === "string" ? [] : [{ entry, ...target }],
  );
  const subpaths = entries.filter(({ entry }) => entry !== ".");

  it("names the file of each entry", () => {
    expect(entries.find(({ entry }) => entry === ".")?.default).toBe(manifest.main);
    expect(manifest.browser).toEqual(Object.fromEntries(subpaths.map(({ entry, default: file }) => [entry, file])));
  });

  it("names the types of each entry", () => {
    expect(entries.find(({ entry }) => entry === ".")?.types).toBe(manifest.types);
    expect(manifest.typesVersions).toEqual({
      "*": Object.fromEntries(subpaths.map(({ entry, types }) => [entry.slice(2), [types]])),
    });
  });
});
