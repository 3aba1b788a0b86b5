/**
 * The recipes with the oldest and with the newest packages that they say they work with, as who copies them has them:
 * in a folder of their own, with this package packed and installed. Runs their tests there. Needs the registry.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stated, statedVersions } from "./recipe-versions.js";

const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));

/** What the tests need beside the packages that are tried; these do not vary. */
const TOOLS = ["vitest", "hyparquet-writer"];

const folder = mkdtempSync(join(tmpdir(), "segring-recipes-"));
try {
  run(".", "npm", ["pack", "--ignore-scripts", "--pack-destination", folder]);
  const packed = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  const stated = statedVersions();
  for (const age of ["oldest", "newest"] as const) tryVersions(age, stated, join(folder, packed ?? ""));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tryVersions(age: "oldest" | "newest", stated: readonly Stated[], packed: string): void {
  const target = join(folder, age);
  const tried = stated.map((entry) => [entry.name, entry[age]] as const);
  const tools = TOOLS.map((name) => [name, devDependencies[name]] as const);
  const dependencies = { ...Object.fromEntries([...tried, ...tools]), segring: `file:${packed}` };
  mkdirSync(target);
  writeFileSync(join(target, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  run(target, "npm", ["install", "--no-audit", "--no-fund", "--save-exact"]);

  const installed = tried.map(([name, wanted]) => {
    const { version } = JSON.parse(readFileSync(join(target, "node_modules", name, "package.json"), "utf8"));
    if (version !== wanted) throw new Error(`${name}: expected ${wanted}, got ${version}`);
    return `${name} ${version}`;
  });

  cpSync("samples/recipes", join(target, "samples/recipes"), { recursive: true });
  cpSync("test/support/random.ts", join(target, "test/support/random.ts"));
  for (const name of readdirSync("test/node").filter((file) => file.startsWith("recipes"))) {
    cpSync(join("test/node", name), join(target, "test/node", name));
  }
  run(target, process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--testTimeout", "60000"]);
  console.log(`recipes: ${age}: ${installed.join(", ")}: passed`);
}

/** What the command says is printed only where it fails. */
function run(cwd: string, command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    console.error(stdout, stderr);
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}`);
  }
}
