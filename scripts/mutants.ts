/**
 * npm run test:mutants [-- --since REF] [--only TEXT] [--slice I/N] [--jobs N] [--list]: puts each fault of the kept list
 * (test/mutants/lists) into a copy of the tree, and runs the tests that must see it. Names those that no test saw.
 *
 * --since REF  only the mutants of files that differ from REF; those of deleted files are stale all the same
 * --only TEXT  only those whose file or line holds the text
 * --slice I/N  the I-th of N parts
 * --jobs N     trees at a time; default 2
 * --list       prints them and runs none
 *
 * Exit code 1: a mutant survived, is stale (its line is not in the file, or not once) or does not compile.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { families, type Mutant, placeOf, readMutants } from "../test/mutants/list.js";
import { Tree } from "../test/mutants/tree.js";

const FOLDER = "test/mutants/lists";

const { values: options } = parseArgs({
  options: {
    since: { type: "string" },
    only: { type: "string" },
    slice: { type: "string" },
    jobs: { type: "string", default: "2" },
    list: { type: "boolean", default: false },
  },
});

/** Tests that passed without a fault. */
const checked = new Set<string>();
const chosen = choose(readMutants(FOLDER, families(FOLDER)));
const stale = chosen.filter((mutant) => !isThere(mutant));
const equivalent = chosen.filter((mutant) => isThere(mutant) && mutant.equivalent !== undefined);
const toRun = chosen.filter((mutant) => isThere(mutant) && mutant.equivalent === undefined);
const faults = stale.map((mutant) => `stale: ${describe(mutant)}`);
if (options.list) {
  for (const mutant of chosen) console.log(describe(mutant));
} else {
  await runAll([...toRun]);
}
for (const fault of faults) console.log(fault);
const what = options.list ? "listed" : "run";
console.log(
  `mutants: ${toRun.length} ${what}, ${equivalent.length} equivalent, ${stale.length} stale, ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);

function choose(mutants: readonly Mutant[]): Mutant[] {
  const { since, only, slice } = options;
  let left = [...mutants];
  if (since !== undefined) {
    const changed = execFileSync("git", ["diff", "--name-only", since], { encoding: "utf8" }).split("\n");
    left = left.filter(({ file }) => changed.includes(file));
  }
  if (only !== undefined) left = left.filter(({ file, line }) => file.includes(only) || line.includes(only));
  if (slice !== undefined) {
    const [part, parts] = slice.split("/").map(Number) as [number, number];
    if (!(part >= 1 && part <= parts)) throw new RangeError(`"--slice" expected I/N with I from 1 to N, got ${slice}`);
    // Neighbours in the list go to one part: they are of one kernel, with the same tests.
    const place = (share: number) => Math.round((left.length * share) / parts);
    left = left.slice(place(part - 1), place(part));
  }
  return left;
}

function isThere(mutant: Mutant): boolean {
  return existsSync(mutant.file) && placeOf(mutant, readFileSync(mutant.file, "utf8")) !== undefined;
}

/** Takes them from the list, several at a time, each in a tree of its own. */
async function runAll(left: Mutant[]): Promise<void> {
  const trees = Array.from({ length: Math.min(Number(options.jobs), left.length) }, () => new Tree());
  const removeAll = () => {
    for (const tree of trees) tree.remove();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      removeAll();
      process.exit(1);
    });
  }
  try {
    await Promise.all(trees.map((tree) => runIn(tree, left)));
  } finally {
    removeAll();
  }
}

async function runIn(tree: Tree, left: Mutant[]): Promise<void> {
  for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
    const start = performance.now();
    let killedBy: string | undefined;
    let fault: string | undefined;
    try {
      const unchecked = mutant.tests.filter((test) => !checked.has(test));
      if (unchecked.length > 0) await tree.checkTests(unchecked);
      for (const test of unchecked) checked.add(test);
      killedBy = await tree.run(mutant);
      if (killedBy === undefined) fault = "SURVIVED";
    } catch (error) {
      fault = `BROKEN (${(error as Error).message.split("\n", 2).join(" ")})`;
    }
    if (fault !== undefined) faults.push(`${fault}: ${describe(mutant)}`);
    const seconds = Math.round((performance.now() - start) / 1000);
    console.log(`${fault ?? `killed by ${killedBy}`}, ${seconds} s: ${describe(mutant)}`);
  }
}

function describe({ file, line, becomes }: Mutant): string {
  return `${file}: ${line} => ${becomes === "" ? "(dropped)" : becomes}`;
}
