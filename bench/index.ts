/**
 * npm run bench [-- NAME …] [--quick]
 *
 * NAME: records, frames, public, auto, init, memory, ring, union, plan, tables; default all. --quick: smaller sizes, to see that all of it runs.
 * Every answer is checked before it is timed. Ratios are within one run: the machine's speed varies, the ratio less.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { benchAuto, benchInit, benchMemory, benchPublic } from "./api.js";
import { report } from "./harness.js";
import { benchFrames, benchRecords } from "./kernel.js";
import { benchPlan } from "./plan.js";
import { benchPlanColumns } from "./plan-columns.js";
import { benchRing } from "./ring.js";
import { benchTables } from "./tables.js";
import { benchUnion } from "./union.js";

const quick = process.argv.includes("--quick");
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const sizes = quick ? [100_000] : [1_000_000, 16_000_000];
const suites: Record<string, () => void | Promise<void>> = {
  init: benchInit,
  records: () => benchRecords(sizes),
  frames: () => benchFrames(sizes),
  public: () => benchPublic(sizes),
  auto: benchAuto,
  memory: () => benchMemory(quick ? 1e7 : 1e9),
  ring: () => benchRing(quick),
  plan: async () => {
    await benchPlan(quick);
    benchPlanColumns(quick ? 100_000 : 1_000_000);
  },
  union: () => benchUnion(quick ? 100_000 : 1_000_000),
  tables: () => benchTables(quick),
};
const unknown = names.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`unknown suite ${unknown.join(", ")}: expected ${Object.keys(suites).join(", ")}`);
  process.exit(2);
}

console.log(
  `${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}, V8 ${process.versions.v8}, commit ${commit()}`,
);
for (const name of names.length > 0 ? names : Object.keys(suites)) await suites[name]?.();
report();

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
