import { Worker } from "node:worker_threads";
import { bundle } from "./bundle.js";

const modules = new Map<string, URL>();

/** A worker of a TypeScript module of this tree; `path` from its root. */
export function sourceWorker(path: string, workerData: object = {}): Worker {
  let module = modules.get(path);
  if (module === undefined) {
    const bytes = Buffer.from(bundle({ entryPoints: [path] }));
    module = new URL(`data:text/javascript;base64,${bytes.toString("base64")}`);
    modules.set(path, module);
  }
  return new Worker(module, { workerData });
}
