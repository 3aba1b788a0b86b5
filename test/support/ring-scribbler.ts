/** A hostile peer: writes whatever it likes over the work area of a ring's kernel, until it is terminated. */
import { parentPort, workerData } from "node:worker_threads";
import { Random } from "./random.js";

const { memory, from, byteLength, seed } = workerData as {
  memory: WebAssembly.Memory;
  from: number;
  byteLength: number;
  seed: number;
};
const words = new Uint32Array(memory.buffer, from, byteLength / 4);
const random = new Random(seed);
parentPort?.postMessage("ready");
for (;;) {
  // Addresses inside the memory do more harm than those that trap at once.
  const value = random.pick([0, 1, 0xffff_ffff, random.u32(), from + random.integer(0, byteLength)]);
  if (random.once(50)) words.fill(value);
  else words[random.integer(0, words.length - 1)] = value;
}
