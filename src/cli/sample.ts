import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type PageFrames, pageFrames } from "../engine/page-frames.js";

/** Page frames of a touched 1 GiB mapping, recorded on a machine with transparent huge pages. */
export const SAMPLE_NAME = "thp-1g.pfn64.gz";
/** The package's folder is two levels up, from dist/cli as from src/cli. */
const SAMPLE = fileURLToPath(new URL(`../../samples/${SAMPLE_NAME}`, import.meta.url));

/** The first `byteLength` bytes of the recorded memory, or all of it if there is less. */
export function readSample(byteLength: number): PageFrames {
  const bytes = gunzipSync(readFileSync(SAMPLE));
  const frames = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  return pageFrames(frames, { byteLength: Math.min(byteLength, frames.length * 4096) });
}
