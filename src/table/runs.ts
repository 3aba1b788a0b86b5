import { BUS, FOUR_GIB, RECORD_WORDS, recordAddr, recordLength } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";

/** Segments from `index` on that touch one another, as bytes from `first` to `last`, both included. */
export interface TouchingRun {
  readonly index: number;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Whether the record at `at` starts where the record before ends, in one address space (memory or BUS). Tags and
 * NOMERGE do not count: they say what may be one segment, not where bytes lie.
 */
export function touches(words: Uint32Array, at: number): boolean {
  const before = at - RECORD_WORDS;
  const low = (words[before] as number) + recordLength(words, before);
  const carry = low >= FOUR_GIB ? 1 : 0;
  // An end of 2^64 has a high half of 2^32, which no address has.
  return (
    words[at] === low >>> 0 &&
    words[at + 1] === (words[before + 1] as number) + carry &&
    (((words[at + 3] as number) ^ (words[before + 3] as number)) & BUS) === 0
  );
}

/** The runs of touching segments, in order. */
export function* touchingRuns({ words, length }: SegmentTable): Generator<TouchingRun> {
  for (let index = 0; index < length; ) {
    let end = index + 1;
    while (end < length && touches(words, end * RECORD_WORDS)) end++;
    const last = (end - 1) * RECORD_WORDS;
    yield {
      index,
      first: recordAddr(words, index * RECORD_WORDS),
      last: recordAddr(words, last) + BigInt(recordLength(words, last)) - 1n,
    };
    index = end;
  }
}
