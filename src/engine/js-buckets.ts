import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS, RESERVED_FLAGS } from "../core/record.js";
import type { Block, Buckets, RecordsSource } from "./engine.js";
import { type JsBlock, type JsMemory, signedWords } from "./js-block.js";
import { JsLook } from "./js-look.js";
import { WIDE } from "./layout.generated.js";

/** Slots a record, at most: the empty ones are read too. */
const SLOTS_PER_RECORD = 16;
/** log2 of the slots of a bucket, where that makes few enough buckets. */
const SLOT_BITS = 16;
const MAX_BUCKETS = 1024;
/** Bits in which the lengths may differ: a slot is a byte. */
const CODE_BITS = 7;
const CODE_MASK = 2 ** CODE_BITS - 1;
/** The number of a slot has 32 bits. */
const MAX_SLOTS = 2 ** 32;
/** What a record with a slot may not have. */
const UNFIT_FLAGS = NOMERGE | FULL | WIDE | RESERVED_FLAGS;
/** Words of a piece: where the next one begins, and 255 keys. */
const PIECE_WORDS = 256;
/** Words of records that a loop takes in a call. V8 starts a loop that is called once in slow code, again and again. */
const CHUNK_WORDS = 4096 * RECORD_WORDS;

/** The pending run of a union. */
interface PendingRun {
  /** Makes a run pending, below 2^53. */
  holdRun(first: number, end: number, flags: number): void;
  /** Writes the pending run, two records at most; returns where to write next. */
  writeRun(out: Int32Array, to: number): number;
}

/**
 * A union by buckets, as buckets-*.ts has it, in plain JavaScript, for dense addresses below 2^53 only: a byte for each
 * address that may occur, its slot, holds the greatest length so far, and reading the slots in order is the sort. Every
 * record must have been looked at, and is checked once more: shared memory may change in between.
 */
export class JsBuckets implements Buckets {
  readonly looks = new JsLook();
  readonly #memory: JsMemory;
  readonly #runs: PendingRun;
  readonly #gap: number;
  count = 0;
  /** Bytes from a slot to the next, and their log2. */
  #step = 1;
  #stepShift = 0;
  /** log2 of the slots of a bucket. */
  #bits = SLOT_BITS;
  /** The lowest bit of a length that a code holds. */
  #codeShift = 0;
  /** Pieces, one behind the other; where the next begins; of each bucket, where its next key goes. */
  #pieces: JsBlock | undefined;
  #top = 0;
  #tails = new Int32Array(0);
  #slots: JsBlock | undefined;
  /** The pending run; none yet where `end` is negative. */
  #first = 0;
  #end = -1;

  constructor(memory: JsMemory, runs: PendingRun, gapBytes: number) {
    this.#memory = memory;
    this.#runs = runs;
    this.#gap = gapBytes;
  }

  look(source: RecordsSource, from: number, end: number): void {
    const words = signedWords(source);
    const stop = end * RECORD_WORDS;
    for (let at = from * RECORD_WORDS; at < stop; at += CHUNK_WORDS) {
      this.looks.take(words, at, Math.min(at + CHUNK_WORDS, stop));
    }
  }

  /** A table of records seen lately gains nothing here. */
  distinct(): undefined {
    return undefined;
  }

