/** Builds dist/ anew from src/ and the built kernel. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { normalize } from "node:path";
import { BINARIES } from "./binaries.js";
import { filesOf, writeModules } from "./build-modules.js";
import { writeCli } from "./bundle-cli.js";
import { writeStandalone } from "./bundle-standalone.js";
import { dropInnerComments } from "./inner-comments.js";
import { makePortable } from "./portable-types.js";

interface Manifest {
  exports: Record<string, string | { types: string }>;
}
const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

rmSync("dist", { recursive: true, force: true });
const entries = Object.values(exports).flatMap((target) => (typeof target === "string" ? [] : [target.types]));
writeModules("dist", entries);
for (const { file, isPublic } of BINARIES) if (isPublic) copyFileSync(`build/${file}`, `dist/${file}`);
await writeCli("dist/cli");
await writeStandalone("dist");
dropInnerComments(
  filesOf("dist", /\.d\.ts$/),
  entries.map((file) => normalize(file)),
);
makePortable("dist");
indentByTabs(filesOf("dist", /\.d\.ts$/));

/** A tab for four spaces: 0.4 kB of the package. */
function indentByTabs(files: readonly string[]): void {
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace(/^(?: {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4)),
    );
  }
}
