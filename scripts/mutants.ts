/**
 * npm run test:mutants (its options: test/mutants/options.ts): puts each fault of the kept lists (test/mutants/lists) into
 * a copy of the tree, and runs the tests that must see it. Names those that no test saw.
 *
 * Exit code 1: a mutant survived, is stale (its line is not in the file, or not once) or does not compile. 2: wrong use.
 */
import { constants } from "node:os";
import { families, isThere, LISTS, type Mutant, readMutants } from "../test/mutants/list.js";
import { choose, type MutantOptions, readOptions, USAGE } from "../test/mutants/options.js";
import { Tree } from "../test/mutants/tree.js";

/** Tests that passed without a fault. */
const checked = new Set<string>();
const trees: Tree[] = [];
const { options, chosen } = readArguments();
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

function readArguments(): { options: MutantOptions; chosen: Mutant[] } {
  try {
    const options = readOptions(process.argv.slice(2), families(LISTS));
    if (options.help) {
      console.log(USAGE);
      process.exit(0);
    }
    return { options, chosen: choose(readMutants(LISTS, options.lists), options) };
  } catch (error) {
    console.error(`mutants: ${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Takes them from the list, several at a time, each in a tree of its own. The trees go with the process. */
async function runAll(left: Mutant[]): Promise<void> {
  process.on("exit", () => {
    for (const tree of trees) tree.remove();
  });
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
  const count = Math.min(options.jobs, left.length);
  for (let made = 0; made < count; made++) {
    const tree = new Tree();
    trees.push(tree);
    tree.fill();
  }
  await Promise.all(trees.map((tree) => runIn(tree, left)));
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
