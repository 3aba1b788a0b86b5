import { LENGTH, RECORD_SHIFT } from "./layout";
import { expandPages, storeEight } from "./pages";
import { DONE, EXPANDED, FOUR, LENGTHS, NUMBERS, OTHERS, PAIR, TWO } from "./pages-layout";

/*
 * Pages of 4 KiB go by blocks of up to 64 records:
 *
 *   records   ├ addr, length ┼ addr, length ┼ addr, length ┼ … ┤
 *   look         ↓ four at a time: no branch, no store that depends on a length
 *   work      NUMBERS  ├ first page ┼ first page ┼ first page ┼ … ┤
 *             OTHERS   ├ 0 ─────────┼ 2 ─────────┼ 1 ─────────┼ … ┤   their sum says whether the room holds all of them
 *   write        ↓ so many numbers for each record as most of the block have (here 4), whether it has them or not
 *   output    ├ a … . . ┤
 *               ├ b b+1 b+2 . ┤            the next record begins where the pages of the one before end
 *                           ├ c c+1 . . ┤
 *
 * Most records need no branch so, and a branch that a processor guesses wrongly costs as much as six records.
 *
 * What is written behind the pages of a record is overwritten by the next; behind the last of a block, where the room
 * may end, it is 15 numbers at most: OVERRUN.
 */

/** Pages of 2^12 bytes: V8 takes four instructions for a shift of lanes that is no constant. */
const SHIFT: u32 = 12;
const BLOCK_BYTES: usize = 64 << RECORD_SHIFT;
/** Records looked at together. */
const STEP_BYTES: usize = 4 << RECORD_SHIFT;

/**
 * As expandPages, by blocks where pages have 4 KiB; up to OVERRUN bytes behind the last number are overwritten.
 *
 * @returns Numbers written.
 */
export function expandBlocks(
  work: usize,
  input: usize,
  count: u32,
  shift: u32,
  scale: u32,
  output: usize,
  room: u32,
): u32 {
  if (shift != SHIFT) return expandPages(work, input, count, shift, scale, output, room);
  const inputEnd = input + ((<usize>count) << RECORD_SHIFT);
  const outputEnd = output + ((<usize>room) << 3);
  let record = input;
  let out = output;
  if (load<u64>(work, DONE) != 0) {
    // A call before has begun the first record.
    out += (<usize>expandPages(work, input, min<u32>(count, 1), shift, scale, output, room)) << 3;
    record += (<usize>load<u32>(work, EXPANDED)) << RECORD_SHIFT;
    if (record == input) return <u32>((out - output) >> 3);
  }
  setVectors(work, scale);
  while (inputEnd - record >= STEP_BYTES) {
    const bytes = min<usize>(BLOCK_BYTES, (inputEnd - record) & -STEP_BYTES);
    const others = look(work, record, bytes);
    // Two kinds of the loop above, or a choice in it, cost more.
    if (scale != 0) scaleNumbers(work, bytes);
    const records = bytes >> RECORD_SHIFT;
    const fit = fitting(work, records, others, <u64>(outputEnd - out) >> 3);
    out = inline.always(writeBlock(work, fit, others, out));
    record += fit << RECORD_SHIFT;
    if (fit < records) break;
  }
  // Up to three records, and those that the room may end in.
  const before = <u32>((record - input) >> RECORD_SHIFT);
  out += (<usize>expandPages(work, record, count - before, shift, scale, out, <u32>((outputEnd - out) >> 3))) << 3;
  store<u32>(work, before + load<u32>(work, EXPANDED), EXPANDED);
  return <u32>((out - output) >> 3);
}

/** Vectors that the loops load, because V8 makes others anew at every turn. */
function setVectors(work: usize, scale: u32): void {
  v128.store(work, i64x2.splat(LENGTH), LENGTHS);
  v128.store(work, i64x2.replace_lane(i64x2.splat(0), 1, (<u64>1) << scale), PAIR);
  v128.store(work, i64x2.splat((<u64>2) << scale), TWO);
  v128.store(work, i64x2.splat((<u64>4) << scale), FOUR);
}

