import type { CheckedLimits } from "../core/limits.js";
import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import { advance } from "./js-block.js";
import { WIDE } from "./layout.generated.js";

/** Where segments go: `room` records, from record `at` on. */
export interface Room {
  at: number;
  room: number;
}

/**
 * The pending run in plain JavaScript, and the records that join or end it: what a coalescer and the kernel of a ring
 * share. No BigInt in its loops: a u64 is two 32-bit halves, kept as signed integers, which V8 does not box.
 */
export class JsRun {
  bad = false;
  held = false;
  skipEmpty = false;
  uncut = false;
  /** The pending run: its first byte, and the byte after its last, where 0 is 2^64. It has a byte at least. */
  firstLo = 0;
  firstHi = 0;
  endLo = 0;
  endHi = 0;
  flags = 0;
  readonly #maxReach: number;
  readonly #inBoundaryLo: number;
  readonly #inBoundaryHi: number;
  readonly #inAlignment: number;
  /** A run that reaches no further is a segment as it is; none does where there is a boundary. */
  readonly #plainReach: number;

  constructor(limits: CheckedLimits) {
    this.#maxReach = limits.maxSegmentBytes - 1;
    const inBoundary = BigInt.asUintN(64, limits.boundaryBytes - 1n);
    this.#inBoundaryLo = Number(BigInt.asIntN(32, inBoundary));
    this.#inBoundaryHi = Number(BigInt.asIntN(32, inBoundary >> 32n));
    this.#inAlignment = limits.alignmentBytes - 1;
    this.#plainReach = limits.boundaryBytes === 0n ? this.#maxReach : -1;
  }

  /** Records `from` to `end` of these words, each word loaded once, as `Coalescer.records`; `room` is a part of `out`. */
  coalesce(words: Int32Array, from: number, end: number, out: Int32Array, room: Room): number {
    const stop = end * RECORD_WORDS;
    const outStop = (room.at + room.room) * RECORD_WORDS;
    const plainReach = this.#plainReach;
    let firstLo = this.firstLo;
    let firstHi = this.firstHi;
    let endLo = this.endLo;
    let endHi = this.endHi;
    let kind = this.flags;
    let held = this.held;
    let joinable = held && (endLo | endHi) !== 0 && (kind & NOMERGE) === 0;
    let to = room.at * RECORD_WORDS;
    let at = from * RECORD_WORDS;
    this.bad = false;
    for (; at < stop; at += RECORD_WORDS) {
      const lo = words[at] as number;
      const hi = words[at + 1] as number;
      const len = words[at + 2] as number;
      let flags = words[at + 3] as number;
      let nextLo = (lo + len) | 0;
      let nextHi = hi;
      if (nextLo >>> 0 < len >>> 0) nextHi = (hi + 1) | 0;
      // The flags of a run are valid and without FULL, so most records need no other test.
      if (lo === endLo && hi === endHi && flags === kind && joinable && len !== 0 && (nextHi === hi || nextHi !== 0)) {
        endLo = nextLo;
        endHi = nextHi;
        continue;
      }
      if (len === 0 || flags & (FULL | RESERVED_FLAGS)) {
        if (len === 0 && (flags & (FULL | RESERVED_FLAGS)) === FULL) {
          flags ^= FULL;
          nextLo = lo;
          nextHi = (hi + 1) | 0;
        } else if (len === 0 && (flags & (FULL | RESERVED_FLAGS)) === 0 && this.skipEmpty) {
          continue;
        } else {
          this.bad = true;
          break;
        }
      }
      if (nextHi !== hi && nextHi === 0 && nextLo !== 0) {
        this.bad = true;
        break;
      }
      if (lo === endLo && hi === endHi && flags === kind && joinable) {
        endLo = nextLo;
        endHi = nextHi;
        joinable = (endLo | endHi) !== 0;
        continue;
      }
      if (held) {
        const bytesLo = (endLo - firstLo) | 0;
        const bytesHi = (endHi - firstHi - (endLo >>> 0 < firstLo >>> 0 ? 1 : 0)) | 0;
        if (bytesHi === 0 && (bytesLo >>> 0) - 1 <= plainReach && bytesLo !== 0 && to < outStop) {
          out[to] = firstLo;
          out[to + 1] = firstHi;
          out[to + 2] = bytesLo;
          out[to + 3] = kind;
          to += RECORD_WORDS;
        } else {
          this.hold(firstLo, firstHi, endLo, endHi, kind);
          to = this.#emit(out, to, outStop);
          if (this.held) {
            firstLo = this.firstLo;
            firstHi = this.firstHi;
            break;
          }
        }
      }
      firstLo = lo;
      firstHi = hi;
      endLo = nextLo;
      endHi = nextHi;
      kind = flags;
      held = true;
      joinable = (endLo | endHi) !== 0 && (kind & NOMERGE) === 0;
    }
    this.hold(firstLo, firstHi, endLo, endHi, kind);
    this.held = held;
    advance(room, to);
    return at / RECORD_WORDS - from;
  }

