import { SegringError } from "../core/errors.js";
import { Claim } from "./claim.js";
import type { Condition, RingCore } from "./core.js";
import {
  ABORTED,
  BAD_INDEX,
  BY_CONSUMER,
  CLOSED,
  CLOSING,
  CONSUMER_BEAT,
  GENERATION,
  HEAD,
  HEAD_LAP,
  HIGH_WATER,
  OPEN,
  PROD_SEQ,
  STATE,
  TAIL,
} from "./layout.js";

/** A consumer's side of the protocol: sees which records are ready, gives slots back, and notices the end. */
export class ConsumerSide implements Condition {
  readonly #core: RingCore;
  readonly claim: Claim;
  /** What is taken next; signed, which V8 keeps unboxed. */
  head: number;
  /** The producer closed, and everything is taken. */
  ended = false;
  /** The role was not let go of. */
  open = true;

  /** @throws {SegringError} BUSY: the ring has a consumer. */
  constructor(core: RingCore) {
    this.#core = core;
    this.claim = new Claim(core, "consumer");
    this.head = core.load(HEAD);
  }

  /** @throws {SegringError} CLOSED: the role was let go of. */
  checkOpen(): void {
    if (!this.open) throw new SegringError("CLOSED", "this consumer left the ring");
  }

  /** Records that are ready; 0 after the end too. @throws {SegringError} CLOSED, STALE, POISONED, ABORTED. */
  look(): number {
    this.checkOpen();
    const core = this.#core;
    if (core.words.length === 0) core.view();
    if (core.get(STATE) !== OPEN && core.get(STATE) !== ABORTED) core.check();
    if (this.ended) return 0;
    // The state first: a tail read after CLOSING was seen is the last one.
    const state = core.load(STATE);
    if (core.get(GENERATION) >>> 0 !== core.config.generation) core.stale();
    const ready = (core.load(TAIL) - this.head) >>> 0;
    if (ready > core.config.capacity) core.poison(BAD_INDEX, core.load(TAIL), BY_CONSUMER);
    if (ready > core.get(HIGH_WATER) >>> 0) core.words[HIGH_WATER >> 2] = ready;
    if (ready === 0) this.#atRest(core.believe(state));
    return ready;
  }

  /** All that was published is taken. */
  #atRest(state: number): void {
    const core = this.#core;
    if (state >= ABORTED) throw core.stopped();
    if (state === CLOSING) {
      Atomics.compareExchange(core.words, STATE >> 2, CLOSING, CLOSED);
      core.kick(PROD_SEQ);
    }
    this.ended = state === CLOSING || state === CLOSED;
  }

  /** Something is ready, or the producer closed and everything is taken. Throws as `look` does. */
  holds(): boolean {
    return this.look() > 0 || this.ended;
  }

  /** Whether `look` would say something else than that nothing is ready. */
  mayHold(): boolean {
    return this.#core.load(TAIL) !== this.head || this.#core.load(STATE) !== OPEN;
  }

  /** Gives slots back to the producer, up to this index. */
  give(head: number): void {
    if (head === this.head) return;
    const core = this.#core;
    if (head >>> 0 < this.head >>> 0) core.add(HEAD_LAP, 1);
    this.head = head;
    core.add(CONSUMER_BEAT, 1);
    Atomics.store(core.words, HEAD >> 2, head);
    core.wake(PROD_SEQ);
  }

  /** Lets go of the role. */
  leave(): void {
    this.open = false;
    this.claim.release();
  }
}
