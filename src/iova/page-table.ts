import { checkU64, type U64 } from "../record.js";
import { checkPositive, checkPowers, hexOf } from "../table/check.js";

/** IOVA bytes that an IOMMU maps to physical ones: whole granules, as one run of both. */
export interface IovaMapping {
  readonly iova: bigint;
  readonly addr: bigint;
  readonly length: bigint;
}

/** Page-table entries that follow each other: `count` pages of `pageBytes`, the first of them at `iova`, mapped to `addr`. */
export interface PageTableEntries {
  readonly iova: bigint;
  readonly addr: bigint;
  readonly pageBytes: bigint;
  readonly count: bigint;
}

/**
 * The largest pages that can start a mapping, and how many of them until larger ones fit or the mapping ends (Linux
 * `iommu_pgsize`). A page fits where both addresses are multiples of it and it is not longer than the mapping.
 *
 * @param pageBytes Sizes that the IOMMU has, powers of two, in any order.
 * @returns `undefined` where not even the smallest fits.
 * @throws {TypeError} An argument has the wrong type. @throws {RangeError} It is out of its range.
 */
export function bestPages(
  iova: U64,
  addr: U64,
  length: U64,
  pageBytes: readonly U64[],
): { pageBytes: bigint; count: bigint } | undefined {
  checkU64("iova", iova);
  checkU64("addr", addr);
  checkPositive("length", length);
  return bestOf(BigInt(iova), BigInt(addr), BigInt(length), checkPowers("pageBytes", pageBytes));
}

/** The entries of these mappings, each of which is a multiple of the smallest page. @param shifts Sizes, the smallest first. */
export function entriesOf(mappings: readonly IovaMapping[], shifts: readonly number[]): PageTableEntries[] {
  const entries: PageTableEntries[] = [];
  for (let { iova, addr, length } of mappings) {
    while (length > 0n) {
      const best = bestOf(iova, addr, length, shifts);
      if (best === undefined)
        throw new RangeError(`no page fits ${length} bytes from ${hexOf(iova)} on to ${hexOf(addr)}`);
      entries.push({ iova, addr, ...best });
      const bytes = best.pageBytes * best.count;
      iova += bytes;
      addr += bytes;
      length -= bytes;
    }
  }
  return entries;
}

function bestOf(
  iova: bigint,
  addr: bigint,
  length: bigint,
  shifts: readonly number[],
): { pageBytes: bigint; count: bigint } | undefined {
  const bits = iova | addr;
  const fitting = shifts.filter((shift) => bits % (1n << BigInt(shift)) === 0n && 1n << BigInt(shift) <= length);
  const shift = fitting.at(-1);
  if (shift === undefined) return undefined;
  const size = 1n << BigInt(shift);
  let bytes = length - (length % size);
  const larger = shifts.find((other) => other > shift);
  if (larger !== undefined) {
    const next = 1n << BigInt(larger);
    const before = next - (bits % next);
    // Larger pages come into question only where both addresses are the same distance from one.
    if ((iova ^ addr) % next === 0n && before + next <= length) bytes = before;
  }
  return { pageBytes: size, count: bytes / size };
}

/** The address behind an IOVA, by mappings in order of IOVA. O(log n). */
export function lookUp(mappings: readonly IovaMapping[], iova: bigint): bigint | undefined {
  let from = 0;
  let to = mappings.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((mappings[middle] as IovaMapping).iova <= iova) from = middle + 1;
    else to = middle;
  }
  const mapping = mappings[from - 1];
  if (mapping === undefined || iova - mapping.iova >= mapping.length) return undefined;
  return mapping.addr + (iova - mapping.iova);
}