  /** Emits the pending run into `room`, a part of `out`. */
  emitHeld(out: Int32Array, room: Room): void {
    if (!this.held) return;
    const outStop = (room.at + room.room) * RECORD_WORDS;
    advance(room, this.#emit(out, room.at * RECORD_WORDS, outStop));
  }

  /** Makes these bytes the pending run. */
  hold(firstLo: number, firstHi: number, endLo: number, endHi: number, flags: number): void {
    this.firstLo = firstLo;
    this.firstHi = firstHi;
    this.endLo = endLo;
    this.endHi = endHi;
    this.flags = flags;
    this.held = true;
  }

  /** Adds bytes to the pending run or starts the next. Returns where to write next, or its complement where the room ended and nothing is taken. */
  take(
    firstLo: number,
    firstHi: number,
    endLo: number,
    endHi: number,
    flags: number,
    out: Int32Array,
    to: number,
    outStop: number,
  ): number {
    let next = to;
    if (this.held) {
      if (
        firstLo === this.endLo &&
        firstHi === this.endHi &&
        (firstLo | firstHi) !== 0 &&
        flags === this.flags &&
        (flags & NOMERGE) === 0
      ) {
        this.endLo = endLo;
        this.endHi = endHi;
        return next;
      }
      next = this.#emit(out, to, outStop);
      if (this.held) return ~next;
    }
    this.hold(firstLo, firstHi, endLo, endHi, flags);
    return next;
  }

  /** Writes the pending run as segments until it or the room ends; returns where to write next. The rule is that of emitRun in assembly/run.ts. */
  #emit(out: Int32Array, from: number, outStop: number): number {
    const whole = this.uncut && (this.flags & NOMERGE) === 0;
    let to = from;
    while (to < outStop) {
      const lo = this.firstLo;
      const hi = this.firstHi;
      const restLo = (this.endLo - lo - 1) | 0;
      const restHi = (this.endHi - hi - (this.endLo >>> 0 <= lo >>> 0 ? 1 : 0)) | 0;
      if (whole) {
        const units = (restHi + (restLo === -1 ? 1 : 0)) | 0;
        const wide = restHi !== 0;
        out[to] = lo;
        out[to + 1] = hi;
        out[to + 2] = wide ? units - 1 : restLo + 1;
        out[to + 3] = wide ? this.flags | WIDE : restLo === -1 ? this.flags | FULL : this.flags;
        to += RECORD_WORDS;
        if (!wide || restLo === -1) {
          this.held = false;
          break;
        }
        this.firstHi = (hi + units) | 0;
        continue;
      }
      const reach =
        (~hi & this.#inBoundaryHi) === 0 ? Math.min(this.#maxReach, (~lo & this.#inBoundaryLo) >>> 0) : this.#maxReach;
      const done = restHi === 0 && restLo >>> 0 <= reach;
      const length = done ? (restLo >>> 0) + 1 : reach + 1 - (((lo + reach + 1) & this.#inAlignment) >>> 0);
      out[to] = lo;
      out[to + 1] = hi;
      out[to + 2] = length | 0;
      out[to + 3] = length === FOUR_GIB ? this.flags | FULL : this.flags;
      to += RECORD_WORDS;
      if (done) {
        this.held = false;
        break;
      }
      const end = (lo >>> 0) + length;
      this.firstLo = end | 0;
      this.firstHi = (hi + (end >= FOUR_GIB ? 1 : 0)) | 0;
    }
    return to;
  }
}
