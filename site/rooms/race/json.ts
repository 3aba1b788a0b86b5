/** The report as JSON. */
import type { Report } from "./report.js";

/** A line for each row. */
export function jsonOf(report: Report): string {
  const { rows, curve, ...rest } = report;
  const lines = (name: string, list: readonly object[]) =>
    `  ${JSON.stringify(name)}: [${list.map((row) => `\n    ${JSON.stringify(row)}`).join()}\n  ]`;
  const head = JSON.stringify(rest, null, 2).replace(/\n\}$/, "");
  return `${head},\n${lines("rows", rows)},\n${lines("curve", curve)}\n}\n`;
}
