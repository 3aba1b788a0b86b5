/** Threads that die, each counted: producers and kernels in mid-stream, consumers; and sleepers that must be woken. */
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { packedRecords } from "../../src/core/input.js";
import { createMapperSync } from "../../src/mapper/create.js";
import { Consumer } from "../../src/ring/consumer.js";
import { createRing, newMemory, ringBytes } from "../../src/ring/create.js";
import { CONS_SEQ, PROD_SEQ } from "../../src/ring/layout.js";
import { createPair } from "../../src/ring/pair.js";
import { Producer } from "../../src/ring/producer.js";
import type { Ring } from "../../src/ring/ring.js";
import { watchOwner } from "../../src/ring/watch.js";
import { expectBytes, join } from "../support/bytes.js";
import { runs, seed } from "../support/check.js";
import { codeOf, recordRows } from "../support/pairs.js";
import { Random } from "../support/random.js";
import { asleep, endlessKernel } from "../support/sleepless.js";
import { turn } from "../support/turn.js";
import { sourceWorker } from "../support/workers.js";

const workers: Worker[] = [];
const start = (path: string, data: object = {}) => {
  const worker = sourceWorker(path, data);
  workers.push(worker);
  return worker;
};
const newKernel = () => start("src/ring/worker.ts");
const newPeer = async (task: "put" | "take" | "wait" | "waitRoom", ring: Ring, seed = 0) => {
  const worker = start("test/support/ring-peer.ts", { task, memory: ring.memory, offset: ring.offset, seed });
  await message(worker);
  return worker;
};
const message = (worker: Worker) =>
  new Promise<string>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});
/** Milliseconds without any progress of a peer that is at work: it hangs. */
const HANG_MS = 60_000;

it("I3, I4, I5, I11: producers terminated in mid-stream: each next one goes on, no committed record is lost", async () => {
  const kills = runs(32);
  const random = new Random(seed);
  const first = 0xffff_c000;
  const ring = createRing({ capacity: 1024, firstIndex: first });
  const consumer = new Consumer(ring);
  let index = first;
  let taken = 0;
  const take = () => {
    taken += consumer.take((lo, hi, length, flags) => {
      // Nothing missing, repeated or torn: all four words are those of this index.
      if (lo !== index || hi !== index >>> 12 || length !== (index | 1) >>> 0 || flags !== (index << 8) >>> 0) {
        expect.fail(`after ${taken} records: expected that of ${index}, got ${[lo, hi, length, flags]}`);
      }
      index = (index + 1) % 2 ** 32;
    });
  };
  let deaths = 0;
  for (; deaths < kills; deaths++) {
    const worker = await newPeer("put", ring, deaths);
    const { producer: token } = ring.owners;
    const watch = watchOwner(ring, "producer", { worker });
    // It dies after so many records of its own and however many it puts until the end comes.
    for (const end = taken + random.integer(1, 4096); taken < end; take()) {
      expect(consumer.wait(HANG_MS)).toBe(true);
    }
    await worker.terminate();
    expect(await watch.dead).toBe(true);
    // Its role is still taken, until somebody who knows frees it.
    expect(codeOf(() => new Producer(ring))).toBe("BUSY");
    expect(ring.recover("producer", token)).toBe(true);
    take();
    expect(ring.counters().waiting).toBe(0);
  }
  expect(ring.counters().taken).toBe(first + taken);
  console.log(`ring faults: ${deaths} producers terminated, ${taken} records, none lost`);
});

interface Killing {
  name: string;
  kills: number;
  capacity: number;
  outputCapacity: number;
  maxSegmentBytes: number;
  /** One record in so many starts a run: few of them make a run longer than the ring. */
  breakIn: number;
  flushIn: number;
}

const KILLINGS: Killing[] = [
  {
    name: "the default",
    kills: 12,
    capacity: 8192,
    outputCapacity: 8192,
    maxSegmentBytes: 2 ** 32,
    breakIn: 3,
    flushIn: 0,
  },
  {
    name: "with flushes",
    kills: 10,
    capacity: 256,
    outputCapacity: 64,
    maxSegmentBytes: 2 ** 32,
    breakIn: 3,
    flushIn: 100,
  },
  {
    name: "runs longer than the ring",
    kills: 12,
    capacity: 16,
    outputCapacity: 4,
    maxSegmentBytes: 512,
    breakIn: 400,
    flushIn: 0,
  },
  { name: "rings of 2", kills: 8, capacity: 2, outputCapacity: 2, maxSegmentBytes: 4096, breakIn: 20, flushIn: 50 },
];

