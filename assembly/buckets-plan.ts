import {
  ADDR_SHIFT,
  BASE,
  BUCKET_SHIFT,
  BUCKETS,
  DIFFER_ADDR,
  DIFFER_WORD,
  HOLE_AT,
  HOLE_BITS,
  KEY_BYTES,
  LEAST,
  LOOKED,
  LOOKED_ADDR,
  LOOKED_WORD,
  MAX_BUCKETS,
  MAX_CODE_BITS,
  MOST,
  SOME_WORD,
  WORD,
  WORD_BITS,
  WORD_MASK,
  WORD_SHIFT,
} from "./buckets-layout";
import { baseOf, bitsBelow } from "./buckets-run";
import { FULL, KIND, LENGTH, NOMERGE, RESERVED } from "./layout";
import { GAP } from "./union-layout";

/** Slots a record, at most: emptier slots cost more than a sort. */
const SLOTS_LOG: u64 = 5;
/** log2 of the slots of a bucket, if all buckets are enough for that: a second-level cache holds them and the keys. */
const SLOT_BITS: u32 = 16;
const MAX_SLOT_BITS: u32 = 19;
/** A group of slots. */
const LEAST_SLOT_BITS: u32 = 6;
/** Keys that a bucket would have, if addresses were even: a second-level cache holds them three times. */
const BUCKET_KEYS: f64 = 24576;
const MAX_BUCKET_SHIFT: u32 = 54;
/** Buckets that a plan may have: a bucket past the last, and one before the first, stay empty. */
const MOST_BUCKETS: u64 = MAX_BUCKETS - 2;

/** How many bits a number has. */
function bitsOf(value: u64): u32 {
  return 64 - <u32>clz<u64>(value);
}

/**
 * Plans buckets and keys for so many records, from those looked at: all of them, or a sample, which gets a margin of 1/64 on
 * both sides. The block says afterwards what the records must be like, and partRecords checks each.
 *
 * @returns Bytes of a key, or 0 where the records are not for buckets: several kinds, NOMERGE, one address, addresses so
 *   high that something might wrap, or keys of more than 64 bits.
 */
export function plan(work: usize, block: usize, count: u32): u32 {
  const differAddr = load<u64>(block, DIFFER_ADDR);
  const differWord = load<u64>(block, DIFFER_WORD);
  if (differAddr == 0 || (differWord & KIND) != 0 || (load<u64>(block, SOME_WORD) & (NOMERGE | RESERVED)) != 0)
    return 0;
  store<u32>(block, <u32>ctz<u64>(differAddr), ADDR_SHIFT);
  const lengthBits: u32 = differWord == 0 ? 0 : bitsOf(differWord & LENGTH) - <u32>ctz<u64>(differWord);
  if (load<u32>(block, LOOKED) < count) widen(block);
  let places = planWhole(block);
  let hasSlots: bool = lengthBits <= MAX_CODE_BITS && areDense(places, count);
  if (!hasSlots && findHole(block, differAddr)) {
    places = planHole(block);
    hasSlots = lengthBits <= MAX_CODE_BITS && areDense(places, count);
  }
  const bits = planBuckets(block, places, count, hasSlots);
  return bits != 0 && !mayWrap(work, block) && planWord(block, differWord, lengthBits, bits, hasSlots)
    ? load<u32>(block, KEY_BYTES)
    : 0;
}

/** Gives a sample a margin on both sides. */
function widen(block: usize): void {
  const least = load<u64>(block, LEAST);
  const most = load<u64>(block, MOST);
  const margin = (most - least) >> 6;
  store<u64>(block, least - min<u64>(least, margin), LEAST);
  store<u64>(block, most + min<u64>(u64.MAX_VALUE - most, margin), MOST);
}

/** Whether slots for all these places are few enough. */
function areDense(last: u64, count: u32): bool {
  return last >> SLOTS_LOG <= <u64>count && last >> MAX_SLOT_BITS < MOST_BUCKETS;
}

/** Plans without a hole. Returns the last place: where the greatest address is, in units of the lowest bit that differs. */
function planWhole(block: usize): u64 {
  store<u32>(block, 0, HOLE_AT);
  store<u32>(block, 0, HOLE_BITS);
  return (load<u64>(block, MOST) - load<u64>(block, LEAST)) >> load<u32>(block, ADDR_SHIFT);
}

/**
 * Looks for the most bits in a row in which no address differs, between others that do: addresses in clusters have such a
 * hole. Without these bits, clusters lie side by side.
 *
 * @returns Whether a bucket fits below the hole, and there are few enough clusters for buckets of their own.
 */
