import { expected, SegringError } from "../core/errors.js";
import { checkInteger, checkPowerOfTwo } from "../core/limits.js";
import { checkKeys, type Keys } from "../core/options.js";
import { checkKey, PACKAGE, type PackageKey } from "../core/package-key.js";
import { longestPiece } from "../core/pieces.js";
import {
  ADDRESS_SPACE,
  BUS,
  checkU64,
  FOUR_GIB,
  NOMERGE,
  RECORD_WORDS,
  recordAddr,
  recordFlags,
  recordLength,
  type U64,
} from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { RecordRows } from "../table/builder.js";
import { hexOf } from "../table/check.js";
import {
  addMapping,
  checkPageSizes,
  entriesOf,
  type IovaMapping,
  lookUp,
  type PageTableEntries,
} from "./page-table.js";

/** How a table is laid out in the address space of a device. */
export interface IovaOptions {
  /** The first IOVA: a multiple of `granuleBytes`. */
  base: U64;
  /** The smallest unit that the IOMMU maps: a power of two, 4096 by default. */
  granuleBytes?: U64 | undefined;
  /**
   * No segment crosses an IOVA that is a multiple of this number: a power of two from `granuleBytes` on, or 0 (default)
   * for no boundary.
   */
  boundaryBytes?: U64 | undefined;
  /** Bytes in the longest segment, 1 to 2^32; default 2^32. */
  maxSegmentBytes?: number | undefined;
  /**
   * Sizes of page-table entries, powers of two; `granuleBytes` or a smaller size is one of them. Default:
   * `granuleBytes` alone.
   */
  pageBytes?: readonly U64[] | undefined;
}

const KEYS: Keys<IovaOptions> = {
  base: true,
  granuleBytes: true,
  boundaryBytes: true,
  maxSegmentBytes: true,
  pageBytes: true,
};

/** What an `IovaMap` is made of: its fields, and the sizes of its page-table entries, the smallest first. */
interface IovaLayout extends Pick<IovaMap, "segments" | "base" | "byteLength" | "mappings"> {
  readonly sizes: readonly bigint[];
}

/**
 * A table in the address space of a device. Made by `mapIova` and `IovaSpace.map`.
 *
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x7000, length: 4096 }, { addr: 0x3000, length: 4096 }]);
 * const map = mapIova(table, { base: 0x10000 });
 * console.log(map.lookup(0x11004), map.entries.length, map.byteLength); // 12292n 2 8192n
 * ```
 */
export class IovaMap {
  /** The segments that the device gets: IOVAs, and BUS segments as they were. */
  readonly segments: SegmentTable;
  /** The first IOVA; `undefined` where a space gave no IOVA, because the table has only BUS segments. */
  readonly base: bigint | undefined;
  /** Bytes of IOVAs in use from `base` on, with the unused bytes between segments. */
  readonly byteLength: bigint;
  /**
   * What the IOMMU must map, by IOVA: whole granules. Granules between segments that no segment uses are not mapped.
   */
  readonly mappings: readonly IovaMapping[];
  readonly #sizes: readonly bigint[];
  #entries: readonly PageTableEntries[] | undefined;

  /** For the package itself. Use `mapIova`. @hidden */
  constructor(key: PackageKey, layout: IovaLayout) {
    checkKey(key, "IovaMap", "mapIova or IovaSpace.map");
    this.segments = layout.segments;
    this.base = layout.base;
    this.byteLength = layout.byteLength;
    this.mappings = layout.mappings;
    this.#sizes = layout.sizes;
  }

  /** @internal Whether this class has made `value`. */
  static isMap(value: unknown): value is IovaMap {
    return typeof value === "object" && value !== null && #sizes in value;
  }

  /** The mappings as page-table entries, made at the first call. */
  get entries(): readonly PageTableEntries[] {
    this.#entries ??= entriesOf(this.mappings, this.#sizes);
    return this.#entries;
  }

  /**
   * The address behind an IOVA; `undefined` where nothing is mapped. O(log n). @throws {TypeError | RangeError} `iova`
   * is no u64.
   */
  lookup(iova: U64): bigint | undefined {
    checkU64("iova", iova);
    return lookUp(this.mappings, BigInt(iova));
  }
}

/**
 * Lays the segments of a table one after the other into one range of IOVAs, as Linux `iommu_dma_map_sg` does. Scattered
 * pages become one segment of the device.
 *
 * Each segment takes whole granules, and keeps its place inside the first granule. A segment joins the segment before
 * it where all of the following holds: it starts at a granule, the segment before ended at a granule, flags are equal,
 * neither has NOMERGE, the sum is at most `maxSegmentBytes`, and the segment does not start at a boundary. A segment
 * that would cross a boundary starts at the next boundary. So only a segment that is longer than a boundary or than
 * `maxSegmentBytes` is cut. BUS segments need no IOVA: they stay as they are, and never join.
 *
 * Only granules that a segment uses are mapped. Linux maps the bytes between a segment and the next boundary too, to
 * whatever memory follows the segment.
 *
 * Cost: O(n).
 *
 * @throws {TypeError} An argument has the wrong type.
 * @throws {RangeError} An option is out of its range.
 * @throws {SegringError} NO_IOVA: the range would pass 2^64; `index` is the segment. OUT_OF_MEMORY: `maxSegmentBytes`
 *   or `boundaryBytes` would cut the table into more segments than memory holds; the error comes at once.
 * @example
 * ```ts
 * const table = SegmentTable.from([{ addr: 0x7000, length: 4096 }, { addr: 0x3000, length: 4096 }]);
 * const { segments, mappings } = mapIova(table, { base: 0x10000 });
 * console.log([...segments]); // [ { addr: 65536n, length: 8192, flags: 0 } ]
 * console.log(mappings[1]); // { iova: 69632n, addr: 12288n, length: 4096n }
 * ```
 */
