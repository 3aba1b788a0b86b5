/** Compares the text of each binary, as it was built last, with its golden text: a kernel never changes unseen. */
import { copyFileSync, readFileSync } from "node:fs";
import { BINARIES, goldenOf, textOf } from "./binaries.js";

for (const binary of BINARIES) {
  const [text, golden] = [textOf(binary), goldenOf(binary)];
  if (process.argv.includes("--update")) copyFileSync(text, golden);
  else if (readFileSync(text, "utf8") !== readFileSync(golden, "utf8")) {
    console.error(`${text} differs from ${golden}: look at the change, then \`npm run golden\``);
    process.exitCode = 1;
  }
}