/** What the workers run, one after another: of `mixed`, every other worker may not run wasm. */
const ENGINES = ["wasm", "js", "mixed"] as const;

it.each(KILLINGS.flatMap((killing) => ENGINES.map((engines) => ({ ...killing, engines }))))(
  "I4, I12: kernel workers killed at random moments, $name, $engines: joined, the output is the batch result",
  async (killing) => {
    const { maxSegmentBytes, flushIn, capacity, outputCapacity, engines } = killing;
    const kills = runs(killing.kills);
    const random = new Random(seed);
    const rows = recordRows(runs(50_000), 5, killing.breakIn);
    const mapper = createMapperSync({ maxSegmentBytes });
    const expected: Uint8Array[] = [];
    const got: Uint8Array[] = [];
    let refused = false;
    const nextWorker = () => {
      refused = !refused && engines === "mixed";
      return refused ? start("test/support/ring-worker-refused.ts") : newKernel();
    };
    let worker = nextWorker();
    let died: () => void = () => {};
    const engine = engines === "mixed" ? "auto" : engines;
    const onWorkerDeath = () => died();
    const pair = await createPair({ worker, engine, capacity, outputCapacity, maxSegmentBytes, onWorkerDeath });
    const ran = [pair.engine];
    expect(pair.engineReason).toBe(refused ? "the worker's policy forbids wasm" : undefined);
    let at = 0;
    let partStart = 0;
    let done = 0;
    const endPart = () => {
      const part = new Uint8Array(rows.slice(partStart, at).buffer);
      expected.push(mapper.coalesce(packedRecords(part)).bytes);
      partStart = at;
    };
    /** Puts and takes until so many segments have come, or everything was put. */
    const drive = (segments: number) => {
      for (let vain = 0; segments > 0; vain++) {
        const end = Math.min(rows.length, at + 4 * random.integer(1, 100));
        const took = at < rows.length ? pair.producer.pushRows(rows.subarray(at, end)) : 0;
        at += took * 4;
        if (took > 0 && random.once(flushIn)) {
          while (!pair.producer.flush()) got.push(pair.consumer.drain().bytes);
          endPart();
        }
        const table = pair.consumer.drain();
        if (table.length > 0) got.push(table.bytes);
        segments -= table.length;
        if (took > 0 || table.length > 0) vain = 0;
        else if (at === rows.length) return;
        // The kernel makes room or puts something, so this looks for both; where that takes long, the core is needed.
        else pair.consumer.wait(vain < 100 ? 0 : 1);
      }
    };
    for (; done < kills; done++) {
      const noticed = new Promise<void>((resolve) => {
        died = resolve;
      });
      drive(random.integer(1, maxSegmentBytes === 512 ? 20_000 : 800));
      // It dies while it works on what it has, or waits for room, or for more.
      await worker.terminate();
      await noticed;
      worker = nextWorker();
      await pair.restart(worker);
      expect(pair.engine).toBe(engine === "auto" ? (refused ? "js" : "wasm") : engine);
      ran.push(pair.engine);
    }
    expect(new Set(ran).size).toBe(engines === "mixed" ? 2 : 1);
    while (at < rows.length) drive(5000);
    pair.producer.close();
    endPart();
    while (await pair.consumer.ready()) got.push(pair.consumer.drain().bytes);
    expectBytes(join(got), join(expected));
    await pair.ended;
    console.log(
      `ring faults: ${done} kernels killed, ${killing.name}, ${engines}: ${join(got).byteLength / 16} segments as a batch gives them`,
    );
  },
);

