/**
 * What operations on tables must do, with BigInt, plain arrays and loops: slow, and right at a glance. It shares no code
 * with src/.
 *
 * A table's bytes, segment after segment, are counted from 0: its byte-offset space.
 */
import type { OracleRange } from "./oracle.js";

const BUS = 4;

/** Where each segment starts in the table's bytes, and last where they end. */
export function startsOf(ranges: readonly OracleRange[]): bigint[] {
  const starts = [0n];
  for (const { length } of ranges) starts.push((starts.at(-1) as bigint) + length);
  return starts;
}

/** Bytes `offset` to `offset + byteLength` of a table. */
export function sliceOf(ranges: readonly OracleRange[], offset: bigint, byteLength: bigint): OracleRange[] {
  const end = offset + byteLength;
  const found: OracleRange[] = [];
  let start = 0n;
  for (const { addr, length, flags } of ranges) {
    const from = offset > start ? offset : start;
    const to = end < start + length ? end : start + length;
    if (from < to) found.push({ addr: addr + (from - start), length: to - from, flags });
    start += length;
  }
  return found;
}

/** The first segment, in order, that has the byte at an address. */
export function findOf(ranges: readonly OracleRange[], byte: bigint): { index: number; offset: number } | undefined {
  for (const [index, { addr, length }] of ranges.entries()) {
    if (addr <= byte && byte < addr + length) return { index, offset: Number(byte - addr) };
  }
  return undefined;
}

/** Whether `next` lies right behind `range`, in the same address space. */
export function touching(range: OracleRange, next: OracleRange): boolean {
  return range.addr + range.length === next.addr && (range.flags & BUS) === (next.flags & BUS);
}

/** Segments that touch, as one. Their other flags do not count. */
export function touchingRunsOf(ranges: readonly OracleRange[]): OracleRange[] {
  const runs: OracleRange[] = [];
  for (const range of ranges) {
    const run = runs.at(-1);
    if (run !== undefined && touching(run, range)) run.length += range.length;
    else runs.push({ ...range });
  }
  return runs;
}

/** Pages of a size that a range touches. */
export function pageCountOf({ addr, length }: OracleRange, pageBytes: bigint): bigint {
  return (addr + length - 1n) / pageBytes - addr / pageBytes + 1n;
}

/** Pages of all segments, each counted by itself. */
export function pageSumOf(ranges: readonly OracleRange[], pageBytes: bigint): bigint {
  return ranges.reduce((sum, range) => sum + pageCountOf(range, pageBytes), 0n);
}

/** Numbers of the pages that ranges touch, range by range: `most` of them from page `from` on. */
export function pageNumbersOf(
  ranges: readonly OracleRange[],
  pageBytes: bigint,
  from = 0n,
  most = Number.POSITIVE_INFINITY,
): bigint[] {
  const numbers: bigint[] = [];
  let passed = 0n;
  for (const range of ranges) {
    const count = pageCountOf(range, pageBytes);
    let inside = from > passed ? from - passed : 0n;
    for (; inside < count && numbers.length < most; inside++) numbers.push(range.addr / pageBytes + inside);
    passed += count;
  }
  return numbers;
}

/** Whether a list of pages can map these segments as one range: where bytes jump, one page ends and another one starts. */
export function mappable(ranges: readonly OracleRange[], pageBytes: bigint): boolean {
  const runs = touchingRunsOf(ranges);
  return runs.every(
    ({ addr, length }, index) =>
      (index === 0 || addr % pageBytes === 0n) && (index === runs.length - 1 || (addr + length) % pageBytes === 0n),
  );
}
