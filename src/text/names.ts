/** What a column of a range is. */
export type Column = "addr" | "length" | "end" | "flags";

/** The names by which headers and objects call it. */
const NAMES: readonly (readonly [Column, readonly string[]])[] = [
  ["addr", ["addr", "address", "offset", "start"]],
  ["length", ["length", "len", "size"]],
  ["end", ["end"]],
  ["flags", ["flags"]],
];
const COLUMNS: ReadonlyMap<string, Column> = new Map(
  NAMES.flatMap(([column, names]) => names.map((name) => [name, column] as const)),
);

/** The names of a column, for messages. */
export const START_NAMES = "addr, address, offset or start";
export const LENGTH_NAMES = "length, len, size or end";

/** The column that a name is for; undefined for a name of others. Capitals mean nothing. */
export function columnOf(name: string): Column | undefined {
  return COLUMNS.get(name.toLowerCase());
}
