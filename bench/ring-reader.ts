/** A thread that reads the records of a ring and does nothing else: the floor of whatever takes them. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { createRing, Producer, type Ring } from "../dist/ring/index.js";
import { HEAD, HEADER_BYTES, PROD_SEQ, TAIL } from "../src/ring/layout.js";

const PAUSED = 0;
const READING = 1;

/**
 * Polls the tail about once a microsecond, as a kernel does, adds up what is new, and moves the head. Between `begin` and
 * `pause` alone: a thread that polls keeps its core busy.
 */
const READER = `
  const { parentPort, workerData: { memory, base, slots, capacity, turn } } = require("node:worker_threads");
  const words = new Int32Array(memory);
  const records = new Int32Array(memory, slots, capacity * 4);
  const [tailAt, headAt, sequenceAt] = [(base + ${TAIL}) / 4, (base + ${HEAD}) / 4, (base + ${PROD_SEQ}) / 4];
  let [head, sum, paused] = [Atomics.load(words, headAt), 0, 1];
  parentPort.postMessage("here");
  for (;;) {
    Atomics.wait(turn, 0, ${PAUSED});
    for (let count = 0; count < 960; count++) paused = (Math.imul(paused, 0x01000193) + 1) | 0;
    const tail = Atomics.load(words, tailAt);
    for (let at = head; at !== tail; at = (at + 1) | 0) {
      const record = (at & (capacity - 1)) * 4;
      sum = (sum + records[record] + records[record + 1] + records[record + 2] + records[record + 3]) | 0;
    }
    if (head === tail) continue;
    head = tail;
    Atomics.store(turn, 1, sum);
    Atomics.store(words, headAt, head);
    // As a kernel wakes a producer that waits for room.
    if (Atomics.load(words, sequenceAt + 1) !== 0) {
      Atomics.store(words, sequenceAt + 1, 0);
      Atomics.add(words, sequenceAt, 1);
      Atomics.notify(words, sequenceAt);
    }
  }
`;

export class BareReader {
  readonly producer: Producer;
  readonly #worker: Worker;
  readonly #turn: Int32Array;

  private constructor(ring: Ring, worker: Worker, turn: Int32Array) {
    this.producer = new Producer(ring);
    this.#worker = worker;
    this.#turn = turn;
  }

  static async start(capacity: number): Promise<BareReader> {
    const ring = createRing({ capacity, shared: true });
    const turn = new Int32Array(new SharedArrayBuffer(8));
    const memory = ring.memory instanceof WebAssembly.Memory ? ring.memory.buffer : ring.memory;
    const workerData = { memory, base: ring.offset, slots: ring.offset + HEADER_BYTES, capacity, turn };
    const worker = new Worker(READER, { eval: true, workerData });
    await once(worker, "message");
    return new BareReader(ring, worker, turn);
  }

  begin(): void {
    Atomics.store(this.#turn, 0, READING);
    Atomics.notify(this.#turn, 0);
  }

  /** Waits until all is read. @returns The sum of all words that were read so far, in 32 bits. */
  pause(): number {
    const { capacity } = this.producer.ring;
    while (!this.producer.waitRoom(capacity, 1)) {}
    Atomics.store(this.#turn, 0, PAUSED);
    return Atomics.load(this.#turn, 1);
  }

  end(): Promise<unknown> {
    return this.#worker.terminate();
  }
}
