import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { LOCKED, lockName } from "./claim.js";
import { CONSUMER_BEAT, CONSUMER_CLAIM, PRODUCER_BEAT, PRODUCER_CLAIM } from "./layout.js";
import { now } from "./platform.js";
import { checkRing, type Ring } from "./ring.js";
import { isGone, listen, type WorkerLike } from "./worker-like.js";

/** A watch on the owner of a role. */
export interface OwnerWatch {
  /** The owner's token, for `Ring.recover`. */
  readonly token: number;
  /** Resolves to true when the owner is dead, and to false when the owner left in order, or after `stop`. */
  readonly dead: Promise<boolean>;
  /**
   * Milliseconds since the owner's heartbeat was last seen to change; a change is seen when this property is read. A
   * kernel's heartbeat changes at least every 100 ms, that of a producer or consumer with each batch. A long silence is
   * a hint, and no proof.
   */
  readonly silentMs: number;
  /** Ends the watch. */
  stop(): void;
}

const KEYS = { worker: true } as const;

/**
 * Watches the present owner of a role of a ring. Only two signs make a death certain: the owner's Web Lock is let go
 * (`Producer.lock`, `Consumer.lock`; a kernel takes its locks by itself), or the owner's worker exits (Node).
 *
 * @param options.worker The worker that the owner runs in.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} The role has no owner.
 * @example
 * ```ts
 * const ring = createRing();
 * const producer = new Producer(ring);
 * const watch = watchOwner(ring, "producer");
 * watch.stop(); // or: if (await watch.dead) ring.recover("producer", watch.token);
 * console.log(watch.token === producer.token, await watch.dead); // true false
 * ```
 */
export function watchOwner(
  ring: Ring,
  role: "producer" | "consumer",
  options: { worker?: WorkerLike | undefined } = NO_OPTIONS,
): OwnerWatch {
  checkRing("ring", ring);
  checkKeys("options", options, KEYS);
  const watch = watchOwnerIfAny(ring, role, options.worker);
  if (watch === undefined) throw new RangeError(`"role" expected one with an owner, the ring has no ${role}`);
  return watch;
}

/** Like {@link watchOwner}, for an owner that may leave at any moment: undefined where there is none. */
export function watchOwnerIfAny(
  ring: Ring,
  role: "producer" | "consumer",
  worker?: WorkerLike | undefined,
): OwnerWatch | undefined {
  const { core } = ring;
  const claim = role === "producer" ? PRODUCER_CLAIM : CONSUMER_CLAIM;
  const beat = role === "producer" ? PRODUCER_BEAT : CONSUMER_BEAT;
  // Read once: an owner that is asked for twice may have left in between.
  const token = core.load(claim);
  if (token === 0) return undefined;
  const stopped = new AbortController();
  let lastBeat = core.get(beat);
  let lastChange = now();
  const dead = new Promise<boolean>((resolve) => {
    const gone = () => {
      resolve(core.load(claim) === token);
      stopped.abort();
    };
    if (worker !== undefined) {
      if (isGone(worker)) queueMicrotask(gone);
      const forget = listen(worker, "exit", gone);
      stopped.signal.addEventListener("abort", forget);
    }
    const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager };
    if (token & LOCKED && locks !== undefined) {
      // Stopping rejects the request.
      locks.request(lockName(core, role), { signal: stopped.signal }, gone).catch(() => {});
    }
    stopped.signal.addEventListener("abort", () => resolve(false));
  });
  return {
    token,
    dead,
    get silentMs() {
      const time = now();
      if (core.get(beat) !== lastBeat) {
        lastBeat = core.get(beat);
        lastChange = time;
      }
      return time - lastChange;
    },
    stop: () => stopped.abort(),
  };
}
