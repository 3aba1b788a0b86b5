import type { CheckedLimits } from "../core/limits.js";
import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS } from "../core/record.js";
import type { Block, Digit, Output, Runs, Shape } from "./engine.js";
import { advance, type JsMemory, signedWords } from "./js-block.js";
import { JsBuckets } from "./js-buckets.js";
import { JsCoalescer } from "./js-coalescer.js";
import { WIDE } from "./layout.generated.js";

/** Flags that do not tell kinds apart, but how a length is given. */
const LENGTH_FLAGS = FULL | WIDE;
const NO_BITS = { lo: 0, hi: 0 };

/** The steps of a union in plain JavaScript, on signed 32-bit halves. */
export class JsRuns implements Runs {
  /** Of the widest digit so far. */
  #counters = new Uint32Array(0);
  readonly #cutter: JsCoalescer;
  readonly #memory: JsMemory;
  #gapLo = 0;
  #gapHi = 0;
  /** The last byte that `#lastOf` found. */
  #lastLo = 0;
  #lastHi = 0;
  /** The record inspected last. */
  readonly #previous = new Int32Array(RECORD_WORDS);
  #seen = false;
  #shape: Shape = emptyShape();
  #merging = false;
  /** The pending run of a merge, first and last byte. */
  #runLo = 0;
  #runHi = 0;
  #runLastLo = 0;
  #runLastHi = 0;
  #runFlags = 0;

  /** @param memory Where buckets lie. */
  constructor(limits: CheckedLimits, memory: JsMemory) {
    this.#cutter = new JsCoalescer(limits);
    this.#memory = memory;
  }

  reset(gapBytes: bigint): void {
    this.#gapLo = Number(BigInt.asIntN(32, gapBytes));
    this.#gapHi = Number(BigInt.asIntN(32, gapBytes >> 32n));
    this.#seen = false;
    this.#shape = emptyShape();
    this.#merging = false;
    this.#cutter.reset();
  }