function findHole(block: usize, differAddr: u64): bool {
  let holeAt: u32 = 0;
  let holeBits: u32 = 0;
  let at = load<u32>(block, ADDR_SHIFT);
  for (let left = differAddr >> at; ; ) {
    const differing = <u32>ctz<u64>(~left);
    if (differing == 64) break;
    left >>= differing;
    if (left == 0) break;
    const agreeing = <u32>ctz<u64>(left);
    at += differing;
    if (agreeing > holeBits) {
      holeAt = at;
      holeBits = agreeing;
    }
    left >>= agreeing;
    at += agreeing;
  }
  store<u32>(block, holeAt, HOLE_AT);
  store<u32>(block, holeBits, HOLE_BITS);
  const isFound =
    holeBits > 1 && holeAt >= load<u32>(block, ADDR_SHIFT) + LEAST_SLOT_BITS && clusters(block) <= MOST_BUCKETS;
  if (!isFound) planWhole(block);
  return isFound;
}

/** Clusters that there may be. */
function clusters(block: usize): u64 {
  const end = load<u32>(block, HOLE_AT) + load<u32>(block, HOLE_BITS);
  return (load<u64>(block, MOST) >> end) - (load<u64>(block, LEAST) >> end) + 1;
}

/** Plans with the hole. Returns the last place. */
function planHole(block: usize): u64 {
  const placeBits = load<u32>(block, HOLE_AT) - load<u32>(block, ADDR_SHIFT);
  return (clusters(block) << placeBits) - 1;
}

/** Plans the buckets. @returns The bits of a place in its bucket, or 0 where buckets would be too long. */
function planBuckets(block: usize, last: u64, count: u32, hasSlots: bool): u32 {
  const addrShift = load<u32>(block, ADDR_SHIFT);
  let bits = hasSlots
    ? max<u32>(LEAST_SLOT_BITS, min<u32>(SLOT_BITS, bitsOf(last)))
    : max<u32>(2, min<u32>(bitsOf(last), bitsOf(<u64>((<f64>last * BUCKET_KEYS) / <f64>count))));
  const holeAt = load<u32>(block, HOLE_AT);
  const holeBits = load<u32>(block, HOLE_BITS);
  // Buckets of the whole cluster are few enough.
  if (holeBits != 0) bits = min<u32>(bits, holeAt - addrShift);
  while (last >> bits >= MOST_BUCKETS) bits++;
  const bucketShift = bits + addrShift;
  if (bucketShift > MAX_BUCKET_SHIFT) return 0;
  const end = holeBits != 0 ? holeAt + holeBits : bucketShift;
  const agreed = (bitsBelow(holeBits) << holeAt) | bitsBelow(addrShift);
  const base = ((load<u64>(block, LEAST) >> end) << end) | (load<u64>(block, LOOKED_ADDR) & agreed);
  store<u64>(block, base, BASE);
  store<u32>(block, bucketShift, BUCKET_SHIFT);
  const lastBucket = holeBits != 0 ? last >> bits : (load<u64>(block, MOST) - base) >> bucketShift;
  store<u32>(block, <u32>lastBucket + 1, BUCKETS);
  return bits;
}

/** Whether a reach may be 2^64 or more. */
function mayWrap(work: usize, block: usize): bool {
  const base = load<u64>(block, BASE);
  const top = baseOf(block, load<u32>(block, BUCKETS) - 1) + bitsBelow(load<u32>(block, BUCKET_SHIFT));
  const gap = load<u64>(work, GAP);
  return top < base || gap > u64.MAX_VALUE - 2 * FULL || top > u64.MAX_VALUE - 2 * FULL - gap;
}

/** Plans which bits of the length a key holds. False: a key would be longer than 64 bits. */
function planWord(block: usize, differWord: u64, lengthBits: u32, bits: u32, hasSlots: bool): bool {
  let wordShift: u32 = differWord == 0 ? 0 : <u32>ctz<u64>(differWord);
  let wordBits = lengthBits;
  if (hasSlots) {
    // Longer lengths than in a sample cost nothing.
    wordBits = min<u32>(MAX_CODE_BITS, 33 - wordShift);
  } else {
    if (bits + wordBits > 64) return false;
    if (bits <= 31) {
      wordShift = 0;
      wordBits = 33;
    } else {
      wordBits = max<u32>(wordBits, min<u32>(33 - wordShift, 64 - bits));
    }
  }
  const wordMask = bitsBelow(wordBits);
  store<u64>(block, load<u64>(block, LOOKED_WORD) & ~(wordMask << wordShift), WORD);
  store<u64>(block, wordMask, WORD_MASK);
  store<u32>(block, hasSlots ? 4 : 8, KEY_BYTES);
  store<u32>(block, wordShift, WORD_SHIFT);
  store<u32>(block, wordBits, WORD_BITS);
  return true;
}
