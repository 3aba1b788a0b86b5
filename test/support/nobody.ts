/**
 * Processes without privilege: "nobody" where we are root. Root's checkout, and its Node, may lie in folders that are
 * closed to everybody else, so what such a process runs is bundled, and lies where everybody may read.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { bundle, bundleCli, REPOSITORY } from "./bundle.js";

const NOBODY = { uid: 65534, gid: 65534 };

/** How to start a process without privilege. */
interface Start {
  node: string;
  user: { uid?: number; gid?: number };
}
let known: Start | undefined;

function howToStart(): Start {
  known ??= findStart();
  return known;
}

function findStart(): Start {
  const node = process.execPath;
  if (process.getuid?.() !== 0) return { node, user: {} };
  const { error } = spawnSync(node, ["--version"], { cwd: "/", ...NOBODY });
  if (error === undefined) return { node, user: NOBODY };
  // A user namespace may have no nobody; the root of one has no privilege either.
  if ((error as NodeJS.ErrnoException).code !== "EACCES") return { node, user: {} };
  const copy = join(openFolder(), "node");
  copyFileSync(node, copy);
  chmodSync(copy, 0o755);
  return { node: copy, user: NOBODY };
}

/** A folder that everybody may read, removed after the tests of the file. */
function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "segring-nobody-"));
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * What `expression` throws or gives as JSON in a process that has no privilege.
 * `node` in it is the module src/node/index.ts.
 */
export function asNobody(expression: string): { code?: string; message?: string; value?: unknown } {
  const contents = `
    import * as node from "./src/node/index.ts";
    let answer;
    try { answer = { value: ${expression} } } catch ({ code, message }) { answer = { code, message } }
    console.log(JSON.stringify(answer));`;
  const { node, user } = howToStart();
  const { error, stdout, stderr, status } = spawnSync(node, ["--input-type=module", "-"], {
    cwd: "/",
    encoding: "utf8",
    input: bundle({ stdin: { contents, resolveDir: REPOSITORY } }),
    ...user,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`the process without privilege ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Starts the command line as a process without privilege, in "/"; its streams are pipes. */
export function startAsNobody(words: readonly string[]): ChildProcess {
  const { node, user } = howToStart();
  return spawn(node, [commandLine(), ...words], { cwd: "/", stdio: "pipe", ...user });
}

/** The command line, and what it reads, where everybody may read; they lie to each other as in the package. */
function commandLine(): string {
  const folder = openFolder();
  const main = join(folder, "dist/cli/main.mjs");
  mkdirSync(dirname(main), { recursive: true });
  writeFileSync(main, bundleCli());
  for (const name of ["samples", "package.json"])
    cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  // Whatever the umask, and the modes in the checkout.
  spawnSync("chmod", ["-R", "a+rX", folder]);
  return main;
}
