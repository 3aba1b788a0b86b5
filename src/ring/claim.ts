import { SegringError } from "../core/errors.js";
import type { RingCore } from "./core.js";
import { CONSUMER_CLAIM, ECHO_CONSUMER, ECHO_PRODUCER, GENERATION, NONCE, PRODUCER_CLAIM } from "./layout.js";
import { randomWord } from "./platform.js";

/**
 * A bit of a token: the owner holds the Web Lock of the role. So whoever gets that lock knows that the owner is gone.
 */
export const LOCKED = 1;
/** So long the lock of an owner that died may still be held. */
const LOCK_MS = 20_000;

/** The name of a role's Web Lock, which is equal for everybody who sees the ring. */
export function lockName(core: RingCore, role: "producer" | "consumer"): string {
  const nonce = (core.get(NONCE) >>> 0).toString(16);
  return `segring:${nonce}:${core.base}:${core.get(GENERATION) >>> 0}:${role}`;
}

/** The ownership of a role of a ring: one owner at a time. */
export class Claim {
  readonly #core: RingCore;
  readonly #role: "producer" | "consumer";
  readonly #field: number;
  #token: number;
  #unlock: (() => void) | undefined;

  /** @throws {SegringError} BUSY: the role has an owner. */
  constructor(core: RingCore, role: "producer" | "consumer") {
    this.#core = core;
    this.#role = role;
    this.#field = role === "producer" ? PRODUCER_CLAIM : CONSUMER_CLAIM;
    this.#token = newToken();
    const owner = Atomics.compareExchange(core.live, this.#field >> 2, 0, this.#token);
    if (owner !== 0) {
      throw new SegringError(
        "BUSY",
        `the ring has a ${role} (token ${owner}); if that is dead, recover() frees the role`,
      );
    }
    core.words[(role === "producer" ? ECHO_PRODUCER : ECHO_CONSUMER) >> 2] = core.get(NONCE);
  }

  /** What the header's claim says: never 0. */
  get token(): number {
    return this.#token;
  }

  /**
   * Holds the role's Web Lock, where the platform has Web Locks, for as long as the claim. Whoever waits for the lock
   * hears of a death.
   *
   * @throws {SegringError} BUSY: an earlier owner has the lock, and is alive after 20 s.
   */
  async lock(): Promise<void> {
    const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager };
    if (locks === undefined) return;
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort(new SegringError("BUSY", `another ${this.#role} of this ring holds its lock, so it is alive`));
    }, LOCK_MS);
    await new Promise<void>((locked, failed) => {
      locks
        .request(lockName(this.#core, this.#role), { signal: late.signal }, () => {
          clearTimeout(timer);
          const held = this.#token | LOCKED;
          Atomics.compareExchange(this.#core.live, this.#field >> 2, this.#token, held);
          this.#token = held;
          locked();
          return new Promise<void>((unlock) => {
            this.#unlock = unlock;
          });
        })
        .catch(failed);
    }).finally(() => clearTimeout(timer));
  }

  /** Frees the role. */
  release(): void {
    Atomics.compareExchange(this.#core.live, this.#field >> 2, this.#token, 0);
    this.#unlock?.();
  }
}

function newToken(): number {
  return randomWord() & ~LOCKED || 2;
}
