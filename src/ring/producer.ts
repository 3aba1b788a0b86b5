import { expected, SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, NO_OPTIONS } from "../core/options.js";
import { emptyRange, Fields } from "../core/range-fields.js";
import {
  FLUSH,
  FOUR_GIB,
  FULL,
  NOMERGE,
  RECORD_BYTES,
  RECORD_WORDS,
  RESERVED_FLAGS,
  type U64,
} from "../core/record.js";
import { plainWords } from "../core/views.js";
import { faultAt, firstFault, isUnlimited } from "./check.js";
import { Claim } from "./claim.js";
import type { RingCore } from "./core.js";
import {
  ABORTED,
  BAD_INDEX,
  BY_PRODUCER,
  CLOSING,
  CONS_SEQ,
  GENERATION,
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
import { compileSync, instantiate, type RingKernel } from "./module.js";
import { checkRing, type Ring } from "./ring.js";

/** Records that a loop copies faster than `TypedArray.set`. */
const FEW_RECORDS = 16;
/** Staged records that `push` publishes by itself. */
const BATCH_RECORDS = 256;
/** Rows that are checked faster in wasm. */
const CHECKER_RECORDS = 64;
/* A constant of another module is loaded anew at every use; one of this module is folded into the code. */
const NO_RANGE_FLAGS = FULL | RESERVED_FLAGS;
const HIGH = 1 / FOUR_GIB;
const STATE_WORD = STATE >> 2;
const GENERATION_WORD = GENERATION >> 2;
const BEAT_WORD = PRODUCER_BEAT >> 2;
const TAIL_WORD = TAIL >> 2;
const WAITING_WORD = (CONS_SEQ >> 2) + 1;

const KEYS = { batch: true } as const;

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
  readonly #generation: number;
  readonly #fields = new Fields();
  #slots: Uint32Array;
  /** Indices, signed, which V8 keeps unboxed: where the next record goes, how far the consumer may look, … */
  #tail: number;
  #published: number;
  /** … where the slots end that are known to be free, and where `push` must look up: there, or where a batch ends. */
  #end: number;
  #stop: number;
  /** Checks rows where they lie; null where there is no wasm for it. */
  #checker: RingKernel | null | undefined;
  #open = true;

  /**
   * Takes the producer's role, and goes on at the ring's tail.
   *
   * @param options.batch Staged records that `push` publishes by itself, 1 to 2^26. Default 256.
   * @throws {SegringError} BUSY: the ring has a producer; CLOSED: it was closed; ABORTED, POISONED, STALE.
   */
  constructor(ring: Ring, options: { batch?: number | undefined } = NO_OPTIONS) {
    checkRing("ring", ring);
    checkKeys("options", options, KEYS);
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
    this.#generation = core.config.generation | 0;
    this.#slots = core.slots;
    this.#tail = core.load(TAIL);
    this.#published = this.#tail;
    this.#end = this.#tail;
    this.#stop = this.#tail;
  }

  /** What `ring.owners.producer` says while this is the owner. */
  get token(): number {
    return this.#claim.token;
  }

  /** Holds the role's Web Lock, where there are any, so that others notice a death (`watchOwner`). Nothing to do elsewhere. */
  async lock(): Promise<void> {
    this.#checkOpen();
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
    const tail = this.#tail;
    const slots = this.#slots;
    if (
      tail !== this.#stop &&
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
      const at = (tail & this.#mask) << 2;
      slots[at] = addr;
      slots[at + 1] = addr * HIGH;
      slots[at + 2] = length;
      slots[at + 3] = flags;
      this.#tail = (tail + 1) | 0;
      if (this.#tail === this.#stop) this.#publishBatch();
      return true;
    }
    return this.#pushAny(addr, length, flags);
  }

  /**
   * Puts packed records, and publishes them: one copy.
   *
   * @param rows Four words a record: addr low, addr high, len, flags. In a ring of ranges FLUSH is allowed.
   * @returns Records taken, from the first on: fewer than there are where the ring is full.
   * @throws {TypeError} `rows` is no Uint32Array. @throws {RangeError} Its length is no multiple of 4.
   * @throws {SegringError} BAD_RECORD with the `index` of the first record, of those there is room for, that is not
   *   valid: nothing is taken.
   *
   * Cost: O(n), a check and a copy.
   */
  pushRows(rows: Uint32Array): number {
    const records = plainWords("rows", rows);
    if (records.length % RECORD_WORDS !== 0) {
      throw new RangeError(expected("rows.length", "a multiple of 4", records.length));
    }
    const wanted = records.length / RECORD_WORDS;
    if (wanted === 0) this.#checkOpen();
    if (wanted === 0) return 0;
    const count = Math.min(wanted, this.#room(wanted));
    const at = this.#tail & this.#mask;
    const straight = Math.min(count, this.#mask + 1 - at);
    this.#copy(records, 0, straight, at);
    this.#copy(records, straight, count - straight, 0);
    // Nobody looks at what is not published: until then nothing is taken.
    const bad = this.#firstFault(records, count);
    if (bad < count) {
      this.#core.add(REJECTED, 1);
      const fault = faultAt(records, bad * RECORD_WORDS, this.#core.config);
      throw new SegringError("BAD_RECORD", `record ${bad}: ${fault}`, { index: bad });
    }
    this.#tail = (this.#tail + count) | 0;
    this.publish();
    return count;
  }

  /** Makes what is staged visible, and wakes the consumer if it sleeps. */
  publish(): void {
    const tail = this.#tail;
    const published = this.#published;
    if (tail === published) {
      if (!this.#open) throw closed();
      return;
    }
    const core = this.#core;
    if (core.words[STATE_WORD] !== OPEN || core.words[GENERATION_WORD] !== this.#generation) core.check();
    const { words } = core;
    if (tail >>> 0 < published >>> 0) core.add(TAIL_LAP, 1);
    words[BEAT_WORD] = (words[BEAT_WORD] as number) + 1;
    Atomics.store(words, TAIL_WORD, tail);
    this.#published = tail;
    this.#setStop();
    // After the store: a consumer that sets the flag now looks at the tail once more before it sleeps.
    if (Atomics.load(words, WAITING_WORD) !== 0) core.kick(CONS_SEQ);
  }

  /**
   * Publishes, and has the kernel emit the run that it holds back, so that what comes next does not join it.
   *
   * @returns False: there is no room for the marker; what was staged is published all the same. In a ring of segments
   *   there is nothing to emit: this publishes.
   */
  flush(): boolean {
    if (this.ring.role === "segments") {
      this.#checkOpen();
      this.publish();
      return true;
    }
    if (this.#room(1) < 1) return false;
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
    const turn = this.#core.turn();
    if (turn !== undefined) await turn;
    if (this.#look(count) >= count) return;
    while (this.#refresh() < count) {
      await this.#core.sleepAsync(PROD_SEQ, () => this.#core.state() >= ABORTED || this.#refresh() >= count);
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
    const ready = () => this.#core.state() >= ABORTED || this.#refresh() >= count;
    this.#core.poll(ready);
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
      this.#leave();
    }
  }

  /** Stops the ring for good: what is published can still be taken, what is staged is gone, everybody is woken. */
  abort(): void {
    this.#core.raise(ABORTED, ON_REQUEST, this.#published, BY_PRODUCER);
    this.#leave();
  }

  /** Publishes, and frees the role for another producer. */
  release(): void {
    if (!this.#open) return;
    try {
      this.publish();
    } finally {
      this.#leave();
    }
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #leave(): void {
    this.#open = false;
    this.#end = this.#tail;
    this.#stop = this.#tail;
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
    if (this.#room(count) < count) return false;
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
    this.#publishBatch();
    return true;
  }

  /** Stages a record; there is room. */
  #store(addrLo: number, addrHi: number, len: number, flags: number): void {
    const at = (this.#tail & this.#mask) << 2;
    const slots = this.#slots;
    slots[at] = addrLo;
    slots[at + 1] = addrHi;
    slots[at + 2] = len;
    slots[at + 3] = flags;
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

  /** The first of `count` rows that this ring may not hold, or `count`; they lie behind the tail already. */
  #firstFault(rows: Uint32Array, count: number): number {
    const { config, base } = this.#core;
    if (count < CHECKER_RECORDS || !this.#unlimited) return firstFault(rows, 0, count, config);
    if (this.#checker === undefined) this.#checker = newChecker(this.#core);
    if (this.#checker === null) return firstFault(rows, 0, count, config);
    const slots = base + config.slotsOffset;
    let valid = 0;
    while (valid < count) {
      const at = (this.#tail + valid) & this.#mask;
      const part = Math.min(count - valid, this.#mask + 1 - at);
      const found = this.#checker.countValid(slots + at * RECORD_BYTES, part);
      valid += found;
      if (found === part) continue;
      // It does not know FLUSH.
      if (faultAt(rows, valid * RECORD_WORDS, config) !== undefined) break;
      valid++;
    }
    return valid;
  }

  /** Slots that are free, as many as wanted if there are. */
  #room(wanted: number): number {
    const known = (this.#end - this.#tail) | 0;
    return known < wanted || this.#slots.length === 0 ? this.#look(wanted) : known;
  }

  /** Slots that are free, after looking where the consumer is. If those are too few, what is staged is published. */
  #look(wanted: number): number {
    this.#checkOpen();
    this.#slots = this.#core.slots;
    const free = this.#refresh();
    if (free >= wanted) return free;
    this.#core.add(STALLS, 1);
    this.publish();
    return this.#refresh();
  }

  #refresh(): number {
    const core = this.#core;
    const { capacity } = core.config;
    const head = core.load(HEAD);
    this.#end = (head + capacity) | 0;
    const free = (this.#end - this.#tail) | 0;
    // Further than what is published, or back to where it has been: no consumer goes there.
    if ((this.#published - head) >>> 0 > capacity || free < 0) core.poison(BAD_INDEX, head, BY_PRODUCER);
    this.#setStop();
    return free;
  }

  /** Publishes if a batch is full. */
  #publishBatch(): void {
    if (((this.#tail - this.#published) | 0) >= this.#batch) this.publish();
    else this.#setStop();
  }

  /** In a ring with limits every push takes the careful way. */
  #setStop(): void {
    const batchEnd = (this.#published + this.#batch) | 0;
    const stop = ((this.#end - batchEnd) | 0) < 0 ? this.#end : batchEnd;
    this.#stop = this.#unlimited ? stop : this.#tail;
  }

  #checkOpen(): void {
    if (!this.#open) throw closed();
    this.#core.check();
  }

  #checkRoom(count: unknown): void {
    checkInteger("count", count, 1, this.ring.capacity);
  }
}

/** The kernel over this ring's memory, for its check alone: a third of the time of JavaScript's. */
function newChecker({ memory, shared }: RingCore): RingKernel | null {
  if (!(memory instanceof WebAssembly.Memory)) return null;
  try {
    return instantiate(compileSync(undefined, shared), memory);
  } catch {
    // A Content Security Policy, or no SIMD.
    return null;
  }
}

function closed(): SegringError {
  return new SegringError("CLOSED", "the ring takes no more: its producer closed or left it");
}
