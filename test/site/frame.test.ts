/** The frame around the rooms: navigation, search, headings, light, dark and small screens, in both browsers. */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { start } from "../support/browsers.js";
import { waitUntil } from "../support/waiting.js";
import { click } from "./controls.js";
import {
  axe,
  BROWSERS,
  collectErrors,
  KINDS,
  newPage,
  openSite,
  PHONE,
  pagesIn,
  ready,
  screenshot,
} from "./support.js";

const NAVIGATION = [
  ["Map", "map.html"],
  ["Race", "race.html"],
  ["Ring", "ring.html"],
  ["Guide", "guide/"],
  ["API", "api/"],
];

describe.each(BROWSERS)("the site in %s", (name) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start(name);
  });
  afterAll(() => browser.close());

  it.each([
    ["every page of the site", "siteUrl", pagesIn(inject("siteFolder"))],
    ["a page of each kind, below a sub-path,", "subUrl", KINDS],
  ] as const)("%s opens without an error, isolated, with its heading", async (_what, at, pages) => {
    const url = inject(at);
    const page = await newPage(browser);
    const errors = collectErrors(page, new URL(url).origin);
    for (const path of pages) {
      await page.goto(url + path, { waitUntil: "load" });
      await ready(page);
      expect(await navigationOf(page), path).toEqual(NAVIGATION.map(([text, to]) => [text, url + to]));
      expect(await page.$$eval("h1", (all) => all.length), path).toBe(1);
      expect(await page.evaluate(() => crossOriginIsolated), path).toBe(true);
      // Page by page, so that the report names the page.
      expect(errors, path).toEqual([]);
    }
    await page.close();
  });

  it.each([
    ["map.html", "Map"],
    ["race.html", "Race"],
    ["ring.html", "Ring"],
  ])("%s has the heading %s", async (path, heading) => {
    const { page } = await openSite(browser, path);
    expect(await headingOf(page)).toBe(heading);
    await page.close();
  });

  it.each(["siteUrl", "subUrl"] as const)(
    "%s: the navigation leads from page to page without a new load",
    async (at) => {
      const { page, errors } = await openSite(browser, "", { url: inject(at) });
      await page.evaluate(() => document.documentElement.setAttribute("data-loaded", "once"));
      for (const [text = "", path = ""] of NAVIGATION) {
        await click(page, `nav[aria-labelledby="main-nav-aria-label"] a[href$="${path}"]`);
        await waitUntil(page, (to) => location.href.endsWith(to), {}, path);
        await waitUntil(page, (said) => document.querySelector("h1")?.textContent?.includes(said), {}, text);
        await ready(page);
      }
      expect(await page.evaluate(() => document.documentElement.getAttribute("data-loaded"))).toBe("once");
      expect(errors).toEqual([]);
      await page.close();
    },
  );

  it('the search finds "coalesce", and leads there', async () => {
    const { page, errors } = await openSite(browser, "");
    await click(page, "#local-search button");
    await page.waitForSelector(".VPLocalSearchBox input");
    await page.type(".VPLocalSearchBox input", "coalesce");
    await page.waitForSelector(".VPLocalSearchBox .result");
    const found = await page.$$eval(".VPLocalSearchBox a.result", (all) => all.map((a) => a.getAttribute("href")));
    expect(found.some((href) => href?.includes("/api/"))).toBe(true);
    expect(found.some((href) => href?.includes("/guide/"))).toBe(true);
    await screenshot(page, `${name}-search`);
    await page.keyboard.press("Enter");
    await waitUntil(page, () => location.pathname !== "/");
    await ready(page);
    expect(errors).toEqual([]);
    await page.close();
  });

  it.each(KINDS)("%s: axe finds nothing, in light, dark and on a small screen", async (path) => {
    const looks = [{ theme: "light" }, { theme: "dark" }, { theme: "light", viewport: PHONE }] as const;
    for (const options of looks) {
      const look = "viewport" in options ? "small" : options.theme;
      const { page, errors } = await openSite(browser, path, options);
      expect(await page.evaluate(() => document.documentElement.classList.contains("dark"))).toBe(look === "dark");
      // A page that is wider than the screen scrolls sideways.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), look).toBeLessThanOrEqual(0);
      await screenshot(page, `${name}-${path.replaceAll("/", "-").replace(".html", "")}-${look}`);
      expect(await axe(page), look).toEqual([]);
      expect(errors, look).toEqual([]);
      await page.close();
    }
  });

  it("the menu of a small screen has the links", async () => {
    const { page, errors } = await openSite(browser, "guide/plan.html", { viewport: PHONE });
    await click(page, ".VPNavBarHamburger");
    await page.waitForSelector("#VPNavScreen");
    const links = await page.$$eval("#VPNavScreen nav a", (all) => all.map((a) => a.textContent?.trim()));
    expect(links).toEqual(NAVIGATION.map(([text]) => text));
    await screenshot(page, `${name}-menu`);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("a page that is not there says so", async () => {
    const page = await newPage(browser);
    const response = await page.goto(`${inject("siteUrl")}gone.html`);
    expect(response?.status()).toBe(404);
    await waitUntil(page, () => document.body?.textContent?.includes("PAGE NOT FOUND"));
    await page.close();
  });
});

/** Text and address of each link of the page's navigation. */
function navigationOf(page: Page): Promise<string[][]> {
  return page.$$eval('nav[aria-labelledby="main-nav-aria-label"] a', (all) =>
    all.map((a) => [a.textContent?.trim() ?? "", (a as HTMLAnchorElement).href]),
  );
}

function headingOf(page: Page): Promise<string | undefined> {
  return page.$eval("h1", (h1) => h1.firstChild?.textContent?.trim());
}
