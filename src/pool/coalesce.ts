import type { Waiting } from "./held.js";
import { type Job, mapPieces, type PoolMemory, type Sink } from "./in-pieces.js";
import type { Divisible } from "./input.js";
import type { Staging } from "./staging.js";

/** Coalesces an input in pieces of so many ranges. */
export function coalesceInPieces<T>(
  job: Job,
  input: Divisible,
  sink: Sink<T>,
  { staging, pieceRecords }: PoolMemory,
): Promise<T> {
  const size = { total: input.count, sink };
  return mapPieces(job, piecesOf(job, input, pieceRecords, staging), size);
}

/** @param borderAt The border behind a range; for unions. */
export function* piecesOf(
  { how }: Pick<Job, "how">,
  input: Divisible,
  pieceRecords: number,
  staging: Staging,
  borderAt: (end: number) => bigint | undefined = () => undefined,
): Generator<Waiting, void, undefined> {
  for (let from = 0; from < input.count; from += pieceRecords) {
    const end = Math.min(from + pieceRecords, input.count);
    const { piece, release } = input.piece(from, end, staging);
    yield { task: { do: "map", piece, how, border: borderAt(end) }, count: end - from, release };
  }
}
