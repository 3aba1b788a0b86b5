/** Seeded inputs: the same in every run. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Percent of neighbours that do not join. */
export const DENSITIES = [0, 1, 10, 50, 100];

/** mulberry32: 32 random bits a call. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Fills packed records: 1 to 8 pages each, from 4 GiB up, a break before `percent` of them. */
export function fillRecords(words: Uint32Array, percent: number, seed = 1): void {
  const next = random(seed);
  const threshold = (percent / 100) * 2 ** 32;
  let addr = 2 ** 32;
  for (let at = 0; at < words.length; at += 4) {
    const length = 4096 * (1 + (next() & 7));
    if (next() < threshold) addr += 4096;
    words[at] = addr;
    words[at + 1] = addr / 2 ** 32;
    words[at + 2] = length;
    words[at + 3] = 0;
    addr += length;
  }
}

/** Page frames with a break before `percent` of them. */
export function frames(count: number, percent: number, seed = 1): BigUint64Array<ArrayBuffer> {
  const next = random(seed);
  const threshold = (percent / 100) * 2 ** 32;
  const result = new BigUint64Array(count);
  const words = new Uint32Array(result.buffer);
  let frame = 0x100000;
  for (let i = 0; i < count; i++) {
    frame += next() < threshold ? 2 : 1;
    words[2 * i] = frame;
    words[2 * i + 1] = frame / 2 ** 32;
  }
  return result;
}

/** The recorded page frames of real memory. */
export function realFrames(): { name: string; frames: BigUint64Array<ArrayBuffer> }[] {
  const files = [
    "samples/thp-1g",
    "test/data/mixed14-1g",
    "test/data/mixed45-1g",
    "test/data/scattered-1g",
    "test/data/isolated-512m",
  ];
  return files.map((name) => {
    const bytes = gunzipSync(readFileSync(new URL(`../${name}.pfn64.gz`, import.meta.url)));
    return { name: name.replace(/.*\//, ""), frames: new BigUint64Array(new Uint8Array(bytes).buffer) };
  });
}
