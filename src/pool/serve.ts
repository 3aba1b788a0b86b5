import { type PostedError, posted } from "../ring/posted-error.js";
import { listen, parentOf, type WorkerLike } from "../ring/worker-like.js";
import { type OpenMessage, POOL_PROTOCOL, type PoolAnswer, type TaskMessage } from "./messages.js";
import { type Skills, Workplace } from "./workplace.js";

/** In a worker: works for the pool that made it. @param skills What only this worker knows. */
export function servePool(parent: WorkerLike = parentOf(), skills?: Skills): void {
  let workplace: Workplace | undefined;
  const answer = (id: number, segring: PoolAnswer["segring"], result?: unknown, error?: PostedError) => {
    const message: PoolAnswer = { segring, protocol: POOL_PROTOCOL, id, result, error };
    post(parent, message, result instanceof Uint32Array ? [result.buffer as ArrayBuffer] : []);
  };
  const open = async (message: OpenMessage) => {
    if (message.protocol === POOL_PROTOCOL) {
      // The pool asks for the lock when it has the answer: whoever gets it then has outlived this worker.
      await hold(message.lock);
      workplace = new Workplace(message, skills);
    }
    answer(0, "pool");
  };
  listen(parent, "message", (data) => {
    const message = data as OpenMessage | TaskMessage | null | undefined;
    if (message?.segring === "open pool") {
      open(message).catch((error) => answer(0, "failed", undefined, posted(error)));
    } else if (message?.segring === "task" && workplace !== undefined) {
      try {
        answer(message.id, "done", workplace.do(message.task));
      } catch (error) {
        answer(message.id, "failed", undefined, posted(error));
      }
    }
  });
}

function post(parent: WorkerLike, message: PoolAnswer, transfer: readonly ArrayBuffer[]): void {
  (parent as { postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void }).postMessage(message, transfer);
}

/** Browsers do not tell that a worker died; but its lock is free then. Resolves when the worker holds the lock. */
async function hold(lock: string): Promise<void> {
  const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager };
  if (locks === undefined) return;
  await new Promise<void>((resolve, reject) => {
    const holding = () => {
      resolve();
      return new Promise(() => {});
    };
    locks.request(lock, holding).catch(reject);
  });
}
