import { CHECKPOINT_BYTES } from "./ring-layout";

/*
 * The pending run, for a kernel that goes on after this one died. The header has two copies of the run, and one of them
 * is always whole: a kernel overwrites the older copy, then publishes out.tail, and then in.head.
 *
 * A copy counts where three things hold. Its check is right, so the copy was not torn. Its head is in.head. And out.tail
 * is at most one ring past the copy's outTail: the next kernel makes the segments in between again, and drops them.
 */
const HEAD: usize = 0;
const OUT_TAIL: usize = 4;
const FIRST: usize = 8;
const LAST: usize = 16;
const FLAGS: usize = 24;
const CHECK: usize = 28;

/** FNV-1a over the seven words before the check. The hash of zeros is not 0, so memory that nobody wrote is no copy. */
function checkOf(head: u32, outTail: u32, first: u64, last: u64, flags: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  hash = (hash ^ head) * 0x01000193;
  hash = (hash ^ outTail) * 0x01000193;
  hash = (hash ^ <u32>first) * 0x01000193;
  hash = (hash ^ <u32>(first >> 32)) * 0x01000193;
  hash = (hash ^ <u32>last) * 0x01000193;
  hash = (hash ^ <u32>(last >> 32)) * 0x01000193;
  return (hash ^ flags) * 0x01000193;
}

/** Writes a copy. A run has at least one byte; `first` 1 and `last` 0 say that there is no run. */
export function writeCheckpoint(copy: usize, head: u32, outTail: u32, first: u64, last: u64, flags: u32): void {
  store<u32>(copy, head, HEAD);
  store<u32>(copy, outTail, OUT_TAIL);
  store<u64>(copy, first, FIRST);
  store<u64>(copy, last, LAST);
  store<u32>(copy, flags, FLAGS);
  store<u32>(copy, checkOf(head, outTail, first, last, flags), CHECK);
}

/* The copy that is checked. Each word is loaded once, because others may write to the header meanwhile. */
let copyHead: u32 = 0;
let copyOutTail: u32 = 0;
let copyFirst: u64 = 0;
let copyLast: u64 = 0;
let copyFlags: u32 = 0;
let copyCheck: u32 = 0;

/* The copy that was chosen. */
let heldOutTail: u32 = 0;
let heldFirst: u64 = 0;
let heldLast: u64 = 0;
let heldFlags: u32 = 0;

/**
 * Chooses the copy at `copies` to go on from: 0 or 1; 2 where nothing was ever committed, 3 where no copy is valid.
 * A kernel that starts on a blank header writes copy 0 before its first commit, which goes to copy 1. So while a copy is
 * blank, the head has not moved. Otherwise a death in the first commit would leave no valid copy.
 */
export function chooseCheckpoint(copies: usize, head: u32, tail: u32, outCapacity: u32): u32 {
  let found: u32 = 3;
  let again = outCapacity;
  let blank = false;
  for (let which: u32 = 0; which < 2; ++which) {
    loadCopy(copies + <usize>which * CHECKPOINT_BYTES);
    if ((<u64>(copyHead | copyOutTail | copyFlags | copyCheck) | copyFirst | copyLast) == 0) blank = true;
    const behind = tail - copyOutTail;
    if (
      copyCheck == checkOf(copyHead, copyOutTail, copyFirst, copyLast, copyFlags) &&
      copyHead == head &&
      behind <= again
    ) {
      // Of two valid ones the newer leaves less to make again.
      found = which;
      again = behind;
      heldOutTail = copyOutTail;
      heldFirst = copyFirst;
      heldLast = copyLast;
      heldFlags = copyFlags;
    }
  }
  return found == 3 && blank ? 2 : found;
}

function loadCopy(copy: usize): void {
  copyHead = load<u32>(copy, HEAD);
  copyOutTail = load<u32>(copy, OUT_TAIL);
  copyFirst = load<u64>(copy, FIRST);
  copyLast = load<u64>(copy, LAST);
  copyFlags = load<u32>(copy, FLAGS);
  copyCheck = load<u32>(copy, CHECK);
}

/** The output's tail as the chosen copy has it. */
export function chosenOutTail(): u32 {
  return heldOutTail;
}

/** The pending run of the chosen copy. */
export function chosenFirst(): u64 {
  return heldFirst;
}

export function chosenLast(): u64 {
  return heldLast;
}

export function chosenFlags(): u32 {
  return heldFlags;
}
