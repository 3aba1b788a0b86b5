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
 * One HTTP `Range` header for requests `from` to `to`, exclusive; default all: `bytes=0-99,200-299`.
 * Many servers answer such a header with the whole file or an error, so `ReadPlan.rangeHeader` is the safe choice.
 *
 * @throws {RangeError} A request is not in the plan, or there is none between them.
 */
export function multiRangeHeader(plan: ReadPlan, from = 0, to: number = plan.requestCount): string {
  checkSize("from", from, 0, plan.requestCount - 1);
  checkSize("to", to, from + 1, plan.requestCount);
  const specs = [];
  for (let j = from; j < to; j++) specs.push(plan.rangeHeader(j).slice("bytes=".length));
  return `bytes=${specs.join()}`;
}
