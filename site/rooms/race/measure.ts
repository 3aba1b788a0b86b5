/** Measures one workload: every answer is compared with the right one before any time counts, and once more at the end. */
import type { BenchmarkClass } from "./benchmark.js";
import type { Contestant, Prepared, Workload } from "./contest.js";
import { RaceInput } from "./input.js";
import { clockStep, median } from "./statistics.js";

/** Up to here the right answer comes from plain BigInts; above, from the JavaScript engine. */
export const ORACLE_MOST = 100_000;

/** A sample takes at least so many steps of the clock, so that it is right to 5 %. */
const CLOCK_STEPS = 20;
/** Samples are short, so that most of them end before the system gives the core to another program. */
const MIN_SECONDS = 0.001;

/** What is measured, and for how long. */
export interface Setting {
  readonly count: number;
  /** Percent of neighbours that do not join. */
  readonly breaks: number;
  readonly rounds: number;
  /** For each contestant in each round. */
  readonly seconds: number;
  /** For each contestant before the rounds, so that its code is compiled by then. */
  readonly warmSeconds: number;
  /** A first call that takes longer is not repeated. */
  readonly limitSeconds: number;
}

/**
 * `ok`; `wrong`: another answer, not timed; `over`: a call took longer than the limit; `left out`: more inputs than the
 * contestant takes; `failed`: it threw.
 */
export type Status = "ok" | "wrong" | "over" | "left out" | "failed";

/** What one contestant did. Times are milliseconds a call. */
export interface Measured {
  readonly contestant: string;
  readonly status: Status;
  /** The first call in a fresh worker. */
  readonly first?: number;
  readonly median?: number;
  readonly worst?: number;
  readonly samples?: number;
  /** Why there are no times. */
  readonly note?: string;
}

/** What a worker says while it measures. The watch of the time limit begins with `calling` and ends with `called`. */
export type Progress =
  | { readonly kind: "preparing" | "calling" | "called" | "timing"; readonly contestant: string }
  | { readonly kind: "measured"; readonly measured: Measured };

/** What a contestant keeps while the others run. */
interface Runner {
  readonly contestant: Contestant;
  readonly prepared: Prepared;
  /** Milliseconds. */
  readonly first: number;
  /** Milliseconds of the fastest call until the rounds begin. */
  pace: number;
  readonly samples: number[];
}

/** @param order Names of the contestants, in the order of their first calls. */
export function measureWorkload(
  Benchmark: BenchmarkClass,
  workload: Workload,
  setting: Setting,
  order: readonly string[],
  say: (progress: Progress) => void,
): void {
  const input = new RaceInput(workload.form, setting.count, setting.breaks);
  const right = rightAnswer(workload, input);
  const runners: Runner[] = [];
  for (const name of order) {
    const contestant = workload.contestants.find((each) => each.name === name);
    if (contestant === undefined) throw new Error(`expected a contestant of ${workload.id}, got ${name}`);
    const entered = enter(contestant, input, right, setting, say);
    if ("prepared" in entered) runners.push(entered);
    else say({ kind: "measured", measured: entered });
  }
  for (const runner of runners) warm(runner, setting);
  const minTime = Math.max(MIN_SECONDS, (CLOCK_STEPS * clockStep(() => performance.now())) / 1000);
  for (let round = 0; round < setting.rounds; round++) {
    // Round by round, so that a change of the machine's speed meets all contestants.
    for (const runner of runners) {
      say({ kind: "timing", contestant: runner.contestant.name });
      sample(Benchmark, runner, { ...setting, minTime }, round);
    }
  }
  for (const runner of runners) {
    say({ kind: "measured", measured: judge(runner, input, right) });
    runner.prepared.close?.();
  }
}

function rightAnswer(workload: Workload, input: RaceInput): Uint8Array {
  if (input.count <= ORACLE_MOST) return workload.oracle(input);
  const engine = workload.contestants.find(({ kind, most = Number.POSITIVE_INFINITY }) => {
    return kind === "js" && input.count <= most;
  });
  if (engine === undefined) return new Uint8Array(0);
  const prepared = engine.prepare(input);
  prepared.run();
  const answer = prepared.answer().slice();
  prepared.close?.();
  return answer;
}

