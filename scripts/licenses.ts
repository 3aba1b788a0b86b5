/** The licences of the packages that a bundle contains, as esbuild's metafile tells which packages these are. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

const LICENSE_FILE = /^(licen[cs]e|copying)([.-]|$)/i;

/**
 * One text with the name, the version and the licence of each package of which some bytes are in the output.
 *
 * @param metafile Its paths start at `root`.
 * @throws {Error} A package has no licence file.
 */
export function licensesOf(metafile: Metafile, root = "."): string {
  const folders = new Set(packagesOf(metafile));
  return [...folders]
    .sort()
    .map((folder) => licenseOf(join(root, folder)))
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** The folders of packages in a bundle; the innermost where packages lie in each other. */
function packagesOf({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [];
      return bytesInOutput > 0 && folder !== undefined ? [folder] : [];
    }),
  );
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => LICENSE_FILE.test(each));
  if (file === undefined) throw new Error(`${name} ${version} expected a licence file, its folder has none`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
