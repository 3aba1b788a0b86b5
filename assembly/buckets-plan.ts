import {
  ADDR_SHIFT,
  BASE,
  BUCKET_SHIFT,
  BUCKETS,
  DIFFER_ADDR,
  DIFFER_WORD,
  FALLING,
  KEY_BYTES,
  LEAST,
  LOOKED,
  LOOKED_ADDR,
  LOOKED_WORD,
  MAX_BUCKETS,
  MAX_CODE_BITS,
  MOST,
  SOME_WORD,
  TOUCHING,
  WORD,
  WORD_BITS,
  WORD_MASK,
  WORD_SHIFT,
} from "./buckets-layout";
import { FULL, KIND, LENGTH, NOMERGE, RECORD_BYTES, RECORD_SHIFT, RESERVED } from "./layout";
import { GAP } from "./union-layout";

/** Slots a record, at most: emptier slots cost more than a sort. */
const SLOTS_LOG: u64 = 4;
/** log2 of the slots of a bucket, if all buckets are enough for that: a second-level cache holds them and the keys. */
const SLOT_BITS: u32 = 16;
const MAX_SLOT_BITS: u32 = 19;
/** Keys that a bucket would have, if addresses were even: a second-level cache holds them three times. */
const BUCKET_KEYS: f64 = 24576;
const MAX_BUCKET_SHIFT: u32 = 54;

/** Looks at more records. */
export function look(block: usize, input: usize, count: u32): void {
  if (count == 0) return;
  const looked = load<u32>(block, LOOKED);
  if (looked == 0) {
    const first = load<u64>(input);
    store<u64>(block, first, LEAST);
    store<u64>(block, first, MOST);
    store<u64>(block, first, LOOKED_ADDR);
    store<u64>(block, load<u64>(input, 8), LOOKED_WORD);
  }
  store<u32>(block, looked + count, LOOKED);
  let addr = load<u64>(block, LOOKED_ADDR);
  let word = load<u64>(block, LOOKED_WORD);
  let least = load<u64>(block, LEAST);
  let most = load<u64>(block, MOST);
  let differAddr = load<u64>(block, DIFFER_ADDR);
  let differWord = load<u64>(block, DIFFER_WORD);
  let someWord = load<u64>(block, SOME_WORD);
  let falling: u32 = 0;
  let touching: u32 = 0;
  const end = input + ((<usize>count) << RECORD_SHIFT);
  for (let record = input; record < end; record += RECORD_BYTES) {
    const nextAddr = load<u64>(record);
    const nextWord = load<u64>(record, 8);
    falling += u32(nextAddr < addr);
    touching += u32(addr + (word & LENGTH) == nextAddr);
    differAddr |= nextAddr ^ addr;
    differWord |= nextWord ^ word;
    someWord |= nextWord;
    least = min<u64>(least, nextAddr);
    most = max<u64>(most, nextAddr);
    addr = nextAddr;
    word = nextWord;
  }
  store<u64>(block, addr, LOOKED_ADDR);
  store<u64>(block, word, LOOKED_WORD);
  store<u64>(block, least, LEAST);
  store<u64>(block, most, MOST);
  store<u64>(block, differAddr, DIFFER_ADDR);
  store<u64>(block, differWord, DIFFER_WORD);
  store<u64>(block, someWord, SOME_WORD);
  store<u32>(block, load<u32>(block, FALLING) + falling, FALLING);
  store<u32>(block, load<u32>(block, TOUCHING) + touching, TOUCHING);
}

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
  let least = load<u64>(block, LEAST);
  let most = load<u64>(block, MOST);
  if (load<u32>(block, LOOKED) < count) {
    const margin = (most - least) >> 6;
    least -= min<u64>(least, margin);
    most += min<u64>(u64.MAX_VALUE - most, margin);
  }
  const addrShift = <u32>ctz<u64>(differAddr);
  const slots = (most - least) >> addrShift;
  let wordShift: u32 = differWord == 0 ? 0 : <u32>ctz<u64>(differWord);
  let wordBits: u32 = differWord == 0 ? 0 : bitsOf(differWord & LENGTH) - wordShift;
  const hasSlots =
    wordBits <= MAX_CODE_BITS && slots >> SLOTS_LOG <= <u64>count && slots >> MAX_SLOT_BITS < MAX_BUCKETS - 2;
  let bits: u32;
  if (hasSlots) {
    bits = max<u32>(6, min<u32>(SLOT_BITS, bitsOf(slots)));
    // Longer lengths than in a sample cost nothing.
    wordBits = min<u32>(MAX_CODE_BITS, 33 - wordShift);
  } else {
    bits = min<u32>(bitsOf(slots), bitsOf(<u64>((<f64>slots * BUCKET_KEYS) / <f64>count)));
  }
  bits = max<u32>(bits, 2);
  while (slots >> bits >= MAX_BUCKETS - 2) bits++;
  if (!hasSlots) {
    if (bits + wordBits > 64) return 0;
    if (bits <= 31) {
      wordShift = 0;
      wordBits = 33;
    } else {
      wordBits = max<u32>(wordBits, min<u32>(33 - wordShift, 64 - bits));
    }
  }
  const bucketShift = bits + addrShift;
  if (bucketShift > MAX_BUCKET_SHIFT) return 0;
  const wordMask = ((<u64>1) << wordBits) - 1;
  const low = load<u64>(block, LOOKED_ADDR) & (((<u64>1) << addrShift) - 1);
  const base = ((least >> bucketShift) << bucketShift) + low;
  const buckets = <u32>((most - base) >> bucketShift) + 1;
  const top = base + (((<u64>buckets) << bucketShift) - 1);
  const gap = load<u64>(work, GAP);
  // No reach wraps.
  if (top < base || gap > u64.MAX_VALUE - 2 * FULL || top > u64.MAX_VALUE - 2 * FULL - gap) return 0;
  store<u64>(block, base, BASE);
  store<u64>(block, load<u64>(block, LOOKED_WORD) & ~(wordMask << wordShift), WORD);
  store<u64>(block, wordMask, WORD_MASK);
  store<u32>(block, hasSlots ? 4 : 8, KEY_BYTES);
  store<u32>(block, addrShift, ADDR_SHIFT);
  store<u32>(block, wordShift, WORD_SHIFT);
  store<u32>(block, wordBits, WORD_BITS);
  store<u32>(block, bucketShift, BUCKET_SHIFT);
  store<u32>(block, buckets, BUCKETS);
  return hasSlots ? 4 : 8;
}
