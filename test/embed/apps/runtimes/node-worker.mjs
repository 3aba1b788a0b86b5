import { Worker } from "node:worker_threads";
import { throughPool } from "./pool.js";
import { probe } from "./probe.js";

console.log(
  JSON.stringify({
    ...(await probe(() => new Worker(new URL("./kernel-worker.js", import.meta.url)))),
    pool: await throughPool(),
  }),
);
process.exit();
