/** Builds dist/ anew from src/ and the built kernel. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, rmSync } from "node:fs";
import { BINARIES } from "./binaries.js";
import { makePortable } from "./portable-types.js";

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const { file, isPublic } of BINARIES) if (isPublic) copyFileSync(`build/${file}`, `dist/${file}`);
for (const name of ["kernel.wasm.d.ts", "platform.d.ts"]) copyFileSync(`src/${name}`, `dist/${name}`);
makePortable("dist");
if (existsSync("dist/cli/main.js")) chmodSync("dist/cli/main.js", 0o755);
