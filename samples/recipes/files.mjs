/**
 * Many ranges of a file in few positioned reads:
 *
 *   const file = await open("archive.pmtiles");
 *   const tiles = await readRanges(file, entries, { maxBytes: 2 ** 20, gapBytes: 4096, resourceBytes: (await file.stat()).size });
 */
import { planReads } from "segring/plan";

/**
 * The bytes of each range, in the order given.
 *
 * @param {import("node:fs/promises").FileHandle} file
 * @param {Iterable<{ offset: number, length: number }>} ranges
 * @param {import("segring/plan").PlanOptions} planOptions
 * @returns {Promise<Uint8Array[]>}
 */
export async function readRanges(file, ranges, planOptions) {
  const plan = planReads(ranges, planOptions);
  const buffers = await Promise.all([...plan].map(({ offset, length }) => readFully(file, offset, length)));
  return Array.from({ length: plan.inputCount }, (_, i) => plan.slice(i, buffers));
}

/**
 * A read may give less than it was asked for, and nothing at the end of the file.
 *
 * @param {import("node:fs/promises").FileHandle} file
 * @param {number} offset
 * @param {number} length
 */
async function readFully(file, offset, length) {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0)
      throw new Error(`expected ${length} bytes from ${offset} on, got ${done}: the file is shorter`);
    done += bytesRead;
  }
  return bytes;
}
