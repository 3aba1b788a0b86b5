/** The ring: a pair of threads against messages and against one thread, record by record, under load, and the drain. */
import { Worker } from "node:worker_threads";
import { createMapperSync, type SegmentStream } from "../dist/index.js";
import { Consumer, createPair, createRing, Producer, type RingPair } from "../dist/ring/index.js";
import { median, showBar } from "./harness.js";
import { fillRecords } from "./workloads.js";

const RING_WORKER = new URL("../dist/ring/worker.js", import.meta.url);

/** A run goes over its rows so often: in less than 30 ms it would be about how threads are started and placed. */
const PASSES = 8;

interface Contestant {
  readonly name: string;
  /** All of the rows, PASSES times, in batches of so many records; resolves to the segments that came out. */
  run(rows: Uint32Array, batch: number): Promise<number>;
  end(): Promise<unknown>;
}

export async function benchRing(quick: boolean): Promise<void> {
  const count = quick ? 200_000 : 2_000_000;
  await benchThreads(count, quick ? 3 : 9);
  await benchPush(quick ? 20 : 200);
  await benchBusy(count, quick ? 3 : 7);
  benchDrain(quick ? 20 : 200);
}

/** From this thread to segments back in this thread. */
async function benchThreads(count: number, rounds: number): Promise<void> {
  const rows = new Uint32Array(4 * count);
  for (const density of [0, 10, 50]) {
    console.log(`\nfrom this thread to segments, ${count} records ${PASSES} times, ${density} % breaks, ns a record`);
    fillRecords(rows, density);
    for (const batch of [16, 256, 4096]) {
      const contestants = [await ringContestant(), messageContestant(), streamContestant()];
      const answers = new Set<number>();
      const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
      // By message 16 records cost 20 times as much: a twentieth of them is enough.
      const few = batch === 16 ? rows.subarray(0, 4 * Math.floor(count / 20)) : rows;
      for (let round = -1; round < rounds; round++) {
        for (const { name, run } of contestants) {
          const start = process.hrtime.bigint();
          answers.add(await run(few, batch));
          const nanoseconds = Number(process.hrtime.bigint() - start) / (few.length / 4) / PASSES;
          if (round >= 0) samples.get(name)?.push(nanoseconds);
        }
      }
      if (answers.size !== 1) throw new Error(`the answers differ: ${[...answers].join(", ")} segments`);
      for (const { end } of contestants) await end();
      const ns = (name: string) => median(samples.get(name) as number[]);
      const bars = [];
      const row = `ring ${density} % batch ${batch}`;
      if (batch > 16) {
        const limit = batch === 256 ? 5 : 2;
        bars.push(showBar({ label: "postMessage/ring", value: ns("message") / ns("ring"), limit, kind: "min" }, row));
      }
      if (batch === 4096) {
        const limit = density === 50 ? 1 : 0.6;
        bars.push(showBar({ label: "stream/ring", value: ns("stream") / ns("ring"), limit, kind: "min" }, row));
      }
      console.log(
        `  batch ${String(batch).padStart(4)}  ring ${ns("ring").toFixed(2)}  postMessage ${ns("message").toFixed(2)}  stream of one thread ${ns("stream").toFixed(2)}  | ${bars.join("  ")}`,
      );
    }
  }
}

async function ringContestant(): Promise<Contestant> {
  const worker = new Worker(RING_WORKER);
  const pair = await createPair({ worker });
  const sink = new Uint32Array(4 * 8192);
  return {
    name: "ring",
    run: async (rows, batch) => {
      let segments = 0;
      for (let pass = 1; pass <= PASSES; pass++) segments += throughPair(pair, rows, batch, sink, pass === PASSES);
      return segments;
    },
    end: async () => {
      pair.producer.close();
      await pair.ended;
      await worker.terminate();
    },
  };
}

/** Puts the rows, and takes what is ready in between; at the end flushes, and waits for the rest. */
function throughPair(
  { producer, consumer, input, output }: RingPair,
  rows: Uint32Array,
  batch: number,
  sink: Uint32Array,
  last: boolean,
): number {
  let segments = 0;
  const words = batch * 4;
  for (let at = 0; at < rows.length; ) {
    const end = Math.min(at + words, rows.length);
    while (at < end) {
      const took = producer.pushRows(rows.subarray(at, end));
      at += took * 4;
      if (took === 0) {
        segments += consumer.take(sink);
        // Half a ring, not one record: whoever comes back at once fights with the kernel for every cache line.
        producer.waitRoom(input.capacity / 2, 1);
      }
    }
    // Half a ring of segments at a time: each take is three atomic operations.
    if ((at / words) % Math.max(1, 2048 / batch) < 1) segments += consumer.take(sink);
  }
  if (!last) return segments;
  while (!producer.flush()) segments += consumer.take(sink);
  const wanted = input.counters().put;
  // All that was put is taken, and the run of it is out.
  while (input.counters().taken < wanted || output.counters().waiting > 0) {
    const taken = consumer.take(sink);
    segments += taken;
    if (taken === 0) consumer.wait(1);
  }
  return segments;
}

