import { RECORD_WORDS } from "../core/record.js";
import type { Ranges } from "./packed-input.js";
import { nearWindow } from "./window.js";

/** Records near a window, above which all are taken: then most of a table is near, or nearly. */
const MOST_NEAR = 16384;

/**
 * The ranges that have bytes in a window or end where the window starts, in their order, and perhaps others. What a small
 * window leaves out of a large table is looked at once then, and not by each part of a drawing: 10 ns a segment, not 30.
 */
export function nearRanges(ranges: Ranges, window: { addr: bigint; length: bigint }): Ranges {
  const { words } = ranges;
  const isNear = nearWindow(window);
  const near: number[] = [];
  for (let at = 0; at < words.length; at += RECORD_WORDS) {
    if (!isNear(words, at)) continue;
    if (near.length === MOST_NEAR) return ranges;
    near.push(at);
  }
  const kept = new Uint32Array(near.length * RECORD_WORDS);
  for (const [index, at] of near.entries()) kept.set(words.subarray(at, at + RECORD_WORDS), index * RECORD_WORDS);
  return { ...ranges, words: kept };
}
