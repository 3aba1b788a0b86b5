import type { Crew } from "./crew.js";
import type { Hand } from "./hand.js";
import { Held, type Waiting } from "./held.js";

/** Pieces for each worker that are mapped, or being mapped, and not taken yet. */
const AHEAD = 4;

/** A piece on its way, or mapped. */
interface Taken {
  readonly count: number;
  readonly held: Promise<Held>;
}

/**
 * Maps pieces by all workers, and gives them in order, each as soon as it is there. At most AHEAD pieces for each worker
 * are on their way or not taken yet. Who stops taking ends all: pieces on their way are dropped, and `pieces` is closed.
 */
export async function* inOrder(
  crew: Crew,
  pieces: AsyncIterator<Waiting> | Iterator<Waiting>,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly held: Held; readonly count: number }, void, undefined> {
  const window: Taken[] = [];
  let asked: Promise<IteratorResult<Waiting, unknown>> | undefined;
  let isDone = false;
  try {
    for (;;) {
      if (!isDone && window.length < AHEAD * crew.size) asked ??= Promise.resolve(pieces.next());
      const [first] = window;
      if (first === undefined && asked === undefined) return;
      const next = await unlessAborted(earlier(first, asked), signal);
      if (next === undefined) {
        const { held, count } = first as Taken;
        const ready = await held;
        window.shift();
        yield { count, held: ready };
      } else {
        asked = undefined;
        isDone = next.done === true;
        if (!next.done) window.push(await begun(next.value, crew, signal));
      }
    }
  } finally {
    for (const { held } of window) {
      held.then(
        (late) => late.drop(),
        () => {},
      );
    }
    // A piece that comes late is nobody's any more.
    asked?.then(
      (late) => late.done || late.value.release(),
      () => {},
    );
    // Who gave up waiting for the next piece does not wait for the end of that either.
    const ended = isDone ? undefined : Promise.resolve(pieces.return?.());
    ended?.catch(() => {});
    if (!signal?.aborted) await ended;
  }
}

/** Whichever is there first: the next piece, or, as undefined, the first one of the window. A failure is heard in its turn. */
async function earlier<T>(first: Taken | undefined, asked: Promise<T> | undefined): Promise<T | undefined> {
  const ready = first?.held.then(
    () => undefined,
    () => undefined,
  );
  const waiting = [ready, asked].filter((promise) => promise !== undefined);
  return Promise.race(waiting);
}

/** Gives a piece to a worker, as soon as one is free. */
async function begun(piece: Waiting, crew: Crew, signal: AbortSignal | undefined): Promise<Taken> {
  const hand = await freeOr(piece.release, crew, signal);
  const held = Held.map(crew, piece, hand);
  held.catch(() => {});
  return { count: piece.count, held };
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
  // It may be heard by nobody.
  promise.catch(() => {});
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

/** A signal that either of these aborts. Where the platform cannot join signals, the first: a closed pool ends its calls too. */
export function anyOf(signal: AbortSignal | undefined, closing: AbortSignal): AbortSignal {
  if (signal === undefined) return closing;
  const { any } = AbortSignal as { any?: (signals: AbortSignal[]) => AbortSignal };
  return any?.call(AbortSignal, [signal, closing]) ?? signal;
}
