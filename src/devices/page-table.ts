import { expected } from "../core/errors.js";
import { ADDRESS_SPACE, checkU64, type U64 } from "../core/record.js";
import { checkPositive, checkPowers } from "../table/check.js";

/** IOVAs that an IOMMU maps to physical addresses: whole granules, contiguous on both sides. */
export interface IovaMapping {
  /** The first IOVA. */
  readonly iova: bigint;
  /** The physical address of the first byte. */
  readonly addr: bigint;
  /** Bytes: whole granules. */
  readonly length: bigint;
}

/**
 * Page-table entries that follow each other: `count` pages of `pageBytes` bytes. The first page is at `iova` and is
 * mapped to `addr`.
 */
export interface PageTableEntries {
  /** The IOVA of the first page. */
  readonly iova: bigint;
  /** The physical address of the first page. */
  readonly addr: bigint;
  /** Bytes in each page. */
  readonly pageBytes: bigint;
  /** The number of pages. */
  readonly count: number;
}

/** Pages of one size, and how many. */
export type PagesOfSize = Pick<PageTableEntries, "pageBytes" | "count">;

/**
 * Finds the largest pages that can start a mapping, and how many of these pages fit before larger pages do or the
 * mapping ends (Linux `iommu_pgsize`). A page fits where both addresses are multiples of its size and the page is not
 * longer than the mapping.
 *
 * @param mapping The memory to map: an address, and 1 to 2^64 - 1 bytes.
 * @param sizes   Sizes of pages that the IOMMU has, powers of two, in any order.
 * @param iova    The device address of the mapping.
 * @returns `undefined` where even the smallest page does not fit.
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} An argument is out of its range, or the number of pages is above 2^53 - 1.
 * @example
 * ```ts
 * const sizes = [4096, 2 ** 21, 2 ** 30];
 * console.log(bestPages({ addr: 0x1f_f000, length: 0x40_1000 }, sizes, 0x1f_f000)); // { pageBytes: 4096n, count: 1 }
 * console.log(bestPages({ addr: 0x20_0000, length: 0x40_0000 }, sizes, 0)); // { pageBytes: 2097152n, count: 2 }
 * ```
 */
export function bestPages(
  mapping: { addr: U64; length: U64 },
  sizes: readonly U64[],
  iova: U64,
): PagesOfSize | undefined {
  if (typeof mapping !== "object" || mapping === null)
    throw new TypeError(expected("mapping", "{ addr, length }", mapping));
  const { addr, length } = mapping;
  checkU64("mapping.addr", addr);
  checkPositive("mapping.length", length);
  checkU64("iova", iova);
  const larger = BigInt(iova) > BigInt(addr) ? BigInt(iova) : BigInt(addr);
  if (larger + BigInt(length) > ADDRESS_SPACE) {
    throw new RangeError(expected("mapping.length", `up to ${ADDRESS_SPACE - larger} (where 2^64 ends)`, length));
  }
  return bestOf(BigInt(iova), BigInt(addr), BigInt(length), checkPageSizes("sizes", sizes));
}

/** Sizes of pages, powers of two: each size once, the smallest first. */
export function checkPageSizes(name: string, sizes: readonly U64[]): bigint[] {
  return checkPowers(name, sizes).map((shift) => 1n << BigInt(shift));
}

/** The entries of these mappings, each of which is a multiple of the smallest page. @param sizes Of pages, the smallest first. */
export function entriesOf(mappings: readonly IovaMapping[], sizes: readonly bigint[]): PageTableEntries[] {
  const entries: PageTableEntries[] = [];
  for (let { iova, addr, length } of mappings) {
    while (length > 0n) {
      // The smallest page divides all three.
      const best = bestOf(iova, addr, length, sizes) as PagesOfSize;
      entries.push({ iova, addr, ...best });
      const bytes = best.pageBytes * BigInt(best.count);
      iova += bytes;
      addr += bytes;
      length -= bytes;
    }
  }
  return entries;
}

function bestOf(iova: bigint, addr: bigint, length: bigint, sizes: readonly bigint[]): PagesOfSize | undefined {
  const bits = iova | addr;
  let index = sizes.length - 1;
  while (index >= 0 && (sizes[index] as bigint) > length) index--;
  while (index >= 0 && (bits & ((sizes[index] as bigint) - 1n)) !== 0n) index--;
  if (index < 0) return undefined;
  const size = sizes[index] as bigint;
  const larger = sizes[index + 1];
  let bytes = length - (length & (size - 1n));
  if (larger !== undefined && ((iova ^ addr) & (larger - 1n)) === 0n) {
    // A larger page can fit only where both addresses lie equally far from a multiple of its size.
    const before = larger - (bits & (larger - 1n));
    if (before + larger <= length) bytes = before;
  }
  const count = Number(bytes / size);
  if (Number.isSafeInteger(count)) return { pageBytes: size, count };
  throw new RangeError(`expected up to 2^53 - 1 pages, got ${bytes / size} of ${size} bytes`);
}

/** Whether a mapping goes on where another ends, in IOVA and in memory. */
export function continues(before: IovaMapping, next: IovaMapping): boolean {
  return before.iova + before.length === next.iova && before.addr + before.length === next.addr;
}

/** Adds a mapping behind the last one; as a part of it where it continues that. */
export function addMapping(mappings: IovaMapping[], iova: bigint, addr: bigint, length: bigint): void {
  const last = mappings.at(-1);
  const mapping = { iova, addr, length };
  if (last !== undefined && continues(last, mapping)) {
    mappings[mappings.length - 1] = { ...last, length: last.length + length };
  } else {
    mappings.push(mapping);
  }
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
