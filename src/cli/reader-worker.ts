/** The reader thread of `segring map --threads`: reads a file and puts its ranges into a ring. */
import { parentPort, workerData } from "node:worker_threads";
import { SegringError } from "../core/errors.js";
import { attachRing, Producer } from "../ring/index.js";
import { DataError, UsageError } from "./errors.js";
import { Feed } from "./feed.js";
import type { Io } from "./io.js";
import { openRanges } from "./ranges.js";
import { RingFeed } from "./ring-feed.js";
import type { ReaderFailure, ReaderJob } from "./threads.js";

const { memory, offset, file, options, limits, bytesRead } = workerData as ReaderJob;

try {
  const producer = new Producer(attachRing(memory, offset));
  // Of the world it needs only the file.
  const { input, batches } = await openRanges(file, options, { stdinIsTerminal: false } as Io);
  const feed = new Feed(new RingFeed(producer, limits), input.name, async () => {});
  for await (const batch of batches) {
    await feed.push(batch);
    producer.publish();
    bytesRead[0] = input.bytesRead;
  }
  input.close();
  producer.close();
} catch (error) {
  const kinds = { DataError, UsageError, SegringError };
  const [kind] = Object.entries(kinds).find(([, type]) => error instanceof type) ?? [undefined];
  const failure: ReaderFailure = {
    kind: kind as keyof typeof kinds | undefined,
    code: error instanceof SegringError ? error.code : undefined,
    message: error instanceof Error ? error.message : String(error),
  };
  parentPort?.postMessage(failure);
}
