import type { ColumnData, FrameData } from "../core/input.js";
import type { CheckedLimits } from "../core/limits.js";
import { countPieces } from "../core/pieces.js";
import type { Fields } from "../core/range-fields.js";
import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import type { Block, Coalescer, Output, RecordsSource } from "./engine.js";
import { fits, Halves, shiftHi, shiftLo, wideOf } from "./halves.js";
import { advance, countValid, signedWords } from "./js-block.js";
import { WIDE } from "./layout.generated.js";

/** The coalescer in plain JavaScript. No BigInt in its loops: a u64 is two 32-bit halves, kept as signed integers, which V8 does not box. */
export class JsCoalescer implements Coalescer {
  bad = false;
  held = false;
  skipEmpty = false;
  uncut = false;
  /** The pending run: its first byte, and the byte after its last, where 0 is 2^64. It has a byte at least. */
  #firstLo = 0;
  #firstHi = 0;
  #endLo = 0;
  #endHi = 0;
  #flags = 0;
  readonly #saved = new Int32Array(6);
  readonly #limits: CheckedLimits;
  readonly #maxReach: number;
  readonly #inBoundaryLo: number;
  readonly #inBoundaryHi: number;
  readonly #inAlignment: number;
  /** A run that reaches no further is a segment as it is; none does where there is a boundary. */
  readonly #plainReach: number;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
    this.#maxReach = limits.maxSegmentBytes - 1;
    const inBoundary = BigInt.asUintN(64, limits.boundaryBytes - 1n);
    this.#inBoundaryLo = Number(BigInt.asIntN(32, inBoundary));
    this.#inBoundaryHi = Number(BigInt.asIntN(32, inBoundary >> 32n));
    this.#inAlignment = limits.alignmentBytes - 1;
    this.#plainReach = limits.boundaryBytes === 0n ? this.#maxReach : -1;
  }

  get heldSegments(): number {
    if (!this.held) return 0;
    if (this.uncut && (this.#flags & NOMERGE) === 0) return 1;
    const first = wideOf(this.#firstLo, this.#firstHi);
    return Number(countPieces(this.#limits, first, BigInt.asUintN(64, wideOf(this.#endLo, this.#endHi) - 1n)));
  }

  records(source: RecordsSource, from: number, end: number, output: Output): number {
    const words = signedWords(source);
    const out = signedWords(output.block);
    const stop = end * RECORD_WORDS;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    const plainReach = this.#plainReach;
    let firstLo = this.#firstLo;
    let firstHi = this.#firstHi;
    let endLo = this.#endLo;
    let endHi = this.#endHi;
    let kind = this.#flags;
    let held = this.held;
    let joinable = held && (endLo | endHi) !== 0 && (kind & NOMERGE) === 0;
    let to = output.at * RECORD_WORDS;
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
          this.#hold(firstLo, firstHi, endLo, endHi, kind);
          to = this.#emit(out, to, outStop);
          if (this.held) {
            firstLo = this.#firstLo;
            firstHi = this.#firstHi;
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
    this.#hold(firstLo, firstHi, endLo, endHi, kind);
    this.held = held;
    advance(output, to);
    return at / RECORD_WORDS - from;
  }

  columns(source: ColumnData, from: number, end: number, output: Output): number {
    const out = signedWords(output.block);
    const addr = new Halves(source.addr);
    const length = new Halves(source.length);
    let to = output.at * RECORD_WORDS;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    let index = from;
    this.bad = false;
    for (; index < end; index++) {
      const flags = source.flags === undefined ? 0 : (source.flags[index] as number) | 0;
      const known = addr.read(index) && length.read(index);
      const endLo = (addr.lo + length.lo) | 0;
      const carry = endLo >>> 0 < addr.lo >>> 0 ? 1 : 0;
      const endHi = (addr.hi + length.hi + carry) | 0;
      const sumHi = (addr.hi >>> 0) + (length.hi >>> 0) + carry;
      const past = sumHi > 0xffff_ffff && (sumHi > 0x1_0000_0000 || (endLo | endHi) !== 0);
      if (!known || flags & (FULL | RESERVED_FLAGS) || past) {
        this.bad = true;
        break;
      }
      if ((length.lo | length.hi) === 0) {
        if (this.skipEmpty) continue;
        this.bad = true;
        break;
      }
      to = this.take(addr.lo, addr.hi, endLo, endHi, flags, out, to, outStop);
      if (to < 0) {
        to = ~to;
        break;
      }
    }
    advance(output, to);
    return index - from;
  }

  frames(source: FrameData, from: number, end: number, output: Output): number {
    const out = signedWords(output.block);
    const frame = new Halves(source.frames);
    const shift = source.pageShift;
    const apart = (source.flags & NOMERGE) !== 0;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    let to = output.at * RECORD_WORDS;
    let index = from;
    this.bad = false;
    while (index < end) {
      if (!frame.read(index) || !fits(frame.lo, frame.hi, shift)) {
        this.bad = true;
        break;
      }
      const firstLo = frame.lo;
      const firstHi = frame.hi;
      // A run of frames, up to the first that is not one more. Frame numbers past the end of the address space end it too.
      let nextLo = (firstLo + 1) | 0;
      let nextHi = (firstHi + (nextLo === 0 ? 1 : 0)) | 0;
      let stop = index + 1;
      while (
        stop < end &&
        !apart &&
        (nextLo | nextHi) !== 0 &&
        frame.read(stop) &&
        frame.lo === nextLo &&
        frame.hi === nextHi &&
        fits(nextLo, nextHi, shift)
      ) {
        nextLo = (nextLo + 1) | 0;
        if (nextLo === 0) nextHi = (nextHi + 1) | 0;
        stop++;
      }
      to = this.take(
        shiftLo(firstLo, shift),
        shiftHi(firstLo, firstHi, shift),
        shiftLo(nextLo, shift),
        shiftHi(nextLo, nextHi, shift),
        source.flags | 0,
        out,
        to,
        outStop,
      );
      if (to < 0) {
        to = ~to;
        break;
      }
      index = stop;
    }
    advance(output, to);
    return index - from;
  }

  range({ addrLo, addrHi, lengthLo, lengthHi, flags }: Fields, output: Output): boolean {
    const out = signedWords(output.block);
    const from = output.at * RECORD_WORDS;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    const endLo = (addrLo + lengthLo) | 0;
    const carry = endLo >>> 0 < addrLo >>> 0 ? 1 : 0;
    const to = this.take(addrLo, addrHi, endLo, (addrHi + lengthHi + carry) | 0, flags, out, from, outStop);
    advance(output, to < 0 ? ~to : to);
    return to >= 0;
  }

  countValid(source: Block, from: number, count: number): number {
    return countValid(source, from, count);
  }

  flush(output: Output): void {
    if (!this.held) return;
    const outStop = (output.at + output.room) * RECORD_WORDS;
    advance(output, this.#emit(signedWords(output.block), output.at * RECORD_WORDS, outStop));
  }

  checkpoint(): void {
    const saved = this.#saved;
    saved[0] = this.#firstLo;
    saved[1] = this.#firstHi;
    saved[2] = this.#endLo;
    saved[3] = this.#endHi;
    saved[4] = this.#flags;
    saved[5] = this.held ? 1 : 0;
  }

  rollback(): void {
    const [firstLo, firstHi, endLo, endHi, flags, held] = this.#saved as unknown as number[];
    this.#hold(firstLo as number, firstHi as number, endLo as number, endHi as number, flags as number);
    this.held = held === 1;
  }

  reset(): void {
    this.held = false;
  }

  free(): void {}

  #hold(firstLo: number, firstHi: number, endLo: number, endHi: number, flags: number): void {
    this.#firstLo = firstLo;
    this.#firstHi = firstHi;
    this.#endLo = endLo;
    this.#endHi = endHi;
    this.#flags = flags;
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
        firstLo === this.#endLo &&
        firstHi === this.#endHi &&
        (firstLo | firstHi) !== 0 &&
        flags === this.#flags &&
        (flags & NOMERGE) === 0
      ) {
        this.#endLo = endLo;
        this.#endHi = endHi;
        return next;
      }
      next = this.#emit(out, to, outStop);
      if (this.held) return ~next;
    }
    this.#hold(firstLo, firstHi, endLo, endHi, flags);
    return next;
  }

  /** Writes the pending run as segments until it or the room ends; returns where to write next. The rule is that of emitRun in assembly/run.ts. */
  #emit(out: Int32Array, from: number, outStop: number): number {
    const whole = this.uncut && (this.#flags & NOMERGE) === 0;
    let to = from;
    while (to < outStop) {
      const lo = this.#firstLo;
      const hi = this.#firstHi;
      const restLo = (this.#endLo - lo - 1) | 0;
      const restHi = (this.#endHi - hi - (this.#endLo >>> 0 <= lo >>> 0 ? 1 : 0)) | 0;
      if (whole) {
        const units = (restHi + (restLo === -1 ? 1 : 0)) | 0;
        const wide = restHi !== 0;
        out[to] = lo;
        out[to + 1] = hi;
        out[to + 2] = wide ? units - 1 : restLo + 1;
        out[to + 3] = wide ? this.#flags | WIDE : restLo === -1 ? this.#flags | FULL : this.#flags;
        to += RECORD_WORDS;
        if (!wide || restLo === -1) {
          this.held = false;
          break;
        }
        this.#firstHi = (hi + units) | 0;
        continue;
      }
      const reach =
        (~hi & this.#inBoundaryHi) === 0 ? Math.min(this.#maxReach, (~lo & this.#inBoundaryLo) >>> 0) : this.#maxReach;
      const done = restHi === 0 && restLo >>> 0 <= reach;
      const length = done ? (restLo >>> 0) + 1 : reach + 1 - (((lo + reach + 1) & this.#inAlignment) >>> 0);
      out[to] = lo;
      out[to + 1] = hi;
      out[to + 2] = length | 0;
      out[to + 3] = length === FOUR_GIB ? this.#flags | FULL : this.#flags;
      to += RECORD_WORDS;
      if (done) {
        this.held = false;
        break;
      }
      const end = (lo >>> 0) + length;
      this.#firstLo = end | 0;
      this.#firstHi = (hi + (end >= FOUR_GIB ? 1 : 0)) | 0;
    }
    return to;
  }
}
