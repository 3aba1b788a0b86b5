import { DISPOSE } from "../core/dispose.js";
import { expected } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { FLUSH, FOUR_GIB, FULL, RECORD_WORDS, RESERVED_FLAGS, type U64 } from "../core/record.js";
import { plainWords } from "../core/views.js";
import { isUnlimited } from "./check.js";
import type { Condition, RingCore } from "./core.js";
import { ABORTED, BY_PRODUCER, ON_REQUEST, PROD_SEQ, REJECTED, STALLS } from "./layout.js";
import { RangePieces } from "./pieces.js";
import { ProducerKernel } from "./producer-kernel.js";
import { ProducerSide } from "./producer-side.js";
import { checkRing, type Ring } from "./ring.js";
import { Staging } from "./staging.js";

/** Staged records that `push` publishes by itself. */
const BATCH_RECORDS = 256;
/* A constant of another module is loaded anew at every use; one of this module is folded into the code. */
const NO_RANGE_FLAGS = FULL | RESERVED_FLAGS;
const HIGH = 1 / FOUR_GIB;
const WORDS = RECORD_WORDS;

const KEYS = { batch: true } as const;

/**
 * Puts records into a ring.
 *
 * Records are staged where the consumer does not look. `publish`, `pushRows`, `flush` and `close` make staged records
 * visible, and so does `push` every 256 records. Where the ring is full, `push` returns false and `pushRows` a short
 * count; `room` resolves when there is room again. Nothing is lost or repeated.
 *
 * Methods throw `SegringError` POISONED, ABORTED or STALE where the ring is stopped, CLOSED after `close` or `release`.
 *
 * @example
 * ```ts
 * const producer = new Producer(createRing({ capacity: 256 }));
 * console.log(producer.push(0x1000, 4096), producer.pushRows(Uint32Array.of(0x9000, 0, 64, 0))); // true 1
 * console.log(producer.flush(), producer.waitRoom(250, 100)); // true true
 * producer.publish();
 * producer.close();
 * ```
 */
export class Producer {
  /** The ring of this producer. */
  readonly ring: Ring;
  readonly #core: RingCore;
  readonly #side: ProducerSide;
  readonly #batch: number;
  readonly #mask: number;
  readonly #unlimited: boolean;
  readonly #pieces: RangePieces;
  readonly #staging: Staging;
  #slots: Uint32Array;
  /** The index of the first slot in this lap; signed, as all indices here, which V8 keeps unboxed. */
  #lap = 0;
  /** Words of the slots: where the next record goes, and where `push` must look up: room, a batch or the lap ends there. */
  #at = 0;
  #stopAt = 0;
  /** The index where the slots end that are known to be free. */
  #end: number;

  /**
   * Takes the producer's role, and goes on at the ring's tail.
   *
   * @param options.batch Staged records that `push` publishes by itself, 1 to 2^26. Default 256.
   * @throws {SegringError} BUSY: the ring has a producer. CLOSED: the ring was closed. ABORTED, POISONED, STALE.
   */
  constructor(ring: Ring, options: { batch?: number | undefined } = NO_OPTIONS) {
    checkRing("ring", ring);
    checkKeys("options", options, KEYS);
    const { batch = BATCH_RECORDS } = options;
    checkInteger("batch", batch, 1, 2 ** 26);
    this.ring = ring;
    const { core } = ring;
    this.#core = core;
    const kernel = new ProducerKernel(core);
    this.#side = new ProducerSide(core, kernel);
    this.#batch = batch;
    this.#mask = core.config.capacity - 1;
    this.#unlimited = isUnlimited(core.config);
    this.#pieces = new RangePieces(core.config);
    this.#staging = new Staging(core, kernel);
    this.#slots = core.slots;
    this.#end = this.#side.published;
    this.#moveTo(this.#end);
  }

  /** What `ring.owners.producer` says while this producer is the owner. */
  get token(): number {
    return this.#side.claim.token;
  }

  /** Holds the role's Web Lock, so that `watchOwner` notices a death. Without Web Locks, nothing happens. */
  async lock(): Promise<void> {
    this.#side.checkOpen();
    return this.#side.claim.lock();
  }

