import { newBytes } from "../core/buffer.js";
import { expected, SegringError } from "../core/errors.js";
import { checkInteger } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { FLUSH, FOUR_GIB, FULL, RECORD_BYTES, RECORD_WORDS, RESERVED_FLAGS, type Segment } from "../core/record.js";
import { SegmentTable } from "../core/segment-table.js";
import { plainView, plainWords } from "../core/views.js";
import { faultAt, firstFault, isUnlimited } from "./check.js";
import { Claim } from "./claim.js";
import type { RingCore } from "./core.js";
import { RingCursor } from "./cursor.js";
import {
  ABORTED,
  BAD_INDEX,
  BAD_RECORD,
  BY_CONSUMER,
  CHECKPOINTS,
  CLOSED,
  CLOSING,
  CONS_SEQ,
  CONSUMER_BEAT,
  GENERATION,
  HEAD,
  HEAD_LAP,
  HIGH_WATER,
  LAST_BAD,
  ON_REQUEST,
  OPEN,
  POISONED,
  PROD_SEQ,
  SKIPPED,
  SLEEPS,
  STATE,
  TAIL,
} from "./layout.js";
import { checkRing, type Ring } from "./ring.js";

/** Records that a loop copies faster than `TypedArray.set`. */
const FEW_RECORDS = 16;
/** Records handed over before they are given back: the producer must not wait for the end of a long batch. */
const PART_RECORDS = 1024;
/* A constant of another module is loaded anew in every turn of a loop; one of this module is folded into the code. */
const ODD_FLAGS = FULL | RESERVED_FLAGS;

/** What each record is given to: the address in halves, the length from 1 to 2^32, flags without FULL and FLUSH. */
export type RecordCallback = (addrLo: number, addrHi: number, length: number, flags: number) => void;

/** Where records go, a column each; as many as the shortest holds. */
export interface RecordColumns {
  addr: BigUint64Array;
  length: Float64Array;
  flags?: Uint32Array | undefined;
}

const KEYS = { invalid: true } as const;
const COLUMN_KEYS: Keys<RecordColumns> = { addr: true, length: true, flags: true };

/**
 * The one who takes records out of a ring.
 *
 * Every form of taking returns how many records it took: 0 where none is ready. `ready` and `wait` tell whether more
 * comes; `ended` is true when the producer closed and everything is taken. What a failed call had not handed over stays
 * in the ring. In a ring of ranges, FLUSH markers are counted and passed over; only a bulk copy gives them as they are.
 *
 * All methods throw `SegringError` POISONED or STALE where the ring stands still, ABORTED after the last record that was
 * published, CLOSED after `release`.
 */
export class Consumer {
  readonly ring: Ring;
  readonly #core: RingCore;
  readonly #claim: Claim;
  readonly #skipInvalid: boolean;
  readonly #mask: number;
  readonly #unlimited: boolean;
  /** What is taken next; signed, which V8 keeps unboxed. */
  #head: number;
  #cursor: RingCursor | undefined;
  /** A callback is at work. */
  #busy = false;
  #ended = false;
  #open = true;

  /**
   * Takes the consumer's role, and goes on at the ring's head.
   *
   * @param options.invalid What an invalid record does: `poison` (default) stops the ring, `skip` counts it and goes on.
   * @throws {SegringError} BUSY: the ring has a consumer, or a kernel worked here that may hold a run back (`runKernel`
   *   goes on with it); STALE, POISONED.
   */
  constructor(ring: Ring, options: { invalid?: "poison" | "skip" | undefined } = NO_OPTIONS) {
    checkRing("ring", ring);
    checkKeys("options", options, KEYS);
    const { core } = ring;
    this.#skipInvalid = checkInvalid(options.invalid);
    if (core.load(STATE) !== ABORTED) core.check();
    for (let at = CHECKPOINTS; at < HIGH_WATER; at += 4) {
      if (core.get(at) !== 0) throw new SegringError("BUSY", "a kernel took from this ring: only runKernel can go on");
    }
    this.ring = ring;
    this.#core = core;
    this.#claim = new Claim(core, "consumer");
    this.#mask = core.config.capacity - 1;
    this.#unlimited = isUnlimited(core.config);
    this.#head = core.load(HEAD);
  }

  /** What `ring.owners.consumer` says while this is the owner. */
  get token(): number {
    return this.#claim.token;
  }

