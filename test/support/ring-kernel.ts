/** A worker of one's own: it attaches by hand, as the README says. */
import { workerData } from "node:worker_threads";
import { runKernel } from "../../src/ring/kernel.js";
import { attachRing } from "../../src/ring/ring.js";

const { memory, input, output } = workerData as { memory: WebAssembly.Memory; input: number; output: number };
await runKernel(attachRing(memory, input), attachRing(memory, output));
