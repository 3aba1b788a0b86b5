/**
 * Compares contestants by benchmark.js, turn by turn: each gets a short run in every turn, so that a change of the
 * machine's speed meets all of them, and can be taken out (turns.ts).
 */
import Benchmark from "benchmark";
import { median } from "../site/rooms/race/statistics.js";
import { type BenchRow, keyOf, limitText, meets, valueText } from "./bench-file.js";
import { type Medians, steadied } from "./turns.js";

export interface Contestant {
  readonly name: string;
  /** One operation. What it returns is kept from being optimised away. */
  readonly run: () => unknown;
}

/** A program that times itself: it runs in every turn, so that a change of the machine's speed meets the program too. */
export interface SelfTimed {
  readonly name: string;
  /** Runs the program. @returns Seconds an operation, of each of its rounds. */
  readonly sample: () => readonly number[];
}

let sink: unknown;

/**
 * Turns that each contestant gets in a round. On a machine that others share, ratios of medians vary half as much with
 * three short turns as with one of the same time (34 % and 76 % between 12 runs); minima vary more than medians.
 */
const TURNS = 3;

/**
 * A sample of calls shorter than this is a batch of 10 ms: V8 compiles anew what benchmark.js makes for a sample. In samples
 * of 1 ms, a call of 92 µs seemed to take 137.
 */
const SHORT_SECONDS = 1e-3;

/** A call of at least this much does not profit from what the call before it left in the caches. */
const LONG_SECONDS = 0.01;

/** How a contestant is timed. */
interface Sampling {
  /** Seconds that a sample takes at least. */
  readonly least: number;
  /** Calls before each turn: what the contestant before has left in the caches is not to count. */
  readonly warmUps: number;
}

/**
 * How a contestant is to be timed: up to five calls tell. Batches of 10 ms hold the turns that other programs got meanwhile,
 * and rounds of a loop in C, which are timed one by one, do not: with both cores busy, wasm then seemed to take 3.5 times as
 * long as C. So only calls below SHORT_SECONDS go by batches.
 */
function samplingOf(run: () => unknown): Sampling {
  let best = Number.POSITIVE_INFINITY;
  for (let call = 0; call < 5 && best > SHORT_SECONDS; call++) {
    const start = performance.now();
    sink = run();
    const seconds = (performance.now() - start) / 1000;
    if (seconds > LONG_SECONDS) return { least: 0.001, warmUps: 0 };
    best = Math.min(best, seconds);
  }
  return { least: best > SHORT_SECONDS ? 0.001 : 0.01, warmUps: 1 };
}

/**
 * @param seconds Time for each contestant in each of the `rounds`. A quick run has one round, of a tenth of the time.
 * Contestants of one name are samples of one.
 */
export function compare(contestants: readonly (Contestant | SelfTimed)[], effort: Partial<Effort> = {}): Medians {
  const { rounds, seconds } = effortOf(effort);
  const samplings = contestants.map((contestant) => ("run" in contestant ? samplingOf(contestant.run) : undefined));
  const turns = Array.from({ length: TURNS * rounds }, () => {
    const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
    for (const [at, contestant] of contestants.entries()) {
      const found =
        "sample" in contestant ? contestant.sample() : sample(contestant, samplings[at] as Sampling, seconds);
      samples.get(contestant.name)?.push(...found);
    }
    return new Map([...samples].map(([name, times]) => [name, median(times)]));
  });
  return steadied(turns);
}

interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

function effortOf({ rounds = 3, seconds = 0.15 }: Partial<Effort>): Effort {
  return isQuick ? { rounds: 1, seconds: seconds / 10 } : { rounds, seconds };
}

/** One turn of a contestant: seconds a call. */
function sample({ name, run }: Contestant, { least, warmUps }: Sampling, seconds: number): readonly number[] {
  for (let call = 0; call < warmUps; call++) sink = run();
  const benchmark = new Benchmark(name, {
    fn: () => {
      sink = run();
    },
    maxTime: seconds / TURNS,
    minSamples: 1,
    minTime: least,
  });
  benchmark.run();
  // benchmark.js keeps a failure to itself.
  if (benchmark.error) throw new Error(`${name} failed`, { cause: benchmark.error });
  return benchmark.stats.sample;
}

/** A bar: what a figure must reach. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly limit: number;
  /** `min`: at least the limit; `max`: at most. */
  readonly kind: "min" | "max";
  readonly unit?: string;
}

const rows: BenchRow[] = [];
const keys = new Set<string>();
let suite = "";
/** The run is to show that all of the bench runs; its figures say nothing. */
let isQuick = false;

/** Bars that are shown from here on belong to this suite. */
export function startSuite(name: string, quick: boolean): void {
  suite = name;
  isQuick = quick;
}

/** `4.31x (>= 4)`, with MISSED where it falls short; every miss is printed again at the end. */
export function showBar({ label, value, limit, kind, unit = "x" }: Bar, row: string): string {
  const shown = { suite, row, label, value, limit, kind, unit, met: meets({ value, limit, kind }) };
  const found = { ...shown, row: freeName(shown) };
  keys.add(keyOf(found));
  rows.push(found);
  const text = barText(found);
  return found.met ? text : `${text} MISSED`;
}

/** A row that is shown twice gets a number: every bar of a run has a name of its own. */
function freeName(bar: BenchRow): string {
  let name = bar.row;
  for (let copy = 2; keys.has(keyOf({ ...bar, row: name })); copy++) name = `${bar.row} (${copy})`;
  return name;
}

function barText(bar: BenchRow): string {
  return `${bar.label} ${valueText(bar)} (${limitText(bar)})`;
}

/** Every bar that was shown, as data. */
export function shownRows(): readonly BenchRow[] {
  if (sink === Symbol.for("never")) console.log(sink);
  return rows;
}

/** Lines at the end of a run: how many bars are met, and each that is not. */
export function summaryOf(shown: readonly BenchRow[]): string[] {
  if (shown.length === 0) return [];
  const missed = shown.filter(({ met }) => !met);
  const end = missed.length === 0 ? "" : "; these fall short:";
  return [
    `\n${shown.length - missed.length} of ${shown.length} bars met${end}`,
    ...missed.map((bar) => `  ${bar.row}: ${barText(bar)}`),
  ];
}
