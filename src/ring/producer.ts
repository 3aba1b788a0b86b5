import { emptyRange, Fields } from "../engine/fields.js";
import { expected, SegringError } from "../errors.js";
import { checkInteger } from "../limits.js";
import { FLUSH, FOUR_GIB, FULL, NOMERGE, RECORD_WORDS, RESERVED_FLAGS, type U64 } from "../record.js";
import { faultAt, firstFault, isUnlimited } from "./check.js";
import { Claim } from "./claim.js";
import type { RingCore } from "./core.js";
import { POLLS } from "./core.js";
import {
  ABORTED,
  BAD_INDEX,
  BY_PRODUCER,
  CLOSING,
  CONS_SEQ,
  HEAD,
  ON_REQUEST,
  OPEN,
  PROD_SEQ,
  PRODUCER_BEAT,
  REJECTED,
  STALLS,
  STATE,
  TAIL,
  TAIL_LAP,
} from "./layout.js";
import type { Ring } from "./ring.js";

/** Records that a loop copies faster than `TypedArray.set`. */
const FEW_RECORDS = 16;
/** Staged records that `push` publishes by itself. */
const BATCH_RECORDS = 256;
const NO_RANGE_FLAGS = FULL | RESERVED_FLAGS;

/**
 * The one who puts records into a ring.
 *
 * Records are staged where the consumer does not look, and made visible many at a time: by `publish`, `pushRows`,
 * `flush` and `close`, and by `push` every 256 records. A ring that is full pushes back: `push` returns false, `pushRows`
 * a short count, and `room` resolves when there is room again. Nothing is lost or repeated.
 *
 * All methods throw `SegringError` POISONED, ABORTED or STALE where the ring stands still, CLOSED after `close` or `release`.
 */
export class Producer {
  readonly ring: Ring;
  readonly #core: RingCore;
  readonly #claim: Claim;
  readonly #batch: number;
  readonly #mask: number;
  readonly #unlimited: boolean;
  readonly #fields = new Fields();
  #slots: Uint32Array;
  /** Where the next record goes, and how far the consumer may look; signed, which V8 keeps unboxed. */
  #tail: number;
  #published: number;
  /** Slots known to be free. */
  #free = 0;
  #open = true;

  /**
   * Takes the producer's role, and goes on at the ring's tail.
   *
   * @param options.batch Staged records that `push` publishes by itself, 1 to 2^26. Default 256.
   * @throws {SegringError} BUSY: the ring has a producer; CLOSED: it was closed; ABORTED, POISONED, STALE.
   */
  constructor(ring: Ring, options: { batch?: number | undefined } = {}) {
    const { batch = BATCH_RECORDS } = options;
    checkInteger("batch", batch, 1, 2 ** 26);
    const { core } = ring;
    core.check();
    if (core.load(STATE) !== OPEN) throw closed();
    this.ring = ring;
    this.#core = core;
    this.#claim = new Claim(core, "producer");
    this.#batch = batch;
    this.#mask = core.config.capacity - 1;
    this.#unlimited = isUnlimited(core.config);
    this.#slots = core.slots;
    this.#tail = core.load(TAIL);
    this.#published = this.#tail;
  }

  /** What `ring.owners.producer` says while this is the owner. */
  get token(): number {
    return this.#claim.token;
  }

  /** Holds the role's Web Lock, where there are any, so that others notice a death (`watchOwner`). Nothing to do elsewhere. */
  lock(): Promise<void> {
    return this.#claim.lock();
  }

