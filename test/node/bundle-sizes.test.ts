/** What a page carries that imports one function: bundled alone, minified and gzipped. */
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

it.each([
  ["intersect", "index.ts", 4000],
  ["SegmentTable", "index.ts", 3500],
  ["planReads", "plan/index.ts", 3500],
])("%s of %s takes at most %i bytes, and no engine", async (name, entry, most) => {
  const contents = `export { ${name} } from ${JSON.stringify(resolve("src", entry))};`;
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
  });
  const [bundle] = outputFiles;
  expect(gzipSync(bundle?.contents ?? "").byteLength).toBeLessThanOrEqual(most);
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
  expect(used.some((file) => file.includes("core/errors"))).toBe(true);
  expect(used.filter((file) => /engine\/|\.generated\./.test(file))).toEqual([]);
});
