import { SegringError } from "../core/errors.js";
import { RECORD_BYTES } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { plainView } from "../core/views.js";
import type { SegmentStream } from "./stream.js";

/**
 * Web streams round a segment stream, which it closes at the end. Not a TransformStream: that one would queue all
 * segments a chunk gives, and a chunk of 16 bytes can give 2^32; here the reader pulls.
 */
export function recordTransform(stream: SegmentStream): {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
} {
  /** Bytes of a record whose rest is in the next chunk. */
  let split = new Uint8Array(0);
  let taken = 0;
  let finished = false;
  let failure: unknown;
  let ended = false;
  let aborting = false;
  // Each side waits for the other by a promise that the other resolves when it has moved.
  let wakeReader = () => {};
  let wakeWriter = () => {};
  const readerMoved = () => new Promise<void>((resolve) => (wakeWriter = resolve));
  const writerMoved = () => new Promise<void>((resolve) => (wakeReader = resolve));
  let reading: ReadableStreamDefaultController<Uint8Array>;
  let writing: WritableStreamDefaultController;

  function fail(error: unknown): void {
    if (failure !== undefined || ended) return;
    failure = error;
    reading.error(error);
    writing.error(error);
    stream.close();
    wakeReader();
    wakeWriter();
  }

  function end(): void {
    ended = true;
    stream.close();
    wakeWriter();
  }

  stream.onClosed = () => fail(new SegringError("CLOSED", "the mapper was closed"));

  async function push(records: Uint8Array): Promise<void> {
    for (let from = 0; from < records.byteLength; ) {
      if (failure !== undefined) throw failure;
      if (aborting) throw writing.signal.reason;
      if (ended) throw new SegringError("CLOSED", "the readable side was cancelled");
      const pushed = stream.pushRecords(records.subarray(from));
      taken += pushed;
      from += pushed * RECORD_BYTES;
      if (pushed !== 0) wakeReader();
      else await readerMoved();
    }
  }

  const writable = new WritableStream<Uint8Array>({
    start(controller) {
      writing = controller;
      // abort() below is called when the write that is under way has ended: this signal ends it.
      controller.signal.addEventListener("abort", () => {
        aborting = true;
        wakeWriter();
      });
    },
    async write(chunk) {
      try {
        let rest = plainView("chunk", chunk, "Uint8Array");
        if (split.byteLength !== 0) {
          const needed = Math.min(RECORD_BYTES - split.byteLength, rest.byteLength);
          const joined = new Uint8Array(split.byteLength + needed);
          joined.set(split);
          joined.set(rest.subarray(0, needed), split.byteLength);
          split = joined;
          rest = rest.subarray(needed);
          if (split.byteLength < RECORD_BYTES) return;
          await push(split);
        }
        const whole = rest.byteLength - (rest.byteLength % RECORD_BYTES);
        await push(rest.subarray(0, whole));
        split = new Uint8Array(rest.subarray(whole));
      } catch (error) {
        const shown = error instanceof SegringError && error.code === "BAD_RECORD" ? atRecord(error, taken) : error;
        if (!aborting) fail(shown);
        throw shown;
      }
    },
    close() {
      if (split.byteLength !== 0) {
        const message = `record ${taken}: expected 16 bytes, got ${split.byteLength} before the end`;
        const error = new SegringError("BAD_RECORD", message, { index: taken });
        fail(error);
        throw error;
      }
      finished = true;
      wakeReader();
    },
    abort(reason) {
      fail(reason ?? new SegringError("CLOSED", "the writable side was aborted"));
    },
  });

  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        reading = controller;
      },
      async pull(controller) {
        while (failure === undefined) {
          let flushed: boolean;
          let table: SegmentTable;
          try {
            flushed = finished && stream.flush();
            table = stream.drain();
          } catch (error) {
            return fail(error);
          }
          wakeWriter();
          if (table.length !== 0) return controller.enqueue(table.bytes);
          if (flushed) {
            controller.close();
            return end();
          }
          await writerMoved();
        }
      },
      cancel() {
        end();
        // At once, so that a pipe's source is cancelled though it is idle.
        writing.error(new SegringError("CLOSED", "the readable side was cancelled"));
      },
    },
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  );
  return { readable, writable };
}

/** The same fault, its record counted from the start of the stream. */
function atRecord(error: SegringError, before: number): SegringError {
  const index = before + (error.index as number);
  return new SegringError("BAD_RECORD", error.message.replace(/^record \d+/, `record ${index}`), { index });
}
