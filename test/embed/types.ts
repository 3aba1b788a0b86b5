/** The declarations, by every TypeScript from the oldest on, under the strictest options and the poorest surroundings. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderFor, toolPath } from "./packed.js";
import type { Row } from "./row.js";
import { runCommand } from "./run-command.js";

/** What a program may have: nothing, a page, Node. */
const SURROUNDINGS = {
  "ES2022 alone": { lib: ["es2022"], types: [] },
  dom: { lib: ["es2022", "dom"], types: [] },
  Node: { lib: ["es2022"], types: ["node"] },
};
const RESOLUTIONS = ["node16", "nodenext", "bundler"];
/** The oldest that reads the declarations. The one before must fail, or the number is not true any more. */
export const OLDEST = "5.2";

export async function tryTypes(): Promise<Row[]> {
  const versions = readdirSync(toolPath("."))
    .filter((name) => name.startsWith("typescript-"))
    .map((name) => name.slice("typescript-".length))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const rows: Row[] = [];
  for (const version of versions) rows.push(await tryVersion(version));
  return rows;
}

async function tryVersion(version: string): Promise<Row> {
  const tool = toolPath(`typescript-${version}`);
  const { version: exact } = JSON.parse(readFileSync(join(tool, "package.json"), "utf8"));
  const isOld = version.localeCompare(OLDEST, "en", { numeric: true }) < 0;
  const faults: string[] = [];
  for (const [name, surroundings] of Object.entries(SURROUNDINGS)) {
    for (const moduleResolution of RESOLUTIONS) {
      const fault = await compile(tool, { ...surroundings, moduleResolution });
      if (fault !== undefined) faults.push(`${name}, ${moduleResolution}: ${fault}`);
    }
  }
  const row = {
    group: "TypeScript",
    what: `\`tsc\`, ${RESOLUTIONS.join(", ")}; ${Object.keys(SURROUNDINGS).join(", ")}`,
    version: exact,
  };
  if (!isOld) return { ...row, result: faults[0] ?? "ok" };
  return {
    ...row,
    result: faults.length > 0 ? "ok, refused: too old" : `is not too old any more: OLDEST is lower than ${OLDEST}`,
  };
}

/** @returns The first error. */
async function compile(
  tool: string,
  options: { lib: string[]; types: string[]; moduleResolution: string },
): Promise<string | undefined> {
  const folder = folderFor("types", ["types/use.ts"]);
  const module = options.moduleResolution === "bundler" ? "es2022" : options.moduleResolution;
  const compilerOptions = {
    ...options,
    module,
    noEmit: true,
    strict: true,
    target: "es2022",
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  };
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
  try {
    await runCommand(process.execPath, [join(tool, "bin/tsc"), "-p", "."], { cwd: folder });
    return undefined;
  } catch (error) {
    return String(error).match(/[^\n]*error TS[^\n]*/)?.[0] ?? String(error);
  }
}
