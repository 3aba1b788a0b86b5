/**
 * A hostile peer: writes over the work area of a ring's kernel until it is terminated: `values` again and again where
 * there are some, else whatever it likes.
 */
import { parentPort, workerData } from "node:worker_threads";
import { bufferOf, type RingMemory } from "../../src/ring/core.js";
import { Random } from "./random.js";

const { memory, from, byteLength, seed, values } = workerData as {
  memory: RingMemory;
  from: number;
  byteLength: number;
  seed?: number;
  values?: readonly number[];
};
const words = new Uint32Array(bufferOf(memory), from, byteLength / 4);
const random = new Random(seed ?? 0);
parentPort?.postMessage("ready");
while (values !== undefined) words.set(values);
for (;;) {
  // Addresses inside the memory do more harm than those that trap at once.
  const value = random.pick([0, 1, 0xffff_ffff, random.u32(), from + random.integer(0, byteLength)]);
  if (random.once(50)) words.fill(value);
  else words[random.integer(0, words.length - 1)] = value;
}
