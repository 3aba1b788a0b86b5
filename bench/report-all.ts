/**
 * `npx tsx bench/report-all.ts [NAME …]`: the race in every runtime, stored beside the room "Race" of the site; that of
 * Node 20 is the committed report in docs/report too. Wants `npm run build`, `npm run site`, and
 * `npm install --prefix test/embed`, which brings the runtimes. Other programs at work make the times longer: each report
 * has the load before and after it.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { Page } from "puppeteer-core";
import { jsonOf } from "../site/rooms/race/json.js";
import { answerOf, type Place, type Report } from "../site/rooms/race/report.js";
import { toolPath } from "../test/embed/packed.js";
import { ISOLATED, serve } from "../test/embed/server.js";
import { type BrowserName, start } from "../test/support/browsers.js";
import { waitUntil } from "../test/support/waiting.js";
import { bundleRace, commit, raceIn, STORED, writeFiles } from "./report.js";

const RESULTS = fileURLToPath(new URL("../site/rooms/race/results/", import.meta.url));
const COMMITTED = fileURLToPath(new URL("../docs/report/", import.meta.url));
const SITE = fileURLToPath(new URL("../site/dist/", import.meta.url));

const RUNTIMES: Readonly<Record<string, () => Promise<Report>>> = {
  "node-20": () => raceIn(process.execPath, [], STORED),
  "node-22": () => raceIn(`${toolPath("node-22")}/bin/node`, [], STORED),
  "node-24": () => raceIn(`${toolPath("node-24")}/bin/node`, [], STORED),
  "node-26": () => raceIn(`${toolPath("node-26")}/bin/node`, [], STORED),
  bun: () => raceIn(toolPath("@oven/bun-linux-x64/bin/bun"), [], STORED),
  deno: () => raceIn(toolPath("@deno/linux-x64-glibc/deno"), ["run", "-A"], STORED),
  chromium: () => raceInBrowser("chromium"),
  firefox: () => raceInBrowser("firefox"),
};

/** Runs the race of the built page, as a reader does, and takes what the page lets the reader download. */
async function raceInBrowser(name: BrowserName): Promise<Report> {
  const before = loadavg()[0] ?? 0;
  const site = await serve(SITE, () => ISOLATED);
  const browser = await start(name);
  try {
    const page = await browser.newPage();
    await page.goto(`${site.url}race.html`);
    await press(page, "Run the race");
    await waitUntil(page, () => document.querySelector(".room-race .result table") !== null, { timeout: 0 });
    const report = JSON.parse(await downloaded(page, "Download JSON")) as Report;
    const place: Place = {
      ...report.place,
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      load: { before, after: loadavg()[0] ?? 0 },
      commit: commit(),
    };
    return { ...report, place };
  } finally {
    await browser.close();
    await site.close();
  }
}

async function press(page: Page, name: string): Promise<void> {
  await waitUntil(
    page,
    (text) => [...document.querySelectorAll("button")].some((button) => button.textContent === text),
    {},
    name,
  );
  await page.evaluate((text) => {
    [...document.querySelectorAll("button")].find((button) => button.textContent === text)?.click();
  }, name);
}

/** The text that a button gives to be saved. */
async function downloaded(page: Page, name: string): Promise<string> {
  await page.evaluate(() => {
    const scope = globalThis as { saved?: Blob };
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob: Blob) => {
      scope.saved = blob;
      return make.call(URL, blob);
    };
  });
  await press(page, name);
  return await page.evaluate(async () => (await (globalThis as { saved?: Blob }).saved?.text()) ?? "");
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const unknown = words.filter((word) => RUNTIMES[word] === undefined);
  if (unknown.length > 0) throw new Error(`expected ${Object.keys(RUNTIMES).join(", ")}, got ${unknown.join(", ")}`);
  commit();
  await bundleRace();
  mkdirSync(RESULTS, { recursive: true });
  for (const name of words.length === 0 ? Object.keys(RUNTIMES) : words) {
    const report = await (RUNTIMES[name] as () => Promise<Report>)();
    writeFileSync(`${RESULTS}${name}.json`, jsonOf(report));
    if (name === "node-20") writeFiles(COMMITTED, report);
    execFileSync("npx", ["biome", "format", "--write", RESULTS, COMMITTED], { stdio: "ignore" });
    console.log(`${name}: ${answerOf(report)}`);
  }
}

await main();
