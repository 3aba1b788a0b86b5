/** The reader thread of `segring map --threads`: reads files and puts their ranges into a ring. */
import type { MessagePort } from "node:worker_threads";
import { SegringError } from "../core/errors.js";
import { DataError, UsageError } from "./errors.js";
import { feedAll } from "./feed.js";
import { bytesReadOf } from "./input.js";
import type { Io } from "./io.js";
import { openRanges, type RangeInput } from "./ranges.js";
import { RingFeed } from "./ring-feed.js";
import type { ReaderFailure, ReaderJob } from "./threads.js";

/** Puts all ranges of the files into the ring. `port` gets a {@link ReaderFailure} if that fails. */
export async function readIntoRing(job: ReaderJob, port: MessagePort): Promise<void> {
  const { memory, offset, files, options, limits, bytesRead } = job;
  const { attachRing, Producer } = await import("../ring/index.js");
  const { createMapperSync } = await import("../js.js");
  try {
    const producer = new Producer(attachRing(memory, offset));
    const ranges: RangeInput[] = [];
    // Of the world it needs only the files.
    for (const file of files) ranges.push(await openRanges(file, options, { stdinIsTerminal: false } as Io));
    const inputs = ranges.map(({ input }) => input);
    const sink = new RingFeed(producer, () => createMapperSync(limits));
    await feedAll(ranges, sink, async () => {}, {
      after: () => {
        producer.publish();
        bytesRead[0] = bytesReadOf(inputs);
      },
    });
    for (const input of inputs) input.close();
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
