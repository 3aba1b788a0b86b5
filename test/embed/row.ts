/** A cell of the table of what the package was tried with. */
export interface Row {
  /** Which part of the table. */
  readonly group: string;
  /** What was tried, and how. */
  readonly what: string;
  /** The version that was tried. */
  readonly version: string;
  /** "ok" and which engines ran, or what went wrong. */
  readonly result: string;
}

/** Whether the cell holds. */
export function isGood({ result }: Row): boolean {
  return result === "ok" || result.startsWith("ok, ");
}

/** The table as Markdown. */
export function markdownOf(rows: readonly Row[]): string {
  const lines = ["| tried | version | result |", "| --- | --- | --- |"];
  let group = "";
  for (const row of rows) {
    if (row.group !== group) lines.push(`| **${row.group}** | | |`);
    group = row.group;
    lines.push(`| ${row.what} | ${row.version} | ${row.result.replaceAll("|", "\\|").replaceAll("\n", " ")} |`);
  }
  return `${lines.join("\n")}\n`;
}
