/** The one idiom that every bundler knows: a worker file of one's own, named where the worker is made. */
import { throughPool } from "./pool.js";
import { probe } from "./probe.js";

const makeWorker = () => new Worker(new URL("./kernel-worker.js", import.meta.url), { type: "module" });
const run = async () => ({ ...(await probe(makeWorker)), pool: await throughPool(makeWorker) });
run().then(tell, (error) => tell({ error: `${error.name}: ${error.message}` }));

/** Where the driver finds the report. */
function tell(report) {
  document.documentElement.dataset.report = JSON.stringify(report);
}
