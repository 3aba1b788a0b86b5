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

/** Puts packed records in random order. */
export function shuffleRecords(words: Uint32Array, seed = 2): void {
  const next = random(seed);
  const held = new Uint32Array(4);
  for (let i = words.length / 4 - 1; i > 0; i--) {
    const j = next() % (i + 1);
    held.set(words.subarray(4 * i, 4 * i + 4));
    words.copyWithin(4 * i, 4 * j, 4 * j + 4);
    words.set(held, 4 * j);
  }
}

/** Inputs that make a careless sort or merge slow: record `i` of `count` as address and length. */
export const HOSTILE: Record<string, (i: number, count: number) => readonly [addr: bigint, length: bigint]> = {
  "all equal": () => [4096n, 4096n],
  "all nested": (i, count) => [BigInt(i), 2n * BigInt(count - i)],
  "alternating extremes": (i) => [i % 2 === 0 ? 0n : 2n ** 64n - 1n, 1n],
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, byte) => [
      `byte ${byte} differs`,
      (i: number) => [BigInt((i * 37) & 255) << BigInt(8 * byte), 1n] as const,
    ]),
  ),
};

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
    "test/data/thp-1g",
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
