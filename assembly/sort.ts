import { RECORD_BYTES } from "./layout";
import { COUNTERS } from "./union-layout";

/*
 * A pass of a radix sort, least significant digit first: count each digit, turn counts into places, and move each record
 * to the next place of its digit. Stable, and linear whatever the records. A digit lies in one word of the record:
 * `word` is 0 for the address, 8 for flags and length.
 */

/** Adds records to the counters of the digit at `shift`, of the width of `mask`. */
export function countDigits(work: usize, input: usize, count: u32, word: u32, shift: u32, mask: u32): void {
  const counters = work + COUNTERS;
  const end = input + ((<usize>count) << 4) + word;
  for (let key = input + word; key < end; key += RECORD_BYTES) {
    const counter = counters + ((<usize>(<u32>(load<u64>(key) >> shift) & mask)) << 2);
    store<u32>(counter, load<u32>(counter) + 1);
  }
}

/** Clears the counters of a digit. */
export function clearCounters(work: usize, mask: u32): void {
  memory.fill(work + COUNTERS, 0, (<usize>mask + 1) << 2);
}

/** Makes counters into addresses: where the first record of each digit goes, from `output` on. */
export function placeDigits(work: usize, mask: u32, output: usize): void {
  let place = <u32>output;
  const end = work + COUNTERS + ((<usize>mask) << 2);
  for (let counter = work + COUNTERS; counter <= end; counter += 4) {
    const found = load<u32>(counter);
    store<u32>(counter, place);
    place += found << 4;
  }
}

/** Moves records to their places. */
export function scatterDigits(work: usize, input: usize, count: u32, word: u32, shift: u32, mask: u32): void {
  const counters = work + COUNTERS;
  const end = input + ((<usize>count) << 4);
  for (let record = input; record < end; record += RECORD_BYTES) {
    const counter = counters + ((<usize>(<u32>(load<u64>(record + word) >> shift) & mask)) << 2);
    const place = load<u32>(counter);
    store<u32>(counter, place + <u32>RECORD_BYTES);
    v128.store(place, v128.load(record));
  }
}
