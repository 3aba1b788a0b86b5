/** What a worker of the race does: measures the workloads that it is asked for, and says how far it is. */
import { loadBenchmark } from "./benchmark.js";
import type { Workload } from "./contest.js";
import { floors } from "./floors.js";
import { measureWorkload, type Progress, type Setting } from "./measure.js";
import { clockStep } from "./statistics.js";
import { copied, WORKLOADS } from "./workloads.js";

/** A workload to measure. */
export interface Job {
  readonly workload: string;
  readonly setting: Setting;
  /** Names of the contestants, in the order of their first calls. */
  readonly order: readonly string[];
}

export type Said =
  | Progress
  | { readonly kind: "done"; readonly clockMs: number }
  | { readonly kind: "broken"; readonly message: string };

/** The workload of the curve: packed records, copied, and what memory itself costs. */
export const CURVE = "curve";

export const CURVE_WORKLOAD: Workload = {
  ...copied,
  id: CURVE,
  contestants: [...copied.contestants, ...floors],
};

/** Measures a workload. Never throws. */
export async function serve(job: Job, say: (said: Said) => void): Promise<void> {
  try {
    const workload = [...WORKLOADS, CURVE_WORKLOAD].find(({ id }) => id === job.workload);
    if (workload === undefined) throw new Error(`expected a workload of the race, got ${job.workload}`);
    measureWorkload(await loadBenchmark(), workload, job.setting, job.order, say);
    say({ kind: "done", clockMs: clockStep(() => performance.now()) });
  } catch (error) {
    say({ kind: "broken", message: error instanceof Error ? error.message : String(error) });
  }
}
