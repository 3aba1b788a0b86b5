/** A worker of the TypeScript module that `workerData.module` names: Node 20 cannot be told to load one as its entry. */
import { workerData } from "node:worker_threads";
import { tsImport } from "tsx/esm/api";

await tsImport(workerData.module, import.meta.url);
