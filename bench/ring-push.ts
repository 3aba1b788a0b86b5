/** Record by record, published every 16, against plain stores into the same kind of memory. */
import { Worker } from "node:worker_threads";
import { Consumer, createPair, createRing, Producer } from "../dist/ring/index.js";
import { median } from "../site/rooms/race/statistics.js";
import { showBar } from "./harness.js";
import { RING_WORKER } from "./ring-contestants.js";
import { BareReader } from "./ring-reader.js";

/** What `push` may take of a call that checks and stores the same. */
const NEAR_CALL = 1.5;
/** What `push` may take beside a kernel, of the same beside a thread that reads the records and does nothing else. */
const NEAR_READER = 1.2;
/** Records between two publishes. */
const EVERY = 16;

/** Nanoseconds a record, a sample each round. */
class Samples {
  readonly store: number[] = [];
  readonly checked: number[] = [];
  readonly push: number[] = [];
  readonly pushBig: number[] = [];
  readonly live: number[] = [];
  readonly bare: number[] = [];

  time(name: keyof Samples & string, run: () => void, count: number): void {
    const start = process.hrtime.bigint();
    run();
    (this[name] as number[]).push(Number(process.hrtime.bigint() - start) / count);
  }
}

export async function benchPush(rounds: number, capacity: number): Promise<void> {
  console.log(`\nrecord by record, published every ${EVERY}, ns a record (rings of ${capacity})`);
  const samples = new Samples();
  timeAlone(samples, rounds, capacity);
  // Apart: a kernel that waits for records keeps the other core busy.
  await timeBeside(samples, rounds, capacity);
  const ns = (name: keyof Samples) => median(samples[name] as number[]);
  const shown = (name: "push" | "live", label: string, value: number, limit: number) => {
    const overStores = ns(name) / ns("store");
    // Four stores know no argument that is wrong, no end of a ring and nobody else: where push is above 2.5 of them, it
    // is measured against what any push must do.
    const bar =
      overStores <= 2.5
        ? { label: `${name}/store`, value: overStores, limit: 2.5, kind: "max" as const }
        : { label, value, limit, kind: "max" as const };
    return `${ns(name).toFixed(2)}  ${overStores.toFixed(2)} times the stores  | ${showBar(bar, "ring push")}`;
  };
  console.log(
    `  four stores ${ns("store").toFixed(2)}  a call that checks, stores and publishes ${ns("checked").toFixed(2)}`,
  );
  console.log(`  push, nobody takes ${shown("push", "push/checked", ns("push") / ns("checked"), NEAR_CALL)}`);
  // Pairs of neighbours: the two cores of a cloud are now two threads of one core, and then are not.
  const overBare = median(samples.live.map((time, round) => time / (samples.bare[round] as number)));
  const beside = shown("live", "live/reader", overBare, NEAR_READER);
  console.log(`  push, another thread reads the records ${ns("bare").toFixed(2)}, and has a kernel ${beside}`);
  console.log(`  push of bigints, nobody takes ${ns("pushBig").toFixed(2)}`);
}

function timeAlone(samples: Samples, rounds: number, capacity: number): void {
  const ring = createRing({ capacity, shared: true });
  const producer = new Producer(ring);
  const consumer = new Consumer(ring);
  const sink = new Uint32Array(4 * capacity);
  const plain = new Uint32Array(new SharedArrayBuffer(16 * capacity));
  const checked = new CheckedStores(capacity);
  const addrs = Array.from({ length: capacity }, (_, i) => BigInt(2 ** 33 + i * 4096));
  for (let round = 0; round < rounds; round++) {
    samples.time("store", () => storeAll(plain, capacity), capacity);
    samples.time("checked", () => putAll(checked, capacity), capacity);
    samples.time("push", () => pushAll(producer, capacity), capacity);
    if (consumer.take(sink) !== capacity || sink[4] !== 4096) throw new Error("the ring gives something else");
    samples.time("pushBig", () => pushBigs(producer, addrs), capacity);
    if (consumer.take(sink) !== capacity) throw new Error("the ring gives something else");
  }
}

