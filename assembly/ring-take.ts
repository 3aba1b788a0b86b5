import { BLOCK, FLUSH, LENGTH, RECORD_BYTES, RESERVED, STAGING } from "./layout";
import { heldRun, input, work } from "./ring-state";
import { takeRange } from "./run";

/** Records a round, copied out of the ring first so that each word is loaded once: one taken exactly, and then a block. */
export const CHUNK: u32 = BLOCK - 3;

/** Copies records out of the ring, in two pieces where it wraps. */
export function stage(count: u32): void {
  const at = input.head & (input.capacity - 1);
  const straight = min<u32>(count, input.capacity - at);
  const staging = work + STAGING;
  copyRecords(staging, input.slots + ((<usize>at) << 4), straight);
  copyRecords(staging + ((<usize>straight) << 4), input.slots, count - straight);
}

/** A loop: each word is loaded once, and memory.copy costs a call out of the compiled code. */
function copyRecords(to: usize, from: usize, count: u32): void {
  const end = from + ((<usize>count) << 4);
  for (; from < end; from += RECORD_BYTES, to += RECORD_BYTES) v128.store(to, v128.load(from));
}

/** Staged records up to the first with FLUSH, or that this ring may not hold. */
export function plainRecords(count: u32): u32 {
  const limited = input.recordLast != 0xffff_ffff || input.addressLimit != u64.MAX_VALUE;
  let record = work + STAGING;
  const end = record + ((<usize>count) << 4);
  if (!limited) {
    // Four at a time; what follows the end of the staged records is scratch too.
    const flushBit = i64x2.splat(FLUSH);
    while (record < end) {
      const words = v128.or(
        v128.or(v128.load(record), v128.load(record, 16)),
        v128.or(v128.load(record, 32), v128.load(record, 48)),
      );
      if (i64x2.extract_lane(v128.and(words, flushBit), 1) != 0) break;
      record += 4 * RECORD_BYTES;
    }
  }
  for (; record < end; record += RECORD_BYTES) {
    const word = load<u64>(record, 8);
    if ((word & FLUSH) != 0 || (limited && !withinLimits(load<u64>(record), word))) break;
  }
  return <u32>(min<usize>(record, end) - work - STAGING) >> 4;
}

function withinLimits(first: u64, word: u64): bool {
  const reach = (word & LENGTH) - 1;
  return reach <= input.recordLast && first <= input.addressLimit && input.addressLimit - first >= reach;
}

/** A record with FLUSH, or one past the ring's limits. Returns 1 taken, 0 no room, -1 not valid. */
export function takeSpecial(record: usize): i32 {
  const first = load<u64>(record);
  const word = load<u64>(record, 8);
  if ((word & FLUSH) == 0) return -1;
  if ((first | (word ^ FLUSH)) != 0) {
    const reach = (word & LENGTH) - 1;
    if ((word & (RESERVED ^ FLUSH)) != 0 || reach >> 32 != 0 || first + reach < first || !withinLimits(first, word)) {
      return -1;
    }
    if (!takeRange(work, first, first + reach, word & ~(LENGTH | FLUSH))) return 0;
  }
  heldRun.flushing = true;
  return 1;
}
