import { FOUR_GIB, RECORD_WORDS, recordAddr, recordFlags, recordLength } from "../core/record.js";
import type { Ranges } from "./packed-input.js";

/** Starts of ranges and segments in a window, above which nobody could tell marks apart. */
const MAX_STARTS = 4096;

/** Where the output differs from the input, addresses in order. */
export interface Marks {
  /**
   * An input range starts there, and no segment of equal flags does: the range joined what lies before it.
   */
  readonly joins: readonly bigint[];
  /**
   * A segment starts there, where another of equal flags ends, and no input range of equal flags starts there: a limit
   * cut. Without an input, each place where segments of equal flags touch counts.
   */
  readonly cuts: readonly bigint[];
}

/** Starts or ends in a window: an address for each kind. */
type Places = Map<number, Set<bigint>>;

/** The marks in a window; undefined where more ranges and segments start there than a drawing can show. */
export function marksOf(
  output: Ranges,
  input: Ranges | undefined,
  window: { addr: bigint; length: bigint },
): Marks | undefined {
  const starts = placesIn(output, window, "start");
  const ends = placesIn(output, window, "end");
  const inputStarts = input === undefined ? new Map() : placesIn(input, window, "start");
  if (starts === undefined || ends === undefined || inputStarts === undefined) return undefined;
  const joins = new Set<bigint>();
  for (const [flags, addrs] of inputStarts) {
    const others = starts.get(flags);
    for (const addr of addrs) if (!others?.has(addr)) joins.add(addr);
  }
  const cuts = new Set<bigint>();
  for (const [flags, addrs] of starts) {
    const [before, given] = [ends.get(flags), inputStarts.get(flags)];
    for (const addr of addrs) if (before?.has(addr) && !given?.has(addr)) cuts.add(addr);
  }
  return { joins: inOrder(joins), cuts: inOrder(cuts) };
}

/** The starts, or the bytes behind the ends, that lie in a window, apart by flags. */
function placesIn(
  { words, wide }: Ranges,
  window: { addr: bigint; length: bigint },
  which: "start" | "end",
): Places | undefined {
  const places: Places = new Map();
  let room = MAX_STARTS;
  const add = (addr: bigint, flags: number) => {
    if (addr < window.addr || addr - window.addr >= window.length) return;
    const set = places.get(flags);
    if (set === undefined) places.set(flags, new Set([addr]));
    else set.add(addr);
    room--;
  };
  // Most addresses are told by a number that may be rounded: it grows with the address.
  const first = Number(window.addr);
  const last = Number(window.addr + window.length - 1n);
  for (let at = 0; at < words.length && room >= 0; at += RECORD_WORDS) {
    const length = which === "start" ? 0 : recordLength(words, at);
    const near = (words[at + 1] as number) * FOUR_GIB + (words[at] as number);
    if (near > last || near + 2 * FOUR_GIB < first) continue;
    add(recordAddr(words, at) + BigInt(length), recordFlags(words, at));
  }
  for (const { first: start, last: end, flags } of wide) add(which === "start" ? start : end + 1n, flags);
  return room < 0 ? undefined : places;
}

function inOrder(addrs: Set<bigint>): bigint[] {
  return [...addrs].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
