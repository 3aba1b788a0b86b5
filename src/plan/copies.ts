import { expected } from "../core/errors.js";
import { checkKeys, type Keys } from "../core/options.js";
import { type Numbers, orderOf } from "../core/order.js";
import { numbers, readInputs } from "./inputs.js";
import { checkPlanOptions, checkSize, type PlanOptions } from "./options.js";
import { tooMany } from "./sweep.js";

/** Copies as columns of equal length. */
export interface CopyColumns {
  /** The first byte of each copy in the source. */
  readonly source: ArrayLike<number>;
  /** Where each copy goes in the destination. */
  readonly destination: ArrayLike<number>;
  /** The bytes of each copy, from 0 on. */
  readonly length: ArrayLike<number>;
}

/** As the options of a plan of reads, without an alignment. */
export interface CopyOptions extends Omit<PlanOptions, "alignmentBytes"> {
  /** Instead of `gapBytes`: the bytes that all gaps together may have. The smallest gaps are read first. */
  overfetchBytes?: number | undefined;
}

const KEYS: Keys<CopyOptions> = {
  maxBytes: true,
  gapBytes: true,
  overfetchBytes: true,
  resourceBytes: true,
  maxRequests: true,
};

/** The requests of a list of copies. */
export interface CopyRequests {
  /** Of each copy, in order: its first byte in the source, the byte after its last, and where it goes. */
  readonly starts: Numbers;
  readonly ends: Numbers;
  readonly destinations: Numbers;
  /** Of each request: its first byte, the byte after its last, and its first copy. */
  readonly requestStarts: readonly number[];
  readonly requestEnds: readonly number[];
  readonly firstCopies: readonly number[];
}

/** A step back: no gap. As a number it is above all of them, and still one that is sorted right. */
const NEVER = 2 ** 53;

/** Reads, checks and sweeps; see `planCopies`. */
export function planCopyRequests(copies: CopyColumns, options: CopyOptions): CopyRequests {
  checkKeys("options", options, KEYS);
  const { overfetchBytes, gapBytes, ...others } = options;
  const checked = checkPlanOptions({ ...others, gapBytes, alignmentBytes: 1 });
  if (overfetchBytes !== undefined) {
    checkSize("overfetchBytes", overfetchBytes, 0);
    if (gapBytes !== undefined) throw new RangeError(expected("gapBytes", "undefined beside overfetchBytes", gapBytes));
  }
  const { source, destination, length } = Object(copies) as CopyColumns;
  const { starts, ends } = readInputs({ offset: source, length }, checked.resourceBytes);
  const destinations = readInputs({ offset: destination, length }, Number.MAX_SAFE_INTEGER).starts;
  const { maxBytes, maxRequests } = checked;
  const joined = overfetchBytes === undefined ? undefined : spend(starts, ends, overfetchBytes, maxBytes);

  const requestStarts: number[] = [];
  const requestEnds: number[] = [];
  const firstCopies: number[] = [];
  let open = 0;
  let openEnd = -1;
  let first = 0;
  const close = (end: number) => {
    requestStarts.push(open);
    requestEnds.push(end);
    firstCopies.push(first);
  };
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] as number;
    const end = ends[i] as number;
    if (start === end) continue;
    if (openEnd >= 0) {
      const gap = start - openEnd;
      if (joined === undefined ? gap >= 0 && gap <= checked.gapBytes && end - open <= maxBytes : joined[i] === 1) {
        openEnd = end;
        continue;
      }
      close(openEnd);
    }
    open = start;
    first = i;
    if (requestStarts.length + Math.ceil((end - open) / maxBytes) > maxRequests) throw tooMany(maxRequests);
    for (; end - open > maxBytes; open += maxBytes) close(open + maxBytes);
    openEnd = end;
  }
  if (openEnd >= 0) close(openEnd);
  return { starts, ends, destinations, requestStarts, requestEnds, firstCopies };
}

/** Which copies join the one before, when gaps up to `budget` bytes in all are read along, the smallest first. */
function spend(starts: Numbers, ends: Numbers, budget: number, maxBytes: number): Uint8Array {
  const count = starts.length;
  const joined = new Uint8Array(count);
  const gaps = numbers(count);
  const before = new Uint32Array(count);
  let last = -1;
  for (let i = 0; i < count; i++) {
    const gap = (starts[i] as number) - (ends[last] ?? 0);
    const joinable = last >= 0 && gap >= 0 && starts[i] !== ends[i];
    gaps[i] = joinable ? gap : NEVER;
    before[i] = Math.max(last, 0);
    if (starts[i] !== ends[i]) last = i;
  }
  // Of a chain of joined copies, its last one knows the first, and the first one the last.
  const firstOf = before.map((_, i) => i);
  const lastOf = firstOf.slice();
  const order = orderOf(gaps);
  let left = budget;
  for (let k = 0; k < count; k++) {
    const i = order[k] as number;
    const gap = gaps[i] as number;
    if (gap === NEVER || gap > left) break;
    const first = firstOf[before[i] as number] as number;
    const end = lastOf[i] as number;
    if ((ends[end] as number) - (starts[first] as number) > maxBytes) continue;
    joined[i] = 1;
    left -= gap;
    lastOf[first] = end;
    firstOf[end] = first;
  }
  return joined;
}
