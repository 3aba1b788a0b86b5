/** Runs before all tests in Node: bundles the command line, which hundreds of them start as a process. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { bundleCli, REPOSITORY } from "./bundle.js";

/** Of src/, as it is; as far from `package.json` and `samples` as in the package. */
export const CLI = join(REPOSITORY, "build/cli/main.mjs");

export default function bundleForTests(project: TestProject): void {
  const write = () => {
    mkdirSync(dirname(CLI), { recursive: true });
    // Tests of another process may be reading it.
    const written = `${CLI}.${process.pid}`;
    writeFileSync(written, bundleCli());
    renameSync(written, CLI);
  };
  write();
  project.onTestsRerun(async () => write());
}
