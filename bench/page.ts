/**
 * The room "Map" of the built site, in Chromium: how soon it maps, how it draws, and how free the page stays meanwhile.
 * Loading is measured against a bare page with a worker and the binary, mapping against plain loops in the same page.
 * The bars of frames and tasks stay in milliseconds: screens and the platform set them, whatever the processor.
 */
import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import type { Browser, Page } from "puppeteer-core";
import { serveSite } from "../scripts/site-server.js";
import { median } from "../site/rooms/race/statistics.js";
import { ISOLATED, serve } from "../test/embed/server.js";
import { start, versionOf } from "../test/support/browsers.js";
import { waitUntil } from "../test/support/waiting.js";
import { showBar } from "./harness.js";
import { plainDrawn } from "./page-limits.js";

const LOADS = 9;
const FRAMES = 100;
/** The rooms and their workers. */
const SCRIPTS = ["map/index", "map/worker/index", "race/index", "race/worker", "ring/index", "ring/worker"];
const CACHED = { ...ISOLATED, "Cache-Control": "max-age=3600" };
const FREE = '.room-map .map[aria-busy="false"]';

/** @param quick Maps 10^5 and loads 10^6 records instead of 10^6 and 10^7. */
export async function benchPage(quick: boolean): Promise<void> {
  const { status, stderr } = spawnSync("npm", ["run", "--silent", "site"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`npm run site ended with ${status}\n${stderr}`);
  const site = await serveSite("site/dist");
  const bare = await serve(".", () => CACHED);
  const browser = await start("chromium");
  try {
    console.log(`\npage: ${await versionOf(browser)}, loopback; medians`);
    await benchLoad(browser, `${site.url}map.html`, `${bare.url}bench/embed/page.html`);
    const page = await browser.newPage();
    await page.goto(`${site.url}map.html`);
    await page.waitForSelector(FREE);
    await benchMapped(page, quick ? 100_000 : 1_000_000);
    await benchFrames(page);
    await benchFree(page, quick ? 1_000_000 : 10_000_000);
    benchScripts();
  } finally {
    await browser.close();
    await site.close();
    await bare.close();
  }
}

/** From the click on a link until the first segments are seen: of a visitor who comes back, and of one who comes first. */
async function benchLoad(browser: Browser, url: string, bareUrl: string): Promise<void> {
  const [first, bareFirst] = await loads(browser, [url, bareUrl], true);
  const [again, bareAgain] = await loads(browser, [url, bareUrl], false);
  const ratio = (again as number) / (bareAgain as number);
  const bar = { label: "first map/bare page", value: ratio, limit: 1.5, kind: "max" } as const;
  console.log(
    `  cache warm: first map ${again?.toFixed(0)} ms  bare page ${bareAgain?.toFixed(0)} ms  | ${showBar(bar, "page, cache warm")}`,
  );
  console.log(`  first visit, cache cold: first map ${first?.toFixed(0)} ms  bare page ${bareFirst?.toFixed(0)} ms`);
}

/** Median milliseconds of each address, in turns. */
async function loads(browser: Browser, urls: readonly string[], isCold: boolean): Promise<number[]> {
  const times = urls.map((): number[] => []);
  // The first load of all fills the caches, and what keeps the site offline.
  for (let load = 0; load <= LOADS; load++) {
    for (const [at, url] of urls.entries()) {
      const time = await loadOnce(browser, url, isCold);
      if (load > 0) times[at]?.push(time);
    }
  }
  return times.map(median);
}

/** Milliseconds from the start of a load until the page marks that something is seen. */
async function loadOnce(browser: Browser, url: string, isCold: boolean): Promise<number> {
  // A context that is made is a private window, which keeps no compiled scripts.
  const context = isCold ? await browser.createBrowserContext() : browser.defaultBrowserContext();
  const page = await context.newPage();
  await page.goto(url);
  const time = await waitUntil(
    page,
    () => performance.getEntriesByType("mark").find(({ name }) => name.endsWith("-seen"))?.startTime,
  );
  if (await page.evaluate(() => document.querySelector(".room-map") !== null)) {
    await waitUntil(page, () => document.documentElement.dataset.offline !== undefined, { timeout: 20_000 }).catch(
      () => undefined,
    );
  }
  await page.close();
  if (isCold) await context.close();
  return time;
}

/** Drops a file of packed records, one in ten of them with a gap before it, and waits until all is drawn. */
async function dropRecords(page: Page, count: number): Promise<{ readonly ms: number; readonly allMs: number }> {
  await page.evaluate(async (records) => {
    const words = new Uint32Array(4 * records);
    let addr = 2 ** 32;
    for (let at = 0; at < words.length; at += 4) {
      if (at % 40 === 0) addr += 65536;
      words[at] = addr;
      words[at + 1] = addr / 2 ** 32;
      words[at + 2] = 4096;
      addr += 4096;
    }
    const file = new File([words], "bench.records");
    // The bytes are there before the clock runs.
    await file.slice(0, 16).arrayBuffer();
    performance.clearMeasures();
    performance.clearMarks();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    document.querySelector(".room-map .map")?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
  }, count);
  await waitUntil(page, () => performance.getEntriesByName("segring-loaded-and-drawn").length > 0, {
    timeout: 120_000,
  });
  const [ms = 0, allMs = 0] = await page.evaluate(() =>
    ["segring-mapped-and-drawn", "segring-loaded-and-drawn"].map(
      (name) => performance.getEntriesByName(name)[0]?.duration as number,
    ),
  );
  const summary = await page.$eval('output[aria-label="Summary"]', ({ textContent }) => textContent ?? "");
  const segments = Number(/^(\d+) segments/.exec(summary)?.[1]);
  if (segments !== Math.ceil(count / 10)) throw new Error(`expected ${count / 10} segments, the page says ${summary}`);
  return { ms, allMs };
}

async function benchMapped(page: Page, count: number): Promise<void> {
  const times: number[] = [];
  const whole: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < 7; round++) {
    const { ms, allMs } = await dropRecords(page, count);
    times.push(ms);
    whole.push(allMs);
    plain.push(await plainDrawn(page, count));
  }
  const bar = { label: "mapped and drawn/plain", value: median(times) / median(plain), limit: 2, kind: "max" } as const;
  console.log(
    `  ${count} packed records: mapped and drawn ${median(times).toFixed(0)} ms  plain loops ${median(plain).toFixed(0)} ms  | ${showBar(bar, "page")}  (with the browser's reading of the file ${median(whole).toFixed(0)} ms)`,
  );
}

