import type { Crew } from "./crew.js";
import type { Hand } from "./hand.js";
import { Held, type Waiting } from "./held.js";

/** Pieces for each worker that are mapped, or being mapped, and not taken yet. */
const AHEAD = 4;

/**
 * Maps pieces by all workers, and gives them in order. A piece is asked for when a worker can take it. Who stops taking
 * ends all: pieces on their way are dropped, and `pieces` is closed.
 */
export async function* inOrder(
  crew: Crew,
  pieces: AsyncIterator<Waiting> | Iterator<Waiting>,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly held: Held; readonly count: number }, void, undefined> {
  const window: { readonly count: number; readonly held: Promise<Held> }[] = [];
  let isDone = false;
  try {
    for (;;) {
      while (!isDone && window.length < AHEAD * crew.size) {
        const hand = await free(crew, signal);
        let next: IteratorResult<Waiting, void> | undefined;
        try {
          next = await unlessAborted(Promise.resolve(pieces.next()), signal);
        } finally {
          if (next === undefined || next.done) hand.unreserve();
        }
        isDone = next.done === true;
        if (next.done) break;
        const held = Held.map(crew, next.value, hand);
        // A failure is heard in its turn.
        held.catch(() => {});
        window.push({ count: next.value.count, held });
      }
      const first = window[0];
      if (first === undefined) return;
      const held = await unlessAborted(first.held, signal);
      window.shift();
      yield { count: first.count, held };
    }
  } finally {
    for (const { held } of window) {
      held.then(
        (late) => late.drop(),
        () => {},
      );
    }
    // Who gave up waiting for the next piece does not wait for the end of that either.
    const ended = isDone ? undefined : Promise.resolve(pieces.return?.());
    if (signal?.aborted) ended?.catch(() => {});
    else await ended;
  }
}

/** A worker that is reserved; nothing stays reserved where nobody waits any more. */
export async function free(crew: Crew, signal: AbortSignal | undefined): Promise<Hand> {
  const hand = crew.free();
  try {
    return await unlessAborted(hand, signal);
  } catch (error) {
    hand.then(
      (late) => late.unreserve(),
      () => {},
    );
    throw error;
  }
}

/** As `free`, and releases a piece for which there is no worker. */
export async function freeOr(release: () => void, crew: Crew, signal: AbortSignal | undefined): Promise<Hand> {
  try {
    return await free(crew, signal);
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws The signal's reason, as soon as it is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  let forget = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    forget = () => signal.removeEventListener("abort", abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    forget();
  }
}
