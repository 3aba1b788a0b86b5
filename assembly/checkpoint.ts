import { CHECKPOINT_BYTES } from "./ring-layout";

/*
 * The held-back run as the next kernel finds it. Of the two copies in the header one is always whole: a kernel writes
 * the older, then publishes out.tail, then in.head. A copy counts iff its check is right (it was not torn), its head is
 * in.head, and out.tail has gone at most a ring further than its outTail: those segments are made again, and dropped.
 */
const HEAD: usize = 0;
const OUT_TAIL: usize = 4;
const FIRST: usize = 8;
const LAST: usize = 16;
const FLAGS: usize = 24;
const CHECK: usize = 28;

/** FNV-1a over the seven words before the check. Never that of zeros: what nobody wrote is no copy. */
function checkOf(copy: usize): u32 {
  let hash: u32 = 0x811c9dc5;
  const end = copy + CHECK;
  for (; copy < end; copy += 4) hash = (hash ^ load<u32>(copy)) * 0x01000193;
  return hash;
}

/** Writes a copy. A run has a byte at least; `first` 1 and `last` 0 say that there is none. */
export function writeCheckpoint(copy: usize, head: u32, outTail: u32, first: u64, last: u64, flags: u32): void {
  store<u32>(copy, head, HEAD);
  store<u32>(copy, outTail, OUT_TAIL);
  store<u64>(copy, first, FIRST);
  store<u64>(copy, last, LAST);
  store<u32>(copy, flags, FLAGS);
  store<u32>(copy, checkOf(copy), CHECK);
}

/**
 * Which of the two copies at `copies` to go on from: 0 or 1; 2 where nothing was ever committed, 3 where none is valid.
 * A kernel that starts on a blank header writes copy 0 before its first commit, which goes to copy 1: while one of them
 * is blank, no head was moved. Without that, a death in the first commit would leave no valid copy.
 */
export function validCheckpoint(copies: usize, head: u32, tail: u32, outCapacity: u32): u32 {
  let found: u32 = 3;
  let again = outCapacity;
  let blank = false;
  for (let which: u32 = 0; which < 2; ++which) {
    const copy = copies + <usize>which * CHECKPOINT_BYTES;
    if ((load<u64>(copy) | load<u64>(copy, 8) | load<u64>(copy, 16) | load<u64>(copy, 24)) == 0) blank = true;
    const behind = tail - outTailOf(copy);
    if (load<u32>(copy, CHECK) == checkOf(copy) && load<u32>(copy, HEAD) == head && behind <= again) {
      // Of two valid ones the newer leaves less to make again.
      found = which;
      again = behind;
    }
  }
  return found == 3 && blank ? 2 : found;
}

export function outTailOf(copy: usize): u32 {
  return load<u32>(copy, OUT_TAIL);
}

export function firstOf(copy: usize): u64 {
  return load<u64>(copy, FIRST);
}

export function lastOf(copy: usize): u64 {
  return load<u64>(copy, LAST);
}

export function flagsOf(copy: usize): u32 {
  return load<u32>(copy, FLAGS);
}
