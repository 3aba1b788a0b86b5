import { AHEAD } from "./ahead";
import { noteBreaksMixed, noteBreaksOfKind } from "./breaks";
import { BLOCK, BREAKS, LENGTH, MIXED, POSITIONS, RECORD_BYTES, RECORD_SHIFT, RESERVED, TOUCHED } from "./layout";
import { emitRun, hold, openOutput, takeRange, written } from "./run";
import {
  addresses,
  boundaryMask,
  maxLast,
  nextOut,
  outEnd,
  reaches,
  runFirst,
  setBadRecords,
  setHeldRuns,
  setNextOut,
  setTakenRecords,
  skipsEmpty,
} from "./state";

/** What became of a record. */
enum Take {
  DONE,
  SKIPPED,
  STOP,
}

/**
 * Coalesces `count` records from `input` into at most `room` segments at `output`, which must not overlap.
 * Returns the segments written; TAKEN in the work block says how many records were taken. Fewer than `count`: the
 * room ended (call again with the rest), or, where BAD is set, the next record is not valid.
 * The last run stays pending until a record that does not join it, or `flush`.
 */
export function coalesceRecords(work: usize, input: usize, count: u32, output: usize, room: u32): u32 {
  const inputEnd = input + ((<usize>count) << 4);
  setBadRecords(work, 0);
  openOutput(work, output, room);
  let next = input;
  // The record before `next` ends the pending run, so a block may compare with it.
  let linked = false;
  while (next < inputEnd) {
    let exactEnd = inputEnd;
    const pairs = min<u32>(<u32>((inputEnd - next) >> 4) & ~3, BLOCK);
    if (linked && pairs) {
      const base = next - RECORD_BYTES;
      const blockEnd = next + ((<usize>pairs) << 4);
      const breaks = noteBreaks(work, base, pairs, inputEnd);
      if (breaks >= 0) {
        next = emitBlock(work, base, pairs, <u32>breaks, inputEnd);
        if (next == blockEnd) continue;
        if (nextOut(work) == outEnd(work)) break;
      }
      exactEnd = blockEnd;
    } else if (pairs) {
      exactEnd = next + RECORD_BYTES;
    }
    let take = Take.DONE;
    while (next < exactEnd) {
      take = takeRecord(work, next);
      if (take == Take.STOP) break;
      next += RECORD_BYTES;
    }
    if (take == Take.STOP) break;
    linked = take == Take.DONE;
  }
  setTakenRecords(work, <u32>(next - input) >> 4);
  return written(work, output);
}

function noteBreaks(work: usize, base: usize, pairs: u32, inputEnd: usize): i32 {
  const sparse = load<u32>(work, BREAKS) << 5 <= pairs;
  let breaks = load<u32>(work, MIXED) ? -1 : noteBreaksOfKind(work, base, pairs, inputEnd, sparse);
  if (breaks < 0) breaks = noteBreaksMixed(work, base, pairs, inputEnd);
  if (breaks >= 0) store<u32>(work, breaks, BREAKS);
  return breaks;
}

/** One record, exactly. */
function takeRecord(work: usize, record: usize): Take {
  const first = load<u64>(record);
  const word = load<u64>(record, 8);
  if ((word & LENGTH) == 0 && skipsEmpty(work) && (word & RESERVED) == 0) return Take.SKIPPED;
  if (!validRecord(first, word)) {
    setBadRecords(work, 1);
    return Take.STOP;
  }
  return takeRange(work, first, first + (word & LENGTH) - 1, word & ~LENGTH) ? Take.DONE : Take.STOP;
}

