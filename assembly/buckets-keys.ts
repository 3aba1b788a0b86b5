import {
  ADDR_SHIFT,
  BUCKET_SHIFT,
  CLUSTERED,
  DIGITS,
  HEADS,
  PIECE_BYTES,
  PIECE_HEAD,
  READ_AHEAD,
  STARTS,
  TAILS,
  WORD_BITS,
} from "./buckets-layout";
import { mergeKeys } from "./buckets-merge";

/*
 * A bucket whose addresses are few among those possible: a radix sort of its keys, u64 each, in cache.
 *
 * Two digits of at most 10 bits, the highest of the address, leave few keys in disorder, if addresses are spread: an
 * insertion mends that. Where it would take long, all bits are sorted digit by digit instead, in this bucket and in those
 * after it: so the work stays linear.
 */

/** Bits in a digit at most. */
const DIGIT_BITS: u32 = 10;
/** Bytes of a row of counters. */
const ROW: usize = 0x1000;
/** Bytes of a line. Digits that are a power of two of bytes long would have places that share cache sets. */
const LINE: usize = 64;

/**
 * Joins the keys of a bucket. `first` and `second` have room for all of them each, and 64 KiB more.
 *
 * @param count Keys, at least 1. @returns Records written to `output`, not more than keys and one.
 */
export function uniteKeys(
  work: usize,
  block: usize,
  bucket: u32,
  count: u32,
  first: usize,
  second: usize,
  output: usize,
): u32 {
  const low = load<u32>(block, WORD_BITS);
  const bits = load<u32>(block, BUCKET_SHIFT) - load<u32>(block, ADDR_SHIFT);
  const used = min<u32>(bits, 2 * DIGIT_BITS);
  sortHigh(block, bucket, low + bits - used, used, first, second);
  const end = second + ((<usize>count) << 3);
  let sorted = second;
  if (used < bits && (load<u32>(block, CLUSTERED) != 0 || !settle(second, end, low))) {
    store<u32>(block, 1, CLUSTERED);
    sorted = sortAll(block, second, first, count, low);
  }
  const out = mergeKeys(work, block, bucket, sorted, sorted + ((<usize>count) << 3), output);
  return <u32>(out - output) >> 4;
}

/** Sorts by two digits, from `shift` on: the pieces of the bucket to `first`, and that to `second`. */
function sortHigh(block: usize, bucket: u32, shift: u32, bits: u32, first: usize, second: usize): void {
  const digits = block + DIGITS;
  const starts = block + STARTS;
  const width = (bits + 1) >> 1;
  const mask: u32 = (1 << width) - 1;
  memory.fill(digits, 0, 2 * ROW);
  countPieces(block, bucket, shift, mask, width);
  place(digits, mask, first, LINE);
  place(digits + ROW, mask, second, 0);
  memory.copy(starts, digits, (<usize>mask + 1) << 2);
  const tail = <usize>load<u32>(block + ((<usize>bucket) << 2), TAILS);
  for (let piece = <usize>load<u32>(block + ((<usize>bucket) << 2), HEADS); piece != 0; ) {
    const next = <usize>load<u32>(piece);
    scatter(piece + PIECE_HEAD, next != 0 ? piece + PIECE_BYTES : tail, digits, shift, mask);
    piece = next;
  }
  for (let digit: usize = 0; digit <= (<usize>mask) << 2; digit += 4) {
    scatter(load<u32>(starts + digit), load<u32>(digits + digit), digits + ROW, shift + width, mask);
  }
}

/** Counts both digits of the keys of a bucket, and touches the next piece, so that memory gives it meanwhile. */
function countPieces(block: usize, bucket: u32, shift: u32, mask: u32, width: u32): void {
  const digits = block + DIGITS;
  const tail = <usize>load<u32>(block + ((<usize>bucket) << 2), TAILS);
  let seen: u32 = 0;
  for (let piece = <usize>load<u32>(block + ((<usize>bucket) << 2), HEADS); piece != 0; ) {
    const next = <usize>load<u32>(piece);
    if (next != 0) for (let at = next; at < next + PIECE_BYTES; at += LINE) seen ^= load<u32>(at);
    const end = next != 0 ? piece + PIECE_BYTES : tail;
    for (let at = piece + PIECE_HEAD; at < end; at += 8) {
      const key = load<u64>(at) >> shift;
      const counter = digits + ((<usize>(<u32>key & mask)) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
      const other = digits + ((<usize>(<u32>(key >> width) & mask)) << 2);
      store<u32>(other, load<u32>(other, ROW) + 1, ROW);
    }
    piece = next;
  }
  store<u32>(block, seen, READ_AHEAD);
}

/** Makes counters into places, from `output` on. */
function place(counters: usize, mask: u32, output: usize, between: usize): void {
  let at = output;
  for (let counter = counters; counter <= counters + ((<usize>mask) << 2); counter += 4) {
    const found = <usize>load<u32>(counter);
    store<u32>(counter, <u32>at);
    at += (found << 3) + between;
  }
}

/** Moves keys to the next place of their digit. */
function scatter(from: usize, end: usize, counters: usize, shift: u32, mask: u32): void {
  for (let at = from; at < end; at += 8) {
    const key = load<u64>(at);
    const counter = counters + ((<usize>(<u32>(key >> shift) & mask)) << 2);
    const to = <usize>load<u32>(counter);
    store<u32>(counter, <u32>(to + 8));
    store<u64>(to, key);
  }
}

/** Puts keys that are nearly sorted in order. False: that takes more than two moves a key; all keys are there still. */
function settle(from: usize, end: usize, low: u32): bool {
  let moves = <i32>((end - from) >> 2);
  let before = load<u64>(from) >> low;
  for (let at = from + 8; at < end; at += 8) {
    const key = load<u64>(at);
    const addr = key >> low;
    if (addr >= before) {
      before = addr;
      continue;
    }
    let to = at;
    do {
      store<u64>(to, load<u64>(to - 8));
      to -= 8;
      moves--;
    } while (to > from && load<u64>(to - 8) >> low > addr && moves > 0);
    store<u64>(to, key);
    if (moves <= 0) return false;
  }
  return true;
}

/** Sorts by all bits of the address in which the keys differ, digit by digit. Returns where the keys are. */
function sortAll(block: usize, keys: usize, other: usize, count: u32, low: u32): usize {
  const end = keys + ((<usize>count) << 3);
  let differing: u64 = 0;
  const one = load<u64>(keys);
  for (let at = keys; at < end; at += 8) differing |= load<u64>(at) ^ one;
  const digits = block + DIGITS;
  let from = keys;
  let to = other;
  for (differing = (differing >> low) << low; differing != 0; ) {
    const shift = <u32>ctz<u64>(differing);
    const mask: u32 = (1 << DIGIT_BITS) - 1;
    memory.fill(digits, 0, ROW);
    for (let at = from; at < from + ((<usize>count) << 3); at += 8) {
      const counter = digits + ((<usize>(<u32>(load<u64>(at) >> shift) & mask)) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
    }
    place(digits, mask, to, 0);
    scatter(from, from + ((<usize>count) << 3), digits, shift, mask);
    differing &= ~((<u64>mask) << shift);
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}
