/** What a page reports: the page puts its report where the driver finds it. */
import type { Browser, Page } from "puppeteer-core";
import { waitUntil } from "../support/waiting.js";

const REPORT_MS = 120_000;

/** Opens an address in a page of its own, and gives the page's report. */
export async function reportOf<T>(browser: Browser, url: string): Promise<T> {
  const page = await browser.newPage();
  try {
    return await reportIn<T>(page, url);
  } finally {
    await page.close();
  }
}

/** As `reportOf`, in a page that is there. @throws {Error} There was no report in time: with what the console said. */
export async function reportIn<T>(page: Page, url: string): Promise<T> {
  const told: string[] = [];
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", (error) => told.push(String(error)));
  await page.goto(url);
  let report: string;
  try {
    report = await waitUntil(page, () => document.documentElement?.dataset.report, { timeout: REPORT_MS });
  } catch (cause) {
    throw new Error(`the page gave no report; its console: ${told.join("; ") || "nothing"}`, { cause });
  }
  return JSON.parse(report) as T;
}
