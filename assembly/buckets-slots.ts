import {
  ADDR_SHIFT,
  BUCKET_SHIFT,
  CODE_REACH,
  GROUP_SLOTS,
  HEADS,
  MAX_CODE_BITS,
  PIECE_BYTES,
  PIECE_HEAD,
  READ_AHEAD,
  SLOT_ADDR,
  TAILS,
  WORD_BITS,
  WORD_MASK,
  WORD_SHIFT,
} from "./buckets-layout";
import { baseOf, holdReach, leastReach, longestRecord, reachOf, wordLess, writeLong } from "./buckets-run";
import { HELD, RUN_FIRST } from "./layout";

/*
 * A bucket whose addresses are dense: a byte for each address that may occur, its slot. A key puts its code there, the bits
 * of its length and 1, if no longer one is there already. Then the slots are read in their order, 64 at a time: this is the
 * sort. Of records with one address the longest is all that counts.
 */

/** Fills the tables: addresses of slots, and reaches of codes, so that the loop needs no shift. */
export function openSlots(work: usize, block: usize): void {
  const addrShift = <u64>load<u32>(block, ADDR_SHIFT);
  const wordShift = <u64>load<u32>(block, WORD_SHIFT);
  const beyond = leastReach(work, block);
  for (let slot: u32 = 0; slot < GROUP_SLOTS; slot++) {
    store<u64>(block + ((<usize>slot) << 3), (<u64>slot) << addrShift, SLOT_ADDR);
  }
  for (let code: u32 = 0; code < 1 << MAX_CODE_BITS; code++) {
    store<u64>(block + ((<usize>code) << 3), ((<u64>code) << wordShift) + beyond, CODE_REACH + 8);
  }
}

/**
 * Joins the keys of a bucket, u32 each.
 *
 * @param slots All 0, before and after. @returns Records written to `output`, not more than keys and one.
 */
export function uniteSlots(work: usize, block: usize, bucket: u32, slots: usize, output: usize): u32 {
  fill(block, bucket, slots);
  const bits = load<u32>(block, BUCKET_SHIFT) - load<u32>(block, ADDR_SHIFT);
  const count = (<usize>1) << bits;
  const base = baseOf(block, bucket);
  if (load<u32>(work, HELD) == 0) holdFirst(work, block, base, slots);
  const out = drain(work, block, base, slots, slots + count, output);
  return <u32>(out - output) >> 4;
}

/** Puts the code of each key in its slot, and touches the next piece, so that memory gives it meanwhile. */
function fill(block: usize, bucket: u32, slots: usize): void {
  const wordBits = load<u32>(block, WORD_BITS);
  const wordMask = <u32>load<u64>(block, WORD_MASK);
  const tail = <usize>load<u32>(block + ((<usize>bucket) << 2), TAILS);
  let seen: u32 = 0;
  for (let piece = <usize>load<u32>(block + ((<usize>bucket) << 2), HEADS); piece != 0; ) {
    const next = <usize>load<u32>(piece);
    if (next != 0) for (let at = next; at < next + PIECE_BYTES; at += 64) seen ^= load<u32>(at);
    const end = next != 0 ? piece + PIECE_BYTES : tail;
    for (let at = piece + PIECE_HEAD; at < end; at += 4) {
      const key = load<u32>(at);
      const slot = slots + (key >> wordBits);
      store<u8>(slot, max<u32>((key & wordMask) + 1, <u32>load<u8>(slot)));
    }
    piece = next;
  }
  store<u32>(block, seen, READ_AHEAD);
}

/** Makes the first record of all pending. The bucket has one. */
function holdFirst(work: usize, block: usize, base: u64, slots: usize): void {
  let slot = slots;
  while (load<u8>(slot) == 0) slot++;
  const distance = slot - slots;
  const first = base + ((<u64>distance) << load<u32>(block, ADDR_SHIFT));
  holdReach(work, block, first, first + load<u64>(block + ((<usize>load<u8>(slot)) << 3), CODE_REACH));
}

/** A bit for each of 64 slots that holds a code. */
function codesAt(at: usize): u64 {
  const none = i8x16.splat(0);
  const low =
    <u32>i8x16.bitmask(i8x16.eq(v128.load(at), none)) | ((<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), none))) << 16);
  const high =
    <u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), none)) |
    ((<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), none))) << 16);
  return ~(<u64>low | ((<u64>high) << 32));
}

/**
 * Joins what the slots hold, and clears them. Few values live in the loop of a group, and it calls nothing: V8 would keep
 * the others in memory. So whether a run may become longer than a record is asked once a group.
 */
function drain(work: usize, block: usize, start: u64, slots: usize, end: usize, output: usize): usize {
  const step = (<u64>GROUP_SLOTS) << load<u32>(block, ADDR_SHIFT);
  const less = wordLess(work, block);
  const farthest = step + load<u64>(block + ((<usize>1) << (MAX_CODE_BITS + 3)), CODE_REACH);
  const most = longestRecord(work);
  const none = i8x16.splat(0);
  let base = start;
  let first = load<u64>(work, RUN_FIRST);
  let reach = reachOf(work);
  let out = output;
  for (let at = slots; at < end; at += GROUP_SLOTS, base += step) {
    let codes = inline.always(codesAt(at));
    if (codes == 0) continue;
    if (max<u64>(reach, base + farthest) - first > most) {
      holdReach(work, block, first, reach);
      out = drainLong(work, block, base, at, codes, out);
      first = load<u64>(work, RUN_FIRST);
      reach = reachOf(work);
    } else {
      do {
        const slot = <usize>ctz<u64>(codes);
        codes &= codes - 1;
        const nextFirst = base + load<u64>(block + (slot << 3), SLOT_ADDR);
        const nextReach = nextFirst + load<u64>(block + ((<usize>load<u8>(at + slot)) << 3), CODE_REACH);
        const apart = u32(nextFirst > reach);
        store<u64>(out, first);
        store<u64>(out, less + (reach - first), 8);
        out += apart << 4;
        first = select<u64>(nextFirst, first, apart);
        // Of one kind, sorted: what is apart reaches further than all before.
        reach = max<u64>(reach, nextReach);
      } while (codes != 0);
    }
    v128.store(at, none);
    v128.store(at, none, 16);
    v128.store(at, none, 32);
    v128.store(at, none, 48);
  }
  holdReach(work, block, first, reach);
  return out;
}

/** Joins what a group of slots holds, where a run may be longer than a record. */
function drainLong(work: usize, block: usize, base: u64, at: usize, group: u64, output: usize): usize {
  let first = load<u64>(work, RUN_FIRST);
  let reach = reachOf(work);
  let out = output;
  for (let codes = group; codes != 0; codes &= codes - 1) {
    const slot = <usize>ctz<u64>(codes);
    const nextFirst = base + load<u64>(block + (slot << 3), SLOT_ADDR);
    const nextReach = nextFirst + load<u64>(block + ((<usize>load<u8>(at + slot)) << 3), CODE_REACH);
    if (nextFirst > reach) {
      out = writeLong(work, block, out, first, reach);
      first = nextFirst;
    }
    reach = max<u64>(reach, nextReach);
  }
  holdReach(work, block, first, reach);
  return out;
}