/** Notes the first page of each record of a block, and how many others it touches. @returns The sum of the others. */
function look(work: usize, block: usize, bytes: usize): u64 {
  const length = v128.load(work, LENGTHS);
  const end = block + bytes;
  let sum = i64x2.splat(0);
  let at = work;
  for (let record = block; record < end; record += STEP_BYTES) {
    const r0 = v128.load(record);
    const r1 = v128.load(record, 16);
    const r2 = v128.load(record, 32);
    const r3 = v128.load(record, 48);
    const firsts = v128.shuffle<u64>(r0, r1, 0, 2);
    const nexts = v128.shuffle<u64>(r2, r3, 0, 2);
    const pages = i64x2.shr_u(firsts, SHIFT);
    const nextPages = i64x2.shr_u(nexts, SHIFT);
    const others = i64x2.sub(inline.always(lastPages(firsts, v128.shuffle<u64>(r0, r1, 1, 3), length)), pages);
    const nextOthers = i64x2.sub(inline.always(lastPages(nexts, v128.shuffle<u64>(r2, r3, 1, 3), length)), nextPages);
    v128.store(at, pages, NUMBERS);
    v128.store(at, nextPages, NUMBERS + 16);
    v128.store(at, others, OTHERS);
    v128.store(at, nextOthers, OTHERS + 16);
    sum = i64x2.add(sum, i64x2.add(others, nextOthers));
    at += 32;
  }
  return <u64>i64x2.extract_lane(sum, 0) + <u64>i64x2.extract_lane(sum, 1);
}

/** Makes addresses of the numbers of a block. */
function scaleNumbers(work: usize, bytes: usize): void {
  const end = work + (bytes >> 1);
  for (let at = work; at < end; at += 16) v128.store(at, i64x2.shl(v128.load(at, NUMBERS), SHIFT), NUMBERS);
}

/** The pages in which two records end. */
function lastPages(firsts: v128, words: v128, length: v128): v128 {
  return i64x2.shr_u(i64x2.add(firsts, i64x2.add(v128.and(words, length), i64x2.splat(-1))), SHIFT);
}

/** How many records of a block have all of their pages in a room of `left` numbers. */
function fitting(work: usize, records: usize, others: u64, left: u64): usize {
  if (others + records <= left) return records;
  let pages: u64 = 0;
  let fit: usize = 0;
  for (; fit < records; ++fit) {
    pages += load<u64>(work + (fit << 3), OTHERS) + 1;
    if (pages > left) break;
  }
  return fit;
}

/** Writes the pages of so many records of a block, of which all touch `others` beside their first. @returns Where they end. */
function writeBlock(work: usize, records: usize, others: u64, out: usize): usize {
  const end = work + (records << 3);
  if (others == 0) {
    for (let at = work; at < end; at += 16) v128.store(out + (at - work), v128.load(at, NUMBERS));
    return out + (records << 3);
  }
  // Of 5 to 12 pages, where lengths vary most; longer ones are written by the loop behind the first eight.
  if (others > records << 2 && others < records * 12) return inline.always(writeEach(work, end, out, 16));
  if (others > records * 3) return inline.always(writeEach(work, end, out, 8));
  return inline.always(writeEach(work, end, out, 4));
}

/** Writes `once` numbers for each record, and what a record has beyond them by a loop. @param once 4, 8 or 16. */
function writeEach(work: usize, end: usize, output: usize, once: usize): usize {
  const pair = v128.load(work, PAIR);
  const two = v128.load(work, TWO);
  const four = v128.load(work, FOUR);
  const six = i64x2.add(two, four);
  const eight = i64x2.add(four, four);
  let out = output;
  for (let record = work; record < end; record += 8) {
    let numbers = i64x2.add(v128.load64_splat(record, NUMBERS), pair);
    const others = <usize>load<u64>(record, OTHERS);
    const stop = out + 8 + (others << 3);
    if (once == 4) {
      v128.store(out, numbers);
      v128.store(out, i64x2.add(numbers, two), 16);
    } else {
      inline.always(storeEight(out, numbers, two, four, six));
    }
    if (once == 16) inline.always(storeEight(out + 64, i64x2.add(numbers, eight), two, four, six));
    if (others >= once) {
      numbers = i64x2.add(numbers, once == 4 ? four : once == 8 ? eight : i64x2.add(eight, eight));
      for (let at = out + (once << 3); at < stop; at += 64) {
        inline.always(storeEight(at, numbers, two, four, six));
        numbers = i64x2.add(numbers, eight);
      }
    }
    out = stop;
  }
  return out;
}
