/** Ways to send records from this thread through a mapper and to get the segments back in this thread. */
import { Worker } from "node:worker_threads";
import { createMapperSync, type SegmentStream } from "../dist/index.js";
import { createMapperSync as createJsMapperSync } from "../dist/js.js";
import { createPair, type RingPair } from "../dist/ring/index.js";

export const RING_WORKER = new URL("../dist/ring/worker.js", import.meta.url);

/** A run goes over its rows so often: in less than 30 ms it would be about how threads are started and placed. */
export const PASSES = 8;

export interface Contestant {
  readonly name: string;
  /** All of the rows, PASSES times, in batches of so many records; resolves to the segments that came out. */
  run(rows: Uint32Array, batch: number): Promise<number>;
  end(): Promise<unknown>;
}

export async function ringContestant(): Promise<Contestant> {
  const worker = new Worker(RING_WORKER);
  const pair = await createPair({ worker });
  return {
    name: "ring",
    run: allPasses(pair),
    end: async () => {
      pair.producer.close();
      await pair.ended;
      await worker.terminate();
    },
  };
}

/** The same work in this thread alone: the kernel within the calls of the producer and of the consumer. */
export async function inlineContestant(): Promise<Contestant> {
  const pair = await createPair({ engine: "wasm" });
  return {
    name: "in line",
    run: allPasses(pair),
    end: async () => pair.abort(),
  };
}

function allPasses(pair: RingPair): Contestant["run"] {
  const sink = new Uint32Array(4 * 8192);
  return async (rows, batch) => {
    let segments = 0;
    for (let pass = 1; pass <= PASSES; pass++) segments += throughPair(pair, rows, batch, sink, pass === PASSES);
    return segments;
  };
}

/** The kernel in this thread, in JavaScript: within the calls of the producer and of the consumer. */
export async function jsRingContestant(): Promise<Contestant> {
  const pair = await createPair({ engine: "js" });
  const sink = new Uint32Array(4 * 8192);
  return {
    name: "ring",
    run: async (rows, batch) => throughPair(pair, rows, batch, sink, true),
    end: async () => pair.abort(),
  };
}

/** The stream of `segring/js`. */
export function jsStreamContestant(): Contestant {
  const mapper = createJsMapperSync();
  const stream = mapper.stream({ capacity: 8192 });
  return {
    name: "stream",
    run: async (rows, batch) => {
      return throughStream(stream, new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), batch, true);
    },
    end: async () => mapper.close(),
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
export function messageContestant(): Contestant {
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

export function streamContestant(): Contestant {
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
