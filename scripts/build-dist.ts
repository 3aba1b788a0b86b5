/** Builds dist/ anew from src/ and the built kernel. */
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { BINARIES } from "./binaries.js";
import { writeModules } from "./build-modules.js";
import { writeCli } from "./bundle-cli.js";
import { writeStandalone } from "./bundle-standalone.js";
import { makePortable } from "./portable-types.js";

interface Manifest {
  exports: Record<string, string | { types: string }>;
}
const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

rmSync("dist", { recursive: true, force: true });
writeModules(
  "dist",
  Object.values(exports).flatMap((target) => (typeof target === "string" ? [] : [target.types])),
);
for (const { file, isPublic } of BINARIES) if (isPublic) copyFileSync(`build/${file}`, `dist/${file}`);
await writeCli("dist/cli");
writeStandalone("dist");
makePortable("dist");
