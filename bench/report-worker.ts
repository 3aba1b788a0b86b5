/** The worker of the race in a runtime without pages. */
import { parentPort } from "node:worker_threads";
import { type Job, serve } from "../site/rooms/race/serve.js";

parentPort?.on("message", (job: Job) => {
  void serve(job, (said) => parentPort?.postMessage(said));
});
