import { SegringError } from "../core/errors.js";
import { FOUR_GIB, RECORD_BYTES, RECORD_WORDS } from "../core/record.js";
import type { Held } from "./held.js";
import type { Sink } from "./in-pieces.js";

/** Segments that a buffer holds at most. */
const MAX_SEGMENTS = FOUR_GIB / RECORD_BYTES;
const NOTHING = new Uint32Array(0);

/** Segments of many pieces, one behind the other in shared memory of their own. Workers write them there. */
export class SharedResult implements Sink<Uint32Array> {
  #words: Uint32Array = NOTHING;
  #count = 0;
  readonly #placing = new Set<Promise<unknown>>();
  #failure: { readonly error: unknown } | undefined;
  readonly #memory: (words: number) => Uint32Array;

  /** @param memory Gives shared words, as many or more. */
  constructor(memory: (words: number) => Uint32Array) {
    this.#memory = memory;
  }

  start(): void {
    this.#count = 0;
    this.#words = NOTHING;
  }

  async add(before: Uint32Array, held: Held, from: number, to: number, share: number): Promise<void> {
    const count = this.#count + before.length / RECORD_WORDS + to - from;
    // A little more than if the rest of the input is like the part that is done; and few copies, if the rest is not.
    const likely = Math.max(Math.ceil((count / share) * 1.1), Math.ceil((this.#words.length / RECORD_WORDS) * 1.5));
    await this.#reserve(count, likely);
    this.#put(before);
    if (from === to) return held.drop();
    const target = this.#words.subarray(this.#count * RECORD_WORDS, (this.#count + to - from) * RECORD_WORDS);
    this.#count += to - from;
    const placed = held.place({ from, to, target, before: undefined });
    this.#placing.add(placed);
    placed
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#placing.delete(placed));
  }

  async finish(last: Uint32Array): Promise<Uint32Array> {
    const count = this.#count + last.length / RECORD_WORDS;
    await this.#reserve(count, count);
    this.#put(last);
    await this.#placed();
    return this.#words.subarray(0, this.#count * RECORD_WORDS);
  }

  /** Room for as many segments as are likely, or for a few more than are sure, or for those. @throws {SegringError} OUT_OF_MEMORY */
  #roomFor(likely: number, sure: number): Uint32Array {
    for (const segments of [likely, Math.min(likely, Math.ceil(sure * 1.125))]) {
      try {
        return this.#memory(segments * RECORD_WORDS);
      } catch {}
    }
    return this.#memory(sure * RECORD_WORDS);
  }

  #put(segments: Uint32Array): void {
    this.#words.set(segments, this.#count * RECORD_WORDS);
    this.#count += segments.length / RECORD_WORDS;
  }

  /**
   * Makes room for so many segments, or as many as are likely. Not for a segment a range from the start: a buffer of less than
   * 32 MiB may come from the heap of glibc, where all of it is zeroed, by the calling thread; and V8 collects garbage the
   * sooner the more memory it has given.
   */
  async #reserve(count: number, likely: number): Promise<void> {
    if (count * RECORD_WORDS <= this.#words.length) return;
    if (count > MAX_SEGMENTS)
      throw new SegringError(
        "OUT_OF_MEMORY",
        `the ranges make ${count} segments or more, one table takes ${MAX_SEGMENTS}`,
      );
    await this.#placed();
    const words = this.#roomFor(Math.min(likely, MAX_SEGMENTS), count);
    words.set(this.#words.subarray(0, this.#count * RECORD_WORDS));
    this.#words = words;
  }

  async #placed(): Promise<void> {
    while (this.#placing.size !== 0) await Promise.allSettled(this.#placing);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
