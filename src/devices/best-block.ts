import { checkU64, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { checkPowers } from "../table/check.js";
import { touchingRuns } from "../table/runs.js";

/**
 * Finds the best size of the pages with which a device maps a table at consecutive device addresses from `iova` on
 * (Linux `ib_umem_find_best_pgsz`). The best size is the largest of `sizes` that fits; where one page of some size
 * holds the whole table, no larger size is taken.
 *
 * A size fits where two conditions hold. CPU address and device address agree in the bits below the size, at the start
 * and at each jump of the CPU address. Pages start at each such jump. Borders between touching segments do not count.
 * With the result, `blocks(table, size)` gives the pages.
 *
 * Cost: O(n).
 *
 * @param sizes Sizes that the device has, powers of two from 1 to 2^63, in any order.
 * @param iova  The device address of the first byte; default: the address of the first segment.
 * @returns One of `sizes`; `undefined` where none fits, and for an empty table.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} A size is no power of two, `sizes` is empty, or the table would pass 2^64 from `iova` on.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x20_0000, length: 0x20_0000 }, { addr: 0x80_0000, length: 0x20_0000 }]);
 * console.log(bestBlockBytes(table, [4096, 65536, 2 ** 21])); // 2097152n
 * ```
 */
export function bestBlockBytes(table: SegmentTable, sizes: readonly U64[], iova?: U64): bigint | undefined {
  checkTable("table", table);
  const shifts = checkPowers("sizes", sizes);
  if (iova !== undefined) checkU64("iova", iova);
  if (table.length === 0) return undefined;
  const start = iova === undefined ? table.addr(0) : BigInt(iova);
  const last = start + table.totalBytes - 1n;
  if (last >= 1n << 64n) {
    throw new RangeError(`"iova" expected an address from which ${table.totalBytes} bytes end by 2^64, got ${start}`);
  }
  // Bits in which a page would differ from what it maps. Its size is a power of two up to the lowest of them.
  let differing = 0n;
  let at = start;
  for (const { index, first, last } of touchingRuns(table)) {
    differing |= first ^ at;
    // Where bytes jump a page must start.
    if (index !== 0) differing |= at;
    at += last - first + 1n;
  }
  // A page that covers the whole range already cannot get better.
  const enough = bitLength(start ^ last);
  let best: bigint | undefined;
  for (const shift of shifts) {
    const size = 1n << BigInt(shift);
    if ((differing & (size - 1n)) !== 0n) break;
    best = size;
    if (shift >= enough) break;
  }
  return best;
}

/** Bits that a number has: 0 for 0. */
function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
