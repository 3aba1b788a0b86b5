import { expected, SegringError, show } from "../core/errors.js";
import { checkKeys, type Keys } from "../core/options.js";
import {
  ADDRESS_SPACE,
  BUS,
  checkFlags,
  checkU64,
  FULL,
  NOMERGE,
  RECORD_WORDS,
  recordAddr,
  recordLength,
  TAG_SHIFT,
  type U64,
} from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { RecordRows } from "../table/builder.js";
import { describeSegment, hexOf } from "../table/check.js";

/** A range of CPU addresses that a device reaches at a constant offset: system memory, or a BAR of another device. */
export interface TranslationWindow {
  /** First CPU address. */
  addr: U64;
  /** Bytes, 1 to 2^64 - 1. */
  length: U64;
  /**
   * Bus address less CPU address: any integer, also negative, that keeps the window's bytes in 0 to 2^64 - 1. Default
   * 0.
   */
  offset?: number | bigint | undefined;
  /**
   * BUS where the device reaches another device directly (peer to peer), and a tag, which replaces the segment's tag.
   * Default 0.
   */
  flags?: number | undefined;
  /**
   * Whether segments of this window may join others. The default is false where `flags` has BUS, and true elsewhere.
   */
  merge?: boolean | undefined;
}

const WINDOW_KEYS: Keys<TranslationWindow> = { addr: true, length: true, offset: true, flags: true, merge: true };

/** A window, checked, and how its flags are set. */
interface Window {
  readonly first: bigint;
  readonly last: bigint;
  readonly offset: bigint;
  readonly setFlags: number;
  readonly keepFlags: number;
}

const TAG_MASK = (-1 << TAG_SHIFT) >>> 0;

/**
 * Turns CPU addresses into the bus addresses at which a device reaches the bytes. A segment that crosses the border of
 * two windows is cut there. The window decides BUS. A window whose `merge` is false adds NOMERGE. A window's tag
 * replaces the segment's tag.
 *
 * `untranslate` gives the original bytes back where windows set no tag, and no segment has NOMERGE in a window that
 * adds NOMERGE.
 *
 * Cost: O(n log w), O(n) where neighbours are in one window.
 *
 * @param windows Windows by address, none overlapping another.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} A window is not valid, or out of order.
 * @throws {SegringError} NO_WINDOW: an address is in no window; the message names the address, and `index` is the
 *   segment. OUT_OF_MEMORY: overlapping segments cross more windows than memory holds segments.
 * @example
 * ```ts
 * const windows = [{ addr: 0, length: 0x4000_0000, offset: 0xc000_0000 }];
 * const table = SegmentTable.from([{ addr: 0x1000, length: 4096 }]);
 * console.log(translate(table, windows).addr(0).toString(16)); // c0001000
 * ```
 */
export function translate(table: SegmentTable, windows: readonly TranslationWindow[]): SegmentTable {
  checkTable("table", table);
  return move(table, checkWindows(windows), "window");
}

/**
 * Turns bus addresses into CPU addresses: the inverse of `translate`. A window with BUS counts for segments with BUS,
 * and a window without BUS for segments without BUS. The call takes BUS off, and NOMERGE where the window's `merge` is
 * false; tags stay.
 *
 * Errors and cost are those of `translate`, and more: two windows that share bus addresses and agree in BUS are a
 * RangeError, because the way back is not unique.
 *
 * @example
 * ```ts
 * const windows = [{ addr: 0, length: 0x4000_0000, offset: 0xc000_0000 }];
 * const seen = SegmentTable.from([{ addr: 0xc000_1000, length: 4096 }]);
 * console.log(untranslate(seen, windows).addr(0)); // 4096n
 * ```
 */
export function untranslate(table: SegmentTable, windows: readonly TranslationWindow[]): SegmentTable {
  checkTable("table", table);
  const backwards = checkWindows(windows)
    .map(({ first, last, offset, setFlags }) => ({
      first: first + offset,
      last: last + offset,
      offset: -offset,
      setFlags: 0,
      keepFlags: ~(setFlags & (BUS | NOMERGE)),
      isBus: (setFlags & BUS) !== 0,
    }))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
  const groups = [false, true].map((isBus) => backwards.filter((window) => window.isBus === isBus));
  for (const group of groups) {
    for (let i = 1; i < group.length; i++) {
      const [before, window] = [group[i - 1] as Window, group[i] as Window];
      if (window.first <= before.last) {
        throw new RangeError(`"windows" expected bus addresses apart, got two that have ${hexOf(window.first)}`);
      }
    }
  }
  return move(table, groups[0] as Window[], "bus window", groups[1]);
}

