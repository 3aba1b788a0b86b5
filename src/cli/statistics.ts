import { BUS, FOUR_GIB, FULL, NOMERGE, RECORD_WORDS, type U64 } from "../core/record.js";
import type { SegmentTable } from "../core/segment-table.js";
import type { Batch } from "./readers/reader.js";

/** Tags that are told apart: the input decides how many there are, but not how much memory that takes. */
const MAX_TAGS = 256;

/** What there is to say of ranges, gathered as they come. Numbers are kept in 32-bit halves: bigints would take ten times as long. */
export class RangeStatistics {
  count = 0;
  /** Neighbours that do not join. */
  breaks = 0;
  nomerge = 0;
  bus = 0;
  /** How many ranges have each tag but 0; of 256 tags at most. */
  readonly tags = new Map<number, number>();
  tagsLeftOut = false;
  #wholeBytes = 0n;
  #lowBytes = 0;
  #smallest = [0xffff_ffff, 0xffff_ffff] as [high: number, low: number];
  #largest = [0, 0] as [high: number, low: number];
  /** All addresses and lengths by OR. */
  #highBits = 0;
  #lowBits = 0;
  /** Where the previous range ends; its upper half reaches 2^32 at the end of the address space, where nothing starts. */
  #endHigh = -1;
  #endLow = 0;
  #flags = 0;

  /** @param batch Valid ranges. */
  add(batch: Batch): void {
    if (batch instanceof Uint8Array) {
      const words = new Uint32Array(batch.buffer, batch.byteOffset, batch.length / 4);
      for (let at = 0; at < words.length; at += RECORD_WORDS) {
        const flags = words[at + 3] as number;
        this.#add(words[at + 1] as number, words[at] as number, flags & FULL, words[at + 2] as number, flags & ~FULL);
      }
    } else {
      for (const { addr, length, flags = 0 } of batch) {
        this.#add(highHalf(addr), lowHalf(addr), highHalf(length), lowHalf(length), flags | 0);
      }
    }
  }

  get bytes(): bigint {
    return this.#wholeBytes + BigInt(this.#lowBytes);
  }

  /** Bytes in the shortest range, of those there are. */
  get smallest(): bigint {
    return joinHalves(...this.#smallest);
  }

  get largest(): bigint {
    return joinHalves(...this.#largest);
  }

  /** The largest power of two that all addresses and lengths are multiples of, of the ranges there are. */
  get alignment(): bigint {
    const bits = joinHalves(this.#highBits >>> 0, this.#lowBits >>> 0);
    return bits & -bits;
  }

  #add(addrHigh: number, addrLow: number, lengthHigh: number, lengthLow: number, flags: number): void {
    const joins =
      addrLow === this.#endLow && addrHigh === this.#endHigh && flags === this.#flags && (flags & NOMERGE) === 0;
    if (!joins && this.count !== 0) this.breaks++;
    const low = addrLow + lengthLow;
    this.#endLow = low >>> 0;
    this.#endHigh = addrHigh + lengthHigh + (low >= FOUR_GIB ? 1 : 0);
    this.#flags = flags;
    this.count++;

    if (isLess(lengthHigh, lengthLow, this.#smallest)) this.#smallest = [lengthHigh, lengthLow];
    if (!isLess(lengthHigh, lengthLow, this.#largest)) this.#largest = [lengthHigh, lengthLow];
    this.#lowBits |= addrLow | lengthLow;
    this.#highBits |= addrHigh | lengthHigh;
    this.#addBytes(lengthHigh, lengthLow);
    if (flags !== 0) this.#addFlags(flags);
  }

  #addBytes(high: number, low: number): void {
    if (high > 1) this.#wholeBytes += joinHalves(high, low);
    else this.#lowBytes += high * FOUR_GIB + low;
    if (this.#lowBytes < 2 ** 52) return;
    this.#wholeBytes += BigInt(this.#lowBytes);
    this.#lowBytes = 0;
  }

  #addFlags(flags: number): void {
    if (flags & NOMERGE) this.nomerge++;
    if (flags & BUS) this.bus++;
    const tag = flags >>> 8;
    if (tag === 0) return;
    const known = this.tags.get(tag);
    if (known === undefined && this.tags.size === MAX_TAGS) this.tagsLeftOut = true;
    else this.tags.set(tag, (known ?? 0) + 1);
  }
}

/** How many segments there are of each size, by power of two. */
export class SegmentSizes {
  count = 0;
  smallest = FOUR_GIB;
  largest = 0;
  /** Element n: segments of 2^n to 2^(n+1) - 1 bytes. */
  readonly counts: number[] = new Array(33).fill(0);

  add(table: SegmentTable): void {
    this.count += table.length;
    table.forEach((_low, _high, length) => {
      const power = length === FOUR_GIB ? 32 : 31 - Math.clz32(length);
      this.counts[power] = (this.counts[power] as number) + 1;
      if (length < this.smallest) this.smallest = length;
      if (length > this.largest) this.largest = length;
    });
  }
}

function isLess(high: number, low: number, [thanHigh, thanLow]: readonly [number, number]): boolean {
  return high < thanHigh || (high === thanHigh && low < thanLow);
}

function joinHalves(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function highHalf(value: U64): number {
  return typeof value === "bigint" ? Number(value >> 32n) : Math.floor(value / FOUR_GIB);
}

function lowHalf(value: U64): number {
  return typeof value === "bigint" ? Number(value & 0xffff_ffffn) : value % FOUR_GIB;
}
