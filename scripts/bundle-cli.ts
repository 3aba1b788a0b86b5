/**
 * The command line as it is in the package: two files with the packages that it needs, and their licences beside them.
 * main.js answers `--version`, and loads command.js for all else. The library is not in these files: the command line
 * imports the modules that are in the package anyway. A file for each command took 9 kB more, packed, and saved a command
 * a tenth of its start at most.
 */
import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { build, type Plugin } from "esbuild";
import { licensesOf } from "./licenses.js";

/** For CommonJS packages in a bundle, which ask for Node's modules by `require`. */
export const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const CLI = join("src", "cli");

/** What src/cli imports from the rest of src/ lies to the bundle as it lies to src/cli. */
const library: Plugin = {
  name: "library",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
      const from = relative(CLI, importer);
      const target = join(dirname(from), path);
      if (from.startsWith("..") || !target.startsWith("..")) return undefined;
      return { path: target.replaceAll(sep, "/"), external: true };
    });
  },
};

/**
 * How wide a text is: cli-progress asks, of bars that are ASCII. The package that it asks carries a table of all emoji, which
 * takes 11 kB, a tenth of the command line.
 */
const width: Plugin = {
  name: "width",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^string-width$/ }, ({ path }) => ({ path, namespace: "width" }));
    onLoad({ filter: /.*/, namespace: "width" }, () => ({ contents: "module.exports = (text) => text.length;" }));
  },
};

/** What main.ts loads when there is something to do. */
const later: Plugin = {
  name: "later",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/command\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Writes `main.js`, `command.js` and `licenses.txt` into `folder`, which is as deep in the package as src/cli is in this tree. */
export async function writeCli(folder: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [join(CLI, "main.ts"), join(CLI, "command.ts")],
    outdir: folder,
    banner: { js: REQUIRE },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    minify: true,
    // They are in licenses.txt, whole.
    legalComments: "none",
    metafile: true,
    plugins: [later, library, width],
  });
  chmodSync(`${folder}/main.js`, 0o755);
  writeFileSync(`${folder}/licenses.txt`, licensesOf(metafile));
}
