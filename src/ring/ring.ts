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

/**
 * What has happened in a ring, read while the ring runs. Each number is right, but the numbers are not all of one
 * moment.
 */
export interface RingCounters {
  /** Position after the last record put: the number of records put, where the ring started at 0. */
  readonly put: number;
  /** Position after the last record taken. */
  readonly taken: number;
  /** Records that wait in the ring. */
  readonly waiting: number;
  /** The most records that a kernel or consumer found waiting. */
  readonly highWater: number;
  /** How often the producer found less room than it wanted. */
  readonly stalls: number;
  /** How often the consumer slept. */
  readonly sleeps: number;
  /** Records that were refused when they were put. */
  readonly rejected: number;
  /** Invalid records that the consumer skipped. */
  readonly skipped: number;
  /** Position, modulo 2^32, of the last skipped record. */
  readonly lastBadIndex: number;
  /** The heartbeat of the producer: a number that grows while the producer lives. */
  readonly producerBeats: number;
  /** The heartbeat of the consumer: a number that grows while the consumer lives. */
  readonly consumerBeats: number;
}

/**
 * The state of a ring. `open`: records go in and out. `closing`: the producer closed, and the consumer takes the rest.
 * `closed`: every record is taken. `aborted`: somebody stopped the ring for good. `poisoned`: the ring holds an
 * impossible value.
 */
export interface RingOwners {
  /** The token of the producer, 0 where the role is free. */
  readonly producer: number;
  /** The token of the consumer, 0 where the role is free. */
  readonly consumer: number;
}

/** Where a ring is in its life. */
export type RingState = "open" | "closing" | "closed" | "aborted" | "poisoned";

/**
 * A ring of records between one producer and one consumer, which may be in different threads. A `Ring` looks at the
 * ring and stops it; `Producer`, `Consumer` and `runKernel` move records. Made by `createRing` or `attachRing`.
 *
 * @example
 * ```ts
 * const ring = createRing({ capacity: 256 });
 * const producer = new Producer(ring);
 * producer.pushRows(Uint32Array.of(0x1000, 0, 4096, 0));
 * console.log(ring.counters().waiting, ring.capacity, ring.state); // 1 256 open
 * ring.abort();
 * ```
 */
export class Ring {
  /** @internal */
  readonly core: RingCore;
  readonly #made = true;

  /** For the package itself. Use `createRing` or `attachRing`. @hidden */
  constructor(key: PackageKey, core: RingCore) {
    checkKey(key, "Ring", "createRing or attachRing");
    this.core = core;
  }

  /** @internal Whether this class has made `value`. */
  static isRing(value: unknown): value is Ring {
    return typeof value === "object" && value !== null && #made in value;
  }

  /** The memory of the ring, to be posted to another thread. */
  get memory(): RingMemory {
    return this.core.memory;
  }

  /** Where the ring starts in the memory, in bytes. */
  get offset(): number {
    return this.core.base;
  }

  /** Bytes of the ring, from `offset` on. */
  get byteLength(): number {
    return bytesOf(this.core.config);
  }

  /** Whether other threads can attach. */
  get shared(): boolean {
    return this.core.shared;
  }

  /** Records that the ring holds. */
  get capacity(): number {
    return this.core.config.capacity;
  }

  /** What the ring holds: ranges or segments. */
  get role(): RingRole {
    return this.core.config.role;
  }

  /** A number that grows when a ring is made anew in this place. Older handles then throw STALE. */
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

  /** A random number from the creator. Two handles of one memory see one number. */
  get nonce(): number {
    return this.core.get(NONCE) >>> 0;
  }

  /** The state of the ring, as `RingState` explains. */
  get state(): RingState {
    const state = this.core.state();
    if (state >= ABORTED) return state === ABORTED ? "aborted" : "poisoned";
    return state === CLOSED ? "closed" : state === OPEN ? "open" : "closing";
  }

  /** The tokens of the owners; 0 where a role is free. */
  get owners(): RingOwners {
    return { producer: this.core.load(PRODUCER_CLAIM), consumer: this.core.load(CONSUMER_CLAIM) };
  }

  /** A function that sends the peer a message, for a peer that can neither block nor wait asynchronously. */
  set doorbell(ring: (() => void) | undefined) {
    this.core.doorbell = ring;
  }

  /**
   * To be called when such a message arrives: everybody who waits in this thread looks again.
   *
   * @example
   * ```ts
   * const ring = createRing({ shared: false });
   * const { port1, port2 } = new MessageChannel();
   * ring.doorbell = () => port1.postMessage("wake"); // and the peer: port2.onmessage = () => ring.answer();
   * console.log(ring.answer(), port2.close()); // undefined undefined
   * ```
   */
  answer(): void {
    this.core.wakeHere(CONS_SEQ);
    this.core.wakeHere(PROD_SEQ);
  }

  /** Reads what has happened in the ring so far. */
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

  /**
   * Stops the ring for good and wakes everybody. Records that were put can still be taken; after the last record, all
   * calls throw ABORTED.
   */
  abort(): void {
    this.core.raise(ABORTED, ON_REQUEST, this.core.load(TAIL), BY_OBSERVER);
  }

  /**
   * Frees the role of a dead owner, so that another owner can go on where the dead owner stopped. Records that the dead
   * owner did not publish are lost, and no others.
   *
   * Call `recover` only where the death is certain (a lock that was let go, a worker's exit). A long silence proves
   * nothing: a frozen tab is not dead.
   *
   * @param token What `owners` said, so that a later owner is left alone.
   * @returns False where that owner does not hold the role.
   * @example
   * ```ts
   * const ring = createRing();
   * const dead = new Producer(ring).token;
   * console.log(ring.recover("producer", dead), ring.recover("producer", dead), ring.owners.producer); // true false 0
   * ```
   */
  recover(role: "producer" | "consumer", token: number): boolean {
    const claim = role === "producer" ? PRODUCER_CLAIM : CONSUMER_CLAIM;
    const { core } = this;
    if (token === 0 || Atomics.compareExchange(core.live, claim >> 2, token, 0) !== token) return false;
    // It may have died between taking a waiting flag and waking.
    core.kick(CONS_SEQ);
    core.kick(PROD_SEQ);
    return true;
  }
}

/** Checks that a value is a ring. */
export function checkRing(name: string, ring: unknown): asserts ring is Ring {
  if (!Ring.isRing(ring)) throw new TypeError(expected(name, "a Ring of createRing or attachRing", ring));
}
