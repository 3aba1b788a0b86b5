import { NOMERGE, RECORD_BYTES, WIDE } from "./layout";
import {
  alignmentMask,
  boundaryMask,
  heldRuns,
  isUncut,
  maxLast,
  nextOut,
  outEnd,
  runFirst,
  runKind,
  runLast,
  setHeldRuns,
  setNextOut,
  setOutEnd,
  setRunFirst,
  setRunKind,
  setRunLast,
} from "./state";

/**
 * Writes the pending run as segments, cut greedily from its start. False when the room ended first:
 * what is left of the run stays pending, and emitting it later gives the same cuts.
 */
export function emitRun(work: usize): bool {
  const last = runLast(work);
  const kind = runKind(work);
  const most = maxLast(work);
  const inBoundary = ~boundaryMask(work);
  const inAlignment = alignmentMask(work);
  const whole = isUncut(work) && (kind & NOMERGE) == 0;
  const end = outEnd(work);
  let out = nextOut(work);
  let first = runFirst(work);
  let done = false;
  while (out < end) {
    if (whole) {
      const length = last - first + 1;
      // 0 for 2^64 bytes, which are 2^32 units.
      const units = length >> 32;
      const wide = last - first > 0xffff_ffff;
      store<u64>(out, first);
      store<u64>(out, wide ? kind | WIDE | ((units - 1) & 0xffff_ffff) : kind + length, 8);
      out += RECORD_BYTES;
      done = !wide || <u32>length == 0;
      if (done) break;
      first += units << 32;
      continue;
    }
    // Inclusive maxima: with 1 added last nothing wraps, whatever the mask (Linux 4a2f704eb2d8).
    const reach = min<u64>(most, inBoundary - (first & inBoundary));
    done = last - first <= reach;
    // A cut lies before the run's end, so first + reach + 1 <= last; alignment <= reach + 1 leaves a byte at least.
    const length = done ? last - first + 1 : ((first + reach + 1) & ~inAlignment) - first;
    store<u64>(out, first);
    store<u64>(out, kind + length, 8);
    out += RECORD_BYTES;
    if (done) break;
    first += length;
  }
  setRunFirst(work, first);
  setNextOut(work, out);
  if (done) setHeldRuns(work, 0);
  return done;
}

/** Adds the bytes first to last, at least one, to the pending run or starts the next. False: no room, nothing taken. */
export function takeRange(work: usize, first: u64, last: u64, kind: u64): bool {
  if (heldRuns(work)) {
    // first != 0: what ends at 2^64 has no neighbour.
    if (first != 0 && runLast(work) == first - 1 && runKind(work) == kind && (kind & NOMERGE) == 0) {
      setRunLast(work, last);
      return true;
    }
    if (!emitRun(work)) return false;
  }
  hold(work, first, last, kind);
  return true;
}

/** Makes these bytes the pending run. */
export function hold(work: usize, first: u64, last: u64, kind: u64): void {
  setRunFirst(work, first);
  setRunLast(work, last);
  setRunKind(work, kind);
  setHeldRuns(work, 1);
}

/** Sets where a call writes its segments. */
export function openOutput(work: usize, output: usize, room: u32): void {
  setNextOut(work, output);
  setOutEnd(work, output + ((<usize>room) << 4));
}

/** Segments written since openOutput. */
export function written(work: usize, output: usize): u32 {
  return <u32>(nextOut(work) - output) >> 4;
}

/** Emits the pending run. HELD says afterwards whether some of it is left: the room ended, so call again. */
export function flush(work: usize, output: usize, room: u32): u32 {
  openOutput(work, output, room);
  if (heldRuns(work)) emitRun(work);
  return written(work, output);
}
