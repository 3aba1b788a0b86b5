import { RECORD_WORDS, recordAddr, recordFlags, recordLength } from "../core/record.js";
import type { Ranges } from "./packed-input.js";
import { nearWindow } from "./window.js";

/** Starts and ends in a window, above which nobody could tell marks apart. */
const MAX_PLACES = 8192;

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

/** Addresses, apart by flags. */
type Places = Map<number, Set<bigint>>;

/** The marks in a window; undefined where more ranges or segments start or end there than a drawing can show. */
export function marksOf(output: Ranges, input: Ranges | undefined, window: Window): Marks | undefined {
  const segments = placesIn(output, window);
  const ranges = placesIn(input ?? { words: new Uint32Array(0), wide: [] }, window);
  if (segments === undefined || ranges === undefined) return undefined;
  const joins = new Set<bigint>();
  for (const [flags, addrs] of ranges.starts) {
    const others = segments.starts.get(flags);
    for (const addr of addrs) if (!others?.has(addr)) joins.add(addr);
  }
  const cuts = new Set<bigint>();
  for (const [flags, addrs] of segments.starts) {
    const [before, given] = [segments.ends.get(flags), ranges.starts.get(flags)];
    for (const addr of addrs) if (before?.has(addr) && !given?.has(addr)) cuts.add(addr);
  }
  return { joins: inOrder(joins), cuts: inOrder(cuts) };
}

interface Window {
  readonly addr: bigint;
  readonly length: bigint;
}

/** The starts of ranges in a window, and the bytes behind their ends. */
function placesIn({ words, wide }: Ranges, window: Window): { starts: Places; ends: Places } | undefined {
  const starts: Places = new Map();
  const ends: Places = new Map();
  let room = MAX_PLACES;
  const add = (places: Places, addr: bigint, flags: number) => {
    if (addr < window.addr || addr - window.addr >= window.length) return;
    const set = places.get(flags);
    if (set === undefined) places.set(flags, new Set([addr]));
    else set.add(addr);
    room--;
  };
  const isNear = nearWindow(window);
  for (let at = 0; at < words.length && room >= 0; at += RECORD_WORDS) {
    if (!isNear(words, at)) continue;
    const addr = recordAddr(words, at);
    const flags = recordFlags(words, at);
    add(starts, addr, flags);
    add(ends, addr + BigInt(recordLength(words, at)), flags);
  }
  for (const { first, last, flags } of wide) {
    add(starts, first, flags);
    add(ends, last + 1n, flags);
  }
  return room < 0 ? undefined : { starts, ends };
}

function inOrder(addrs: Set<bigint>): bigint[] {
  return [...addrs].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
