/** A worker of one's own: it attaches by hand, as the README says. */
import { workerData } from "node:worker_threads";
import { attachRing } from "../../src/ring/create.js";
import { runKernel } from "../../src/ring/kernel.js";

const { memory, input, output } = workerData as { memory: WebAssembly.Memory; input: number; output: number };
await runKernel(attachRing(memory, input), attachRing(memory, output));
