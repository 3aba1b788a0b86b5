import { FLUSH, FULL, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import { advance } from "../engine/js-block.js";
import type { JsRun, Room } from "../engine/js-run.js";
import { isUnlimited } from "./check.js";
import type { RingConfig } from "./header.js";

/** Records a round: as many as the wasm kernels take, so that both commit at the same records. */
export const CHUNK = 509;

/** Takes records out of a ring of ranges into the pending run, as assembly/ring-take.ts and `take` of ring-round.ts. */
export class JsTake {
  /** The record after those that the last call took is not valid. */
  bad = false;
  /** The last call took a record with FLUSH. Such a record is the last one of a call. */
  flushing = false;
  readonly #run: JsRun;
  readonly #capacity: number;
  /** Copies of records, where the ring has limits: what was compared with the limits is what is taken. */
  readonly #staging: Int32Array | undefined;
  /** A record ends by this byte of its own, and by this address. */
  readonly #recordLast: number;
  readonly #limitLo: number;
  readonly #limitHi: number;

  constructor(run: JsRun, config: RingConfig) {
    this.#run = run;
    this.#capacity = config.capacity;
    this.#staging = isUnlimited(config) ? undefined : new Int32Array(CHUNK * RECORD_WORDS);
    this.#recordLast = config.maxSegmentBytes - 1;
    this.#limitLo = Number(config.addressLimit & 0xffff_ffffn);
    this.#limitHi = Number(config.addressLimit >> 32n);
  }

  /** Takes up to `count` records from index `head` on; segments go to `room` of `out`. Returns how many it took. */
  take(slots: Int32Array, head: number, count: number, out: Int32Array, room: Room): number {
    this.bad = false;
    this.flushing = false;
    const at = head & (this.#capacity - 1);
    const straight = Math.min(count, this.#capacity - at);
    const taken = this.#piece(slots, at, straight, out, room);
    if (taken < straight || straight === count || this.flushing) return taken;
    return taken + this.#piece(slots, 0, count - straight, out, room);
  }

  /** Slots that do not wrap. The run loads each word once, so records without limits need no copy. */
  #piece(slots: Int32Array, at: number, count: number, out: Int32Array, room: Room): number {
    const run = this.#run;
    const staging = this.#staging;
    let words = slots;
    let from = at;
    let plain = count;
    if (staging !== undefined) {
      words = staging;
      from = 0;
      staging.set(slots.subarray(at * RECORD_WORDS, (at + count) * RECORD_WORDS));
      plain = this.#countFitting(staging, count);
    }
    const taken = run.coalesce(words, from, from + plain, out, room);
    // The run stops at a record with FLUSH too.
    if (taken < plain ? !run.bad : plain === count) return taken;
    return taken + this.#special(words, (from + taken) * RECORD_WORDS, out, room);
  }

  /** Staged records up to the first that the ring may not hold. */
  #countFitting(words: Int32Array, count: number): number {
    let at = 0;
    for (; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      if (!this.#fits(words[at] as number, words[at + 1] as number, words[at + 2] as number, words[at + 3] as number))
        break;
    }
    return at / RECORD_WORDS;
  }

  /** A record with FLUSH, or one that is not valid. Returns 1 where the record is taken. */
  #special(words: Int32Array, at: number, out: Int32Array, room: Room): number {
    // Others may write to the slots, so each word is loaded once, and what the run saw is not believed.
    const lo = words[at] as number;
    const hi = words[at + 1] as number;
    const len = words[at + 2] as number;
    const flags = (words[at + 3] as number) ^ FLUSH;
    if ((flags & FLUSH) !== 0) {
      this.bad = true;
      return 0;
    }
    if ((lo | hi | len | flags) !== 0) {
      if ((flags & RESERVED_FLAGS) !== 0 || !this.#fits(lo, hi, len, flags)) {
        this.bad = true;
        return 0;
      }
      const endLo = (lo + len) | 0;
      const endHi = (hi + (len === 0 || endLo >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
      const stop = (room.at + room.room) * RECORD_WORDS;
      const to = this.#run.take(lo, hi, endLo, endHi, flags & ~FULL, out, room.at * RECORD_WORDS, stop);
      advance(room, to < 0 ? ~to : to);
      if (to < 0) return 0;
    }
    this.flushing = true;
    return 1;
  }

  /** Length 1 to 2^32, no byte past 2^64, and inside the ring's limits. */
  #fits(lo: number, hi: number, len: number, flags: number): boolean {
    if ((len === 0) !== ((flags & FULL) !== 0)) return false;
    const reach = (len - 1) >>> 0;
    const lastLo = (lo >>> 0) + reach;
    const lastHi = (hi >>> 0) + (lastLo > 0xffff_ffff ? 1 : 0);
    return (
      reach <= this.#recordLast &&
      (lastHi < this.#limitHi || (lastHi === this.#limitHi && lastLo >>> 0 <= this.#limitLo))
    );
  }
}
