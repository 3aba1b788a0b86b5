/** The cells of the table, as text: the page and the Markdown say them alike. */
import { duration, figure, inWords, type Place, type Report, type Row, titleOf } from "./report.js";
import { CURVE_WORKLOAD } from "./serve.js";

export const COLUMNS = [
  "workload",
  "contestant",
  "N",
  "first call",
  "median",
  "worst",
  "ns each",
  "ratio to best JS",
] as const;

/** What a row says in place of times. */
const WITHOUT_TIMES = { wrong: "WRONG", over: "", "left out": "", failed: "FAILED", ok: "" } as const;

export function cellsOf(row: Row): string[] {
  const { workload, contestant, count, status, first, median, worst, nsEach, ratio, loses, note = "" } = row;
  const start = [titleOf(workload), contestant, inWords(count)];
  if (first === undefined || median === undefined || worst === undefined || nsEach === undefined) {
    return [...start, [WITHOUT_TIMES[status], note].filter(Boolean).join(": "), "", "", "", loses ? "loses" : ""];
  }
  const share = ratio === undefined ? "" : `${figure(ratio)}${loses ? " loses" : ""}`;
  return [...start, duration(first), duration(median), duration(worst), figure(nsEach), share];
}

/** The place of a race, a fact a line. */
export function factsOf({ place, choice, date, version, limitSeconds, clockMs, stopped }: Report): [string, string][] {
  return [
    ["Runtime", `${place.runtime}, ${place.engine}`],
    ["Machine", machineOf(place)],
    ...isolation(place),
    ["Clock", clockMs === undefined ? "not measured" : `steps of ${duration(clockMs)}`],
    ["Input", `${choice.breaks} % breaks${choice.quick ? ", quick" : ""}${stopped ? ", stopped before the end" : ""}`],
    ["Time limit", `${limitSeconds} s for the first call`],
    ["segring", `${version}${place.commit === undefined ? "" : `, commit ${place.commit}`}`],
    ["Date", `${date.slice(0, 16).replace("T", " ")} UTC`],
  ];
}

function machineOf({ cpu, platform, cores, load }: Place): string {
  const busy =
    load === undefined ? [] : [`load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after the race`];
  return [...(cpu === undefined ? [] : [cpu]), platform, `${cores} ${cores === 1 ? "core" : "cores"}`, ...busy].join(
    ", ",
  );
}

function isolation({ crossOriginIsolated }: Place): [string, string][] {
  return crossOriginIsolated === undefined ? [] : [["Cross-origin isolated", crossOriginIsolated ? "yes" : "no"]];
}

/** The columns of the curve's table: N, then every contestant. */
export function curveTable(curve: readonly Row[]): { readonly names: string[]; readonly lines: string[][] } {
  const found = new Set(curve.map(({ contestant }) => contestant));
  const names = CURVE_WORKLOAD.contestants.map(({ name }) => name).filter((name) => found.has(name));
  const counts = [...new Set(curve.map(({ count }) => count))].sort((a, b) => a - b);
  const lines = counts.map((count) => {
    const at = (name: string) => curve.find((row) => row.count === count && row.contestant === name);
    return [inWords(count), ...names.map((name) => curveCell(at(name)))];
  });
  return { names, lines };
}

function curveCell(row: Row | undefined): string {
  if (row === undefined) return "";
  if (row.nsEach !== undefined) return figure(row.nsEach);
  return row.status === "ok" ? "" : row.status === "wrong" ? "WRONG" : (row.note ?? row.status);
}
