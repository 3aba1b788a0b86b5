import { RECORD_WORDS } from "../core/record.js";

/** Records that a loop copies faster than `TypedArray.set`. */
const FEW_RECORDS = 16;

/** Copies `count` records, from record `from` of a source to record `to` of a target. */
export function copyRows(source: Uint32Array, from: number, count: number, target: Uint32Array, to: number): void {
  const first = from * RECORD_WORDS;
  const end = first + count * RECORD_WORDS;
  let word = to * RECORD_WORDS;
  if (count > FEW_RECORDS) {
    const whole = end - first === source.length;
    target.set(whole ? source : source.subarray(first, end), word);
    return;
  }
  for (let at = first; at < end; at++) target[word++] = source[at] as number;
}
