import { newWords } from "../core/buffer.js";
import { PACKAGE } from "../core/package-key.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import { newShared } from "./shared.js";

/** Words in shared memory of their own. @throws {SegringError} OUT_OF_MEMORY */
export function sharedWords(words: number): Uint32Array {
  return new Uint32Array(newShared(words * 4));
}

/**
 * Results up to this size are copied to memory of their own, so that few segments do not hold memory for many. The calling
 * thread copies alone, into pages that the platform may have to find first: 10 MB took 8 of 20 ms.
 */
const COPIED_BYTES = 2 ** 20;

/**
 * A table with memory of its own: a copy if the table is small.
 *
 * @param otherwise Gives the words where there are none.
 */
export function owned(
  words: Uint32Array | undefined,
  otherwise: () => Uint32Array,
): { readonly result: SegmentTable; readonly isTaken: boolean } {
  // Workers that gave up may still write to what was lent.
  if (words === undefined) return { result: new Table(PACKAGE, otherwise()), isTaken: true };
  if (words.byteLength > COPIED_BYTES) return { result: new Table(PACKAGE, words), isTaken: true };
  const own = newWords(words.length);
  own.set(words);
  return { result: new Table(PACKAGE, own), isTaken: false };
}

/** Shared memory that a pool keeps between calls: pages that are written for the first time cost more than the work. */
export class Scratch {
  #kept: Uint32Array | undefined;

  /**
   * Lends words for a call. After a failure, or where the result takes them over, they are not lent again: workers may
   * still write to them.
   *
   * @param use Gives the result, and whether the words are part of it.
   */
  async lend<T>(use: (take: (words: number) => Uint32Array) => Promise<{ result: T; isTaken: boolean }>): Promise<T> {
    let lent: Uint32Array | undefined;
    const { result, isTaken } = await use((words) => {
      lent = this.#take(words);
      return lent;
    });
    if (!isTaken && lent !== undefined && lent.length > (this.#kept?.length ?? 0)) this.#kept = lent;
    return result;
  }

  #take(words: number): Uint32Array {
    const kept = this.#kept;
    if (kept === undefined || kept.length < words) return sharedWords(words);
    this.#kept = undefined;
    return kept;
  }
}
