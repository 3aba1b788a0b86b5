/** What readers of package.json find wrong in ours. */

import { join } from "node:path";
import { PACKAGE, toolPath, versionOfTool } from "./packed.js";
import type { Row } from "./row.js";
import { runCommand } from "./run-command.js";

export async function tryManifest(tarball: string): Promise<Row[]> {
  return [
    await row("publint --strict", "publint", ["src/cli.js", "run", PACKAGE, "--strict"]),
    await row("are the types wrong?", "@arethetypeswrong/cli", [
      "dist/index.js",
      tarball,
      "--profile",
      "esm-only",
      "--no-color",
      "--no-emoji",
    ]),
  ];
}

async function row(what: string, name: string, [script = "", ...args]: readonly string[]): Promise<Row> {
  const version = versionOfTool(name);
  const group = "package.json";
  try {
    await runCommand(process.execPath, [join(toolPath(name), script), ...args], { cwd: PACKAGE });
    return { group, what, version, result: "ok" };
  } catch (error) {
    return { group, what, version, result: String(error) };
  }
}
