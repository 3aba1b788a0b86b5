/** A worker, of the web or of Node. */
export interface WorkerLike {
  /** Sends the worker a message. */
  postMessage(message: unknown): void;
}

type Listener = (data: unknown) => void;

/** The end of a worker's channel that can be listened to. */
interface Target extends WorkerLike {
  on?(type: string, listener: Listener): unknown;
  off?(type: string, listener: Listener): unknown;
  addEventListener?(type: string, listener: (event: { data?: unknown }) => void): void;
  removeEventListener?(type: string, listener: (event: { data?: unknown }) => void): void;
}

/**
 * Listens to a worker, or in one: `message`, and where the platform has them `messageerror`, `error` and `exit`.
 *
 * @param listener Gets the message; of the other types what Node gives, or the event.
 * @returns Ends it.
 */
export function listen(
  target: WorkerLike,
  type: "message" | "messageerror" | "error" | "exit",
  listener: Listener,
): () => void {
  const end = target as Target;
  if (end.on !== undefined) {
    end.on(type, listener);
    return () => end.off?.(type, listener);
  }
  const heard = (event: { data?: unknown }) => listener(type === "message" ? event.data : event);
  end.addEventListener?.(type, heard);
  return () => end.removeEventListener?.(type, heard);
}

/** A worker of Node's. */
interface NodeWorker {
  readonly threadId?: number;
  ref?(): void;
  unref?(): void;
}

/** Whether the worker's end is known already. Only Node tells. */
export function isGone(worker: WorkerLike): boolean {
  return (worker as NodeWorker).threadId === -1;
}

/** Workers for which no Node process stays, because of `occupy`; and how many use each. */
const idle = new WeakSet<object>();
const users = new WeakMap<object, number>();

/**
 * Marks a worker as used. A Node process stays alive for the worker while it is used, and after it served no longer: a
 * worker that waits for the next message would keep a process that has nothing else to do.
 *
 * @returns Ends the use. `served`: the worker did what it was asked for; otherwise it is left as it was found.
 */
export function occupy(worker: WorkerLike): (served: boolean) => void {
  const wasIdle = idle.delete(worker);
  if (wasIdle) (worker as NodeWorker).ref?.();
  users.set(worker, (users.get(worker) ?? 0) + 1);
  return (served) => {
    const left = (users.get(worker) ?? 1) - 1;
    users.set(worker, left);
    if (left > 0 || !(served || wasIdle)) return;
    idle.add(worker);
    (worker as NodeWorker).unref?.();
  };
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}
interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly parentPort: WorkerLike | null;
}

const NO_PARENT = "this thread is no worker that one other thread made: give the port to that thread";

/** Node's, without an import that a browser could not resolve. */
function workerThreads(): WorkerThreads | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  return process?.getBuiltinModule?.("node:worker_threads") as WorkerThreads | undefined;
}

/**
 * Whether this thread is a worker of the web. To be asked before Node's `worker_threads`: in a worker of Deno's those
 * say that this is the main thread, without a parent.
 */
function isWebWorker(): boolean {
  const { WorkerGlobalScope: scope } = globalThis as { WorkerGlobalScope?: unknown };
  return typeof scope === "function" && globalThis instanceof scope;
}

/** Whether this thread is a worker. */
export function runsInWorker(): boolean {
  return isWebWorker() || workerThreads()?.isMainThread === false;
}

/** Where a worker hears from who made it. @throws {TypeError} This thread has no such place. */
export function parentOf(): WorkerLike {
  const scope = globalThis as Partial<WorkerLike>;
  // A SharedWorker and a ServiceWorker have no one place: each message comes with its own.
  const parent = isWebWorker() && typeof scope.postMessage === "function" ? scope : workerThreads()?.parentPort;
  if (parent === undefined || parent === null) throw new TypeError(NO_PARENT);
  return parent as WorkerLike;
}
