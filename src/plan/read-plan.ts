import { expected } from "../core/errors.js";
import { isArrayBuffer } from "../core/memories.js";
import type { Numbers } from "../core/order.js";
import { checkKey, type PackageKey } from "../core/package-key.js";
import { bytesOfBuffer, bytesOfView, isBytes } from "../core/views.js";
import type { Inputs, ReadRange } from "./inputs.js";
import { checkSize } from "./options.js";
import type { Requests } from "./sweep.js";

/** All bytes of a fetched request. */
export type Fetched = ArrayBuffer | Uint8Array;

/**
 * Requests that cover all ranges, by address, and where each range lies in the requests. A plan never fetches.
 *
 * @example
 * ```ts
 * const plan = planReads([{ offset: 1000, length: 4 }, { offset: 1008, length: 4 }], { maxBytes: 4096, gapBytes: 16 });
 * const fetched = new Uint8Array(plan.request(0).length).map((_, i) => i);
 * console.log(plan.rangeHeader(0), plan.slice(1, [fetched])); // bytes=1000-1011 Uint8Array(4) [ 8, 9, 10, 11 ]
 * ```
 */
export class ReadPlan implements Iterable<ReadRange> {
  /** Requests in the plan. */
  readonly requestCount: number;
  /** Ranges that the plan was made of. */
  readonly inputCount: number;
  /** Bytes that the ranges ask for; a byte that several ranges ask for counts once. */
  readonly wantedBytes: number;
  /** Bytes of all requests. The excess over `wantedBytes` is over-fetch: gaps and rounding. */
  readonly coveredBytes: number;
  readonly #inputs: Inputs;
  readonly #order: Numbers | undefined;
  readonly #requests: Requests;
  /* Each is found when asked for: who only wants the requests, or only the first of each input, pays for no more. */
  #firstRequest: Uint32Array | undefined;
  #requestSpan: Uint32Array | undefined;
  #offsetIn: Float64Array | undefined;

  /** For the package itself. Use `planReads`. @hidden */
  constructor(key: PackageKey, inputs: Inputs, order: Numbers | undefined, requests: Requests) {
    checkKey(key, "ReadPlan", "planReads or planColumns");
    this.#inputs = inputs;
    this.#order = order;
    this.#requests = requests;
    this.requestCount = requests.starts.length;
    this.inputCount = inputs.starts.length;
    this.wantedBytes = requests.wantedBytes;
    this.coveredBytes = requests.coveredBytes;
  }

  /** The first byte of each request. A copy. */
  get requestOffset(): Float64Array<ArrayBuffer> {
    return Float64Array.from(this.#requests.starts);
  }

  /** The bytes of each request, 1 to `maxBytes`. A copy. */
  get requestLength(): Float64Array<ArrayBuffer> {
    return Float64Array.from(this, ({ length }) => length);
  }

  /**
   * For each input, in input order: the request that holds the input's first byte. 0 for an input without bytes. The
   * first use of this property takes O(n), and the first use of the next O(n log requests) at most.
   */
  get firstRequest(): Uint32Array {
    this.#firstRequest ??= this.#column(new Uint32Array(this.inputCount), (first) => first);
    return this.#firstRequest;
  }

  /**
   * For each input: how many requests, one after the other, hold the input's bytes. The number is above 1 only where
   * the input is longer than `maxBytes` or overlaps another input. 0 for an input without bytes.
   */
  get requestSpan(): Uint32Array {
    this.#requestSpan ??= this.#column(
      new Uint32Array(this.inputCount),
      (first, _, end) => lastRequest(this.#requests.ends, first, end) - first + 1,
    );
    return this.#requestSpan;
  }

  /** For each input: where the input starts in its first request, in bytes. */
  get offsetIn(): Float64Array {
    this.#offsetIn ??= this.#column(
      new Float64Array(this.inputCount),
      (first, start) => start - (this.#requests.starts[first] as number),
    );
    return this.#offsetIn;
  }

  /** Fills a column for each input that has bytes: by address, so that the first requests only go up. */
  #column<T extends Uint32Array | Float64Array>(
    column: T,
    found: (first: number, start: number, end: number) => number,
  ): T {
    const { starts, ends } = this.#inputs;
    const requestEnds = this.#requests.ends;
    let first = 0;
    for (let k = 0; k < starts.length; k++) {
      const i = this.#order?.[k] ?? k;
      const start = starts[i] as number;
      const end = ends[i] as number;
      if (start === end) continue;
      while ((requestEnds[first] as number) <= start) first++;
      column[i] = found(first, start, end);
    }
    return column;
  }

