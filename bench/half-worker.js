/** A worker with a mapper of its own: two of them show what the machine gives for two threads, whatever a pool does. */
import { parentPort } from "node:worker_threads";
import { createMapperSync, packedRecords } from "../dist/index.js";

/**
 * What a worker is asked for: segments in shared memory. They go to memory of the worker first, piece by piece, as those of a
 * pool must: where a piece belongs is known when all before it are mapped.
 *
 * @typedef {{ call: "coalesce" | "union", bytes: Uint8Array, target: Uint32Array }} HalfJob
 */

const PIECE_BYTES = 2 ** 23;

const mapper = createMapperSync();
const own = new Uint32Array(PIECE_BYTES / 4);

/** @returns {number} Segments. @param {HalfJob["call"]} call @param {Uint8Array} bytes @param {Uint32Array} target */
function placed(call, bytes, target) {
  let count = 0;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const made = mapper[`${call}Into`](packedRecords(bytes.subarray(at, at + PIECE_BYTES)), own);
    target.set(own.subarray(0, made * 4), count * 4);
    count += made;
  }
  return count;
}

parentPort?.on("message", (/** @type {HalfJob} */ { call, bytes, target }) => {
  parentPort?.postMessage(placed(call, bytes, target));
});
