import {
  ADDR_SHIFT,
  BASE,
  BUCKET_SHIFT,
  BUCKETS,
  CLUSTERED,
  FULL_KEYS,
  HEADS,
  HOLE_AT,
  HOLE_BITS,
  KEY_BYTES,
  MAX_BUCKETS,
  PIECE_BYTES,
  PIECE_HEAD,
  POOL,
  TAILS,
  WORD,
  WORD_BITS,
  WORD_MASK,
  WORD_SHIFT,
} from "./buckets-layout";
import { bitsBelow } from "./buckets-run";
import { LENGTH, RECORD_BYTES, RECORD_SHIFT } from "./layout";

/**
 * Gives each bucket a piece, from `pool` on. All buckets past the last share one: records that are not as planned may go
 * there, and nowhere else.
 *
 * @param pool A multiple of 1024, with room for the pieces that all keys fill, and for BUCKETS and one more.
 */
export function openBuckets(block: usize, pool: usize): void {
  memory.fill(block + FULL_KEYS, 0, (<usize>MAX_BUCKETS) << 2);
  store<u32>(block, 0, CLUSTERED);
  const last = pool + <usize>load<u32>(block, BUCKETS) * PIECE_BYTES;
  store<u32>(last, 0);
  // Four rows at a time: one at a time takes a tenth of a union of a thousand records.
  const head = i32x4.splat(<i32>last);
  const tail = i32x4.splat(<i32>(last + PIECE_HEAD));
  for (let at = block; at < block + ((<usize>MAX_BUCKETS) << 2); at += 16) {
    v128.store(at, head, HEADS);
    v128.store(at, tail, TAILS);
  }
  let row = block;
  for (let piece = pool; piece < last; piece += PIECE_BYTES) {
    store<u32>(piece, 0);
    store<u32>(row, <u32>piece, HEADS);
    store<u32>(row, <u32>(piece + PIECE_HEAD), TAILS);
    row += 4;
  }
  store<u32>(block, <u32>(last + PIECE_BYTES), POOL);
}

/**
 * Makes keys of records, and adds them to their buckets.
 *
 * @returns False where a record is not valid, or not as planned: the buckets are of no use then. They have written to no
 *   more of the pool than valid records would.
 */
export function partRecords(block: usize, input: usize, count: u32): bool {
  const isPlanned = load<u32>(block, KEY_BYTES) == 4 ? part<u32>(block, input, count) : part<u64>(block, input, count);
  return isPlanned && nonePastLast(block);
}

/** Whether no bucket past the last got a key: their tails are where the one piece that they share begins. */
function nonePastLast(block: usize): bool {
  const end = block + ((<usize>MAX_BUCKETS) << 2);
  const shared = i32x4.splat(<i32>(load<u32>(end - 4, HEADS) + <u32>PIECE_HEAD));
  let moved = i32x4.splat(0);
  let at = block + ((<usize>load<u32>(block, BUCKETS)) << 2);
  for (; at <= end - 16; at += 16) moved = v128.or(moved, v128.xor(v128.load(at, TAILS), shared));
  if (v128.any_true(moved)) return false;
  for (; at < end; at += 4) if (load<u32>(at, TAILS) != <u32>i32x4.extract_lane(shared, 0)) return false;
  return true;
}

