import { SegringError } from "../core/errors.js";
import { Claim } from "./claim.js";
import type { RingCore } from "./core.js";
import {
  BAD_INDEX,
  BY_PRODUCER,
  CLOSING,
  CONS_SEQ,
  GENERATION,
  HEAD,
  OPEN,
  PRODUCER_BEAT,
  REFUSED,
  STATE,
  TAIL,
  TAIL_LAP,
  WAITED_FOR,
} from "./layout.js";
import type { ProducerExports, ProducerKernel } from "./producer-kernel.js";

/* A constant of another module is loaded anew at every use; one of this module is folded into the code. */
const STATE_WORD = STATE >> 2;
const GENERATION_WORD = GENERATION >> 2;
const BEAT_WORD = PRODUCER_BEAT >> 2;
const TAIL_WORD = TAIL >> 2;
const WAITING_WORD = (CONS_SEQ >> 2) + 1;
const IS_REFUSED = REFUSED;
const IS_WAITED_FOR = WAITED_FOR;

/** A producer's side of the protocol: makes records visible, and sees how far the consumer has come. */
export class ProducerSide {
  readonly #core: RingCore;
  readonly #generation: number;
  readonly #base: number;
  readonly #kernel: ProducerKernel;
  /** Publishes too, after many publishes. */
  #wasm: ProducerExports | undefined;
  readonly claim: Claim;
  /** How far the consumer may look; signed, which V8 keeps unboxed. */
  published: number;
  /** The role was not let go of. */
  open = true;

  /** @throws {SegringError} CLOSED: the ring takes no more; BUSY: it has a producer; ABORTED, POISONED, STALE. */
  constructor(core: RingCore, kernel: ProducerKernel) {
    core.check();
    if (core.load(STATE) !== OPEN) throw closed();
    this.#core = core;
    this.#generation = core.config.generation | 0;
    this.#base = core.base;
    this.#kernel = kernel;
    this.claim = new Claim(core, "producer");
    this.published = core.load(TAIL);
  }

  /** @throws {SegringError} CLOSED, ABORTED, POISONED, STALE. */
  checkOpen(): void {
    this.checkRole();
    this.#core.check();
  }

  /** @throws {SegringError} CLOSED: the role was let go of. */
  checkRole(): void {
    if (!this.open) throw closed();
  }

  /**
   * Makes visible what lies before this index, which is more than was. @returns Whether the consumer is to be woken.
   *
   * @throws {SegringError} ABORTED, POISONED, STALE.
   */
  publish(tail: number): boolean {
    const wasm = this.#wasm;
    if (wasm === undefined) return this.#publishByAtomics(tail);
    const said = wasm.publish(this.#base, this.published, tail, this.#generation);
    if (said === IS_REFUSED) return this.#publishByAtomics(tail);
    this.published = tail;
    return said === IS_WAITED_FOR;
  }

  #publishByAtomics(tail: number): boolean {
    const core = this.#core;
    if (core.words[STATE_WORD] !== OPEN || core.words[GENERATION_WORD] !== this.#generation) core.check();
    this.#wasm = this.#kernel.forPublish;
    const { words } = core;
    if (tail >>> 0 < this.published >>> 0) core.add(TAIL_LAP, 1);
    words[BEAT_WORD] = (words[BEAT_WORD] as number) + 1;
    Atomics.store(words, TAIL_WORD, tail);
    this.published = tail;
    // After the store: a consumer that sets the flag now looks at the tail once more before it sleeps.
    return Atomics.load(words, WAITING_WORD) !== 0;
  }

  /** Wakes the consumer. */
  wake(): void {
    this.#core.kick(CONS_SEQ);
  }

  /**
   * Looks where the consumer is. @param tail Where the next record goes. @returns The index where free slots end.
   *
   * @throws {SegringError} POISONED: no consumer can be there.
   */
  endOfRoom(tail: number): number {
    const core = this.#core;
    const { capacity } = core.config;
    const head = core.load(HEAD);
    const end = (head + capacity) | 0;
    // Further than what is published, or back to where it has been: no consumer goes there.
    if ((this.published - head) >>> 0 > capacity || ((end - tail) | 0) < 0) core.poison(BAD_INDEX, head, BY_PRODUCER);
    return end;
  }

  /** Nothing comes after what is published. */
  close(): void {
    Atomics.compareExchange(this.#core.live, STATE_WORD, OPEN, CLOSING);
    this.wake();
  }

  /** Lets go of the role. */
  leave(): void {
    this.open = false;
    this.claim.release();
  }
}

function closed(): SegringError {
  return new SegringError("CLOSED", "the ring takes no more: its producer closed or left it");
}
