/** The room "Race" in the built site: the quick race to its end, its table, what can be saved, Stop. No time matters. */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../site/rooms/race/report.js";
import { WORKLOADS } from "../../site/rooms/race/workloads.js";
import { start } from "../support/browsers.js";
import { waitUntil } from "../support/waiting.js";
import { click, press } from "./controls.js";
import { axe, BROWSERS, type OpenOptions, openSite, PHONE, type SitePage, screenshot, setViewport } from "./support.js";

const ROWS = WORKLOADS.flatMap(({ title, contestants }) => contestants.map(({ name }) => `${title}: ${name}`));

function openRace(browser: Browser, options?: OpenOptions): Promise<SitePage> {
  return openSite(browser, "race.html", options);
}

/** Waits for the end, whichever it is, and says what the page says. */
async function untilOver(page: Page): Promise<string> {
  await waitUntil(page, () => document.querySelector<HTMLProgressElement>(".room-race > progress")?.hidden);
  return page.$eval(".room-race > [role=status]", ({ textContent }) => textContent ?? "");
}

/** The cells of the table with this caption, row by row. */
function cellsOf(page: Page, caption: string): Promise<string[][]> {
  return page.evaluate((text) => {
    const table = [...document.querySelectorAll("table")].find((each) => each.caption?.textContent === text);
    return [...(table?.querySelectorAll("tbody tr") ?? [])].map((row) =>
      [...row.children].map((cell) => cell.textContent ?? ""),
    );
  }, caption);
}

/** Keeps what the page gives to be saved or copied. */
async function keepSaved(page: Page): Promise<void> {
  await page.evaluate(() => {
    const scope = globalThis as { saved?: { name: string; blob: Blob } };
    const blobs = new Map<string, Blob>();
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob: Blob) => {
      const url = make.call(URL, blob);
      blobs.set(url, blob);
      return url;
    };
    HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
      scope.saved = { name: this.download, blob: blobs.get(this.href) as Blob };
    };
    Object.defineProperty(navigator, "clipboard", {
      value: {
        writeText: async (text: string) => {
          scope.saved = { name: "copied", blob: new Blob([text]) };
        },
      },
    });
  });
}

async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly text: string }> {
  await press(page, button);
  return page.evaluate(async () => {
    const { saved } = globalThis as unknown as { saved: { name: string; blob: Blob } };
    return { name: saved.name, text: await saved.blob.text() };
  });
}

describe.each(BROWSERS)("the race in %s", (name) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start(name);
  });
  afterAll(() => browser.close());

  it("runs nothing before the button is pressed, and shows the stored results", async () => {
    const { page, errors } = await openRace(browser);
    await waitUntil(page, () => document.querySelector(".room-race .stored table") !== null);
    expect(await cellsOf(page, "Race")).toEqual([]);
    expect(page.workers()).toEqual([]);
    const stored = await cellsOf(page, "wasm in every runtime");
    expect(stored.map(([workload]) => workload)).toEqual(WORKLOADS.map(({ title }) => title));
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    await waitUntil(page, () => document.querySelector(".stored details table") !== null);
    const [runtime] = await page.$$eval(".stored select option", (options) => options.map((each) => each.textContent));
    expect(await cellsOf(page, `Race in ${runtime}`)).toHaveLength(ROWS.length);
    expect(await axe(page)).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("Quick runs to its end: a row for everyone, nobody wrong, losing rows first, all of it to be saved", async () => {
    const { page, errors } = await openRace(browser);
    await keepSaved(page);
    await click(page, "::-p-xpath(//label[normalize-space()='Quick']//input)");
    await press(page, "Run the race");
    expect(await untilOver(page)).toBe("The race is over.");

    const rows = await cellsOf(page, "Race");
    expect(rows.map(([workload, contestant]) => `${workload}: ${contestant}`).sort()).toEqual([...ROWS].sort());
    expect(rows.flat().filter((text) => /WRONG|FAILED/.test(text))).toEqual([]);
    const loses = rows.map((cells) => cells.at(-1)?.endsWith(" loses"));
    expect(loses.lastIndexOf(true)).toBe(loses.filter(Boolean).length - 1);
    expect(rows.filter(([, , count]) => count !== "10^4")).toEqual([]);
    for (const [, contestant, , first, median] of rows) {
      expect(`${first} ${median}`).toMatch(
        contestant === "drange" ? /[µmn]?s/ : /^[\d.]+ [µmn]?s [\d.]+ [µmn]?s$|^over 2 s /,
      );
    }
    expect((await cellsOf(page, "Race: ns for each record over N")).map(([count]) => count)).toEqual([
      "1",
      "10",
      "100",
      "10^3",
      "10^4",
      "10^5",
    ]);

    const json = await saved(page, "Download JSON");
    const report = JSON.parse(json.text) as Report;
    expect(json.name).toBe("race.json");
    expect(report.rows).toHaveLength(ROWS.length);
    expect(report.place).toMatchObject({
      crossOriginIsolated: true,
      engine: name === "chromium" ? "V8" : "SpiderMonkey",
    });
    expect(report.clockMs).toBeGreaterThan(0);
    const markdown = await saved(page, "Download Markdown");
    expect(markdown.name).toBe("race.md");
    expect(markdown.text.split("\n").filter((line) => / 10\^4 \|/.test(line))).toHaveLength(ROWS.length + 1);
    expect((await saved(page, "Copy Markdown")).text).toBe(markdown.text);
    const svg = await saved(page, "Download SVG");
    expect(await isSvg(page, svg.text)).toBe(true);

    expect(await axe(page)).toEqual([]);
    await screenshot(page, `race-${name}`, { fullPage: true });
    await setViewport(page, PHONE);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await screenshot(page, `race-${name}-phone`, { fullPage: true });
    expect(errors).toEqual([]);
    await page.close();
  });

  it("Stop ends the race and its worker, and shows what was measured", async () => {
    const { page, errors } = await openRace(browser, { theme: "dark" });
    await keepSaved(page);
    await press(page, "Run the race");
    // The race is in its second workload.
    await waitUntil(page, () => (document.querySelector<HTMLProgressElement>(".room-race progress")?.value ?? 0) > 0);
    await press(page, "Stop");
    expect(await untilOver(page)).toBe("The race was stopped.");
    expect((await cellsOf(page, "Race")).map(([workload]) => workload)).toContain("Records in place");
    const report = JSON.parse((await saved(page, "Download JSON")).text) as Report;
    expect(report.stopped).toBe(true);
    expect(report.rows.map(({ workload }) => workload)).not.toContain("plan");
    await waitUntil(page, () => document.activeElement?.textContent !== "Stop");
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `race-${name}-stopped`);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a reader who leaves the page ends the race", async () => {
    const { page, errors } = await openRace(browser);
    await press(page, "Run the race");
    await waitUntil(page, () => document.querySelector(".room-race .doing")?.textContent !== "");
    await click(page, "::-p-xpath(//nav//a[normalize-space()='Ring'])");
    await page.waitForSelector(".room-ring");
    expect(await page.$(".room-race")).toBeNull();
    expect(errors).toEqual([]);
    await page.close();
  });
});

function isSvg(page: Page, text: string): Promise<boolean> {
  return page.evaluate((source) => {
    const { documentElement } = new DOMParser().parseFromString(source, "image/svg+xml");
    return documentElement.nodeName === "svg" && documentElement.querySelectorAll("polyline").length === 7;
  }, text);
}
