import {
  ADDRESSES,
  ALIGNMENT,
  BAD,
  BOUNDARY,
  HELD,
  MAX_LAST,
  OUT,
  OUT_END,
  REACHES,
  RUN_FIRST,
  RUN_KIND,
  RUN_LAST,
  SKIP_EMPTY,
  TAKEN,
  UNCUT,
} from "./layout";

/*
 * What a coalescer carries through a call, and from call to call.
 *
 * It lies in the work block, one a coalescer. In a build with threads others can write to the memory while a call runs,
 * so there it lies in globals: one coalescer an instance, and no address or length is ever read back from that memory.
 */
let sharedFirst: u64 = 1;
let sharedLast: u64 = 0;
let sharedKind: u64 = 0;
let sharedHeld: u32 = 0;
let sharedMaxLast: u64 = 0;
let sharedBoundary: u64 = 0;
let sharedAlignment: u64 = 0;
let sharedOut: u32 = 0;
let sharedOutEnd: u32 = 0;
let sharedTaken: u32 = 0;
let sharedBad: u32 = 0;
let sharedReaches: u64 = 0;
let sharedAddresses: u64 = 0;

/** The first byte of the pending run. */
export function runFirst(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedFirst;
  return load<u64>(work, RUN_FIRST);
}

export function setRunFirst(work: usize, first: u64): void {
  if (ASC_FEATURE_THREADS) sharedFirst = first;
  else store<u64>(work, first, RUN_FIRST);
}

/** Its last byte. */
export function runLast(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedLast;
  return load<u64>(work, RUN_LAST);
}

export function setRunLast(work: usize, last: u64): void {
  if (ASC_FEATURE_THREADS) sharedLast = last;
  else store<u64>(work, last, RUN_LAST);
}

/** Its flags, in bits 32-63, without FULL. */
export function runKind(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedKind;
  return load<u64>(work, RUN_KIND);
}

export function setRunKind(work: usize, kind: u64): void {
  if (ASC_FEATURE_THREADS) sharedKind = kind;
  else store<u64>(work, kind, RUN_KIND);
}

/** 1 while there is a pending run. */
export function heldRuns(work: usize): u32 {
  if (ASC_FEATURE_THREADS) return sharedHeld;
  return load<u32>(work, HELD);
}

export function setHeldRuns(work: usize, count: u32): void {
  if (ASC_FEATURE_THREADS) sharedHeld = count;
  else store<u32>(work, count, HELD);
}

export function maxLast(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedMaxLast;
  return load<u64>(work, MAX_LAST);
}

export function boundaryMask(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedBoundary;
  return load<u64>(work, BOUNDARY);
}

export function alignmentMask(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedAlignment;
  return load<u64>(work, ALIGNMENT);
}

/** Sets the limits of a ring's kernel; TypeScript sets those of the others. */
export function setLimits(work: usize, maxLast: u64, boundary: u64, alignment: u64): void {
  if (ASC_FEATURE_THREADS) {
    sharedMaxLast = maxLast;
    sharedBoundary = boundary;
    sharedAlignment = alignment;
  } else {
    store<u64>(work, maxLast, MAX_LAST);
    store<u64>(work, boundary, BOUNDARY);
    store<u64>(work, alignment, ALIGNMENT);
    store<u32>(work, 0, SKIP_EMPTY);
    store<u32>(work, 0, UNCUT);
  }
}

/** A record of length 0 is passed over; in a ring it is not valid. */
export function skipsEmpty(work: usize): bool {
  if (ASC_FEATURE_THREADS) return false;
  return load<u32>(work, SKIP_EMPTY) != 0;
}

/** A run is emitted whole (see WIDE): for unions alone. */
export function isUncut(work: usize): bool {
  if (ASC_FEATURE_THREADS) return false;
  return load<u32>(work, UNCUT) != 0;
}

/** Where the next segment goes. */
export function nextOut(work: usize): usize {
  if (ASC_FEATURE_THREADS) return <usize>sharedOut;
  return <usize>load<u32>(work, OUT);
}

export function setNextOut(work: usize, out: usize): void {
  if (ASC_FEATURE_THREADS) sharedOut = <u32>out;
  else store<u32>(work, <u32>out, OUT);
}

/** Where the room for segments ends. */
export function outEnd(work: usize): usize {
  if (ASC_FEATURE_THREADS) return <usize>sharedOutEnd;
  return <usize>load<u32>(work, OUT_END);
}

export function setOutEnd(work: usize, end: usize): void {
  if (ASC_FEATURE_THREADS) sharedOutEnd = <u32>end;
  else store<u32>(work, <u32>end, OUT_END);
}

/** Records that the last call took. */
export function takenRecords(work: usize): u32 {
  if (ASC_FEATURE_THREADS) return sharedTaken;
  return load<u32>(work, TAKEN);
}

export function setTakenRecords(work: usize, count: u32): void {
  if (ASC_FEATURE_THREADS) sharedTaken = count;
  else store<u32>(work, count, TAKEN);
}

/** 1: the record after those taken is not valid. */
export function badRecords(work: usize): u32 {
  if (ASC_FEATURE_THREADS) return sharedBad;
  return load<u32>(work, BAD);
}

export function setBadRecords(work: usize, count: u32): void {
  if (ASC_FEATURE_THREADS) sharedBad = count;
  else store<u32>(work, count, BAD);
}

/** All bits that are set in a length less one of the last block. */
export function reaches(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedReaches;
  return load<u64>(work, REACHES);
}

/** All bits that are set in an address where a run starts in the last block, its first record apart; and perhaps others. */
export function addresses(work: usize): u64 {
  if (ASC_FEATURE_THREADS) return sharedAddresses;
  return load<u64>(work, ADDRESSES);
}

export function setBlockBits(work: usize, reaches: u64, addresses: u64): void {
  if (ASC_FEATURE_THREADS) {
    sharedReaches = reaches;
    sharedAddresses = addresses;
  } else {
    store<u64>(work, reaches, REACHES);
    store<u64>(work, addresses, ADDRESSES);
  }
}