/** Whatever takes the records, their lines go to its core, and come back for the next lap. */
async function timeBeside(samples: Samples, rounds: number, capacity: number): Promise<void> {
  const worker = new Worker(RING_WORKER);
  const pair = await createPair({ worker, capacity });
  const reader = await BareReader.start(capacity);
  const count = 8 * capacity;
  try {
    for (let round = 0; round < rounds; round++) {
      // Until whoever had the other core is asleep.
      await settled();
      samples.time("live", () => pushLive(pair.producer, count), count);
      while (pair.input.counters().waiting > 0) pair.producer.waitRoom(capacity);
      reader.begin();
      await settled();
      samples.time("bare", () => pushLive(reader.producer, count), count);
      const sum = reader.pause();
      if (sum !== Math.imul(sumOf(count), round + 1)) throw new Error("the reader reads something else");
    }
    pair.producer.close();
    await pair.ended;
  } finally {
    await worker.terminate();
    await reader.end();
  }
}

/** The sum of all words that `pushLive` puts, in 32 bits. */
function sumOf(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const addr = 2 ** 33 + i * 4096;
    sum = (sum + (addr | 0) + Math.floor(addr / 2 ** 32) + 4096) | 0;
  }
  return sum;
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

function storeAll(words: Uint32Array, count: number): void {
  let lo = 0;
  for (let at = 0; at < count * 4; at += 4) {
    words[at] = lo;
    words[at + 1] = 2;
    words[at + 2] = 4096;
    words[at + 3] = 0;
    lo = (lo + 4096) | 0;
  }
}

/** What a push of a number at least does: arguments are checked, the address is split, four words are stored. */
class CheckedStores {
  readonly #words: Uint32Array;
  readonly #index: Int32Array;
  #at = 0;

  constructor(capacity: number) {
    this.#words = new Uint32Array(new SharedArrayBuffer(16 * capacity));
    this.#index = new Int32Array(new SharedArrayBuffer(64));
  }

  put(addr: number, length: number): boolean {
    if (!Number.isSafeInteger(addr) || addr < 0) throw new RangeError(`an address: ${addr}`);
    if (!Number.isInteger(length) || length < 1 || length > 2 ** 32) throw new RangeError(`a length: ${length}`);
    const words = this.#words;
    const at = this.#at;
    if (at === words.length) return false;
    words[at] = addr;
    words[at + 1] = addr / 2 ** 32;
    words[at + 2] = length;
    words[at + 3] = length === 2 ** 32 ? 1 : 0;
    this.#at = at + 4;
    return true;
  }

  publish(): void {
    Atomics.store(this.#index, 0, this.#at);
  }

  empty(): void {
    this.#at = 0;
  }
}

function putAll(stores: CheckedStores, count: number): void {
  stores.empty();
  let addr = 2 ** 33;
  for (let i = 0; i < count; i++) {
    stores.put(addr, 4096);
    addr += 4096;
    if (i % EVERY === EVERY - 1) stores.publish();
  }
}

function pushAll(producer: Producer, count: number): void {
  let addr = 2 ** 33;
  for (let i = 0; i < count; i++) {
    producer.push(addr, 4096);
    addr += 4096;
    if (i % EVERY === EVERY - 1) producer.publish();
  }
}

function pushBigs(producer: Producer, addrs: readonly bigint[]): void {
  for (const [i, addr] of addrs.entries()) {
    producer.push(addr, 4096);
    if (i % EVERY === EVERY - 1) producer.publish();
  }
}

function pushLive(producer: Producer, count: number): void {
  let addr = 2 ** 33;
  for (let i = 0; i < count; i++) {
    while (!producer.push(addr, 4096)) producer.waitRoom(1024, 1);
    addr += 4096;
    if (i % EVERY === EVERY - 1) producer.publish();
  }
}