export function mapIova(table: SegmentTable, options: IovaOptions): IovaMap {
  checkTable("table", table);
  const limits = checkOptions(options);
  const { base, granule, boundary, max, sizes } = limits;
  const rows = new RecordRows();
  const pieces = leastPieces(table, longestPiece({ maxSegmentBytes: max, boundaryBytes: boundary, alignmentBytes: 1 }));
  if (pieces > 2 * table.length) rows.reserve(pieces);
  const mappings: IovaMapping[] = [];
  let next = base;
  /** Bytes of the open segment; 0: none may join it. */
  let open = 0;
  let openFlags = 0;
  for (let index = 0; index < table.length; index++) {
    const at = index * RECORD_WORDS;
    const addr = recordAddr(table.words, at);
    const length = recordLength(table.words, at);
    const flags = recordFlags(table.words, at);
    if (flags & BUS) {
      rows.add(addr, length, flags);
      open = 0;
      continue;
    }
    const inGranule = addr % granule;
    const used = inGranule + BigInt(length);
    const whole = used + (-used & (granule - 1n));
    let iova = next;
    // By bytes, not by granules: with a granule of 1 byte Linux lets a segment cross by its last byte.
    if (boundary !== 0n && iova % boundary !== 0n && crosses(iova, whole, boundary)) iova += -iova & (boundary - 1n);
    if (iova + whole > ADDRESS_SPACE) {
      throw new SegringError(
        "NO_IOVA",
        `segment ${index} expected ${whole} bytes of IOVA by 2^64, from ${hexOf(iova)} on`,
        {
          index,
        },
      );
    }
    addMapping(mappings, iova, addr - inGranule, whole);
    const joins =
      open !== 0 &&
      inGranule === 0n &&
      iova === next &&
      (boundary === 0n || iova % boundary !== 0n) &&
      flags === openFlags &&
      (flags & NOMERGE) === 0 &&
      max - open >= length;
    if (joins) {
      open += length;
      rows.setLastLength(open);
    } else {
      open = cut(rows, iova + inGranule, length, flags, limits);
    }
    openFlags = flags;
    if (used < whole) open = 0;
    next = iova + whole;
  }
  return new IovaMap(PACKAGE, { segments: rows.finish(), base, byteLength: next - base, mappings, sizes });
}

/** Checks options, and fills in the defaults. */
export function checkOptions(options: IovaOptions) {
  checkKeys("options", options, KEYS);
  const { base, granuleBytes = 4096, boundaryBytes = 0, maxSegmentBytes = FOUR_GIB, pageBytes } = options;
  checkU64("base", base);
  const granule = 1n << BigInt(checkPowerOfTwo("granuleBytes", granuleBytes));
  if (BigInt(base) % granule !== 0n) {
    throw new RangeError(expected("base", `a multiple of granuleBytes (${granule})`, base));
  }
  checkU64("boundaryBytes", boundaryBytes);
  const boundary = BigInt(boundaryBytes);
  if ((boundary & (boundary - 1n)) !== 0n || (boundary !== 0n && boundary < granule)) {
    throw new RangeError(
      expected("boundaryBytes", `0 or a power of two from granuleBytes (${granule}) on`, boundaryBytes),
    );
  }
  checkInteger("maxSegmentBytes", maxSegmentBytes, 1, FOUR_GIB);
  const sizes = checkPageSizes("pageBytes", pageBytes === undefined ? [granule] : pageBytes);
  if ((sizes[0] as bigint) > granule) {
    throw new RangeError(`"pageBytes" expected a size up to granuleBytes (${granule}), got none`);
  }
  return { base: BigInt(base), granule, boundary, max: maxSegmentBytes, sizes };
}

/** The least number of pieces that the segments with an IOVA make. */
function leastPieces({ words }: SegmentTable, longest: number): number {
  let bytes = 0;
  if (longest < FOUR_GIB) {
    for (let at = 0; at < words.length; at += RECORD_WORDS) {
      if (((words[at + 3] as number) & BUS) === 0) bytes += recordLength(words, at);
    }
  }
  return Math.floor(bytes / longest);
}

function crosses(start: bigint, length: bigint, boundary: bigint): boolean {
  return start / boundary !== (start + length - 1n) / boundary;
}

/** What a piece may be at most, and which multiples no piece crosses, 0 for none. */
interface PieceLimits {
  readonly max: number;
  readonly boundary: bigint;
}

/** Cuts a range under the limits, greedily from its start. @returns The length of the last piece. */
function cut(rows: RecordRows, start: bigint, length: number, flags: number, { max, boundary }: PieceLimits): number {
  let addr = start;
  let left = length;
  for (;;) {
    let piece = Math.min(left, max);
    if (boundary !== 0n) {
      const room = boundary - (addr % boundary);
      if (room < BigInt(piece)) piece = Number(room);
    }
    rows.add(addr, piece, flags);
    left -= piece;
    if (left === 0) return piece;
    addr += BigInt(piece);
  }
}
