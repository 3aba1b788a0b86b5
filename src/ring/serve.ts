import { SegringError } from "../core/errors.js";
import { checkLimits, type SegmentLimits } from "../core/limits.js";
import { type Choice, inJs, inWasm, type KernelEngine } from "./choice.js";
import type { RingMemory } from "./core.js";
import { attachRing } from "./create.js";
import { checkInvalid } from "./judge.js";
import { runBetween } from "./kernel-between.js";
import { type PostedError, posted } from "./posted-error.js";
import { listen, parentOf, type WorkerLike } from "./worker-like.js";

/** Raised with any change of these messages. A worker of another version says so instead of doing something else. */
export const WORKER_PROTOCOL = 3;

/** In a ticket. Whoever changes it from ASKED first has decided whether the kernel runs. */
export const ASKED = 0;
export const TAKEN = 1;
export const GIVEN_UP = 2;

/** Asks a worker whether it serves kernels. */
export interface HelloMessage {
  readonly segring: "hello";
  readonly protocol: number;
  /** Of this question, in all answers to it. */
  readonly id: number;
}

/** Asks a worker to run a kernel. */
export interface StartMessage {
  readonly segring: "start";
  readonly protocol: number;
  readonly id: number;
  /** One element in shared memory. */
  readonly ticket: Int32Array;
  readonly memory: RingMemory;
  /** The ring kernel, compiled. Undefined: the kernel runs in JavaScript. */
  readonly module: WebAssembly.Module | undefined;
  /** Whether the kernel runs in JavaScript where the module may not be instantiated. */
  readonly mayFallBack: boolean;
  readonly input: number;
  readonly output: number;
  readonly limits: SegmentLimits;
  readonly invalid: "poison" | "skip";
}

/** What the worker answers. `wake` is for a page that can neither block nor wait asynchronously. */
export interface ServeMessage {
  readonly segring: "here" | "ready" | "wake" | "ended" | "failed";
  readonly protocol: number;
  /** undefined: a message could not be read, whosever it was. */
  readonly id: number | undefined;
  /** With `ready`: what the kernel runs on. */
  readonly engine?: KernelEngine | undefined;
  /** With `failed`. */
  readonly error?: PostedError | undefined;
}

/**
 * In a worker: waits for the message of `createPair`, and runs the kernel for that pair. `segring/ring/worker` does
 * nothing else. The worker runs one kernel after another: a kernel blocks the thread, and the next pair waits.
 *
 * @param parent Where the messages come from; default: the thread that made this worker.
 * @throws {TypeError} This thread is no worker, and `parent` is left out.
 * @example
 * ```ts
 * // In a worker, `serveKernel()` listens to the thread that made the worker. A port does as well:
 * const { port1, port2 } = new MessageChannel();
 * serveKernel(port1);
 * const { shared } = await createPair({ worker: port2, shared: false });
 * console.log(shared, port1.close()); // false undefined
 * ```
 */
export function serveKernel(parent: WorkerLike = parentOf()): void {
  listen(parent, "message", (data) => {
    const message = data as HelloMessage | StartMessage | null | undefined;
    if (message?.segring === "hello") answer(parent, message.id, "here");
    if (message?.segring === "start") void serve(parent, message);
  });
  listen(parent, "messageerror", () => {
    const error = new SegringError(
      "NOT_SHARED",
      "the worker could not be given the memory: it is not isolated as its page is",
    );
    answer(parent, undefined, "failed", { error: posted(error) });
  });
}

async function serve(parent: WorkerLike, message: StartMessage): Promise<void> {
  const { id, ticket, memory, module, mayFallBack, limits, invalid, protocol } = message;
  // Who asks in another protocol finds ours in this answer.
  if (protocol !== WORKER_PROTOCOL) return answer(parent, id, "here");
  try {
    const input = attachRing(memory, message.input);
    const output = attachRing(memory, message.output);
    input.doorbell = () => answer(parent, id, "wake");
    const onReady = (engine: KernelEngine) => {
      if (Atomics.compareExchange(ticket, 0, ASKED, TAKEN) !== ASKED) {
        throw new SegringError("BUSY", "the worker came to it too late: nobody waits for this kernel any more");
      }
      answer(parent, id, "ready", { engine });
    };
    const work = { limits: checkLimits(limits), skipInvalid: checkInvalid(invalid) };
    const choice: Choice = module === undefined ? inJs(undefined) : inWasm(module, mayFallBack);
    await runBetween(input, output, { work, onReady }, () => choice);
    answer(parent, id, "ended");
  } catch (error) {
    answer(parent, id, "failed", { error: posted(error) });
  }
}

function answer(
  parent: WorkerLike,
  id: number | undefined,
  segring: ServeMessage["segring"],
  more: Pick<ServeMessage, "engine" | "error"> = {},
): void {
  const message: ServeMessage = { segring, protocol: WORKER_PROTOCOL, id, ...more };
  parent.postMessage(message);
}
