import { newShared } from "./shared.js";

/** Words in shared memory of their own. @throws {SegringError} OUT_OF_MEMORY */
export function newWords(words: number): Uint32Array {
  return new Uint32Array(newShared(words * 4));
}

/** Shared memory that a pool keeps between calls: pages that are written for the first time cost more than the work. */
export class Scratch {
  #kept: Uint32Array | undefined;

  /** Lends words for a call. After a failure they are not lent again, because workers may still write to them. */
  async lend<T>(use: (take: (words: number) => Uint32Array) => Promise<T>): Promise<T> {
    let lent: Uint32Array | undefined;
    const result = await use((words) => {
      lent = this.#take(words);
      return lent;
    });
    if (lent !== undefined && lent.length > (this.#kept?.length ?? 0)) this.#kept = lent;
    return result;
  }

  #take(words: number): Uint32Array {
    const kept = this.#kept;
    if (kept === undefined || kept.length < words) return newWords(words);
    this.#kept = undefined;
    return kept;
  }
}
