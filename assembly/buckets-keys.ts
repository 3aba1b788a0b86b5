import { CLUSTERED, DIGITS, HEADS, PIECE_BYTES, PIECE_HEAD, STARTS, TAILS, WORD_BITS } from "./buckets-layout";
import { mergeKeys } from "./buckets-merge";

/*
 * A bucket whose addresses are few among those possible: a radix sort of its keys, u64 each, in cache, by the bits in which
 * they differ.
 *
 * Two digits of 10 bits, the highest, leave few of some ten thousand keys in disorder, if addresses are spread: an insertion
 * mends that. Where this would take long, and where there are more keys, all bits are sorted digit by digit: so the work
 * stays linear.
 */

/** Bits in a digit at most. */
const DIGIT_BITS: u32 = 10;
/** Bytes of a row of counters. */
const ROW: usize = 0x1000;
/** Bytes of a line. Digits that are a power of two of bytes long would have places that share cache sets. */
const LINE: usize = 64;

/** Keys that an insertion may mend. */
const SPREAD_KEYS: u32 = 0x10000;

/**
 * Joins the keys of a bucket. `first` and `second` have room for all of them each, and 64 KiB more.
 *
 * @param count Keys, at least 1. @returns Records written to `output`, at most keys and one.
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
  const differing = (differingBits(block, bucket) >> low) << low;
  const high = 64 - <u32>clz<u64>(differing);
  const bytes = (<usize>count) << 3;
  let shift = differing == 0 ? low : <u32>ctz<u64>(differing);
  let bits = differing == 0 ? 0 : high - shift;
  let rest: u64 = 0;
  let isSpread = false;
  if (bits > 2 * DIGIT_BITS) {
    isSpread = count <= SPREAD_KEYS && load<u32>(block, CLUSTERED) == 0;
    bits = 2 * DIGIT_BITS;
    if (isSpread) shift = high - bits;
    else rest = (differing >> (shift + bits)) << (shift + bits);
  }
  sortPieces(block, bucket, shift, bits, first, second);
  if (isSpread && !settle(second, second + bytes, low)) {
    store<u32>(block, 1, CLUSTERED);
    rest = differing;
  }
  const sorted = sortDigits(block, rest, second, first, bytes);
  return <u32>(mergeKeys(work, block, bucket, sorted, sorted + bytes, output) - output) >> 4;
}

/** The bits in which the keys of a bucket differ. Memory gives the keys meanwhile. */
function differingBits(block: usize, bucket: u32): u64 {
  const tail = <usize>load<u32>(block + ((<usize>bucket) << 2), TAILS);
  let any = i64x2.splat(0);
  let all = i64x2.splat(-1);
  for (let piece = <usize>load<u32>(block + ((<usize>bucket) << 2), HEADS); piece != 0; ) {
    const next = <usize>load<u32>(piece);
    const end = next != 0 ? piece + PIECE_BYTES : tail;
    for (let at = piece + PIECE_HEAD; at < end; at += 8) {
      const key = v128.load_splat<u64>(at);
      any = v128.or(any, key);
      all = v128.and(all, key);
    }
    piece = next;
  }
  return <u64>i64x2.extract_lane(v128.andnot(any, all), 0);
}

/** Sorts by two digits, from `shift` on: the pieces of the bucket to `first`, and that to `second`. */
function sortPieces(block: usize, bucket: u32, shift: u32, bits: u32, first: usize, second: usize): void {
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

/** Counts both digits of the keys of a bucket. */
function countPieces(block: usize, bucket: u32, shift: u32, mask: u32, width: u32): void {
  const digits = block + DIGITS;
  const tail = <usize>load<u32>(block + ((<usize>bucket) << 2), TAILS);
  for (let piece = <usize>load<u32>(block + ((<usize>bucket) << 2), HEADS); piece != 0; ) {
    const next = <usize>load<u32>(piece);
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

/** Sorts by these bits, digit by digit. Returns where the keys are: `keys` or `other`. */
function sortDigits(block: usize, bits: u64, keys: usize, other: usize, bytes: usize): usize {
  const digits = block + DIGITS;
  const mask: u32 = (1 << DIGIT_BITS) - 1;
  let from = keys;
  let to = other;
  let left = bits;
  while (left != 0) {
    const shift = <u32>ctz<u64>(left);
    memory.fill(digits, 0, ROW);
    for (let at = from; at < from + bytes; at += 8) {
      const counter = digits + ((<usize>(<u32>(load<u64>(at) >> shift) & mask)) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
    }
    place(digits, mask, to, 0);
    scatter(from, from + bytes, digits, shift, mask);
    left &= ~((<u64>mask) << shift);
    const swap = from;
    from = to;
    to = swap;
  }
  return from;
}
