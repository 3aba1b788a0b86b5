/** What a careful person writes without segring: loops over a BigUint64Array, and loops over objects. */

/** The second word of a record: a length of 33 bits, and flags above it. */
const LENGTH = 0x1_ffff_ffffn;
const KIND = 0xffff_fffe_0000_0000n;
const NOMERGE = 1n << 33n;
const LONGEST = 1n << 32n;

/**
 * Coalesces packed records under a maximum of 4 GiB; returns segments written. Every result goes through `asUintN`: V8
 * then computes in registers; a loop of plain BigInts takes up to ten times as long.
 */
export function coalesceBigUint64(input: BigUint64Array, output: BigUint64Array): number {
  if (input.length === 0) return 0;
  let first = input[0] as bigint;
  let kind = BigInt.asUintN(64, (input[1] as bigint) & KIND);
  // The last byte, not the one after it: a run may end at 2^64.
  let last = BigInt.asUintN(64, first + BigInt.asUintN(64, (input[1] as bigint) & LENGTH) - 1n);
  let at = 0;
  for (let i = 2; i < input.length; i += 2) {
    const addr = input[i] as bigint;
    const word = input[i + 1] as bigint;
    const length = BigInt.asUintN(64, word & LENGTH);
    const touches = addr !== 0n && BigInt.asUintN(64, addr - 1n) === last;
    if (touches && BigInt.asUintN(64, word & KIND) === kind && BigInt.asUintN(64, word & NOMERGE) === 0n) {
      last = BigInt.asUintN(64, last + length);
      continue;
    }
    at = put(output, at, first, last, kind);
    first = addr;
    kind = BigInt.asUintN(64, word & KIND);
    last = BigInt.asUintN(64, addr + length - 1n);
  }
  return put(output, at, first, last, kind) / 2;
}

/** Writes a run in segments of at most 4 GiB; returns where the next one goes. */
function put(output: BigUint64Array, at: number, first: bigint, last: bigint, kind: bigint): number {
  let addr = first;
  let next = at;
  while (BigInt.asUintN(64, last - addr) >= LONGEST) {
    output[next++] = addr;
    output[next++] = BigInt.asUintN(64, kind | LONGEST);
    addr = BigInt.asUintN(64, addr + LONGEST);
  }
  output[next++] = addr;
  output[next++] = BigInt.asUintN(64, kind | BigInt.asUintN(64, last - addr + 1n));
  return next;
}

/** A range of numbers: exact below 2^53. */
export interface PlainRange {
  addr: number;
  length: number;
}

/** Coalesces objects under a maximum of 4 GiB, to objects. */
export function coalesceObjects(ranges: readonly PlainRange[]): PlainRange[] {
  const segments: PlainRange[] = [];
  let first = 0;
  let end = 0;
  for (const { addr, length } of ranges) {
    if (addr !== end) {
      emit(segments, first, end);
      first = addr;
      end = addr;
    }
    end += length;
  }
  emit(segments, first, end);
  return segments;
}

function emit(segments: PlainRange[], first: number, end: number): void {
  for (let addr = first; addr < end; addr += 2 ** 32) {
    segments.push({ addr, length: Math.min(end - addr, 2 ** 32) });
  }
}

const PAGE_SHIFT = 12n;

/** Coalesces the addresses of pages of 4 KiB, by page frame numbers; returns segments written. */
export function coalesceFrames(frames: BigUint64Array, output: BigUint64Array): number {
  if (frames.length === 0) return 0;
  let first = frames[0] as bigint;
  let last = first;
  let at = 0;
  for (let i = 1; i < frames.length; i++) {
    const frame = frames[i] as bigint;
    if (frame !== BigInt.asUintN(64, last + 1n)) {
      at = putFrames(output, at, first, last);
      first = frame;
    }
    last = frame;
  }
  return putFrames(output, at, first, last) / 2;
}

function putFrames(output: BigUint64Array, at: number, first: bigint, last: bigint): number {
  const addr = BigInt.asUintN(64, first << PAGE_SHIFT);
  return put(output, at, addr, BigInt.asUintN(64, (last << PAGE_SHIFT) + 4095n), 0n);
}

/**
 * Unites records without flags, in any order; returns segments written. Starts and ends are sorted apart: a run ends
 * where no more ranges have started than ended.
 */
export function uniteBigUint64(input: BigUint64Array, output: BigUint64Array): number {
  const count = input.length / 2;
  if (count === 0) return 0;
  const starts = new BigUint64Array(count);
  const ends = new BigUint64Array(count);
  for (let i = 0; i < count; i++) {
    const addr = input[2 * i] as bigint;
    starts[i] = addr;
    ends[i] = BigInt.asUintN(64, addr + BigInt.asUintN(64, (input[2 * i + 1] as bigint) & LENGTH) - 1n);
  }
  starts.sort();
  ends.sort();
  let at = 0;
  let first = starts[0] as bigint;
  for (let i = 1; i < count; i++) {
    // i ranges started before; where all of them ended, and not just before this start, the run is over.
    const start = starts[i] as bigint;
    if (start === 0n || (ends[i - 1] as bigint) >= BigInt.asUintN(64, start - 1n)) continue;
    at = put(output, at, first, ends[i - 1] as bigint, 0n);
    first = start;
  }
  return put(output, at, first, ends[count - 1] as bigint, 0n) / 2;
}

/** Unites objects, in any order: sorts them, then one loop. The objects stay as they are. */
export function uniteObjects(ranges: readonly PlainRange[]): PlainRange[] {
  const united: PlainRange[] = [];
  let run: PlainRange | undefined;
  for (const { addr, length } of ranges.slice().sort((a, b) => a.addr - b.addr)) {
    if (run !== undefined && addr <= run.addr + run.length) {
      run.length = Math.max(run.length, addr + length - run.addr);
    } else {
      run = { addr, length };
      united.push(run);
    }
  }
  return united;
}
