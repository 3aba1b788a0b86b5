/** The program of apps/ in pages of every kind: isolated or not, under each policy, and in places that are no page. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "puppeteer-core";
import { versionOf } from "../support/browsers.js";
import { EMBED, folderFor, PACKAGE } from "./packed.js";
import { reportOf } from "./page-report.js";
import { type Expected, judge, type Report } from "./report.js";
import type { Row } from "./row.js";
import { runCommand } from "./run-command.js";
import { ISOLATED, serve } from "./server.js";

const FILES = ["trusted", "special", "answer", "audio", "service", "shared", "inner"].map((name) => `pages/${name}.js`);
const PAGES = ["trusted", "special", "inner", "claimed"].map((name) => `pages/${name}.html`);

/** Content Security Policies, whether they let wasm compile, and how many violations they report. */
const POLICIES: readonly { readonly policy: string; readonly wasm: boolean }[] = [
  { policy: "", wasm: true },
  { policy: "script-src 'self' 'wasm-unsafe-eval'", wasm: true },
  { policy: "script-src 'self'", wasm: false },
  {
    policy: "default-src 'self'; script-src 'self'; require-trusted-types-for 'script'; trusted-types app",
    wasm: false,
  },
];

/** Where else code of a page runs. */
const PLACES: Readonly<Record<string, string>> = {
  audio: "AudioWorklet",
  service: "ServiceWorker, classic",
  shared: "SharedWorker, classic",
  frame: "sandboxed iframe",
};

/** @param node What the program reports in Node. */
export async function tryPages(browsers: readonly Browser[], node: Report): Promise<Row[]> {
  const folder = folderFor("pages", ["probe.js", "kernel-worker.js", ...FILES, ...PAGES]);
  await runCommand(process.execPath, [join(EMBED, "apps/pages/build.mjs"), folder], { cwd: EMBED });
  copyFileSync(join(PACKAGE, "samples/isolate.js"), join(folder, "isolate.js"));
  const rows: Row[] = [];
  for (const browser of browsers) {
    const version = await versionOf(browser);
    const claimed = { folder, page: "claimed.html", headers: {} };
    rows.push({
      group: "Pages",
      what: "isolated by the service worker of `samples/isolate.js`",
      version,
      result: await tryPage(claimed, browser, node, { engine: "wasm", worker: { shared: true } }),
    });
    for (const isolated of [true, false]) {
      for (const { policy, wasm } of POLICIES) {
        const expected = wasm ? "wasm" : "js";
        // One report, of ten mappers and two rings that may not compile.
        const wanted: Expected = {
          engine: expected,
          worker: { shared: isolated },
          violations: wasm ? 0 : 1,
          trusted: policy.includes("trusted-types"),
        };
        const what = `${isolated ? "isolated" : "not isolated"}, ${policy === "" ? "no policy" : `\`${policy}\``}`;
        const headers = {
          ...(isolated ? ISOLATED : {}),
          ...(policy === "" ? {} : { "Content-Security-Policy": policy }),
        };
        rows.push({
          group: "Pages",
          what,
          version,
          result: await tryPage({ folder, page: "trusted.html", headers }, browser, node, wanted),
        });
      }
      for (const [place, what] of Object.entries(PLACES)) {
        const headers = {
          ...(isolated ? { ...ISOLATED, "Cross-Origin-Resource-Policy": "cross-origin" } : {}),
          "Access-Control-Allow-Origin": "*",
        };
        const site = { folder, page: `special.html?${place}`, headers };
        const result = await tryPage(site, browser, node, { engine: "wasm" });
        rows.push({ group: "Pages", what: `${isolated ? "isolated" : "not isolated"}, ${what}`, version, result });
      }
    }
  }
  return rows;
}

interface Opened {
  readonly folder: string;
  readonly page: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function tryPage(
  { folder, page, headers }: Opened,
  browser: Browser,
  node: Report,
  wanted: Expected,
): Promise<string> {
  const site = await serve(folder, () => headers);
  try {
    return judge(await reportOf<Report>(browser, `${site.url}${page}`), node, wanted);
  } catch (error) {
    return String(error);
  } finally {
    await site.close();
  }
}
