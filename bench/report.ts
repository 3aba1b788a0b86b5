/** `npm run bench -- --report DIR`: the race of the page, in this runtime, as JSON, Markdown and SVG. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { curveSvg } from "../site/rooms/race/curve.js";
import { jsonOf } from "../site/rooms/race/json.js";
import { markdownOf } from "../site/rooms/race/markdown.js";
import { answerOf, type Report } from "../site/rooms/race/report.js";
import type { Choice } from "../site/rooms/race/run.js";
import type { RuntimeRequest } from "./report-runtime.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILT = join(HERE, "../build/report");
/** Of every report that is stored: the reports can be compared. */
export const STORED: Choice = { count: 100_000, breaks: 10, quick: false };

/** Measures, and writes race.json, race.md and race.svg. @param folder Is made where it is missing. */
export async function writeReport(folder: string, quick: boolean): Promise<void> {
  commit();
  await bundleRace();
  const report = await raceIn(process.execPath, [], { ...STORED, quick });
  writeFiles(folder, report);
  console.log(`${answerOf(report)}\n${folder}: race.json, race.md, race.svg`);
}

export function writeFiles(folder: string, report: Report): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "race.json"), jsonOf(report));
  writeFileSync(join(folder, "race.md"), markdownOf(report, "race.svg"));
  writeFileSync(join(folder, "race.svg"), `${curveSvg(report.curve, "#ffffff")}\n`);
}

/** Bundles the race as a page has it. */
export async function bundleRace(): Promise<void> {
  await build({
    entryPoints: [join(HERE, "report-runtime.ts"), join(HERE, "report-worker.ts")],
    outdir: BUILT,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
}

/** Runs the bundled race by a program, and gives its report. */
export function raceIn(program: string, words: readonly string[], choice: Choice): Promise<Report> {
  const { version } = JSON.parse(readFileSync(join(HERE, "../package.json"), "utf8")) as { version: string };
  const request: RuntimeRequest = { choice, version, commit: commit() };
  const child = spawn(program, [...words, join(BUILT, "report-runtime.mjs"), JSON.stringify(request)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = text;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text.trim().split("\n").at(-1)}`);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
      if (code === 0) resolve(JSON.parse(said) as Report);
      else reject(new Error(`${program} ended with ${code}: ${complaint}`));
    });
  });
}

/** The commit of the code that runs: files that a bench writes meanwhile do not matter. */
export function commit(): string {
  started ??= describeCommit();
  return started;
}

let started: string | undefined;

function describeCommit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { cwd: HERE, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