/** Batches by transfer to a worker that coalesces them in a stream, and segments by transfer back; 16 on their way. */
function messageContestant(): Contestant {
  const worker = new Worker(
    `
    import { parentPort } from "node:worker_threads";
    import { createMapperSync } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const stream = createMapperSync().stream({ capacity: 8192 });
    parentPort.on("message", ({ buffer, length, last }) => {
      const bytes = new Uint8Array(buffer, 0, length);
      for (let at = 0; at < bytes.length; ) at += stream.pushRecords(bytes.subarray(at)) * 16;
      if (last) stream.flush();
      const segments = stream.drain().bytes.buffer;
      parentPort.postMessage({ buffer, segments, last }, [buffer, segments]);
    });
    `.trim(),
    { eval: true, execArgv: ["--input-type=module"] },
  );
  const free: ArrayBuffer[] = [];
  return {
    name: "message",
    run: (rows, batch) =>
      new Promise((resolve, reject) => {
        const words = batch * 4;
        let at = 0;
        let flying = 0;
        let segments = 0;
        let pass = 1;
        const send = () => {
          while (flying < 16 && at < rows.length) {
            const part = rows.subarray(at, at + words);
            let buffer = free.pop();
            if (buffer === undefined || buffer.byteLength < words * 4) buffer = new ArrayBuffer(words * 4);
            new Uint32Array(buffer).set(part);
            at += part.length;
            flying++;
            worker.postMessage({ buffer, length: part.byteLength, last: at >= rows.length && pass === PASSES }, [
              buffer,
            ]);
            if (at >= rows.length && pass++ < PASSES) at = 0;
          }
        };
        worker.removeAllListeners("message");
        worker.removeAllListeners("error");
        worker.on("error", reject);
        worker.on("message", (message: { buffer: ArrayBuffer; segments: ArrayBuffer; last: boolean }) => {
          flying--;
          free.push(message.buffer);
          segments += message.segments.byteLength / 16;
          if (message.last) resolve(segments);
          else send();
        });
        send();
      }),
    end: () => worker.terminate(),
  };
}

function streamContestant(): Contestant {
  const mapper = createMapperSync();
  const stream = mapper.stream({ capacity: 8192 });
  return {
    name: "stream",
    run: async (rows, batch) => {
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      let segments = 0;
      for (let pass = 1; pass <= PASSES; pass++) segments += throughStream(stream, bytes, batch, pass === PASSES);
      return segments;
    },
    end: async () => mapper.close(),
  };
}

function throughStream(stream: SegmentStream, bytes: Uint8Array, batch: number, last: boolean): number {
  let segments = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + batch * 16, bytes.length);
    while (at < end) {
      at += stream.pushRecords(bytes.subarray(at, end)) * 16;
      if (at < end) segments += stream.drain().length;
    }
    segments += stream.drain().length;
  }
  if (last) stream.flush();
  return segments + stream.drain().length;
}

