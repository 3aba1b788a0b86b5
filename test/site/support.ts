/** Pages of the built site in a browser: to open, to watch for errors, to judge by axe, and to take pictures of. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type Page, ProtocolError } from "puppeteer-core";
import { inject } from "vitest";
import { REPOSITORY } from "../support/bundle.js";
import { HANG_MS } from "../support/hang.js";
import { waitUntil } from "../support/waiting.js";

/** Names of the browsers in which each test of the site runs; `start(name)` of test/support/browsers.ts starts one. */
export const BROWSERS = ["chromium", "firefox"] as const;

/** A page of each kind. */
export const KINDS = ["index.html", "guide/plan.html", "api/segring/plan.html", "map.html", "race.html", "ring.html"];

/** All pages of a built site. */
export function pagesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".html") && name !== "404.html")
    .sort();
}

/** Where `screenshot` puts pictures. Git ignores the folder. */
export const SCREENSHOTS = join(REPOSITORY, "test/site/screenshots");

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface OpenOptions {
  /** Of the site's own switch; "light" if it is left out. */
  readonly theme?: "light" | "dark";
  readonly viewport?: Size;
  /** Where the site is, with a "/" at the end. By default the site that the setup serves at "/". */
  readonly url?: string;
  /** A browser that has no service workers: a page that its host does not isolate stays so. */
  readonly withoutServiceWorkers?: boolean;
}

export interface SitePage {
  readonly page: Page;
  /**
   * What went wrong until now, a line each: errors and warnings of the console, errors that nothing caught, requests that
   * failed or were answered with 400 or above, and requests to another host.
   */
  readonly errors: string[];
}

/** An empty page. A wait in it that hangs fails before vitest ends the test: so the error says which wait it was. */
export async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(HANG_MS / 2);
  return page;
}

/**
 * Opens a page of the site, and waits until the page has loaded and its script runs.
 *
 * @param path Relative to the site: "" (the landing page), "map.html", "guide/plan.html", "map.html#mode=union".
 */
export async function openSite(browser: Browser, path: string, options: OpenOptions = {}): Promise<SitePage> {
  const { theme = "light", viewport = DESKTOP, url = inject("siteUrl") } = options;
  const page = await newPage(browser);
  await setViewport(page, viewport);
  const errors = collectErrors(page, new URL(url).origin);
  // A page cannot know the theme before the site's address is open.
  await page.evaluateOnNewDocument((value) => {
    try {
      localStorage.setItem("vitepress-theme-appearance", value);
    } catch {
      // A page without an address has no storage.
    }
  }, theme);
  if (options.withoutServiceWorkers) {
    await page.evaluateOnNewDocument(() => {
      Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined });
    });
  }
  await page.goto(new URL(path, url).href, { waitUntil: "load" });
  await ready(page);
  return { page, errors };
}

/** Gives the page a size, and waits until the page has it. */
export async function setViewport(page: Page, size: Size): Promise<void> {
  await page.setViewport(size).catch((error: unknown) => {
    // Puppeteer turns the screen too, beside the size; Firefox 140 cannot.
    const isTurn =
      error instanceof ProtocolError && /setScreenOrientationOverride.*unknown command/s.test(error.message);
    if (!isTurn) throw error;
  });
  await waitUntil(page, ({ width, height }) => innerWidth === width && innerHeight === height, {}, size);
}

/** Waits until the page's script has taken the page over, and its room (if it has one) is there. */
export async function ready(page: Page): Promise<void> {
  await waitUntil(page, () => {
    const room = document.querySelector(".room");
    const isTaken = (document.querySelector("#app") as { __vue_app__?: unknown } | null)?.__vue_app__ !== undefined;
    return isTaken && (room === null || room.childNodes.length > 0);
  });
}

/** Watches a page from now on; the list grows. Call this before the page opens an address. */
export function collectErrors(page: Page, origin: string = new URL(inject("siteUrl")).origin): string[] {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (["error", "warn", "assert"].includes(message.type())) errors.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => {
    const text = error instanceof Error ? error.message : String(error);
    // Firefox's service workers, of an answer to a page that went on to another address: no request is named.
    if (!/^Failed to load ‘’\. A ServiceWorker/.test(text)) errors.push(`not caught: ${text}`);
  });
  page.on("requestfailed", (request) => {
    const { errorText = "" } = request.failure() ?? {};
    // The page went on to another address, or needed the answer no more; Firefox 140 says so of a late answer too.
    const isLeft =
      /ERR_ABORTED|NS_BINDING_ABORTED/.test(errorText) ||
      (errorText === "NS_ERROR_UNEXPECTED" && request.response()?.ok() === true);
    if (!isLeft) errors.push(`failed: ${request.url()}: ${errorText}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) errors.push(`another host: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) errors.push(`${response.status()}: ${response.url()}`);
  });
  return errors;
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong on the page as it is now, a line each. */
export async function axe(page: Page): Promise<string[]> {
  // Evaluated by the browser's driver, which no policy of the page forbids.
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${help}: ${target.join(" ")} ${any[0]?.message ?? ""}`.trim()),
    );
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly {
      readonly target: readonly string[];
      readonly any: readonly { readonly message: string }[];
    }[];
  }[];
}

/** Takes a picture of the page as it is now, as `test/site/screenshots/NAME.png`. */
export async function screenshot(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: options.fullPage ?? false });
}
