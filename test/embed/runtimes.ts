/** The program of apps/ in other runtimes than Node 20: newer Node, Bun, Deno, and workerd, which runs Cloudflare's workers. */
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstLine } from "./bundlers.js";
import { EMBED, folderFor, toolPath } from "./packed.js";
import { type Expected, judge, type Report } from "./report.js";
import type { Row } from "./row.js";
import { runCommand } from "./run-command.js";

const FILES = ["probe.js", "pool.js", "kernel-worker.js", "runtimes/node-worker.mjs", "runtimes/web-worker.mjs"];
const DENO = "@deno/linux-x64-glibc/deno";
const BUN = "@oven/bun-linux-x64/bin/bun";

interface Cell {
  readonly name: string;
  readonly what: string;
  readonly binary: string;
  readonly args: readonly string[];
}

const CELLS: readonly Cell[] = [
  { name: "Node", what: "Node 20, `worker_threads`", binary: process.execPath, args: ["node-worker.mjs"] },
  ...["node-22", "node-24", "node-26"].map((name) => ({
    name,
    what: `Node ${name.slice(5)}, \`worker_threads\``,
    binary: `${toolPath(name)}/bin/node`,
    args: ["node-worker.mjs"],
  })),
  { name: "bun", what: "Bun, `worker_threads`", binary: toolPath(BUN), args: ["node-worker.mjs"] },
  { name: "bun", what: "Bun, its own `Worker`", binary: toolPath(BUN), args: ["web-worker.mjs"] },
  { name: "deno", what: "Deno, `node:worker_threads`", binary: toolPath(DENO), args: ["run", "-A", "node-worker.mjs"] },
  { name: "deno", what: "Deno, its own `Worker`", binary: toolPath(DENO), args: ["run", "-A", "web-worker.mjs"] },
];

/** @param node What the program reports in Node. */
export async function tryRuntimes(node: Report): Promise<Row[]> {
  const rows: Row[] = [];
  for (const cell of CELLS) {
    const row = { group: "Runtimes", what: cell.what, version: versionOfBinary(cell.binary) };
    rows.push({ ...row, result: await tryRuntime(cell, node) });
  }
  rows.push(await tryWorkerd(node));
  return rows;
}

async function tryRuntime({ name, binary, args }: Cell, node: Report): Promise<string> {
  const folder = folderFor(`runtime-${name}`, FILES);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const expected: Expected = { engine: "wasm", worker: { shared: true } };
  try {
    return judge(JSON.parse(await runCommand(binary, args, { cwd: folder })) as Report, node, expected);
  } catch (error) {
    return String(error);
  }
}

/** What workerd runs with the files of the package. */
interface ByModule {
  readonly byModule: { readonly engine: string; readonly ring: { readonly engine: string; readonly digest: string } };
}

/** workerd compiles no wasm at run time, and gives an imported file as a module. */
async function tryWorkerd(node: Report): Promise<Row> {
  const binary = toolPath("@cloudflare/workerd-linux-64/bin/workerd");
  const row = {
    group: "Runtimes",
    what: "workerd, `kernel.wasm` and `kernel.ring.wasm` as modules",
    version: versionOfBinary(binary),
  };
  const folder = folderFor("workerd", [
    "probe.js",
    "runtimes/workerd.js",
    "runtimes/workerd.capnp",
    "runtimes/workerd.mjs",
  ]);
  try {
    await runCommand(process.execPath, ["workerd.mjs"], { cwd: folder });
    const child = spawn(binary, ["serve", "workerd.capnp", "--control-fd=1"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      const { port } = JSON.parse(await firstLine(child)) as { port: number };
      const report = (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as Report & ByModule;
      const { engine, ring } = report.byModule;
      if (engine !== "wasm" || ring.engine !== "wasm" || ring.digest !== node.ring.digest) {
        return { ...row, result: `by modules: expected wasm twice, got ${JSON.stringify(report.byModule)}` };
      }
      const result = judge(report, node, { engine: "js" });
      return { ...row, result: result.replace("ok, js", "ok, wasm by the modules, js without") };
    } finally {
      child.kill("SIGKILL");
    }
  } catch (error) {
    return { ...row, result: String(error) };
  }
}

function versionOfBinary(binary: string): string {
  const [line = ""] = execFileSync(binary, ["--version"], { cwd: EMBED, encoding: "utf8" }).split("\n");
  return line.replace(/^(v|deno |workerd )/, "").replace(/ .*/, "");
}
