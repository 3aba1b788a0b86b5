/** The worker of the page: a loop that measures blocks nothing that the reader sees. */
import { type Job, serve } from "./serve.js";

addEventListener("message", ({ data }: MessageEvent<Job>) => {
  void serve(data, (said) => postMessage(said));
});
