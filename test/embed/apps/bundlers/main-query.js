/** Vite's own idiom: no file of one's own for the worker. */
import KernelWorker from "segring/ring/worker?worker";
import { probe } from "./probe.js";

probe(() => new KernelWorker()).then(tell, (error) => tell({ error: `${error.name}: ${error.message}` }));

/** Where the driver finds the report. */
function tell(report) {
  document.documentElement.dataset.report = JSON.stringify(report);
}
