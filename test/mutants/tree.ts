/** A copy of the tree with a host in it: faults never lie in the work tree. */
import { type ChildProcess, fork } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Answer, Job } from "./host.js";
import { type Mutant, withFault } from "./list.js";

/** What tests of a mutant need. */
const COPIED = ["assembly", "asconfig.json", "package.json", "samples", "scripts", "src", "test", "tsconfig.json"];
/** Of the clock: for what waits and uses no processor. */
const MAX_SECONDS = 600;

export class Tree {
  readonly #folder = mkdtempSync(join(tmpdir(), "segring-mutants-"));
  #host: ChildProcess | undefined;
  /** Files that are as they were again, which the host does not know. */
  #stale: string[] = [];

  constructor() {
    for (const name of COPIED) cpSync(name, join(this.#folder, name), { recursive: true });
    symlinkSync(resolve("node_modules"), join(this.#folder, "node_modules"));
  }

  /** Runs tests without a fault. @throws {Error} One fails: what is killed by it says nothing. */
  async checkTests(tests: readonly string[]): Promise<void> {
    const killedBy = await this.#tell({ changed: this.#stale, tests });
    this.#stale = [];
    if (killedBy !== undefined) throw new Error(`without a fault fails ${killedBy}`);
  }

  /**
   * Runs a mutant's tests with its fault, and without it again.
   *
   * @returns The test file that failed, "timeout", or undefined: it survived.
   * @throws {Error} The fault does not compile.
   */
  async run(mutant: Mutant): Promise<string | undefined> {
    const path = join(this.#folder, mutant.file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, withFault(mutant, text));
    try {
      return await this.#tell({ changed: [...this.#stale, mutant.file], tests: mutant.tests });
    } finally {
      writeFileSync(path, text);
      this.#stale = [mutant.file];
    }
  }

  /** What failed, and why. */
  async #tell(job: Job): Promise<string | undefined> {
    const host = this.#host ?? (await this.#start());
    const answered = answerOf(host);
    host.send(job);
    const { killedBy, why, broken } = await answered;
    if (broken !== undefined) throw new Error(broken);
    if (killedBy === "timeout") {
      host.kill("SIGKILL");
      this.#host = undefined;
    }
    return why === undefined ? killedBy : `${killedBy} (${why.slice(0, 200)})`;
  }

  async #start(): Promise<ChildProcess> {
    const env = { ...process.env, SEGRING_SEED: "1", SEGRING_RUNS: "0.1", SEGRING_SHRINK: "0" };
    const host = fork("test/mutants/host.ts", [], {
      cwd: this.#folder,
      execArgv: ["--import", "tsx"],
      env,
      silent: true,
    });
    host.stdout?.resume();
    host.stderr?.resume();
    this.#host = host;
    await answerOf(host);
    return host;
  }

  remove(): void {
    this.#host?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The host's next answer. A host that dies was killed by the mutant, with its process. */
function answerOf(host: ChildProcess): Promise<Answer> {
  return new Promise((done) => {
    const ended = () => finish({ killedBy: "timeout" });
    const clock = setTimeout(ended, MAX_SECONDS * 1000);
    const finish = (answer: Answer) => {
      clearTimeout(clock);
      host.off("exit", ended);
      host.off("message", finish);
      done(answer);
    };
    host.once("message", finish);
    host.once("exit", ended);
  });
}
