import { defineConfig } from "vitest/config";

/** How a mutant's tests run: one file after the other in a thread of the host, until the first failure. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "threads",
    maxWorkers: 1,
    bail: 1,
    silent: true,
    testTimeout: 60_000,
  },
});
