import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { SegmentTable } from "../core/segment-table.js";
import { type PageFrames, pageFrames } from "../engine/page-frames.js";

/**
 * The memory behind a touched mapping of 1 GiB, recorded on a machine with transparent huge pages: contiguous page
 * frames as one record each, in the order of the mapping.
 */
export const SAMPLE_NAME = "thp-1g.records.gz";
/** The package's folder is two levels up, from dist/cli as from src/cli. */
const SAMPLE = fileURLToPath(new URL(`../../samples/${SAMPLE_NAME}`, import.meta.url));

/** The page frames of the first `byteLength` bytes of the recorded memory, or of all of it if there is less. */
export function readSample(byteLength: number): PageFrames {
  const table = SegmentTable.fromBytes(gunzipSync(readFileSync(SAMPLE)));
  const frames = new BigUint64Array(Number(table.totalBytes / 4096n));
  let page = 0;
  for (const { addr, length } of table) {
    const first = addr / 4096n;
    for (let at = 0; at < length / 4096; at++) frames[page++] = first + BigInt(at);
  }
  return pageFrames(frames, { byteLength: Math.min(byteLength, frames.length * 4096) });
}