/** Two records at a time, and all checks on the way, without a branch. */
function part<T>(block: usize, input: usize, count: u32): bool {
  const base = v128.load_splat<u64>(block, BASE);
  const word = v128.load_splat<u64>(block, WORD);
  const wordMask = v128.load_splat<u64>(block, WORD_MASK);
  const bucketShift = <i32>load<u32>(block, BUCKET_SHIFT);
  const addrShift = <i32>load<u32>(block, ADDR_SHIFT);
  const wordShift = <i32>load<u32>(block, WORD_SHIFT);
  const wordBits = <i32>load<u32>(block, WORD_BITS);
  const holeBits = <i32>load<u32>(block, HOLE_BITS);
  const belowHole = i64x2.splat(bitsBelow(load<u32>(block, HOLE_AT)));
  const within = i64x2.splat(bitsBelow(<u32>bucketShift));
  const length = i64x2.splat(LENGTH);
  const one = i64x2.splat(1);
  const end = input + ((<usize>count) << RECORD_SHIFT);
  let pool = <usize>load<u32>(block, POOL);
  let far = i64x2.splat(0);
  let other = far;
  let wide = far;
  let wrapped = far;
  for (let record = input; record < end; record += 2 * RECORD_BYTES) {
    const isLast = record + RECORD_BYTES == end;
    const r0 = v128.load(record);
    const r1 = v128.load(isLast ? record : record + RECORD_BYTES);
    const first = v128.shuffle<u64>(r0, r1, 0, 2);
    const words = v128.shuffle<u64>(r0, r1, 1, 3);
    const distance = i64x2.sub(first, base);
    const reach = i64x2.sub(v128.and(words, length), one);
    far = v128.or(far, distance);
    other = v128.or(other, v128.xor(words, word));
    wide = v128.or(wide, reach);
    wrapped = v128.or(wrapped, v128.andnot(first, i64x2.add(first, reach)));
    // Four times the bucket: an offset in rows of u32.
    let squeezed = distance;
    // A branch that is always predicted: without one, addresses without a hole pay 0.7 ns for it.
    if (holeBits != 0) squeezed = v128.bitselect(distance, i64x2.shr_u(distance, holeBits), belowHole);
    const rows = i64x2.shr_u(squeezed, bucketShift - 2);
    const keys = v128.or(
      i64x2.shl(i64x2.shr_u(v128.and(squeezed, within), addrShift), wordBits),
      v128.and(i64x2.shr_u(words, wordShift), wordMask),
    );
    pool = inline.always(
      addKey<T>(block + (i32x4.extract_lane(rows, 0) & ((MAX_BUCKETS - 1) << 2)), i64x2.extract_lane(keys, 0), pool),
    );
    if (isLast) break;
    pool = inline.always(
      addKey<T>(block + (i32x4.extract_lane(rows, 2) & ((MAX_BUCKETS - 1) << 2)), i64x2.extract_lane(keys, 1), pool),
    );
  }
  store<u32>(block, <u32>pool, POOL);
  // A length of 0 or above 4 GiB, a byte past 2^64, more than MAX_BUCKETS away, other low bits, a bit in the hole or
  // another kind.
  const bad = v128.or(i64x2.shr_u(wide, 32), i64x2.shr_u(wrapped, 63));
  const hole = i64x2.splat(bitsBelow(<u32>holeBits) << load<u32>(block, HOLE_AT));
  const agreed = v128.or(hole, i64x2.splat(bitsBelow(<u32>addrShift)));
  const away = v128.or(i64x2.shr_u(i64x2.shr_u(far, bucketShift + 9), holeBits), v128.and(far, agreed));
  const differs = v128.andnot(other, i64x2.splat(load<u64>(block, WORD_MASK) << wordShift));
  return !v128.any_true(v128.or(v128.or(bad, away), differs));
}

/** Adds a key to the bucket of a row. Returns where the next piece begins. */
function addKey<T>(row: usize, key: i64, pool: usize): usize {
  const to = <usize>load<u32>(row, TAILS);
  store<T>(to, <T>key);
  const next = to + sizeof<T>();
  if ((next & (PIECE_BYTES - 1)) != 0) {
    store<u32>(row, <u32>next, TAILS);
    return pool;
  }
  store<u32>(next - PIECE_BYTES, <u32>pool);
  store<u32>(pool, 0);
  store<u32>(row, load<u32>(row, FULL_KEYS) + <u32>((PIECE_BYTES - PIECE_HEAD) / sizeof<T>()), FULL_KEYS);
  store<u32>(row, <u32>(pool + PIECE_HEAD), TAILS);
  return pool + PIECE_BYTES;
}
