import { expected } from "../core/errors.js";
import { RECORD_WORDS } from "../core/record.js";
import type { Held } from "./held.js";
import type { Sink } from "./in-pieces.js";

/** What is written at a place of the target, once all is known. */
interface Placing {
  readonly at: number;
  readonly before: Uint32Array;
  readonly held: Held;
  readonly from: number;
  readonly to: number;
}

/** Shared memory of the caller. Nothing is written there until all pieces are mapped, and there is room for all. */
export class SharedTarget implements Sink<number> {
  /** Whether something may be written in the target. */
  isWritten = false;
  readonly #target: Uint32Array;
  #count = 0;
  #placings: Placing[] = [];

  constructor(target: Uint32Array) {
    this.#target = target;
  }

  start(): void {
    this.drop();
    this.#count = 0;
  }

  async add(before: Uint32Array, held: Held, from: number, to: number): Promise<void> {
    this.#placings.push({ at: this.#count, before, held, from, to });
    this.#count += before.length / RECORD_WORDS + to - from;
  }

  async finish(last: Uint32Array): Promise<number> {
    const count = this.#count + last.length / RECORD_WORDS;
    checkRoom(this.#target, count);
    this.isWritten = true;
    const target = this.#target;
    const placed = this.#placings.map(({ at, before, held, from, to }) => {
      target.set(before, at * RECORD_WORDS);
      const start = at * RECORD_WORDS + before.length;
      return held.place({
        from,
        to,
        target: target.subarray(start, start + (to - from) * RECORD_WORDS),
        before: undefined,
      });
    });
    this.#placings = [];
    target.set(last, this.#count * RECORD_WORDS);
    await Promise.all(placed);
    return count;
  }

  /** Gives up what pieces hold. */
  drop(): void {
    for (const { held } of this.#placings) held.drop();
    this.#placings = [];
  }
}

/** Copies segments to where there is room for them. @returns Their number. @throws {RangeError} There is not. */
export function copyInto(words: Uint32Array, target: Uint32Array): number {
  const count = words.length / RECORD_WORDS;
  checkRoom(target, count);
  target.set(words);
  return count;
}

/** @throws {RangeError} There is no room for so many segments. */
function checkRoom(target: Uint32Array, count: number): void {
  const words = count * RECORD_WORDS;
  if (words <= target.length) return;
  throw new RangeError(expected("target.length", `${words} words or more, for ${count} segments`, target.length));
}
