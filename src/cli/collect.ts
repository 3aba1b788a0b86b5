import { constants } from "node:buffer";
import { newBytes } from "../core/buffer.js";
import { SegringError } from "../core/errors.js";
import { longestPiece } from "../core/pieces.js";
import { FOUR_GIB, RECORD_BYTES } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { aheadOfRanges, aheadOfRecords } from "../engine/ahead.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { feedAll } from "./feed.js";
import { bytesReadOf } from "./input.js";
import type { ThreadsOption } from "./options.js";
import type { Progress } from "./progress.js";
import type { RangeInput, ReadingOptions } from "./ranges.js";
import type { Batch } from "./readers/reader.js";
import { Threads } from "./threads/threads.js";

/** What one call of a mapper takes, and one buffer. */
const MAX_BYTES = Math.min(constants.MAX_LENGTH, FOUR_GIB);
/** Bytes of the smallest buffer. */
const MIN_BUFFER = 2 ** 20;
/** A sum of floats may be this much too large. */
const EXACT = 1 - 2 ** -20;

/**
 * Packed records that become one list. Each buffer has at least an eighth of all bytes. So when memory ends, the
 * platform refuses such a buffer, and V8 has that much memory left to go on with. Small buffers would leave nothing,
 * and V8 then ends the process.
 */
export class Records {
  #length = 0;
  readonly #full: Uint8Array[] = [];
  #last = new Uint8Array(0);
  #used = 0;

  /** Bytes so far. */
  get byteLength(): number {
    return this.#length;
  }

  /** @throws {SegringError} OUT_OF_MEMORY */
  add(bytes: Uint8Array): void {
    this.expect(bytes.byteLength);
    if (bytes.byteLength > this.#last.byteLength - this.#used) {
      const next = newBytes(Math.max(MIN_BUFFER, bytes.byteLength, this.#length >>> 3));
      this.#full.push(this.#last.subarray(0, this.#used));
      this.#last = next;
      this.#used = 0;
    }
    this.#last.set(bytes, this.#used);
    this.#used += bytes.byteLength;
    this.#length += bytes.byteLength;
  }

  /** So many bytes more are sure to come. @throws {SegringError} OUT_OF_MEMORY: they are more than one command takes. */
  expect(more: number): void {
    const bytes = this.#length + more;
    if (bytes <= MAX_BYTES) return;
    throw new SegringError(
      "OUT_OF_MEMORY",
      `the ranges make ${BigInt(Math.ceil(bytes / RECORD_BYTES))} segments or more, one command takes ${MAX_BYTES / RECORD_BYTES}`,
    );
  }

  /** All of them. @throws {SegringError} OUT_OF_MEMORY */
  finish(): Uint8Array<ArrayBuffer> {
    const all = newBytes(this.#length);
    let at = 0;
    for (const part of [...this.#full, this.#last.subarray(0, this.#used)]) {
      all.set(part, at);
      at += part.byteLength;
    }
    return all;
  }
}

/**
 * The ranges of inputs, one after the other, as a table: coalesced while they are read, by several threads if the options
 * say so.
 *
 * @throws {SegringError} OUT_OF_MEMORY: more than one table holds, said before memory is filled.
 */
export async function collectTable(
  sources: readonly RangeInput[],
  mapper: SegmentMapper,
  progress: Progress,
  options: ReadingOptions & { threads?: ThreadsOption },
): Promise<SegmentTable> {
  const threads = await Threads.of(sources, options, mapper.limits);
  if (threads !== undefined) return threads.table((bytes) => progress.update(bytes, 0));
  const records = new Records();
  const longest = longestPiece(mapper.limits);
  const inputs = sources.map(({ input }) => input);
  const stream = mapper.stream();
  const take = async (table: SegmentTable) => {
    records.add(table.bytes);
    progress.update(bytesReadOf(inputs), records.byteLength / RECORD_BYTES);
  };
  await feedAll(sources, stream, take, {
    before: (batch) => records.expect(Math.floor((bytesIn(batch) / longest) * EXACT) * RECORD_BYTES),
  });
  stream.close();
  return SegmentTable.fromBytes(records.finish());
}

/** Bytes in the ranges of a batch, up to one that is not valid. */
function bytesIn(batch: Batch): number {
  const all = { uncut: false };
  return batch instanceof Uint8Array
    ? aheadOfRecords(all, () => batch, 0, batch.byteLength / RECORD_BYTES).bytes()
    : aheadOfRanges(all, batch, () => 0).bytes();
}
