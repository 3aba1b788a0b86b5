/**
 * npm run test:fuzz -- [--seconds N] [--input FILE] [--minimise] [TARGET...]: fuzzes targets (test/fuzz/targets), guided
 * by the coverage of the JavaScript; the seconds, 60 by default, are split among them.
 *
 * Inputs that reach something new go to build/fuzz/corpus. One with a fault goes to test/fuzz/crashes/TARGET, where
 * `npm test` finds it from then on; the exit code is 1 then.
 *
 * --input FILE  runs one input through TARGET, without the fuzzer
 * --minimise    takes the fewest inputs that reach what all do into test/fuzz/corpus/TARGET
 * --list        prints the targets
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { keepFewest } from "./minimise.js";
import { type Target, targets } from "./targets/index.js";

const BUILD = "build/fuzz";
/** Bytes of an input. */
const MAX_BYTES = 4095;
/** Of the clock, for one input: far more than any takes, on a busy machine too. */
const MAX_SECONDS = 60;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    input: { type: "string" },
    minimise: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !targets.some((target) => target.name === name));
if (unknown.length > 0)
  fail(`no target ${unknown.join(", ")}; there are ${targets.map(({ name }) => name).join(", ")}`);
const chosen = positionals.length === 0 ? targets : targets.filter(({ name }) => positionals.includes(name));

if (options.list) {
  for (const { name, family } of targets) console.log(`${name.padEnd(16)} test/fuzz/targets/${family}.ts`);
} else if (options.input !== undefined) {
  if (chosen.length !== 1) fail("--input expected one TARGET");
  await (chosen[0] as Target).run(readFileSync(options.input));
  console.log(`${options.input}: no fault`);
} else {
  await bundle();
  if (options.minimise) for (const target of chosen) await keepFewest(target, BUILD, MAX_BYTES);
  else fuzzAll();
}

/** Each family as one CommonJS file: the fuzzer instruments nothing else. */
async function bundle(): Promise<void> {
  await build({
    entryPoints: ["test/fuzz/addon.ts", ...new Set(targets.map(({ family }) => `test/fuzz/targets/${family}.ts`))],
    entryNames: "[name]",
    outdir: BUILD,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Of modules that ask for their own address; no target calls them.
    logOverride: { "empty-import-meta": "silent" },
  });
}

function fuzzAll(): void {
  const seconds = Math.max(1, Math.floor(Number(options.seconds) / chosen.length));
  if (!Number.isFinite(seconds)) fail(`"--seconds" expected a number, got ${options.seconds}`);
  const faults = chosen.flatMap((target) => fuzz(target, seconds));
  for (const { name, file } of faults) {
    console.log(`fault: ${file}\n  repeat: npm run test:fuzz -- --input ${file} ${name}`);
  }
  console.log(`fuzz: ${chosen.length} targets, ${seconds} s each, ${faults.length} faults`);
  process.exit(faults.length === 0 ? 0 : 1);
}

/** One target. @returns What it found. */
function fuzz({ name, family, isAsync }: Target, seconds: number): { name: string; file: string }[] {
  const found = `${BUILD}/corpus/${name}`;
  const kept = `test/fuzz/corpus/${name}`;
  const crashes = `test/fuzz/crashes/${name}`;
  for (const folder of [found, crashes]) mkdirSync(folder, { recursive: true });
  const before = new Set(readdirSync(crashes));
  const jazzer = join(dirname(createRequire(import.meta.url).resolve("@jazzer.js/core")), "cli.js");
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      ...["--require", `./${BUILD}/addon.cjs`, jazzer, `${BUILD}/${family}.cjs`, found],
      ...(existsSync(kept) ? [kept] : []),
      ...["-f", name, "-i", BUILD, "--timeout", String(MAX_SECONDS * 1000), ...(isAsync ? [] : ["--sync"]), "--"],
      ...[`-max_total_time=${seconds}`, `-max_len=${MAX_BYTES}`, `-artifact_prefix=${crashes}/`],
      ...[`-timeout=${MAX_SECONDS}`, "-print_final_stats=1", "-rss_limit_mb=0"],
    ],
    { encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  // The statistics may be lost at the end; then the last line that counts.
  const runs = /number_of_executed_units: (\d+)/.exec(stderr)?.[1] ?? [...stderr.matchAll(/^#(\d+)/gm)].at(-1)?.[1];
  const coverage = [...stderr.matchAll(/cov: (\d+) ft: (\d+) corp: (\d+)/g)].at(-1);
  console.log(`${name.padEnd(16)} ${runs} runs, ${coverage?.[0] ?? "no coverage"}`);
  const files = readdirSync(crashes).filter((file) => !before.has(file));
  if (files.length > 0) console.log(/Uncaught Exception.*(?:\n.*){0,4}/.exec(stderr)?.[0] ?? "");
  else if (status !== 0) fail(`${name} ended with ${status}:\n${stderr.slice(-2000)}`);
  return files.map((file) => ({ name, file: `${crashes}/${file}` }));
}

function fail(message: string): never {
  console.error(`fuzz: ${message}`);
  process.exit(1);
}
