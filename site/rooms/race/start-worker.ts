/** Starts a worker of the page. */
import type { RaceWorker, StartWorker } from "./run.js";
import type { Said } from "./serve.js";

export const startWorker: StartWorker = (hear, fail): RaceWorker => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Said>) => hear(data));
  worker.addEventListener("error", ({ message }) => fail(message || "its script cannot be loaded"));
  return { post: (job) => worker.postMessage(job), terminate: () => worker.terminate() };
};
