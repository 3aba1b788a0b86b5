import { RECORD_BYTES, RECORD_SHIFT } from "./layout";
import { MERGED_END, MERGED_FROM, WINDOW_BYTES, WINDOW_END, WINDOW_FROM, WINDOW_LAST } from "./merge-layout";

/*
 * Merges sorted inputs, each given as a window: some of its records, which lie in linear memory. The order is that of the
 * first u64 of a record, and then of the second.
 *
 * A tree of merges of two, level by level, instead of a loser tree: a merge of two needs no branch on the data, and two
 * parts of it run at the same time, so that no load waits for the comparison before it.
 */

/** Whether the record at `a` comes before the record at `b`. */
function precedes(a: usize, b: usize): bool {
  const x = load<u64>(a);
  const y = load<u64>(b);
  return (u32(x < y) | (u32(x == y) & u32(load<u64>(a, 8) < load<u64>(b, 8)))) != 0;
}

/**
 * Merges what is sure of these windows: the records up to the lowest of the last records of those inputs that go on. Each
 * window that goes on must hold a record. The records taken leave their windows, and one window at least is empty then.
 *
 * @param ping Room for all records of all windows. @param pong As much.
 * @returns Records merged. MERGED_FROM of the first row says where they are: in `ping`, in `pong`, or in a window, if no
 *   other input has a part in them.
 */
export function mergeWindows(windows: usize, count: u32, ping: usize, pong: usize): u32 {
  const end = windows + <usize>count * WINDOW_BYTES;
  let bound: usize = 0;
  for (let row = windows; row < end; row += WINDOW_BYTES) {
    if (load<u32>(row, WINDOW_LAST)) continue;
    const last = <usize>load<u32>(row, WINDOW_END) - RECORD_BYTES;
    if (bound == 0 || precedes(last, bound)) bound = last;
  }
  let runs: u32 = 0;
  for (let row = windows; row < end; row += WINDOW_BYTES) {
    const from = <usize>load<u32>(row, WINDOW_FROM);
    const stop = endOfSure(from, <usize>load<u32>(row, WINDOW_END), bound);
    if (stop == from) continue;
    store<u32>(row, <u32>stop, WINDOW_FROM);
    setRun(windows, runs, from, stop);
    runs++;
  }
  if (runs == 0) return 0;
  let output = ping;
  let other = pong;
  while (runs > 1) {
    runs = mergePairs(windows, runs, output);
    const swap = output;
    output = other;
    other = swap;
  }
  return (load<u32>(windows, MERGED_END) - load<u32>(windows, MERGED_FROM)) >> <u32>RECORD_SHIFT;
}

/** Where the records end that do not come after the one at `bound`; 0 bounds nothing. */
function endOfSure(from: usize, end: usize, bound: usize): usize {
  if (from == end || bound == 0 || !precedes(bound, end - RECORD_BYTES)) return end;
  let low = from;
  let high = end - RECORD_BYTES;
  while (low < high) {
    const middle = low + (((high - low) >> (RECORD_SHIFT + 1)) << RECORD_SHIFT);
    if (precedes(bound, middle)) high = middle;
    else low = middle + RECORD_BYTES;
  }
  return low;
}

function setRun(windows: usize, run: u32, from: usize, end: usize): void {
  const row = windows + <usize>run * WINDOW_BYTES;
  store<u32>(row, <u32>from, MERGED_FROM);
  store<u32>(row, <u32>end, MERGED_END);
}

