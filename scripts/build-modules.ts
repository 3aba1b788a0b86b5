/**
 * The modules of dist/, one for each of src/, and their declarations. Comments are in the declarations alone, and white
 * space is left out: with both, or with source maps and the sources that these name, the package would be twice as large.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { buildSync } from "esbuild";
import { dropInnerDeclarations } from "./inner-declarations.js";

/** Declarations that are written by hand. */
const BY_HAND = ["kernel.wasm.d.ts", "platform.d.ts", "segring.global.d.ts"];
/** Declarations beside those that an entry leads to: of inner modules, which bench/ measures, and what scripts/portable-types.ts refers to. */
const KEPT = ["core/limits.d.ts", "engine/instantiate.d.ts", "engine/js.d.ts", "engine/wasm.d.ts", "platform.d.ts"];

/** Writes them into `folder`. @param entries The declarations that package.json names. */
export function writeModules(folder: string, entries: readonly string[]): void {
  const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", folder];
  execFileSync(process.execPath, tsc, { stdio: "inherit" });
  buildSync({
    entryPoints: filesOf("src", /^(?!cli\/).*(?<!\.d)\.ts$/),
    outbase: "src",
    outdir: folder,
    target: "es2022",
    minifyWhitespace: true,
    minifySyntax: true,
    // Without a format, which would be "esm", names at the top of a module stay: people see those in stacks and messages.
    minifyIdentifiers: true,
    lineLimit: 120,
  });
  for (const file of BY_HAND) copyFileSync(`src/${file}`, `${folder}/${file}`);
  const kept = [...entries, ...KEPT.map((file) => join(folder, file))];
  dropInnerDeclarations(filesOf(folder, /\.d\.ts$/), kept);
  const reached = reachedFrom(kept);
  for (const file of filesOf(folder, /\.d\.ts$/)) if (!reached.has(file)) rmSync(file);
}

/** The files in a folder and its folders, with the folder before their names. */
export function filesOf(folder: string, pattern: RegExp): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  return names.filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

/** The declarations that an import leads to, from these on. No compiler reads the others. */
function reachedFrom(entries: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport) ?\(?"(\.[^"]+)\.js"/g)) {
      visit(normalize(join(dirname(file), `${path}.d.ts`)));
    }
  };
  for (const entry of entries) visit(normalize(entry));
  return reached;
}
