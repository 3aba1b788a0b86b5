/**
 * npm run bench [-- SUITE …] [--quick], npm run bench -- --report DIR; --help says which suites there are.
 *
 * Every answer is checked before it is timed. Ratios are within one run: the machine's speed varies, the ratio less.
 */
import { cpus } from "node:os";
import { benchAuto, benchInit, benchMemory, benchPublic } from "./api.js";
import { benchRequest, benchUsage } from "./arguments.js";
import { benchCli } from "./cli.js";
import { benchDraw } from "./draw.js";
import { benchEmbed } from "./embed.js";
import { report } from "./harness.js";
import { benchFrames, benchRecords } from "./kernel.js";
import { benchMerge } from "./merge.js";
import { benchPage } from "./page.js";
import { benchPlan } from "./plan.js";
import { benchPlanColumns } from "./plan-columns.js";
import { benchPool } from "./pool.js";
import { benchRace } from "./race.js";
import { commit, writeReport } from "./report.js";
import { benchResults, benchSmall } from "./results.js";
import { benchRing } from "./ring.js";
import { benchTables } from "./tables.js";
import { benchText } from "./text.js";
import { benchUnion } from "./union.js";
import { benchGrowth, benchShapes } from "./union-shapes.js";

const suites: Record<string, (quick: boolean) => void | Promise<void>> = {
  init: benchInit,
  records: (quick) => benchRecords(sizes(quick)),
  frames: (quick) => benchFrames(sizes(quick)),
  results: (quick) => {
    benchResults(quick ? [1000, 100_000] : [1000, 100_000, 1_000_000, 16_000_000]);
    benchSmall();
  },
  public: (quick) => benchPublic(sizes(quick)),
  auto: benchAuto,
  memory: (quick) => benchMemory(quick ? 1e7 : 1e9),
  ring: benchRing,
  plan: async (quick) => {
    await benchPlan(quick);
    benchPlanColumns(quick ? 100_000 : 1_000_000);
  },
  union: (quick) => {
    benchUnion(quick ? 100_000 : 1_000_000);
    benchShapes(quick ? [1000, 100_000] : [1000, 10_000, 100_000, 1_000_000, 16_000_000]);
    benchGrowth(quick ? 200_000 : 8_000_000);
  },
  merge: (quick) => benchMerge(quick ? 100_000 : 10_000_000),
  pool: benchPool,
  text: (quick) => benchText(quick ? 100_000 : 5_000_000),
  tables: benchTables,
  draw: benchDraw,
  cli: benchCli,
  race: benchRace,
  embed: benchEmbed,
  page: benchPage,
};
const known = Object.keys(suites);
/** `race` takes a minute, and repeats in short what others measure at length; `embed` and `page` need browsers. */
const byName = ["race", "embed", "page"];
const request = benchRequest(process.argv.slice(2), known, byName);
if (request.kind === "help") console.log(benchUsage(known, byName));
else if (request.kind === "mistake") {
  console.error(request.message);
  process.exitCode = 2;
} else if (request.kind === "report") await writeReport(request.folder, request.quick);
else {
  console.log(
    `${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}, V8 ${process.versions.v8}, commit ${commit()}`,
  );
  for (const name of request.names) await suites[name]?.(request.quick);
  report();
}

function sizes(quick: boolean): number[] {
  return quick ? [100_000] : [1_000_000, 16_000_000];
}
