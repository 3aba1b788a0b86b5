import { checkSize } from "./options.js";
import type { ReadPlan } from "./read-plan.js";

/** The requests of a plan in another order: by the first input that needs them. Each number once. Cost: O(requests + inputs). */
export function byFirstUse(plan: ReadPlan): Uint32Array<ArrayBuffer> {
  const { firstRequest, requestSpan, requestCount } = plan;
  const order = new Uint32Array(requestCount);
  let used = 0;
  // From a used request on, one that may be unused: halving these paths keeps long inputs over one place linear.
  const next = Uint32Array.from({ length: requestCount + 1 }, (_, j) => j);
  for (let i = 0; i < plan.inputCount; i++) {
    let j = firstRequest[i] as number;
    const stop = j + (requestSpan[i] as number);
    while (j < stop) {
      const after = next[j] as number;
      if (after === j) order[used++] = j;
      next[j] = after === j ? j + 1 : (next[after] as number);
      j = next[j] as number;
    }
  }
  return order;
}

/**
 * One HTTP `Range` header for `count` requests from request `offset` on; default all: `bytes=0-99,200-299`.
 * Many servers answer such a header with the whole file or an error, so `ReadPlan.rangeHeader` is the safe choice.
 *
 * @throws {RangeError} A request is not in the plan, or `count` is 0.
 */
export function multiRangeHeader(plan: ReadPlan, offset = 0, count: number = plan.requestCount - offset): string {
  checkSize("offset", offset, 0, plan.requestCount - 1);
  checkSize("count", count, 1, plan.requestCount - offset);
  const specs = [];
  for (let j = offset; j < offset + count; j++) specs.push(plan.rangeHeader(j).slice("bytes=".length));
  return `bytes=${specs.join()}`;
}
