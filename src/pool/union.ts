import { piecesOf } from "./coalesce.js";
import { divide, type Part } from "./divide.js";
import type { Waiting } from "./held.js";
import { type Job, mapPieces, OutOfOrder, type PoolMemory, type Sink } from "./in-pieces.js";
import type { Divisible } from "./input.js";

/** Addresses that are looked at to see whether the input ascends. */
const SAMPLE = 1024;

/**
 * Unites an input. One that seems to ascend is cut where it stands; if a piece then proves to be out of order, or the input
 * does not ascend, the ranges are parted by address first.
 */
export async function uniteInPieces<T>(job: Job, input: Divisible, sink: Sink<T>, memory: PoolMemory): Promise<T> {
  const { staging, pieceRecords } = memory;
  const size = { total: input.count, sink };
  if (seemsToAscend(input, pieceRecords)) {
    const borderAt = (end: number) => (end < input.count ? input.addr(end) : undefined);
    try {
      return await mapPieces(job, piecesOf(job, input, pieceRecords, staging, borderAt), size);
    } catch (error) {
      if (!(error instanceof OutOfOrder)) throw error;
    }
  }
  const parts = await divide(job, input, memory);
  const all = job.how.skipEmpty ? { ...job.how, skipEmpty: false } : job.how;
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const share = input.count / Math.max(total, 1);
  const counted: Job = {
    ...job,
    how: all,
    onDone: (done) => job.onDone(Math.floor(input.count / 2 + (done * share) / 2)),
  };
  return mapPieces(counted, waiting(all, parts), { total, sink });
}

function* waiting(how: Job["how"], parts: readonly Part[]): Generator<Waiting, void, undefined> {
  for (const { parted, count, border } of parts) {
    yield { task: { do: "map", piece: { parted }, how, border }, count, release: () => {} };
  }
}

/** Whether 1024 addresses ascend, and those at the borders of pieces. */
export function seemsToAscend(input: Divisible, pieceRecords: number): boolean {
  return ascends(input, Math.max(1, Math.floor(input.count / SAMPLE))) && ascends(input, pieceRecords);
}

/** Whether the addresses of these ranges ascend: of the first one, and every so many. */
function ascends({ count, addr }: Divisible, step: number): boolean {
  let last = 0n;
  for (let index = 0; index < count; index += step) {
    const next = addr(index);
    if (next < last) return false;
    last = next;
  }
  return true;
}
