/** @returns NaN for no value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The smallest step of the clock that was seen in `tries` steps, in milliseconds. */
export function clockStep(now: () => number, tries = 25): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i++) {
    const start = now();
    let next = now();
    while (next === start) next = now();
    smallest = Math.min(smallest, next - start);
  }
  return smallest;
}

/** Rounds to so many significant digits. */
export function significant(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}
