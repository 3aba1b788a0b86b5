/** The program of apps/, through every bundler, opened in Chromium and Firefox. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "puppeteer-core";
import { versionOf } from "../support/browsers.js";
import { EMBED, folderFor, toolPath, versionOfTool } from "./packed.js";
import { reportOf } from "./page-report.js";
import { judge, type Report } from "./report.js";
import type { Row } from "./row.js";
import { runCommand } from "./run-command.js";
import { ISOLATED, serve } from "./server.js";

const APP = ["main.js", "probe.js", "pool.js", "kernel-worker.js", "index.html"];
const GROUP = "Bundlers";

interface Cell {
  readonly name: string;
  readonly tool: string;
  readonly what: string;
  /** Builds the program in the folder. @returns The folder to serve. */
  build(folder: string): Promise<string>;
}

/** Runs a script of apps/bundlers/, which bundles into the folder `out`, and adds the page that names the bundle. */
async function byScript(folder: string, file: string, ...args: readonly string[]): Promise<string> {
  await runCommand(process.execPath, [join(EMBED, "apps/bundlers", file), ...args, folder], { cwd: EMBED });
  const out = join(folder, "out");
  writeFileSync(
    join(out, "index.html"),
    '<!doctype html><meta charset="utf-8"><script type="module" src="./main.js"></script>',
  );
  return out;
}

const CELLS: readonly Cell[] = [
  {
    name: "webpack",
    tool: "webpack",
    what: "webpack, worker by `new URL`",
    build: (folder) => byScript(folder, "webpack.mjs", "webpack"),
  },
  {
    name: "rspack",
    tool: "@rspack/core",
    what: "Rspack, worker by `new URL`",
    build: (folder) => byScript(folder, "webpack.mjs", "rspack"),
  },
  {
    name: "rollup",
    tool: "rollup",
    what: "Rollup with node-resolve, worker as a second entry",
    build: (folder) => byScript(folder, "rollup.mjs"),
  },
  {
    name: "esbuild",
    tool: "esbuild",
    what: "esbuild, worker as a second entry",
    build: (folder) => byScript(folder, "esbuild.mjs"),
  },
  {
    name: "parcel",
    tool: "parcel",
    what: "Parcel, worker by `new URL`",
    build: async (folder) => {
      writeFileSync(join(folder, "package.json"), '{ "private": true }');
      const args = [
        join(toolPath("parcel"), "lib/bin.js"),
        "build",
        "index.html",
        "--no-cache",
        "--cache-dir",
        ".cache",
        "--dist-dir",
        "out",
        "--public-url",
        "./",
      ];
      await runCommand(process.execPath, args, { cwd: folder });
      return join(folder, "out");
    },
  },
  {
    name: "next",
    tool: "next",
    what: "Next with Turbopack, static export, worker by `new URL`",
    build: async (folder) => {
      cpSync(join(EMBED, "apps/next"), folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), '{ "private": true }');
      await runCommand(process.execPath, [join(toolPath("next"), "dist/bin/next"), "build"], {
        cwd: folder,
        env: { NEXT_TELEMETRY_DISABLED: "1" },
      });
      return join(folder, "out");
    },
  },
];

/** The names of the cells, for who wants one alone. */
export const BUNDLERS: readonly string[] = [...CELLS.map(({ name }) => name), "vite"];

/** @param node What the program reports in Node. @param names The cells that are wanted. */
export async function tryBundlers(
  browsers: readonly Browser[],
  node: Report,
  names: readonly string[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const cell of CELLS.filter(({ name }) => names.includes(name))) {
    const row = { group: GROUP, what: cell.what, version: versionOfTool(cell.tool) };
    try {
      const site = await serve(await cell.build(folderFor(cell.name, APP)), () => ISOLATED);
      try {
        rows.push({ ...row, result: await judgeIn(browsers, site.url, node) });
      } finally {
        await site.close();
      }
    } catch (error) {
      rows.push({ ...row, result: String(error) });
    }
  }
  if (!names.includes("vite")) return rows;
  for (const tool of ["vite-7", "vite"]) {
    for (const mode of ["dev", "build"]) {
      for (const idiom of ["url", "query"] as const) rows.push(await tryVite({ tool, mode, idiom }, browsers, node));
    }
  }
  return rows;
}

interface ViteCell {
  readonly tool: string;
  readonly mode: string;
  /** How the program names its worker. */
  readonly idiom: "url" | "query";
}

async function tryVite({ tool, mode, idiom }: ViteCell, browsers: readonly Browser[], node: Report): Promise<Row> {
  const worker = idiom === "url" ? "worker by `new URL`" : "worker by `?worker`";
  const what = `Vite, ${mode === "dev" ? "development server" : "build and preview"}, ${worker}`;
  const row = { group: GROUP, what, version: versionOfTool(tool) };
  const folder = folderFor(`${tool}-${mode}-${idiom}`, APP);
  if (idiom === "query") cpSync(join(EMBED, "apps/bundlers/main-query.js"), join(folder, "main.js"));
  const args = [join(EMBED, "apps/bundlers/vite.mjs"), tool, mode, folder];
  const child = spawn(process.execPath, args, { cwd: EMBED, stdio: ["pipe", "pipe", "pipe"] });
  try {
    return { ...row, result: await judgeIn(browsers, await firstLine(child), node) };
  } catch (error) {
    return { ...row, result: String(error) };
  } finally {
    child.kill("SIGKILL");
  }
}

/** The result in every browser; the first that is wrong, with the browser's name. */
async function judgeIn(browsers: readonly Browser[], url: string, node: Report): Promise<string> {
  let result = "no browser";
  for (const browser of browsers) {
    result = judge(await reportOf<Report>(browser, url), node, { engine: "wasm", worker: { shared: true } });
    if (!result.startsWith("ok")) return `${await versionOf(browser)}: ${result}`;
  }
  return result;
}

/** The first line that a program prints, which then goes on. @throws {Error} It ended before: what it complained of. */
export function firstLine(child: ChildProcess): Promise<string> {
  let printed = "";
  let complained = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complained += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`exit ${code}: ${complained.slice(-600)}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.includes("\n")) resolve(printed.slice(0, printed.indexOf("\n")).trim());
    });
  });
}
