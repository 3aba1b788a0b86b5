import { throughPool } from "./pool.js";
import { probe } from "./probe.js";

const makeWorker = () => new Worker(new URL("./kernel-worker.js", import.meta.url), { type: "module" });
console.log(JSON.stringify({ ...(await probe(makeWorker)), pool: await throughPool() }));
globalThis.Deno?.exit();
process.exit();
