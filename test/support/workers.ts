import { Worker } from "node:worker_threads";

/** A worker of a TypeScript module of this tree; `path` from its root. */
export function sourceWorker(path: string, workerData: object = {}): Worker {
  const module = new URL(`../../${path}`, import.meta.url).href;
  return new Worker(new URL("./source-worker.mjs", import.meta.url), { workerData: { ...workerData, module } });
}
