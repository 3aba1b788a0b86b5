/** Records that are hard to cut into blocks: kinds over one another, runs over every cut, 4 GiB, and the end of the address space. */
import { BUS, FULL, NOMERGE, TAG_SHIFT } from "../../src/index.js";
import { records } from "../cli/support.js";
import type { Random } from "../support/random.js";

const KINDS = [0, 0, 0, 0, BUS, 7 << TAG_SHIFT, NOMERGE, NOMERGE | BUS];
const END = 1n << 64n;
/** An address whose first bytes are those of a gzip file. */
export const LIKE_GZIP = 0x88b1fn;

export interface Shape {
  /** Addresses lie below it, but for a few. */
  readonly space: number;
  readonly longest: number;
  /** One range in so many has 4 GiB, and as many end at 2^64; 0: none. */
  readonly wide: number;
}

/** Runs of ranges, in no order. Each range at a multiple of 64 that starts a run looks like a compressed file. */
export function hardRecords(random: Random, count: number, { space, longest, wide }: Shape): Buffer {
  const ranges: (readonly [addr: bigint, len: number, flags?: number])[] = [];
  let next = 0n;
  let kind = 0;
  while (ranges.length < count) {
    if (random.once(3)) {
      next = random.u64() % BigInt(space);
      kind = random.pick(KINDS);
      if (ranges.length % 64 === 0) next = LIKE_GZIP;
    }
    const length = random.integer(1, longest);
    if (random.once(wide) && next + (1n << 32n) <= END) {
      ranges.push([next, 0, kind | FULL]);
      next += 1n << 32n;
    } else if (random.once(wide)) {
      ranges.push([END - BigInt(length), length, kind]);
      next = 0n;
    } else {
      ranges.push([next, length, kind]);
      next += BigInt(length);
    }
  }
  return records(...ranges);
}

/** Small ranges that lie apart, and large ones that lie over many. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  apart: { space: 2 ** 40, longest: 5000, wide: 0 },
  "close together": { space: 2 ** 24, longest: 5000, wide: 0 },
  "over one another, and wide": { space: 2 ** 38, longest: 2 ** 31, wide: 40 },
};
