/** The suites of the bench, by name. */
import { benchAuto, benchInit, benchMemory, benchPublic } from "./api.js";
import { benchCli } from "./cli.js";
import { benchDraw } from "./draw.js";
import { benchEmbed } from "./embed.js";
import { benchFrames, benchRecords } from "./kernel.js";
import { benchMerge } from "./merge.js";
import { benchPage } from "./page.js";
import { benchPlan } from "./plan.js";
import { benchPlanColumns } from "./plan-columns.js";
import { benchPool } from "./pool.js";
import { benchRace } from "./race.js";
import { benchResults, benchSmall } from "./results.js";
import { benchRing } from "./ring.js";
import { benchTables } from "./tables.js";
import { benchText } from "./text.js";
import { benchUnion } from "./union.js";
import { benchGrowth, benchShapes } from "./union-shapes.js";

export const SUITES: Readonly<Record<string, (quick: boolean) => void | Promise<void>>> = {
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

/** `race` takes a minute, and repeats in short what others measure at length; `embed` and `page` need browsers. */
export const BY_NAME = ["race", "embed", "page"];

function sizes(quick: boolean): number[] {
  return quick ? [100_000] : [1_000_000, 16_000_000];
}
