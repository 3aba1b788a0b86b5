import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

/** Debian's, or another one that CHROMIUM names; test tools cannot download one. */
const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

/** Suites of the core: they import no Node built-in, so they run in a browser too. */
const core = [
  "test/unit/**/*.test.ts",
  "test/property/**/*.test.ts",
  "test/vectors/**/*.test.ts",
  "test/ring/**/*.test.ts",
];

/** What makes a page cross-origin isolated, so that it has shared memory. */
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // By default one core is left free, which of two is half: 4 min 27 s instead of 2 min 36 s.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "node",
          include: [...core, "test/node/**/*.test.ts", "test/cli/**/*.test.ts", "test/fuzz/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      { test: { name: "slow", include: ["test/slow/**/*.test.ts"], testTimeout: 1_800_000 } },
      {
        server: { headers },
        test: {
          name: "browser",
          include: [...core, "test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromium === undefined ? {} : { executablePath: chromium }),
                args: ["--no-sandbox"],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
