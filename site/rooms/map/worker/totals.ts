/** Sums over ranges. */
import { FULL, SegmentTable } from "segring";
import type { Window } from "../settings.js";
import type { Ranges } from "./load.js";

export function bytesOf(ranges: Ranges): bigint {
  if (ranges instanceof SegmentTable) return ranges.totalBytes;
  return ranges.reduce((sum, { length }) => sum + BigInt(length), 0n);
}

/** From the first byte of any to the last byte of any; one byte at 0 where there is none. */
export function extentOf(ranges: Ranges, table: SegmentTable): Window {
  let first = 2n ** 64n;
  let end = 0n;
  for (const part of [ranges, table]) {
    if (part.length === 0) continue;
    const bounds = part instanceof SegmentTable ? boundsOfTable(part) : boundsOfList(part);
    if (bounds.first < first) first = bounds.first;
    if (bounds.end > end) end = bounds.end;
  }
  return end === 0n ? { addr: 0n, length: 1n } : { addr: first, length: end - first };
}

interface Bounds {
  readonly first: bigint;
  /** The first byte after the last. */
  readonly end: bigint;
}

/** By 32-bit halves, over the records' words: bigints would cost most of a second at 10^7 ranges, a callback 12 ns each. */
function boundsOfTable(table: SegmentTable): Bounds {
  const { bytes } = table;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  let firstHigh = 2 ** 32;
  let firstLow = 0;
  let lastHigh = -1;
  let lastLow = 0;
  for (let at = 0; at < words.length; at += 4) {
    const low = words[at] as number;
    const high = words[at + 1] as number;
    const flags = words[at + 3] as number;
    if (high < firstHigh || (high === firstHigh && low < firstLow)) {
      firstHigh = high;
      firstLow = low;
    }
    const sum = low + (flags & FULL ? 2 ** 32 : (words[at + 2] as number)) - 1;
    const carry = sum < 2 ** 32 ? 0 : 1;
    if (high + carry > lastHigh || (high + carry === lastHigh && sum - carry * 2 ** 32 > lastLow)) {
      lastHigh = high + carry;
      lastLow = sum - carry * 2 ** 32;
    }
  }
  return {
    first: (BigInt(firstHigh) << 32n) | BigInt(firstLow),
    end: ((BigInt(lastHigh) << 32n) | BigInt(lastLow)) + 1n,
  };
}

function boundsOfList(ranges: Exclude<Ranges, SegmentTable>): Bounds {
  let first = 2n ** 64n;
  let end = 0n;
  for (const { addr, length } of ranges) {
    const start = BigInt(addr);
    if (start < first) first = start;
    if (start + BigInt(length) > end) end = start + BigInt(length);
  }
  return { first, end };
}
