import { RecordError } from "../core/errors.js";
import { RECORD_BYTES } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import type { SegmentStream } from "../mapper/stream.js";
import { DataError, recordPlace } from "./errors.js";
import type { RangeInput } from "./ranges.js";
import type { Batch } from "./readers/reader.js";
import { Turns } from "./turns.js";

/** What a feed gives to: a stream, or what takes its place. */
export type Sink = Pick<SegmentStream, "push" | "pushRecords" | "flush" | "drain">;

/** Gives batches to a stream and passes on what comes out of it, in memory that does not grow. */
export class Feed {
  /** Records of packed batches so far. */
  #records = 0;
  readonly #turns = new Turns();
  readonly #stream: Sink;
  readonly #name: string;
  readonly #take: (table: SegmentTable) => Promise<void>;

  /** @param name The input, for messages. @param take Gets the segments, and is waited for. */
  constructor(stream: Sink, name: string, take: (table: SegmentTable) => Promise<void>) {
    this.#stream = stream;
    this.#name = name;
    this.#take = take;
  }

  /** @throws {DataError} A packed record is not valid; the message counts records from the start of the input, from 1. */
  async push(batch: Batch): Promise<void> {
    if (batch instanceof Uint8Array) {
      for (let from = 0; from < batch.length; ) {
        const taken = this.#pushRecords(batch.subarray(from));
        this.#records += taken;
        from += taken * RECORD_BYTES;
        if (from < batch.length) await this.#drain();
      }
    } else {
      for (const range of batch) {
        while (!this.#stream.push(range)) await this.#drain();
      }
    }
    await this.#drain();
  }

  /** The input has ended. */
  async finish(): Promise<void> {
    while (!this.#stream.flush()) await this.#drain();
    await this.#drain();
  }

  #pushRecords(records: Uint8Array): number {
    try {
      return this.#stream.pushRecords(records);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      const place = recordPlace(this.#name, this.#records + (error.index as number));
      throw new DataError(`${place}: ${error.fault}`, { cause: error });
    }
  }

  async #drain(): Promise<void> {
    const table = this.#stream.drain();
    if (table.length !== 0) await this.#take(table);
    await this.#turns.give();
  }
}

/** What is done around each batch. */
export interface Around {
  readonly before?: (batch: Batch) => void;
  /** The batch is valid. */
  readonly after?: (batch: Batch) => void | Promise<void>;
}

/**
 * Feeds the ranges of several inputs, one after the other, as ranges of one input: the last range of an input and the
 * first of the next one may join.
 *
 * @throws {DataError} As `Feed.push` does; the message names the input.
 */
export async function feedAll(
  sources: readonly RangeInput[],
  sink: Sink,
  take: (table: SegmentTable) => Promise<void>,
  { before, after }: Around = {},
): Promise<void> {
  let feed: Feed | undefined;
  for (const { input, batches } of sources) {
    feed = new Feed(sink, input.name, take);
    for await (const batch of batches) {
      before?.(batch);
      await feed.push(batch);
      await after?.(batch);
    }
  }
  await feed?.finish();
}