/** How many records from `input` on are valid, up to the first that is not. Four at a time while nothing is in doubt. */
export function countValid(input: usize, count: u32): u32 {
  const lengthAndReserved = i64x2.splat(LENGTH | RESERVED);
  const one = i64x2.splat(1);
  const end = input + ((<usize>count) << 4);
  let record = input;
  while (record < end) {
    if (record + 4 * RECORD_BYTES <= end) {
      const r0 = v128.load(record);
      const r1 = v128.load(record, 16);
      const r2 = v128.load(record, 32);
      const r3 = v128.load(record, 48);
      const first01 = v128.shuffle<u64>(r0, r1, 0, 2);
      const first23 = v128.shuffle<u64>(r2, r3, 0, 2);
      const reach01 = i64x2.sub(v128.and(v128.shuffle<u64>(r0, r1, 1, 3), lengthAndReserved), one);
      const reach23 = i64x2.sub(v128.and(v128.shuffle<u64>(r2, r3, 1, 3), lengthAndReserved), one);
      // A reach fits 32 bits; the last byte keeps bit 63 of the first, or the record wraps.
      const wide = i64x2.shr_u(v128.or(reach01, reach23), 32);
      const wrapped = i64x2.shr_u(
        v128.or(v128.andnot(first01, i64x2.add(first01, reach01)), v128.andnot(first23, i64x2.add(first23, reach23))),
        63,
      );
      if (!v128.any_true(v128.or(wide, wrapped))) {
        record += 4 * RECORD_BYTES;
        continue;
      }
    }
    if (!validRecord(load<u64>(record), load<u64>(record, 8))) break;
    record += RECORD_BYTES;
  }
  return <u32>(record - input) >> 4;
}

/** Length 1 to 2^32, no reserved flag, no byte past 2^64. */
export function validRecord(first: u64, word: u64): bool {
  const reach = (word & (LENGTH | RESERVED)) - 1;
  return reach >> 32 == 0 && first + reach >= first;
}

/**
 * Stage two: emits the runs that end in a block, `count` of them, and leaves the last run pending.
 * Returns the next record to take: the one after the block, an earlier one where the room ended, or, where a run
 * reaches past 2^64, one to go on from record by record.
 */
function emitBlock(work: usize, base: usize, pairs: u32, count: u32, inputEnd: usize): usize {
  const most = maxLast(work);
  const boundary = boundaryMask(work);
  const end = outEnd(work);
  const blockLast = base + ((<usize>pairs) << 4);
  // A run has less than 2^42 bytes in this block: one that starts below 2^63 does not wrap.
  const noneWraps = <i64>addresses(work) >= 0;
  // Nor does a limit cut a run that starts in this block.
  const plain = noneWraps && boundary == 0 && (reaches(work) + 1) * pairs - 1 <= most;
  let out = nextOut(work);
  let position = work + POSITIONS;
  const positionsEnd = position + ((<usize>count) << 2);
  let first = runFirst(work);
  // A run has less than 2^42 bytes inside this block, from `start` on: it wraps at 2^64 iff it ends below `floor`.
  let start = base;
  let floor = load<u64>(base);
  // Before the last run that was emitted, to take that back: the record after it may not be valid. Not kept up where none
  // wraps: then nothing is taken back.
  let outBefore = out;
  let firstBefore = first;

  if (count == pairs && most == 0xffff_ffff && boundary == 0) {
    // Nothing joins and nothing needs a cut, so segments and records are the same bytes.
    if (!emitRun(work)) return base + RECORD_BYTES;
    out = nextOut(work);
    start = base + RECORD_BYTES;
    if (blockLast - start <= end - out && noneWraps) {
      copyRecords(out, start, blockLast);
      out += blockLast - start;
      start = blockLast;
      position = positionsEnd;
    } else {
      position += 4;
    }
    first = load<u64>(start);
    floor = first;
  }

  while (position < positionsEnd) {
    const record = <usize>load<u32>(position);
    // Noted by this call, in memory that others may write to: it must be a record of this block, behind the one before.
    if (ASC_FEATURE_THREADS && isOutside(record, start, blockLast)) {
      return exactFrom(work, base, start, first, out, outBefore, firstBefore);
    }
    const lastFirst = load<u64>(record - 16);
    const word = load<u64>(record - 8);
    const last = lastFirst + (word & LENGTH) - 1;
    if (last < floor) return exactFrom(work, base, start, first, out, outBefore, firstBefore);
    outBefore = out;
    firstBefore = first;
    const reach = last - first;
    if (reach > most || ((first ^ last) & boundary) != 0 || out == end) {
      hold(work, first, last, word & ~LENGTH);
      setNextOut(work, out);
      if (!emitRun(work)) return record;
      out = nextOut(work);
    } else {
      store<u64>(out, first);
      // The last record's flags and length, and what comes before it: the run's flags and length.
      store<u64>(out, lastFirst - first + word, 8);
      out += RECORD_BYTES;
    }
    start = record;
    first = load<u64>(record);
    floor = first;
    position += 4;
    // The pending run is out, which may be longer than a block: those that end in the block go without a check each.
    if (plain && (positionsEnd - position) << 2 <= end - out) {
      setNextOut(work, out);
      start = emitPlain(work, start, position, positionsEnd, blockLast, inputEnd);
      position += (nextOut(work) - out) >> 2;
      out = nextOut(work);
      first = load<u64>(start);
      floor = first;
    }
  }

  const word = load<u64>(blockLast, 8);
  const last = load<u64>(blockLast) + (word & LENGTH) - 1;
  if (last < floor) return exactFrom(work, base, start, first, out, outBefore, firstBefore);
  hold(work, first, last, word & ~LENGTH);
  setNextOut(work, out);
  return blockLast + RECORD_BYTES;
}

