import { noteFrameBreaks } from "./breaks";
import { Column, element, isExact } from "./column";
import {
  ADDRESSES,
  BAD,
  BLOCK,
  BOUNDARY,
  BREAKS,
  HELD,
  MAX_LAST,
  NOMERGE,
  OUT,
  OUT_END,
  POSITIONS,
  RECORD_BYTES,
  RUN_FIRST,
  STAGING,
  TAKEN,
} from "./layout";
import { emitRun, hold, openOutput, takeRange, written } from "./run";

/**
 * Coalesces page frame numbers of any column type: those that are not u64 are widened block by block.
 * Otherwise as coalesceFrames64; a number that is not an integer is BAD too.
 */
export function coalesceFrames(
  work: usize,
  input: usize,
  type: Column,
  count: u32,
  shift: u32,
  flags: u32,
  output: usize,
  room: u32,
): u32 {
  if (type == Column.U64) return coalesceFrames64(work, input, count, shift, flags, output, room);
  let taken: u32 = 0;
  let made: u32 = 0;
  store<u32>(work, 0, BAD);
  while (taken < count) {
    const limit = min<u32>(count, taken + 2 * BLOCK);
    let index = taken;
    let frame = work + STAGING;
    for (; index < limit && isExact(input, type, index); ++index) {
      store<u64>(frame, element(input, type, index));
      frame += 8;
    }
    made += coalesceFrames64(
      work,
      work + STAGING,
      index - taken,
      shift,
      flags,
      output + ((<usize>made) << 4),
      room - made,
    );
    taken += load<u32>(work, TAKEN);
    if (taken < index) break;
    if (index < limit) {
      store<u32>(work, 1, BAD);
      break;
    }
  }
  store<u32>(work, taken, TAKEN);
  return made;
}

/**
 * Coalesces page frame numbers, u64 each, of pages of 2^shift bytes with the given flags.
 * Otherwise as coalesceRecords: `room`, TAKEN, BAD (a frame whose page does not end by 2^64) and the pending run.
 */
function coalesceFrames64(
  work: usize,
  input: usize,
  count: u32,
  shift: u32,
  flags: u32,
  output: usize,
  room: u32,
): u32 {
  const inputEnd = input + ((<usize>count) << 3);
  const maxFrame = <u64>-1 >> shift;
  const kind = (<u64>flags) << 32;
  store<u32>(work, 0, BAD);
  openOutput(work, output, room);
  let next = input;
  while (next < inputEnd) {
    let exactEnd = inputEnd;
    const pairs = min<u32>(<u32>((inputEnd - next) >> 3) & ~7, BLOCK);
    if (pairs && next > input && (kind & NOMERGE) == 0) {
      const base = next - 8;
      const blockEnd = next + ((<usize>pairs) << 3);
      const sparse = load<u32>(work, BREAKS) << 5 <= pairs;
      const breaks = noteFrameBreaks(work, base, pairs, inputEnd, sparse);
      store<u32>(work, breaks, BREAKS);
      next = emitBlock(work, base, pairs, breaks, shift, kind);
      if (next == blockEnd) continue;
      if (load<u32>(work, OUT) == load<u32>(work, OUT_END)) break;
      exactEnd = blockEnd;
    } else if (pairs) {
      exactEnd = next + 8;
    }
    while (next < exactEnd) {
      const frame = load<u64>(next);
      if (frame > maxFrame) {
        store<u32>(work, 1, BAD);
        break;
      }
      const first = frame << shift;
      if (!takeRange(work, first, first + (((<u64>1) << shift) - 1), kind)) break;
      next += 8;
    }
    if (next < exactEnd) break;
  }
  store<u32>(work, <u32>(next - input) >> 3, TAKEN);
  return written(work, output);
}

