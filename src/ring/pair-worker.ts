import { SegringError } from "../core/errors.js";
import type { CheckedLimits } from "../core/limits.js";
import type { Choice, KernelEngine } from "./choice.js";
import { ECHO_CONSUMER, NONCE } from "./layout.js";
import type { Ring } from "./ring.js";
import { watchOwnerIfAny } from "./watch.js";
import { type Ending, type ServingWorker, startWorker } from "./worker-call.js";
import { StartWatch } from "./worker-failure.js";
import type { WorkerLike } from "./worker-like.js";

/** What the kernel of a pair is started with, whichever worker it runs in. */
export interface KernelSetup {
  readonly input: Ring;
  readonly output: Ring;
  readonly limits: CheckedLimits;
  readonly invalid: "poison" | "skip";
  readonly choice: Choice;
  /** How long a worker may take to answer. */
  readonly milliseconds: number;
}

/** What becomes of a pair whose kernel ended. `onDeath` says whether somebody goes on from there. */
export interface KernelEnd {
  resolve(): void;
  reject(error: unknown): void;
  onDeath(error: SegringError): void;
}

/** The kernel of a pair in a worker; in one after another, where they die. */
export class WorkerKernel {
  readonly #setup: KernelSetup;
  readonly #end: KernelEnd;
  #state: "down" | "starting" | "serving" | "over" = "down";
  #serving: ServingWorker | undefined;
  /** Settled when the worker that serves is down. */
  #down: Promise<unknown> = Promise.resolve();

  constructor(setup: KernelSetup, end: KernelEnd) {
    this.#setup = setup;
    this.#end = end;
  }

  /** What the kernel runs on; of a kernel that died, what it ran on. */
  get engine(): KernelEngine {
    return this.#serving?.engine() ?? this.#setup.choice;
  }

  /** @param watch Hears why the worker does not start. @throws What {@link startWorker} throws; NOT_SHARED: the worker got a copy of the memory. */
  async start(worker: WorkerLike, watch = new StartWatch(worker)): Promise<void> {
    const { input, output, limits, invalid, choice, milliseconds } = this.#setup;
    this.#state = "starting";
    try {
      const { memory } = input;
      const { module, mayFallBack } = choice;
      const job = {
        memory,
        mayFallBack,
        module,
        input: input.offset,
        output: output.offset,
        limits,
        invalid,
      };
      const serving = await startWorker(worker, job, { milliseconds, watch }, () => {
        input.answer();
        output.answer();
      });
      // A platform that copied the memory shows nothing of what the worker wrote.
      if (input.core.get(ECHO_CONSUMER) !== input.core.get(NONCE)) {
        throw new SegringError("NOT_SHARED", "the worker got a copy of the memory");
      }
      this.#state = "serving";
      this.#serving = serving;
      this.#follow(serving);
    } catch (error) {
      this.#state = "down";
      throw error;
    }
  }

  /**
   * Starts the kernel again after its worker died.
   *
   * @throws {SegringError} BUSY: the worker before is alive, or another one is being started; CLOSED: the work is done;
   *   ABORTED, POISONED: the rings were stopped; or what {@link start} throws.
   */
  async restart(worker: WorkerLike): Promise<void> {
    const { input, output, milliseconds } = this.#setup;
    // A worker that was terminated just now is not known to be dead yet.
    if (this.#state === "serving") await within(milliseconds, this.#down);
    if (this.#state === "over") throw new SegringError("CLOSED", "the pair's kernel has done its work");
    if (this.#state !== "down") {
      throw new SegringError("BUSY", "the pair's kernel runs in a worker that is alive: terminate that worker first");
    }
    input.core.check();
    output.core.check();
    input.recover("consumer", input.owners.consumer);
    output.recover("producer", output.owners.producer);
    await this.start(worker);
  }

  #follow(serving: ServingWorker): void {
    const { input } = this.#setup;
    // The kernel may have done all its work by now.
    const watch = watchOwnerIfAny(input, "consumer");
    void watch?.dead.then((dead) => dead && serving.died());
    this.#down = serving.over.then((ending) => {
      watch?.stop();
      this.#finish(ending);
    });
  }

  #finish(ending: Ending): void {
    if (ending.how === "died") {
      this.#state = "down";
      this.#end.onDeath(ending.error);
      return;
    }
    this.#state = "over";
    if (ending.how === "ended") {
      this.#end.resolve();
    } else {
      // The kernel stopped both; this is for one that could not.
      for (const ring of [this.#setup.input, this.#setup.output]) ring.abort();
      this.#end.reject(ending.error);
    }
  }
}

/** Waits for the promise, but no longer than this. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
