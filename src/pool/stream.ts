import { expected, RecordError, SegringError } from "../core/errors.js";
import { PackedRecords, packedRecords } from "../core/input.js";
import { PACKAGE } from "../core/package-key.js";
import { FULL, RECORD_WORDS, recordFault } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import type { SegmentMapper } from "../mapper/mapper.js";
import { firstRuns } from "./ends.js";
import type { Waiting } from "./held.js";
import { inOrder, unlessAborted } from "./in-order.js";
import type { Job } from "./in-pieces.js";
import { wordsOf } from "./input.js";
import type { How, Mapped } from "./messages.js";
import type { Batches } from "./options.js";
import type { Staging } from "./staging.js";
import { joined, Stitcher } from "./stitcher.js";

/** Coalesces batches by all workers, and gives the segments of each in order, joined over the borders. */
export async function* streamInPieces(
  { crew, mapper, how, signal, onDone }: Job,
  batches: Batches,
  pieceRecords: number,
  staging: Staging,
): AsyncGenerator<SegmentTable, void, undefined> {
  const stitcher = new Stitcher(mapper, how);
  let done = 0;
  for await (const { held, count } of inOrder(crew, piecesOf(batches, how, pieceRecords, staging), signal)) {
    let words: Uint32Array | undefined;
    try {
      const { before, from, to } = await stitcher.next(held.mapped, undefined, () => held.fetch());
      words = await held.place({ from, to, target: undefined, before });
    } catch (error) {
      held.drop();
      throw error;
    }
    done += count;
    onDone(done);
    if (words !== undefined && words.length !== 0) yield new Table(PACKAGE, words);
  }
  signal?.throwIfAborted();
  const last = stitcher.end();
  if (last.length !== 0) yield new Table(PACKAGE, last);
}

/** As `streamInPieces`, in this thread. */
export async function* streamHere(
  { mapper, how, signal, onDone }: Omit<Job, "crew">,
  batches: Batches,
): AsyncGenerator<SegmentTable, void, undefined> {
  const stitcher = new Stitcher(mapper, how);
  let done = 0;
  for await (const batch of untilAborted(batches, signal)) {
    const words = wordsOfBatch(batch);
    const segments = mapHere(mapper, words, how, done);
    const { before, from, to } = await stitcher.next(mappedOf(segments), undefined, async () => segments);
    done += words.length / RECORD_WORDS;
    onDone(done);
    const all = joined(before, segments.subarray(from * RECORD_WORDS, to * RECORD_WORDS));
    if (all.length !== 0) yield new Table(PACKAGE, all);
  }
  signal?.throwIfAborted();
  const last = stitcher.end();
  if (last.length !== 0) yield new Table(PACKAGE, last);
}

/** The batches; the wait for the next one ends with the signal. */
async function* untilAborted(
  batches: Batches,
  signal: AbortSignal | undefined,
): AsyncGenerator<PackedRecords | SegmentTable, void, undefined> {
  const iterator = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  let isDone = false;
  try {
    for (;;) {
      const next = await unlessAborted(Promise.resolve(iterator.next()), signal);
      isDone = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    const ended = isDone ? undefined : Promise.resolve(iterator.return?.());
    ended?.catch(() => {});
    if (!signal?.aborted) await ended;
  }
}

function mapHere(mapper: SegmentMapper, words: Uint32Array, { skipEmpty }: How, done: number): Uint32Array {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  try {
    return mapper.coalesce(packedRecords(bytes), { skipEmpty }).words;
  } catch (error) {
    throw faultIn(words, skipEmpty, done) ?? error;
  }
}

function mappedOf(segments: Uint32Array): Mapped {
  const tail = segments.slice(Math.max(segments.length - RECORD_WORDS, 0));
  return { slot: 0, count: segments.length / RECORD_WORDS, head: firstRuns(segments), tail };
}

async function* piecesOf(
  batches: Batches,
  how: How,
  pieceRecords: number,
  staging: Staging,
): AsyncGenerator<Waiting, void, undefined> {
  let records = 0;
  for await (const batch of batches) {
    const words = wordsOfBatch(batch);
    for (let at = 0; at < words.length; at += pieceRecords * RECORD_WORDS) {
      // A copy: who gives the batches may use their memory again.
      const { shared, release } = staging.copy(words.subarray(at, at + pieceRecords * RECORD_WORDS));
      const first = records;
      const count = shared.length / RECORD_WORDS;
      records += count;
      const faultOf = (error: unknown) =>
        error instanceof SegringError ? error : faultIn(shared, how.skipEmpty, first);
      yield {
        task: { do: "map", piece: { words: shared }, how, border: undefined },
        count,
        release,
        faultOf,
      };
    }
  }
}

/** @throws {TypeError} The batch is no records. */
function wordsOfBatch(batch: unknown): Uint32Array {
  const words = wordsOf(batch);
  if (words !== undefined) return words;
  if (!(batch instanceof PackedRecords)) throw new TypeError(expected("batches", "packedRecords or tables", batch));
  // These are not aligned.
  return new Uint32Array(new Uint8Array(batch.bytes).buffer);
}

/** The first record that is not valid. @param first Its place is counted from this one. */
function faultIn(words: Uint32Array, skipEmpty: boolean, first: number): RecordError | undefined {
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    if (skipEmpty && words[at + 2] === 0 && ((words[at + 3] as number) & FULL) === 0) continue;
    const fault = recordFault(words, at);
    if (fault !== undefined) return new RecordError(first + at / RECORD_WORDS, fault);
  }
  return undefined;
}
