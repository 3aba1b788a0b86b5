import { SegringError } from "../errors.js";
import type { SegmentLimits } from "../limits.js";
import { runKernel } from "./kernel.js";
import { attachRing } from "./ring.js";
import { listen, parentOf, type WorkerLike } from "./worker-like.js";

/** What `createPair` posts to its worker. */
export interface StartMessage {
  readonly segring: "start";
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly input: number;
  readonly output: number;
  readonly limits: SegmentLimits;
  readonly invalid: "poison" | "skip";
}

/** What the worker answers. `wake` is for a page that can neither block nor wait asynchronously. */
export type ServeMessage =
  | { readonly segring: "ready" }
  | { readonly segring: "wake" }
  | { readonly segring: "ended" }
  | { readonly segring: "failed"; readonly error: unknown };

/**
 * In a worker: waits for the message of `createPair`, and runs the kernel for it. `segring/ring/worker` does nothing else.
 *
 * @param parent Where the messages come from; default who made this worker.
 * @throws {TypeError} This thread is no worker.
 */
export function serveKernel(parent: WorkerLike = parentOf()): void {
  listen(parent, "message", (message) => {
    if ((message as StartMessage | null)?.segring === "start") void serve(parent, message as StartMessage);
  });
}

async function serve(parent: WorkerLike, message: StartMessage): Promise<void> {
  const answer = (text: ServeMessage) => parent.postMessage(text);
  try {
    const { memory, module, limits, invalid } = message;
    const input = attachRing(memory, message.input);
    const output = attachRing(memory, message.output);
    input.doorbell = () => answer({ segring: "wake" });
    await runKernel(input, output, limits, { module, invalid, onReady: () => answer({ segring: "ready" }) });
    answer({ segring: "ended" });
  } catch (error) {
    // An error of our own loses its class on the way.
    answer({
      segring: "failed",
      error: error instanceof SegringError ? { code: error.code, message: error.message, index: error.index } : error,
    });
  }
}
