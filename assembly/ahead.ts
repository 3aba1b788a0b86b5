import { BLOCK, BREAKS, RECORD_SHIFT } from "./layout";
import { nextOut, outEnd } from "./state";

/*
 * WebAssembly has no prefetch instruction: a byte is loaded instead, of each line that will be needed, and ends in TOUCHED.
 *
 * A loop reads one line ahead in each step: 16 lines at once, then none for 16 steps, take 1.2 to 1.35 times as long. Stage
 * two has no loads of its own that miss, so it reads the next block ahead: else memory rests while runs are emitted. The
 * line of a segment is loaded before the segment is stored, since a store that misses waits in a buffer that is soon full.
 */

/** How far a loop reads ahead of itself: 32 lines of 64 bytes, more than a core keeps on their way at once. */
export const AHEAD: usize = 2048;

/** How far a loop that ends at `end`, not after `inputEnd`, may read ahead: AHEAD, or not at all. */
export function aheadOf(end: usize, inputEnd: usize): usize {
  return inputEnd - end >= AHEAD ? AHEAD : 0;
}

/**
 * By how many bytes the output grows for 4 neighbours, if there are as many breaks as in the block before. 0 where there
 * is no room for a block of segments; else at most 64, whatever others write to BREAKS: BLOCK / 4 steps stay in that room.
 */
export function outputStep(work: usize): usize {
  if (outEnd(work) - nextOut(work) < (<usize>BLOCK) << RECORD_SHIFT) return 0;
  return <usize>(min<u32>(load<u32>(work, BREAKS), BLOCK) >> 3);
}
