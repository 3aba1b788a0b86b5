/** A worker with a mapper of its own: two of them show what the machine gives for two threads, whatever a pool does. */
import { parentPort } from "node:worker_threads";
import { createMapperSync, packedRecords } from "../dist/index.js";

/**
 * What a worker is asked for: a table of its own, or segments in memory that is there.
 *
 * @typedef {{ call: "coalesce" | "union", bytes: Uint8Array, target?: Uint32Array | undefined }} HalfJob
 */

const mapper = createMapperSync();
parentPort?.on("message", (/** @type {HalfJob} */ { call, bytes, target }) => {
  const records = packedRecords(bytes);
  const segments = target === undefined ? mapper[call](records).length : mapper[`${call}Into`](records, target);
  parentPort?.postMessage(segments);
});
