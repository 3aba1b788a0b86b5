/** What `npm run bench:compare` prints: one line a bar, one column a file. */
import { basename } from "node:path";
import { type BenchFile, type BenchRow, keyOf, limitText, machineText, valueText } from "./bench-file.js";

/** A run, and the path of its file. */
export interface Run {
  readonly path: string;
  readonly bench: BenchFile;
}

/** Lays runs side by side. Bars that any run missed come first, each part in the order of the files. */
export function comparison(runs: readonly Run[], { missedOnly = false } = {}): string[] {
  const names = columnNames(runs.map(({ path }) => path));
  const legend = runs.map(({ bench }, at) => legendOf(names[at] as string, bench));
  const bars = barsOf(runs);
  const isMissed = (rows: Bar) => rows.some((row) => row?.met === false);
  const missed = bars.filter(isMissed);
  const others = missedOnly ? [] : bars.filter((rows) => !isMissed(rows));
  if (missed.length + others.length === 0) return [...legend, "", missedOnly ? "no bar is missed" : "no bars"];
  const table = aligned([["suite", "row", "figure", "bar", ...names], ...[...missed, ...others].map(cellsOf)]);
  const split = 1 + missed.length;
  const gap = missed.length > 0 && others.length > 0 ? [""] : [];
  return [...legend, "", ...table.slice(0, split), ...gap, ...table.slice(split)];
}

/** A bar in each of the runs. Undefined where a run does not have the bar. */
type Bar = readonly (BenchRow | undefined)[];

function barsOf(runs: readonly Run[]): Bar[] {
  const byKey = runs.map(({ bench }) => new Map(bench.rows.map((row) => [keyOf(row), row])));
  const keys = new Set(byKey.flatMap((rows) => [...rows.keys()]));
  return [...keys].map((key) => byKey.map((rows) => rows.get(key)));
}

/** Where the runs have different bars, each figure has its own behind it. */
function cellsOf(bar: Bar): string[] {
  const rows = bar.filter((row) => row !== undefined);
  const { suite, row, label } = rows[0] as BenchRow;
  const limits = new Set(rows.map(limitText));
  const isShared = limits.size === 1;
  const cells = bar.map((found) => {
    if (found === undefined) return "-";
    const figure = valueText(found) + (isShared ? "" : ` (${limitText(found)})`);
    return found.met ? figure : `${figure} MISSED`;
  });
  return [suite, row, label, isShared ? ([...limits][0] as string) : "differs", ...cells];
}

function legendOf(name: string, { machine, quick, rows }: BenchFile): string {
  const met = rows.filter((row) => row.met).length;
  const size = quick ? ", quick" : "";
  return `${name}: ${machineText(machine)}, ${machine.date}${size}: ${met} of ${rows.length} bars met`;
}

/** Names of files without folder and .json, where these differ. */
function columnNames(paths: readonly string[]): readonly string[] {
  const short = paths.map((path) => basename(path, ".json"));
  return new Set(short).size === short.length ? short : paths;
}

function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] as readonly string[]).map((_, at) =>
    Math.max(...lines.map((line) => (line[at] as string).length)),
  );
  return lines.map((line) =>
    line
      .map((text, at) => text.padEnd(widths[at] as number))
      .join("  ")
      .trimEnd(),
  );
}
