import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig, type Plugin } from "vitest/config";
import { puppeteer } from "./test/support/browser-provider.js";
import type { BrowserName } from "./test/support/browsers.js";
import { HANG_MS } from "./test/support/hang.js";

/** Suites of the core: they import no Node built-in, so they run in a browser too. */
const core = [
  "test/unit/**/*.test.ts",
  "test/property/**/*.test.ts",
  "test/vectors/**/*.test.ts",
  "test/ring/**/*.test.ts",
];

/** What makes a page cross-origin isolated, so that it has shared memory. */
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Scripts that must not start as workers: one without the header of an isolated page, one whose import names nothing. */
const wrongWorkers: Plugin = {
  name: "wrong-workers",
  configureServer({ middlewares }) {
    middlewares.use("/test-worker-without-coep.js", (_request, response) => {
      response.removeHeader("Cross-Origin-Embedder-Policy");
      response.setHeader("Content-Type", "text/javascript");
      response.end("postMessage('started')");
    });
    middlewares.use("/test-worker-unresolved.js", (_request, response) => {
      response.setHeader("Content-Type", "text/javascript");
      response.end('import "no-such-package/ring/worker";');
    });
  },
};

const guard = { testTimeout: HANG_MS, hookTimeout: HANG_MS, expect: { poll: { timeout: HANG_MS } } };

/** Suites in Node. */
const inNode = [
  ...core,
  "test/node/**/*.test.ts",
  "test/cli/**/*.test.ts",
  "test/fuzz/**/*.test.ts",
  "test/mutants/**/*.test.ts",
];

/** Those of them that ask test/support/check.ts how much to try, and those that take long whatever is asked. */
const heavy = ["cli", "fuzz", "heavy", "node", "property", "ring", "unit", "vectors"]
  .flatMap((folder) =>
    readdirSync(`test/${folder}`, { recursive: true, encoding: "utf8" }).map((name) => `test/${folder}/${name}`),
  )
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".test.ts"))
  .filter((path) => path.startsWith("test/heavy/") || readFileSync(path, "utf8").includes('/support/check.js"'));

const forNode = {
  ...guard,
  globalSetup: "test/support/bundled-cli.ts",
};

/** The part of its random inputs, kills and long streams that a test tries in `npm test`; `npm run test:heavy` tries all. */
const FEW = "0.1";

/** The suites of the core in a page. @param runs What part of the random inputs, kills and long streams is tried. */
const inBrowser = (name: string, browser: BrowserName, runs: string) => ({
  server: { headers },
  plugins: [wrongWorkers],
  // Vite serves tests as they are written, and `using` is younger than Firefox 140.
  oxc: { target: "es2022" },
  test: {
    name,
    include: [...core, "test/browser/**/*.test.ts", "test/heavy/too-large.test.ts"],
    ...guard,
    env: { VITE_SEGRING_RUNS: process.env.VITE_SEGRING_RUNS ?? runs },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: puppeteer(),
      instances: [{ browser }],
    },
  },
});

export default defineConfig({
  test: {
    ...guard,
    // By default one core is left free, which of two is half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { test: { name: "node", ...forNode, include: inNode, env: { SEGRING_RUNS: process.env.SEGRING_RUNS ?? FEW } } },
      { test: { name: "heavy", ...forNode, include: heavy } },
      { test: { name: "slow", ...guard, include: ["test/slow/**/*.test.ts"], testTimeout: 3 * HANG_MS } },
      { test: { name: "distributed", ...guard, include: ["test/distributed/**/*.test.ts"] } },
      { test: { name: "site", ...guard, include: ["test/site/**/*.test.ts"], globalSetup: "test/site/setup.ts" } },
      // V8 runs all of them in `heavy`.
      inBrowser("browser", "chromium", FEW),
      inBrowser("firefox", "firefox", "1"),
    ],
  },
});
