import { LENGTH, RECORD_BYTES, RECORD_SHIFT } from "./layout";
import { inspectBorders } from "./page-borders";
import { expandPages, storeEight } from "./pages";
import { ANY, BORDERS, DONE, EXPANDED, FOUR, LOOKS, OTHERS, PAIR, TWO } from "./pages-layout";

/*
 * Records go by blocks of up to 64:
 *
 *   records   ├ addr, length ┼ addr, length ┼ addr, length ┼ … ┤
 *   look         ↓ four at a time: do all lie at pages, how long is the longest, how many pages are there in all?
 *   write        ↓ 1, 2, 4, 8 or 16 numbers for each record (here 4), whether it has so many pages or not
 *   output    ├ a … . . ┤
 *               ├ b b+1 b+2 . ┤            the next record begins where the pages of the one before end
 *                           ├ c c+1 . . ┤
 *
 * Most records need no branch so, and a branch that a processor guesses wrongly costs as much as six records.
 *
 * What is written behind the pages of a record is overwritten by the next; behind the last of a block, where the room
 * may end, it is 15 numbers at most: OVERRUN.
 */

const BLOCK_BYTES: usize = 64 << RECORD_SHIFT;
/** Records looked at together. */
const STEP_BYTES: usize = 4 << RECORD_SHIFT;
/** Records that expandPages gets at a time, where blocks do not suit them: to look at each block costs a quarter more. */
const STRETCH: u32 = 1024;
/** Pages shorter than a number would need a shift the other way. */
const LEAST_SHIFT: u32 = 3;

/**
 * As expandPages, by blocks; up to OVERRUN bytes behind the last number are overwritten. Where LOOKS is set and BORDERS
 * was 0, BORDERS has a bit below `shift` iff not all of the records that were expanded lie at pages: a block takes none
 * that do not. A first record that a call before has begun does not count.
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
  let isSingle = false;
  while (shift >= LEAST_SHIFT && inputEnd - record >= STEP_BYTES) {
    const end = record + min<usize>(BLOCK_BYTES, (inputEnd - record) & -STEP_BYTES);
    if (isSingle && outputEnd - out >= BLOCK_BYTES >> 1 && writeSingles(record, end, out, shift, shift - scale)) {
      out += (end - record) >> 1;
      record = end;
      continue;
    }
    const stop = writeBlock(work, record, end, shift, scale, out, outputEnd);
    if (stop != 0) {
      isSingle = stop - out == (end - record) >> 1;
      out = stop;
      record = end;
      continue;
    }
    const some = min<u32>(STRETCH, <u32>((inputEnd - record) >> RECORD_SHIFT));
    out += (<usize>expandOthers(work, record, some, shift, scale, out, <u32>((outputEnd - out) >> 3))) << 3;
    const taken = load<u32>(work, EXPANDED);
    record += (<usize>taken) << RECORD_SHIFT;
    if (taken < some) {
      // There is no room for more.
      store<u32>(work, <u32>((record - input) >> RECORD_SHIFT), EXPANDED);
      return <u32>((out - output) >> 3);
    }
  }
  const before = <u32>((record - input) >> RECORD_SHIFT);
  out += (<usize>expandOthers(work, record, count - before, shift, scale, out, <u32>((outputEnd - out) >> 3))) << 3;
  store<u32>(work, before + load<u32>(work, EXPANDED), EXPANDED);
  return <u32>((out - output) >> 3);
}

/** As expandPages, for records that no block took. Where LOOKS is set, BORDERS gets the bits of these records too. */
function expandOthers(work: usize, input: usize, count: u32, shift: u32, scale: u32, output: usize, room: u32): u32 {
  if (load<u32>(work, LOOKS) != 0) {
    store<u32>(work, load<u32>(work, BORDERS) | inspectBorders(work, input, count, shift), BORDERS);
  }
  return expandPages(work, input, count, shift, scale, output, room);
}

/** Vectors that the loops load, because V8 makes others anew at every turn. */
function setVectors(work: usize, scale: u32): void {
  v128.store(work, i64x2.replace_lane(i64x2.splat(0), 1, (<u64>1) << scale), PAIR);
  v128.store(work, i64x2.splat((<u64>2) << scale), TWO);
  v128.store(work, i64x2.splat((<u64>4) << scale), FOUR);
}

/**
 * Writes the pages of a block, in the way that suits the block.
 *
 * @returns Where they end. 0, and nothing is written: the room ends before; not all records lie at pages; or few of them
 *   are long, among single pages. The loops of expandPages are faster for those.
 */
