/** An array or a typed array of numbers. */
export interface Numbers {
  readonly length: number;
  [index: number]: number;
}

/** Below, merging beats counting: 1.4 µs against 6.5 for 100, 9 against 10 for 500. */
const MANY = 512;
/** Runs that are sorted by moving each index back to its place: so few ranges need no merge. */
const RUN = 16;
/** Bits of a digit: a first-level cache holds its counters. */
const DIGIT = 11;
const MASK = 2 ** DIGIT - 1;

/**
 * Orders integers from 0 to 2^53 - 1: the result has their indices by size, and equal integers keep their order. Many
 * integers take linear time, so a file cannot choose offsets that make the call slow (CVE-2025-62727 was a quadratic
 * merge of ranges).
 */
export function orderOf(values: Numbers): Numbers {
  return values.length < MANY ? mergeSort(values) : radixSort(values);
}

function mergeSort(values: Numbers): Numbers {
  const count = values.length;
  let order = new Array<number>(count);
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    let at = i;
    for (; at % RUN !== 0 && (values[order[at - 1] as number] as number) > value; at--) {
      order[at] = order[at - 1] as number;
    }
    order[at] = i;
  }
  if (count <= RUN) return order;
  let merged = order.slice();
  for (let width = RUN; width < count; width *= 2) {
    for (let k = 0; k < count; ) {
      let left = k;
      let right = k + width;
      const middle = Math.min(right, count);
      const end = Math.min(right + width, count);
      for (; k < end; k++) {
        const takeLeft =
          left < middle &&
          (right >= end || (values[order[left] as number] as number) <= (values[order[right] as number] as number));
        merged[k] = order[takeLeft ? left++ : right++] as number;
      }
    }
    [order, merged] = [merged, order];
  }
  return order;
}

function radixSort(values: Numbers): Numbers {
  const keys = new Uint32Array(values.length);
  const counters = new Uint32Array(MASK + 1);
  let order = keys.map((_, i) => i);
  let sorted = keys.slice();
  for (const divisor of [1, 2 ** 32]) {
    let varying = 0;
    for (let i = 0; i < keys.length; i++) {
      const key = ((values[i] as number) / divisor) >>> 0;
      keys[i] = key;
      varying |= key ^ (keys[0] as number);
    }
    for (let shift = 0; shift < 32; shift += DIGIT) {
      // A digit in which all numbers agree.
      if (((varying >>> shift) & MASK) === 0) continue;
      counters.fill(0);
      for (const key of keys) (counters[(key >>> shift) & MASK] as number)++;
      let at = 0;
      for (let digit = 0; digit <= MASK; digit++) {
        const found = counters[digit] as number;
        counters[digit] = at;
        at += found;
      }
      for (const i of order) sorted[(counters[((keys[i] as number) >>> shift) & MASK] as number)++] = i;
      [order, sorted] = [sorted, order];
    }
  }
  return order;
}
