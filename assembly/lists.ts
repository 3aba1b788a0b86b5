import { LENGTH, RECORD_BYTES, RECORD_SHIFT } from "./layout";
import { expandPages } from "./pages";
import { expandBlocks } from "./pages-blocks";
import { EXPANDED, NEXT, PAGES_SEEN } from "./pages-layout";

/**
 * Writes the addresses of pages as `lists` full lists of `slots` entries, one behind the other, each with a link in its
 * last slot: NEXT, and from then on `slots * 8` more. Otherwise as expandBlocks; the records have enough pages.
 */
export function expandLists(
  work: usize,
  input: usize,
  count: u32,
  shift: u32,
  output: usize,
  lists: u32,
  slots: u32,
): void {
  const listBytes = (<usize>slots) << 3;
  let next = load<u64>(work, NEXT);
  let expanded: u32 = 0;
  let isShort = true;
  for (let list: u32 = 0; list < lists; ++list) {
    const record = input + ((<usize>expanded) << RECORD_SHIFT);
    // Of long segments a list holds less than a block, and the look at the rest of the block is lost.
    if (isShort) expandBlocks(work, record, count - expanded, shift, shift, output, slots - 1);
    else expandPages(work, record, count - expanded, shift, shift, output, slots - 1);
    const records = load<u32>(work, EXPANDED);
    expanded += records;
    isShort = records >= slots >> 3;
    output += listBytes;
    store<u64>(output - 8, next);
    next += listBytes;
  }
  store<u64>(work, next, NEXT);
  store<u32>(work, expanded, EXPANDED);
}

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
