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
 * Plans the requests that read all of these ranges. Neighbours and overlapping ranges share a request, gaps up to
 * `gapBytes` are read along, and no request is longer than `maxBytes`. The call is synchronous, and never fetches.
 *
 * The ranges may be in any order, and may be duplicates, overlap or lie inside one another; the plan does not depend on
 * their order. A range of length 0 needs no request. A range spans several requests only where the range is longer than
 * `maxBytes` or overlaps another range. With `alignmentBytes`, each range is first rounded outward; its end is rounded
 * no further than `resourceBytes`.
 *
 * Cost: O(n + requests), on any input. The plan keeps 16 bytes a range and 16 bytes a request.
 *
 * @param ranges Objects `{ offset, length }`, or an object of two columns. Numbers are integers from 0 to 2^53 - 1. The
 *   plan keeps nothing of `ranges`.
 * @throws {TypeError} A field or an option has the wrong type. For bigints there is `SegmentMapper.union`.
 * @throws {RangeError} A field or an option is out of its range, or a range ends past `resourceBytes`; the message
 *   names the range's index.
 * @throws {SegringError} TOO_MANY_REQUESTS past `maxRequests`.
 * @example
 * ```ts
 * const tiles = [{ offset: 4096, length: 100 }, { offset: 0, length: 100 }, { offset: 120, length: 80 }];
 * const plan = planReads(tiles, { maxBytes: 2 ** 20, gapBytes: 64 });
 * console.log([...plan]); // [ { offset: 0, length: 200 }, { offset: 4096, length: 100 } ]
 * ```
 */
export function planReads(ranges: Iterable<ReadRange> | ReadColumns, options: PlanOptions): ReadPlan {
  const checked = checkPlanOptions(options);
  const inputs = readInputs(ranges, checked.resourceBytes);
  const order = inputs.sorted ? undefined : orderOf(inputs.starts);
  return new ReadPlan(PACKAGE, inputs, order, sweep(inputs, order, checked));
}
