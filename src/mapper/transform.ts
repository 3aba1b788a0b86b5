import { RecordError, SegringError } from "../core/errors.js";
import { RECORD_BYTES } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { plainView } from "../core/views.js";
import type { SegmentStream } from "./stream.js";

/** A pair of web streams, as `pipeThrough` takes them. */
export interface RecordTransform {
  /** Packed segments out. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Packed records in. */
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * Makes web streams round a segment stream, and closes the segment stream at the end. A TransformStream would queue all
 * segments of a chunk, and a chunk of 16 bytes can give 2^32 of them; here the reader pulls.
 */
export function recordTransform(stream: SegmentStream): RecordTransform {
  const pipe = new RecordPipe(stream);
  const writable = new WritableStream(pipe.sink);
  // Nothing is made before it is asked for.
  const readable = new ReadableStream(pipe.source, { highWaterMark: 0 });
  return { readable, writable };
}

/** What the two sides share. Each waits for the other by a promise that the other resolves when it has moved. */
class RecordPipe {
  readonly sink: UnderlyingSink<Uint8Array> = {
    start: (controller) => this.#startWriting(controller),
    write: (chunk) => this.#write(chunk),
    close: () => this.#finish(),
    abort: (reason) => this.#fail(reason ?? new SegringError("CLOSED", "the writable side was aborted")),
  };
  readonly source: UnderlyingDefaultSource<Uint8Array> = {
    start: (controller) => {
      this.#reading = controller;
    },
    pull: (controller) => this.#pull(controller),
    cancel: () => this.#cancel(),
  };
  readonly #stream: SegmentStream;
  #reading!: ReadableStreamDefaultController<Uint8Array>;
  #writing!: WritableStreamDefaultController;
  /** Bytes of a record whose rest is in the next chunk. */
  #split = new Uint8Array(0);
  /** Records that the segment stream took. */
  #taken = 0;
  /** The writer closed, and all of its records are taken. */
  #finished = false;
  #failure: unknown;
  /** The reader has all, or wants no more. */
  #ended = false;
  #aborting = false;
  #wakeReader = () => {};
  #wakeWriter = () => {};

  constructor(stream: SegmentStream) {
    this.#stream = stream;
    stream.onClosed = () => this.#fail(new SegringError("CLOSED", "the mapper was closed"));
  }

  #startWriting(controller: WritableStreamDefaultController): void {
    this.#writing = controller;
    // A stream calls abort() when the write that is under way has ended: this signal ends it.
    controller.signal.addEventListener("abort", () => {
      this.#aborting = true;
      this.#wakeWriter();
    });
  }

  async #write(chunk: Uint8Array): Promise<void> {
    try {
      const rest = this.#join(plainView("chunk", chunk, "Uint8Array"));
      if (this.#split.byteLength === RECORD_BYTES) await this.#push(this.#split);
      if (rest === undefined) return;
      const whole = rest.byteLength - (rest.byteLength % RECORD_BYTES);
      await this.#push(rest.subarray(0, whole));
      this.#split = new Uint8Array(rest.subarray(whole));
    } catch (error) {
      const shown = error instanceof RecordError ? fromStart(error, this.#taken) : error;
      if (!this.#aborting) this.#fail(shown);
      throw shown;
    }
  }

  /** Adds a chunk's first bytes to the record that is split. @returns The bytes behind them; undefined where the record is not whole yet. */
  #join(chunk: Uint8Array): Uint8Array | undefined {
    const split = this.#split;
    if (split.byteLength === 0) return chunk;
    const needed = Math.min(RECORD_BYTES - split.byteLength, chunk.byteLength);
    const joined = new Uint8Array(split.byteLength + needed);
    joined.set(split);
    joined.set(chunk.subarray(0, needed), split.byteLength);
    this.#split = joined;
    return joined.byteLength < RECORD_BYTES ? undefined : chunk.subarray(needed);
  }

  async #push(records: Uint8Array): Promise<void> {
    for (let from = 0; from < records.byteLength; ) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#aborting) throw this.#writing.signal.reason;
      if (this.#ended) throw cancelled();
      const pushed = this.#stream.pushRecords(records.subarray(from));
      this.#taken += pushed;
      from += pushed * RECORD_BYTES;
      if (pushed !== 0) this.#wakeReader();
      else await this.#readerMoved();
    }
  }

  #finish(): void {
    const { byteLength } = this.#split;
    if (byteLength !== 0) {
      const index = this.#taken;
      const error = new RecordError(index, `expected 16 bytes, got ${byteLength} before the end`);
      this.#fail(error);
      throw error;
    }
    this.#finished = true;
    this.#wakeReader();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#failure === undefined) {
      let flushed: boolean;
      let table: SegmentTable;
      try {
        flushed = this.#finished && this.#stream.flush();
        table = this.#stream.drain();
      } catch (error) {
        return this.#fail(error);
      }
      this.#wakeWriter();
      if (table.length !== 0) return controller.enqueue(table.bytes);
      if (flushed) {
        controller.close();
        return this.#end();
      }
      await this.#writerMoved();
    }
  }

  #cancel(): void {
    this.#end();
    // At once, so that a pipe's source is cancelled though it is idle.
    this.#writing.error(cancelled());
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined || this.#ended) return;
    this.#failure = error;
    this.#reading.error(error);
    this.#writing.error(error);
    this.#stream.close();
    this.#wakeReader();
    this.#wakeWriter();
  }

  #end(): void {
    this.#ended = true;
    this.#stream.close();
    this.#wakeWriter();
  }

  #readerMoved(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  #writerMoved(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeReader = resolve;
    });
  }
}

function cancelled(): SegringError {
  return new SegringError("CLOSED", "the readable side was cancelled");
}

/** The error of a record that is counted from the start of the stream. */
function fromStart({ index, fault }: RecordError, before: number): RecordError {
  return new RecordError(before + (index as number), fault);
}
