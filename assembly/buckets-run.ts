import { BASE, BUCKET_SHIFT, HOLE_AT, HOLE_BITS, WORD } from "./buckets-layout";
import { LENGTH, RUN_LAST } from "./layout";
import { hold } from "./run";
import { writeRun } from "./union";
import { GAP } from "./union-layout";

/*
 * The pending run of a union, as the kernels of the buckets see it: its first byte and its *reach*, the highest address at
 * which a record joins it, one more than its last byte and the gap. The plan sees to it that no reach wraps.
 */

/** The reach of the pending run. */
export function reachOf(work: usize): u64 {
  return load<u64>(work, RUN_LAST) + load<u64>(work, GAP) + 1;
}

/** Makes a run pending. */
export function holdReach(work: usize, block: usize, first: u64, reach: u64): void {
  hold(work, first, reach - load<u64>(work, GAP) - 1, load<u64>(block, WORD) & ~LENGTH);
}

/** How far a record reaches from its address on, if its key holds no length. */
export function leastReach(work: usize, block: usize): u64 {
  return (load<u64>(block, WORD) & LENGTH) + load<u64>(work, GAP);
}

/** The bits below this one, 0 to 63. */
export function bitsBelow(bit: u32): u64 {
  return ((<u64>1) << bit) - 1;
}

/** Where a bucket begins. No bucket spans the hole: its addresses follow one another. */
export function baseOf(block: usize, bucket: u32): u64 {
  const distance = (<u64>bucket) << load<u32>(block, BUCKET_SHIFT);
  const below = bitsBelow(load<u32>(block, HOLE_AT));
  return load<u64>(block, BASE) + (distance & below) + ((distance & ~below) << load<u32>(block, HOLE_BITS));
}

/** The longest distance from first byte to reach of a run that is one record. */
export function longestRecord(work: usize): u64 {
  return load<u64>(work, GAP) + 0x1_0000_0000;
}

/** What `reach - first` of a run is less than its flags and length. */
export function wordLess(work: usize, block: usize): u64 {
  return (load<u64>(block, WORD) & ~LENGTH) - load<u64>(work, GAP);
}

/** Writes a run of any length, as one record or two. Returns where the next goes. */
export function writeLong(work: usize, block: usize, output: usize, first: u64, reach: u64): usize {
  return writeRun(work, output, first, reach - load<u64>(work, GAP) - 1, load<u64>(block, WORD) & ~LENGTH);
}
