import {
  ALIGNMENT,
  BOUNDARY,
  HELD,
  MAX_LAST,
  NOMERGE,
  OUT,
  OUT_END,
  RECORD_BYTES,
  RUN_FIRST,
  RUN_KIND,
  RUN_LAST,
  UNCUT,
  WIDE,
} from "./layout";

/**
 * Writes the held-back run as segments, cut greedily from its start. False when the room ended first:
 * what is left of the run stays held back, and emitting it later gives the same cuts.
 */
export function emitRun(work: usize): bool {
  const last = load<u64>(work, RUN_LAST);
  const kind = load<u64>(work, RUN_KIND);
  const maxLast = load<u64>(work, MAX_LAST);
  const inBoundary = ~load<u64>(work, BOUNDARY);
  const inAlignment = load<u64>(work, ALIGNMENT);
  const whole = load<u32>(work, UNCUT) != 0 && (kind & NOMERGE) == 0;
  const outEnd = <usize>load<u32>(work, OUT_END);
  let out = <usize>load<u32>(work, OUT);
  let first = load<u64>(work, RUN_FIRST);
  let done = false;
  while (out < outEnd) {
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
    const reach = min<u64>(maxLast, inBoundary - (first & inBoundary));
    done = last - first <= reach;
    // A cut lies before the run's end, so first + reach + 1 <= last; alignment <= reach + 1 leaves a byte at least.
    const length = done ? last - first + 1 : ((first + reach + 1) & ~inAlignment) - first;
    store<u64>(out, first);
    store<u64>(out, kind + length, 8);
    out += RECORD_BYTES;
    if (done) break;
    first += length;
  }
  store<u64>(work, first, RUN_FIRST);
  store<u32>(work, <u32>out, OUT);
  if (done) store<u32>(work, 0, HELD);
  return done;
}

/** Adds the bytes first to last, at least one, to the held-back run or starts the next. False: no room, nothing taken. */
export function takeRange(work: usize, first: u64, last: u64, kind: u64): bool {
  if (load<u32>(work, HELD)) {
    // first != 0: what ends at 2^64 has no neighbour.
    if (
      first != 0 &&
      load<u64>(work, RUN_LAST) == first - 1 &&
      load<u64>(work, RUN_KIND) == kind &&
      (kind & NOMERGE) == 0
    ) {
      store<u64>(work, last, RUN_LAST);
      return true;
    }
    if (!emitRun(work)) return false;
  }
  hold(work, first, last, kind);
  return true;
}

/** Makes these bytes the held-back run. */
export function hold(work: usize, first: u64, last: u64, kind: u64): void {
  store<u64>(work, first, RUN_FIRST);
  store<u64>(work, last, RUN_LAST);
  store<u64>(work, kind, RUN_KIND);
  store<u32>(work, 1, HELD);
}

/** Sets where a call writes its segments. */
export function openOutput(work: usize, output: usize, room: u32): void {
  store<u32>(work, <u32>output, OUT);
  store<u32>(work, <u32>output + (room << 4), OUT_END);
}

/** Segments written since openOutput. */
export function written(work: usize, output: usize): u32 {
  return (load<u32>(work, OUT) - <u32>output) >> 4;
}

/** Emits the held-back run. HELD says afterwards whether some of it is left: the room ended, so call again. */
export function flush(work: usize, output: usize, room: u32): u32 {
  openOutput(work, output, room);
  if (load<u32>(work, HELD)) emitRun(work);
  return written(work, output);
}
