import { SegringError } from "../core/errors.js";
import type { Numbers } from "../core/order.js";
import type { Inputs } from "./inputs.js";
import type { CheckedPlanOptions } from "./options.js";

/** The requests of a plan by address, disjoint: the first byte of each, and the byte after its last. */
export interface Requests {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Bytes in at least one range. */
  readonly wantedBytes: number;
  /** Bytes in all requests. */
  readonly coveredBytes: number;
}

/**
 * Sweeps over the ranges by address, with one open request. A range that the requests already hold adds nothing. A
 * range joins the open request where it starts at most `gapBytes` after the request's end and the longer request has at
 * most `maxBytes`. Otherwise the open request closes, and the bytes that are not yet covered open the next, cut every
 * `maxBytes`. Ranges that start together are swept as one range, the longest, so that the plan does not depend on their
 * order.
 *
 * @throws {SegringError} TOO_MANY_REQUESTS
 */
export function sweep(
  { starts, ends }: Inputs,
  order: Numbers | undefined,
  { maxBytes, gapBytes, alignmentBytes, resourceBytes, maxRequests }: CheckedPlanOptions,
): Requests {
  const count = starts.length;
  const requests = { starts: [] as number[], ends: [] as number[] };
  let open = 0;
  let openEnd = -1;
  let wantedBytes = 0;
  let wantedEnd = 0;
  let coveredBytes = 0;
  // The ranges that start where the last one did, as one.
  let first = 0;
  let end = 0;
  for (let k = 0; k <= count; k++) {
    let start = 0;
    let to = 0;
    if (k < count) {
      const i = order === undefined ? k : (order[k] as number);
      const from = starts[i] as number;
      to = ends[i] as number;
      // Zero-length ranges need nothing, also where rounding would make bytes of them.
      if (from === to) continue;
      if (to > wantedEnd) {
        wantedBytes += to - (from > wantedEnd ? from : wantedEnd);
        wantedEnd = to;
      }
      start = roundDown(from, alignmentBytes);
      if (end === 0) first = start;
      if (start === first) {
        if (to > end) end = to;
        continue;
      }
    }
    const down = roundDown(end, alignmentBytes);
    if (down !== end) end = resourceBytes - down < alignmentBytes ? resourceBytes : down + alignmentBytes;
    if (end > openEnd && end !== 0) {
      if (openEnd >= 0 && first - openEnd <= gapBytes && end - open <= maxBytes) {
        coveredBytes += end - openEnd;
      } else {
        if (openEnd >= 0) add(requests, open, openEnd);
        open = first > openEnd ? first : openEnd;
        coveredBytes += end - open;
        if (requests.starts.length + Math.ceil((end - open) / maxBytes) > maxRequests) throw tooMany(maxRequests);
        for (; end - open > maxBytes; open += maxBytes) add(requests, open, open + maxBytes);
      }
      openEnd = end;
    }
    first = start;
    end = to;
  }
  if (openEnd >= 0) add(requests, open, openEnd);
  return { starts: requests.starts, ends: requests.ends, wantedBytes, coveredBytes };
}

function add(requests: { starts: number[]; ends: number[] }, start: number, end: number): void {
  requests.starts.push(start);
  requests.ends.push(end);
}

function roundDown(bytes: number, alignmentBytes: number): number {
  return alignmentBytes === 1 ? bytes : bytes - (bytes % alignmentBytes);
}

/** More requests than the caller allows. */
export function tooMany(maxRequests: number): SegringError {
  return new SegringError(
    "TOO_MANY_REQUESTS",
    `more than maxRequests (${maxRequests}) needed: raise gapBytes or maxBytes`,
  );
}
