import { expected, SegringError } from "../core/errors.js";
import { checkPowerOfTwo } from "../core/limits.js";
import { checkKeys, type Keys, NO_OPTIONS } from "../core/options.js";
import { PACKAGE } from "../core/package-key.js";
import { ADDRESS_SPACE, checkU64, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkPositive, hexOf } from "../table/check.js";
import { checkOptions, IovaMap, type IovaOptions, mapIova } from "./map-iova.js";
import { IovaReservation } from "./reservation.js";

/** IOVA bytes from `start` to `end`, exclusive; whole granules. */
interface Stretch {
  start: bigint;
  end: bigint;
}

/** An allocation, and what it is part of. */
interface Taken {
  readonly size: bigint;
  readonly owner?: IovaReservation | IovaMap;
}

const SPACE_KEYS = { base: true, byteLength: true, granuleBytes: true } as const;
const MAP_KEYS: Keys<Omit<IovaOptions, "base" | "granuleBytes">> = {
  boundaryBytes: true,
  maxSegmentBytes: true,
  pageBytes: true,
};

/** What of an IOVA space is free. */
export interface Fragmentation {
  /** Bytes that are free, in all stretches. */
  readonly freeBytes: bigint;
  /** The longest allocation that is possible, if it asks for no alignment. */
  readonly largestFree: bigint;
  /** Free stretches. */
  readonly pieces: number;
  /** 1 - largestFree / freeBytes: 0 where all that is free is one stretch, or nothing is. */
  readonly ratio: number;
}

/**
 * The IOVAs of a device: hands out stretches of them, the first that fits from the lowest address on.
 *
 * Cost: O(free stretches) a call; a stretch costs two bigints.
 */
export class IovaSpace {
  /** The first IOVA of the space. */
  readonly base: bigint;
  /** Bytes of the space. */
  readonly byteLength: bigint;
  /** Bytes that the IOMMU maps at least: what allocations are multiples of. */
  readonly granuleBytes: bigint;
  /** By address; no two touch. */
  readonly #free: Stretch[];
  /** What is allocated, by its start. */
  readonly #taken = new Map<bigint, Taken>();

  /**
   * @param options.base         The first IOVA, a multiple of `granuleBytes`. Many devices take 0 for none: begin above it.
   * @param options.byteLength   Bytes, a multiple of `granuleBytes`, up to 2^64 from `base` on.
   * @param options.granuleBytes What is handed out at least: a power of two, 4096 by default.
   * @throws {TypeError} An option has the wrong type. @throws {RangeError} It is out of its range.
   */
  constructor(options: { base: U64; byteLength: U64; granuleBytes?: U64 | undefined }) {
    checkKeys("options", options, SPACE_KEYS);
    const { base, byteLength, granuleBytes = 4096 } = options;
    this.granuleBytes = 1n << BigInt(checkPowerOfTwo("granuleBytes", granuleBytes));
    checkU64("base", base);
    this.base = BigInt(base);
    this.byteLength = checkPositive("byteLength", byteLength);
    for (const [name, value] of [
      ["base", this.base],
      ["byteLength", this.byteLength],
    ] as const) {
      if (value % this.granuleBytes !== 0n) {
        throw new RangeError(expected(name, `a multiple of granuleBytes (${this.granuleBytes})`, value));
      }
    }
    if (this.base + this.byteLength > ADDRESS_SPACE) {
      throw new RangeError(expected("byteLength", `up to ${ADDRESS_SPACE - this.base} from base on`, byteLength));
    }
    this.#free = [{ start: this.base, end: this.base + this.byteLength }];
  }

  /**
   * Takes the first free stretch that holds `byteLength` bytes, rounded up to granules.
   *
   * @param alignmentBytes Of its start: a power of two; default `granuleBytes`.
   * @returns Its first IOVA.
   * @throws {TypeError | RangeError} An argument is not valid.
   * @throws {SegringError} NO_IOVA: no stretch is long enough; the message says what is free. Nothing has changed.
   */
  allocate(byteLength: U64, alignmentBytes: U64 = this.granuleBytes): bigint {
    const wanted = checkPositive("byteLength", byteLength);
    const asked = 1n << BigInt(checkPowerOfTwo("alignmentBytes", alignmentBytes));
    return this.#take(wanted + (-wanted & (this.granuleBytes - 1n)), asked);
  }

