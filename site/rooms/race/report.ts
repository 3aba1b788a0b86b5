/** The report of a race: what was measured, where, and what is told from it. */
import type { Kind } from "./contest.js";
import type { Status } from "./measure.js";
import type { Choice, Result, Results } from "./run.js";
import { CURVE_WORKLOAD } from "./serve.js";
import { significant } from "./statistics.js";
import { WORKLOADS } from "./workloads.js";

/** Where a race ran. */
export interface Place {
  /** "Chromium 156", "Node 20.20.2". */
  readonly runtime: string;
  /** "V8", "V8 11.3.244.8-node.38", "SpiderMonkey". */
  readonly engine: string;
  /** "Linux x86_64". */
  readonly platform: string;
  /** Logical. */
  readonly cores: number;
  /** Of a page; a runtime without pages has no such thing. */
  readonly crossOriginIsolated?: boolean;
  /** The rest is known to a script, not to a page. */
  readonly cpu?: string;
  /** Mean number of programs that wanted a core: one minute, before and after the race. */
  readonly load?: { readonly before: number; readonly after: number };
  readonly commit?: string;
}

/** Of one contestant in one workload. Times are milliseconds a call. */
export interface Row {
  readonly workload: string;
  readonly contestant: string;
  readonly count: number;
  readonly status: Status;
  readonly first?: number;
  readonly median?: number;
  readonly worst?: number;
  readonly samples?: number;
  readonly nsEach?: number;
  /** The median in parts of that of the best that is pure JavaScript. */
  readonly ratio?: number;
  /** wasm takes longer than the best that is pure JavaScript. */
  readonly loses?: true;
  readonly note?: string;
}

/** What is downloaded and stored. */
export interface Report {
  readonly format: 1;
  readonly date: string;
  /** Of segring. */
  readonly version: string;
  readonly place: Place;
  readonly choice: Choice;
  readonly limitSeconds: number;
  readonly clockMs?: number;
  readonly stopped?: true;
  readonly rows: readonly Row[];
  /** Packed records, copied, over N; with the floors. */
  readonly curve: readonly Row[];
}

/** @param date When the race began. */
export function reportOf(results: Results, place: Place, version: string, date: Date): Report {
  const { choice, limitSeconds, clockMs, stopped } = results;
  return {
    format: 1,
    date: date.toISOString(),
    version,
    place,
    choice,
    limitSeconds,
    ...(clockMs === undefined ? {} : { clockMs: significant(clockMs) }),
    ...(stopped ? { stopped } : {}),
    rows: rowsOf(results.rows),
    curve: rowsOf(results.curve),
  };
}

/** Sets the contestants of each workload of each N in relation, and puts rows that wasm loses first. */
export function rowsOf(results: readonly Result[]): Row[] {
  const best = new Map<string, number>();
  const race = ({ workload, count }: Result) => `${workload} ${count}`;
  for (const result of results) {
    const kind = kindOf(result.workload, result.contestant);
    if (result.median === undefined || kind === "wasm" || kind === "floor") continue;
    best.set(race(result), Math.min(result.median, best.get(race(result)) ?? Number.POSITIVE_INFINITY));
  }
  return losersFirst(results.map((result) => rowOf(result, best.get(race(result)))));
}

function rowOf(result: Result, best: number | undefined): Row {
  const { workload, contestant, count, status, first, median, worst, samples, note } = result;
  const isWasm = kindOf(workload, contestant) === "wasm";
  // Without an answer in time, wasm loses to whoever has one.
  const hasLost = isWasm && best !== undefined && status !== "left out" && (median === undefined || median > best);
  const row = {
    workload,
    contestant,
    count,
    status,
    ...(hasLost ? { loses: true as const } : {}),
    ...(note === undefined ? {} : { note }),
  };
  if (first === undefined || median === undefined || worst === undefined || samples === undefined) return row;
  const times = { first: significant(first), median: significant(median), worst: significant(worst), samples };
  const nsEach = significant((median / count) * 1e6);
  if (best === undefined) return { ...row, ...times, nsEach };
  const ratio = significant(median / best, 3);
  return { ...row, ...times, nsEach, ratio };
}

