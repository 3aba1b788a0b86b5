/**
 * What segring must do, with BigInt, plain arrays and loops: slow, and right at a glance. It shares no code with src/.
 *
 * An end may be 2^64, one more than any address; BigInt has no width, so nothing here can wrap.
 */

export interface OracleRange {
  addr: bigint;
  length: bigint;
  flags: number;
}

export interface OracleLimits {
  max: bigint;
  /** 0n for none. */
  boundary: bigint;
  alignment: bigint;
}

export const NO_LIMITS: OracleLimits = { max: 1n << 32n, boundary: 0n, alignment: 1n };

const NOMERGE = 2;

/** Neighbours that touch, of equal flags, neither of them NOMERGE, become one run. Empty ranges are passed over. */
export function runsOf(ranges: readonly OracleRange[]): OracleRange[] {
  const runs: OracleRange[] = [];
  for (const range of ranges) {
    if (range.length === 0n) continue;
    const run = runs.at(-1);
    const touches = run !== undefined && run.addr + run.length === range.addr;
    if (touches && run.flags === range.flags && (range.flags & NOMERGE) === 0) run.length += range.length;
    else runs.push({ ...range });
  }
  return runs;
}

/** Cuts a run, greedily from its start. */
export function cut(run: OracleRange, limits: OracleLimits): OracleRange[] {
  const pieces: OracleRange[] = [];
  const end = run.addr + run.length;
  let at = run.addr;
  while (at < end) {
    let stop = at + limits.max;
    if (limits.boundary !== 0n) {
      const nextBoundary = (at / limits.boundary + 1n) * limits.boundary;
      if (nextBoundary < stop) stop = nextBoundary;
    }
    if (stop >= end) stop = end;
    else stop -= stop % limits.alignment;
    if (stop <= at) throw new Error(`the oracle does not move on from ${at}`);
    pieces.push({ addr: at, length: stop - at, flags: run.flags });
    at = stop;
  }
  return pieces;
}

/** The segments of these ranges. */
export function coalesce(ranges: readonly OracleRange[], limits: OracleLimits = NO_LIMITS): OracleRange[] {
  return runsOf(ranges).flatMap((run) => cut(run, limits));
}

/**
 * The union of these ranges, one byte set for each kind, in any order: what overlaps, touches or is no more than `gap`
 * apart joins. NOMERGE ranges pass through. Cut, and then ordered by address, flags, length.
 */
export function union(
  ranges: readonly OracleRange[],
  gap: bigint = 0n,
  limits: OracleLimits = NO_LIMITS,
): OracleRange[] {
  const joined: OracleRange[] = [];
  for (const kind of new Set(ranges.map(({ flags }) => flags))) {
    const same = ranges.filter(({ flags, length }) => flags === kind && length > 0n);
    let run: OracleRange | undefined;
    for (const range of same.sort((a, b) => compare(a.addr, b.addr))) {
      const end = range.addr + range.length;
      if (run !== undefined && (kind & NOMERGE) === 0 && range.addr - (run.addr + run.length) <= gap) {
        if (end > run.addr + run.length) run.length = end - run.addr;
      } else {
        run = { ...range };
        joined.push(run);
      }
    }
  }
  return joined
    .flatMap((run) => cut(run, limits))
    .sort((a, b) => compare(a.addr, b.addr) || a.flags - b.flags || compare(a.length, b.length));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The ranges that page frames stand for. Without `byteLength` all bytes from `firstOffset` on. */
export function framesToRanges(
  pfns: readonly (number | bigint)[],
  { pageBytes, firstOffset, byteLength, flags }: FrameOptions,
): OracleRange[] {
  const ranges: OracleRange[] = [];
  let left = byteLength;
  let skip = firstOffset;
  for (const pfn of pfns) {
    let length = pageBytes - skip;
    if (left !== undefined && left < length) length = left;
    if (length === 0n) break;
    ranges.push({ addr: BigInt(pfn) * pageBytes + skip, length, flags });
    if (left !== undefined) left -= length;
    skip = 0n;
  }
  if (left !== undefined && left !== 0n) throw new Error("too few frames");
  return ranges;
}

export interface FrameOptions {
  pageBytes: bigint;
  firstOffset: bigint;
  byteLength: bigint | undefined;
  flags: number;
}

/** Packed records: u64 addr, then a u64 whose low 33 bits are the length and whose bits 32-63 are the flags too. */
export function pack(ranges: readonly OracleRange[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ranges.length * 16);
  const view = new DataView(bytes.buffer);
  for (const [index, { addr, length, flags }] of ranges.entries()) {
    view.setBigUint64(index * 16, addr, true);
    view.setBigUint64(index * 16 + 8, (BigInt(flags) << 32n) + length, true);
  }
  return bytes;
}

export function unpack(bytes: Uint8Array): OracleRange[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ranges: OracleRange[] = [];
  for (let at = 0; at < bytes.byteLength; at += 16) {
    const second = view.getBigUint64(at + 8, true);
    ranges.push({
      addr: view.getBigUint64(at, true),
      length: second & 0x1_ffff_ffffn,
      flags: Number((second >> 32n) & 0xffff_fffen),
    });
  }
  return ranges;
}

/** Bytes of all ranges. */
export function totalBytes(ranges: readonly OracleRange[]): bigint {
  let sum = 0n;
  for (const { length } of ranges) sum += length;
  return sum;
}
