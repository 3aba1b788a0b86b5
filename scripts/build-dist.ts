/** Builds dist/ anew from src/ and the built kernel. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const kernel of [
  "kernel.wasm",
  "kernel.union.wasm",
  "kernel.pages.wasm",
  "kernel.ring.wasm",
  "kernel.shared.wasm",
]) {
  copyFileSync(`build/${kernel}`, `dist/${kernel}`);
}
copyFileSync("src/kernel.wasm.d.ts", "dist/kernel.wasm.d.ts");
if (existsSync("dist/cli/main.js")) chmodSync("dist/cli/main.js", 0o755);
