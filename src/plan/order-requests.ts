import { checkSize } from "./options.js";
import type { ReadPlan } from "./read-plan.js";

/**
 * Orders the requests of a plan by the first input that needs each request. The result has each request's number once.
 *
 * Cost: O(requests + inputs).
 *
 * @example
 * ```ts
 * const plan = planReads([{ offset: 8192, length: 64 }, { offset: 0, length: 64 }], { maxBytes: 4096 });
 * console.log(byFirstUse(plan)); // Uint32Array(2) [ 1, 0 ]
 * ```
 */
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
 * Makes one HTTP `Range` header for `count` requests from request `offset` on, by default all: `bytes=0-99,200-299`.
 * Many servers answer such a header with the whole file or an error, so `ReadPlan.rangeHeader` is the safe choice.
 *
 * @throws {RangeError} A request is not in the plan, or `count` is 0.
 * @example
 * ```ts
 * const plan = planReads([{ offset: 8192, length: 64 }, { offset: 0, length: 64 }], { maxBytes: 4096 });
 * console.log(multiRangeHeader(plan)); // bytes=0-63,8192-8255
 * ```
 */
export function multiRangeHeader(plan: ReadPlan, offset = 0, count: number = plan.requestCount - offset): string {
  checkSize("offset", offset, 0, plan.requestCount - 1);
  checkSize("count", count, 1, plan.requestCount - offset);
  const specs = [];
  for (let j = offset; j < offset + count; j++) specs.push(plan.rangeHeader(j).slice("bytes=".length));
  return `bytes=${specs.join()}`;
}
