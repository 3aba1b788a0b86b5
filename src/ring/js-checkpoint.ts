import { CHECKPOINT_BYTES, CHECKPOINTS, HASH_FACTOR, HASH_START } from "./layout.js";

/*
 * The two copies of the pending run in the input's header, as assembly/checkpoint.ts writes and chooses them. A copy is
 * eight words, in this order: head, outTail, first byte low and high, last byte low and high, flags, check.
 */
export const COPY_WORDS: number = CHECKPOINT_BYTES / 4;
const HEAD = 0;
const OUT_TAIL = 1;
const CHECK = 7;

/** What `chooseCheckpoint` returns besides 0 and 1: nothing was ever committed; no copy is valid. */
export const BLANK = 2;
export const NO_COPY = 3;

/** Sets the check of a copy, and writes the copy to the header as number `which`. */
export function writeCheckpoint(words: Int32Array, which: number, copy: Int32Array): void {
  copy[CHECK] = checkOf(copy);
  const at = placeOf(which);
  for (let word = 0; word < COPY_WORDS; word++) words[at + word] = copy[word] as number;
}

/**
 * Chooses the copy to go on from, and copies its words to `chosen`, each word loaded once: others may write to the
 * header meanwhile.
 *
 * @returns 0 or 1, or BLANK or NO_COPY, with which `chosen` says nothing.
 */
export function chooseCheckpoint(
  words: Int32Array,
  head: number,
  tail: number,
  outCapacity: number,
  chosen: Int32Array,
): number {
  const copy = new Int32Array(COPY_WORDS);
  let found = NO_COPY;
  let again = outCapacity;
  let blank = false;
  for (let which = 0; which < 2; which++) {
    const at = placeOf(which);
    for (let word = 0; word < COPY_WORDS; word++) copy[word] = words[at + word] as number;
    if (copy.every((word) => word === 0)) blank = true;
    const behind = (tail - (copy[OUT_TAIL] as number)) >>> 0;
    if (copy[CHECK] !== checkOf(copy) || copy[HEAD] !== head || behind > again) continue;
    // Of two valid ones the newer leaves less to make again.
    found = which;
    again = behind;
    chosen.set(copy);
  }
  return found === NO_COPY && blank ? BLANK : found;
}

function placeOf(which: number): number {
  return (CHECKPOINTS + which * CHECKPOINT_BYTES) >> 2;
}

/** FNV-1a over the words before the check. */
function checkOf(copy: Int32Array): number {
  let hash = HASH_START | 0;
  for (let word = 0; word < CHECK; word++) hash = Math.imul(hash ^ (copy[word] as number), HASH_FACTOR);
  return hash;
}
