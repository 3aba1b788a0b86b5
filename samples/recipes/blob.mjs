/**
 * Many ranges of a Blob, such as a file that the user chose, in few reads:
 *
 *   const parts = await sliceRanges(input.files[0], ranges, { maxBytes: 2 ** 20, gapBytes: 4096 });
 */
import { planReads } from "segring/plan";

/**
 * The bytes of each range, in the order given. A range past the end of the blob is an error before anything is read.
 *
 * @param {Blob} blob
 * @param {Iterable<{ offset: number, length: number }>} ranges
 * @param {import("segring/plan").PlanOptions} planOptions
 * @returns {Promise<Uint8Array[]>}
 */
export async function sliceRanges(blob, ranges, planOptions) {
  const plan = planReads(ranges, { resourceBytes: blob.size, ...planOptions });
  const buffers = await Promise.all(
    [...plan].map(({ offset, length }) => blob.slice(offset, offset + length).arrayBuffer()),
  );
  return Array.from({ length: plan.inputCount }, (_, i) => plan.slice(i, buffers));
}
