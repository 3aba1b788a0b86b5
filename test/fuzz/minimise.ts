/** The fewest inputs that reach what all of them do, by V8's own coverage. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Target } from "./targets/index.js";

/** Of a target, so that `npm test` runs them in no time. */
const MOST_INPUTS = 50;
/** Where little code reaches all, what the fuzzer found by its own coverage is kept too. */
const LEAST_INPUTS = 6;

/**
 * Chooses among the inputs that were found and those that are kept, small ones first, and keeps them.
 *
 * @param build Where the bundles and what was found are. @param maxBytes Of an input.
 */
export async function keepFewest({ name, family }: Target, build: string, maxBytes: number): Promise<void> {
  const kept = `test/fuzz/corpus/${name}`;
  const inputs = [kept, `${build}/corpus/${name}`].flatMap(readAll).filter(({ length }) => length <= maxBytes);
  const bundle = resolve(`${build}/${family}.cjs`);
  const run = createRequire(import.meta.url)(bundle)[name] as Target["run"];
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

  const reached = new Set<string>();
  const chosen: Buffer[] = [];
  for (const input of inputs.sort((a, b) => a.length - b.length)) {
    await session.post("Profiler.takePreciseCoverage");
    await run(input);
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const functions = result.find(({ url }) => url.endsWith(bundle))?.functions ?? [];
    // A block that runs once and one that runs often are two things to reach.
    const blocks = functions.flatMap(({ ranges }) =>
      ranges.map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}-${Math.min(count, 2)}`),
    );
    const fresh = blocks.filter((block) => !reached.has(block));
    for (const block of fresh) reached.add(block);
    if (fresh.length > 0) chosen.push(input);
  }
  session.disconnect();
  // The longest of the rest.
  const others = inputs.filter((input) => !chosen.includes(input));
  while (chosen.length < LEAST_INPUTS && others.length > 0) chosen.push(others.pop() as Buffer);

  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  // The later ones reach what is rare.
  for (const input of chosen.slice(-MOST_INPUTS)) {
    writeFileSync(join(kept, createHash("sha1").update(input).digest("hex").slice(0, 16)), input);
  }
  console.log(`${name}: ${chosen.slice(-MOST_INPUTS).length} of ${inputs.length} inputs`);
}

function readAll(folder: string): Buffer[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => readFileSync(join(folder, file)));
}
