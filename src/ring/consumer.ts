import { newWords } from "../core/buffer.js";
import { DISPOSE } from "../core/dispose.js";
import { SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { FLUSH, FOUR_GIB, FULL, RECORD_WORDS, RESERVED_FLAGS, type Segment } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { Table } from "../core/table.js";
import { plainView, plainWords } from "../core/views.js";
import { faultAt, firstFault, isUnlimited } from "./check.js";
import { ConsumerSide } from "./consumer-side.js";
import type { RingCore } from "./core.js";
import { RingCursor } from "./cursor.js";
import { checkInvalid, Judge } from "./judge.js";
import { ABORTED, BY_CONSUMER, CHECKPOINTS, CONS_SEQ, HIGH_WATER, ON_REQUEST, STATE } from "./layout.js";
import { checkRing, type Ring } from "./ring.js";
import { copyRows } from "./rows.js";

/** Records handed over before they are given back: the producer must not wait for the end of a long batch. */
const PART_RECORDS = 1024;
/* A constant of another module is loaded anew in every turn of a loop; one of this module is folded into the code. */
const ODD_FLAGS = FULL | RESERVED_FLAGS;

/** Gets each record: the address in halves, the length from 1 to 2^32, and flags without FULL and FLUSH. */
export type RecordCallback = (addrLo: number, addrHi: number, length: number, flags: number) => void;

/** Where records go, a column for each field. The shortest column says how many records there is room for. */
export interface RecordColumns {
  /** Addresses. */
  addr: BigUint64Array;
  /** Lengths in bytes, 1 to 2^32. */
  length: Float64Array;
  /** Flags, without FULL and FLUSH; left out, flags are not copied. */
  flags?: Uint32Array | undefined;
}

const KEYS = { invalid: true } as const;
const COLUMN_KEYS: Keys<RecordColumns> = { addr: true, length: true, flags: true };

/**
 * Takes records out of a ring.
 *
 * Every form of taking returns how many records it took, 0 where no record is ready. `ready` and `wait` tell whether
 * more records come; `ended` is true when the producer closed and every record is taken. Records that a failed call did
 * not hand over stay in the ring. In a ring of ranges, FLUSH markers are counted and skipped; only a copy into a
 * Uint32Array gives them.
 *
 * All methods throw `SegringError` POISONED or STALE where the ring was stopped, ABORTED after the last published
 * record, and CLOSED after `release`.
 *
 * @example
 * ```ts
 * const { producer, consumer } = await createPair();
 * producer.push(0x1000, 4096);
 * producer.close();
 * console.log(await consumer.ready(), consumer.drain().length, consumer.wait(100), consumer.ended); // true 1 false true
 * console.log(await consumer.lock(), consumer.cursor().next(), consumer.release()); // undefined false undefined
 * ```
 */
export class Consumer {
  /** The ring of this consumer. */
  readonly ring: Ring;
  readonly #core: RingCore;
  readonly #side: ConsumerSide;
  readonly #judge: Judge;
  readonly #mask: number;
  readonly #unlimited: boolean;
  #cursor: RingCursor | undefined;
  /** A callback is at work. */
  #busy = false;

  /**
   * Takes the consumer's role, and goes on at the ring's head.
   *
   * @param options.invalid What an invalid record does: `poison` (default) stops the ring, `skip` counts the record and
   *   goes on.
   * @throws {SegringError} BUSY: the ring has a consumer, or a kernel worked here that may hold a run back; `runKernel`
   *   goes on with that run. STALE, POISONED.
   */
  constructor(ring: Ring, options: { invalid?: "poison" | "skip" | undefined } = NO_OPTIONS) {
    checkRing("ring", ring);
    checkKeys("options", options, KEYS);
    const { core } = ring;
    const skipsInvalid = checkInvalid(options.invalid);
    if (core.load(STATE) !== ABORTED) core.check();
    for (let at = CHECKPOINTS; at < HIGH_WATER; at += 4) {
      if (core.get(at) !== 0) throw new SegringError("BUSY", "a kernel took from this ring: only runKernel can go on");
    }
    this.ring = ring;
    this.#core = core;
    this.#side = new ConsumerSide(core);
    this.#judge = new Judge(core, skipsInvalid);
    this.#mask = core.config.capacity - 1;
    this.#unlimited = isUnlimited(core.config);
  }

  /** What `ring.owners.consumer` says while this consumer is the owner. */
  get token(): number {
    return this.#side.claim.token;
  }

  /** Holds the role's Web Lock, so that `watchOwner` notices a death. Without Web Locks, nothing happens. */
  async lock(): Promise<void> {
    this.#side.checkOpen();
    return this.#side.claim.lock();
  }

  /** Whether the producer closed and every record is taken. */
  get ended(): boolean {
    this.#settle();
    return this.#side.look() === 0 && this.#side.ended;
  }

  /**
   * Takes the records that are ready.
   *
   * - A callback gets each record. Where the callback throws, its record stays in the ring, and the records before are
   *   taken.
   * - A Uint32Array gets packed records, four words each.
   * - Columns get addresses, lengths and flags.
   *
   * Cost: O(n), without an object a record; an atomic load, store and load a call.
   *
   * @param max Records at most; default: all that are ready, as far as the target has room.
   * @returns Records taken. The rest of the target is untouched, unless an invalid record ended the call.
   * @throws {TypeError} `target` has none of these types. @throws {RangeError} `max` is no integer from 0 on.
   * @example
   * ```ts
   * const ring = createRing({ role: "segments" });
   * new Producer(ring).pushRows(Uint32Array.of(0x1000, 0, 4096, 0, 0x9000, 0, 64, 0));
   * const consumer = new Consumer(ring);
   * consumer.take((addrLo, _, length) => console.log(addrLo, length)); // 4096 4096 // 36864 64
   * consumer.abort();
   * ```
   */
  take(target: RecordCallback | Uint32Array | RecordColumns, max = Number.MAX_SAFE_INTEGER): number {
    checkInteger("max", max, 0, Number.MAX_SAFE_INTEGER);
    this.#settle();
    if (typeof target === "function") return this.#takeEach(target, max);
    if (target instanceof Uint32Array) return this.#takeRows(plainWords("target", target), max);
    return this.#takeColumns(target, max);
  }

  /** Takes the records that are ready, as a table with its own memory. Only a ring of segments gives tables. */
  drain(max = Number.MAX_SAFE_INTEGER): SegmentTable {
    if (this.ring.role !== "segments") throw new TypeError('a table holds segments, this is a ring of "ranges"');
    checkInteger("max", max, 0, Number.MAX_SAFE_INTEGER);
    this.#settle();
    const words = newWords(Math.min(max, this.#side.look()) * RECORD_WORDS);
    const taken = this.#takeRows(words, max) * RECORD_WORDS;
    return new Table(PACKAGE, taken === words.length ? words : words.slice(0, taken));
  }

  /**
   * A cursor over the records that are ready, and over those that become ready while the cursor runs: `while
   * (cursor.next()) use(cursor.addrLo, …)`. Records that the cursor has shown are taken when `next` returns false, and
   * with any other call; `stop` takes them before that. Beside a producer that never stops, the cursor never ends.
   */
  cursor(): RingCursor {
    const end = this.#side;
    const cursor: RingCursor = new RingCursor(PACKAGE, this.#mask, this.#unlimited, {
      begin: () => {
        if (this.#cursor !== cursor) this.#settle();
        this.#cursor = cursor;
        const ready = Math.min(end.look(), PART_RECORDS);
        return { slots: this.#core.slots, head: end.head, end: (end.head + ready) | 0 };
      },
      taken: (head) => end.give(head),
      judge: (index, words, first) => this.#judge.judge(index, words, first),
    });
    return cursor;
  }

  /**
   * Gives the records that are ready at the first step, as objects. This is convenient, and costs three times as much
   * as a cursor. Yielded records are taken. The loop ends after at most a full ring, also beside a producer that never
   * stops.
   */
  *[Symbol.iterator](): Generator<Segment, void, undefined> {
    this.#settle();
    let left = this.#side.look();
    const cursor = this.cursor();
    try {
      for (; left > 0 && cursor.next(); left--) {
        yield { addr: cursor.addr, length: cursor.length, flags: cursor.flags };
      }
    } finally {
      cursor.stop();
    }
  }

  /** Gives all records until the end, and waits for them. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Segment, void, undefined> {
    // Not `yield* this`: that would ask for the asynchronous iterator again.
    while (await this.ready()) yield* this[Symbol.iterator]();
  }

  /** Resolves to true when a record is ready, and to false at the end. Rejects with ABORTED, POISONED or STALE. */
  async ready(): Promise<boolean> {
    const turn = this.#core.turn();
    if (turn !== undefined) await turn;
    this.#settle();
    if (!this.#side.holds()) await this.#core.untilAsync(CONS_SEQ, this.#side);
    return !this.#side.ended;
  }

  /**
   * As `ready`, but blocks the thread. Workers and Node may block.
   *
   * @param milliseconds How long at most; by default there is no limit. @returns False at the end, or when the time is
   *   over.
   * @throws {TypeError} This thread may not block. On memory that is not shared the call never blocks.
   */
  wait(milliseconds = Number.POSITIVE_INFINITY): boolean {
    this.#settle();
    if (this.#side.holds()) return !this.#side.ended;
    if (!this.#core.shared) return false;
    return this.#core.until(CONS_SEQ, this.#side, milliseconds) && !this.#side.ended;
  }

  /** Stops the ring for good, and wakes everybody. */
  abort(): void {
    this.#core.raise(ABORTED, ON_REQUEST, this.#side.head, BY_CONSUMER);
    this.release();
  }

  /** Frees the role for another consumer, which goes on where this one is. */
  release(): void {
    if (!this.#side.open) return;
    this.#cursor?.stop();
    this.#side.leave();
  }

  /** As `release`, for `using`. */
  [DISPOSE](): void {
    this.release();
  }

  #takeEach(callback: RecordCallback, max: number): number {
    // Looked once: after the first record is handed over, nothing may be thrown but by the callback.
    const end = (this.#side.head + this.#side.look()) | 0;
    let given = 0;
    while (given < max && this.#side.head !== end) {
      const before = this.#side.head;
      given += this.#takePart(callback, max - given, end, given === 0);
      if (this.#side.head === before) break;
    }
    return given;
  }

  /** Hands records over one by one, each word loaded once. An invalid record that is not the first waits for the next call. */
  #takePart(callback: RecordCallback, max: number, end: number, first: boolean): number {
    const { slots } = this.#core;
    const mask = this.#mask;
    const unlimited = this.#unlimited;
    let index = this.#side.head;
    const partEnd = (index + Math.min((end - index) | 0, PART_RECORDS)) | 0;
    let given = 0;
    this.#busy = true;
    try {
      for (; index !== partEnd && given < max; index = (index + 1) | 0) {
        const at = (index & mask) << 2;
        const lo = slots[at] as number;
        const hi = slots[at + 1] as number;
        const len = slots[at + 2] as number;
        const flags = slots[at + 3] as number;
        if (unlimited && (flags & ODD_FLAGS) === 0 && len !== 0 && hi !== 0xffff_ffff) {
          callback(lo, hi, len, flags);
        } else {
          const verdict = this.#judge.judge(index, [lo, hi, len, flags], first && given === 0);
          if (verdict === "pass") continue;
          if (verdict === "stop") break;
          callback(lo, hi, flags & FULL ? FOUR_GIB : len, (flags & ~(FULL | FLUSH)) >>> 0);
        }
        given++;
      }
    } finally {
      this.#busy = false;
      this.#side.give(index);
    }
    return given;
  }

  #takeRows(target: Uint32Array, max: number): number {
    const { config } = this.#core;
    const most = Math.min(max, Math.floor(target.length / RECORD_WORDS));
    // The number of skipped records is bounded too, because a producer may put invalid records for ever.
    for (let left = this.ring.capacity; left > 0; ) {
      const count = Math.min(most, left, this.#side.look());
      if (count === 0) return 0;
      const { slots } = this.#core;
      const at = this.#side.head & this.#mask;
      const straight = Math.min(count, this.#mask + 1 - at);
      copyRows(slots, at, straight, target, 0);
      copyRows(slots, 0, count - straight, target, straight);
      // Checked as copied: what the producer writes later is not seen.
      const valid = firstFault(target, 0, count, config);
      let bad = 0;
      if (valid === 0) {
        while (bad < count && faultAt(target, bad * RECORD_WORDS, config) !== undefined) {
          this.#judge.refuse((this.#side.head + bad) | 0, target.subarray(bad * RECORD_WORDS));
          bad++;
        }
      }
      this.#side.give((this.#side.head + valid + bad) | 0);
      if (valid > 0) return valid;
      left -= bad;
    }
    return 0;
  }

  #takeColumns(target: RecordColumns, max: number): number {
    checkKeys("target", target, COLUMN_KEYS);
    const addr = plainView("addr", target.addr, "BigUint64Array");
    const length = plainView("length", target.length, "Float64Array");
    const flags = target.flags === undefined ? undefined : plainView("flags", target.flags, "Uint32Array");
    const room = Math.min(addr.length, length.length, flags?.length ?? addr.length, max);
    const halves = new Uint32Array(addr.buffer, addr.byteOffset, addr.length * 2);
    let to = 0;
    return this.#takeEach((lo, hi, bytes, bits) => {
      halves[2 * to] = lo;
      halves[2 * to + 1] = hi;
      length[to] = bytes;
      if (flags !== undefined) flags[to] = bits;
      to++;
    }, room);
  }

  /** Ends a cursor that another call overtakes. */
  #settle(): void {
    if (this.#busy) throw new SegringError("BUSY", "the callback of a take may not take from the same ring");
    this.#cursor?.stop();
    this.#cursor = undefined;
  }
}
