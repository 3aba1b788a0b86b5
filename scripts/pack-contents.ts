/** What is in the package, and that it installs alone. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MAX_PACKED_BYTES = 500_000;
/** What may be in the package. */
const EXPECTED_FILE =
  /^(dist\/(cli\/((main|command)\.js|licenses\.txt)|(?!cli\/).*\.(js|d\.ts|wasm))|samples\/(isolate\.js|.*\.gz)|man\/segring\.1|completions\/segring\.(bash|zsh|fish)|docs\/[^/]*\.(md|svg)|package\.json|LICENSE|README\.md)$/;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  dependencies?: unknown;
  main: string;
  types: string;
  unpkg: string;
  jsdelivr: string;
  bin: Record<string, string>;
  man: string;
  browser: Record<string, string>;
  typesVersions: Record<string, Record<string, string[]>>;
  exports: Record<string, string | Record<string, string>>;
}

/** Packs the tree as it is built into `folder`. @throws {Error} A file is in it that should not be, or it is too large. */
export function pack(folder: string): Packed {
  const words = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const packed = parsePacked(execFileSync("npm", words, { encoding: "utf8" }));
  const stray = packed.files.map(({ path }) => path).filter((path) => !EXPECTED_FILE.test(path));
  if (stray.length > 0) throw new Error(`unexpected files: ${stray.join(", ")}`);
  if (packed.size > MAX_PACKED_BYTES) throw new Error(`${packed.size} bytes packed, ${MAX_PACKED_BYTES} at most`);
  return packed;
}

/**
 * Installs the package into an empty folder, with scripts and without. npm must have nothing to warn of: no script that it
 * would run or ask about.
 *
 * @throws {Error} npm warns, something else is installed with the package, or the package names a file that it has not.
 */
export function installAlone(folder: string, tarball: string): void {
  for (const scripts of ["--ignore-scripts", "--foreground-scripts"]) {
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    const words = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=warn", scripts, tarball];
    const { status, stdout, stderr } = spawnSync("npm", words, { cwd: folder, encoding: "utf8" });
    if (status !== 0 || /\bwarn\b/i.test(stderr)) throw new Error(`npm ${words.join(" ")}: exit ${status}: ${stderr}`);
    if (stdout.includes("> segring@")) throw new Error(`npm ${words.join(" ")} ran a script of the package: ${stdout}`);
  }
  const listed = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], { cwd: folder, encoding: "utf8" });
  const alone = listed.trim().split("\n").slice(1);
  if (alone.length !== 1 || !alone[0]?.endsWith("segring")) throw new Error(`npm ls printed ${listed}`);
  const missing = namedFiles(join(folder, "node_modules/segring"));
  if (missing.length > 0)
    throw new Error(`package.json names files that are not in the package: ${missing.join(", ")}`);
}

/** The files that fields of package.json name, and that are not there. */
function namedFiles(root: string): string[] {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  if (manifest.dependencies !== undefined) throw new Error("package.json expected no dependencies");
  const { main, types, unpkg, jsdelivr, bin, man, browser, typesVersions, exports } = manifest;
  const named = [main, types, unpkg, jsdelivr, bin, man, browser, typesVersions, exports].flatMap(textsIn);
  return named.filter((file) => !existsSync(join(root, file)));
}

/** All strings in a value of JSON. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** npm prints a list, or an object by package name from version 12 on. */
function parsePacked(printed: string): Packed {
  const parsed = JSON.parse(printed) as Packed[] | Record<string, Packed>;
  return Object.values(parsed)[0] as Packed;
}
