/** Files for people without a bundler: each is one request, and imports nothing. */
import { readFileSync } from "node:fs";
import { type BuildOptions, build, type Plugin } from "esbuild";

interface Standalone {
  /** In dist/. */
  readonly file: string;
  readonly input: Pick<BuildOptions, "entryPoints" | "stdin" | "format">;
}

export const STANDALONE: readonly Standalone[] = [
  // A module: all entries in one namespace, so that an import map may give each entry this file.
  { file: "segring.min.js", input: { entryPoints: ["src/all.ts"], format: "esm" } },
  // A classic script, of what a page needs most. An assignment, since `var` would be no global where the script is loaded
  // as a module.
  {
    file: "segring.global.js",
    input: {
      stdin: {
        contents: '"use strict"; import * as segring from "./src/global.ts"; globalThis.segring = segring;',
        resolveDir: ".",
      },
      format: "iife",
    },
  },
  // A worker, of either type.
  { file: "segring.worker.js", input: { entryPoints: ["src/ring/worker.ts"], format: "iife" } },
];

/**
 * These files sort unions without buckets, which would take 7 kB in each: the package has them in its modules. A union has
 * the same bytes so.
 */
const WITHOUT_BUCKETS = {
  "wasm-buckets": "export class WasmBucketsMaker {}",
  "js-buckets": "export class JsBuckets {}",
  "bucket-union": "export function unionsByBuckets() {}",
};

/** And where there are no descriptors, which have this kernel, pages are listed record by record. */
const WITHOUT_BLOCKS = { "wasm-page-blocks": "export class PageBlocks { kernelFor() {} }" };

/** Takes these texts instead of the modules of these names. */
function instead(texts: Record<string, string>): Plugin {
  return {
    name: "instead",
    setup({ onLoad }) {
      for (const [name, contents] of Object.entries(texts)) {
        onLoad({ filter: new RegExp(`[\\\\/]${name}\\.ts$`) }, () => ({ contents }));
      }
    },
  };
}

/** Writes them into `folder`. */
export async function writeStandalone(folder: string): Promise<void> {
  const { name, version, license } = JSON.parse(readFileSync("package.json", "utf8"));
  const [, copyright] = /^(Copyright .*)$/m.exec(readFileSync("LICENSE", "utf8")) ?? [];
  for (const { file, input } of STANDALONE) {
    const isWhole = file === "segring.min.js";
    await build({
      ...input,
      outfile: `${folder}/${file}`,
      banner: { js: `/*! ${name} ${version} | ${license} | ${copyright} */` },
      bundle: true,
      minify: true,
      platform: "browser",
      target: "es2022",
      // The page's charset decodes a classic script.
      charset: "ascii",
      plugins: [instead(isWhole ? WITHOUT_BUCKETS : { ...WITHOUT_BUCKETS, ...WITHOUT_BLOCKS })],
    });
  }
}