  buckets(): JsBuckets | undefined {
    return new JsBuckets(this.#memory, this, (this.#gapHi >>> 0) * FOUR_GIB + (this.#gapLo >>> 0));
  }

  get shape(): Shape {
    return this.#shape;
  }

  get held(): boolean {
    return this.#cutter.held;
  }

  get heldSegments(): number {
    return this.#cutter.heldSegments;
  }

  inspect(source: Block, count: number): void {
    if (count === 0) return;
    const words = signedWords(source);
    const stop = count * RECORD_WORDS;
    const noGap = (this.#gapLo | this.#gapHi) === 0;
    if (!this.#seen) this.#previous.set(words.subarray(0, RECORD_WORDS));
    const previous = this.#previous;
    let lo = previous[0] as number;
    let hi = previous[1] as number;
    let len = previous[2] as number;
    let flags = previous[3] as number;
    const shape = this.#shape;
    let { descends, near, disorder, anyFlags } = shape;
    let { lo: addrLo, hi: addrHi } = shape.varyingAddr;
    let { lo: wordLo, hi: wordHi } = shape.varyingWord;
    anyFlags |= flags;
    for (let at = this.#seen ? 0 : RECORD_WORDS; at < stop; at += RECORD_WORDS) {
      const nextLo = words[at] as number;
      const nextHi = words[at + 1] as number;
      const nextLen = words[at + 2] as number;
      const nextFlags = words[at + 3] as number;
      if (isBelow(nextLo, nextHi, lo, hi)) {
        descends = true;
        disorder = true;
      } else if (nextLo === lo && nextHi === hi) {
        // FULL is the top bit of the length.
        disorder ||= isBelow(nextLen, nextFlags, len, flags);
      }
      if (!near) {
        this.#lastOf(lo, hi, len, flags);
        near =
          !isBelow(this.#lastLo, this.#lastHi, nextLo, nextHi) ||
          (this.#inGap(nextLo, nextHi) &&
            !(noGap && (((flags ^ nextFlags) & ~LENGTH_FLAGS) | (flags & NOMERGE)) !== 0));
      }
      addrLo |= nextLo ^ lo;
      addrHi |= nextHi ^ hi;
      wordLo |= nextLen ^ len;
      wordHi |= nextFlags ^ flags;
      anyFlags |= nextFlags;
      lo = nextLo;
      hi = nextHi;
      len = nextLen;
      flags = nextFlags;
    }
    previous[0] = lo;
    previous[1] = hi;
    previous[2] = len;
    previous[3] = flags;
    this.#seen = true;
    this.#shape = {
      descends,
      near,
      disorder,
      varyingAddr: { lo: addrLo, hi: addrHi },
      varyingWord: { lo: wordLo, hi: wordHi },
      anyFlags,
    };
  }

  sort(from: readonly { readonly block: Block; readonly count: number }[], digit: Digit, to: Block): void {
    if (this.#counters.length <= digit.mask) this.#counters = new Uint32Array(digit.mask + 1);
    const counters = this.#counters.fill(0, 0, digit.mask + 1);
    for (const { block, count } of from) countDigits(signedWords(block), count * RECORD_WORDS, digit, counters);
    let place = 0;
    for (let value = 0; value <= digit.mask; value++) {
      const found = counters[value] as number;
      counters[value] = place;
      place += found * RECORD_WORDS;
    }
    const out = signedWords(to);
    for (const { block, count } of from) scatterDigits(signedWords(block), count * RECORD_WORDS, digit, counters, out);
  }

  merge(source: Block, count: number, output: Block, at: number): number {
    if (count === 0) return 0;
    const words = signedWords(source);
    const out = signedWords(output);
    const stop = count * RECORD_WORDS;
    const start = at * RECORD_WORDS;
    let to = start;
    let from = 0;
    if (!this.#merging) {
      this.#merging = true;
      this.#hold(words, 0);
      from = RECORD_WORDS;
    }
    for (; from < stop; from += RECORD_WORDS) {
      const lo = words[from] as number;
      const hi = words[from + 1] as number;
      const flags = words[from + 3] as number;
      this.#lastLo = this.#runLastLo;
      this.#lastHi = this.#runLastHi;
      if (
        (flags & ~LENGTH_FLAGS) === this.#runFlags &&
        (flags & NOMERGE) === 0 &&
        (!isBelow(this.#lastLo, this.#lastHi, lo, hi) || this.#inGap(lo, hi))
      ) {
        this.#lastOf(lo, hi, words[from + 2] as number, flags);
        if (isBelow(this.#runLastLo, this.#runLastHi, this.#lastLo, this.#lastHi)) {
          this.#runLastLo = this.#lastLo;
          this.#runLastHi = this.#lastHi;
        }
      } else {
        to = this.writeRun(out, to);
        this.#hold(words, from);
      }
    }
    return (to - start) / RECORD_WORDS;
  }

  finish(output: Block, at: number): number {
    if (!this.#merging) return 0;
    this.#merging = false;
    return this.writeRun(signedWords(output), at * RECORD_WORDS) / RECORD_WORDS - at;
  }

  cut(source: Block, from: number, end: number, output: Output): number {
    const words = signedWords(source);
    const out = signedWords(output.block);
    const outStop = (output.at + output.room) * RECORD_WORDS;
    let to = output.at * RECORD_WORDS;
    let index = from;
    for (; index < end; index++) {
      const at = index * RECORD_WORDS;
      const lo = words[at] as number;
      const hi = words[at + 1] as number;
      const flags = words[at + 3] as number;
      this.#lastOf(lo, hi, words[at + 2] as number, flags);
      const endLo = (this.#lastLo + 1) | 0;
      const endHi = (this.#lastHi + (endLo === 0 ? 1 : 0)) | 0;
      const next = this.#cutter.take(lo, hi, endLo, endHi, flags & ~LENGTH_FLAGS, out, to, outStop);
      to = next < 0 ? ~next : next;
      if (next < 0) break;
    }
    advance(output, to);
    return index - from;
  }

  flush(output: Output): void {
    this.#cutter.flush(output);
  }

  free(): void {}

  /** Makes a run pending, below 2^53. */
  holdRun(first: number, end: number, flags: number): void {
    this.#merging = true;
    this.#runLo = first | 0;
    this.#runHi = (first / FOUR_GIB) | 0;
    this.#runLastLo = (end - 1) | 0;
    this.#runLastHi = ((end - 1) / FOUR_GIB) | 0;
    this.#runFlags = flags;
  }

  /** Finds the last byte of a record. */
  #lastOf(lo: number, hi: number, len: number, flags: number): void {
    if (flags & WIDE) {
      this.#lastLo = (lo - 1) | 0;
      this.#lastHi = (hi + len + (lo === 0 ? 0 : 1)) | 0;
    } else {
      // A length of 4 GiB has len 0, which is right modulo 2^32.
      this.#lastLo = (lo + len - 1) | 0;
      this.#lastHi = (hi + (this.#lastLo >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
    }
  }

  /** Whether no more than the gap lies between the last byte found and an address above it. */
  #inGap(lo: number, hi: number): boolean {
    const lastLo = this.#lastLo;
    const betweenLo = (lo - lastLo - 1) | 0;
    const betweenHi = (hi - this.#lastHi - (lo >>> 0 <= lastLo >>> 0 ? 1 : 0)) | 0;
    return !isBelow(this.#gapLo, this.#gapHi, betweenLo, betweenHi);
  }

  #hold(words: Int32Array, at: number): void {
    const flags = words[at + 3] as number;
    this.#runLo = words[at] as number;
    this.#runHi = words[at + 1] as number;
    this.#lastOf(this.#runLo, this.#runHi, words[at + 2] as number, flags);
    this.#runLastLo = this.#lastLo;
    this.#runLastHi = this.#lastHi;
    this.#runFlags = flags & ~LENGTH_FLAGS;
  }

  /** Writes the pending run, two records at most; returns where to write next. */
  writeRun(out: Int32Array, to: number): number {
    const lo = this.#runLo;
    const hi = this.#runHi;
    const reachLo = (this.#runLastLo - lo) | 0;
    const reachHi = (this.#runLastHi - hi - (this.#runLastLo >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
    const full = reachLo === -1;
    out[to] = lo;
    out[to + 1] = hi;
    if (reachHi === 0) {
      out[to + 2] = reachLo + 1;
      out[to + 3] = full ? this.#runFlags | FULL : this.#runFlags;
      return to + RECORD_WORDS;
    }
    const units = (reachHi + (full ? 1 : 0)) | 0;
    out[to + 2] = units - 1;
    out[to + 3] = this.#runFlags | WIDE;
    this.#shape = { ...this.#shape, anyFlags: this.#shape.anyFlags | WIDE };
    if (full) return to + RECORD_WORDS;
    out[to + 4] = lo;
    out[to + 5] = hi + units;
    out[to + 6] = reachLo + 1;
    out[to + 7] = this.#runFlags;
    return to + 2 * RECORD_WORDS;
  }
}

function emptyShape(): Shape {
  return { descends: false, near: false, disorder: false, varyingAddr: NO_BITS, varyingWord: NO_BITS, anyFlags: 0 };
}

/** Whether a is below b, as unsigned 64-bit integers. */
function isBelow(aLo: number, aHi: number, bLo: number, bHi: number): boolean {
  return aHi === bHi ? aLo >>> 0 < bLo >>> 0 : aHi >>> 0 < bHi >>> 0;
}

function countDigits(words: Int32Array, stop: number, { word, shift, mask }: Digit, counters: Uint32Array): void {
  const half = 2 * word + (shift < 32 ? 0 : 1);
  const straddles = shift !== 0 && shift < 32 && mask >>> (32 - shift) !== 0;
  for (let at = 0; at < stop; at += RECORD_WORDS) {
    let digit = (words[at + half] as number) >>> shift;
    if (straddles) digit |= (words[at + half + 1] as number) << (32 - shift);
    (counters[digit & mask] as number)++;
  }
}

function scatterDigits(
  words: Int32Array,
  stop: number,
  { word, shift, mask }: Digit,
  counters: Uint32Array,
  out: Int32Array,
): void {
  const half = 2 * word + (shift < 32 ? 0 : 1);
  const straddles = shift !== 0 && shift < 32 && mask >>> (32 - shift) !== 0;
  for (let at = 0; at < stop; at += RECORD_WORDS) {
    let digit = (words[at + half] as number) >>> shift;
    if (straddles) digit |= (words[at + half + 1] as number) << (32 - shift);
    const to = counters[digit & mask] as number;
    counters[digit & mask] = to + RECORD_WORDS;
    out[to] = words[at] as number;
    out[to + 1] = words[at + 1] as number;
    out[to + 2] = words[at + 2] as number;
    out[to + 3] = words[at + 3] as number;
  }
}
