import type { WorkerLike } from "../ring/worker-like.js";

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}
interface Platform {
  readonly process?: NodeProcess;
  readonly Worker?: new (url: URL, options: { type: "module" }) => WorkerLike;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const platform = globalThis as unknown as Platform;

/** Node's, without an import that a browser could not resolve. */
function builtin<T>(name: string): T | undefined {
  return platform.process?.getBuiltinModule?.(name) as T | undefined;
}

/** Cores that this process may use. */
export function cores(): number {
  const os = builtin<{ availableParallelism(): number }>("node:os");
  return os?.availableParallelism() ?? platform.navigator?.hardwareConcurrency ?? 1;
}

/**
 * What makes workers of `segring/pool/worker`; undefined where the platform has no workers. Bundlers do not see the name of
 * the file: those that follow it want one form of worker for all of an application (Vite), or lose what a worker shares with
 * another one (Parcel).
 */
export function workerMaker(): (() => WorkerLike) | undefined {
  const file = ["./worker", "js"].join(".");
  const { Worker: WebWorker } = platform;
  if (WebWorker !== undefined) return () => new WebWorker(new URL(file, import.meta.url), { type: "module" });
  const node = builtin<{ Worker: new (url: URL) => WorkerLike }>("node:worker_threads");
  return node && (() => new node.Worker(new URL(file, import.meta.url)));
}
