import { FULL } from "segring";
import type { Generator } from "../sources.js";

const FIRST = 0x1_0000_0000;
/** No range starts from here on: all stay exact in a double. */
const END = 2 ** 53;

/**
 * Makes ranges as packed records: equal generators give equal ranges. Each starts where the range before ends, but for
 * breaks, which leave a gap, and overlaps, which start in the middle of the range before. Past 2^53 they begin anew.
 */
export function generate({ count, length, breaks, gap, overlap, seed }: Generator): Uint32Array {
  const words = new Uint32Array(4 * count);
  const random = mulberry32(seed);
  let next = FIRST;
  for (let at = 0; at < words.length; at += 4) {
    const dice = random() * 100;
    let addr = next;
    if (at > 0 && dice < breaks) addr += gap;
    else if (at > 0 && dice < breaks + overlap) addr -= Math.ceil(length / 2);
    if (addr + length > END) addr = FIRST;
    words[at] = addr;
    words[at + 1] = addr / 2 ** 32;
    // The length of a record of 4 GiB is 0, and the flag FULL says so.
    words[at + 2] = length;
    words[at + 3] = length === 2 ** 32 ? FULL : 0;
    next = addr + length;
  }
  return words;
}

/** A generator of 32 bits of state (Tommy Ettinger's mulberry32): 0 <= x < 1. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x ^= x + Math.imul(x ^ (x >>> 7), 61 | x);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
