/** A worker that is nothing but a kernel: `new Worker(…)` of this module, then `createPair({ worker })`. */
import { serveKernel } from "./serve.js";

serveKernel();
