/**
 * The words of messages. The library speaks of its own fields and counts from 0; the command line speaks of its options
 * and counts from 1, as people do. So that nobody looks for words in a message that is made already, a call says in which
 * words its messages are made.
 */
export interface Wording {
  /** What takes the place of a name, without quotes; "" where whoever reads the message knows what it is about. */
  readonly names: Readonly<Record<string, string>>;
  /** What the first of a list is called: 0 or 1. */
  readonly first: number;
  /** What follows a bigint. */
  readonly bigint: "n" | "";
  /** An option with one of these values. */
  readonly option: (name: string, ...values: (string | number)[]) => string;
  /** How to map under the limits of a device. */
  readonly useLimits: (device: string) => string;
}

/** The library's own words, where a call said nothing, stand in the functions below: a bundle has those that it needs. */
let wording: Wording | undefined;

/** Calls; what is thrown before the call returns is in these words. */
export function worded<T>(words: Wording, call: () => T): T {
  const before = wording;
  wording = words;
  try {
    return call();
  } finally {
    wording = before;
  }
}

/** A field at the start of a message: `"maxBytes"`. */
export function quoted(name: string): string {
  return wording?.names[name] ?? `"${name}"`;
}

/** A field inside a message: `maxBytes`. */
export function field(name: string): string {
  return wording?.names[name] ?? name;
}

/** The number by which a message calls the record or segment at `index`. */
export function counted(index: number): number {
  return index + (wording?.first ?? 0);
}

/** A bigint in a message. */
export function shownBigInt(value: bigint): string {
  return `${value}${wording?.bigint ?? "n"}`;
}

/** The start of a message about a name, with the space behind it. */
export function about(name: string): string {
  const words = quoted(name);
  return words === "" ? "" : `${words} `;
}

/** An option with one of its values in a message: `unwritten: "keep" or "skip"`. */
export function option(name: string, ...values: (string | number)[]): string {
  return wording?.option(name, ...values) ?? `${name}: ${values.map((value) => JSON.stringify(value)).join(" or ")}`;
}

/** What to do about a segment that a device cannot take. */
export function useLimits(device: string): string {
  return wording?.useLimits(device) ?? `map with the limits ${device}`;
}
