/**
 * A file that has some of its ranges already, for readers that ask with `slice(start, end)` as hyparquet does. Copy
 * requests.mjs with it.
 */
import { planReads } from "segring/plan";
import { checkOptions, readRequests } from "./requests.mjs";

/**
 * @typedef {{ byteLength: number, slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer> }} AsyncBuffer
 * @typedef {{ offset: number, length: number }} Range
 */

/**
 * Reads the ranges in few requests and keeps them, `plan.coveredBytes` in all. Bytes that were not read are asked of
 * `file` when they are wanted, and no others with them.
 *
 * @param {AsyncBuffer} file
 * @param {Iterable<Range>} ranges
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {{ concurrency?: number | undefined, signal?: AbortSignal | undefined }} [options] Reads at a time, from 1, default 6; none is begun after the abort.
 * @returns {Promise<AsyncBuffer & { plan: import("segring/plan").ReadPlan }>}
 */
export async function prefetchRanges(file, ranges, planOptions, options = {}) {
  checkOptions(options, ["concurrency", "signal"]);
  const { byteLength } = file;
  const plan = planReads(ranges, { resourceBytes: byteLength, ...planOptions });
  const requests = [...plan];
  const buffers = await readRequests(plan, options, (j) => readExactly(file, plan.request(j)));
  return {
    plan,
    byteLength,
    async slice(start, end = byteLength) {
      // From the end: those who count so ask for what no plan has.
      if (start < 0 || end < 0) return file.slice(start, end);
      const stop = Math.min(end, byteLength);
      const bytes = new Uint8Array(Math.max(0, stop - start));
      const holes = [];
      let j = firstEndingAfter(requests, start);
      for (let at = start, to = at; at < stop; at = to) {
        const { offset, length } = requests[j] ?? { offset: stop, length: 0 };
        to = Math.min(stop, at < offset ? offset : offset + length);
        const range = { offset: at, length: to - at };
        if (at < offset) holes.push(readExactly(file, range).then((part) => bytes.set(part, range.offset - start)));
        else bytes.set(/** @type {Uint8Array} */ (buffers[j++]).subarray(at - offset, to - offset), at - start);
      }
      await Promise.all(holes);
      return bytes.buffer;
    },
  };
}

/**
 * @param {AsyncBuffer} file
 * @param {Range} range
 */
async function readExactly(file, { offset, length }) {
  const bytes = new Uint8Array(await file.slice(offset, offset + length));
  if (bytes.length === length) return bytes;
  throw new Error(`expected ${length} bytes from ${offset} on of the file, got ${bytes.length}`);
}

/**
 * The first request that ends after a place, by halves.
 *
 * @param {Range[]} requests
 * @param {number} place
 */
function firstEndingAfter(requests, place) {
  let first = 0;
  for (let end = requests.length; first < end; ) {
    const middle = (first + end) >>> 1;
    const { offset, length } = /** @type {Range} */ (requests[middle]);
    if (offset + length > place) end = middle;
    else first = middle + 1;
  }
  return first;
}
