/** npm run bench:compare -- A.json B.json …: lays the files of several runs side by side. */
import { readFileSync } from "node:fs";
import { systemFault } from "../src/cli/errors.js";
import { COMPARE_USAGE, compareRequest } from "./arguments.js";
import { parseBench } from "./bench-file.js";
import { comparison, type Run } from "./comparison.js";

const request = compareRequest(process.argv.slice(2));
if (request.kind === "help") console.log(COMPARE_USAGE);
else if (request.kind === "mistake") {
  console.error(request.message);
  process.exitCode = 2;
} else compare(request.paths, request.missedOnly);

/** Names every bad file, and compares only where all files are good. */
function compare(paths: readonly string[], missedOnly: boolean): void {
  const runs: Run[] = [];
  for (const path of paths) {
    try {
      runs.push({ path, bench: parseBench(textOf(path), path) });
    } catch (error) {
      console.error((error as Error).message);
      process.exitCode = 1;
    }
  }
  if (runs.length === paths.length) console.log(comparison(runs, { missedOnly }).join("\n"));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw systemFault(path, error);
  }
}
