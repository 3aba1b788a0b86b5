import fc from "fast-check";
import type { OracleLimits } from "../oracle.js";
import { Random } from "./random.js";
import { anyCount, anyLimits, KINDS, pieceBytes } from "./ranges.js";

export const FRAME_TYPES = ["BigUint64Array", "Float64Array", "Uint32Array", "number[]"] as const;
export type FrameType = (typeof FRAME_TYPES)[number];

/** No frame of this type may be above. */
export function largestFrame(type: FrameType, pageShift: number): bigint {
  const bits = type === "Uint32Array" ? 32n : type === "BigUint64Array" ? 64n : 53n;
  const byType = (1n << bits) - 1n;
  const bySpace = (1n << (64n - BigInt(pageShift))) - 1n;
  return byType < bySpace ? byType : bySpace;
}

export function toFrames(type: FrameType, pfns: readonly bigint[]) {
  if (type === "BigUint64Array") return BigUint64Array.from(pfns);
  if (type === "Float64Array") return Float64Array.from(pfns, Number);
  return type === "Uint32Array" ? Uint32Array.from(pfns, Number) : pfns.map(Number);
}

export interface FrameJob {
  limits: OracleLimits;
  type: FrameType;
  pageShift: number;
  pfns: bigint[];
  firstOffset: number;
  byteLength: bigint | undefined;
  flags: number;
}

/** Page frames of one type, with limits under which they give some 4000 segments at most. */
export function anyFrames(type: FrameType, count: fc.Arbitrary<number> = anyCount): fc.Arbitrary<FrameJob> {
  return fc
    .record({
      limits: anyLimits,
      stretches: fc.array(
        fc.record({
          count,
          start: fc.constantFrom("join", "join", "random", "low", "signed", "top", "across"),
          breakIn: fc.constantFrom(0, 0, 0, 300, 64, 32, 8, 2, 1),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      shift: fc.oneof(fc.constantFrom(0, 12, 12, 21, 30, 31, 32, 33), fc.integer({ min: 0, max: 52 })),
      flags: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.constantFrom(...KINDS)),
      /** Parts of the first page before the memory and of the last page after it, in 1/8; exactly 1 byte for 8. */
      skip: fc.constantFrom(0, 0, 0, 1, 4, 7, 8),
      unused: fc.constantFrom(-1, -1, 0, 1, 4, 7, 8),
      /** Frames past byteLength. */
      extra: fc.constantFrom(0, 0, 1, 5),
      seed: fc.integer(),
    })
    .map(({ limits, stretches, shift, flags, skip, unused, extra, seed }) => {
      const random = new Random(seed);
      const total = stretches.reduce((sum, stretch) => sum + stretch.count, 0);
      let pageShift = shift;
      while (pageShift > 0 && 1n << BigInt(pageShift) > pieceBytes(limits) * BigInt(Math.ceil(4000 / total)))
        pageShift--;
      const largest = largestFrame(type, pageShift);
      const pfns: bigint[] = [];
      let next = 0n;
      for (const stretch of stretches) {
        if (stretch.start === "random") next = (random.u64() >> BigInt(random.integer(0, 63))) & largest;
        if (stretch.start === "low") next = BigInt(random.integer(0, 3));
        if (stretch.start === "signed")
          next = (1n << BigInt(random.pick([31, 32, 51, 52]))) - BigInt(stretch.count >> 1);
        if (stretch.start === "top") next = largest - BigInt(stretch.count - 1);
        if (stretch.start === "across") next = largest - BigInt(random.integer(0, stretch.count));
        for (let index = 0; index < stretch.count; index++) {
          if (index > 0 && random.once(stretch.breakIn)) {
            next = random.pick([next - 2n, next - 1n, next + 1n, random.u64() & largest, largest, 0n]);
          }
          // After the last frame of the space comes frame 0, which is no neighbour of it.
          if (next > largest || next < 0n) next = 0n;
          pfns.push(next);
          next++;
        }
      }
      const pageBytes = 2 ** pageShift;
      const part = (eighths: number) =>
        eighths === 8 ? pageBytes - 1 : Math.min(pageBytes - 1, Math.floor(pageBytes / 8) * eighths);
      const firstOffset = part(skip);
      let byteLength: bigint | undefined;
      if (unused >= 0) {
        const all = BigInt(pfns.length - Math.min(extra, pfns.length)) * BigInt(pageBytes);
        const rest = all - BigInt(firstOffset) - BigInt(part(unused));
        byteLength = rest < 0n ? 0n : rest;
      }
      return { limits, type, pageShift, pfns, firstOffset, byteLength, flags };
    });
}