  /** Takes whole granules. */
  #take(size: bigint, asked: bigint): bigint {
    const alignment = asked > this.granuleBytes ? asked : this.granuleBytes;
    for (const [index, { start, end }] of this.#free.entries()) {
      const iova = start + (-start & (alignment - 1n));
      if (iova + size > end) continue;
      const rest: Stretch[] = [];
      if (start < iova) rest.push({ start, end: iova });
      if (iova + size < end) rest.push({ start: iova + size, end });
      this.#free.splice(index, 1, ...rest);
      this.#taken.set(iova, { size });
      return iova;
    }
    const { freeBytes, largestFree, pieces } = this.fragmentation;
    throw new SegringError(
      "NO_IOVA",
      `${size} bytes at a multiple of ${alignment} expected a free stretch of IOVA, got ${freeBytes} bytes free in ${pieces}, the longest ${largestFree}`,
    );
  }

  /**
   * Gives back what `allocate` returned.
   *
   * @throws {TypeError} `iova` is neither number nor bigint.
   * @throws {RangeError} Nothing that is allocated starts there: it was freed already, or never taken; or it is a
   *   reservation's, whose `release` gives it back. Nothing has changed.
   */
  free(iova: U64): void {
    checkU64("iova", iova);
    this.#giveBack(BigInt(iova), (owner) => !(owner instanceof IovaReservation));
  }

  #giveBack(start: bigint, isOwned: (owner: Taken["owner"]) => boolean): void {
    const taken = this.#taken.get(start);
    if (taken === undefined) {
      throw new RangeError(
        `"iova" expected the start of an allocation, got ${hexOf(start)}: freed already, or never allocated`,
      );
    }
    if (!isOwned(taken.owner)) {
      throw new RangeError(
        taken.owner instanceof IovaReservation
          ? `"iova" expected an allocation, got ${hexOf(start)}: a reservation, which release() gives back`
          : `"map" expected one of this space that was not given back, got one at ${hexOf(start)}`,
      );
    }
    this.#taken.delete(start);
    const end = start + taken.size;
    let next = this.#free.findIndex((stretch) => stretch.start >= end);
    if (next < 0) next = this.#free.length;
    const before = this.#free[next - 1];
    const after = this.#free[next];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    const joined = {
      start: joinsBefore ? (before as Stretch).start : start,
      end: joinsAfter ? (after as Stretch).end : end,
    };
    this.#free.splice(joinsBefore ? next - 1 : next, (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0), joined);
  }

  /** What is free. O(free stretches). */
  get fragmentation(): Fragmentation {
    let freeBytes = 0n;
    let largestFree = 0n;
    for (const { start, end } of this.#free) {
      freeBytes += end - start;
      if (end - start > largestFree) largestFree = end - start;
    }
    const ratio = freeBytes === 0n ? 0 : Number(((freeBytes - largestFree) * 1_000_000n) / freeBytes) / 1_000_000;
    return { freeBytes, largestFree, pieces: this.#free.length, ratio };
  }

  /**
   * Maps a table into IOVAs of this space, as `mapIova` does from the first stretch that holds it. `free(base)` gives it
   * back, `unmap(map)` too. Where there is a boundary, the stretch is aligned as Linux aligns it: to its own size, rounded up
   * to a power of two, or to the boundary where it is longer than that; so what fits between two boundaries crosses none.
   *
   * @returns The map; its `base` is `undefined` where only BUS segments are in the table: nothing was taken then.
   * @throws As `mapIova` and `allocate` do. Nothing is taken then.
   */
  map(table: SegmentTable, options: Omit<IovaOptions, "base" | "granuleBytes"> = NO_OPTIONS): IovaMap {
    checkKeys("options", options, MAP_KEYS);
    const { granuleBytes } = this;
    const { boundary, sizes } = checkOptions({ ...options, base: 0, granuleBytes });
    const plan = mapIova(table, { ...options, base: 0, granuleBytes });
    if (plan.byteLength === 0n) {
      return new IovaMap(PACKAGE, { segments: plan.segments, base: undefined, byteLength: 0n, mappings: [], sizes });
    }
    let alignment = granuleBytes;
    if (boundary !== 0n) while (alignment < plan.byteLength && alignment < boundary) alignment <<= 1n;
    const base = this.#take(plan.byteLength, alignment);
    const owner = mapIova(table, { ...options, base, granuleBytes });
    this.#taken.set(base, { size: plan.byteLength, owner });
    return owner;
  }

  /** Gives back what `map` took, nothing for a map of BUS segments alone. Throws as `free` does, and where the map is not of this space. */
  unmap(map: IovaMap): void {
    if (!IovaMap.isMap(map)) throw new TypeError(expected("map", "an IovaMap", map));
    if (map.base !== undefined) this.#giveBack(map.base, (owner) => owner === map);
  }

  /**
   * Takes a stretch now, to link memory into it later, piece by piece (Linux `dma_iova_try_alloc`, `dma_iova_link`).
   * Throws as `allocate` does.
   */
  reserve(byteLength: U64, alignmentBytes: U64 = this.granuleBytes): IovaReservation {
    const iova = this.allocate(byteLength, alignmentBytes);
    const { size } = this.#taken.get(iova) as { size: bigint };
    const owner = new IovaReservation(
      PACKAGE,
      {
        granuleBytes: this.granuleBytes,
        release: (reservation) => this.#giveBack(iova, (owner) => owner === reservation),
      },
      iova,
      size,
    );
    this.#taken.set(iova, { size, owner });
    return owner;
  }
}
