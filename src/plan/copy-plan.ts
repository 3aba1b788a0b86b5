import { expected } from "../core/errors.js";
import { checkKey, type PackageKey } from "../core/package-key.js";
import { plainView } from "../core/views.js";
import type { CopyRequests } from "./copies.js";
import type { ReadRange } from "./inputs.js";
import { checkSize } from "./options.js";
import { type Fetched, fetchedBytes } from "./read-plan.js";

/** What a request has of a copy. */
export interface CopyPart {
  /** The index of the copy. */
  readonly copy: number;
  /** Where the bytes are in the request. */
  readonly offsetIn: number;
  /** Where the bytes go in the target. */
  readonly destination: number;
  /** Bytes. */
  readonly length: number;
}

/**
 * Requests for a list of copies, in the order of the list, and what each request delivers. A plan never fetches.
 *
 * @example
 * ```ts
 * const copies = { source: [0, 200], destination: [100, 0], length: [64, 64] };
 * const plan = planCopies(copies, { maxBytes: 4096, gapBytes: 256 });
 * const target = new Uint8Array(164);
 * plan.deliver(0, new Uint8Array(plan.request(0).length).fill(7), target);
 * console.log(plan.rangeHeader(0), [...plan.parts(0)].length, target[99], target[100]); // bytes=0-263 2 0 7
 * ```
 */
export class CopyPlan implements Iterable<ReadRange> {
  /** Requests in the plan. */
  readonly requestCount: number;
  /** Copies that the plan was made for. */
  readonly copyCount: number;
  /**
   * Bytes of all copies; a byte that several copies read counts once for each copy. Exact up to 2^53 - 1, as
   * `coveredBytes`.
   */
  readonly wantedBytes: number;
  /** Bytes of all requests. The excess over `wantedBytes` is over-fetch. */
  readonly coveredBytes: number;
  /** The first byte of each request in the source. */
  readonly requestOffset: Float64Array<ArrayBuffer>;
  /** The bytes of each request, 1 to `maxBytes`. */
  readonly requestLength: Float64Array<ArrayBuffer>;
  /**
   * The first copy of each request. The copies of a request follow one another, up to the first copy of the next
   * request. Where a copy is cut, the next request begins with that copy.
   */
  readonly firstCopy: Uint32Array<ArrayBuffer>;
  readonly #list: CopyRequests;

  /** For the package itself. Use `planCopies`. @hidden */
  constructor(key: PackageKey, list: CopyRequests) {
    checkKey(key, "CopyPlan", "planCopies");
    this.#list = list;
    this.requestCount = list.requestStarts.length;
    this.copyCount = list.starts.length;
    this.requestOffset = Float64Array.from(list.requestStarts);
    this.requestLength = Float64Array.from(list.requestEnds, (end, j) => end - (list.requestStarts[j] as number));
    this.firstCopy = Uint32Array.from(list.firstCopies);
    this.wantedBytes = 0;
    for (let i = 0; i < this.copyCount; i++) this.wantedBytes += (list.ends[i] as number) - (list.starts[i] as number);
    this.coveredBytes = this.requestLength.reduce((sum, length) => sum + length, 0);
  }

  /** Request `j`. @throws {RangeError} `j` is outside 0 to requestCount - 1. */
  request(j: number): ReadRange {
    checkSize("request", j, 0, this.requestCount - 1);
    return { offset: this.requestOffset[j] as number, length: this.requestLength[j] as number };
  }

  /** The value of an HTTP `Range` header for request `j`. @throws {RangeError} `j` is outside 0 to requestCount - 1. */
  rangeHeader(j: number): string {
    const { offset, length } = this.request(j);
    return `bytes=${offset}-${offset + length - 1}`;
  }

  /**
   * Gives the parts that request `j` delivers, in the order of the copies: where the part is in the request, where the
   * part goes in the destination, and how many bytes it has. Empty copies are left out.
   *
   * @throws {RangeError} `j` is outside 0 to requestCount - 1.
   */
  *parts(j: number): IterableIterator<CopyPart> {
    const { offset, length } = this.request(j);
    const { starts, ends, destinations } = this.#list;
    const first = this.firstCopy[j] as number;
    // Of a copy that is cut, several requests have a part.
    const stop = j + 1 < this.requestCount ? Math.max(this.firstCopy[j + 1] as number, first + 1) : this.copyCount;
    for (let copy = first; copy < stop; copy++) {
      const start = starts[copy] as number;
      const from = Math.max(start, offset);
      const to = Math.min(ends[copy] as number, offset + length);
      if (start === ends[copy]) continue;
      const destination = (destinations[copy] as number) + (from - start);
      yield { copy, offsetIn: from - offset, destination, length: to - from };
    }
  }

  /**
   * Writes the parts that request `j` delivers to their places.
   *
   * @param fetched The bytes of request `j`.
   * @param target  The destination.
   * @throws {TypeError} `fetched` is no ArrayBuffer or Uint8Array, or `target` is no Uint8Array.
   * @throws {RangeError} `j` is not in the plan, `fetched` has not the length of the request (a short read), or a part
   *   goes past the end of `target`. Nothing was written.
   */
  deliver(j: number, fetched: Fetched, target: Uint8Array): void {
    const { length } = this.request(j);
    const bytes = fetchedBytes("fetched", fetched);
    const into = plainView("target", target, "Uint8Array");
    if (bytes.byteLength !== length) {
      throw new RangeError(expected("fetched.byteLength", `${length}, as requested`, bytes.byteLength));
    }
    const parts = [...this.parts(j)];
    const needed = parts.reduce((most, part) => Math.max(most, part.destination + part.length), 0);
    if (needed > into.byteLength) {
      throw new RangeError(expected("target.byteLength", `${needed} at least`, into.byteLength));
    }
    for (const part of parts) {
      into.set(bytes.subarray(part.offsetIn, part.offsetIn + part.length), part.destination);
    }
  }

  /** Gives the requests in the order of the copies. */
  *[Symbol.iterator](): IterableIterator<ReadRange> {
    for (let j = 0; j < this.requestCount; j++) yield this.request(j);
  }
}
