/** What a page carries that imports one name of this package: bundled alone, minified and gzipped. */
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
  return { bytes: gzipSync(bundle.contents).byteLength, files };
}

it.each([
  // Of which the table that it gives takes 3000.
  ["intersect", "table/index.ts", 5400],
  ["locate", "table/index.ts", 3500],
  ["SegmentTable", "index.ts", 3500],
  ["planReads", "plan/index.ts", 3500],
])("%s of %s takes at most %i bytes, and no engine", async (name, entry, most) => {
  const { bytes, files } = await alone(name, entry);
  expect(bytes).toBeLessThanOrEqual(most);
  expect(files.some((file) => file.includes("core/errors"))).toBe(true);
  expect(files.filter((file) => /engine\/|\.generated\./.test(file))).toEqual([]);
});

it.each([
  // With the binary that checks records, twice: for shared memory and for plain.
  ["Producer", "ring/index.ts", 6800],
  ["Consumer", "ring/index.ts", 7400],
])("%s of %s takes at most %i bytes, and no kernel of the ring", async (name, entry, most) => {
  const { bytes, files } = await alone(name, entry);
  expect(bytes).toBeLessThanOrEqual(most);
  expect(files.filter((file) => /ring\/kernel(-shared)?\.generated\./.test(file))).toEqual([]);
});