function writeBlock(
  work: usize,
  record: usize,
  end: usize,
  shift: u32,
  scale: u32,
  out: usize,
  outputEnd: usize,
): usize {
  const records = <u64>(end - record) >> RECORD_SHIFT;
  const left = <u64>(outputEnd - out) >> 3;
  look(work, record, end, (<u64>1) << shift);
  const longest = load<u64>(work, ANY + 8);
  const within = ((<u64>1) << shift) - 1;
  const others = load<u64>(work, OTHERS) >> shift;
  if (((load<u64>(work, ANY) | longest) & within) != 0 || longest >> 31 != 0) return 0;
  if (others + records > left) return 0;
  const down = shift - scale;
  const unit = shift - LEAST_SHIFT;
  const most = longest >> shift;
  if (most == 0) return writeSingles(record, end, out, shift, down) ? out + ((<usize>records) << 3) : 0;
  // The bits of no length are above those of `most`, so all are `most` where their sum says so.
  const areAlike = others == records * most;
  if (areAlike && down == 0 && most == 1) return writeTwos(work, record, end, out);
  if (areAlike && down == 0 && most == 3) return writeFours(work, record, end, out);
  if (most < 2) return writeTwo(work, record, end, down, unit, out);
  if (most < 4) return writeFour(work, record, end, down, unit, out);
  if (most > 15 && others < records << 1) return 0;
  // Of 5 to 12 pages, where lengths vary most; longer ones are written by the loop behind the first eight.
  if (most > 7 && others > records << 2 && others < records * 12 && !areAlike)
    return inline.always(writeEach(work, record, end, down, unit, out, 16));
  return inline.always(writeEach(work, record, end, down, unit, out, 8));
}

/** Looks at a block: ANY is all bits of its addresses, and of its lengths less a page; OTHERS the sum of the latter. */
function look(work: usize, block: usize, end: usize, page: u64): void {
  const mask = i64x2.replace_lane(i64x2.splat(-1), 1, LENGTH);
  const less = i64x2.replace_lane(i64x2.splat(0), 1, page);
  let any = i64x2.splat(0);
  let sum = i64x2.splat(0);
  for (let record = block; record < end; record += STEP_BYTES) {
    const r0 = i64x2.sub(v128.and(v128.load(record), mask), less);
    const r1 = i64x2.sub(v128.and(v128.load(record, 16), mask), less);
    const r2 = i64x2.sub(v128.and(v128.load(record, 32), mask), less);
    const r3 = i64x2.sub(v128.and(v128.load(record, 48), mask), less);
    any = v128.or(any, v128.or(v128.or(r0, r1), v128.or(r2, r3)));
    sum = i64x2.add(sum, i64x2.add(i64x2.add(r0, r1), i64x2.add(r2, r3)));
  }
  v128.store(work, any, ANY);
  store<u64>(work, i64x2.extract_lane(sum, 1), OTHERS);
}

/** Writes a number for each record of a block. False: not all of them are one page, at a page. */
function writeSingles(block: usize, end: usize, out: usize, shift: u32, down: u32): bool {
  if (down == 0) return inline.always(writeOnes(block, end, out, shift, down, false));
  return inline.always(writeOnes(block, end, out, shift, down, true));
}

function writeOnes(block: usize, end: usize, out: usize, shift: u32, down: u32, isShifted: bool): bool {
  let any = i64x2.splat(0);
  let to = out;
  for (let record = block; record < end; record += STEP_BYTES) {
    const r0 = v128.load(record);
    const r1 = v128.load(record, 16);
    const r2 = v128.load(record, 32);
    const r3 = v128.load(record, 48);
    any = v128.or(any, v128.or(v128.or(r0, r1), v128.or(r2, r3)));
    const n0 = v128.shuffle<u64>(r0, r1, 0, 2);
    const n2 = v128.shuffle<u64>(r2, r3, 0, 2);
    v128.store(to, isShifted ? i64x2.shr_u(n0, down) : n0);
    v128.store(to, isShifted ? i64x2.shr_u(n2, down) : n2, 16);
    to += 32;
  }
  const page = (<u64>1) << shift;
  return (<u64>i64x2.extract_lane(any, 0) & (page - 1)) == 0 && (<u64>i64x2.extract_lane(any, 1) & LENGTH) == page;
}

/** The bytes of the numbers of a record at a page. */
function bytesOf(record: usize, unit: u32): usize {
  return <usize>(load<u32>(record, 8) >> unit);
}

/*
 * These loops load records before they store numbers of others: a load waits for a store before it to an address that
 * agrees in its lowest 12 bits, which in tables of two pages a segment may happen with each record (2.3 ns a page, not 0.6).
 */

/*
 * Addresses are not shifted, and V8 takes three instructions for a shift: where all records are of two or of four pages,
 * as of a file system's blocks, the loops without a shift take 0.6 to 0.9 times as long.
 */

