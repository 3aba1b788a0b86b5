/** Debian's Chromium and Firefox, driven by puppeteer: Chromium by its own protocol, Firefox by BiDi. */
import { existsSync } from "node:fs";
import { type Browser, launch } from "puppeteer-core";

export type BrowserName = "chromium" | "firefox";

/** Test tools cannot download a browser: the one that the variable names, or Debian's. */
const PLACES: Readonly<Record<BrowserName, readonly (string | undefined)[]>> = {
  chromium: [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"],
  firefox: [process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"],
};

/** Tests of a page in the background are not slowed down. */
const FIREFOX_PREFERENCES = {
  "dom.min_background_timeout_value": 4,
  "dom.timeout.enable_budget_timer_throttling": false,
};

/** @throws {Error} The browser is not here. */
export function start(name: BrowserName): Promise<Browser> {
  const executablePath = PLACES[name].find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(`expected ${name} at ${PLACES[name].filter(Boolean).join(" or ")}, found nothing there`);
  }
  const common = { executablePath, protocolTimeout: 0 };
  return name === "chromium"
    ? launch({
        ...common,
        browser: "chrome",
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      })
    : launch({ ...common, browser: "firefox", extraPrefsFirefox: FIREFOX_PREFERENCES });
}

/** "Chromium 156.0": the name and version, as a table gives it. */
export async function versionOf(browser: Browser): Promise<string> {
  const [name = "", version = ""] = (await browser.version()).split("/");
  const said = /firefox/i.test(name) ? "Firefox" : name.replace("Headless", "").replace("Chrome", "Chromium");
  return `${said} ${version.split(".").slice(0, 2).join(".")}`;
}