/** The first call, and whether its answer is right. */
function enter(
  contestant: Contestant,
  input: RaceInput,
  right: Uint8Array,
  setting: Setting,
  say: (progress: Progress) => void,
): Runner | Measured {
  const { name, most = Number.POSITIVE_INFINITY } = contestant;
  if (input.count > most) {
    return { contestant: name, status: "left out", note: `not run above ${most.toLocaleString("en")}` };
  }
  let prepared: Prepared | undefined;
  try {
    say({ kind: "preparing", contestant: name });
    prepared = contestant.prepare(input);
    say({ kind: "calling", contestant: name });
    const start = performance.now();
    prepared.run();
    const first = performance.now() - start;
    say({ kind: "called", contestant: name });
    if (isEqual(prepared.answer(), contestant.expected?.(input) ?? right)) {
      if (first <= setting.limitSeconds * 1000) return { contestant, prepared, first, pace: first, samples: [] };
      prepared.close?.();
      return overLimit(name, setting.limitSeconds);
    }
    prepared.close?.();
    return { contestant: name, status: "wrong", note: "another answer than the right one" };
  } catch (error) {
    prepared?.close?.();
    return failed(name, error);
  }
}

export function overLimit(contestant: string, limitSeconds: number): Measured {
  return { contestant, status: "over", note: `over ${limitSeconds} s` };
}

export function failed(contestant: string, error: unknown): Measured {
  return { contestant, status: "failed", note: error instanceof Error ? error.message : String(error) };
}

let sink: unknown;

/** Calls until the code is compiled, unless that would take far more than the time for it. */
function warm(runner: Runner, { warmSeconds }: Setting): void {
  if (runner.first > 10_000 * warmSeconds) return;
  const end = performance.now() + warmSeconds * 1000;
  do {
    const start = performance.now();
    sink = runner.prepared.run();
    runner.pace = Math.min(runner.pace, performance.now() - start);
  } while (performance.now() < end);
  sink = undefined;
}

/**
 * Where calls are so long that benchmark.js, which calls at least four times a round, would take more than three times the
 * seconds, the contestant is called once a round, until all its calls have taken six times the seconds of all rounds.
 */
function sample(
  Benchmark: BenchmarkClass,
  { prepared, pace, samples }: Runner,
  { seconds, rounds, minTime }: Setting & { readonly minTime: number },
  round: number,
): void {
  // What another contestant gave is garbage by now.
  sink = undefined;
  if (4 * pace > 3000 * seconds) {
    if (round > 0 && (round + 1) * pace > 6000 * rounds * seconds) return;
    const start = performance.now();
    sink = prepared.run();
    samples.push(performance.now() - start);
    return;
  }
  const benchmark = new Benchmark({
    fn: () => {
      sink = prepared.run();
    },
    maxTime: seconds,
    minSamples: 2,
    minTime,
  });
  benchmark.run();
  // benchmark.js keeps a failure to itself.
  if (benchmark.error) throw new Error("a later call failed", { cause: benchmark.error });
  for (const period of benchmark.stats.sample) samples.push(period * 1000);
}

function judge({ contestant, prepared, first, samples }: Runner, input: RaceInput, right: Uint8Array): Measured {
  sink = undefined;
  if (!isEqual(prepared.answer(), contestant.expected?.(input) ?? right)) {
    return { contestant: contestant.name, status: "wrong", note: "another answer in a later call" };
  }
  return {
    contestant: contestant.name,
    status: "ok",
    first,
    median: median(samples),
    worst: Math.max(...samples),
    samples: samples.length,
  };
}

function isEqual(found: Uint8Array, right: Uint8Array): boolean {
  if (found.length !== right.length) return false;
  for (let i = 0; i < right.length; i++) if (found[i] !== right[i]) return false;
  return true;
}

/** Keeps results from being optimised away. */
export function keptResult(): unknown {
  return sink;
}
