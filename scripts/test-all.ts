/**
 * npm run test:all [-- --but STAGE]: npm test, and all that it leaves out. `--but` leaves out a stage that has run already.
 * A stage that fails does not keep the others from running; at the end is said what each of them ran, and how long it took.
 */
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

const STAGES: readonly (readonly [script: string, what: string])[] = [
  ["test", "all suites in Node, with few random inputs"],
  ["test:heavy", "those with random inputs again, with all of them"],
  ["test:browser", "the suites of the core in Chromium"],
  ["test:firefox", "the same in Firefox"],
  ["test:slow", "a million hostile inputs of the decoders"],
  ["test:distributed", "the samples for several machines: GNU parallel, ssh, Dask"],
  ["test:model", "the models of the ring's protocol, and their mutants"],
  ["test:site", "the site, built for two places: its frame and its rooms, in Chromium and Firefox"],
  ["test:pack", "the package as its users get it"],
  ["test:embed", "the package in all that docs/browser.md names"],
];
/** The line that names a test which failed. */
const FAILURE = /^\s*FAIL\s/;
/** The line in which a stage counts what it ran. */
const COUNT = /^\s*(?:Tests {2}\d|model: \d|pack: \d|embed: \d)/;

interface Outcome {
  readonly failed: boolean;
  readonly seconds: number;
  readonly count: string;
  readonly failures: readonly string[];
}

/** Runs a script of package.json, and shows what it prints. */
function runScript(script: string): Promise<Outcome> {
  const start = performance.now();
  const child = spawn("npm", ["run", "--silent", script], { stdio: ["ignore", "pipe", "pipe"] });
  let count = "";
  const failures = new Set<string>();
  eachLine(child.stdout, process.stdout, (line) => {
    if (COUNT.test(line)) count = line.trim();
    if (FAILURE.test(line)) failures.add(line.trim());
  });
  // vitest names what failed on standard error.
  eachLine(child.stderr, process.stderr, (line) => {
    if (FAILURE.test(line)) failures.add(line.trim());
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = Math.round((performance.now() - start) / 1000);
      resolve({ failed: code !== 0, seconds, count, failures: [...failures] });
    });
  });
}

/** Copies a text as it comes, and calls back for each line that is whole, without colours. */
function eachLine(source: Readable, copy: Writable, take: (line: string) => void): void {
  let rest = "";
  source.setEncoding("utf8").on("data", (text: string) => {
    copy.write(text);
    const lines = stripVTControlCharacters(rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  });
}

const [option, left, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (option !== undefined && (option !== "--but" || !STAGES.some(([script]) => script === left)))) {
  throw new Error(
    `expected --but and one of ${STAGES.map(([script]) => script).join(", ")}, got ${process.argv.slice(2).join(" ")}`,
  );
}
const rows: string[] = [];
for (const [script, what] of STAGES) {
  if (script === left) continue;
  console.log(`\n== npm run ${script}: ${what}`);
  const { failed, seconds, count, failures } = await runScript(script);
  // Nothing counted is nothing run.
  const passed = !failed && count !== "";
  if (!passed) process.exitCode = 1;
  rows.push(
    `${passed ? "passed" : "FAILED"} ${String(seconds).padStart(5)} s  ${script.padEnd(16)} ${count}`,
    ...failures,
  );
}
console.log(`\n== npm run test:all\n${rows.join("\n")}`);
