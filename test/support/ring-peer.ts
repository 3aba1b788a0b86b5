/** A worker at one end of a ring: what `workerData.task` names, until it is terminated or the ring ends. */
import { parentPort, workerData } from "node:worker_threads";
import { Consumer } from "../../src/ring/consumer.js";
import { attachRing } from "../../src/ring/create.js";
import { Producer } from "../../src/ring/producer.js";
import { Random } from "./random.js";

const { task, memory, offset, seed } = workerData as {
  task: "put" | "take" | "waitRoom" | "wait";
  memory: WebAssembly.Memory;
  offset: number;
  seed: number;
};
const ring = attachRing(memory, offset);
const say = (text: string) => parentPort?.postMessage(text);
if (task === "wait" || task === "waitRoom") {
  // Without an end to its sleeps, it can only be woken.
  const { wait } = Atomics;
  const endless = (words: Int32Array, index: number, value: number) => wait(words, index, value);
  Atomics.wait = endless as typeof wait;
}

if (task === "put") {
  // An endless sequence: each record says its index, so that the next owner knows where to go on.
  const producer = new Producer(ring);
  const random = new Random(seed);
  let index = ring.counters().put % 2 ** 32;
  say("ready");
  for (;;) {
    const rows = new Uint32Array(4 * random.integer(1, 200));
    for (let at = 0; at < rows.length; at += 4) {
      rows.set([index, index >>> 12, (index | 1) >>> 0, (index << 8) >>> 0], at);
      index = (index + 1) % 2 ** 32;
    }
    for (let at = 0; at < rows.length; ) {
      if (random.once(3)) {
        const [lo, hi, length, flags] = rows.subarray(at, at + 4) as unknown as [number, number, number, number];
        if (producer.push(hi * 2 ** 32 + lo, length, flags)) at += 4;
        else producer.waitRoom();
      } else {
        at += producer.pushRows(rows.subarray(at)) * 4;
        if (at < rows.length) producer.waitRoom();
      }
    }
  }
}
if (task === "take") {
  const consumer = new Consumer(ring);
  say("ready");
  while (consumer.wait()) consumer.take(() => {}, 3);
}
if (task === "waitRoom") {
  const producer = new Producer(ring);
  while (producer.push(0, 1));
  say("ready");
  try {
    producer.waitRoom();
    say("room");
  } catch (error) {
    say((error as { code: string }).code);
  }
}
if (task === "wait") {
  const consumer = new Consumer(ring);
  say("ready");
  try {
    consumer.wait();
    say(consumer.ended ? "ended" : "some");
  } catch (error) {
    say((error as { code: string }).code);
  }
}
