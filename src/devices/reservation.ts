import { expected, SegringError } from "../core/errors.js";
import { checkKey, type PackageKey } from "../core/package-key.js";
import { BUS, checkU64, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import { checkTable } from "../core/table.js";
import { TableBuilder } from "../table/builder.js";
import { checkPositive, hexOf } from "../table/check.js";
import { checkOptions } from "./map-iova.js";
import { addMapping, continues, entriesOf, type IovaMapping, lookUp, type PageTableEntries } from "./page-table.js";

/** The space that a stretch of IOVAs is part of. */
export interface ReservedFrom {
  readonly granuleBytes: bigint;
  /** Takes the stretch back. */
  release(reservation: IovaReservation): void;
}

/**
 * A stretch of IOVAs, into which memory is linked at offsets. Made by `IovaSpace.reserve`.
 *
 * @example
 * ```ts
 * const stretch = new IovaSpace({ base: 0x10000, byteLength: 2 ** 30 }).reserve(65536);
 * const table = stretch.link(8192, SegmentTable.from([{ addr: 0x7000, length: 8192 }]));
 * console.log(table.addr(0), stretch.lookup(0x12000), stretch.entries()[0]?.count); // 73728n 28672n 2
 * console.log(stretch.unlink(8192, 4096), stretch.mappings.length, stretch.release()); // undefined 1 undefined
 * ```
 */
export class IovaReservation {
  /** The first IOVA, a multiple of the granule. */
  readonly iova: bigint;
  /** Bytes of the stretch: whole granules. */
  readonly byteLength: bigint;
  readonly #space: ReservedFrom;
  /** By IOVA; whole granules, none overlapping another, none that another continues. */
  readonly #mappings: IovaMapping[] = [];
  #released = false;

  /** For the package itself. Use `IovaSpace.reserve`. @hidden */
  constructor(key: PackageKey, space: ReservedFrom, iova: bigint, byteLength: bigint) {
    checkKey(key, "IovaReservation", "IovaSpace.reserve");
    this.#space = space;
    this.iova = iova;
    this.byteLength = byteLength;
  }

  /** The linked memory, by IOVA. */
  get mappings(): readonly IovaMapping[] {
    this.#checkOpen();
    return this.#mappings;
  }

  /**
   * Maps the segments of a table one after the other, from byte `offset` of the stretch on. All inner borders are at
   * granules. Only the first segment at offset 0 may start inside a granule; its IOVA then has the same place in the
   * granule.
   *
   * Cost: O(segments + log(mappings)), and moving the mappings behind the new ones. A call that links behind the last
   * mapping moves nothing.
   *
   * @returns The segments that the device gets: the table's bytes as IOVAs.
   * @throws {TypeError} An argument has the wrong type.
   * @throws {RangeError} `offset` is no multiple of the granule, the bytes pass the end, some of them are linked
   *   already, or the reservation was released.
   * @throws {SegringError} NOT_EXPRESSIBLE: a segment starts or ends inside a granule, or is BUS; `index` says which.
   *   Nothing was linked.
   */
  link(offset: U64, table: SegmentTable): SegmentTable {
    this.#checkOpen();
    const granule = this.#space.granuleBytes;
    const start = this.#checkPlace("offset", offset);
    checkTable("table", table);
    const linked: IovaMapping[] = [];
    const device = new TableBuilder();
    let at = this.iova + start;
    for (const [index, { addr, length, flags }] of [...table].entries()) {
      const fail = (what: string): never => {
        throw new SegringError("NOT_EXPRESSIBLE", `segment ${index} (${hexOf(addr)}, ${length} bytes) ${what}`, {
          index,
        });
      };
      if (flags & BUS) fail("is a bus address: it needs no IOVA");
      const inGranule = addr % granule;
      if (inGranule !== 0n && (index !== 0 || start !== 0n)) {
        fail(`starts inside a granule of ${granule} bytes: only the first at offset 0 may`);
      }
      const used = inGranule + BigInt(length);
      if (used % granule !== 0n && index !== table.length - 1) {
        fail(`ends inside a granule of ${granule} bytes: only the last may`);
      }
      const whole = used + (-used & (granule - 1n));
      addMapping(linked, at, addr - inGranule, whole);
      device.add(at + inGranule, BigInt(length), flags);
      at += whole;
    }
    const end = this.iova + this.byteLength;
    if (at > end) {
      throw new RangeError(
        `"table" expected up to ${this.byteLength - start} bytes of IOVA from ${offset} on, got ${at - this.iova - start}`,
      );
    }
    if (linked.length > 0) this.#insert(linked, this.iova + start, at);
    return device.finish();
  }

  /**
   * Unmaps whole granules.
   *
   * @param byteLength Bytes, a multiple of the granule; all of them must be linked.
   * @throws {TypeError} An argument has the wrong type.
   * @throws {RangeError} An argument is no multiple of the granule, some of the bytes are not linked, or the
   *   reservation was released. Nothing has changed.
   */
  unlink(offset: U64, byteLength: U64): void {
    this.#checkOpen();
    const start = this.iova + this.#checkPlace("offset", offset);
    const bytes = checkPositive("byteLength", byteLength);
    if (bytes % this.#space.granuleBytes !== 0n) {
      throw new RangeError(
        expected("byteLength", `a multiple of the granule (${this.#space.granuleBytes})`, byteLength),
      );
    }
    const end = start + bytes;
    const first = indexEndingAfter(this.#mappings, start);
    let linked = 0n;
    let after = first;
    const kept: IovaMapping[] = [];
    for (; after < this.#mappings.length; after++) {
      const { iova, addr, length } = this.#mappings[after] as IovaMapping;
      const last = iova + length;
      if (iova >= end) break;
      linked += (last < end ? last : end) - (iova > start ? iova : start);
      if (iova < start) kept.push({ iova, addr, length: start - iova });
      if (end < last) kept.push({ iova: end, addr: addr + (end - iova), length: last - end });
    }
    if (linked !== bytes) {
      throw new RangeError(
        `"byteLength" expected bytes that are linked, got ${bytes - linked} of ${bytes} that are not`,
      );
    }
    this.#mappings.splice(first, after - first, ...kept);
  }

  /**
   * The address behind an IOVA; `undefined` where nothing is linked. O(log n). @throws {TypeError | RangeError} `iova`
   * is no u64.
   */
  lookup(iova: U64): bigint | undefined {
    this.#checkOpen();
    checkU64("iova", iova);
    return lookUp(this.#mappings, BigInt(iova));
  }

  /** The linked memory as page-table entries. @param pageBytes As in `mapIova`; default: the granule alone. */
  entries(pageBytes: readonly U64[] = [this.#space.granuleBytes]): PageTableEntries[] {
    this.#checkOpen();
    const { sizes } = checkOptions({ base: 0, granuleBytes: this.#space.granuleBytes, pageBytes });
    return entriesOf(this.#mappings, sizes);
  }

  /** Unlinks all memory, and gives the stretch back. @throws {RangeError} The reservation was released already. */
  release(): void {
    if (this.#released) return;
    this.#space.release(this);
    this.#released = true;
    this.#mappings.length = 0;
  }

  #checkOpen(): void {
    if (this.#released) throw new SegringError("CLOSED", `the reservation at ${hexOf(this.iova)} was released`);
  }

  #checkPlace(name: string, offset: U64): bigint {
    checkU64(name, offset);
    const start = BigInt(offset);
    if (start % this.#space.granuleBytes !== 0n || start >= this.byteLength) {
      throw new RangeError(
        expected(name, `a multiple of the granule (${this.#space.granuleBytes}) below ${this.byteLength}`, offset),
      );
    }
    return start;
  }

  #insert(linked: IovaMapping[], start: bigint, end: bigint): void {
    const mappings = this.#mappings;
    let at = indexEndingAfter(mappings, start);
    const next = mappings[at];
    if (next !== undefined && next.iova < end) {
      throw new RangeError(
        `"offset" expected IOVAs that are not linked, got ${hexOf(next.iova > start ? next.iova : start)}`,
      );
    }
    // Neighbours that go on in IOVA and in memory become one, so that large pages fit.
    let replaced = 0;
    const before = mappings[at - 1];
    if (before !== undefined && continues(before, linked[0] as IovaMapping)) {
      at--;
      replaced++;
      const first = linked[0] as IovaMapping;
      linked[0] = { ...before, length: before.length + first.length };
    }
    const last = linked.at(-1) as IovaMapping;
    if (next !== undefined && continues(last, next)) {
      replaced++;
      linked[linked.length - 1] = { ...last, length: last.length + next.length };
    }
    mappings.splice(at, replaced, ...linked);
  }
}

/** The index of the first of these ordered mappings that ends after an IOVA. O(log n). */
function indexEndingAfter(mappings: readonly IovaMapping[], iova: bigint): number {
  let from = 0;
  let to = mappings.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const mapping = mappings[middle] as IovaMapping;
    if (mapping.iova + mapping.length <= iova) from = middle + 1;
    else to = middle;
  }
  return from;
}