/** @param busWindows Of segments that have BUS, where those have others. */
function move(table: SegmentTable, windows: readonly Window[], what: string, busWindows = windows): SegmentTable {
  const { words } = table;
  const moved = new RecordRows();
  let window: Window | undefined;
  // So many come out where each byte is in one segment. Where more do, all that are to come are counted, once.
  let expectedRows = table.length + windows.length + busWindows.length;
  for (let from = 0; from < words.length; from += RECORD_WORDS) {
    let first = recordAddr(words, from);
    const flags = (words[from + 3] as number) & ~FULL;
    const last = first + BigInt(recordLength(words, from)) - 1n;
    const candidates = flags & BUS ? busWindows : windows;
    if (moved.length > expectedRows) {
      moved.reserve(countCrossed(words, from, windows, busWindows));
      expectedRows = Number.POSITIVE_INFINITY;
    }
    // Neighbours are mostly in one window.
    if (busWindows !== windows) window = undefined;
    while (first <= last) {
      if (window === undefined || first < window.first || first > window.last) {
        window = windowOf(candidates, first);
        if (window === undefined) {
          const index = from / RECORD_WORDS;
          throw new SegringError(
            "NO_WINDOW",
            `${describeSegment(table, index)} expected a ${what} for all of its bytes, found none for ${hexOf(first)}`,
            { index },
          );
        }
      }
      const stop = last < window.last ? last : window.last;
      moved.add(first + window.offset, Number(stop - first) + 1, ((flags & window.keepFlags) | window.setFlags) >>> 0);
      first = stop + 1n;
    }
  }
  return moved.finish();
}

/** Pieces that records from the word `from` on make, where all of their bytes are in windows. O(n log w). */
function countCrossed(
  words: Uint32Array,
  from: number,
  windows: readonly Window[],
  busWindows: readonly Window[],
): number {
  let count = 0;
  for (let at = from; at < words.length; at += RECORD_WORDS) {
    const candidates = (words[at + 3] as number) & BUS ? busWindows : windows;
    const first = recordAddr(words, at);
    const last = first + BigInt(recordLength(words, at)) - 1n;
    count += firstWindow(candidates, last) - firstWindow(candidates, first) + 1;
  }
  return count;
}

/** The window that has an address. O(log n). */
function windowOf(windows: readonly Window[], addr: bigint): Window | undefined {
  const window = windows[firstWindow(windows, addr)];
  return window !== undefined && window.first <= addr ? window : undefined;
}

/** The index of the first window that ends at or after an address. */
function firstWindow(windows: readonly Window[], addr: bigint): number {
  let from = 0;
  let to = windows.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((windows[middle] as Window).last < addr) from = middle + 1;
    else to = middle;
  }
  return from;
}

function checkWindows(windows: readonly TranslationWindow[]): Window[] {
  if (!Array.isArray(windows)) throw new TypeError(expected("windows", "an array of windows", windows));
  const checked: Window[] = [];
  for (const [index, window] of windows.entries() as IterableIterator<[number, TranslationWindow]>) {
    const name = `windows[${index}]`;
    checkKeys(name, window, WINDOW_KEYS);
    const { addr, length, offset = 0n, flags = 0 } = window;
    checkU64(`${name}.addr`, addr);
    checkU64(`${name}.length`, length);
    checkFlags(`${name}.flags`, flags);
    const { merge = (flags & BUS) === 0 } = window;
    if (flags & NOMERGE) throw new RangeError(expected(`${name}.flags`, "merge: false instead of NOMERGE", flags));
    if (typeof merge !== "boolean") throw new TypeError(expected(`${name}.merge`, "a boolean", merge));
    const first = BigInt(addr);
    const last = first + BigInt(length) - 1n;
    if (last < first) throw new RangeError(expected(`${name}.length`, "1 to 2^64 - 1", length));
    if (last >= ADDRESS_SPACE) {
      throw new RangeError(`"${name}" expected addr + length up to 2^64, got ${show(addr)} + ${show(length)}`);
    }
    const moves = checkInteger64(`${name}.offset`, offset);
    if (first + moves < 0n || last + moves >= ADDRESS_SPACE) {
      throw new RangeError(
        expected(`${name}.offset`, `an integer that keeps ${hexOf(first)} to ${hexOf(last)} in 0 to 2^64 - 1`, offset),
      );
    }
    const before = checked.at(-1);
    if (before !== undefined && first <= before.last) {
      throw new RangeError(
        expected(`${name}.addr`, `more than ${hexOf(before.last)}, where the window before it ends`, addr),
      );
    }
    const tag = flags & TAG_MASK;
    checked.push({
      first,
      last,
      offset: moves,
      setFlags: (flags | (merge ? 0 : NOMERGE)) >>> 0,
      keepFlags: ~(BUS | (tag === 0 ? 0 : TAG_MASK)),
    });
  }
  return checked;
}

/** An integer of either sign; of a number only what is exact. */
function checkInteger64(name: string, value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value !== "number") throw new TypeError(expected(name, "a number or a bigint", value));
  if (!Number.isSafeInteger(value)) throw new RangeError(expected(name, "an integer, above 2^53 - 1 a bigint", value));
  return BigInt(value);
}
