import { RECORD_WORDS } from "../core/record.js";
import type { Merger } from "./engine.js";
import type { JsMemory } from "./js-block.js";
import { MERGED_END, MERGED_FROM, WINDOW_BYTES, WINDOW_END, WINDOW_FROM, WINDOW_LAST } from "./layout.generated.js";
import { mergerBytes, WindowMerger } from "./merger.js";

/*
 * The twin of assembly/merge.ts: a window has the same row, and a call merges the same records. Places are words here, but
 * for the rows, which have bytes.
 */

const ROW_WORDS = WINDOW_BYTES / 4;

/** Makes a merger in memory of the JavaScript engine. @throws {SegringError} OUT_OF_MEMORY */
export function jsMerger(memory: JsMemory, inputs: number): Merger {
  const block = memory.allocate(mergerBytes(inputs));
  const { signed } = block;
  return new WindowMerger(block, 0, inputs, (windows, count, ping, pong) =>
    mergeWindows(signed, windows, count, ping, pong),
  );
}

/** As the kernel, with the memory in front. */
export function mergeWindows(words: Int32Array, windows: number, count: number, ping: number, pong: number): number {
  const first = windows / 4;
  const end = first + count * ROW_WORDS;
  let bound = -1;
  for (let row = first; row < end; row += ROW_WORDS) {
    if (words[row + WINDOW_LAST / 4] !== 0) continue;
    const last = placeAt(words, row + WINDOW_END / 4) - RECORD_WORDS;
    if (bound < 0 || precedes(words, last, bound)) bound = last;
  }
  let runs = 0;
  for (let row = first; row < end; row += ROW_WORDS) {
    const from = placeAt(words, row + WINDOW_FROM / 4);
    const stop = endOfSure(words, from, placeAt(words, row + WINDOW_END / 4), bound);
    if (stop === from) continue;
    words[row + WINDOW_FROM / 4] = stop * 4;
    setRun(words, first + runs * ROW_WORDS, from, stop);
    runs++;
  }
  if (runs === 0) return 0;
  for (let [output, other] = [ping / 4, pong / 4]; runs > 1; [output, other] = [other, output]) {
    runs = mergePairs(words, first, runs, output);
  }
  return (placeAt(words, first + MERGED_END / 4) - placeAt(words, first + MERGED_FROM / 4)) / RECORD_WORDS;
}

/** The place that a row holds, in words. */
function placeAt(words: Int32Array, at: number): number {
  return (words[at] as number) >>> 2;
}

function setRun(words: Int32Array, row: number, from: number, end: number): void {
  words[row + MERGED_FROM / 4] = from * 4;
  words[row + MERGED_END / 4] = end * 4;
}

/** Where the records end that do not come after the one at `bound`; below 0 it bounds nothing. */
function endOfSure(words: Int32Array, from: number, end: number, bound: number): number {
  if (from === end || bound < 0 || !precedes(words, bound, end - RECORD_WORDS)) return end;
  let low = from;
  let high = end - RECORD_WORDS;
  while (low < high) {
    const middle = low + ((high - low) >>> 3) * RECORD_WORDS;
    if (precedes(words, bound, middle)) high = middle;
    else low = middle + RECORD_WORDS;
  }
  return low;
}

function mergePairs(words: Int32Array, first: number, runs: number, output: number): number {
  let out = output;
  let made = 0;
  for (let run = 0; run < runs; run += 2) {
    const row = first + run * ROW_WORDS;
    const a = placeAt(words, row + MERGED_FROM / 4);
    const aEnd = placeAt(words, row + MERGED_END / 4);
    const from = out;
    if (run + 1 < runs) {
      out = mergePair(words, row, out);
    } else {
      words.copyWithin(out, a, aEnd);
      out += aEnd - a;
    }
    setRun(words, first + made * ROW_WORDS, from, out);
    made++;
  }
  return made;
}

/** Merges the runs of a row and of the next, none of them empty. Returns where the output ends. */
function mergePair(words: Int32Array, row: number, output: number): number {
  let a = placeAt(words, row + MERGED_FROM / 4);
  const aEnd = placeAt(words, row + MERGED_END / 4);
  let b = placeAt(words, row + ROW_WORDS + MERGED_FROM / 4);
  const bEnd = placeAt(words, row + ROW_WORDS + MERGED_END / 4);
  let to = output;
  if (precedes(words, b, aEnd - RECORD_WORDS)) {
    while (a < aEnd && b < bEnd) {
      let from: number;
      if (precedes(words, b, a)) {
        from = b;
        b += RECORD_WORDS;
      } else {
        from = a;
        a += RECORD_WORDS;
      }
      words[to] = words[from] as number;
      words[to + 1] = words[from + 1] as number;
      words[to + 2] = words[from + 2] as number;
      words[to + 3] = words[from + 3] as number;
      to += RECORD_WORDS;
    }
  }
  words.copyWithin(to, a, aEnd);
  words.copyWithin(to + aEnd - a, b, bEnd);
  return to + aEnd - a + bEnd - b;
}

/** Whether the record at `a` comes before the record at `b`. */
function precedes(words: Int32Array, a: number, b: number): boolean {
  const aHigh = words[a + 1] as number;
  const bHigh = words[b + 1] as number;
  if (aHigh !== bHigh) return aHigh >>> 0 < bHigh >>> 0;
  const aLow = words[a] as number;
  const bLow = words[b] as number;
  if (aLow !== bLow) return aLow >>> 0 < bLow >>> 0;
  const aFlags = words[a + 3] as number;
  const bFlags = words[b + 3] as number;
  if (aFlags !== bFlags) return aFlags >>> 0 < bFlags >>> 0;
  return (words[a + 2] as number) >>> 0 < (words[b + 2] as number) >>> 0;
}
