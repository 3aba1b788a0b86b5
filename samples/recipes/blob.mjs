/**
 * Many ranges of a Blob, such as a file that the user chose, in few reads. Copy requests.mjs with it.
 *
 *   const parts = await sliceRanges(input.files[0], ranges, { maxBytes: 2 ** 20, gapBytes: 4096 });
 */
import { planReads } from "segring/plan";
import { checkOptions, readRequests } from "./requests.mjs";

/**
 * The bytes of each range, in the order given. A range past the end of the blob is an error before anything is read. A
 * file that changed since it was chosen is a NotReadableError of the platform.
 *
 * @param {Blob} blob
 * @param {Iterable<{ offset: number, length: number }>} ranges
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {object} [options]
 * @param {number} [options.concurrency] Reads at a time, from 1, default 6.
 * @param {AbortSignal} [options.signal] No read is begun after its abort.
 * @returns {Promise<Uint8Array[]>}
 */
export async function sliceRanges(blob, ranges, planOptions, options = {}) {
  checkOptions(options, ["concurrency", "signal"]);
  const plan = planReads(ranges, { resourceBytes: blob.size, ...planOptions });
  const buffers = await readRequests(plan, options, (j) => {
    const { offset, length } = plan.request(j);
    return blob.slice(offset, offset + length).arrayBuffer();
  });
  return Array.from({ length: plan.inputCount }, (_, i) => plan.slice(i, buffers));
}
