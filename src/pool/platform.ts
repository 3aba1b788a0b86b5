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

/** What makes workers of `segring/pool/worker`; undefined where the platform has no workers. */
export function workerMaker(): (() => WorkerLike) | undefined {
  if (platform.Worker !== undefined)
    return () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const node = builtin<{ Worker: new (url: URL) => WorkerLike }>("node:worker_threads");
  return node && (() => new node.Worker(new URL("./worker.js", import.meta.url)));
}