/**
 * Copies the records from `from` on, before `end`. Not by `memory.copy`: where `to` is 16 bytes past `from` in their 4 KiB
 * pages, as in a stream of records that all break, its `rep movsb` takes five times as long on an AMD EPYC.
 */
function copyRecords(to: usize, from: usize, end: usize): void {
  for (; from + 64 <= end; from += 64) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    to += 64;
  }
  for (; from < end; from += RECORD_BYTES) {
    v128.store(to, v128.load(from));
    to += RECORD_BYTES;
  }
}

/** Whether this is no record of the block behind `start`, up to `blockLast`. None is where they are equal. */
function isOutside(record: usize, start: usize, blockLast: usize): bool {
  return blockLast - record >= blockLast - start || (record & 15) != 0;
}

/**
 * Emits the run from `start` on and those that follow, up to the last, which no position ends; and reads the next block
 * ahead. Returns the first record of the run that stays pending: an earlier run where others wrote to the positions, in
 * shared memory.
 */
function emitPlain(
  work: usize,
  start: usize,
  position: usize,
  positionsEnd: usize,
  blockLast: usize,
  inputEnd: usize,
): usize {
  let line = blockLast + AHEAD;
  const lineEnd = min<usize>(line + ((<usize>BLOCK) << RECORD_SHIFT), inputEnd);
  let touched: u32 = 0;
  let out = nextOut(work);
  let first = load<u64>(start);
  for (; position < positionsEnd; position += 4) {
    const record = <usize>load<u32>(position);
    if (ASC_FEATURE_THREADS && isOutside(record, start, blockLast)) break;
    store<u64>(out, first);
    store<u64>(out, load<u64>(record - 16) - first + load<u64>(record - 8), 8);
    first = load<u64>(record);
    start = record;
    out += RECORD_BYTES;
    if (line + 128 <= lineEnd) {
      touched |= load<u8>(line) | load<u8>(line, 64);
      line += 128;
    }
  }
  setNextOut(work, out);
  store<u32>(work, touched, TOUCHED);
  return start;
}

/**
 * Goes back to the start of the run that wraps. The runs before it are emitted. But where the run's first record wraps by
 * itself, the record is not valid: the run before is then not over, and becomes pending again.
 */
function exactFrom(
  work: usize,
  base: usize,
  start: usize,
  first: u64,
  out: usize,
  outBefore: usize,
  firstBefore: u64,
): usize {
  let heldTo = base;
  if (start > base) {
    const startFirst = load<u64>(start);
    if (startFirst + (load<u64>(start, 8) & LENGTH) - 1 >= startFirst) {
      setNextOut(work, out);
      setHeldRuns(work, 0);
      return start;
    }
    heldTo = start - RECORD_BYTES;
    out = outBefore;
    first = firstBefore;
  }
  setNextOut(work, out);
  const word = load<u64>(heldTo, 8);
  hold(work, first, load<u64>(heldTo) + (word & LENGTH) - 1, word & ~LENGTH);
  return heldTo + RECORD_BYTES;
}
