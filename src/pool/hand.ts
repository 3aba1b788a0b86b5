import { expected, SegringError } from "../core/errors.js";
import { later, randomWord } from "../ring/platform.js";
import { errorOf } from "../ring/posted-error.js";
import { StartWatch } from "../ring/worker-failure.js";
import { isGone, listen, occupy, type WorkerLike } from "../ring/worker-like.js";
import {
  type OpenMessage,
  POOL_PROTOCOL,
  type PoolAnswer,
  type ResultOf,
  type Setup,
  type Task,
  type TaskMessage,
} from "./messages.js";

/** A worker ended before it answered. Somebody else can do the task. */
export class Died extends Error {
  /** Whether the worker was at this task, and not at one before it. */
  readonly wasAtIt: boolean;

  constructor(wasAtIt: boolean) {
    super("a worker died");
    this.wasAtIt = wasAtIt;
  }
}

/** Ends a worker, of the web or of Node. */
interface Ending {
  terminate?(): unknown;
}

/** Ends a worker, if it can be ended. */
export async function terminate(worker: WorkerLike): Promise<void> {
  await (worker as Ending).terminate?.();
}

/** So long a worker may take to start, on a machine that is busy too. */
const START_MS = 60_000;

function silent(): SegringError {
  const what = `the worker did not answer within ${START_MS} ms: it does not run segring/pool/worker`;
  return new SegringError("BUSY", what);
}

interface Asked {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  /** The worker is used until it answers. */
  leave(served: boolean): void;
}

/** A worker of a pool, as the pool sees it. */
export class Hand {
  /** Called after each answer, and when the worker died. */
  onChange: () => void = () => {};
  /** Whether it died with nothing to do. */
  diedIdle = false;
  readonly #worker: WorkerLike;
  readonly #asked = new Map<number, Asked>();
  readonly #ends: (() => void)[] = [];
  readonly #unlock = new AbortController();
  #lastId = 0;
  #reserved = 0;
  #isDead = false;

  private constructor(worker: WorkerLike) {
    this.#worker = worker;
    this.#ends.push(
      listen(worker, "message", (data) => this.#hear(data as PoolAnswer | null | undefined)),
      listen(worker, "error", () => this.#die()),
      listen(worker, "exit", () => this.#die()),
    );
  }

  /**
   * Starts a worker.
   *
   * @throws {SegringError} PEER_DIED: the worker did not start, or has ended. NOT_SHARED: it cannot be given memory.
   * @throws {TypeError} The worker is of another version.
   */
  static async start(worker: WorkerLike, setup: Setup): Promise<Hand> {
    const watch = new StartWatch(worker);
    const hand = new Hand(worker);
    let stop = () => {};
    try {
      if (isGone(worker)) throw new SegringError("PEER_DIED", "the worker could not start: it has ended");
      const lock = `segring pool:${(randomWord() >>> 0).toString(16)}:${(randomWord() >>> 0).toString(16)}`;
      const message: OpenMessage = { ...setup, segring: "open pool", protocol: POOL_PROTOCOL, lock };
      const failed = watch.failed.then((error) => {
        throw error;
      });
      const opened = hand.#send(0, message);
      // Whichever loses the race is heard by nobody.
      for (const promise of [failed, opened]) promise.catch(() => {});
      const late = new Promise<never>((_, reject) => {
        stop = later(() => reject(silent()), START_MS);
      });
      late.catch(() => {});
      const started = opened.catch((error) => (error instanceof Died ? failed : Promise.reject(error)));
      await Promise.race([started, failed, late]);
      hand.#watchLock(lock);
      return hand;
    } catch (error) {
      hand.end(error);
      throw error;
    } finally {
      watch.stop();
      stop();
    }
  }

  /** Tasks that are not answered yet, or will be given soon. */
  get pending(): number {
    return this.#asked.size + this.#reserved;
  }

  /** Keeps room for a task, until `unreserve`: whoever waits for a free worker wakes together with others. */
  reserve(): this {
    this.#reserved++;
    return this;
  }

  unreserve(): void {
    this.#reserved--;
    this.onChange();
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Has the worker do a task, after those before. @throws {Died} @throws {Error} What the worker says. */
  async ask<T extends Task>(task: T): Promise<ResultOf<T>> {
    const id = ++this.#lastId;
    const message: TaskMessage = { segring: "task", id, task };
    return (await this.#send(id, message)) as ResultOf<T>;
  }

  /** Ends the worker. What it was asked for fails with the error. */
  end(error: unknown): Promise<unknown> {
    this.#die(error);
    return terminate(this.#worker);
  }

  #send(id: number, message: OpenMessage | TaskMessage): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isDead) throw new Died(false);
      this.#asked.set(id, { resolve, reject, leave: occupy(this.#worker) });
      try {
        this.#worker.postMessage(message);
      } catch (cause) {
        this.#answer(id)?.reject(new SegringError("NOT_SHARED", "the worker cannot be given the memory", { cause }));
      }
    });
  }

  #hear(answer: PoolAnswer | null | undefined): void {
    if (answer?.segring !== "pool" && answer?.segring !== "done" && answer?.segring !== "failed") return;
    const asked = this.#answer(answer.id);
    if (answer.protocol !== POOL_PROTOCOL) {
      const what = `one of this version of segring (protocol ${POOL_PROTOCOL})`;
      asked?.reject(new TypeError(expected("worker", what, answer.protocol)));
    } else if (answer.error !== undefined) {
      asked?.reject(errorOf(answer.error));
    } else {
      asked?.resolve(answer.result);
    }
    this.onChange();
  }

  #answer(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    asked?.leave(true);
    return asked;
  }

  #die(error?: unknown): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.diedIdle = this.#asked.size === 0;
    for (const end of this.#ends) end();
    this.#unlock.abort();
    // A worker does what it was asked first.
    for (const [index, id] of [...this.#asked.keys()].entries())
      this.#answer(id)?.reject(error ?? new Died(index === 0));
    this.onChange();
  }

  /** Who gets the worker's lock knows that the worker is gone. */
  #watchLock(lock: string): void {
    const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager };
    locks?.request(lock, { signal: this.#unlock.signal }, () => this.#die()).catch(() => {});
  }
}
