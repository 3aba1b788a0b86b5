/**
 * The single file in a page: how soon it maps, against a page that loads and compiles the bare binary, and whether its
 * engines are to each other as in Node.
 */
import { execFileSync } from "node:child_process";
import type { Browser } from "puppeteer-core";
import { median } from "../site/rooms/race/statistics.js";
import { reportIn, reportOf } from "../test/embed/page-report.js";
import { ISOLATED, serve } from "../test/embed/server.js";
import { type BrowserName, start, versionOf } from "../test/support/browsers.js";
import { showBar } from "./harness.js";

const LOADS = 15;
const WARM_LOADS = 3;
const BROWSERS: readonly BrowserName[] = ["chromium", "firefox"];
/** The clock of a page that is isolated ticks in 5 µs in Chromium, in 20 µs in Firefox. */
const CACHED = { ...ISOLATED, "Cache-Control": "max-age=3600" };

/** Seconds a call of each engine, by row. */
type Race = Readonly<Record<string, { readonly wasm: number; readonly js: number }>>;

export async function benchEmbed(): Promise<void> {
  const node = JSON.parse(execFileSync(process.execPath, ["bench/embed/node.js"], { encoding: "utf8" })) as Race;
  const site = await serve(".", () => CACHED);
  try {
    for (const name of BROWSERS) {
      const browser = await start(name);
      try {
        await benchIn(browser, name, site.url, node);
      } finally {
        await browser.close();
      }
    }
  } finally {
    await site.close();
  }
}

async function benchIn(browser: Browser, name: BrowserName, url: string, node: Race): Promise<void> {
  console.log(`\nembed: ${await versionOf(browser)}, loopback, warm cache`);
  const { first, bare } = await firstTables(browser, `${url}bench/embed/`);
  const ratio = { label: "first table/bare binary", value: first / bare, limit: 1.5, kind: "max" } as const;
  // The bar is Chromium's.
  console.log(
    `  import to first table ${first.toFixed(1)} ms  to a bare binary ${bare.toFixed(1)} ms  | ${name === "chromium" ? showBar(ratio, `embed ${name}`) : `${ratio.label} ${ratio.value.toFixed(2)}x`}`,
  );

  const page = await reportOf<Race>(browser, `${url}bench/embed/race.html`);
  for (const [row, { wasm, js }] of Object.entries(page)) {
    const here = js / wasm;
    const there = (node[row]?.js as number) / (node[row]?.wasm as number);
    const apart = Math.max(here / there, there / here);
    const bar = showBar({ label: "apart", value: apart, limit: 1.25, kind: "max" }, `embed ${name}, ${row}`);
    const us = (seconds: number) => `${(seconds * 1e6).toFixed(1)} µs`;
    console.log(
      `  ${row}: wasm ${us(wasm)}, js ${us(js)}: js/wasm ${here.toFixed(2)}, in Node ${there.toFixed(2)}  | ${bar}`,
    );
  }
}

/** Median milliseconds from the import to the first table, and to a bare binary: load by load in one page, in turns. */
async function firstTables(browser: Browser, folder: string): Promise<{ first: number; bare: number }> {
  const page = await browser.newPage();
  const first: number[] = [];
  const bare: number[] = [];
  // The first loads fill the cache of the file, and that of the compiled script.
  for (let load = -WARM_LOADS; load < LOADS; load++) {
    const { passed, segments } = await reportIn<{ passed: number; segments: number }>(page, `${folder}first.html`);
    if (segments !== 2) throw new Error(`expected 2 segments, got ${segments}`);
    const limit = await reportIn<{ passed: number }>(page, `${folder}bare.html`);
    if (load < 0) continue;
    first.push(passed);
    bare.push(limit.passed);
  }
  await page.close();
  return { first: median(first), bare: median(bare) };
}