/** Writes the addresses of pages of records of two each. @returns Where they end. */
function writeTwos(work: usize, block: usize, end: usize, output: usize): usize {
  const pair = v128.load(work, PAIR);
  let out = output;
  for (let record = block; record < end; record += STEP_BYTES) {
    const n0 = v128.load64_splat(record);
    const n1 = v128.load64_splat(record, 16);
    const n2 = v128.load64_splat(record, 32);
    const n3 = v128.load64_splat(record, 48);
    v128.store(out, i64x2.add(n0, pair));
    v128.store(out, i64x2.add(n1, pair), 16);
    v128.store(out, i64x2.add(n2, pair), 32);
    v128.store(out, i64x2.add(n3, pair), 48);
    out += 64;
  }
  return out;
}

/** Writes the addresses of pages of records of four each. @returns Where they end. */
function writeFours(work: usize, block: usize, end: usize, output: usize): usize {
  const pair = v128.load(work, PAIR);
  const two = v128.load(work, TWO);
  let out = output;
  for (let record = block; record < end; record += 2 * RECORD_BYTES) {
    const n0 = i64x2.add(v128.load64_splat(record), pair);
    const n1 = i64x2.add(v128.load64_splat(record, 16), pair);
    v128.store(out, n0);
    v128.store(out, i64x2.add(n0, two), 16);
    v128.store(out, n1, 32);
    v128.store(out, i64x2.add(n1, two), 48);
    out += 64;
  }
  return out;
}

/** Writes the pages of records of one or two. @returns Where they end. */
function writeTwo(work: usize, block: usize, end: usize, down: u32, unit: u32, output: usize): usize {
  const pair = v128.load(work, PAIR);
  let out = output;
  for (let record = block; record < end; record += STEP_BYTES) {
    const n0 = i64x2.splat(load<u64>(record) >> down);
    const n1 = i64x2.splat(load<u64>(record, 16) >> down);
    const n2 = i64x2.splat(load<u64>(record, 32) >> down);
    const n3 = i64x2.splat(load<u64>(record, 48) >> down);
    const o1 = out + inline.always(bytesOf(record, unit));
    const o2 = o1 + inline.always(bytesOf(record + RECORD_BYTES, unit));
    const o3 = o2 + inline.always(bytesOf(record + 2 * RECORD_BYTES, unit));
    const o4 = o3 + inline.always(bytesOf(record + 3 * RECORD_BYTES, unit));
    v128.store(out, i64x2.add(n0, pair));
    v128.store(o1, i64x2.add(n1, pair));
    v128.store(o2, i64x2.add(n2, pair));
    v128.store(o3, i64x2.add(n3, pair));
    out = o4;
  }
  return out;
}

/** Writes the pages of records of up to four. @returns Where they end. */
function writeFour(work: usize, block: usize, end: usize, down: u32, unit: u32, output: usize): usize {
  const pair = v128.load(work, PAIR);
  const two = v128.load(work, TWO);
  let out = output;
  for (let record = block; record < end; record += 2 * RECORD_BYTES) {
    const n0 = i64x2.add(i64x2.splat(load<u64>(record) >> down), pair);
    const n1 = i64x2.add(i64x2.splat(load<u64>(record, 16) >> down), pair);
    const o1 = out + inline.always(bytesOf(record, unit));
    const o2 = o1 + inline.always(bytesOf(record + RECORD_BYTES, unit));
    v128.store(out, n0);
    v128.store(out, i64x2.add(n0, two), 16);
    v128.store(o1, n1);
    v128.store(o1, i64x2.add(n1, two), 16);
    out = o2;
  }
  return out;
}

/** Writes `once` numbers for each record, and what a record has beyond them by a loop. @param once 8 or 16. @returns Where they end. */
function writeEach(work: usize, block: usize, end: usize, down: u32, unit: u32, output: usize, once: usize): usize {
  const pair = v128.load(work, PAIR);
  const two = v128.load(work, TWO);
  const four = v128.load(work, FOUR);
  const six = i64x2.add(two, four);
  const eight = i64x2.add(four, four);
  let out = output;
  for (let record = block; record < end; record += RECORD_BYTES) {
    let numbers = i64x2.add(i64x2.shr_u(v128.load64_splat(record), down), pair);
    const stop = out + inline.always(bytesOf(record, unit));
    inline.always(storeEight(out, numbers, two, four, six));
    if (once == 16) inline.always(storeEight(out + 64, i64x2.add(numbers, eight), two, four, six));
    if (stop - out > once << 3) {
      numbers = i64x2.add(numbers, once == 8 ? eight : i64x2.add(eight, eight));
      for (let at = out + (once << 3); at < stop; at += 64) {
        inline.always(storeEight(at, numbers, two, four, six));
        numbers = i64x2.add(numbers, eight);
      }
    }
    out = stop;
  }
  return out;
}