/** Stage two for frames; what it returns is as for records. */
function emitBlock(work: usize, base: usize, pairs: u32, count: u32, shift: u32, kind: u64): usize {
  const maxLast = load<u64>(work, MAX_LAST);
  const boundary = load<u64>(work, BOUNDARY);
  const outEnd = <usize>load<u32>(work, OUT_END);
  // A product: x86 needs three operations to shift by a variable.
  const pageBytes = (<u64>1) << shift;
  const blockLast = base + ((<usize>pairs) << 3);
  let out = <usize>load<u32>(work, OUT);
  let position = work + POSITIONS;
  const positionsEnd = position + ((<usize>count) << 2);
  let first = load<u64>(work, RUN_FIRST);
  // Frames count up inside a run, so its last one says whether all have pages; after 2^64 - 1 the count starts again.
  const maxFrame = <u64>-1 >> shift;
  // No limit cuts a run that starts in this block, and no frame lies too high or starts again after 2^64 - 1.
  const plain = boundary == 0 && maxLast >> shift >= pairs && load<u64>(work, ADDRESSES) <= maxFrame >> 1;
  let start = base;
  while (position < positionsEnd) {
    const frame = <usize>load<u32>(position);
    const lastFrame = load<u64>(frame - 8);
    if (lastFrame > maxFrame || lastFrame < load<u64>(start))
      return exactFrom(work, base, start, first, shift, kind, out);
    const last = lastFrame * pageBytes + (pageBytes - 1);
    const reach = last - first;
    if (reach > maxLast || ((first ^ last) & boundary) != 0 || out == outEnd) {
      hold(work, first, last, kind);
      store<u32>(work, <u32>out, OUT);
      if (!emitRun(work)) return frame;
      out = <usize>load<u32>(work, OUT);
    } else {
      store<u64>(out, first);
      store<u64>(out, kind + reach + 1, 8);
      out += RECORD_BYTES;
    }
    start = frame;
    first = load<u64>(frame) * pageBytes;
    position += 4;
    // The pending run is out, which may be longer than a block: those that end in the block go without a check each.
    if (plain && (positionsEnd - position) << 2 <= outEnd - out) {
      if (count == pairs) emitEach(base + 8, blockLast, shift, kind, out);
      else emitPlain(position, positionsEnd, first, pageBytes, kind, out);
      out += (positionsEnd - position) << 2;
      position = positionsEnd;
      start = <usize>load<u32>(positionsEnd - 4);
      first = load<u64>(start) * pageBytes;
    }
  }
  const lastFrame = load<u64>(blockLast);
  if (lastFrame > maxFrame || lastFrame < load<u64>(start))
    return exactFrom(work, base, start, first, shift, kind, out);
  hold(work, first, lastFrame * pageBytes + (pageBytes - 1), kind);
  store<u32>(work, <u32>out, OUT);
  return blockLast + 8;
}

/** Emits the runs that end before each position; `first` is the address where the first of them starts. */
function emitPlain(position: usize, end: usize, first: u64, pageBytes: u64, kind: u64, out: usize): void {
  for (; position < end; position += 4) {
    const frame = <usize>load<u32>(position);
    store<u64>(out, first);
    store<u64>(out, kind + (load<u64>(frame - 8) + 1) * pageBytes - first, 8);
    first = load<u64>(frame) * pageBytes;
    out += RECORD_BYTES;
  }
}

/** Emits each frame from `frame` on, before `end`, as a segment. */
function emitEach(frame: usize, end: usize, shift: u32, kind: u64, out: usize): void {
  const word = i64x2.splat(kind + ((<u64>1) << shift));
  for (; frame + 16 <= end; frame += 16) {
    const firsts = i64x2.shl(v128.load(frame), shift);
    v128.store(out, v128.shuffle<u64>(firsts, word, 0, 2));
    v128.store(out, v128.shuffle<u64>(firsts, word, 1, 3), 16);
    out += 2 * RECORD_BYTES;
  }
  if (frame < end) v128.store(out, i64x2.replace_lane(word, 0, load<u64>(frame) << shift));
}

/** Goes back to the start of the run that has a frame too many. */
function exactFrom(work: usize, base: usize, start: usize, first: u64, shift: u32, kind: u64, out: usize): usize {
  store<u32>(work, <u32>out, OUT);
  if (start > base) {
    store<u32>(work, 0, HELD);
    return start;
  }
  hold(work, first, (load<u64>(base) << shift) | (((<u64>1) << shift) - 1), kind);
  return base + 8;
}