it("I9: a dead consumer leaves the producer timed sleeps, and abort frees it", async () => {
  const ring = createRing({ capacity: 16 });
  const worker = await newPeer("take", ring);
  await worker.terminate();
  const producer = new Producer(ring);
  let put = 0;
  while (producer.push(put, 1)) put++;
  // Time passes in sleeps alone.
  let now = 0;
  const sleeps: number[] = [];
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.spyOn(Atomics, "wait").mockImplementation((_words, _index, _value, milliseconds = Number.POSITIVE_INFINITY) => {
    sleeps.push(milliseconds);
    now += milliseconds;
    return "timed-out";
  });
  expect(producer.waitRoom(16, 250)).toBe(false);
  expect(sleeps).toEqual([100, 100, 50]);
  vi.restoreAllMocks();
  expect(codeOf(() => new Consumer(ring))).toBe("BUSY");
  // Another consumer goes on where the dead one was.
  expect(ring.recover("consumer", ring.owners.consumer)).toBe(true);
  const next = new Consumer(ring);
  expect(next.take(() => {}, 1)).toBe(1);
  expect(producer.waitRoom(1, 0)).toBe(true);
  producer.push(0, 1);
  const waiting = expect(producer.room(16)).rejects.toMatchObject({ code: "ABORTED" });
  await asleep(ring, PROD_SEQ);
  ring.abort();
  await waiting;
  expect(codeOf(() => producer.waitRoom(16))).toBe("ABORTED");
  console.log("ring faults: 1 consumer dead");
});

describe("I6: whoever sleeps is woken, and needs no timeout", () => {
  const cases: ["wait" | "waitRoom", string, string, (ring: Ring) => void][] = [
    [
      "wait",
      "a publish",
      "some",
      (ring) => {
        const producer = new Producer(ring);
        producer.push(0, 1);
        producer.publish();
      },
    ],
    ["wait", "close", "ended", (ring) => new Producer(ring).close()],
    ["wait", "abort", "ABORTED", (ring) => ring.abort()],
    ["waitRoom", "a take", "room", (ring) => void new Consumer(ring).take(() => {})],
    ["waitRoom", "abort", "ABORTED", (ring) => ring.abort()],
  ];
  it.each(cases)("%s: by %s", async (task, _name, text, act) => {
    for (let tries = 0; tries < 5; tries++) {
      const ring = createRing({ capacity: 4 });
      const worker = await newPeer(task, ring);
      const said = message(worker);
      await asleep(ring, task === "wait" ? CONS_SEQ : PROD_SEQ);
      act(ring);
      expect(await said).toBe(text);
    }
  });

  it("a kernel without input, and one without room", async () => {
    const module = new WebAssembly.Module(endlessKernel());
    for (let tries = 0; tries < 6; tries++) {
      const pair = await createPair({
        worker: newKernel(),
        module,
        capacity: 4,
        outputCapacity: 2,
        maxSegmentBytes: 16,
      });
      if (tries % 2 === 1) {
        pair.producer.push(0, 1600);
        pair.producer.flush();
        await asleep(pair.output, PROD_SEQ);
      } else {
        await asleep(pair.input, CONS_SEQ);
      }
      (tries % 2 === 1 ? pair.output : pair.input).abort();
      await expect(pair.ended).rejects.toMatchObject({ code: "ABORTED" });
      expect([pair.input.state, pair.output.state]).toEqual(["aborted", "aborted"]);
    }
  });
});

it("two kernels on one memory, in two threads, do not disturb each other", async () => {
  const memory = newMemory(2 ** 20, true);
  const size = Math.ceil((ringBytes(1024) + ringBytes(256, "segments")) / 128) * 128;
  const jobs = [0, 1].map((index) => {
    const offset = 1024 + index * size;
    const input = createRing({ memory, capacity: 1024, offset });
    const output = createRing({ memory, capacity: 256, role: "segments", offset: offset + ringBytes(1024) });
    const worker = start("test/support/ring-kernel.ts", { memory, input: input.offset, output: output.offset });
    const rows = recordRows(400_000, index + 1, index + 2);
    return {
      producer: new Producer(input),
      consumer: new Consumer(output),
      rows,
      at: 0,
      got: [] as Uint8Array[],
      worker,
    };
  });
  while (jobs.some(({ consumer }) => !consumer.ended)) {
    for (const job of jobs) {
      const { producer, consumer, rows, got } = job;
      if (job.at < rows.length) {
        job.at += producer.pushRows(rows.subarray(job.at, job.at + 4 * 700)) * 4;
        if (job.at === rows.length) producer.close();
      }
      if (!consumer.ended) got.push(consumer.drain().bytes);
    }
    await turn();
  }
  for (const { rows, got } of jobs) {
    expectBytes(join(got), createMapperSync().coalesce(packedRecords(new Uint8Array(rows.buffer))).bytes);
  }
});
