import { expected } from "../core/errors.js";
import { checkKey, type PackageKey } from "../core/package-key.js";
import { FOUR_GIB } from "../core/record.js";
import type { RingCore, RingMemory } from "./core.js";
import { bytesOf, type RingRole } from "./header.js";
import {
  ABORTED,
  BY_OBSERVER,
  CLOSED,
  CONS_SEQ,
  CONSUMER_BEAT,
  CONSUMER_CLAIM,
  HEAD,
  HEAD_LAP,
  HIGH_WATER,
  LAST_BAD,
  NONCE,
  ON_REQUEST,
  OPEN,
  PROD_SEQ,
  PRODUCER_BEAT,
  PRODUCER_CLAIM,
  REJECTED,
  SKIPPED,
  SLEEPS,
  STALLS,
  TAIL,
  TAIL_LAP,
} from "./layout.js";

/** What a ring has seen, read while it runs: each number is right, but they are not all of the same moment. */
export interface RingCounters {
  /** Position after the last record put: how many, where the ring started at 0. */
  readonly put: number;
  /** Position after the last record taken. */
  readonly taken: number;
  /** Records that wait. */
  readonly waiting: number;
  /** The most that a kernel or consumer found waiting. */
  readonly highWater: number;
  /** Times the producer found less room than it wanted. */
  readonly stalls: number;
  /** Times the consumer slept. */
  readonly sleeps: number;
  /** Records refused when they were put. */
  readonly rejected: number;
  /** Invalid records passed over by the consumer. */
  readonly skipped: number;
  /** Position, modulo 2^32, of the last of those. */
  readonly lastBadIndex: number;
  /** Counted on by the producer while it lives. */
  readonly producerBeats: number;
  /** Counted on by the consumer while it lives. */
  readonly consumerBeats: number;
}

/** Who owns the two roles of a ring. */
export interface RingOwners {
  /** The token of the producer, 0 where the role is free. */
  readonly producer: number;
  /** The token of the consumer, 0 where the role is free. */
  readonly consumer: number;
}

/** Where a ring is in its life. */
export type RingState = "open" | "closing" | "closed" | "aborted" | "poisoned";

/**
 * A ring of records between one producer and one consumer, which may be in different threads. This handle looks at it
 * and stops it; `Producer`, `Consumer` and `runKernel` move records. Made by `createRing` or `attachRing`.
 */
export class Ring {
  /** @internal */
  readonly core: RingCore;
  readonly #made = true;

  /** For the package itself. Use `createRing` or `attachRing`. */
  constructor(key: PackageKey, core: RingCore) {
    checkKey(key, "Ring", "createRing or attachRing");
    this.core = core;
  }

  /** @internal Whether this class has made `value`. */
  static isRing(value: unknown): value is Ring {
    return typeof value === "object" && value !== null && #made in value;
  }

  /** The memory it lies in, to be posted to another thread. */
  get memory(): RingMemory {
    return this.core.memory;
  }

  /** Where in the memory, in bytes. */
  get offset(): number {
    return this.core.base;
  }

  /** Bytes from `offset` to its end. */
  get byteLength(): number {
    return bytesOf(this.core.config);
  }

  /** Whether other threads can attach. */
  get shared(): boolean {
    return this.core.shared;
  }

  /** Records it holds. */
  get capacity(): number {
    return this.core.config.capacity;
  }

  /** What the records of the ring are. */
  get role(): RingRole {
    return this.core.config.role;
  }

  /** Raised when a ring is made anew in its place; older handles then throw STALE. */
  get generation(): number {
    return this.core.config.generation;
  }

  /** The longest record, 1 to 2^32. */
  get maxSegmentBytes(): number {
    return this.core.config.maxSegmentBytes;
  }

  /** The last address that a record may reach. */
  get addressLimit(): bigint {
    return this.core.config.addressLimit;
  }

  /** A random number of the creator's: two handles of one memory see the same. */
  get nonce(): number {
    return this.core.get(NONCE) >>> 0;
  }

  /** The state now, as all sides see it. */
  get state(): RingState {
    const state = this.core.state();
    if (state >= ABORTED) return state === ABORTED ? "aborted" : "poisoned";
    return state === CLOSED ? "closed" : state === OPEN ? "open" : "closing";
  }

  /** The tokens of the owners, 0 where a role is free. */
  get owners(): RingOwners {
    return { producer: this.core.load(PRODUCER_CLAIM), consumer: this.core.load(CONSUMER_CLAIM) };
  }

  /** A doorbell, for a peer that can neither block nor wait asynchronously: set it to what sends that peer a message. */
  set doorbell(ring: (() => void) | undefined) {
    this.core.doorbell = ring;
  }

  /** To be called on such a message: whoever waits here looks again. */
  answer(): void {
    this.core.wakeHere(CONS_SEQ);
    this.core.wakeHere(PROD_SEQ);
  }

  /** What both sides have counted so far. */
  counters(): RingCounters {
    const { core } = this;
    const taken = core.load(HEAD) >>> 0;
    const put = core.load(TAIL) >>> 0;
    const field = (offset: number) => core.get(offset) >>> 0;
    return {
      put: field(TAIL_LAP) * FOUR_GIB + put,
      taken: field(HEAD_LAP) * FOUR_GIB + taken,
      waiting: (put - taken) >>> 0,
      highWater: field(HIGH_WATER),
      stalls: field(STALLS),
      sleeps: field(SLEEPS),
      rejected: field(REJECTED),
      skipped: field(SKIPPED),
      lastBadIndex: field(LAST_BAD),
      producerBeats: field(PRODUCER_BEAT),
      consumerBeats: field(CONSUMER_BEAT),
    };
  }

  /** Stops the ring for good and wakes everybody: what was put can still be taken, then all calls throw ABORTED. */
  abort(): void {
    this.core.raise(ABORTED, ON_REQUEST, this.core.load(TAIL), BY_OBSERVER);
  }

  /**
   * Frees the role of an owner that is dead, so that another can attach where it ended: records that it did not publish
   * are gone, no others. Only for who knows that it is dead (a lock that was let go, a worker's exit): never on a silence
   * alone, a frozen tab is not dead.
   *
   * @param token What `owners` said, so that a later owner is left alone.
   * @returns False: the role is not that owner's.
   */
  recover(role: "producer" | "consumer", token: number): boolean {
    const claim = role === "producer" ? PRODUCER_CLAIM : CONSUMER_CLAIM;
    const { core } = this;
    if (token === 0 || Atomics.compareExchange(core.words, claim >> 2, token, 0) !== token) return false;
    // It may have died between taking a waiting flag and waking.
    core.kick(CONS_SEQ);
    core.kick(PROD_SEQ);
    return true;
  }
}

/** Checks that it is a ring. */
export function checkRing(name: string, ring: unknown): asserts ring is Ring {
  if (!Ring.isRing(ring)) throw new TypeError(expected(name, "a Ring of createRing or attachRing", ring));
}
