/** A worker, of the web or of Node. */
export interface WorkerLike {
  postMessage(message: unknown): void;
}

/** The end of a worker's channel that can be listened to. */
interface Target extends WorkerLike {
  on?(type: string, listener: (data: unknown) => void): unknown;
  addEventListener?(type: string, listener: (event: { data?: unknown }) => void): void;
}

/** Listens to a worker, or in one: messages, and where the platform has them, `error` and `exit`. */
export function listen(
  target: WorkerLike,
  type: "message" | "error" | "exit",
  listener: (data: unknown) => void,
): void {
  const { on, addEventListener } = target as Target;
  if (on !== undefined) on.call(target, type, listener);
  else addEventListener?.call(target, type, (event) => listener(event.data ?? event));
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}
interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly parentPort: WorkerLike | null;
}

/** Node's, without an import that a browser could not resolve. */
function workerThreads(): WorkerThreads | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  return process?.getBuiltinModule?.("node:worker_threads") as WorkerThreads | undefined;
}

/** Whether this thread is a worker, which may block. */
export function runsInWorker(): boolean {
  const threads = workerThreads();
  if (threads !== undefined) return !threads.isMainThread;
  return typeof (globalThis as { WorkerGlobalScope?: unknown }).WorkerGlobalScope === "function";
}

/** Where a worker hears from who made it. @throws {TypeError} This is no worker. */
export function parentOf(): WorkerLike {
  const parent = workerThreads()?.parentPort ?? (runsInWorker() ? (globalThis as unknown as WorkerLike) : undefined);
  if (parent === undefined) throw new TypeError("this thread is no worker");
  return parent;
}
