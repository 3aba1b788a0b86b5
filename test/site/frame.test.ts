/** The frame around the rooms: each page opens without an error, in both browsers. */
import type { Browser } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { start } from "../support/browsers.js";
import { axe, BROWSERS, openSite, screenshot } from "./support.js";

describe.each(BROWSERS)("the site in %s", (name) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start(name);
  });
  afterAll(() => browser.close());

  it.each([
    ["map.html", "Map"],
    ["race.html", "Race"],
    ["ring.html", "Ring"],
  ])("%s opens, with its heading", async (path, heading) => {
    const { page, errors } = await openSite(browser, path);
    expect(await page.$eval("h1", (h1) => h1.firstChild?.textContent?.trim())).toBe(heading);
    expect(await axe(page)).toEqual([]);
    await screenshot(page, `${name}-${path}`);
    expect(errors).toEqual([]);
    await page.close();
  });
});
