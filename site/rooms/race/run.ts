/** Runs the race: a fresh worker for each workload, and a watch that ends a worker whose contestant takes too long. */
import type { Workload } from "./contest.js";
import { failed, type Measured, overLimit, type Setting } from "./measure.js";
import { CURVE, CURVE_WORKLOAD, type Job, type Said } from "./serve.js";
import { WORKLOADS } from "./workloads.js";

/** A worker that runs `serve`. */
export interface RaceWorker {
  post(job: Job): void;
  /** Stops the worker, in the middle of a loop too. */
  terminate(): void;
}

/** Starts a worker. @param fail Takes the message of a worker that ended by itself. */
export type StartWorker = (hear: (said: Said) => void, fail: (message: string) => void) => RaceWorker;

/** What the reader chose. */
export interface Choice {
  readonly count: number;
  readonly breaks: number;
  readonly quick: boolean;
}

/** A contestant in a workload of so many inputs. */
export interface Result extends Measured {
  readonly workload: string;
  readonly count: number;
}

export interface Results {
  readonly choice: Choice;
  readonly limitSeconds: number;
  readonly rows: readonly Result[];
  /** Packed records, copied, over N; and the floors. */
  readonly curve: readonly Result[];
  /** The smallest step of the clock in the worker, if a worker came so far. */
  readonly clockMs: number | undefined;
  /** The race was stopped before its end. */
  readonly stopped: boolean;
}

export interface Watcher {
  /** @param done Parts of the race that are over, of `all`. @param doing In words. */
  progress(done: number, all: number, doing: string): void;
  /** Stops the race. */
  readonly signal?: AbortSignal;
}

const QUICK_COUNT = 10_000;
const LIMIT_SECONDS = 2;
/** For each contestant: in each round, and before the rounds. */
const PACE = { seconds: 0.1, warmSeconds: 0.2 };
const CURVE_PACE = { seconds: 0.05, warmSeconds: 0.1 };
const QUICK_PACE = { seconds: 0.02, warmSeconds: 0.05 };
const QUICK_CURVE_PACE = { seconds: 0.01, warmSeconds: 0.03 };

/** The N of the table: small if the race is quick. */
export function tableCount({ count, quick }: Choice): number {
  return quick ? Math.min(count, QUICK_COUNT) : count;
}

/** The N of the curve: powers of ten. */
export function curveCounts(quick: boolean): number[] {
  return Array.from({ length: quick ? 6 : 8 }, (_, power) => 10 ** power);
}

/** @param limitSeconds For the first call of each contestant. */
export async function runRace(
  start: StartWorker,
  choice: Choice,
  watcher: Watcher,
  limitSeconds: number = LIMIT_SECONDS,
): Promise<Results> {
  const { quick, breaks } = choice;
  const pace = { breaks, limitSeconds, rounds: quick ? 3 : 5 };
  const table = WORKLOADS.map((workload) => {
    return { workload, setting: { ...pace, count: tableCount(choice), ...(quick ? QUICK_PACE : PACE) } };
  });
  const curve = curveCounts(quick).map((count) => {
    return { workload: CURVE_WORKLOAD, setting: { ...pace, count, ...(quick ? QUICK_CURVE_PACE : CURVE_PACE) } };
  });
  const parts = [...table, ...curve];
  const rows: Result[] = [];
  let clockMs: number | undefined;
  for (const [at, { workload, setting }] of parts.entries()) {
    if (watcher.signal?.aborted) break;
    const doing = (contestant: string) => watcher.progress(at, parts.length, wording(workload, setting, contestant));
    const part = await runPart(start, workload, setting, doing, watcher.signal);
    const { id } = workload;
    rows.push(...part.measured.map((measured) => ({ workload: id, count: setting.count, ...measured })));
    clockMs = part.clockMs ?? clockMs;
  }
  const stopped = watcher.signal?.aborted ?? false;
  if (!stopped) watcher.progress(parts.length, parts.length, "done");
  return {
    choice,
    limitSeconds,
    rows: rows.filter(({ workload }) => workload !== CURVE),
    curve: rows.filter(({ workload }) => workload === CURVE),
    clockMs,
    stopped,
  };
}

function wording({ id, title }: Workload, { count }: Setting, contestant: string): string {
  return `${id === CURVE ? "curve" : title}, N = ${inNumbers(count)}: ${contestant}`;
}

interface Part {
  readonly measured: readonly Measured[];
  readonly clockMs?: number;
}

/** One workload, in as many workers as its contestants take: each that had to be stopped costs one. */
export async function runPart(
  start: StartWorker,
  workload: Workload,
  setting: Setting,
  doing: (contestant: string) => void,
  signal?: AbortSignal,
): Promise<Part> {
  const stopped: Measured[] = [];
  let order = workload.contestants.map(({ name }) => name);
  for (;;) {
    const end = await runJob(start, { workload: workload.id, setting, order }, doing, signal);
    if (end.lost !== undefined) {
      const { contestant } = end.lost;
      stopped.push(end.lost);
      // Who was not called yet is called before the others: another one that is too slow costs its own time alone.
      const at = order.indexOf(contestant);
      order = [...order.slice(at + 1), ...order.slice(0, at)];
    } else {
      const found = new Map([...end.measured, ...stopped].map((measured) => [measured.contestant, measured]));
      const measured = workload.contestants.flatMap(({ name }) => found.get(name) ?? []);
      return end.clockMs === undefined ? { measured } : { measured, clockMs: end.clockMs };
    }
  }
}

interface JobEnd {
  readonly measured: readonly Measured[];
  /** The contestant that ended the worker. */
  readonly lost?: Measured;
  readonly clockMs?: number;
}

/** A worker from its start to its end. */
function runJob(
  start: StartWorker,
  job: Job,
  doing: (contestant: string) => void,
  signal: AbortSignal | undefined,
): Promise<JobEnd> {
  return new Promise((resolve, reject) => {
    const measured: Measured[] = [];
    let at: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const end = (result: JobEnd | Error) => {
      ended = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      worker.terminate();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const stop = () => end({ measured });
    const fail = (message: string) => {
      if (ended) return;
      // A worker that fails between two contestants would fail again.
      if (at === undefined) end(new Error(`the worker of the race failed: ${message}`));
      else end({ measured, lost: failed(at, message) });
    };
    const { limitSeconds } = job.setting;
    const hear = (said: Said) => {
      // What a worker said before it was stopped may come after.
      if (ended) return;
      clearTimeout(timer);
      if (said.kind === "done") end({ measured, clockMs: said.clockMs });
      else if (said.kind === "broken") fail(said.message);
      else if (said.kind === "measured") measured.push(said.measured);
      else {
        doing(said.contestant);
        at = said.contestant;
        if (said.kind !== "calling") return;
        const over = overLimit(said.contestant, limitSeconds);
        timer = setTimeout(() => end({ measured, lost: over }), limitSeconds * 1000);
      }
    };
    const worker = start(hear, fail);
    signal?.addEventListener("abort", stop);
    worker.post(job);
  });
}

/** 1,000,000. */
export function inNumbers(count: number): string {
  return count.toLocaleString("en");
}
