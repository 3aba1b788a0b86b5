/** Checks how the house is built: floors, and sizes. Prints what is wrong, and fails then. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { floorFaults } from "./check-floors.js";
import { sizeFaults } from "./check-sizes.js";

const faults = [
  ...floorFaults(sources("src")),
  ...sizeFaults(["src", "assembly", "bench", "scripts", "test"].flatMap(sources)),
];
for (const fault of faults) console.error(fault);
console.log(`house: ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;

/** The TypeScript files of a folder and those in it, by path, without what the build generates. */
function sources(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true }) as string[];
  return names
    .filter((name) => name.endsWith(".ts") && !/\.(generated|d)\.ts$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(folder, name))
    .sort();
}
