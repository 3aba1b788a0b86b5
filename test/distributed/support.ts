/** What the tests of samples/distributed share: tools, a `segring` on PATH that may be held, and processes that all end. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll } from "vitest";
import { type Result, result, until } from "../cli/support.js";
import { REPOSITORY } from "../support/bundle.js";

/** Programs that the tests need, and the packages of Debian that have them. */
const PACKAGES: Readonly<Record<string, string>> = {
  parallel: "parallel",
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  "/usr/sbin/sshd": "openssh-server",
  "/usr/bin/dask-scheduler": "python3-distributed",
  "/usr/bin/dask-worker": "python3-distributed",
};
const MAIN = join(REPOSITORY, "dist/cli/main.js");

/** @throws {Error} One of the programs is not installed, or the command line is not built. */
export function need(...programs: readonly string[]): void {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const isThere = (program: string) =>
    program.startsWith("/") ? existsSync(program) : folders.some((folder) => isExecutable(join(folder, program)));
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => PACKAGES[program] ?? program))].join(" ");
    throw new Error(`${missing.join(", ")} expected: apt-get install ${packages}`);
  }
  if (!existsSync(MAIN)) throw new Error("dist/cli/main.js expected: npm run build");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder of a test file: `bin/segring` runs dist/cli/main.js. After the tests all processes are ended and all is removed. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "segring-distributed-"));
  readonly bin = join(this.folder, "bin");

  constructor() {
    mkdirSync(this.bin);
    const log = join(this.folder, "log");
    writeFileSync(log, "");
    // With a file hold-HOST or hold-any, one call there that has the word in the file, and prints, writes half of its
    // output and waits until it is killed.
    this.program(
      "segring",
      `here=\${SEGRING_HOST:-here}
place='${this.folder}'
if [[ " $* " != *" -o "* ]]; then
  echo "$here" >>'${log}'
  for name in "$here" any; do
    word=$(cat "$place/hold-$name" 2>/dev/null) || continue
    if [[ " $* " == *" $word "* ]] && mkdir "$place/held-$name" 2>/dev/null; then
      '${process.execPath}' '${MAIN}' "$@" >"$place/held-$name/whole"
      cd "$place/held-$name"
      head -c $(($(stat -c %s whole) / 2)) whole
      echo $PPID >pid.new
      mv pid.new pid
      exec tail -f /dev/null
    fi
  done
fi
exec '${process.execPath}' '${MAIN}' "$@"`,
    );
    afterAll(async () => {
      await endAll(`SEGRING_PLACE=${this.folder}`);
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** A program in `bin`. */
  program(name: string, script: string): void {
    const path = join(this.bin, name);
    writeFileSync(path, `#!/bin/bash\n${script}\n`);
    chmodSync(path, 0o755);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  get env(): NodeJS.ProcessEnv {
    const { PARALLEL: _, PARALLEL_SSH: __, ...env } = process.env;
    return { ...env, PATH: `${this.bin}${delimiter}${env.PATH}`, SEGRING_PLACE: this.folder };
  }

  /** Starts a program in the folder. */
  start(words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const [program, ...rest] = words as [string, ...string[]];
    return spawn(program, rest, { cwd: this.folder, env: { ...this.env, ...env }, stdio: "pipe" });
  }

  /** Runs a program in the folder. */
  async run(words: readonly string[], { stdin = "", env = {} }: { stdin?: string; env?: NodeJS.ProcessEnv } = {}) {
    const child = this.start(words, env);
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin);
    return result(child);
  }

  /** Runs a sample. */
  sample(name: string, ...words: readonly string[]): Promise<Result> {
    return this.run([sample(name), ...words]);
  }

  /** What one process writes into a file. */
  async one(...words: readonly string[]): Promise<Buffer> {
    const { bytes, stderr } = await this.run(["segring", ...words]);
    if (stderr !== "") throw new Error(stderr);
    return bytes;
  }

  /**
   * Lets the next call of segring wait in the midst.
   *
   * @param host Where; "any": the first of all hosts.
   * @param word That is among the words of the call.
   * @returns The process that called segring, when it waits.
   */
  async hold(host: string, word = "--to"): Promise<number> {
    const pid = this.path(`held-${host}/pid`);
    rmSync(this.path(`held-${host}`), { recursive: true, force: true });
    writeFileSync(this.path(`hold-${host}`), word);
    await until(() => existsSync(pid));
    rmSync(this.path(`hold-${host}`));
    return Number(readFileSync(pid, "utf8"));
  }

  /** On which hosts segring was called to print since the last time that this was asked. */
  calls(): string[] {
    const hosts = readFileSync(this.path("log"), "utf8").split("\n").slice(0, -1);
    writeFileSync(this.path("log"), "");
    return hosts;
  }
}

export const sample = (name: string) => join(REPOSITORY, "samples/distributed", name);

/** Kills all processes that have a variable in their environment, and those that they start meanwhile. */
export async function endAll(variable: string): Promise<void> {
  await until(() => {
    const pids = processesWith(variable);
    for (const pid of pids) signal(pid, "SIGKILL");
    return pids.length === 0;
  });
}

/** Sends a signal to a process; it may have ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function processesWith(variable: string): number[] {
  return processes().filter((pid) => ofProcess(pid, "environ").split("\0").includes(variable));
}

/** A process, its children, and theirs. */
export function treeOf(root: number): number[] {
  const parents = new Map(
    processes().map((pid) => [pid, Number(/\) \w (\d+)/.exec(ofProcess(pid, "stat"))?.[1])] as const),
  );
  const tree = [root];
  for (const one of tree) for (const [pid, parent] of parents) if (parent === one) tree.push(pid);
  return tree;
}

function processes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Of a process that may have ended, or be another user's. */
function ofProcess(pid: number, name: "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}