  /** Holds the role's Web Lock, where there are any, so that others notice a death (`watchOwner`). Nothing to do elsewhere. */
  async lock(): Promise<void> {
    if (!this.#open) throw left();
    return this.#claim.lock();
  }

  /** The producer closed, and everything is taken. */
  get ended(): boolean {
    this.#settle();
    return this.#look() === 0 && this.#ended;
  }

  /**
   * Takes what is ready.
   *
   * - A callback gets each record. If it throws, the record it got stays in the ring, those before are taken.
   * - A Uint32Array gets packed records, four words each.
   * - Columns get addresses, lengths and flags.
   *
   * @param max Records at most; default all that are ready, as far as the target has room.
   * @returns Records taken. Past them the target is as it was, unless an invalid record ended the take.
   * @throws {TypeError} `target` is none of these. @throws {RangeError} `max` is no integer from 0 on.
   *
   * Cost: O(n), without an object a record; an atomic load, store and load a call.
   */
  take(target: RecordCallback | Uint32Array | RecordColumns, max = Number.MAX_SAFE_INTEGER): number {
    checkInteger("max", max, 0, Number.MAX_SAFE_INTEGER);
    this.#settle();
    if (typeof target === "function") return this.#takeEach(target, max);
    if (target instanceof Uint32Array) return this.#takeRows(plainWords("target", target), max);
    return this.#takeColumns(target, max);
  }

  /** Takes what is ready as a table of its own: a ring of segments only. */
  drain(max = Number.MAX_SAFE_INTEGER): SegmentTable {
    if (this.ring.role !== "segments") throw new TypeError('a table holds segments, this is a ring of "ranges"');
    checkInteger("max", max, 0, Number.MAX_SAFE_INTEGER);
    this.#settle();
    const words = new Uint32Array(newBytes(Math.min(max, this.#look()) * RECORD_BYTES).buffer);
    const taken = this.#takeRows(words, max) * RECORD_WORDS;
    return new SegmentTable(PACKAGE, taken === words.length ? words : words.slice(0, taken));
  }

  /**
   * A cursor over what is ready, and what becomes ready while it runs: `while (cursor.next()) use(cursor.addrLo, …)`.
   * What it has shown is taken at the latest when `next` returns false, and with any other call; `stop` before that.
   * Beside a producer that puts for ever it goes on for ever.
   */
  cursor(): RingCursor {
    const cursor: RingCursor = new RingCursor(PACKAGE, this.#mask, this.#unlimited, {
      begin: () => {
        if (this.#cursor !== cursor) this.#settle();
        this.#cursor = cursor;
        const ready = Math.min(this.#look(), PART_RECORDS);
        return { slots: this.#core.slots, head: this.#head, end: (this.#head + ready) | 0 };
      },
      taken: (head) => this.#give(head),
      judge: (index, words, first) => this.#judge(index, words, first),
    });
    return cursor;
  }

  /**
   * What is ready at the first step, as objects: convenient, three times the cost of a cursor. Those it has yielded are
   * taken. At most a ring full: a producer that puts for ever does not make this endless.
   */
  *[Symbol.iterator](): Generator<Segment, void, undefined> {
    this.#settle();
    let left = this.#look();
    const cursor = this.cursor();
    try {
      for (; left > 0 && cursor.next(); left--) {
        yield { addr: cursor.addr, length: cursor.length, flags: cursor.flags };
      }
    } finally {
      cursor.stop();
    }
  }

  /** All records until the end, waiting for them. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Segment, void, undefined> {
    // Not `yield* this`: that would ask for the asynchronous iterator again.
    while (await this.ready()) yield* this[Symbol.iterator]();
  }

  /** Resolves to true when a record is ready, to false at the end. Rejects with ABORTED, POISONED or STALE. */
  async ready(): Promise<boolean> {
    const turn = this.#core.turn();
    if (turn !== undefined) await turn;
    this.#settle();
    while (this.#look() === 0) {
      if (this.#ended) return false;
      this.#core.add(SLEEPS, 1);
      await this.#core.sleepAsync(CONS_SEQ, () => this.#changed());
    }
    return true;
  }

  /**
   * The same by blocking: where that is allowed, in workers and in Node.
   *
   * @param milliseconds How long at most; default without end. @returns False: the end, or the time is over.
   * @throws {TypeError} This thread may not block. On memory that is not shared it never blocks.
   */
  wait(milliseconds = Number.POSITIVE_INFINITY): boolean {
    this.#settle();
    if (this.#look() > 0) return true;
    if (this.#ended || !this.#core.shared) return false;
    this.#core.poll(() => this.#changed());
    const end = performance.now() + milliseconds;
    while (this.#look() === 0) {
      const left = end - performance.now();
      if (this.#ended || left <= 0) return false;
      this.#core.add(SLEEPS, 1);
      this.#core.sleep(CONS_SEQ, () => this.#changed(), left);
    }
    return true;
  }

  /** Stops the ring for good, and wakes everybody. */
  abort(): void {
    this.#core.raise(ABORTED, ON_REQUEST, this.#head, BY_CONSUMER);
    this.release();
  }

  /** Frees the role for another consumer, which goes on where this one is. */
  release(): void {
    if (!this.#open) return;
    this.#cursor?.stop();
    this.#open = false;
    this.#claim.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #takeEach(callback: RecordCallback, max: number): number {
    // Looked once: after the first record is handed over, nothing may be thrown but by the callback.
    const end = (this.#head + this.#look()) | 0;
    let given = 0;
    while (given < max && this.#head !== end) {
      const before = this.#head;
      given += this.#takePart(callback, max - given, end, given === 0);
      if (this.#head === before) break;
    }
    return given;
  }

  /** Hands records over one by one, each word loaded once. An invalid record that is not the first waits for the next call. */
  #takePart(callback: RecordCallback, max: number, end: number, first: boolean): number {
    const { slots } = this.#core;
    const mask = this.#mask;
    const unlimited = this.#unlimited;
    let index = this.#head;
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
          const verdict = this.#judge(index, [lo, hi, len, flags], first && given === 0);
          if (verdict === "pass") continue;
          if (verdict === "stop") break;
          callback(lo, hi, flags & FULL ? FOUR_GIB : len, (flags & ~(FULL | FLUSH)) >>> 0);
        }
        given++;
      }
    } finally {
      this.#busy = false;
      this.#give(index);
    }
    return given;
  }

  #takeRows(target: Uint32Array, max: number): number {
    const { config } = this.#core;
    const most = Math.min(max, Math.floor(target.length / RECORD_WORDS));
    // What is passed over is bounded too: a producer may put invalid records for ever.
    for (let left = this.ring.capacity; left > 0; ) {
      const count = Math.min(most, left, this.#look());
      if (count === 0) return 0;
      const { slots } = this.#core;
      const at = this.#head & this.#mask;
      const straight = Math.min(count, this.#mask + 1 - at);
      copyRows(target, 0, slots, at, straight);
      copyRows(target, straight, slots, 0, count - straight);
      // Checked as copied: what the producer writes later is not seen.
      const valid = firstFault(target, 0, count, config);
      let bad = 0;
      if (valid === 0) {
        while (bad < count && faultAt(target, bad * RECORD_WORDS, config) !== undefined) {
          this.#refuse((this.#head + bad) | 0, target.subarray(bad * RECORD_WORDS));
          bad++;
        }
      }
      this.#give((this.#head + valid + bad) | 0);
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

  /** Of a record that needs a closer look: give it, pass over it, or stop before it. */
  #judge(index: number, words: number[], first: boolean): "give" | "pass" | "stop" {
    const record = Uint32Array.from(words);
    if (faultAt(record, 0, this.#core.config) === undefined) {
      return record[3] === FLUSH && record[2] === 0 ? "pass" : "give";
    }
    if (!this.#skipInvalid && !first) return "stop";
    this.#refuse(index, record);
    return "pass";
  }

  /** An invalid record: counted, or the end of the ring. */
  #refuse(index: number, record: Uint32Array): void {
    const core = this.#core;
    core.words[LAST_BAD >> 2] = index;
    core.add(SKIPPED, 1);
    if (this.#skipInvalid) return;
    core.raise(POISONED, BAD_RECORD, index, BY_CONSUMER);
    const fault = faultAt(record, 0, core.config);
    throw new SegringError("POISONED", `${core.stopped().message}: ${fault}`, { index: index >>> 0 });
  }

  /** Records that are ready; 0 after the end too. */
  #look(): number {
    if (!this.#open) throw left();
    const core = this.#core;
    if (core.words.length === 0) core.view();
    if (core.get(STATE) !== OPEN && core.get(STATE) !== ABORTED) core.check();
    if (this.#ended) return 0;
    // The state first: a tail read after CLOSING was seen is the last one.
    const state = core.load(STATE);
    if (core.get(GENERATION) >>> 0 !== core.config.generation) core.stale();
    const ready = (core.load(TAIL) - this.#head) >>> 0;
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
    this.#ended = state === CLOSING || state === CLOSED;
  }

  /** Whether `look` would say something else than that nothing is ready. */
  #changed(): boolean {
    return this.#core.load(TAIL) !== this.#head || this.#core.load(STATE) !== OPEN;
  }

  /** Ends a cursor that another call overtakes. */
  #settle(): void {
    if (this.#busy) throw new SegringError("BUSY", "the callback of a take may not take from the same ring");
    this.#cursor?.stop();
    this.#cursor = undefined;
  }

  /** Gives slots back to the producer, up to this index. */
  #give(head: number): void {
    if (head === this.#head) return;
    const core = this.#core;
    if (head >>> 0 < this.#head >>> 0) core.add(HEAD_LAP, 1);
    this.#head = head;
    core.add(CONSUMER_BEAT, 1);
    Atomics.store(core.words, HEAD >> 2, head);
    core.wake(PROD_SEQ);
  }
}

function left(): SegringError {
  return new SegringError("CLOSED", "this consumer left the ring");
}

function copyRows(target: Uint32Array, to: number, slots: Uint32Array, at: number, count: number): void {
  if (count > FEW_RECORDS) {
    target.set(slots.subarray(at * RECORD_WORDS, (at + count) * RECORD_WORDS), to * RECORD_WORDS);
    return;
  }
  const end = (at + count) * RECORD_WORDS;
  let word = to * RECORD_WORDS;
  for (let from = at * RECORD_WORDS; from < end; from++) target[word++] = slots[from] as number;
}

/** Whether invalid records are passed over. */
export function checkInvalid(invalid: unknown = "poison"): boolean {
  if (typeof invalid !== "string") throw new TypeError(expected("invalid", "a string", invalid));
  if (invalid === "poison" || invalid === "skip") return invalid === "skip";
  throw new RangeError(expected("invalid", '"poison" or "skip"', invalid));
}
