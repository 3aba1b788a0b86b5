import { expected, SegringError } from "../core/errors.js";
import type { KernelEngine } from "./choice.js";
import { errorOf } from "./posted-error.js";
import { ASKED, GIVEN_UP, type HelloMessage, type ServeMessage, type StartMessage, WORKER_PROTOCOL } from "./serve.js";
import type { StartWatch } from "./worker-failure.js";
import { isGone, listen, occupy, type WorkerLike } from "./worker-like.js";

/** How a kernel in a worker ended. */
export type Ending =
  | { readonly how: "ended" }
  | { readonly how: "failed"; readonly error: unknown }
  | { readonly how: "died"; readonly error: SegringError };

/** A worker that runs a kernel. */
export interface ServingWorker {
  /** What the kernel runs on. */
  engine(): KernelEngine;
  /** Resolves when the kernel has ended, and leaves nothing behind at the worker. */
  readonly over: Promise<Ending>;
  /** The worker is known to be dead: for platforms that do not tell. */
  died(): void;
}

/** What tells the calls of one worker apart. */
let lastId = 0;

/**
 * Asks a worker whether it serves kernels.
 *
 * @throws {SegringError} PEER_DIED: the worker did not start, or has ended. BUSY: there was no answer in time.
 * @throws {TypeError} The worker serves another version.
 */
export async function askWorker(worker: WorkerLike, milliseconds: number, watch: StartWatch): Promise<void> {
  const message: HelloMessage = { segring: "hello", protocol: WORKER_PROTOCOL, id: ++lastId };
  const call = new Call(worker, message, watch, () => {});
  let answered = false;
  try {
    await call.answered(milliseconds);
    answered = true;
  } finally {
    call.leave(answered);
  }
}

/**
 * Has a worker run a kernel. Resolves when the kernel owns its rings, before the kernel takes the first record.
 *
 * @param onWake Called where waiters of this thread, who wait by message, must look again.
 * @throws As {@link askWorker}, or with what the kernel said instead of starting. The kernel then does not run, and
 *   will not run later.
 */
export async function startWorker(
  worker: WorkerLike,
  job: Omit<StartMessage, "segring" | "protocol" | "id" | "ticket">,
  { milliseconds, watch }: { readonly milliseconds: number; readonly watch: StartWatch },
  onWake: () => void,
): Promise<ServingWorker> {
  const ticket = new Int32Array(new SharedArrayBuffer(4));
  const message: StartMessage = { ...job, segring: "start", protocol: WORKER_PROTOCOL, id: ++lastId, ticket };
  const call = new Call(worker, message, watch, onWake);
  try {
    await call.answered(milliseconds, () => Atomics.compareExchange(ticket, 0, ASKED, GIVEN_UP) === ASKED);
  } catch (error) {
    Atomics.compareExchange(ticket, 0, ASKED, GIVEN_UP);
    call.leave(false);
    throw error;
  }
  const over = call.over.then((ending) => {
    call.leave(true);
    return ending;
  });
  // Of a worker that had just begun when the time was over, the answer comes a moment later.
  const likely = { engine: job.module === undefined ? "js" : "wasm", reason: undefined } as const;
  return { engine: () => call.engine ?? likely, over, died: () => call.died(undefined) };
}

/** One message to a worker, and all that comes back for it. */
class Call {
  readonly over: Promise<Ending>;
  /** What the kernel runs on, once the worker has said it. */
  engine: KernelEngine | undefined;
  readonly #worker: WorkerLike;
  readonly #message: HelloMessage | StartMessage;
  readonly #watch: StartWatch;
  readonly #ends: (() => void)[];
  readonly #leaveWorker: (served: boolean) => void;
  readonly #first: Promise<void>;
  #onFirst: (error?: unknown) => void = () => {};
  #onOver: (ending: Ending) => void = () => {};
  #left = false;

  constructor(worker: WorkerLike, message: HelloMessage | StartMessage, watch: StartWatch, onWake: () => void) {
    this.#worker = worker;
    this.#message = message;
    this.#watch = watch;
    this.#leaveWorker = occupy(worker);
    this.#first = new Promise((resolve, reject) => {
      this.#onFirst = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.over = new Promise((resolve) => {
      this.#onOver = resolve;
    });
    this.#ends = [
      listen(worker, "message", (data) => this.#hear(data as ServeMessage | null | undefined, onWake)),
      listen(worker, "exit", () => this.died(undefined)),
    ];
  }

  /**
   * Sends the message, and waits for the first answer.
   *
   * @param giveUp Decides, when the time is over, whether the worker comes too late; false: it just began.
   */
  async answered(milliseconds: number, giveUp = () => true): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => (giveUp() ? reject(busy(milliseconds)) : resolve()), milliseconds);
    });
    const failed = this.#watch.failed.then((error) => {
      throw error;
    });
    // Whichever loses the race is heard by nobody.
    for (const promise of [late, failed, this.#first]) promise.catch(() => {});
    try {
      if (isGone(this.#worker)) throw new SegringError("PEER_DIED", "the worker could not start: it has ended");
      this.#post();
      await Promise.race([this.#first, failed, late]);
    } finally {
      clearTimeout(timer);
      this.#watch.stop();
    }
  }

  died(cause: unknown): void {
    const error = new SegringError("PEER_DIED", "the kernel's worker ended before its work did", { cause });
    this.#onOver({ how: "died", error });
  }

  /** @param served The worker did what it was asked for. */
  leave(served: boolean): void {
    if (this.#left) return;
    this.#left = true;
    for (const end of this.#ends) end();
    this.#leaveWorker(served);
  }

  #post(): void {
    try {
      this.#worker.postMessage(this.#message);
    } catch (cause) {
      throw new SegringError("NOT_SHARED", "the worker cannot be given the memory", { cause });
    }
  }

  #hear(answer: ServeMessage | null | undefined, onWake: () => void): void {
    if (typeof answer !== "object" || typeof answer?.segring !== "string") return;
    if (answer.id !== undefined && answer.id !== this.#message.id) return;
    if (answer.protocol !== WORKER_PROTOCOL) {
      this.#onFirst(otherVersion(answer.protocol));
    } else if (answer.segring === "wake") {
      onWake();
    } else if (answer.segring === "here" || answer.segring === "ready") {
      this.engine = answer.engine;
      this.#onFirst();
    } else if (answer.segring === "ended") {
      this.#onOver({ how: "ended" });
    } else if (answer.segring === "failed" && answer.error !== undefined) {
      const error = errorOf(answer.error);
      this.#onFirst(error);
      this.#onOver({ how: "failed", error });
    }
  }
}

function busy(milliseconds: number): SegringError {
  return new SegringError(
    "BUSY",
    `the worker did not answer within ${milliseconds} ms: it serves another pair, is at work, or does not run segring/ring/worker or serveKernel`,
  );
}

function otherVersion(protocol: unknown): TypeError {
  return new TypeError(expected("worker", `one of this version of segring (protocol ${WORKER_PROTOCOL})`, protocol));
}
