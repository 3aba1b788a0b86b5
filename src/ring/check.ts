import {
  FLUSH,
  FOUR_GIB,
  FULL,
  RECORD_WORDS,
  RESERVED_FLAGS,
  recordAddr,
  recordFault,
  recordLength,
} from "../core/record.js";
import type { RingConfig } from "./header.js";

/** Whether any valid record may lie in this ring. */
export function isUnlimited({ maxSegmentBytes, addressLimit }: RingConfig): boolean {
  return maxSegmentBytes === FOUR_GIB && addressLimit === 0xffff_ffff_ffff_ffffn;
}

/* A constant of another module is loaded anew in every turn of a loop; one of this module is folded into the code. */
const WORDS = RECORD_WORDS;
const ODD_FLAGS = FULL | RESERVED_FLAGS;

/** The first of `count` records from word `at` on that this ring may not hold, or `count`. */
export function firstFault(words: Uint32Array, at: number, count: number, config: RingConfig): number {
  const limited = !isUnlimited(config);
  const end = at + count * WORDS;
  for (let record = at; record < end; record += WORDS) {
    // One that cannot be wrong: it has a length, no flag with a meaning of its own, and does not come near 2^64.
    if (
      ((words[record + 3] as number) & ODD_FLAGS) !== 0 ||
      words[record + 2] === 0 ||
      words[record + 1] === 0xffff_ffff ||
      limited
    ) {
      if (faultAt(words, record, config) !== undefined) return (record - at) / RECORD_WORDS;
    }
  }
  return count;
}

/** Why this ring may not hold the record at this word, or undefined. Exact and slow. */
export function faultAt(words: Uint32Array, at: number, config: RingConfig): string | undefined {
  const record = new Uint32Array(4);
  for (let word = 0; word < 4; word++) record[word] = words[at + word] as number;
  // FLUSH is for a kernel, so only a ring of ranges holds it.
  if (config.role === "ranges") {
    if (record[3] === FLUSH && ((record[0] as number) | (record[1] as number) | (record[2] as number)) === 0) {
      return undefined;
    }
    (record[3] as number) &= ~FLUSH;
  }
  const fault = recordFault(record, 0);
  if (fault !== undefined) return fault;
  const length = recordLength(record, 0);
  if (length > config.maxSegmentBytes)
    return `length expected up to ${config.maxSegmentBytes} in this ring, got ${length}`;
  const last = recordAddr(record, 0) + BigInt(length) - 1n;
  if (last > config.addressLimit) {
    return `the last byte expected up to 0x${config.addressLimit.toString(16)} in this ring, got 0x${last.toString(16)}`;
  }
  return undefined;
}
