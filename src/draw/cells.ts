import { FOUR_GIB, RECORD_WORDS } from "../core/record.js";
import type { Extent } from "./extent.js";
import { groupOf, groupsIn } from "./groups.js";
import { fullLevel, LEVELS, levelOf } from "./palette.js";

/** A part of the address space, cut into 4^order cells of 2^shift bytes. It is aligned to its size. */
export interface Region {
  /** The first byte. */
  readonly hi: number;
  readonly lo: number;
  /** 0 to 10; an order below the greatest stands for cells of one byte. */
  readonly order: number;
  /** 0 to 52: bytes in a cell as a power of two. */
  readonly shift: number;
}

/** The smallest region with all of these bytes, with at most 4^maxOrder cells. */
export function regionOf({ firstHi, firstLo, lastHi, lastLo, groups }: Extent, maxOrder: number): Region {
  if (groups === 0) return { hi: 0, lo: 0, order: 0, shift: 0 };
  const high = firstHi ^ lastHi;
  const bits = high !== 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(firstLo ^ lastLo);
  // A square has a power of 4 of cells, so cells of one byte may need one bit more.
  const order = Math.min(maxOrder, (bits + 1) >>> 1);
  const size = Math.max(bits, 2 * order);
  return {
    hi: size >= 64 ? 0 : size > 32 ? (firstHi & (-1 << (size - 32))) >>> 0 : firstHi,
    lo: size >= 32 ? 0 : (firstLo & (-1 << size)) >>> 0,
    order,
    shift: size - 2 * order,
  };
}

/** Bytes of one group of kinds in each cell, in order of address. */
class Coverage {
  /** Bytes of records that begin or end in the cell, at most the cell's size. */
  readonly parts: Float64Array<ArrayBuffer>;
  /** Records that cover the whole cell: as many more as cover the cell before. */
  readonly steps: Int32Array;

  constructor(cells: number) {
    this.parts = new Float64Array(cells);
    this.steps = new Int32Array(cells + 1);
  }
}

/** What lies in the cells of a region. */
export interface Coverages {
  /** Bytes covered in each cell, in order of address; bytes that several records have count for each, up to the cell's size. */
  readonly coveredBytes: Float64Array<ArrayBuffer>;
  /** The colour of each cell, in order of address: see palette.ts. */
  readonly colours: Uint8Array;
}

/** Counts the bytes of packed records in the cells of their region, in one pass, O(records + cells). */
export function coverCells(words: Uint32Array, groups: number, region: Region): Coverages {
  const cells = 4 ** region.order;
  const cellBytes = 2 ** region.shift;
  const present = groupsIn(groups);
  const byGroup: Coverage[] = [];
  for (const group of present) byGroup[group] = new Coverage(cells);
  const [group = 0] = present;
  if (present.length === 1) {
    const coverage = byGroup[group] as Coverage;
    addRecords(words, 0, words.length, region, coverage);
    return settleOne(group, coverage, cellBytes);
  }
  // Records of one group that stand one after the other are added in one call.
  for (let at = 0; at < words.length; ) {
    const group = groupOf(words[at + 3] as number);
    let end = at + RECORD_WORDS;
    while (end < words.length && groupOf(words[end + 3] as number) === group) end += RECORD_WORDS;
    addRecords(words, at, end, region, byGroup[group] as Coverage);
    at = end;
  }
  return settleAll(
    present.map((group) => ({ group, coverage: byGroup[group] as Coverage })),
    cells,
    cellBytes,
  );
}