/** Merges runs two by two, one after the other from `output` on. Returns how many runs there are then. */
function mergePairs(windows: usize, runs: u32, output: usize): u32 {
  let out = output;
  let made: u32 = 0;
  for (let run: u32 = 0; run < runs; run += 2) {
    const row = windows + <usize>run * WINDOW_BYTES;
    const a = <usize>load<u32>(row, MERGED_FROM);
    const aEnd = <usize>load<u32>(row, MERGED_END);
    const from = out;
    if (run + 1 == runs) {
      memory.copy(out, a, aEnd - a);
      out += aEnd - a;
    } else {
      const b = <usize>load<u32>(row, WINDOW_BYTES + MERGED_FROM);
      const bEnd = <usize>load<u32>(row, WINDOW_BYTES + MERGED_END);
      mergePair(a, aEnd, b, bEnd, out);
      out += aEnd - a + (bEnd - b);
    }
    setRun(windows, made, from, out);
    made++;
  }
  return made;
}

/** Merges two runs, none of them empty: both halves of the output at the same time. */
function mergePair(a: usize, aEnd: usize, b: usize, bEnd: usize, output: usize): void {
  if (!precedes(b, aEnd - RECORD_BYTES)) {
    memory.copy(output, a, aEnd - a);
    memory.copy(output + (aEnd - a), b, bEnd - b);
    return;
  }
  const half = (aEnd - a + (bEnd - b)) >> (RECORD_SHIFT + 1);
  const inA = partOf(a, aEnd, b, bEnd, half);
  const aMiddle = a + (inA << RECORD_SHIFT);
  const bMiddle = b + ((half - inA) << RECORD_SHIFT);
  let a1 = a;
  let b1 = b;
  let a2 = aMiddle;
  let b2 = bMiddle;
  // A record is written to where it is from its place in one input and the number taken of the other.
  const to1 = output - a - b;
  const to2 = output + (half << RECORD_SHIFT) - aMiddle - bMiddle;
  for (;;) {
    // As many steps need no look at the ends: each takes one record.
    let steps = min(min(aMiddle - a1, bMiddle - b1), min(aEnd - a2, bEnd - b2)) >> RECORD_SHIFT;
    if (steps == 0) break;
    for (; steps != 0; steps--) {
      const x1 = load<u64>(a1);
      const y1 = load<u64>(b1);
      const x2 = load<u64>(a2);
      const y2 = load<u64>(b2);
      const other1 = u32(y1 < x1) | (u32(y1 == x1) & u32(load<u64>(b1, 8) < load<u64>(a1, 8)));
      const other2 = u32(y2 < x2) | (u32(y2 == x2) & u32(load<u64>(b2, 8) < load<u64>(a2, 8)));
      v128.store(to1 + a1 + b1, v128.load(select<usize>(b1, a1, other1)));
      v128.store(to2 + a2 + b2, v128.load(select<usize>(b2, a2, other2)));
      a1 += (1 - other1) << 4;
      b1 += other1 << 4;
      a2 += (1 - other2) << 4;
      b2 += other2 << 4;
    }
  }
  mergeRest(a1, aMiddle, b1, bMiddle, to1 + a1 + b1);
  mergeRest(a2, aEnd, b2, bEnd, to2 + a2 + b2);
}

/** How many of the first `half` records of both are of `a`. */
function partOf(a: usize, aEnd: usize, b: usize, bEnd: usize, half: usize): usize {
  const inB = (bEnd - b) >> RECORD_SHIFT;
  let low = half > inB ? half - inB : 0;
  let high = min(half, (aEnd - a) >> RECORD_SHIFT);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (precedes(b + ((half - middle - 1) << RECORD_SHIFT), a + (middle << RECORD_SHIFT))) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Merges two runs, one record after the other. */
function mergeRest(a: usize, aEnd: usize, b: usize, bEnd: usize, output: usize): void {
  let to = output;
  while (a < aEnd && b < bEnd) {
    const other = u32(precedes(b, a));
    v128.store(to, v128.load(select<usize>(b, a, other)));
    a += (1 - other) << 4;
    b += other << 4;
    to += RECORD_BYTES;
  }
  if (a < aEnd) memory.copy(to, a, aEnd - a);
  if (b < bEnd) memory.copy(to, b, bEnd - b);
}
