import type { CheckedLimits } from "./limits.js";
import { FOUR_GIB } from "./record.js";

/** The longest piece that these limits allow, 1 to 2^32 bytes: a run of n bytes makes n / longest segments at least. */
export function longestPiece({ maxSegmentBytes, boundaryBytes }: CheckedLimits): number {
  return boundaryBytes === 0n || boundaryBytes > FOUR_GIB
    ? maxSegmentBytes
    : Math.min(maxSegmentBytes, Number(boundaryBytes));
}

/**
 * Counts the segments that the run of bytes `first` to `last`, both included, makes: exactly, by arithmetic, up to 2^64
 * segments. A call takes 1 µs, and serves the rare look at a run that may be too long to hold.
 *
 * The cuts are those of emitRun in assembly/run.ts. A boundary is always a cut, so the bytes between two boundaries are
 * counted by themselves, and all whole stretches make equally many segments.
 */
export function countPieces(limits: CheckedLimits, first: bigint, last: bigint): bigint {
  const boundary = limits.boundaryBytes;
  if (boundary === 0n) return countInside(limits, first, last);
  const head = first / boundary;
  const tail = last / boundary;
  if (head === tail) return countInside(limits, first, last);
  const whole = tail - head - 1n;
  return (
    countInside(limits, first, (head + 1n) * boundary - 1n) +
    (whole === 0n ? 0n : whole * countInside(limits, 0n, boundary - 1n)) +
    countInside(limits, tail * boundary, last)
  );
}

/** As `countPieces`, for a run without an inner boundary. */
function countInside({ maxSegmentBytes, alignmentBytes }: CheckedLimits, first: bigint, last: bigint): bigint {
  const max = BigInt(maxSegmentBytes);
  if (last - first < max) return 1n;
  const alignment = BigInt(alignmentBytes);
  // The first cut lies on a multiple of the alignment, and from there on all pieces but the last have one length.
  const cut = first + max - ((first + max) % alignment);
  const step = max - (max % alignment);
  const rest = last - cut + 1n;
  return 2n + (rest <= max ? 0n : (rest - max + step - 1n) / step);
}
