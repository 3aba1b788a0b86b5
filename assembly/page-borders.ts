import { LENGTH, RECORD_BYTES, RECORD_SHIFT } from "./layout";
import { PAGES_SEEN } from "./pages-layout";

/**
 * Looks at records that may be cut from pages of 2^shift bytes: PAGES_SEEN is how many pages their lengths are, where all
 * of them lie at pages.
 *
 * @returns The low 32 bits that any address or length has: none below `shift` iff all of them lie at pages.
 */
export function inspectBorders(work: usize, input: usize, count: u32, shift: u32): u32 {
  const end = input + ((<usize>count) << RECORD_SHIFT);
  const length = i64x2.replace_lane(i64x2.splat(0), 1, LENGTH);
  let bits = i64x2.splat(0);
  let sum = i64x2.splat(0);
  for (let record = input; record < end; record += RECORD_BYTES) {
    const words = v128.load(record);
    bits = v128.or(bits, words);
    sum = i64x2.add(sum, v128.and(words, length));
  }
  store<u64>(work, <u64>i64x2.extract_lane(sum, 1) >> shift, PAGES_SEEN);
  return <u32>i64x2.extract_lane(bits, 0) | <u32>i64x2.extract_lane(bits, 1);
}