/** A hundred frames, in each a turn of the wheel or a step aside. */
async function benchFrames(page: Page): Promise<void> {
  const times = await page.evaluate(async (frames) => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas[aria-label='Address space']");
    const { left, width } = (canvas as HTMLCanvasElement).getBoundingClientRect();
    performance.clearMeasures("segring-frame");
    const spent: number[] = [];
    for (let frame = 0; frame < frames; frame++) {
      const before = performance.getEntriesByName("segring-frame").length;
      const started = performance.now();
      const turn = frame % 3 === 2 ? { deltaX: 60 } : { deltaY: frame % 20 < 10 ? -60 : 60 };
      canvas?.dispatchEvent(new WheelEvent("wheel", { ...turn, clientX: left + width / 3, cancelable: true }));
      const handled = performance.now() - started;
      await new Promise(requestAnimationFrame);
      await new Promise((resolve) => setTimeout(resolve));
      const painted = performance.getEntriesByName("segring-frame").slice(before);
      // All that the turn cost the page's thread, the worker's picture included.
      spent.push(painted.reduce((sum, { duration }) => sum + duration, handled));
    }
    return spent;
  }, FRAMES);
  const bars = [
    { label: "frame", value: median(times), limit: 8, kind: "max", unit: " ms" },
    { label: `worst of ${FRAMES}`, value: Math.max(...times), limit: 33, kind: "max", unit: " ms" },
  ] as const;
  console.log(`  pan and zoom: ${bars.map((bar) => showBar(bar, "page, pan and zoom")).join("  ")}`);
}

/** The longest task of the page's thread while many records load. */
async function benchFree(page: Page, count: number): Promise<void> {
  // Making the bytes is a long task too, and none of the room's: the watch starts when the file is dropped.
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { tasks });
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    });
    addEventListener("drop", () => observer.observe({ type: "longtask" }), { capture: true, once: true });
  });
  const { allMs: ms } = await dropRecords(page, count);
  const longest = await page.evaluate(() => Math.max(0, ...(globalThis as unknown as { tasks: number[] }).tasks));
  const bar = { label: "longest task", value: longest, limit: 50, kind: "max", unit: " ms" } as const;
  console.log(`  ${count} packed records load in ${ms.toFixed(0)} ms: ${showBar(bar, "page")} (0: none above 50 ms)`);
}

/** The scripts of all three rooms and their workers, without the package and without what only the race runs against. */
function benchScripts(): void {
  const { outputFiles } = buildSync({
    entryPoints: SCRIPTS.map((name) => `site/rooms/${name}.ts`),
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    outdir: "build/page",
    external: [
      "segring",
      "segring/*",
      "benchmark",
      "lodash",
      "platform",
      "range-parser",
      "multi-integer-range",
      "drange",
    ],
    loader: { ".gz": "empty", ".txt": "empty", ".csv": "empty" },
    logLevel: "error",
  });
  const bytes = outputFiles
    .filter(({ path }) => path.endsWith(".js"))
    .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).byteLength, 0);
  const bar = {
    label: "scripts of the rooms",
    value: bytes / 1000,
    limit: 60,
    kind: "max",
    unit: " kB gzipped",
  } as const;
  console.log(`  ${showBar(bar, "page")}`);
}
