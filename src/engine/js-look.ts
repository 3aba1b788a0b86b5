import { FOUR_GIB, RECORD_WORDS } from "../core/record.js";

/** What records are like, on signed halves: what a plan of buckets asks. All looked at are below 2^53, or `isLow` is false. */
export class JsLook {
  count = 0;
  /** Records with an address below the one before, and records that begin where the one before ends. */
  falling = 0;
  touching = 0;
  /** Bits in which the addresses differ, in their halves, and the lengths, and the flags. */
  differLo = 0;
  differHi = 0;
  differLength = 0;
  differFlags = 0;
  /** The least and the greatest address, where all are low. */
  leastLo = -1;
  leastHi = 2 ** 31 - 1;
  mostLo = 0;
  mostHi = 0;
  /** Whether all addresses are below 2^53. */
  isLow = true;
  hasEmpty = false;
  /** The record looked at last. */
  lo = 0;
  hi = 0;
  length = 0;
  flags = 0;

  /** The least address. */
  get least(): number {
    return this.leastHi * FOUR_GIB + (this.leastLo >>> 0);
  }

  /** The greatest address. */
  get most(): number {
    return this.mostHi * FOUR_GIB + (this.mostLo >>> 0);
  }

  /** Looks at the records from word `from` to `end`. Cost: 6 ns a record. */
  take(words: Int32Array, from: number, end: number): void {
    if (this.count === 0) this.#open(words, from);
    let { lo, hi, length, flags, leastLo, leastHi, mostLo, mostHi, falling, touching } = this;
    let { differLo, differHi, differLength, differFlags, hasEmpty } = this;
    let anyHi = 0;
    for (let at = from; at < end; at += RECORD_WORDS) {
      const nextLo = words[at] as number;
      const nextHi = words[at + 1] as number;
      const nextLength = words[at + 2] as number;
      const nextFlags = words[at + 3] as number;
      // Without a branch: in disorder, half of them would be mispredicted.
      falling += +(nextHi < hi) | (+(nextHi === hi) & +(nextLo >>> 0 < lo >>> 0));
      touching += +(((lo + length) | 0) === nextLo);
      if (nextHi < leastHi || (nextHi === leastHi && nextLo >>> 0 < leastLo >>> 0)) {
        leastLo = nextLo;
        leastHi = nextHi;
      }
      if (nextHi > mostHi || (nextHi === mostHi && nextLo >>> 0 > mostLo >>> 0)) {
        mostLo = nextLo;
        mostHi = nextHi;
      }
      anyHi |= nextHi;
      differLo |= nextLo ^ lo;
      differHi |= nextHi ^ hi;
      differLength |= nextLength ^ length;
      differFlags |= nextFlags ^ flags;
      if (nextLength === 0) hasEmpty = true;
      lo = nextLo;
      hi = nextHi;
      length = nextLength;
      flags = nextFlags;
    }
    Object.assign(this, { lo, hi, length, flags, leastLo, leastHi, mostLo, mostHi, falling, touching });
    Object.assign(this, { differLo, differHi, differLength, differFlags, hasEmpty });
    if (anyHi >>> 21 !== 0) this.isLow = false;
    this.count += (end - from) / RECORD_WORDS;
  }

  #open(words: Int32Array, from: number): void {
    this.lo = words[from] as number;
    this.hi = words[from + 1] as number;
    this.length = words[from + 2] as number;
    this.flags = words[from + 3] as number;
  }
}
