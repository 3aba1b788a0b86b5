import { newBuffer } from "../core/buffer.js";
import type { ReadPlan } from "../plan/index.js";

/** A request, and the inputs that lie in it: how many, and the lowest and highest number among them. */
export interface PlannedRequest {
  readonly request: number;
  readonly addr: number;
  readonly length: number;
  readonly inputs: number;
  readonly first: number;
  readonly last: number;
}

/** The bytes of an input that lie in one request. An input that is longer than a request lies in several. */
export interface PlacedInput {
  readonly input: number;
  readonly request: number;
  /** Where in the request they start. */
  readonly offsetIn: number;
  readonly length: number;
}

/** The ranges that a plan was made of. */
export interface PlannedColumns {
  readonly offset: Float64Array;
  readonly length: Float64Array;
}

/** The requests of a plan, by address. Cost: O(n) for n inputs and requests, and 16 bytes a request. */
export function* plannedRequests(plan: ReadPlan): Generator<PlannedRequest, void, undefined> {
  const { counts, first, last } = inputsOfRequests(plan);
  for (let request = 0; request < plan.requestCount; request++) {
    const { offset: addr, length } = plan.request(request);
    const inputs = counts[request] as number;
    yield { request, addr, length, inputs, first: first[request] as number, last: last[request] as number };
  }
}

/** The requests of a plan, where nobody asks for their inputs. */
export function* requestsAlone(plan: ReadPlan): Generator<PlannedRequest, void, undefined> {
  for (let request = 0; request < plan.requestCount; request++) {
    const { offset: addr, length } = plan.request(request);
    yield { request, addr, length, inputs: 0, first: 0, last: 0 };
  }
}

/** Where the inputs of a plan lie, by their number. */
export function* placedInputs(
  plan: ReadPlan,
  { offset, length }: PlannedColumns,
): Generator<PlacedInput, void, undefined> {
  const { firstRequest, requestSpan } = plan;
  for (let input = 0; input < plan.inputCount; input++) {
    const start = offset[input] as number;
    const end = start + (length[input] as number);
    const first = firstRequest[input] as number;
    for (let request = first; request < first + (requestSpan[input] as number); request++) {
      const place = plan.request(request);
      const from = Math.max(start, place.offset);
      const to = Math.min(end, place.offset + place.length);
      yield { input, request, offsetIn: from - place.offset, length: to - from };
    }
  }
}

function inputsOfRequests(plan: ReadPlan) {
  const { firstRequest, requestSpan, requestCount, inputCount } = plan;
  const counts = uint32(requestCount + 1);
  for (let input = 0; input < inputCount; input++) {
    const span = requestSpan[input] as number;
    if (span === 0) continue;
    const start = firstRequest[input] as number;
    // Modulo 2^32: the sums below are right again.
    counts[start] = (counts[start] as number) + 1;
    counts[start + span] = (counts[start + span] as number) - 1;
  }
  for (let request = 1; request < requestCount; request++) {
    counts[request] = (counts[request] as number) + (counts[request - 1] as number);
  }
  const first = uint32(requestCount);
  const last = uint32(requestCount);
  const up = new Unmarked(requestCount);
  for (let input = 0; input < inputCount; input++) {
    up.mark(firstRequest[input] as number, requestSpan[input] as number, first, input);
  }
  const down = new Unmarked(requestCount);
  for (let input = inputCount - 1; input >= 0; input--) {
    down.mark(firstRequest[input] as number, requestSpan[input] as number, last, input);
  }
  return { counts, first, last };
}

/** The requests that no input has marked yet. Each is marked once, however often inputs overlap. */
class Unmarked {
  /** The request itself, or one further on that may not be marked. */
  readonly #next: Uint32Array;

  constructor(count: number) {
    this.#next = uint32(count + 1);
    for (let request = 0; request <= count; request++) this.#next[request] = request;
  }

  mark(start: number, span: number, target: Uint32Array, value: number): void {
    for (let request = this.#find(start); request < start + span; request = this.#find(request)) {
      target[request] = value;
      this.#next[request] = request + 1;
    }
  }

  #find(from: number): number {
    const next = this.#next;
    let request = from;
    while (next[request] !== request) {
      // Halves the way for whoever comes next.
      next[request] = next[next[request] as number] as number;
      request = next[request] as number;
    }
    return request;
  }
}

function uint32(count: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(newBuffer(count * 4));
}
