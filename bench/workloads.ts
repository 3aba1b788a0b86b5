/** Seeded inputs: the same in every run. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export { fillRecords, frames, random, shuffleRecords } from "../site/rooms/race/inputs.js";

/** Percent of neighbours that do not join. */
export const DENSITIES = [0, 1, 10, 50, 100];

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
