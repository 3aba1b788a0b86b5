/** The process that runs the tests of a tree: started when there is a job, and anew after it ended. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Answer, Job } from "./host.js";

/** Of the clock: for what waits and uses no processor. */
const MAX_SECONDS = 600;
/** Characters of what a process wrote that its end is reported with. */
const MAX_WORDS = 500;

interface End {
  readonly ended: string;
}

export class HostProcess {
  readonly #folder: string;
  readonly #program: string;
  #process: ChildProcess | undefined;

  /** @param folder The tree that it works in. @param program Of that tree. */
  constructor(folder: string, program = "test/mutants/host.ts") {
    this.#folder = folder;
    this.#program = program;
  }

  /**
   * Has a job done. A process that ends meanwhile is replaced, and the new one is told the job again: if the mutant ended
   * the first, it ends the second.
   *
   * @throws {Error} The process ends before it takes jobs.
   */
  async tell(job: Job): Promise<Answer> {
    const first = await this.#ask(job);
    if (!("ended" in first)) return first;
    const second = await this.#ask(job);
    return "ended" in second ? { killedBy: "the end of the process", why: second.ended } : second;
  }

  end(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }

  async #ask(job: Job): Promise<Answer | End> {
    const host = this.#process ?? (await this.#start());
    const answered = answerOf(host);
    // One that cannot be told has ended, which its answer says.
    host.send(job, () => {});
    const answer = await answered;
    if ("ended" in answer || answer.killedBy === "timeout") this.end();
    return answer;
  }

  async #start(): Promise<ChildProcess> {
    // Killed, it leaves what it had there: so all of that lies in the tree.
    const temporary = join(this.#folder, "tmp");
    mkdirSync(temporary, { recursive: true });
    const env = { ...process.env, TMPDIR: temporary, SEGRING_SEED: "1", SEGRING_RUNS: "0.1", SEGRING_SHRINK: "0" };
    const host = fork(this.#program, [], {
      cwd: this.#folder,
      execArgv: ["--import", "tsx"],
      env,
      silent: true,
    });
    let words = "";
    host.stdout?.resume();
    host.stderr?.on("data", (chunk) => {
      words = `${words}${chunk}`.slice(-MAX_WORDS);
    });
    const forget = () => {
      if (this.#process === host) this.#process = undefined;
    };
    host.once("exit", forget);
    // It cannot be reached, so it is as good as ended.
    host.on("error", forget);
    this.#process = host;
    const ready = await answerOf(host);
    if ("ended" in ready) throw new Error(`${this.#program} ended before it took a job: ${ready.ended}: ${words}`);
    return host;
  }
}

/** The next message of a process, or its end. One that says nothing for long has answered "timeout". */
function answerOf(host: ChildProcess): Promise<Answer | End> {
  return new Promise((done) => {
    const onExit = (code: number | null, signal: string | null) => finish({ ended: `exit ${signal ?? code}` });
    const onError = (error: Error) => finish({ ended: error.message });
    const clock = setTimeout(() => finish({ killedBy: "timeout" }), MAX_SECONDS * 1000);
    const finish = (answer: Answer | End) => {
      clearTimeout(clock);
      host.off("exit", onExit);
      host.off("error", onError);
      host.off("message", finish);
      done(answer);
    };
    host.once("message", finish);
    host.once("exit", onExit);
    host.once("error", onError);
  });
}
