import { Worker } from "node:worker_threads";
import { probe } from "./probe.js";

console.log(JSON.stringify(await probe(() => new Worker(new URL("./kernel-worker.js", import.meta.url)))));
process.exit();