/** The rows that wasm loses come first, the worst of them on top; the others keep their order. */
export function losersFirst(rows: readonly Row[]): Row[] {
  const lost = rows.filter(({ loses }) => loses).sort((a, b) => lossOf(b) - lossOf(a));
  return [...lost, ...rows.filter(({ loses }) => !loses)];
}

/** No time at all is the greatest loss. */
function lossOf({ ratio = Number.MAX_VALUE }: Row): number {
  return ratio;
}

export function kindOf(workload: string, contestant: string): Kind {
  const found = [...WORKLOADS, CURVE_WORKLOAD].find(({ id }) => id === workload);
  return found?.contestants.find(({ name }) => name === contestant)?.kind ?? "peer";
}

export function titleOf(workload: string): string {
  return WORKLOADS.find(({ id }) => id === workload)?.title ?? workload;
}

/** Does wasm beat JS here? One sentence on the table, one on the curve. */
export function answerOf(report: Report): string {
  const wasm = racedByWasm(report.rows);
  if (wasm.length === 0) return "No workload was raced to its end.";
  const lost = wasm.filter(({ loses }) => loses);
  const won = wasm.filter(({ loses }) => !loses);
  const titles = (rows: readonly Row[]) => rows.map(({ workload }) => titleOf(workload)).join("; ");
  const gains = won.map(({ ratio }) => 1 / (ratio as number));
  const gain = won.length === 0 ? "" : `, ${spanOf(gains)} times as fast`;
  const first =
    lost.length === 0
      ? `Does wasm beat JS here? Yes, in all ${wasm.length} workloads${gain} as the best pure JavaScript.`
      : `Does wasm beat JS here? It loses ${lost.length} of ${wasm.length} workloads (${titles(lost)})` +
        `${won.length === 0 ? "." : ` and wins the others${gain} as the best pure JavaScript.`}`;
  return `${first} ${crossoverOf(report.curve)}`.trim();
}

function racedByWasm(rows: readonly Row[]): Row[] {
  return rows.filter(({ workload, contestant, ratio, loses }) => {
    return (ratio !== undefined || loses) && kindOf(workload, contestant) === "wasm";
  });
}

/** From which N on wasm is faster, or at which N it is not: packed records, copied. */
export function crossoverOf(curve: readonly Row[]): string {
  const wasm = racedByWasm(curve);
  if (wasm.length === 0) return "";
  const byCount = [...wasm].sort((a, b) => a.count - b.count);
  const lost = byCount.filter(({ loses }) => loses);
  const [from] = byCount.slice(lost.length) as [Row?];
  const measured = "Of packed records that are copied, wasm is faster";
  if (lost.length === 0) return `${measured} at every N.`;
  if (from === undefined) return `${measured} at no N.`;
  if (lost.every(({ count }) => count < from.count)) return `${measured} from N = ${inWords(from.count)} on.`;
  return `${measured} but at N = ${lost.map(({ count }) => inWords(count)).join(", ")}.`;
}

function spanOf(values: readonly number[]): string {
  const [low, high] = [Math.min(...values).toFixed(1), Math.max(...values).toFixed(1)];
  return low === high ? low : `${low} to ${high}`;
}

/** 1, 10, 100, then powers of ten as such: 10^3. */
export function inWords(count: number): string {
  const power = Math.round(Math.log10(count));
  return count >= 1000 && 10 ** power === count ? `10^${power}` : String(count);
}

/** A time in a unit that suits it. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${figure(milliseconds / 1000)} s`;
  if (milliseconds >= 1) return `${figure(milliseconds)} ms`;
  if (milliseconds >= 0.001) return `${figure(milliseconds * 1e3)} µs`;
  return `${figure(milliseconds * 1e6)} ns`;
}

/** Three digits, without an exponent. */
export function figure(value: number): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toFixed(digits);
}
