/** The declarations, by every TypeScript from the oldest on, under the strictest options and the poorest surroundings. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderFor, toolPath, versionOfTool } from "./packed.js";
import type { Row } from "./row.js";
import { runCommand } from "./run-command.js";

/** What a program may have: nothing, a page, Node. */
const SURROUNDINGS = {
  "ES2022 alone": { lib: ["es2022"], types: [] },
  dom: { lib: ["es2022", "dom"], types: [] },
  Node: { lib: ["es2022"], types: ["node"] },
};
const RESOLUTIONS = ["nodenext", "bundler", "node16"] as const;
/** The oldest that reads the declarations. The one before must fail, or the number is not true any more. */
export const OLDEST = "5.2";

interface Combination {
  readonly surroundings: keyof typeof SURROUNDINGS;
  readonly resolution: (typeof RESOLUTIONS)[number];
}

const NAMES = Object.keys(SURROUNDINGS) as (keyof typeof SURROUNDINGS)[];
/** Every surroundings with every resolution, for the oldest compiler and the newest. */
const ALL: readonly Combination[] = NAMES.flatMap((surroundings) =>
  RESOLUTIONS.map((resolution) => ({ surroundings, resolution })),
);
/** Each of them once, for those between. */
const EACH: readonly Combination[] = NAMES.map((surroundings, at) => ({
  surroundings,
  resolution: RESOLUTIONS[at] as Combination["resolution"],
}));

export async function tryTypes(): Promise<Row[]> {
  const versions = readdirSync(toolPath("."))
    .filter((name) => name.startsWith("typescript-"))
    .map((name) => name.slice("typescript-".length))
    .sort(compareVersions);
  const rows: Row[] = [];
  for (const version of versions) {
    const isEdge = version === OLDEST || version === versions.at(-1);
    rows.push(await tryVersion(version, isEdge ? ALL : EACH));
  }
  return rows;
}

const compareVersions = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

async function tryVersion(version: string, combinations: readonly Combination[]): Promise<Row> {
  const tool = toolPath(`typescript-${version}`);
  const faults: string[] = [];
  for (const combination of combinations) {
    const fault = await compile(tool, combination);
    if (fault !== undefined) faults.push(`${combination.surroundings}, ${combination.resolution}: ${fault}`);
  }
  const said = combinations.map(({ surroundings, resolution }) => `${surroundings} with ${resolution}`);
  const what = combinations === ALL ? `${NAMES.join(", ")}, each with ${RESOLUTIONS.join(", ")}` : said.join("; ");
  const row = { group: "TypeScript", what, version: versionOfTool(`typescript-${version}`) };
  if (compareVersions(version, OLDEST) >= 0) return { ...row, result: faults[0] ?? "ok" };
  const isTooOld = faults.length > 0;
  return {
    ...row,
    result: isTooOld ? "ok, refused: too old" : `expected errors, for ${OLDEST} is said to be the oldest`,
  };
}

/** @returns The first error. */
async function compile(tool: string, { surroundings, resolution }: Combination): Promise<string | undefined> {
  const folder = folderFor("types", ["types/use.ts"]);
  const compilerOptions = {
    ...SURROUNDINGS[surroundings],
    moduleResolution: resolution,
    module: resolution === "bundler" ? "es2022" : resolution,
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
