import { median } from "../site/rooms/race/statistics.js";
import type { Contestant } from "./harness.js";
import type { Medians } from "./turns.js";

const ROUNDS = 7;

let sink: unknown;

/**
 * Compares contestants round by round in about so many seconds, where benchmark.js would take its own time. Each gets an
 * equal part of a round: as many calls as fit, at least one. Where single calls take all of the seconds, each is called
 * once.
 */
export function compareWithin(contestants: readonly Contestant[], seconds: number): Medians {
  const end = performance.now() + seconds * 1000;
  const part = (seconds * 1000) / ROUNDS / contestants.length;
  const samples = contestants.map((): number[] => []);
  const calls = contestants.map(({ run }, at) => {
    // What is doubled until it fills its part is compiled by then.
    for (let count = 1; ; count *= 2) {
      const time = timeOf(run, count);
      if (time < part / 2) continue;
      samples[at]?.push(time / count);
      return count;
    }
  });
  while (performance.now() < end) {
    for (const [at, { run }] of contestants.entries()) {
      const count = calls[at] as number;
      samples[at]?.push(timeOf(run, count) / count);
    }
  }
  return new Map(contestants.map(({ name }, at) => [name, median(samples[at] as number[]) / 1000]));
}

/** Milliseconds that so many calls take. The result of another contestant is garbage by then. */
function timeOf(run: () => unknown, calls: number): number {
  sink = undefined;
  const start = performance.now();
  for (let call = 0; call < calls; call++) sink = run();
  const time = performance.now() - start;
  if (sink === Symbol.for("never")) console.log(sink);
  return time;
}
