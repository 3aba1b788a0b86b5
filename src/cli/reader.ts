/** The reader thread of `segring map --threads`: reads a file and puts its ranges into a ring. */
import type { MessagePort } from "node:worker_threads";
import { SegringError } from "../core/errors.js";
import { DataError, UsageError } from "./errors.js";
import { Feed } from "./feed.js";
import type { Io } from "./io.js";
import { openRanges } from "./ranges.js";
import { RingFeed } from "./ring-feed.js";
import type { ReaderFailure, ReaderJob } from "./threads.js";

/** Puts all ranges of the file into the ring. `port` gets a {@link ReaderFailure} if that fails. */
export async function readIntoRing(job: ReaderJob, port: MessagePort): Promise<void> {
  const { memory, offset, file, options, limits, bytesRead } = job;
  const { attachRing, Producer } = await import("../ring/index.js");
  const { createMapperSync } = await import("../js.js");
  try {
    const producer = new Producer(attachRing(memory, offset));
    // Of the world it needs only the file.
    const { input, batches } = await openRanges(file, options, { stdinIsTerminal: false } as Io);
    const feed = new Feed(new RingFeed(producer, () => createMapperSync(limits)), input.name, async () => {});
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
    port.postMessage(failure);
  }
}
