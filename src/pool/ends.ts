import { FOUR_GIB, FULL, NOMERGE, RECORD_WORDS, recordAddr, recordFlags, recordLength } from "../core/record.js";
import type { Run } from "./messages.js";

/** Runs of a piece that its worker tells at once. A border rarely needs more than one. */
const HEAD_RUNS = 8;

/** The first runs of segments. Segments of one run touch, have equal flags, and no NOMERGE. */
export function firstRuns(words: Uint32Array): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < words.length && runs.length < HEAD_RUNS; ) {
    const start = at;
    while (continues(words, at)) at += RECORD_WORDS;
    const addr = recordAddr(words, start);
    // Less than 2^64 bytes: 2^32 segments would not fit any memory.
    const bytes = endOf(words, at) - addr;
    at += RECORD_WORDS;
    runs.push({ segments: (at - start) / RECORD_WORDS, addr, bytes, flags: recordFlags(words, start) });
  }
  return runs;
}

/** Whether the segment behind the one at `at` goes on with that one's run. */
function continues(words: Uint32Array, at: number): boolean {
  const next = at + RECORD_WORDS;
  if (next >= words.length || recordFlags(words, at) & NOMERGE) return false;
  if (recordFlags(words, at) !== recordFlags(words, next)) return false;
  const end = (words[at] as number) + recordLength(words, at);
  const high = (words[at + 1] as number) + (end >= FOUR_GIB ? 1 : 0);
  return end % FOUR_GIB === words[next] && high === words[next + 1];
}

/**
 * The first segment of a union that later pieces may change, or come before: all segments from there on wait for them.
 * No address of a later piece is below `border`.
 *
 * - A segment that starts or ends behind the border may overlap a later one.
 * - Of those of a kind that end before the border, only the last one may join a later one, if no more than `gapBytes` lie
 *   between its end and the border: before it reaches any other, a later one reaches that one.
 */
export function firstOpen(words: Uint32Array, gapBytes: bigint, border: bigint | undefined): number {
  let first = words.length;
  if (border === undefined) return first / RECORD_WORDS;
  while (first > 0 && recordAddr(words, first - RECORD_WORDS) >= border) first -= RECORD_WORDS;
  const closed = new Set<number>();
  // No kind: kinds are even.
  let last = 1;
  for (let at = words.length - RECORD_WORDS; at >= 0; at -= RECORD_WORDS) {
    const kind = (words[at + 3] as number) & ~FULL;
    if (kind === last || closed.has(kind)) continue;
    const end = endOf(words, at);
    if ((kind & NOMERGE) === 0 && end + gapBytes >= border) first = Math.min(first, at);
    if (end > border) continue;
    closed.add(kind);
    last = kind;
  }
  return first / RECORD_WORDS;
}

/** Where the segment at `at` ends, up to 2^64. */
export function endOf(words: Uint32Array, at: number): bigint {
  return recordAddr(words, at) + BigInt(recordLength(words, at));
}
