import type { SegmentMapper } from "../mapper/mapper.js";
import type { Crew } from "./crew.js";
import type { Held, Waiting } from "./held.js";
import { inOrder } from "./in-order.js";
import type { How } from "./messages.js";
import type { Staging } from "./staging.js";
import { Stitcher } from "./stitcher.js";

/** What a call works with. */
export interface Job {
  readonly crew: Crew;
  /** In this thread, with the limits of the pool. */
  readonly mapper: SegmentMapper;
  readonly how: How;
  readonly signal: AbortSignal | undefined;
  /** Called with how many ranges are done. */
  onDone(ranges: number): void;
}

/** Takes what pieces give, in order. */
export interface Sink<T> {
  /** Begins anew. */
  start(): void;
  /** Takes segments: those given, and then those of a piece from `from` up to `to`. @param share How much of the input is done, above 0. */
  add(before: Uint32Array, held: Held, from: number, to: number, share: number): Promise<void>;
  /** Takes the last segments. */
  finish(last: Uint32Array): Promise<T>;
}

/** Memory that a call may use, and how inputs are cut. */
export interface PoolMemory {
  readonly staging: Staging;
  /** Lends shared words for the call. */
  readonly take: (words: number) => Uint32Array;
  /** Ranges of a piece. */
  readonly pieceRecords: number;
}

/** What pieces are mapped to. */
export interface Size<T> {
  /** Ranges in all pieces. */
  readonly total: number;
  readonly sink: Sink<T>;
}

/** A later piece has an address that is below the border of an earlier one. */
export class OutOfOrder extends Error {}

/**
 * Maps pieces to one list, as one call over all of their ranges would.
 *
 * @throws {OutOfOrder} Pieces of a union are not in order.
 */
export async function mapPieces<T>(
  { crew, mapper, how, signal, onDone }: Job,
  pieces: Iterator<Waiting> | AsyncIterator<Waiting>,
  { total, sink }: Size<T>,
): Promise<T> {
  const stitcher = new Stitcher(mapper, how);
  sink.start();
  let least: bigint | undefined;
  let done = 0;
  for await (const { held, count } of inOrder(crew, pieces, signal)) {
    try {
      const { border } = held.task;
      const first = held.mapped.head[0]?.addr;
      if (least !== undefined && first !== undefined && first < least) throw new OutOfOrder("a piece is out of order");
      if (how.union) least = border;
      const { before, from, to } = await stitcher.next(held.mapped, border, () => held.fetch());
      done += count;
      await sink.add(before, held, from, to, done / total);
    } catch (error) {
      held.drop();
      throw error;
    }
    onDone(done);
  }
  signal?.throwIfAborted();
  return sink.finish(stitcher.end());
}