  /** Request `j`. @throws {RangeError} `j` is outside 0 to requestCount - 1. */
  request(j: number): ReadRange {
    checkSize("request", j, 0, this.requestCount - 1);
    const offset = this.#requests.starts[j] as number;
    return { offset, length: (this.#requests.ends[j] as number) - offset };
  }

  /**
   * The value of an HTTP `Range` header for request `j` (RFC 9110, section 14.2): `bytes=0-99`. @throws {RangeError}
   * `j` is outside 0 to requestCount - 1.
   */
  rangeHeader(j: number): string {
    const { offset, length } = this.request(j);
    return `bytes=${offset}-${offset + length - 1}`;
  }

  /**
   * Gives the bytes of input `i`, from the fetched requests.
   *
   * @param buffers The bytes of request `j` at `j`. Only the requests of this input are looked at.
   * @returns A view where one request holds all bytes of the input, a copy where several requests do.
   * @throws {RangeError} `i` is outside 0 to inputCount - 1, or a buffer has not the length of its request (a short
   *   read).
   * @throws {TypeError} A buffer is missing, or is no ArrayBuffer or Uint8Array.
   */
  slice(i: number, buffers: { readonly [request: number]: Fetched | undefined }): Uint8Array {
    checkSize("i", i, 0, this.inputCount - 1);
    const { starts, ends } = this.#inputs;
    const start = starts[i] as number;
    const end = ends[i] as number;
    if (start === end) return new Uint8Array(0);
    const first = lastRequest(this.#requests.ends, 0, start + 1);
    const last = lastRequest(this.#requests.ends, first, end);
    const joined = new Uint8Array(first === last ? 0 : end - start);
    for (let j = first; j <= last; j++) {
      const bytes = fetchedBytes(`buffers[${j}]`, buffers[j]);
      const { offset, length } = this.request(j);
      if (bytes.byteLength !== length) {
        throw new RangeError(expected(`buffers[${j}].byteLength`, `${length}, as requested`, bytes.byteLength));
      }
      const from = Math.max(start, offset);
      const part = bytes.subarray(from - offset, end - offset);
      if (first === last) return part;
      joined.set(part, from - start);
    }
    return joined;
  }

  /** Gives the requests by address. */
  *[Symbol.iterator](): IterableIterator<ReadRange> {
    for (let j = 0; j < this.requestCount; j++) yield this.request(j);
  }
}

/** The fetched bytes as a plain view. @throws {TypeError} `fetched` is no ArrayBuffer or Uint8Array. */
export function fetchedBytes(name: string, fetched: unknown): Uint8Array {
  if (isArrayBuffer(fetched)) return bytesOfBuffer(name, fetched);
  const bytes = isBytes(fetched) ? bytesOfView(name, fetched) : undefined;
  if (bytes === undefined) throw new TypeError(expected(name, "an ArrayBuffer or Uint8Array", fetched));
  return bytes;
}

/** The request that holds the last byte before `end`, of which `first` is the earliest that it can be. */
function lastRequest(requestEnds: readonly number[], first: number, end: number): number {
  if ((requestEnds[first] as number) >= end) return first;
  let below = first;
  let last = requestEnds.length - 1;
  while (last - below > 1) {
    const middle = (below + last) >>> 1;
    if ((requestEnds[middle] as number) < end) below = middle;
    else last = middle;
  }
  return last;
}
