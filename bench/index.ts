/**
 * npm run bench [-- SUITE …] [--quick] [--json FILE], npm run bench -- --report DIR; --help says which suites there are.
 *
 * Every answer is checked before it is timed. Ratios are within one run: the machine's speed varies, the ratio less.
 */
import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type BenchRequest, benchRequest, benchUsage } from "./arguments.js";
import { type BenchMachine, type BenchRow, benchJson, FORMAT, machineText } from "./bench-file.js";
import { summaryOf } from "./harness.js";
import { commit, writeReport } from "./report.js";
import { resultFile } from "./result-file.js";
import { BY_NAME, SUITES } from "./suites.js";

const SUITE = fileURLToPath(new URL("suite.ts", import.meta.url));

const known = Object.keys(SUITES);
const request = benchRequest(process.argv.slice(2), known, BY_NAME);
if (request.kind === "help") console.log(benchUsage(known, BY_NAME));
else if (request.kind === "mistake") {
  console.error(request.message);
  process.exitCode = 2;
} else if (request.kind === "report") await writeReport(request.folder, request.quick);
else await run(request);

async function run({ quick, names, json }: BenchRequest & { kind: "run" }): Promise<void> {
  const write = json === undefined ? undefined : openResult(json);
  if (json !== undefined && write === undefined) return;
  const machine = machineHere();
  console.log(machineText(machine));
  const rows: BenchRow[] = [];
  for (const name of names) rows.push(...(await rowsOf(name, quick)));
  for (const line of summaryOf(rows)) console.log(line);
  write?.(benchJson({ format: FORMAT, machine, quick, suites: names, rows }));
}

/**
 * Runs a suite in a process of its own. What suites before it leave in a process would change its figures: V8 compiles a
 * call that has met many kinds of input for all of them, and JavaScript then took three times as long.
 */
function rowsOf(name: string, quick: boolean): Promise<readonly BenchRow[]> {
  const child = fork(SUITE, [name, quick ? "quick" : "full"], { serialization: "advanced" });
  let rows: readonly BenchRow[] | undefined;
  child.on("message", (sent) => {
    rows = sent as readonly BenchRow[];
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0 && rows !== undefined) resolve(rows);
      else reject(new Error(`the suite ${name} ended with ${signal ?? code}`));
    });
  });
}

/** Undefined, and said so, where the file cannot be written. */
function openResult(path: string): ((text: string) => void) | undefined {
  try {
    return resultFile(path);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
    return undefined;
  }
}

function machineHere(): BenchMachine {
  return {
    model: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    node: process.version,
    v8: process.versions.v8,
    commit: commit(),
    date: new Date().toISOString(),
  };
}
