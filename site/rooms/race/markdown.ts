/** The report as Markdown. */
import { COLUMNS, cellsOf, curveTable, factsOf } from "./cells.js";
import { answerOf, type Report, titleOf } from "./report.js";
import { WORKLOADS } from "./workloads.js";

const NUMBERS_FROM = 2;

/** @param picture The file of the curve, where there is one. */
export function markdownOf(report: Report, picture?: string): string {
  const { names, lines } = curveTable(report.curve);
  return [
    "# Race",
    "",
    answerOf(report),
    "",
    ...factsOf(report).map(([name, fact]) => `- ${name}: ${fact}`),
    "",
    "Every answer was compared, byte for byte, with the right answer before any call was timed. The first call is the first one in a fresh worker. Median and worst are those of the samples of benchmark.js. The ratio is the median in parts of the median of the best pure JavaScript; where wasm has a ratio above 1, wasm loses, and such rows come first.",
    "",
    ...table(
      COLUMNS,
      COLUMNS.map((_, at) => at >= NUMBERS_FROM),
      report.rows.map(cellsOf),
    ),
    "",
    ...(report.curve.length === 0
      ? []
      : [
          "## Time over N",
          "",
          "Packed records, copied, to a new table: ns for each record. Reading, copying and fresh pages are what memory itself costs.",
          "",
          ...(picture === undefined ? [] : [`![Time for each record over N](${picture})`, ""]),
          ...table(
            ["N", ...names],
            ["N", ...names].map(() => true),
            lines,
          ),
          "",
        ]),
    "## Workloads",
    "",
    ...WORKLOADS.filter(({ id }) => report.rows.some(({ workload }) => workload === id)).flatMap((workload) => [
      `- **${titleOf(workload.id)}**: ${workload.how}`,
      ...workload.contestants.map(({ name, how }) => `  - ${name}: ${how}`),
    ]),
    "",
  ].join("\n");
}

function table(
  names: readonly string[],
  isNumber: readonly boolean[],
  lines: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(names), line(isNumber.map((is) => (is ? "---:" : "---"))), ...lines.map(line)];
}

function escaped(text: string): string {
  return text.replace(/[\\|]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}