  open(count: number): boolean {
    const { isLow, hasEmpty, differFlags, differLo, differLength, flags, least, most } = this.looks;
    // Every end with the gap is an exact number.
    if (!isLow || most + FOUR_GIB + this.#gap > Number.MAX_SAFE_INTEGER) return false;
    if (hasEmpty || differFlags !== 0 || (flags & UNFIT_FLAGS) !== 0 || differLo === 0) return false;
    this.#codeShift = differLength === 0 ? 0 : lowestBit(differLength);
    if (differLength >>> this.#codeShift > CODE_MASK) return false;
    this.#stepShift = lowestBit(differLo);
    this.#step = 2 ** this.#stepShift;
    const slots = (most - least) / this.#step + 1;
    if (slots > Math.min(SLOTS_PER_RECORD * count, MAX_SLOTS)) return false;
    while (slots > MAX_BUCKETS * 2 ** this.#bits) this.#bits++;
    this.count = Math.ceil(slots / 2 ** this.#bits);
    const pieces = Math.ceil(count / (PIECE_WORDS - 1)) + this.count + 1;
    this.#pieces = this.#memory.allocate(pieces * PIECE_WORDS * 4);
    this.#slots = this.#memory.allocate(2 ** this.#bits);
    this.#slots.signed.fill(0);
    this.#top = this.count * PIECE_WORDS;
    this.#tails = Int32Array.from({ length: this.count }, (_, bucket) => bucket * PIECE_WORDS + 1);
    for (let at = 0; at < this.#top; at += PIECE_WORDS) this.#pieces.signed[at] = 0;
    return true;
  }

  part(source: RecordsSource, from: number, end: number): boolean {
    const words = signedWords(source);
    const stop = end * RECORD_WORDS;
    for (let at = from * RECORD_WORDS; at < stop; at += CHUNK_WORDS) {
      if (!this.#part(words, at, Math.min(at + CHUNK_WORDS, stop))) return false;
    }
    return true;
  }

  close(): void {}

  unite(bucket: number, output: Block, at: number): number {
    const { signed: slots, bytes } = this.#slots as JsBlock;
    if (!this.#fill(bucket, bytes)) return 0;
    const start = at * RECORD_WORDS;
    const to = this.#drain(bucket, slots, signedWords(output), start);
    this.#runs.holdRun(this.#first, this.#end, this.looks.flags);
    return (to - start) / RECORD_WORDS;
  }

  free(): void {
    this.#slots?.free();
    this.#pieces?.free();
    this.#slots = undefined;
    this.#pieces = undefined;
  }

  /**
   * Adds keys to the last piece of their bucket. False: a record is not like those looked at, since another thread writes
   * to shared memory meanwhile. Such a record takes no more room than others, and gets no bucket that is not there.
   */
  #part(words: Int32Array, from: number, end: number): boolean {
    const { leastLo, leastHi, length, flags } = this.looks;
    const tails = this.#tails;
    const pieces = (this.#pieces as JsBlock).signed;
    const stepShift = this.#stepShift;
    const codeShift = this.#codeShift;
    const bits = this.#bits;
    const within = 2 ** bits - 1;
    const agreed = ~(CODE_MASK << codeShift);
    const below = this.#step - 1;
    const last = this.count - 1;
    let differs = 0;
    let top = this.#top;
    for (let at = from; at < end; at += RECORD_WORDS) {
      const lo = words[at] as number;
      const borrow = lo >>> 0 < leastLo >>> 0 ? 1 : 0;
      const far = ((words[at + 1] as number) - leastHi - borrow) | 0;
      // Where the shift is by 32, which is one by 0, nothing is that far.
      const slot = (((lo - leastLo) | 0) >>> stepShift) | (far << (32 - stepShift));
      const bucket = slot >>> bits;
      if (bucket > last) return false;
      const bytes = words[at + 2] as number;
      differs |= ((words[at + 3] as number) ^ flags) | ((bytes ^ length) & agreed) | +(bytes === 0);
      differs |= (far >>> stepShift) | ((lo - leastLo) & below);
      const to = tails[bucket] as number;
      pieces[to] = ((slot & within) << CODE_BITS) | ((bytes >>> codeShift) & CODE_MASK);
      if (((to + 1) & (PIECE_WORDS - 1)) !== 0) {
        tails[bucket] = to + 1;
      } else {
        pieces[to + 1 - PIECE_WORDS] = top;
        pieces[top] = 0;
        tails[bucket] = top + 1;
        top += PIECE_WORDS;
      }
    }
    this.#top = top;
    return differs === 0;
  }

  /** Puts the codes of a bucket into its slots. False where the bucket has no key. */
  #fill(bucket: number, slots: Uint8Array): boolean {
    const pieces = (this.#pieces as JsBlock).signed;
    const tail = this.#tails[bucket] as number;
    let piece = bucket * PIECE_WORDS;
    if (tail === piece + 1) return false;
    for (;;) {
      const next = pieces[piece] as number;
      const end = next !== 0 ? piece + PIECE_WORDS : tail;
      for (let at = piece + 1; at < end; at++) {
        const key = pieces[at] as number;
        const code = (key & CODE_MASK) + 1;
        const slot = key >>> CODE_BITS;
        if ((slots[slot] as number) < code) slots[slot] = code;
      }
      if (next === 0) return true;
      piece = next;
    }
  }

  /** Joins what the slots hold, and clears them. Returns the word to write next. */
  #drain(bucket: number, groups: Int32Array, out: Int32Array, start: number): number {
    const { length, flags, least } = this.looks;
    const gap = this.#gap;
    const step = this.#step;
    const unit = 2 ** this.#codeShift;
    // A code is one more than the bits of a length that it holds.
    const shortest = ((length & ~(CODE_MASK << this.#codeShift)) >>> 0) - unit;
    let to = start;
    let addr = least + bucket * 2 ** this.#bits * step;
    let first = this.#first;
    let end = this.#end;
    for (let group = 0; group < groups.length; group++, addr += 4 * step) {
      let codes = groups[group] as number;
      if (codes === 0) continue;
      groups[group] = 0;
      for (let next = addr; codes !== 0; codes >>>= 8, next += step) {
        const code = codes & 0xff;
        if (code === 0) continue;
        const nextEnd = next + shortest + code * unit;
        if (end < 0) {
          first = next;
          end = nextEnd;
        } else if (next <= end + gap) {
          if (nextEnd > end) end = nextEnd;
        } else {
          if (end - first < FOUR_GIB) {
            out[to] = first;
            out[to + 1] = first / FOUR_GIB;
            out[to + 2] = end - first;
            out[to + 3] = flags;
            to += RECORD_WORDS;
          } else {
            this.#runs.holdRun(first, end, flags);
            to = this.#runs.writeRun(out, to);
          }
          first = next;
          end = nextEnd;
        }
      }
    }
    this.#first = first;
    this.#end = end;
    return to;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
