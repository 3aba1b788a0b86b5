/** Vitest's pages in Debian's Chromium or Firefox, opened by puppeteer: Playwright cannot drive this Firefox. */
import { defineBrowserProvider } from "@vitest/browser";
import type { Browser } from "puppeteer-core";
import type { BrowserProvider, BrowserProviderOption, TestProject } from "vitest/node";
import { type BrowserName, start } from "./browsers.js";

export function puppeteer(): BrowserProviderOption {
  return defineBrowserProvider({
    name: "puppeteer",
    options: {},
    supportedBrowser: ["chromium", "firefox"],
    providerFactory: (project) => new PuppeteerProvider(project),
  });
}

class PuppeteerProvider implements BrowserProvider {
  readonly name = "puppeteer";
  readonly supportsParallelism = true;
  readonly #project: TestProject;
  #browser: Promise<Browser> | undefined;

  constructor(project: TestProject) {
    this.#project = project;
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    this.#browser ??= start(this.#project.config.browser.name as BrowserName);
    const browser = await this.#browser;
    // A window of its own: a page in the background has slow timers.
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(url, { timeout: 0 });
  }

  async close(): Promise<void> {
    const browser = await this.#browser;
    this.#browser = undefined;
    await browser?.close();
  }
}
