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

/** What is free in an IOVA space. */
export interface Fragmentation {
  /** Free bytes, in all stretches together. */
  readonly freeBytes: bigint;
  /** The longest allocation that is possible without an alignment, in bytes. */
  readonly largestFree: bigint;
  /** The number of free stretches. */
  readonly pieces: number;
  /** 1 - largestFree / freeBytes. The ratio is 0 where one stretch holds all that is free, or nothing is free. */
  readonly ratio: number;
}

/**
 * The IOVAs of a device. The space hands out stretches of IOVAs: the first stretch that fits, from the lowest address
 * on.
 *
 * Cost: O(free stretches) a call. A stretch takes two bigints.
 *
 * @example
 * ```ts
 * const space = new IovaSpace({ base: 0x10000, byteLength: 2 ** 30 });
 * const buffer = space.allocate(5000);
 * console.log(buffer, space.allocate(4096), space.fragmentation.freeBytes); // 65536n 73728n 1073729536n
 * space.free(buffer);
 * console.log(space.fragmentation.pieces); // 2
 * ```
 */
export class IovaSpace {
  /** The first IOVA. */
  readonly base: bigint;
  /** Bytes of the space, from `base` on. */
  readonly byteLength: bigint;
  /** The smallest unit that is handed out, in bytes. */
  readonly granuleBytes: bigint;
  /** By address; no two touch. */
  readonly #free: Stretch[];
  /** What is allocated, by its start. */
  readonly #taken = new Map<bigint, Taken>();

  /**
   * @param options.base         The first IOVA, a multiple of `granuleBytes`. Many devices take 0 for no address: begin
   *   above 0.
   * @param options.byteLength   Bytes, a multiple of `granuleBytes`, up to 2^64 from `base` on.
   * @param options.granuleBytes The smallest unit that is handed out: a power of two, 4096 by default.
   * @throws {TypeError} An option has the wrong type. @throws {RangeError} An option is out of its range.
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
   * @param alignmentBytes Alignment of the stretch's start: a power of two; default `granuleBytes`.
   * @returns The first IOVA of the stretch.
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
   * Gives back a stretch that `allocate` returned.
   *
   * @throws {TypeError} `iova` is neither number nor bigint.
   * @throws {RangeError} No allocation starts at `iova`: the stretch was freed already or never taken, or a reservation
   *   holds the stretch, and its `release` gives the stretch back. Nothing has changed.
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
   * Maps a table into IOVAs of this space, as `mapIova` does, from the first stretch that holds the table. `unmap(map)`
   * gives the IOVAs back, and so does `free(base)`.
   *
   * Where there is a boundary, the stretch is aligned as Linux aligns a stretch: to its own size, rounded up to a power
   * of two, or to the boundary where the stretch is longer. So a table that fits between two boundaries crosses no
   * boundary.
   *
   * @returns The map. Its `base` is `undefined` where the table has only BUS segments: no IOVA was taken then.
   * @throws As `mapIova` and `allocate` do. Nothing is taken then.
   * @example
   * ```ts
   * const space = new IovaSpace({ base: 0x10000, byteLength: 2 ** 30 });
   * const map = space.map(SegmentTable.from([{ addr: 0x7000, length: 4096 }, { addr: 0x3000, length: 4096 }]));
   * console.log(map.base, map.segments.length); // 65536n 1
   * space.unmap(map);
   * ```
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

  /**
   * Gives back the IOVAs that `map` took. A map of BUS segments alone has no IOVAs to give back.
   *
   * @throws As `free` does, and {RangeError} where the map is not of this space.
   */
  unmap(map: IovaMap): void {
    if (!IovaMap.isMap(map)) throw new TypeError(expected("map", "an IovaMap", map));
    if (map.base !== undefined) this.#giveBack(map.base, (owner) => owner === map);
  }

  /**
   * Takes a stretch now, into which memory is linked later, piece by piece (Linux `dma_iova_try_alloc`,
   * `dma_iova_link`).
   *
   * @throws As `allocate` does.
   * @example
   * ```ts
   * const space = new IovaSpace({ base: 0x10000, byteLength: 2 ** 30 });
   * const stretch = space.reserve(2 ** 20);
   * console.log(stretch.iova, stretch.byteLength); // 65536n 1048576n
   * ```
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
