/** Sums over ranges. */
import { SegmentTable } from "segring";
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

/** By 32-bit halves: bigints would cost most of a second at 10^7 ranges. */
function boundsOfTable(table: SegmentTable): Bounds {
  let firstHigh = 2 ** 32;
  let firstLow = 0;
  let lastHigh = -1;
  let lastLow = 0;
  table.forEach((low, high, length) => {
    if (high < firstHigh || (high === firstHigh && low < firstLow)) {
      firstHigh = high;
      firstLow = low;
    }
    const sum = low + length - 1;
    const lastHi = sum < 2 ** 32 ? high : high + 1;
    const lastLo = sum < 2 ** 32 ? sum : sum - 2 ** 32;
    if (lastHi > lastHigh || (lastHi === lastHigh && lastLo > lastLow)) {
      lastHigh = lastHi;
      lastLow = lastLo;
    }
  });
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
