import { defineConfig } from "vitest/config";

/** How a mutant's tests run: one file after the other in a thread of the host, until the first failure. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "threads",
    maxWorkers: 1,
    bail: 1,
    silent: true,
    // A loop is ended by its processor time (host.ts); this is for what waits for ever. No test takes a tenth of it.
    testTimeout: 60_000,
  },
});
