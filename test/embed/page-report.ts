/** What a page of the program of apps/ reports. */
import type { Browser, Page } from "puppeteer-core";
import type { Report } from "./report.js";

const REPORT_MS = 60_000;

/** Opens a page, and waits until it has put its report where the driver finds it. */
export async function reportOf(browser: Browser, url: string): Promise<Report> {
  const page = await browser.newPage();
  const told: string[] = [];
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", (error) => told.push(String(error)));
  try {
    await page.goto(url);
    await waitForReport(page, told);
    return JSON.parse(await page.evaluate(() => document.documentElement.dataset.report ?? "")) as Report;
  } finally {
    await page.close();
  }
}

async function waitForReport(page: Page, told: readonly string[]): Promise<void> {
  try {
    await page.waitForFunction(() => document.documentElement.dataset.report !== undefined, { timeout: REPORT_MS });
  } catch (cause) {
    throw new Error(`the page gave no report; its console: ${told.join("; ") || "nothing"}`, { cause });
  }
}
