/**
 * npm run cli-documents: writes what is made from the tables of options: the page of the manual, the completions of
 * shells, and the help in docs/cli.md. Without --update, fails where one of these is not what the tables say.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { documentsOfCli } from "./cli-texts.js";

const update = process.argv.includes("--update");
const stale: string[] = [];
for (const [path, text] of documentsOfCli()) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale.push(path);
  if (!update) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
if (stale.length > 0 && !update) {
  console.error(`${stale.join(", ")}: not what the tables of options say; npm run cli-documents writes them`);
  process.exitCode = 1;
}
