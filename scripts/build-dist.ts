/** Builds dist/ anew from src/ and the built kernel. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, rmSync } from "node:fs";
import { BINARIES } from "./binaries.js";

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const { file, isPublic } of BINARIES) if (isPublic) copyFileSync(`build/${file}`, `dist/${file}`);
copyFileSync("src/kernel.wasm.d.ts", "dist/kernel.wasm.d.ts");
if (existsSync("dist/cli/main.js")) chmodSync("dist/cli/main.js", 0o755);
