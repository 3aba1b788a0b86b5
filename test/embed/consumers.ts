/** Projects that test with Jest or Vitest, and use the package. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderFor, toolPath, versionOfTool } from "./packed.js";
import type { Row } from "./row.js";
import { runCommand } from "./run-command.js";

export async function tryConsumers(): Promise<Row[]> {
  return [
    await row("Jest, `--experimental-vm-modules`", "jest", [
      "--experimental-vm-modules",
      join(toolPath("jest"), "bin/jest.js"),
    ]),
    await row("Vitest, `globals`", "vitest", [join(toolPath("vitest"), "vitest.mjs"), "run", "--globals"]),
  ];
}

async function row(what: string, tool: string, args: readonly string[]): Promise<Row> {
  const folder = folderFor(tool, ["consumers/map.test.js"]);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", jest: { transform: {} } }));
  // Or the tool takes that of a folder above.
  writeFileSync(join(folder, "vitest.config.js"), "export default {};");
  const version = versionOfTool(tool);
  try {
    await runCommand(process.execPath, args, { cwd: folder });
    return { group: "Test runners", what, version, result: "ok" };
  } catch (error) {
    return { group: "Test runners", what, version, result: String(error) };
  }
}
