/** Rows of tables, made when they are seen. */
import type { SegmentTable } from "segring";
import type { ReadPlan } from "segring/plan";
import type { RequestRow, SegmentRow } from "../protocol.js";
import type { Columns, Mapped } from "./mapping.js";

/** Inputs that a row names; of more, it has the number. */
const NAMED_INPUTS = 100;

export function segmentRows(table: SegmentTable, from: number, count: number): SegmentRow[] {
  const rows: SegmentRow[] = [];
  for (let index = from; index < Math.min(from + count, table.length); index++) {
    rows.push({
      addr: table.addr(index),
      length: table.size(index),
      flags: table.flags(index),
      bytes: table.bytes.slice(16 * index, 16 * index + 16),
    });
  }
  return rows;
}

/** The segment that has an address, else the one that starts next after it, else -1. O(n): tables need no order. */
export function findSegment(table: SegmentTable, addr: bigint): number {
  const high = Number(addr >> 32n);
  const low = Number(addr & 0xffff_ffffn);
  let holder = -1;
  let next = -1;
  let least = Number.POSITIVE_INFINITY;
  table.forEach((lo, hi, length, _, index) => {
    // Exact up to 2^53, and rounded to no less than 2^53 beyond.
    const ahead = (high - hi) * 2 ** 32 + (low - lo);
    if (holder < 0 && ahead >= 0 && ahead < length) holder = index;
    if (ahead < 0 && -ahead < least) {
      least = -ahead;
      next = index;
    }
  });
  return holder >= 0 ? holder : next;
}

/**
 * Rows of a plan's requests, with the inputs that lie in each. Found by a pass over the inputs, not by an index: inputs
 * times the requests that each spans may be thousands of millions.
 */
export function planRows(plan: ReadPlan, columns: Columns, from: number, count: number): RequestRow[] {
  const { firstRequest, requestSpan, requestCount, inputCount } = plan;
  const end = Math.min(from + count, requestCount);
  const inputs = Array.from({ length: Math.max(end - from, 0) }, (): number[] => []);
  for (let input = 0; input < inputCount; input++) {
    const first = firstRequest[input] as number;
    const stop = Math.min(first + (requestSpan[input] as number), end);
    for (let request = Math.max(first, from); request < stop; request++) inputs[request - from]?.push(input);
  }
  return inputs.map((held, row) => {
    const { offset, length } = plan.request(from + row);
    return {
      offset: BigInt(offset),
      bytes: BigInt(length),
      segments: 1,
      inputs: held.slice(0, NAMED_INPUTS),
      inputCount: held.length,
      overBytes: BigInt(length - wantedIn(held, columns, offset, offset + length)),
    };
  });
}

/** Bytes from `from` to `end` that an input wants, each once. */
function wantedIn(inputs: readonly number[], { offset, length }: Columns, from: number, end: number): number {
  const sorted = [...inputs].sort((a, b) => (offset[a] as number) - (offset[b] as number));
  let wanted = 0;
  let seen = from;
  for (const input of sorted) {
    const start = Math.max(offset[input] as number, seen);
    const stop = Math.min((offset[input] as number) + (length[input] as number), end);
    if (stop <= start) continue;
    wanted += stop - start;
    seen = stop;
  }
  return wanted;
}

export function deviceRows({ requests }: Mapped, from: number, count: number): RequestRow[] {
  return requests.slice(from, from + count).map(({ offset, segments }) => ({
    offset,
    bytes: segments.totalBytes,
    segments: segments.length,
    inputs: [],
    inputCount: 0,
    overBytes: 0n,
  }));
}