  /**
   * Puts a range. The range is staged, and becomes visible with the next publish. A range that is longer than a record
   * of this ring becomes several records that join again; all of them are put, or none.
   *
   * Cost: a few stores; an atomic store and load every 256 records. Numbers are faster than bigints.
   *
   * @param addr   First byte, 0 to 2^64 - 1. @param length Bytes, 1 to 2^64 - 1. @param flags NOMERGE, BUS and the tag.
   * @returns False where there is no room; nothing is taken then.
   * @throws {TypeError} A field has the wrong type.
   * @throws {RangeError} A field is out of its range or past the ring's limits, a NOMERGE range does not fit one
   *   record, or a range does not fit the whole ring.
   */
  push(addr: U64, length: U64, flags = 0): boolean {
    const at = this.#at;
    const slots = this.#slots;
    let isStored = false;
    if (
      at !== this.#stopAt &&
      typeof addr === "number" &&
      typeof length === "number" &&
      addr >= 0 &&
      addr <= Number.MAX_SAFE_INTEGER &&
      Math.floor(addr) === addr &&
      length >>> 0 === length &&
      length !== 0 &&
      flags >>> 0 === flags &&
      (flags & NO_RANGE_FLAGS) === 0 &&
      slots.length !== 0
    ) {
      slots[at] = addr;
      slots[at + 1] = addr * HIGH;
      slots[at + 2] = length;
      slots[at + 3] = flags;
      this.#at = at + WORDS;
      if (at + WORDS !== this.#stopAt) return true;
      isStored = true;
    }
    // One call for both: with two, V8 keeps less in registers.
    return this.#pushRest(isStored, addr, length, flags);
  }

  /**
   * Puts packed records, and publishes them.
   *
   * Cost: O(n): a check and one copy.
   *
   * @param rows Four words a record: addr low, addr high, len, flags. In a ring of ranges FLUSH is allowed.
   * @returns Records taken, from the first on; fewer than given where the ring is full.
   * @throws {TypeError} `rows` is no Uint32Array. @throws {RangeError} Its length is no multiple of 4.
   * @throws {SegringError} BAD_RECORD: a record is not valid, among those that have room. `index` is the first such
   *   record. Nothing is taken.
   */
  pushRows(rows: Uint32Array): number {
    const records = plainWords("rows", rows);
    if (records.length % RECORD_WORDS !== 0) {
      throw new RangeError(expected("rows.length", "a multiple of 4", records.length));
    }
    const wanted = records.length / RECORD_WORDS;
    if (wanted === 0) this.#side.checkOpen();
    if (wanted === 0) return 0;
    const count = Math.min(wanted, this.#room(wanted));
    // Nobody looks at what is not published: until then nothing is taken.
    this.#staging.put(records, count, this.#slots, this.#tail);
    this.#moveTo(this.#tail + count);
    this.publish();
    return count;
  }

  /** Makes staged records visible, and wakes the consumer if the consumer sleeps. */
  publish(): void {
    const side = this.#side;
    const tail = this.#tail;
    if (tail === side.published) {
      side.checkRole();
      return;
    }
    const isWaitedFor = side.publish(tail);
    this.#setStop();
    if (isWaitedFor) side.wake();
  }

  /**
   * Publishes, and has the kernel emit the pending run, so that later ranges do not join it. In a ring of segments
   * there is no pending run, and `flush` publishes.
   *
   * @returns False where the marker has no room; staged records are published even then.
   */
  flush(): boolean {
    if (this.ring.role === "segments") {
      this.#side.checkOpen();
      this.publish();
      return true;
    }
    if (this.#room(1) < 1) return false;
    this.#slots.set([0, 0, 0, FLUSH], this.#nextSlot());
    this.publish();
    return true;
  }

  /**
   * Publishes staged records, and resolves when `count` records have room.
   *
   * @throws {RangeError} `count` is not from 1 to the capacity. Rejects with ABORTED, POISONED or STALE.
   * @example
   * ```ts
   * const ring = createRing({ capacity: 4 });
   * const producer = new Producer(ring);
   * await Promise.all([producer.lock(), producer.room(4)]);
   * console.log(producer.release(), new Producer(ring).abort(), ring.state); // undefined undefined aborted
   * ```
   */
  async room(count = 1): Promise<void> {
    checkInteger("count", count, 1, this.ring.capacity);
    const turn = this.#core.turn();
    if (turn !== undefined) await turn;
    if (this.#look(count) >= count) return;
    await this.#core.untilAsync(PROD_SEQ, this.#roomFor(count));
  }

  /**
   * As `room`, but blocks the thread. Workers and Node may block.
   *
   * @param milliseconds How long at most; by default there is no limit. @returns False: the time is over.
   * @throws {TypeError} This thread may not block. On memory that is not shared the call never blocks.
   */
  waitRoom(count = 1, milliseconds = Number.POSITIVE_INFINITY): boolean {
    checkInteger("count", count, 1, this.ring.capacity);
    if (this.#look(count) >= count) return true;
    if (!this.#core.shared) return false;
    return this.#core.until(PROD_SEQ, this.#roomFor(count), milliseconds);
  }

  /** Publishes and ends the stream: the kernel emits the pending run, and the consumer takes the rest. */
  close(): void {
    if (!this.#side.open) return;
    try {
      this.publish();
    } finally {
      this.#side.close();
      this.#leave();
    }
  }

  /** Stops the ring for good and wakes everybody. Published records can be taken; staged records are lost. */
  abort(): void {
    this.#core.raise(ABORTED, ON_REQUEST, this.#side.published, BY_PRODUCER);
    this.#leave();
  }

  /** Publishes, and frees the role for another producer. */
  release(): void {
    if (!this.#side.open) return;
    try {
      this.publish();
    } finally {
      this.#leave();
    }
  }

  /** As `release`, for `using`. */
  [DISPOSE](): void {
    this.release();
  }

  #leave(): void {
    this.#end = this.#tail;
    this.#stopAt = this.#at;
    this.#side.leave();
  }

  /** The index where the next record goes. */
  get #tail(): number {
    return (this.#lap + (this.#at >> 2)) | 0;
  }

  /** The next record goes to this index, in any lap. `push` looks up before it stores. */
  #moveTo(tail: number): void {
    const slot = tail & this.#mask;
    this.#lap = (tail - slot) | 0;
    this.#at = slot * WORDS;
    this.#stopAt = this.#at;
  }

  /** What the fast path leaves: where a batch or a lap ends; and bigints, limits, long ranges, and all that is wrong. */
  #pushRest(isStored: boolean, addr: U64, length: U64, flags: number): boolean {
    let count = 0;
    try {
      if (!isStored) count = this.#pieces.read(addr, length, flags);
    } catch (error) {
      this.#side.checkOpen();
      this.#core.add(REJECTED, 1);
      throw error;
    }
    if (!isStored && this.#room(count) < count) return false;
    for (let left = count; left > 0; left--) this.#pieces.store(this.#slots, this.#nextSlot());
    this.#publishBatch();
    return true;
  }

  /** Takes the slot at the tail, which is free. @returns Its first word. */
  #nextSlot(): number {
    this.#moveTo(this.#tail + 1);
    return ((this.#tail - 1) & this.#mask) * WORDS;
  }

  /** Slots that are free, as many as wanted if there are. */
  #room(wanted: number): number {
    const known = (this.#end - this.#tail) | 0;
    return known < wanted || this.#slots.length === 0 ? this.#look(wanted) : known;
  }

  /** Slots that are free, after looking where the consumer is. If those are too few, what is staged is published. */
  #look(wanted: number): number {
    this.#side.checkOpen();
    this.#slots = this.#core.slots;
    const free = this.#refresh();
    if (free >= wanted) return free;
    this.#core.add(STALLS, 1);
    this.publish();
    return this.#refresh();
  }

  #refresh(): number {
    this.#end = this.#side.endOfRoom(this.#tail);
    this.#setStop();
    return (this.#end - this.#tail) | 0;
  }

  #roomFor(count: number): Condition {
    return {
      mayHold: () => this.#core.state() >= ABORTED || this.#refresh() >= count,
      holds: () => {
        this.#side.checkOpen();
        return this.#refresh() >= count;
      },
    };
  }

  /** Publishes if a batch is full. */
  #publishBatch(): void {
    if (((this.#tail - this.#side.published) | 0) >= this.#batch) this.publish();
    else this.#setStop();
  }

  /** In a ring with limits every push takes the careful way. */
  #setStop(): void {
    const tail = this.#tail;
    if (this.#at === (this.#mask + 1) * WORDS) this.#moveTo(tail);
    const ahead = Math.min((this.#side.published - tail + this.#batch) | 0, (this.#end - tail) | 0) * WORDS;
    this.#stopAt = this.#unlimited ? Math.min(this.#at + ahead, (this.#mask + 1) * WORDS) : this.#at;
  }
}
