import { FULL, RECORD_WORDS } from "../core/record.js";
import { groupOf } from "./groups.js";

/** Where the bytes of records lie, in halves of 32 bits, both bytes included. */
export interface Extent {
  firstHi: number;
  firstLo: number;
  lastHi: number;
  lastLo: number;
  /** A bit for each group that occurs. */
  groups: number;
}

/** The extent of packed records, O(n). Of none, the first byte lies behind the last. */
export function extentOf(words: Uint32Array): Extent {
  let firstHi = 0xffff_ffff;
  let firstLo = 0xffff_ffff;
  let lastHi = 0;
  let lastLo = 0;
  let groups = 0;
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    const lo = words[at] as number;
    const hi = words[at + 1] as number;
    const flags = words[at + 3] as number;
    groups |= flags <= FULL ? 1 : 1 << groupOf(flags);
    if (hi < firstHi || (hi === firstHi && lo < firstLo)) {
      firstHi = hi;
      firstLo = lo;
    }
    // Of 4 GiB, len is 0, and the last byte lies 2^32 - 1 behind the first.
    const sum = lo + (((words[at + 2] as number) - 1) >>> 0);
    const endLo = sum >>> 0;
    const endHi = hi + (sum > endLo ? 1 : 0);
    if (endHi > lastHi || (endHi === lastHi && endLo > lastLo)) {
      lastHi = endHi;
      lastLo = endLo;
    }
  }
  return { firstHi, firstLo, lastHi, lastLo, groups };
}

/** Two halves as an address. */
export function joined(hi: number, lo: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo);
}
