/** The package as its users get it: packed, and laid out as an installation lays it out. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this file. */
export const EMBED = fileURLToPath(new URL(".", import.meta.url));
/** Where all is built: what is here finds the tools beside this file, and the package packed just now. */
export const BUILD = join(EMBED, "build");
export const PACKAGE = join(BUILD, "node_modules/segring");

/** Packs the package, and unpacks it in the build folder. @returns The tarball. */
export function pack(): string {
  rmSync(BUILD, { recursive: true, force: true });
  mkdirSync(PACKAGE, { recursive: true });
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", BUILD], { stdio: "ignore" });
  const name = readdirSync(BUILD).find((each) => each.endsWith(".tgz"));
  if (name === undefined) throw new Error("npm pack made no file");
  const tarball = join(BUILD, name);
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", PACKAGE]);
  return tarball;
}

/** A folder of its own for a cell, with these files of apps/ in it. */
export function folderFor(name: string, files: readonly string[]): string {
  const folder = join(BUILD, name);
  rmSync(folder, { recursive: true, force: true });
  for (const file of files)
    cpSync(join(EMBED, "apps", file), join(folder, file.slice(file.lastIndexOf("/") + 1)), { recursive: true });
  return folder;
}

/** Of a package among the tools. */
export function toolPath(name: string): string {
  return join(EMBED, "node_modules", name);
}

/** Of a package among the tools. */
export function versionOfTool(name: string): string {
  return (JSON.parse(readFileSync(join(toolPath(name), "package.json"), "utf8")) as { version: string }).version;
}
