/**
 * A store for zarrita whose reads of one shard, as they come together in one tick, go in few requests, none above a cap:
 *
 *   const store = withPlannedReads(new zarr.FetchStore(url), { maxBytes: 8 * 2 ** 20, gapBytes: 65536 });
 *   const array = await zarr.open(store, { kind: "array" });
 */
import { planReads } from "segring/plan";

/**
 * @typedef {{ offset: number, length: number, resolve: (bytes: Uint8Array | undefined) => void, reject: (error: unknown) => void }} Read
 */

/**
 * @param {Required<import("zarrita").AsyncReadable>} store
 * @param {import("segring/plan").PlanOptions} planOptions
 * @param {(key: string, plan: import("segring/plan").ReadPlan) => void} [onPlan] Hears of every plan.
 * @returns {Required<import("zarrita").AsyncReadable>}
 */
export function withPlannedReads(store, planOptions, onPlan = () => {}) {
  /** By key, the reads of this tick. @type {Map<import("zarrita").AbsolutePath, Read[]>} */
  let waiting = new Map();

  const flush = () => {
    const batches = waiting;
    waiting = new Map();
    for (const [key, reads] of batches) readAll(key, reads);
  };

  /** @type {(key: import("zarrita").AbsolutePath, reads: Read[]) => Promise<void>} */
  const readAll = async (key, reads) => {
    try {
      const plan = planReads(reads, planOptions);
      onPlan(key, plan);
      const buffers = await Promise.all([...plan].map((request) => store.getRange(key, request)));
      // A missing shard is missing for all who asked.
      const missing = buffers.includes(undefined);
      for (const [i, { resolve }] of reads.entries()) resolve(missing ? undefined : plan.slice(i, buffers));
    } catch (error) {
      for (const { reject } of reads) reject(error);
    }
  };

  return {
    get: (key, options) => store.get(key, options),
    getRange: async (key, range, options) => {
      // Where a suffix starts is not known before it is there, and a signal is of one read alone.
      if ("suffixLength" in range || options?.signal !== undefined) return store.getRange(key, range, options);
      return new Promise((resolve, reject) => {
        if (waiting.size === 0) queueMicrotask(flush);
        const reads = waiting.get(key) ?? [];
        waiting.set(key, reads);
        reads.push({ offset: range.offset, length: range.length, resolve, reject });
      });
    },
  };
}
