/**
 * What a page carries that imports one name of this package: bundled alone, minified and gzipped (README has the figures).
 * A limit is what the bundle has, and up to 1 % more, because releases of zlib differ by some bytes.
 */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { REPOSITORY } from "../support/bundle.js";

/** One name and all that it needs: gzipped bytes, and the files that it takes something from. */
async function alone(name: string, entry: string): Promise<{ bytes: number; files: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export { ${name} } from "./src/${entry}";`, resolveDir: REPOSITORY, loader: "ts" },
    absWorkingDir: REPOSITORY,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("expected a bundle, got none");
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
  return { bytes: gzipSync(bundle.contents, { level: 9 }).byteLength, files };
}

it.each([
  ["index.ts", 36_200, /^$/],
  ["wasm.ts", 31_300, /engine\/js/],
  ["js.ts", 20_000, /engine\/(wasm|arena|instantiate|embedded)|kernel\.generated/],
])("createMapper of %s takes at most %i bytes, and no code of another engine", async (entry, most, others) => {
  const { bytes, files } = await alone("createMapper", entry);
  expect(bytes).toBeLessThanOrEqual(most);
  expect(files.some((file) => file.includes("mapper/mapper"))).toBe(true);
  expect(files.filter((file) => others.test(file))).toEqual([]);
  // Forms of input that nobody made.
  expect(files.filter((file) => /engine\/(columns|page-frames)/.test(file))).toEqual([]);
});

it.each([
  ["slice", "table/index.ts", 2700],
  ["locate", "table/index.ts", 2300],
  ["intersect", "table/index.ts", 4250],
  ["SegmentTable", "index.ts", 3100],
  ["planReads", "plan/index.ts", 3500],
])("%s of %s takes at most %i bytes, and no engine", async (name, entry, most) => {
  const { bytes, files } = await alone(name, entry);
  expect(bytes).toBeLessThanOrEqual(most);
  expect(files.some((file) => file.includes("core/errors"))).toBe(true);
  expect(files.filter((file) => /engine\/|\.generated\./.test(file))).toEqual([]);
});

it.each(["slice", "intersect", "locate"])("%s carries no way to make a table by hand", async (name) => {
  const { files } = await alone(name, "table/index.ts");
  expect(files.some((file) => file.includes("core/table"))).toBe(true);
  expect(files.filter((file) => /core\/(segment-table|views)/.test(file))).toEqual([]);
});

it.each([
  // With the binary that checks records, twice: for shared memory and for plain.
  ["Producer", "ring/index.ts", 7050],
  ["Consumer", "ring/index.ts", 7400],
])("%s of %s takes at most %i bytes, and no kernel of the ring", async (name, entry, most) => {
  const { bytes, files } = await alone(name, entry);
  expect(bytes).toBeLessThanOrEqual(most);
  expect(files.filter((file) => /ring\/kernel(-shared)?\.generated\./.test(file))).toEqual([]);
});

it("serveKernel, a worker of a ring, takes at most 14000 bytes", async () => {
  const { bytes, files } = await alone("serveKernel", "ring/index.ts");
  expect(bytes).toBeLessThanOrEqual(14_000);
  expect(files.some((file) => file.includes("ring/serve"))).toBe(true);
});