function addRecords(
  words: Uint32Array,
  from: number,
  to: number,
  { order, shift }: Region,
  { parts, steps }: Coverage,
): void {
  const mask = 4 ** order - 1;
  const cellBytes = 2 ** shift;
  // The cell of an address is 2 * order bits of it, from bit `shift` on: these of the high half, those of the low one.
  const fromHi = shift > 32 ? shift - 32 : 0;
  const toHi = shift > 0 && shift < 32 ? 32 - shift : 0;
  const hiCells = shift === 0 ? 0 : (mask >>> toHi) << toHi;
  const fromLo = shift < 32 ? shift : 0;
  const loCells = shift < 32 ? mask : 0;
  const hiBytes = shift > 32 ? 2 ** fromHi - 1 : 0;
  const loBytes = shift >= 32 ? 0xffff_ffff : cellBytes - 1;
  for (let at = from; at < to; at += RECORD_WORDS) {
    const lo = words[at] as number;
    const hi = words[at + 1] as number;
    const len = words[at + 2] as number;
    // Of 4 GiB, len is 0.
    const sum = lo + ((len - 1) >>> 0);
    const lastLo = sum >>> 0;
    const lastHi = sum >= FOUR_GIB ? hi + 1 : hi;
    const first = (((hi >>> fromHi) << toHi) & hiCells) | ((lo >>> fromLo) & loCells);
    const last = (((lastHi >>> fromHi) << toHi) & hiCells) | ((lastLo >>> fromLo) & loCells);
    if (first === last) {
      const bytes = (parts[first] as number) + (len === 0 ? FOUR_GIB : len);
      parts[first] = bytes > cellBytes ? cellBytes : bytes;
    } else {
      const head = (parts[first] as number) + cellBytes - ((hi & hiBytes) * FOUR_GIB + ((lo & loBytes) >>> 0));
      parts[first] = head > cellBytes ? cellBytes : head;
      const tail = (parts[last] as number) + (lastHi & hiBytes) * FOUR_GIB + ((lastLo & loBytes) >>> 0) + 1;
      parts[last] = tail > cellBytes ? cellBytes : tail;
      steps[first + 1] = (steps[first + 1] as number) + 1;
      steps[last] = (steps[last] as number) - 1;
    }
  }
}

/** Cells with records of one group alone. */
function settleOne(group: number, { parts, steps }: Coverage, cellBytes: number): Coverages {
  const colours = new Uint8Array(parts.length);
  const least = levelOf(group, 0, cellBytes);
  const scale = (fullLevel(group) - least) / cellBytes;
  let whole = 0;
  for (let cell = 0; cell < parts.length; cell++) {
    whole += steps[cell] as number;
    const bytes = parts[cell] as number;
    if (whole > 0) {
      parts[cell] = cellBytes;
      colours[cell] = least + LEVELS - 1;
    } else if (bytes !== 0) {
      // A scale by a power of two is exact: only a full cell reaches the full colour.
      colours[cell] = least + ((bytes * scale) | 0);
    }
  }
  return { coveredBytes: parts, colours };
}

/** Sums the groups of each cell; the group with the most bytes gives the colour. */
function settleAll(
  groups: readonly { readonly group: number; readonly coverage: Coverage }[],
  cells: number,
  cellBytes: number,
): Coverages {
  const coveredBytes = new Float64Array(cells);
  const most = new Float64Array(cells);
  const best = new Uint8Array(cells);
  for (const { group, coverage } of groups) {
    const { parts, steps } = coverage;
    let whole = 0;
    for (let cell = 0; cell < cells; cell++) {
      whole += steps[cell] as number;
      const bytes = whole > 0 ? cellBytes : (parts[cell] as number);
      if (bytes > (most[cell] as number)) {
        most[cell] = bytes;
        best[cell] = group;
      }
      coveredBytes[cell] = Math.min((coveredBytes[cell] as number) + bytes, cellBytes);
    }
  }
  // The groups' bytes are 0 where no group is.
  const colours = best;
  for (let cell = 0; cell < cells; cell++) {
    const bytes = coveredBytes[cell] as number;
    if (bytes !== 0) colours[cell] = levelOf(best[cell] as number, bytes, cellBytes);
  }
  return { coveredBytes, colours };
}