/** Record by record, published every 16, against four stores into the same kind of memory. */
async function benchPush(rounds: number): Promise<void> {
  const capacity = 8192;
  console.log(`\nrecord by record, published every 16, ns a record (rings of ${capacity})`);
  const ring = createRing({ capacity, shared: true });
  const producer = new Producer(ring);
  const consumer = new Consumer(ring);
  const sink = new Uint32Array(4 * capacity);
  const plain = new Uint32Array(new SharedArrayBuffer(16 * capacity));
  const worker = new Worker(RING_WORKER);
  const pair = await createPair({ worker, capacity });
  const samples = { store: [] as number[], push: [] as number[], pushBig: [] as number[], live: [] as number[] };
  const addrs = Array.from({ length: capacity }, (_, i) => BigInt(2 ** 33 + i * 4096));
  const time = (name: keyof typeof samples, run: () => void, count = capacity) => {
    const start = process.hrtime.bigint();
    run();
    samples[name].push(Number(process.hrtime.bigint() - start) / count);
  };
  for (let round = 0; round < rounds; round++) {
    time("store", () => storeAll(plain, capacity));
    time("push", () => pushAll(producer, capacity));
    if (consumer.take(sink) !== capacity || sink[4] !== 4096) throw new Error("the ring gives something else");
    time("pushBig", () => {
      for (let i = 0; i < capacity; i++) {
        producer.push(addrs[i] as bigint, 4096);
        if ((i & 15) === 15) producer.publish();
      }
    });
    if (consumer.take(sink) !== capacity) throw new Error("the ring gives something else");
    time("live", () => pushLive(pair.producer, 8 * capacity), 8 * capacity);
    while (pair.input.counters().waiting > 0) pair.producer.waitRoom(capacity);
  }
  pair.producer.close();
  await pair.ended;
  await worker.terminate();
  const ns = (name: keyof typeof samples) => median(samples[name]);
  const bar = (label: string, value: number) => showBar({ label, value, limit: 3, kind: "max" }, "ring push");
  console.log(`  four stores ${ns("store").toFixed(2)}`);
  console.log(`  push, nobody takes ${ns("push").toFixed(2)}  | ${bar("push/store", ns("push") / ns("store"))}`);
  console.log(
    `  push, kernel in another thread ${ns("live").toFixed(2)}  | ${bar("live/store", ns("live") / ns("store"))}`,
  );
  console.log(`  push of bigints, nobody takes ${ns("pushBig").toFixed(2)}`);
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

function pushAll(producer: Producer, count: number): void {
  let addr = 2 ** 33;
  for (let i = 0; i < count; i++) {
    producer.push(addr, 4096);
    addr += 4096;
    if ((i & 15) === 15) producer.publish();
  }
}

function pushLive(producer: Producer, count: number): void {
  let addr = 2 ** 33;
  for (let i = 0; i < count; i++) {
    while (!producer.push(addr, 4096)) producer.waitRoom(1024);
    addr += 4096;
    if ((i & 15) === 15) producer.publish();
  }
}

/** The same work while both cores are kept busy by others. */
async function benchBusy(count: number, rounds: number): Promise<void> {
  console.log("\nwith both cores busy, batches of 4096, 10 % breaks, ns a record");
  const rows = new Uint32Array(4 * count);
  fillRecords(rows, 10);
  const ring = await ringContestant();
  const times = { quiet: [] as number[], busy: [] as number[] };
  const measure = async (name: keyof typeof times) => {
    const start = process.hrtime.bigint();
    await ring.run(rows, 4096);
    times[name].push(Number(process.hrtime.bigint() - start) / count / PASSES);
  };
  await ring.run(rows, 4096);
  for (let round = 0; round < rounds; round++) {
    await measure("quiet");
    const load = await Promise.all([busyWorker(), busyWorker()]);
    await measure("busy");
    await Promise.all(load.map((worker) => worker.terminate()));
  }
  await ring.end();
  const [quiet, busy] = [median(times.quiet), median(times.busy)];
  const bar = showBar({ label: "busy/quiet", value: busy / quiet, limit: 10, kind: "max" }, "ring busy");
  console.log(`  quiet ${quiet.toFixed(2)}  busy ${busy.toFixed(2)}  | ${bar}`);
}

async function busyWorker(): Promise<Worker> {
  const worker = new Worker("require('node:worker_threads').parentPort.postMessage(0); for (;;) Math.sqrt(2);", {
    eval: true,
  });
  await new Promise((resolve) => worker.once("message", resolve));
  return worker;
}

/** Taking records that are ready, in every form. */
function benchDrain(rounds: number): void {
  const capacity = 8192;
  console.log(`\ntaking ${capacity} records that are ready, ns a record`);
  const ring = createRing({ capacity, shared: true, role: "segments" });
  const producer = new Producer(ring);
  const consumer = new Consumer(ring);
  const rows = new Uint32Array(4 * capacity);
  fillRecords(rows, 10);
  const copy = new Uint32Array(4 * capacity);
  const addr = new BigUint64Array(capacity);
  const length = new Float64Array(capacity);
  const flags = new Uint32Array(capacity);
  // An element: a captured variable would cost a heap number each time.
  const sum = new Float64Array(1);
  const forms: [string, () => number][] = [
    ["copy (rows)", () => consumer.take(copy)],
    ["copy (table)", () => consumer.drain().length],
    [
      "callback",
      () =>
        consumer.take((lo, _hi, bytes) => {
          sum[0] = (sum[0] as number) + lo + bytes;
        }),
    ],
    [
      "cursor",
      () => {
        const cursor = consumer.cursor();
        let taken = 0;
        while (cursor.next()) {
          sum[0] = (sum[0] as number) + cursor.addrLo + cursor.length;
          taken++;
        }
        return taken;
      },
    ],
    ["columns", () => consumer.take({ addr, length, flags })],
    [
      "objects",
      () => {
        let taken = 0;
        for (const segment of consumer) {
          sum[0] = (sum[0] as number) + segment.length;
          taken++;
        }
        return taken;
      },
    ],
  ];
  const samples = forms.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [index, [name, take]] of forms.entries()) {
      if (producer.pushRows(rows) !== capacity) throw new Error("the ring is not empty");
      const start = process.hrtime.bigint();
      const taken = take();
      samples[index]?.push(Number(process.hrtime.bigint() - start) / capacity);
      if (taken !== capacity) throw new Error(`${name} took ${taken}`);
    }
  }
  console.log(
    `  ${forms.map(([name], index) => `${name} ${median(samples[index] as number[]).toFixed(2)}`).join("  ")}`,
  );
  if (sum[0] === 0) throw new Error("nothing was seen");
}
