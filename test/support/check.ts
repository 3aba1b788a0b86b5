import fc from "fast-check";

interface Environment {
  SEGRING_SEED?: string;
  SEGRING_RUNS?: string;
  /** "0": a failure is told as it was found, not the smallest one. */
  SEGRING_SHRINK?: string;
  /** Vite hands these, and no others, to a browser. */
  VITE_SEGRING_SEED?: string;
  VITE_SEGRING_RUNS?: string;
}
const environment: Environment = {
  ...(globalThis as { process?: { env?: Environment } }).process?.env,
  ...(import.meta as { env?: Environment }).env,
};

/** SEGRING_SEED (in a browser VITE_SEGRING_SEED) repeats a run; SEGRING_RUNS multiplies how much is tried. */
export const seed =
  Number(environment.SEGRING_SEED ?? environment.VITE_SEGRING_SEED ?? Math.floor(Math.random() * 2 ** 31)) | 0;
const endOnFailure = environment.SEGRING_SHRINK === "0";
const factor = Number(environment.SEGRING_RUNS ?? environment.VITE_SEGRING_RUNS ?? 1);

/** How much is tried, of so much in all: of the runs of a test that draws its inputs, or kills its peers, in a loop. */
export function runs(all: number): number {
  return Math.ceil(all * factor);
}

/**
 * How many of a kind must be among what was tried, of so many where all is tried. Where less is, half of the share: chance
 * has more weight there.
 */
export function share(all: number): number {
  return factor < 1 ? Math.floor((all * factor) / 2) : all;
}

console.log(`SEGRING_SEED=${seed} repeats the random inputs of this file`);

/** Checks a property with the seed of this file; a failure names the seed and the smallest input that was found. */
export function check<T>(all: number, arbitrary: fc.Arbitrary<T>, property: (input: T) => void): void {
  fc.assert(fc.property(arbitrary, property), { seed, numRuns: runs(all), endOnFailure });
}

/** The same for a property that waits. */
export async function checkAsync<T>(
  all: number,
  arbitrary: fc.Arbitrary<T>,
  property: (input: T) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, property), { seed, numRuns: runs(all), endOnFailure });
}
