/**
 * npm run test:all [-- --but STAGE]: npm test, and all that it leaves out. `--but` leaves out a stage that has run already.
 *
 * Two stages run at a time, because most of them wait for one process or one page, and leave a core idle; the longest come
 * first. A stage that fails does not keep the others from running. The end says what each stage ran, and how long it took.
 */
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

const STAGES: readonly (readonly [script: string, what: string])[] = [
  ["test", "all suites in Node, with few random inputs"],
  ["test:firefox", "the suites of the core in Firefox"],
  ["test:heavy", "suites in Node with random inputs again, with all of them"],
  ["test:site", "the site, built for two places: its frame and its rooms, in Chromium and Firefox"],
  ["test:browser", "the suites of the core in Chromium"],
  ["test:distributed", "the samples for several machines: GNU parallel, ssh, Dask"],
  ["test:embed", "the package in all that docs/browser.md names"],
  ["test:model", "the models of the ring's protocol, and their mutants"],
  ["test:slow", "a million hostile inputs of the decoders"],
  ["test:pack", "the package as its users get it"],
];
/** How many stages run at a time. */
const LANES = 2;
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

/** Runs a script of package.json, and shows what it prints, with its name before each line. */
function runScript(script: string): Promise<Outcome> {
  const start = performance.now();
  const child = spawn("npm", ["run", "--silent", script], { stdio: ["ignore", "pipe", "pipe"] });
  let count = "";
  const failures = new Set<string>();
  const show = (copy: Writable) => (line: string) => {
    copy.write(`${script}: ${line}\n`);
    const plain = stripVTControlCharacters(line);
    if (COUNT.test(plain)) count = plain.trim();
    // vitest names what failed on standard error.
    if (FAILURE.test(plain)) failures.add(plain.trim());
  };
  eachLine(child.stdout, show(process.stdout));
  eachLine(child.stderr, show(process.stderr));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = Math.round((performance.now() - start) / 1000);
      resolve({ failed: code !== 0, seconds, count, failures: [...failures] });
    });
  });
}

/** Calls back for each line of a text as it comes; the last may have no end. */
function eachLine(source: Readable, take: (line: string) => void): void {
  let rest = "";
  source.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  });
  source.on("end", () => {
    if (rest !== "") take(rest);
  });
}

/** Runs stages one after another, until none is left. */
async function runLane(left: (readonly [script: string, what: string])[], rows: string[]): Promise<void> {
  for (let stage = left.shift(); stage !== undefined; stage = left.shift()) {
    const [script, what] = stage;
    console.log(`\n== npm run ${script}: ${what}`);
    const { failed, seconds, count, failures } = await runScript(script);
    // Nothing counted is nothing run.
    const passed = !failed && count !== "";
    if (!passed) process.exitCode = 1;
    const row = `${passed ? "passed" : "FAILED"} ${String(seconds).padStart(5)} s  ${script.padEnd(16)} ${count}`;
    rows.push(row, ...failures);
    console.log(`\n== ${row}`);
  }
}

const [option, out, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (option !== undefined && (option !== "--but" || !STAGES.some(([script]) => script === out)))) {
  throw new Error(
    `expected --but and one of ${STAGES.map(([script]) => script).join(", ")}, got ${process.argv.slice(2).join(" ")}`,
  );
}
const left = STAGES.filter(([script]) => script !== out);
const rows: string[] = [];
await Promise.all(Array.from({ length: LANES }, () => runLane(left, rows)));
console.log(`\n== npm run test:all\n${rows.join("\n")}`);
