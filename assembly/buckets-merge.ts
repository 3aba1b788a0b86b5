import { ADDR_SHIFT, MERGED, WORD_BITS, WORD_MASK, WORD_SHIFT } from "./buckets-layout";
import { baseOf, holdReach, leastReach, longestRecord, reachOf, wordLess, writeLong } from "./buckets-run";
import { HELD, RUN_FIRST } from "./layout";

/** Joins the sorted keys of a bucket, u64 each. The last run stays pending. Returns where the next record goes. */
export function mergeKeys(work: usize, block: usize, bucket: u32, from: usize, end: usize, output: usize): usize {
  const base = baseOf(block, bucket);
  const beyond = leastReach(work, block);
  const most = longestRecord(work);
  const less = wordLess(work, block);
  if (load<u32>(work, HELD) == 0) {
    const first = firstOf(block, base, load<u64>(from));
    holdReach(work, block, first, first + lengthOf(block, load<u64>(from)) + beyond);
  }
  store<u32>(block, <u32>output, MERGED);
  for (let at = from; at < end; ) {
    at = mergeShort(work, block, at, end, i64x2.splat(base), i64x2.splat(beyond), most, less);
    at = mergeLong(work, block, at, end, base, beyond, most);
  }
  return <usize>load<u32>(block, MERGED);
}

function firstOf(block: usize, base: u64, key: u64): u64 {
  return base + ((key >> load<u32>(block, WORD_BITS)) << load<u32>(block, ADDR_SHIFT));
}

/** The bits of the length that a key holds. */
function lengthOf(block: usize, key: u64): u64 {
  return (key & load<u64>(block, WORD_MASK)) << load<u32>(block, WORD_SHIFT);
}

/**
 * Joins keys up to where the pending run is longer than a record. Returns the first key that is not joined yet. Few values
 * live in the loop, and it calls nothing: V8 would keep the others in memory.
 */
function mergeShort(
  work: usize,
  block: usize,
  from: usize,
  end: usize,
  base: v128,
  beyond: v128,
  most: u64,
  less: u64,
): usize {
  const addrShift = <i32>load<u32>(block, ADDR_SHIFT);
  const wordShift = <i32>load<u32>(block, WORD_SHIFT);
  const wordBits = <i32>load<u32>(block, WORD_BITS);
  const wordMask = v128.load_splat<u64>(block, WORD_MASK);
  let first = load<u64>(work, RUN_FIRST);
  let reach = reachOf(work);
  let out = <usize>load<u32>(block, MERGED);
  let at = from;
  for (; at < end; at += 16) {
    // Where the last key has no other behind it, the other is what lies there, and does not count.
    const keys = v128.load(at);
    const firsts = i64x2.add(i64x2.shl(i64x2.shr_u(keys, wordBits), addrShift), base);
    const reaches = i64x2.add(firsts, i64x2.add(i64x2.shl(v128.and(keys, wordMask), wordShift), beyond));
    const nextFirst = <u64>i64x2.extract_lane(firsts, 0);
    if (reach - first > most) break;
    store<u64>(out, first);
    store<u64>(out, less + (reach - first), 8);
    const apart = u32(nextFirst > reach);
    out += apart << 4;
    first = select<u64>(nextFirst, first, apart);
    // Of one kind, sorted: what is apart reaches further than all before.
    reach = max<u64>(reach, <u64>i64x2.extract_lane(reaches, 0));
    if (at + 8 == end || reach - first > most) {
      at += 8;
      break;
    }
    store<u64>(out, first);
    store<u64>(out, less + (reach - first), 8);
    const secondFirst = <u64>i64x2.extract_lane(firsts, 1);
    const secondApart = u32(secondFirst > reach);
    out += secondApart << 4;
    first = select<u64>(secondFirst, first, secondApart);
    reach = max<u64>(reach, <u64>i64x2.extract_lane(reaches, 1));
  }
  holdReach(work, block, first, reach);
  store<u32>(block, <u32>out, MERGED);
  return at;
}

/** Joins keys up to where the pending run is no longer than a record. */
function mergeLong(work: usize, block: usize, from: usize, end: usize, base: u64, beyond: u64, most: u64): usize {
  let first = load<u64>(work, RUN_FIRST);
  let reach = reachOf(work);
  let at = from;
  for (; at < end && reach - first > most; at += 8) {
    const key = load<u64>(at);
    const nextFirst = firstOf(block, base, key);
    if (nextFirst > reach) {
      store<u32>(block, <u32>writeLong(work, block, <usize>load<u32>(block, MERGED), first, reach), MERGED);
      first = nextFirst;
    }
    reach = max<u64>(reach, nextFirst + lengthOf(block, key) + beyond);
  }
  holdReach(work, block, first, reach);
  return at;
}
