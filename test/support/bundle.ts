import { fileURLToPath } from "node:url";
import { type BuildOptions, buildSync } from "esbuild";
import { REQUIRE } from "../../scripts/bundle-cli.js";

/** The root of this tree. */
export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/**
 * TypeScript of this tree, and all that it imports, as one JavaScript module. A process or a thread loads that in a tenth
 * of the time that a loader takes for the sources, and where it may not read this tree.
 */
export function bundle(module: Pick<BuildOptions, "stdin" | "entryPoints" | "banner" | "minify">): string {
  const { outputFiles } = buildSync({
    ...module,
    absWorkingDir: REPOSITORY,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("expected a bundle, got none");
  return file.text;
}

/** The command line, to be written two folders below those of `package.json` and `samples`. */
export function bundleCli(): string {
  return bundle({ entryPoints: ["src/cli/main.ts"], banner: { js: REQUIRE } });
}
