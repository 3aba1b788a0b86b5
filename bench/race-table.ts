/** What `npm run bench -- race` prints: rows where wasm loses come first, and one sentence says what all rows say. */

export type Form = "packed records" | "objects";

/** What each contestant took for one input, in ns a record. */
export interface RaceRow {
  readonly form: Form;
  readonly count: number;
  /** Percent of neighbours that do not join. */
  readonly breaks: number;
  readonly wasm: number;
  /** segring's engine in JavaScript. */
  readonly engine: number;
  /** The loop that one writes without segring: over a BigUint64Array for packed records, over objects for objects. */
  readonly loop: number;
}

/** What wasm takes, in parts of what the faster of the two in JavaScript takes: above 1 it loses. */
export function ratio({ wasm, engine, loop }: RaceRow): number {
  return wasm / Math.min(engine, loop);
}

const COLUMNS = ["input", "N", "breaks", "wasm", "segring/js", "BigUint64Array", "object loop", "wasm / best JS"];

/** Lines of the table. The rows that wasm loses come first, the worst of them on top; the others keep their order. */
export function raceTable(rows: readonly RaceRow[]): string[] {
  const lost = rows.filter((row) => ratio(row) > 1).sort((a, b) => ratio(b) - ratio(a));
  const cells = [COLUMNS, ...lost.map(cellsOf), ...rows.filter((row) => ratio(row) <= 1).map(cellsOf)];
  const widths = COLUMNS.map((_, at) => Math.max(...cells.map((line) => (line[at] as string).length)));
  const pad = (text: string, at: number) =>
    at === 0 ? text.padEnd(widths[at] as number) : text.padStart(widths[at] as number);
  return cells.map((line) => `  ${line.map(pad).join("  ")}`);
}

function cellsOf(row: RaceRow): string[] {
  const { form, count, breaks, wasm, engine, loop } = row;
  const loops = form === "objects" ? ["-", ns(loop)] : [ns(loop), "-"];
  const share = ratio(row);
  return [
    form,
    size(count),
    `${breaks} %`,
    ns(wasm),
    ns(engine),
    ...loops,
    `${share.toFixed(2)}${share > 1 ? " loses" : ""}`,
  ];
}

function ns(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}

/** 1, 10, 100, then powers of ten as such. */
function size(count: number): string {
  const power = Math.round(Math.log10(count));
  return count >= 1000 && 10 ** power === count ? `10^${power}` : String(count);
}

/** Does wasm beat JavaScript here? One sentence, from these rows alone. */
export function raceAnswer(rows: readonly RaceRow[]): string {
  const groups = new Map<string, RaceRow[]>();
  for (const row of rows) {
    const name = `${row.form} with ${row.breaks} % breaks`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return `Does wasm beat JS here? Of ${[...groups].map(([name, raced]) => `${name} ${answerOf(raced)}`).join("; of ")}.`;
}

/** "yes from N = 100 on, 1.5 to 4.0 times as fast as the best JS" where there is such an N; else where it wins. */
function answerOf(rows: readonly RaceRow[]): string {
  const won = rows.filter((row) => ratio(row) < 1);
  const lost = rows.filter((row) => ratio(row) >= 1);
  if (won.length === 0) return `no, at no N: ${span(lost.map(ratio))} times as long as the best JS`;
  const gain = `${span(won.map((row) => 1 / ratio(row)))} times as fast as the best JS`;
  if (lost.length === 0) return `yes at every N, ${gain}`;
  const from = Math.min(...won.map(({ count }) => count));
  if (lost.every(({ count }) => count < from)) return `yes from N = ${size(from)} on, ${gain}`;
  return `at N = ${sizes(won)} alone, ${gain}`;
}

function sizes(rows: readonly RaceRow[]): string {
  return rows.map(({ count }) => size(count)).join(", ");
}

function span(values: readonly number[]): string {
  const [low, high] = [Math.min(...values).toFixed(1), Math.max(...values).toFixed(1)];
  return low === high ? low : `${low} to ${high}`;
}
