import { countPages } from "../core/page-counts.js";
import { RECORD_WORDS } from "../core/record.js";
import type { WantedFrames } from "../mapper/frame-lists.js";
import { free, unlessAborted } from "./in-order.js";
import type { Job } from "./in-pieces.js";
import { inShared } from "./input.js";
import type { CountTask, ListTask } from "./messages.js";
import { newShared } from "./shared.js";
import type { Staging } from "./staging.js";

/** Segments whose pages are counted together. */
const BLOCK = 1024;
/** Pages that a worker lists at a time: 2 MiB of numbers. */
const LIST_PAGES = 2 ** 18;

/** Whether the segments or their pages are more than so many, and so worth other threads. */
export function hasManyPages({ table, numbers, maxCount }: WantedFrames, few: number): boolean {
  return table.length > few || Math.min(Number(countPages(table.words, numbers.shift)), maxCount) > few;
}

/** Segments in shared memory, and the pages of each block of them. */
interface Counted {
  readonly words: Uint32Array;
  readonly pages: Float64Array;
}

/**
 * Lists pages by all workers: counts them first, so that each worker knows where its numbers go.
 *
 * @param room Shared memory for the numbers, if they have none of their own.
 */
export async function listInPieces(
  { crew, signal, onDone }: Job,
  { table, numbers, place, maxCount }: WantedFrames,
  room: BigUint64Array | undefined,
  pieceRecords: number,
  staging: Staging,
): Promise<BigUint64Array> {
  const releases: (() => void)[] = [];
  try {
    const words = table.words.subarray(place.record * RECORD_WORDS);
    const counting: Promise<Counted>[] = [];
    for (let from = 0; from < words.length; from += pieceRecords * RECORD_WORDS) {
      const { shared, release } = inShared(words.subarray(from, from + pieceRecords * RECORD_WORDS), staging);
      releases.push(release);
      const hand = await free(crew, signal);
      const task: CountTask = { do: "count", words: shared, shift: numbers.shift, block: BLOCK };
      const counted = crew.run(task, hand).then(({ result }) => ({ words: shared, pages: result }));
      // A failure is told below.
      counted.catch(() => {});
      counting.push(counted);
    }
    const blocks = (await unlessAborted(Promise.all(counting), signal)).flatMap((counted) => [...blocksOf(counted)]);
    const total = blocks.reduce((sum, { pages }) => sum + pages, -place.done);
    const count = Math.min(Math.max(total, 0), maxCount);
    const target = room?.subarray(0, count) ?? new BigUint64Array(newShared(count * 8));
    const listing: Promise<unknown>[] = [];
    let listed = 0;
    for (const task of tasksOf(blocks, place.done, target, numbers)) {
      // Memory of the caller that is written is written to its end.
      const hand = await free(crew, room === undefined ? signal : undefined);
      const done = crew.run(task, hand).then(() => {
        listed += task.target.length;
        onDone(listed);
      });
      done.catch(() => {});
      listing.push(done);
    }
    await unlessAborted(settled(listing), room === undefined ? signal : undefined);
    return target;
  } finally {
    for (const release of releases) release();
  }
}

/** Segments with as many pages as a worker lists at a time, or a block that has more. */
function* blocksOf({ words, pages }: Counted): Generator<{ readonly words: Uint32Array; readonly pages: number }> {
  const step = BLOCK * RECORD_WORDS;
  let from = 0;
  let sum = 0;
  for (const [index, count] of pages.entries()) {
    if (sum !== 0 && sum + count > LIST_PAGES) {
      yield { words: words.subarray(from, index * step), pages: sum };
      from = index * step;
      sum = 0;
    }
    sum += count;
  }
  if (sum !== 0) yield { words: words.subarray(from), pages: sum };
}

/** Lists of at most LIST_PAGES numbers, until `target` is full. @param skip Pages of the first segment that are passed over. */
function* tasksOf(
  blocks: readonly { readonly words: Uint32Array; readonly pages: number }[],
  skip: number,
  target: BigUint64Array,
  { shift, scale }: WantedFrames["numbers"],
): Generator<ListTask> {
  let at = 0;
  let offset = skip;
  for (const { words, pages } of blocks) {
    while (offset < pages && at < target.length) {
      const count = Math.min(pages - offset, target.length - at, LIST_PAGES);
      const numbers = target.subarray(at, at + count);
      at += count;
      const addresses = scale !== 0;
      yield { do: "list", words, pageShift: shift, addresses, offset, target: numbers };
      offset += count;
    }
    offset -= pages;
  }
}

/** Waits for all, and fails with the first failure then: nobody writes any more. */
async function settled(promises: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(promises);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
