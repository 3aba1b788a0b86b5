/**
 * Many ranges of a file in few positioned reads. Copy requests.mjs with it.
 *
 *   const file = await open("archive.pmtiles");
 *   try {
 *     const tiles = await readRanges(file, entries, { maxBytes: 2 ** 20, gapBytes: 4096 });
 *   } finally {
 *     await file.close();
 *   }
 */
import { planReads } from "segring/plan";
import { checkOptions, readRequests } from "./requests.mjs";

/** What one read may ask for: Node 20 ends the process at 2^31 bytes. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * The bytes of each range, in the order given. A range past the end of a regular file is an error before anything is
 * read, unless `resourceBytes` says otherwise; so is a file whose size or time of change is another after the reads.
 *
 * @param {import("node:fs/promises").FileHandle} file Stays open, also after a failure: its owner closes it.
 * @param {Iterable<{ offset: number, length: number }>} ranges
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {object} [options]
 * @param {number} [options.concurrency] Reads at a time, from 1, default 6.
 * @param {AbortSignal} [options.signal] Looked at between reads.
 * @returns {Promise<Uint8Array[]>}
 */
export async function readRanges(file, ranges, planOptions, options = {}) {
  checkOptions(options, ["concurrency", "signal"]);
  const before = await file.stat({ bigint: true });
  const resourceBytes = before.isFile() ? Number(before.size) : undefined;
  const plan = planReads(ranges, { resourceBytes, ...planOptions });
  const buffers = await readRequests(plan, options, (j, signal) => readFully(file, plan.request(j), signal));
  const after = await file.stat({ bigint: true });
  if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) {
    throw new Error(`the file changed while it was read: expected ${describe(before)}, got ${describe(after)}`);
  }
  return Array.from({ length: plan.inputCount }, (_, i) => plan.slice(i, buffers));
}

/** @param {import("node:fs").BigIntStats} stats */
function describe({ size, mtime }) {
  return `${size} bytes of ${mtime.toISOString()}`;
}

/**
 * A read may give less than it was asked for, and nothing at the end of the file.
 *
 * @param {import("node:fs/promises").FileHandle} file
 * @param {{ offset: number, length: number }} request
 * @param {AbortSignal} signal
 */
async function readFully(file, { offset, length }, signal) {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, MAX_READ_BYTES), offset + done);
    if (bytesRead === 0)
      throw new Error(`expected ${length} bytes from ${offset} on, got ${done}: the file is shorter`);
    done += bytesRead;
  }
  return bytes;
}
