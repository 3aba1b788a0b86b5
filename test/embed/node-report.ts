/** What the program of apps/ reports in this Node: the report that all others are compared with. */
import { execFileSync } from "node:child_process";
import { folderFor } from "./packed.js";
import type { Report } from "./report.js";

export function nodeReport(): Report {
  const folder = folderFor("node", ["probe.js", "runtimes/inline.mjs"]);
  return JSON.parse(execFileSync(process.execPath, ["inline.mjs"], { cwd: folder, encoding: "utf8" })) as Report;
}
