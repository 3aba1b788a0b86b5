/** The site's service worker, in both browsers: without the network, without headers, and when the site is updated. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { finish } from "../../scripts/site-finish.js";
import { type SiteServer, serveSite } from "../../scripts/site-server.js";
import { start } from "../support/browsers.js";
import { waitUntil } from "../support/waiting.js";
import { click } from "./controls.js";
import { BROWSERS, collectErrors, KINDS, newPage, ready } from "./support.js";

describe.each(BROWSERS)("the service worker in %s", (name) => {
  let browser: Browser;
  let server: SiteServer | undefined;
  let folder: string;
  beforeAll(async () => {
    browser = await start(name);
  });
  afterAll(() => browser.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "segring-site-"));
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["/", "siteFolder"],
    ["/x/y/", "subFolder"],
  ] as const)("keeps all of a site at %s: pages of each kind open without the server", async (base, of) => {
    server = await serveSite(inject(of), { base });
    const { url } = server;
    const page = await newPage(browser);
    await page.goto(url);
    await keptIn(page);
    await server.close();
    server = undefined;
    const errors = collectErrors(page, new URL(url).origin);
    for (const path of ["", "map", ...KINDS]) {
      await page.goto(url + path, { waitUntil: "load" });
      await ready(page);
      expect(await page.evaluate(() => crossOriginIsolated), path).toBe(true);
      expect(errors, path).toEqual([]);
    }
    // From page to page by the site's own script, and the search.
    await page.goto(url, { waitUntil: "load" });
    await ready(page);
    await click(page, 'nav[aria-labelledby="main-nav-aria-label"] a[href$="api/"]');
    await waitUntil(page, () => document.querySelector("h1")?.textContent?.includes("API"));
    await click(page, "#local-search button");
    await page.waitForSelector(".VPLocalSearchBox input");
    await page.type(".VPLocalSearchBox input", "coalesce");
    await page.waitForSelector(".VPLocalSearchBox .result");
    expect(errors).toEqual([]);
    const gone = await page.goto(`${url}gone.html`);
    expect(gone?.status()).toBe(404);
    await page.close();
  });

  it("isolates the pages of a host without headers, with one new load", async () => {
    server = await serveSite(inject("siteFolder"), { plain: true });
    const page = await newPage(browser);
    const errors = collectErrors(page, new URL(server.url).origin);
    // Not events "load": the page may go on before it has loaded.
    let loads = 0;
    page.on("request", (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) loads++;
    });
    await page.goto(`${server.url}ring.html`);
    await waitUntil(page, () => crossOriginIsolated);
    await keptIn(page);
    expect(loads).toBe(2);
    expect(errors).toEqual([]);
    await page.close();
  });

  // A dedicated worker is a client too. Firefox asks each client's thread to be claimed, and that of a kernel waits for
  // records and does not answer. A worker that waits for the claim activates for a minute, and no request is answered.
  it("takes over a page whose ring kernel runs, and the site goes on from there", async () => {
    server = await serveSite(inject("siteFolder"));
    const page = await newPage(browser);
    const errors = collectErrors(page, new URL(server.url).origin);
    await page.goto(`${server.url}ring.html`);
    await keptIn(page);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)).toBe("activated");
    await click(page, 'nav[aria-labelledby="main-nav-aria-label"] a[href$="guide/"]');
    await waitUntil(page, () => document.querySelector("h1")?.textContent?.includes("Guide"));
    expect(errors).toEqual([]);
    await page.close();
  });

  it("does not load an isolated page again", async () => {
    server = await serveSite(inject("siteFolder"));
    const page = await newPage(browser);
    let loads = 0;
    page.on("load", () => loads++);
    await page.goto(`${server.url}ring.html`);
    await keptIn(page);
    expect(loads).toBe(1);
    await page.close();
  });

  it("shows an update at once, and leaves no cache of the version before", async () => {
    cpSync(inject("siteFolder"), folder, { recursive: true });
    server = await serveSite(folder);
    const { url } = server;
    const page = await newPage(browser);
    await page.goto(`${url}guide/`);
    await keptIn(page);
    const before = await cachesOf(page);
    expect(before).toHaveLength(1);

    const file = join(folder, "guide/index.html");
    const html = readFileSync(file, "utf8");
    writeFileSync(file, html.replace(/<meta http-equiv[^>]*>/, '<meta name="update">'));
    finish(folder, "/", ["guide/index.html"]);
    await page.goto(`${url}guide/`);
    expect(await page.$("meta[name=update]")).not.toBeNull();
    await waitUntil(page, async (old) => !(await caches.keys()).includes(old), {}, before[0] as string);
    const after = await cachesOf(page);
    expect(after).toHaveLength(1);

    await server.close();
    server = undefined;
    await page.goto(`${url}guide/`);
    expect(await page.$("meta[name=update]")).not.toBeNull();
    await page.close();
  });
});

/** Waits until the worker has said that it keeps all files. */
async function keptIn(page: Page): Promise<void> {
  await waitUntil(page, () => document.documentElement?.dataset.offline === "kept");
}

function cachesOf(page: Page): Promise<string[]> {
  return page.evaluate(() => caches.keys());
}
