/** Numbers as people read them. */

/** All digits, in groups of three. */
export function exact(value: number | bigint): string {
  return value.toLocaleString("en");
}

const PREFIXES = ["", "k", "M", "G", "T", "P"];

/** Three digits and a prefix: "1.64 M", "980", "12.3 G". */
export function short(value: number): string {
  const rounded = value < 1000 ? Math.round(value) : Number(value.toPrecision(3));
  const at = PREFIXES.findLastIndex((_, power) => rounded >= 1000 ** power);
  return at <= 0 ? `${rounded}` : `${Number((rounded / 1000 ** at).toPrecision(3))} ${PREFIXES[at]}`;
}

/** As `short`, with a unit: "1.64 MB", "12 B". */
export function withUnit(value: number, unit: string): string {
  const text = short(value);
  return unit === "" || /[a-zA-Z]$/.test(text) ? `${text}${unit}` : `${text} ${unit}`;
}
