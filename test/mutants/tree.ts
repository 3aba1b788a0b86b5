/** A copy of the tree with a host in it: faults never lie in the work tree. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Job } from "./host.js";
import { HostProcess } from "./host-process.js";
import { type Mutant, withFault } from "./list.js";

/** What tests of a mutant need. */
const COPIED = ["assembly", "asconfig.json", "package.json", "samples", "scripts", "src", "test", "tsconfig.json"];
/** What is installed or made below them: of test/embed alone 2 GB, which took 40 s a tree. */
const LEFT = ["node_modules", "build", "screenshots"];

export class Tree {
  readonly #folder = mkdtempSync(join(tmpdir(), "segring-mutants-"));
  readonly #host = new HostProcess(this.#folder);
  /** Files that are as they were again, which the host does not know. */
  #stale: string[] = [];

  /** Copies the tree. Apart from the constructor, so that a copy that fails can be removed. */
  fill(): void {
    const filter = (path: string) => !LEFT.includes(basename(path));
    for (const name of COPIED) cpSync(name, join(this.#folder, name), { recursive: true, filter });
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
   * @throws {Error} The fault does not compile, or there is no host.
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
    const { killedBy, why, broken } = await this.#host.tell(job);
    if (broken !== undefined) throw new Error(broken);
    return why === undefined ? killedBy : `${killedBy} (${why.slice(0, 200)})`;
  }

  /** Ends the host and removes the copy. */
  remove(): void {
    this.#host.end();
    // The host may write until it is gone.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20 });
  }
}
