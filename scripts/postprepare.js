/** After npm has installed in a checkout: builds, where the tools for that were installed too (not with --omit=dev). */
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";

if (existsSync("node_modules/tsx")) execSync("npm run build", { stdio: "inherit" });
else console.log("segring: not built, since the devDependencies are not installed");
