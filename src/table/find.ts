import { newBuffer } from "../core/buffer.js";
import { checkU64, FOUR_GIB, RECORD_WORDS, recordAddr, recordLength, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import type { Location } from "./offsets.js";

/**
 * Finds the first segment, in the order of the table, that holds the byte at this address, and where in that segment
 * the byte is. The result is `undefined` where no segment holds the byte. Flags do not count. Segments of different
 * address spaces (BUS and memory) belong into tables of their own.
 *
 * Cost: O(log n). The first question to a table takes O(n): the call checks whether segments are in order of address
 * and apart. If they are, nothing is kept. If they are not, the call sorts them once: O(n log n) time, and at least 20
 * bytes a segment.
 *
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} `addr` is no u64.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x8000, length: 4096 }, { addr: 0x1000, length: 4096 }]);
 * console.log(find(table, 0x1010)); // { index: 1, offset: 16 }
 * console.log(find(table, 0x2000)); // undefined
 * ```
 */
export function find(table: SegmentTable, addr: U64): Location | undefined {
  checkTable("table", table);
  checkU64("addr", addr);
  let order = known.get(table);
  if (order === undefined) {
    order = isAscending(table) ? "ascending" : stretchesOf(table);
    known.set(table, order);
  }
  const wide = BigInt(addr);
  const high = Number(wide >> 32n);
  const low = Number(wide & 0xffff_ffffn);
  const index = order === "ascending" ? lastFrom(table.words, RECORD_WORDS, low, high) : indexAt(order, low, high);
  if (index < 0) return undefined;
  const at = index * RECORD_WORDS;
  const offset = ((table.words[at + 1] as number) - high) * -FOUR_GIB + (low - (table.words[at] as number));
  return offset < recordLength(table.words, at) ? { index, offset } : undefined;
}

/** The address space cut where the answer changes: from each start on, the first segment that has it, or -1. */
interface Stretches {
  /** Addresses in halves, low first, in order. */
  readonly starts: Uint32Array;
  readonly segments: Int32Array;
}

const known = new WeakMap<SegmentTable, "ascending" | Stretches>();

/** Each segment starts where the one before ends, or later. */
function isAscending({ words }: SegmentTable): boolean {
  for (let at = RECORD_WORDS; at < words.length; at += RECORD_WORDS) {
    const before = at - RECORD_WORDS;
    const high = (words[at + 1] as number) - (words[before + 1] as number);
    // Exact: the difference is below 2^53 in size, or so large that rounding does not matter.
    if (high * FOUR_GIB + ((words[at] as number) - (words[before] as number)) < recordLength(words, before))
      return false;
  }
  return true;
}

/** The index of the last of these ordered addresses that is not above; -1 where all are. An address is every `stride` words. */
function lastFrom(words: Uint32Array, stride: number, low: number, high: number): number {
  let index = -1;
  let after = words.length / stride;
  while (after - index > 1) {
    const middle = (index + after) >>> 1;
    const middleHigh = words[middle * stride + 1] as number;
    const isAbove = middleHigh === high ? (words[middle * stride] as number) > low : middleHigh > high;
    if (isAbove) after = middle;
    else index = middle;
  }
  return index;
}

function indexAt({ starts, segments }: Stretches, low: number, high: number): number {
  const stretch = lastFrom(starts, 2, low, high);
  return stretch < 0 ? -1 : (segments[stretch] as number);
}

/**
 * A sweep by address over starts and ends. A heap has the segments that are open, the first in the table on top; those
 * that have ended are taken off when they come up.
 */
function stretchesOf(table: SegmentTable): Stretches {
  const { words, length } = table;
  const byStart = new Uint32Array(newBuffer(4 * length))
    .map((_, index) => index)
    .sort((a, b) => {
      const [atA, atB] = [a * RECORD_WORDS, b * RECORD_WORDS];
      return (
        (words[atA + 1] as number) - (words[atB + 1] as number) ||
        (words[atA] as number) - (words[atB] as number) ||
        a - b
      );
    });
  // The answer changes where a segment starts and where one ends, and nowhere else.
  const starts = new Uint32Array(newBuffer(16 * length));
  const segments = new Int32Array(newBuffer(8 * length));
  let noted = 0;
  const note = (addr: bigint, segment: number) => {
    const low = Number(addr & 0xffff_ffffn);
    const high = Number(addr >> 32n);
    // Of several notes for an address the last counts.
    if (noted > 0 && starts[2 * noted - 2] === low && starts[2 * noted - 1] === high) noted--;
    if (noted > 0 && segments[noted - 1] === segment) return;
    starts[2 * noted] = low;
    starts[2 * noted + 1] = high;
    segments[noted++] = segment;
  };
  const endOf = (index: number) => {
    const at = index * RECORD_WORDS;
    return recordAddr(words, at) + BigInt(recordLength(words, at));
  };
  const open = new IndexHeap();
  /** Closes what ends by `until`, and notes who follows. */
  const closeUntil = (until: bigint | undefined) => {
    while (open.top !== undefined) {
      const end = endOf(open.top);
      if (until !== undefined && end > until) return;
      while (open.top !== undefined && endOf(open.top) <= end) open.pop();
      // At `until` itself a segment starts, which may come first.
      if (end !== until && end < 1n << 64n) note(end, open.top ?? -1);
    }
  };
  for (const index of byStart) {
    const addr = recordAddr(words, index * RECORD_WORDS);
    closeUntil(addr);
    open.push(index);
    note(addr, open.top as number);
  }
  closeUntil(undefined);
  return { starts: starts.slice(0, 2 * noted), segments: segments.slice(0, noted) };
}

/** A binary heap of numbers, the least on top. */
class IndexHeap {
  readonly #items: number[] = [];

  get top(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] as number) <= item) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }

  pop(): void {
    const items = this.#items;
    const item = items.pop() as number;
    if (items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= item) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = item;
  }
}
