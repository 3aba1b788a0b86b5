/** Files for people without a bundler: each is one request, and imports nothing. */
import { readFileSync } from "node:fs";
import { type BuildOptions, buildSync } from "esbuild";

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

/** Writes them into `folder`. */
export function writeStandalone(folder: string): void {
  const { name, version, license } = JSON.parse(readFileSync("package.json", "utf8"));
  const [, copyright] = /^(Copyright .*)$/m.exec(readFileSync("LICENSE", "utf8")) ?? [];
  for (const { file, input } of STANDALONE) {
    buildSync({
      ...input,
      outfile: `${folder}/${file}`,
      banner: { js: `/*! ${name} ${version} | ${license} | ${copyright} */` },
      bundle: true,
      minify: true,
      platform: "browser",
      target: "es2022",
      // The page's charset decodes a classic script.
      charset: "ascii",
    });
  }
}