  /**
   * Puts a range: staged, and visible with the next publish.
   *
   * A range longer than a record of this ring may be goes as several records that join again, all of them or none.
   *
   * @param addr   First byte, 0 to 2^64 - 1. @param length Bytes, 1 to 2^64 - 1. @param flags NOMERGE, BUS and the tag.
   * @returns False: there is no room, nothing is taken.
   * @throws {TypeError} A field has the wrong type. @throws {RangeError} It is out of its range or past the ring's
   *   limits; a NOMERGE range does not fit one record, or a range not the whole ring.
   *
   * Cost: a few stores; an atomic store and load every 256 records. Numbers are faster than bigints.
   */
  push(addr: U64, length: U64, flags = 0): boolean {
    if (
      typeof addr === "number" &&
      typeof length === "number" &&
      addr >= 0 &&
      addr <= Number.MAX_SAFE_INTEGER &&
      Math.floor(addr) === addr &&
      length >>> 0 === length &&
      length !== 0 &&
      flags >>> 0 === flags &&
      (flags & NO_RANGE_FLAGS) === 0 &&
      this.#unlimited
    ) {
      const slots = this.#slots;
      if ((this.#free === 0 || slots.length === 0) && this.#look(1) < 1) return false;
      const at = (this.#tail & this.#mask) << 2;
      const words = slots.length === 0 ? this.#slots : slots;
      words[at] = addr;
      words[at + 1] = addr / FOUR_GIB;
      words[at + 2] = length;
      words[at + 3] = flags;
      this.#free--;
      this.#tail = (this.#tail + 1) | 0;
      if (((this.#tail - this.#published) | 0) >= this.#batch) this.publish();
      return true;
    }
    return this.#pushAny(addr, length, flags);
  }

  /**
   * Puts packed records, and publishes them: one copy.
   *
   * @param rows Four words a record: addr low, addr high, len, flags. FLUSH is allowed.
   * @returns Records taken, from the first on: fewer than there are where the ring is full.
   * @throws {TypeError} `rows` is no Uint32Array. @throws {RangeError} Its length is no multiple of 4.
   * @throws {SegringError} BAD_RECORD with the `index` of the first record, of those there is room for, that is not
   *   valid: nothing is taken.
   *
   * Cost: O(n), a check and a copy.
   */
  pushRows(rows: Uint32Array): number {
    if (!(rows instanceof Uint32Array)) throw new TypeError(expected("rows", "a Uint32Array", rows));
    if (rows.length % RECORD_WORDS !== 0) throw new RangeError(expected("rows.length", "a multiple of 4", rows.length));
    const wanted = rows.length / RECORD_WORDS;
    if (wanted === 0) return 0;
    if (this.#free < wanted || this.#slots.length === 0) this.#look(wanted);
    const count = Math.min(wanted, this.#free);
    const bad = firstFault(rows, 0, count, this.#core.config);
    if (bad < count) {
      this.#core.add(REJECTED, 1);
      const fault = faultAt(rows, bad * RECORD_WORDS, this.#core.config);
      throw new SegringError("BAD_RECORD", `record ${bad}: ${fault}`, { index: bad });
    }
    const at = this.#tail & this.#mask;
    const straight = Math.min(count, this.#mask + 1 - at);
    this.#copy(rows, 0, straight, at);
    this.#copy(rows, straight, count - straight, 0);
    this.#free -= count;
    this.#tail = (this.#tail + count) | 0;
    this.publish();
    return count;
  }

  /** Makes what is staged visible, and wakes the consumer if it sleeps. */
  publish(): void {
    if (this.#tail === this.#published) return;
    const core = this.#core;
    core.check();
    if (this.#tail >>> 0 < this.#published >>> 0) core.add(TAIL_LAP, 1);
    core.add(PRODUCER_BEAT, 1);
    Atomics.store(core.words, TAIL >> 2, this.#tail);
    this.#published = this.#tail;
    core.wake(CONS_SEQ);
  }

  /**
   * Publishes, and has the kernel emit the run that it holds back, so that what comes next does not join it.
   *
   * @returns False: there is no room for the marker; what was staged is published all the same.
   */
  flush(): boolean {
    if (this.#free === 0 && this.#look(1) < 1) return false;
    this.#store(0, 0, 0, FLUSH);
    this.publish();
    return true;
  }

  /**
   * Resolves when `count` records have room. What is staged is published, so that it can be taken.
   *
   * @throws {RangeError} `count` is not from 1 to the capacity. Rejects with ABORTED, POISONED or STALE.
   */
  async room(count = 1): Promise<void> {
    this.#checkRoom(count);
    if (this.#look(count) >= count) return;
    while (this.#refresh() < count) {
      await this.#core.sleepAsync(PROD_SEQ, () => this.#core.load(STATE) >= ABORTED || this.#refresh() >= count);
      this.#checkOpen();
    }
  }

  /**
   * The same by blocking: where that is allowed, in workers and in Node.
   *
   * @param milliseconds How long at most; default without end. @returns False: the time is over.
   * @throws {TypeError} This thread may not block. On memory that is not shared it never blocks.
   */
  waitRoom(count = 1, milliseconds = Number.POSITIVE_INFINITY): boolean {
    this.#checkRoom(count);
    if (this.#look(count) >= count) return true;
    if (!this.#core.shared) return false;
    const ready = () => this.#core.load(STATE) >= ABORTED || this.#refresh() >= count;
    for (let polls = 0; polls < POLLS; polls++) if (ready()) break;
    const end = performance.now() + milliseconds;
    for (;;) {
      this.#checkOpen();
      if (this.#refresh() >= count) return true;
      const left = end - performance.now();
      if (left <= 0) return false;
      this.#core.sleep(PROD_SEQ, ready, left);
    }
  }

  /** Publishes and ends the stream: the kernel emits what it holds back, the consumer takes the rest and sees the end. */
  close(): void {
    if (!this.#open) return;
    const core = this.#core;
    try {
      this.publish();
    } finally {
      Atomics.compareExchange(core.words, STATE >> 2, OPEN, CLOSING);
      core.kick(CONS_SEQ);
      this.#end();
    }
  }

  /** Stops the ring for good: what is published can still be taken, what is staged is gone, everybody is woken. */
  abort(): void {
    this.#core.raise(ABORTED, ON_REQUEST, this.#published, BY_PRODUCER);
    this.#end();
  }

  /** Publishes, and frees the role for another producer. */
  release(): void {
    if (!this.#open) return;
    try {
      this.publish();
    } finally {
      this.#end();
    }
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #end(): void {
    this.#open = false;
    this.#free = 0;
    this.#claim.release();
  }

  /** What the fast path leaves: bigints, limits, long ranges, and all that is wrong. */
  #pushAny(addr: U64, length: U64, flags: number): boolean {
    const fields = this.#fields;
    const { maxSegmentBytes, addressLimit } = this.ring;
    let pieces = 1n;
    try {
      if (!fields.read({ addr, length, flags })) throw emptyRange();
      if (!this.#unlimited || !fields.fitsRecord) {
        const last = BigInt(addr) + BigInt(length) - 1n;
        if (last > addressLimit) {
          throw new RangeError(expected("addr + length - 1", `up to ${addressLimit} in this ring`, last));
        }
        pieces = (BigInt(length) + BigInt(maxSegmentBytes) - 1n) / BigInt(maxSegmentBytes);
        const most = flags & NOMERGE || this.ring.role === "segments" ? 1n : BigInt(this.ring.capacity);
        if (pieces > most) {
          const what = most === 1n ? "one record of this ring" : `the ${most} records of this ring`;
          throw new RangeError(expected("length", `at most ${most * BigInt(maxSegmentBytes)}, ${what}`, length));
        }
      }
    } catch (error) {
      this.#checkOpen();
      this.#core.add(REJECTED, 1);
      throw error;
    }
    const count = Number(pieces);
    if ((this.#free < count || this.#slots.length === 0) && this.#look(count) < count) return false;
    if (count === 1) {
      const full = fields.lengthHi === 0 ? 0 : FULL;
      this.#store(fields.addrLo, fields.addrHi, fields.lengthLo, fields.flags | full);
    } else {
      let first = BigInt(addr);
      for (let left = BigInt(length); left > 0n; ) {
        const piece = left < BigInt(maxSegmentBytes) ? left : BigInt(maxSegmentBytes);
        const bits = piece === BigInt(FOUR_GIB) ? flags | FULL : flags;
        this.#store(Number(first & 0xffff_ffffn), Number(first >> 32n), Number(piece & 0xffff_ffffn), bits);
        first += piece;
        left -= piece;
      }
    }
    if (((this.#tail - this.#published) | 0) >= this.#batch) this.publish();
    return true;
  }

  /** Stages a record; there is room. */
  #store(addrLo: number, addrHi: number, len: number, flags: number): void {
    if (this.#slots.length === 0) this.#look(1);
    const at = (this.#tail & this.#mask) << 2;
    const slots = this.#slots;
    slots[at] = addrLo;
    slots[at + 1] = addrHi;
    slots[at + 2] = len;
    slots[at + 3] = flags;
    this.#free--;
    this.#tail = (this.#tail + 1) | 0;
  }

  #copy(rows: Uint32Array, from: number, count: number, at: number): void {
    const slots = this.#slots;
    if (count > FEW_RECORDS) {
      const whole = count * RECORD_WORDS === rows.length;
      const first = from * RECORD_WORDS;
      slots.set(whole ? rows : rows.subarray(first, first + count * RECORD_WORDS), at * RECORD_WORDS);
      return;
    }
    let to = at * RECORD_WORDS;
    const end = (from + count) * RECORD_WORDS;
    for (let word = from * RECORD_WORDS; word < end; word++) slots[to++] = rows[word] as number;
  }

  /** Slots that are free, after looking where the consumer is. If those are too few, what is staged is published. */
  #look(wanted: number): number {
    this.#checkOpen();
    this.#slots = this.#core.slots;
    if (this.#refresh() >= wanted) return this.#free;
    this.#core.add(STALLS, 1);
    this.publish();
    return this.#refresh();
  }

  #refresh(): number {
    const core = this.#core;
    const { capacity } = core.config;
    const used = (this.#published - core.load(HEAD)) >>> 0;
    this.#free = capacity - used - ((this.#tail - this.#published) | 0);
    // Further than what is published, or back to where it has been: no consumer goes there.
    if (used > capacity || this.#free < 0) core.poison(BAD_INDEX, core.load(HEAD), BY_PRODUCER);
    return this.#free;
  }

  #checkOpen(): void {
    if (!this.#open) throw closed();
    this.#core.check();
  }

  #checkRoom(count: unknown): void {
    checkInteger("count", count, 1, this.ring.capacity);
  }
}

function closed(): SegringError {
  return new SegringError("CLOSED", "the ring takes no more: its producer closed or left it");
}
