/** The `benchmark` package in any runtime: a page, a worker, Node, Bun and Deno, bundled or not. */
/// <reference path="./modules.d.ts" />
import type BenchmarkPackage from "benchmark";

export type BenchmarkClass = typeof BenchmarkPackage;

/**
 * Loads benchmark.js by `runInContext`, its way into a place that it does not know: in a bundle it finds neither lodash nor
 * a clock better than `Date` by itself.
 */
export async function loadBenchmark(): Promise<BenchmarkClass> {
  const scope = globalThis as { global?: unknown };
  // A bundled benchmark.js takes the constructors of `global`.
  scope.global ??= globalThis;
  const [{ default: base }, { default: lodash }] = await Promise.all([import("benchmark"), import("lodash")]);
  const { runInContext } = base as unknown as { runInContext(context: object): BenchmarkClass };
  return runInContext({ _: lodash, process: { hrtime } });
}

/** Node's `process.hrtime`, by the clock that every runtime has. */
function hrtime(from: readonly [number, number] = [0, 0]): [seconds: number, nanoseconds: number] {
  const now = performance.now();
  const seconds = Math.floor(now / 1000);
  const nanoseconds = (now - seconds * 1000) * 1e6;
  return [seconds - from[0], nanoseconds - from[1]];
}
