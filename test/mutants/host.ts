/**
 * A process that runs test files for scripts/mutants.ts, which puts the faults into the files of this one's tree. One
 * host runs hundreds: starting vitest costs more than most tests do.
 */
import { resolve } from "node:path";
import { createVitest, type TestModule } from "vitest/node";
import { buildKernels, kernelsOf } from "./kernels.js";

/** What the host is told: the files that changed since it was told last, and what to run. */
export interface Job {
  readonly changed: readonly string[];
  readonly tests: readonly string[];
}

/** What it answers: the test file that failed or "timeout", why the fault does not compile, or neither: all tests passed. */
export interface Answer {
  readonly killedBy?: string;
  /** The first line of the failure. */
  readonly why?: string;
  readonly broken?: string;
}

/** Processor time of a test file, not of the clock: a busy machine must not kill a mutant. The longest takes some 5 s. */
const MAX_CPU_SECONDS = 20;

const vitest = await createVitest("test", {
  config: resolve("test/mutants/vitest.config.ts"),
  watch: false,
  reporters: [{}],
});
const project = vitest.getRootProject();

process.on("message", async ({ changed, tests }: Job) => {
  const kernels = kernelsOf(changed);
  const broken = kernels.length === 0 ? undefined : await buildKernels(kernels);
  for (const file of [...changed, ...kernels.map(({ embedded }) => embedded)]) vitest.invalidateFile(resolve(file));
  process.send?.(broken === undefined ? await firstFailure(tests) : { broken });
});
// Nobody is left to answer to.
process.on("disconnect", () => process.exit(1));
process.send?.({});

async function firstFailure(tests: readonly string[]): Promise<Answer> {
  for (const test of tests) {
    const specification = project.createSpecification(resolve(test));
    const watch = watchCpu();
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification]);
    clearInterval(watch);
    // Those of earlier runs are among them.
    const module = testModules.find(({ moduleId }) => moduleId === resolve(test));
    const passed = module?.ok() === true && unhandledErrors.length === 0;
    if (!passed) return { killedBy: test, why: reasonOf(module, unhandledErrors) };
  }
  return {};
}

function reasonOf(module: TestModule | undefined, unhandledErrors: readonly unknown[]): string {
  const tests = [...(module?.children.allTests("failed") ?? [])];
  const errors = [
    ...tests.flatMap((test) => test.result().errors ?? []),
    ...(module?.errors() ?? []),
    ...unhandledErrors,
  ];
  const message = (errors[0] as Error | undefined)?.message ?? "no message";
  return `${tests[0]?.fullName ?? "no test"}: ${message.split("\n", 1)[0]}`;
}

/** A loop without end is ended with the process. Tests run in another thread, so this one can watch. */
function watchCpu(): NodeJS.Timeout {
  const before = process.cpuUsage();
  return setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    if (user + system < MAX_CPU_SECONDS * 1e6) return;
    process.send?.({ killedBy: "timeout" }, () => process.kill(process.pid, "SIGKILL"));
  }, 500);
}
