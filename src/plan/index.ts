/** segring/plan: turns many small reads of a file or an HTTP resource into few requests, and hands each its bytes back. No wasm. */

import { orderOf } from "../core/order.js";
import { PACKAGE } from "../core/package-key.js";
import { type ReadColumns, type ReadRange, readInputs } from "./inputs.js";
import { checkPlanOptions, type PlanOptions } from "./options.js";
import { ReadPlan } from "./read-plan.js";
import { sweep } from "./sweep.js";

export { SegringError, type SegringErrorCode } from "../core/errors.js";
export type { ReadColumns, ReadRange } from "./inputs.js";
export type { PlanOptions } from "./options.js";
export { byFirstUse, multiRangeHeader } from "./order-requests.js";
export type { Fetched, ReadPlan } from "./read-plan.js";

/**
 * Plans the requests that read all of these ranges: neighbours and overlaps share one, gaps up to `gapBytes` are read
 * along, none is longer than `maxBytes`. Synchronous; it never fetches.
 *
 * Sorted or not, duplicates, overlaps and ranges inside others are all fine, and the plan does not depend on the order
 * of the ranges. A range of length 0 needs no request. A range spans several requests only if it is longer than
 * `maxBytes` or overlaps another range. With `alignmentBytes` each range is first rounded outward, its end no further
 * than `resourceBytes`.
 *
 * @param ranges Objects `{ offset, length }`, or an object of two columns. Numbers, integers from 0 to 2^53 - 1. Nothing of it is kept.
 * @throws {TypeError} A field or an option has the wrong type; for bigint there is `SegmentMapper.union`.
 * @throws {RangeError} A field or an option is out of its range, or a range ends past `resourceBytes`; the message names its index.
 * @throws {SegringError} TOO_MANY_REQUESTS past `maxRequests`.
 *
 * Cost: O(n + requests), on any input. 16 bytes a range and a request are kept.
 */
export function planReads(ranges: Iterable<ReadRange> | ReadColumns, options: PlanOptions): ReadPlan {
  const checked = checkPlanOptions(options);
  const inputs = readInputs(ranges, checked.resourceBytes);
  const order = inputs.sorted ? undefined : orderOf(inputs.starts);
  return new ReadPlan(PACKAGE, inputs, order, sweep(inputs, order, checked));
}
